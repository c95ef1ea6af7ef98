// A resolved file says of each point what the file, its profiles and --set say, read in whichever
// folder: basso resume and basso probe know a run from nothing else.
#include <gmock/gmock.h>

#include "run/config.hpp"
#include "unit/run/experiments.hpp"

namespace basso::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* folder = "/there";

ExperimentData load(const std::string& text, const std::vector<std::string>& set = {}) {
  return load_experiment(text, "f.toml", folder, built_plugins(), {{}, set});
}

std::vector<std::string> points_of(const ExperimentData& data) {
  std::vector<std::string> points;
  for (const PointSettings& point : data.points) points.push_back(point_toml(point));
  return points;
}

// The same points come out of the resolved file, and the same text.
void expect_resolved(const ExperimentData& data) {
  const ExperimentData again =
      load_experiment(data.resolved_toml, "config.resolved.toml", "/elsewhere", built_plugins(), {});
  EXPECT_EQ(points_of(again), points_of(data));
  EXPECT_EQ(again.resolved_toml, data.resolved_toml);
  ASSERT_EQ(again.sweep.size(), data.sweep.size());
  for (std::size_t i = 0; i < data.sweep.size(); ++i) EXPECT_EQ(again.sweep[i].labels, data.sweep[i].labels);
}

const OptimizerSettings& optimizer(const ExperimentData& data, std::size_t point) {
  return data.points[point].train->optimizer;
}

TEST(ResolvedSweep, ParametersOfOneValueAreNotThoseOfTheNext) {
  const ExperimentData data = load(small_experiment +
                                   "[sweep]\ntrain.optimizer = [{ kind = \"adam\", beta1 = 0.5 }, { kind = "
                                   "\"adam\" }]\nnetwork.activation = [{ plugin = \"sine\", omega = 2.0 }, "
                                   "\"sine\"]\n");
  EXPECT_EQ(optimizer(data, 0).beta1, 0.5);
  EXPECT_EQ(optimizer(data, 2).beta1, 0.9);
  expect_resolved(data);
}

TEST(ResolvedSweep, APluginThatIsSweptKeepsTheParametersThatTheFileGivesIt) {
  const ExperimentData data =
      load(small_experiment +
           "[sweep]\ntarget.plugin = [\"quantized\", \"sinusoids\"]\nnetwork.init.law = "
           "[\"he\", \"glorot\"]\nprobe.loss.plugin = [\"predictions\", \"loss\"]\n");
  EXPECT_THAT(point_toml(data.points.back()), HasSubstr("frequencies = [1.0, 2.0]"));
  expect_resolved(data);
}

TEST(ResolvedSweep, WhatIsSetWithinASweptValueIsSetInEachOfThem) {
  const ExperimentData data =
      load(small_experiment +
               "[sweep]\ntrain.optimizer = [{ kind = \"sgd\", momentum = 0.5 }, \"gd\"]\n"
               "probe.loss = [{ plugin = \"loss\" }, { plugin = \"predictions\" }]\n",
           {"train.optimizer.learning_rate=0.25", "probe.loss.record.steps=[1]"});
  EXPECT_EQ(optimizer(data, 0).learning_rate, 0.25);
  EXPECT_EQ(optimizer(data, 3).learning_rate, 0.25);
  expect_resolved(data);
}

TEST(ResolvedSweep, PathsAreThoseOfTheFolderOfTheFile) {
  const std::string text = R"([experiment]
name = "paths"
[target]
plugin = "file"
points = "data/x.csv"
[network]
widths = [4]
[train]
steps = 1
[[probe]]
name = "loss"
plugin = "loss"
[sweep]
target.values = ["data/a.csv", "../b.csv", "/c.csv", ""]
network.init = ["he", { law = "file", file = "w.npz" }]
)";
  const ExperimentData data = load(text);
  EXPECT_THAT(data.sweep[0].labels, ElementsAre("\"/there/data/a.csv\"", "\"/b.csv\"", "\"/c.csv\"", "\"\""));
  EXPECT_EQ(data.points[1].network->init.file, "/there/w.npz");
  expect_resolved(data);
}

TEST(ResolvedSweep, AClaimNamesAPathAsTheSweepDoes) {
  const ExperimentData data = load(
      "[experiment]\nname = \"t\"\n[target]\nplugin = \"file\"\n[[probe]]\nname = \"s\"\nplugin = "
      "\"predictions\"\n[sweep]\ntarget.points = [\"a.csv\", \"b.csv\"]\n[[claim]]\nname = \"c\"\nkind = "
      "\"bound\"\nseries = \"s.train\"\nselect = { \"target.points\" = \"b.csv\" }\nrelation = \"<\"\n"
      "threshold = 1.0\nquote = \"q\"\nreason = \"r\"\n");
  EXPECT_THAT(data.claims[0].select.at("target.points"), ElementsAre(1.0));
  expect_resolved(data);
}

TEST(ResolvedSweep, WhatItCouldNotSayIsRefused) {
  const auto refused = [](const std::function<void()>& load_it, const char* why) {
    try {
      load_it();
      ADD_FAILURE() << why;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Exit::usage);
      EXPECT_THAT(error.what(), HasSubstr(why));
    }
  };
  const std::string swept = small_experiment + "[sweep]\ntarget.plugin = [\"sinusoids\", \"quantized\"]\n";
  refused([&] { load(swept, {"target.samples=12"}); }, "give them in [sweep]");
  const std::string file = "[experiment]\nname = \"t\"\n[target]\nplugin = \"file\"\npoints = \"x.csv\"\n";
  refused([&] { load_experiment(file, "f.toml", "/no-utf8-\xff", built_plugins(), {}); }, "UTF-8");
}

}  // namespace
}  // namespace basso::test
