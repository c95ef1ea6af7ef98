// basso plugin bench with measurements of microseconds: what it prints, not how fast the machine is.
#include <nlohmann/json.hpp>

#include "command.hpp"

namespace basso::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string quickly = " --seconds 1e-5 --rounds 2";

json measured(const Workplace& place, const std::string& names) {
  const Outcome outcome = place.basso("plugin bench " + names + " --json" + quickly);
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  const json parsed = json::parse(outcome.out, nullptr, false);
  EXPECT_FALSE(parsed.is_discarded()) << outcome.out;
  return parsed;
}

TEST(PluginBench, TimesAnActivationOverAllLengthsAndTellsOnWhatItRan) {
  const Workplace place;
  const json report = measured(place, "activation/sine");
  EXPECT_NE(report.at("machine").at("processor"), "");
  EXPECT_NE(report.at("build").at("compiler"), "");
  EXPECT_EQ(report.at("timing").at("rounds"), 2);
  const json& found = report.at("activation");
  std::map<std::string, std::vector<std::uint64_t>> lengths;
  for (const json& row : found.at("arrays")) {
    lengths[row.at("function").get<std::string>() + " " + row.at("precision").get<std::string>()].push_back(
        row.at("elements"));
    EXPECT_GT(row.at("memcpy_gb_per_s"), 0.0);
    EXPECT_GT(row.at("plugins").at(0).at("ns_per_element"), 0.0);
    EXPECT_GT(row.at("plugins").at(0).at("of_memcpy"), 0.0);
    EXPECT_EQ(row.at("plugins").at(0).at("ratio"), 1.0);
  }
  ASSERT_EQ(lengths.size(), 4u);
  for (const auto& [table, of_table] : lengths) {
    EXPECT_EQ(of_table.front(), 64u) << table;
    EXPECT_EQ(of_table.back(), 4194304u) << table;
  }
  EXPECT_GT(found.at("step").at("relu_step_us"), 0.0);
  EXPECT_GT(found.at("step").at("plugins").at(0).at("share_of_relu_step"), 0.0);
  EXPECT_EQ(found.at("call").at("elements"), 64);
  EXPECT_GT(found.at("call").at("plugin_ns"), 0.0);
  EXPECT_GT(found.at("call").at("inlined_ns"), 0.0);
}

TEST(PluginBench, ComparesTwoBuildsOfOneIdByTheirFiles) {
  const Workplace place;
  const json info = json::parse(place.basso("plugin info activation/tanh --json").out);
  std::filesystem::copy_file(info.at("library").get<std::string>(), place.path() / "mine.so");
  const json found = measured(place, "activation/tanh ./mine.so").at("activation");
  EXPECT_EQ(found.at("plugins").at(0).at("label"), "tanh");
  EXPECT_EQ(found.at("plugins").at(1).at("label"), "tanh [2]");
  EXPECT_THAT(found.at("plugins").at(1).at("library").get<std::string>(), HasSubstr("mine.so"));
  for (const json& row : found.at("arrays")) EXPECT_GT(row.at("plugins").at(1).at("ratio"), 0.0);
}

TEST(PluginBench, MeasuresTargetsByTheirRowsAndProbesByAStep) {
  const Workplace place;
  const json report = measured(place, "target/flower target/sinusoids probe/spectrum probe/weights");
  const json& sets = report.at("target").at("sets");
  EXPECT_EQ(sets.at(0).at("plugin"), "flower");
  EXPECT_EQ(sets.at(0).at("set"), "train");
  EXPECT_EQ(sets.at(0).at("rows"), 1000);
  EXPECT_EQ(sets.at(0).at("numbers_per_row"), 4);
  EXPECT_EQ(sets.at(1).at("plugin"), "sinusoids");
  EXPECT_GT(sets.at(1).at("ratio"), 0.0);
  const json& probe = report.at("probe");
  EXPECT_THAT(probe.at("scene").get<std::string>(), HasSubstr("6 x 256 ReLU"));
  EXPECT_GT(probe.at("step_us"), 0.0);
  ASSERT_EQ(probe.at("observations").size(), 2u);
  for (const json& observation : probe.at("observations")) {
    EXPECT_GT(observation.at("share_of_step"), 0.0);
    EXPECT_GT(observation.at("ratio"), 0.0);
  }
}

TEST(PluginBench, TakesParametersAndSceneFromAnExperiment) {
  const Workplace place;
  place.write("mine.toml", tiny + spectrum);
  const json probe = measured(place, "probe/spectrum --experiment mine.toml").at("probe");
  EXPECT_THAT(probe.at("scene").get<std::string>(), HasSubstr("mine.toml"));
  const Outcome other = place.basso("plugin bench probe/weights --experiment mine.toml" + quickly);
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.error, HasSubstr("mine.toml has no [[probe]] with the plugin weights"));
  const Outcome target = place.basso("plugin bench target/flower --experiment mine.toml" + quickly);
  EXPECT_EQ(target.code, 2);
  EXPECT_THAT(target.error, HasSubstr("does not use target/flower"));
  const Outcome unsuited = place.basso("plugin bench probe/projection-spectrum" + quickly);
  EXPECT_EQ(unsuited.code, 2);
  EXPECT_THAT(unsuited.error, HasSubstr("--experiment"));
}

TEST(PluginBench, PrintsTablesForPeople) {
  const Workplace place;
  const Outcome outcome = place.basso("plugin bench target/sinusoids probe/loss" + quickly);
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  for (const char* part : {"processor", "build", "rows/s", "one observation", "A training step takes"})
    EXPECT_THAT(outcome.out, HasSubstr(part));
}

TEST(PluginBench, RefusesUnknownNamesAndTimesThatAreNone) {
  const Workplace place;
  const Outcome unknown = place.basso("plugin bench activation/reluu");
  EXPECT_EQ(unknown.code, 3);
  EXPECT_THAT(unknown.error, HasSubstr("did you mean 'relu'"));
  EXPECT_EQ(place.basso("plugin bench").code, 2);
  EXPECT_EQ(place.basso("plugin bench relu --seconds 0").code, 2);
  EXPECT_EQ(place.basso("plugin bench relu --rounds 0").code, 2);
  EXPECT_EQ(place.basso("plugin bench relu --experiment missing.toml").code, 2);
}

}  // namespace
}  // namespace basso::test
