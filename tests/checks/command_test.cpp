// `basso plugin check` as its users meet it: exit codes, reproduction, equal results for equal seeds, plugins
// that die, hang or leave.
#include <nlohmann/json.hpp>

#include "e2e/command.hpp"

namespace basso::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string relu = "activation/relu";

TEST(PluginCheck, PassesAShippedPluginByItsName) {
  const Workplace place;
  const Outcome outcome = place.basso("plugin check " + relu + " --only 'library.*'");
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.error;
  EXPECT_THAT(outcome.out, HasSubstr("library.exports"));
}

TEST(PluginCheck, ExitsWith2ForAFileThatIsMissingAndWith3ForWhatIsNoLibrary) {
  const Workplace place;
  place.write("text.so", "only text");
  EXPECT_EQ(place.basso("plugin check nothing.so").code, 2);
  EXPECT_EQ(place.basso("plugin check text.so").code, 3);
  EXPECT_EQ(place.basso("plugin check activation/nothing").code, 3);
  EXPECT_EQ(place.basso("plugin check").code, 2);
  EXPECT_EQ(place.basso("plugin check " + relu + " --only nonsense").code, 2);
}

TEST(PluginCheck, GivesTheSameReportForTheSameSeed) {
  const Workplace place;
  const std::string command = "plugin check " + relu + " --json --seed 7";
  const Outcome first = place.basso(command);
  EXPECT_EQ(first.code, 0) << first.out;
  EXPECT_EQ(first.out, place.basso(command).out);
}

TEST(PluginCheck, PrintsACommandThatMakesTheFailedCheckAgain) {
  const Workplace place;
  const Outcome all = place.basso("plugin check '" CHECK_FIXTURES "/library.imports.so' --json --seed 3");
  std::string command, finding;
  const json report = json::parse(all.out);
  for (const json& result : report.at("results"))
    if (result.at("outcome") == "failed" && command.empty())
      command = result.at("command"), finding = result.at("finding");
  ASSERT_EQ(command.rfind("basso ", 0), 0u) << command;
  const Outcome again = place.basso(command.substr(6) + " --json");
  EXPECT_EQ(again.code, 5);
  const json results = json::parse(again.out).at("results");
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].at("id"), "library.imports");
  EXPECT_EQ(results[0].at("finding"), finding);
}

// Builds a plugin whose constructor does `what`, and gives what library.load says about it.
std::string finding_about(const Workplace& place, const std::string& what) {
  const auto source =
      place.write("a.c", "#include <stdlib.h>\n#include \"" BASSO_SOURCE
                         "/tests/checks/fixtures/sound.h\"\n"
                         "__attribute__((constructor)) static void start(void) { " +
                             what + " }\nSOUND_COMPONENT(BASSO_NONE, BASSO_NONE)\nBASSO_LIBRARY(&sound)\n");
  const Outcome built = place.shell(C_COMPILER " -shared -fPIC -fvisibility=hidden -I '" BASSO_SOURCE
                                               "/sdk/include' a.c -o a.so -lm");
  EXPECT_EQ(built.code, 0) << built.error;
  const Outcome outcome = place.basso("plugin check a.so --only library.load --json");
  EXPECT_EQ(outcome.code, 5) << outcome.out;
  const json report = json::parse(outcome.out);
  for (const json& result : report.at("results"))
    if (result.at("id") == "library.load") return result.at("finding");
  return "";
}

TEST(PluginCheck, NamesTheCheckInWhichAPluginCrashesLeavesOrHangs) {
  const Workplace place;
  EXPECT_THAT(finding_about(place, "*(volatile int*)8 = 1;"), HasSubstr("SIGSEGV"));
  EXPECT_THAT(finding_about(place, "abort();"), HasSubstr("SIGABRT"));
  EXPECT_THAT(finding_about(place, "exit(0);"), HasSubstr("must never call exit()"));
  EXPECT_THAT(finding_about(place, "for (volatile int i = 0; i == 0;) continue;"), HasSubstr("endless loop"));
}

}  // namespace
}  // namespace basso::test
