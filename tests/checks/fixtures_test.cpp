// Every check is proven by a plugin that breaks one rule: the check of that rule is the first to fail, it
// says what is wrong, and whatever builds on it is not run.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "e2e/command.hpp"

namespace basso::test {
namespace {

using nlohmann::json;

std::vector<std::string> fixture_ids() {
  std::vector<std::string> ids;
  std::istringstream list(CHECK_FIXTURE_IDS);
  for (std::string id; std::getline(list, id, ',');) ids.push_back(id);
  return ids;
}

// The check that "activation.position_long" is for: one may have several fixtures.
std::string check_of(const std::string& fixture) { return fixture.substr(0, fixture.find('_')); }

json list_of_checks(const Workplace& place) {
  const Outcome outcome = place.basso("plugin check --list --json");
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  return json::parse(outcome.out);
}

json check_fixture(const Workplace& place, const std::string& id, int& code) {
  const Outcome outcome = place.basso("plugin check '" CHECK_FIXTURES "/" + id + ".so' --json");
  code = outcome.code;
  EXPECT_EQ(outcome.error, "");
  return json::parse(outcome.out, nullptr, false);
}

class Fixture : public testing::TestWithParam<std::string> {};

// The first result that is not good is a failure of the check that the fixture is named after.
void expect_first(const json& results, const std::string& id) {
  const auto first = std::find_if(results.begin(), results.end(), [](const json& result) {
    return result.at("outcome") == "failed" || result.at("outcome") == "not run";
  });
  ASSERT_NE(first, results.end());
  EXPECT_EQ(first->at("id"), id) << first->dump(2);
  EXPECT_EQ(first->at("outcome"), "failed");
  EXPECT_GE(first->at("finding").get<std::string>().size(), 40u) << "too short for a stranger: " << *first;
}

// A check is left out exactly where one that it needs failed or was left out.
void expect_left_out(const json& results, const json& checks) {
  std::map<std::string, std::vector<std::string>> needs;
  for (const json& check : checks) needs[check.at("id")] = check.at("needs").get<std::vector<std::string>>();
  std::set<std::pair<std::string, std::string>> bad;  // (check, component)
  for (const json& result : results) {
    const std::string id = result.at("id"), component = result.at("component"),
                      outcome = result.at("outcome");
    bool blocked = false;
    for (const std::string& need : needs.at(id))
      blocked = blocked || bad.count({need, component}) > 0 || bad.count({need, ""}) > 0;
    EXPECT_EQ(outcome == "not run", blocked) << id << " " << component;
    if (outcome == "failed" || outcome == "not run") bad.insert({id, component});
  }
}

TEST_P(Fixture, IsCaughtFirstByTheCheckOfItsNameAndWhatNeedsThatIsLeftOut) {
  const Workplace place;
  int code = 0;
  const json report = check_fixture(place, GetParam(), code);
  ASSERT_TRUE(report.is_object());
  EXPECT_EQ(code, 5);
  EXPECT_EQ(report.at("passed"), false);
  expect_first(report.at("results"), check_of(GetParam()));
  expect_left_out(report.at("results"), list_of_checks(place));
}

INSTANTIATE_TEST_SUITE_P(Of, Fixture, testing::ValuesIn(fixture_ids()), [](const auto& at) {
  std::string name = at.param;
  for (char& c : name)
    if (c == '.' || c == '-') c = '_';
  return name;
});

TEST(Checks, EachHasItsFixtureAndEachFixtureItsCheck) {
  const Workplace place;
  std::set<std::string> checks;
  for (const json& check : list_of_checks(place)) checks.insert(check.at("id").get<std::string>());
  std::set<std::string> broken;
  for (const std::string& fixture : fixture_ids()) broken.insert(check_of(fixture));
  EXPECT_EQ(checks, broken);
}

TEST(Checks, AreListedInTheDocumentWithTheirExplanations) {
  const Workplace place;
  const std::string document = text_of(BASSO_SOURCE "/docs/checking.md");
  std::string expected;
  for (const json& check : list_of_checks(place))
    expected += fmt::format("| `{}` | {} |\n", check.at("id").get<std::string>(),
                            check.at("explanation").get<std::string>());
  EXPECT_THAT(document, testing::HasSubstr(expected)) << "the table of docs/checking.md should read:\n"
                                                      << expected;
}

}  // namespace
}  // namespace basso::test
