// `resume` drops and adds probes; the training and every other series keep their bytes.
#include <basso/abi.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>

#include "basso/compare.hpp"
#include "basso/error.hpp"
#include "basso/verify.hpp"
#include "interrupted_runs.hpp"
#include "support/temporary_directory.hpp"

namespace basso::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const std::string late_probes =
    "[[probe]]\nname = \"late\"\nplugin = \"witness\"\nrecord = { every = 1 }\n"
    "[[probe]]\nname = \"function\"\nplugin = \"predictions\"\n";

// Steps 0 to 9; interrupted at 4, behind its recording.
class Changed : public testing::Test {
 protected:
  void SetUp() override {
    run(text, whole, options_of(1));
    stop_at(4);
    ASSERT_EQ(run(text, part, options_of(1, &stop)).state, "interrupted");
    stop = 0;
    std::ofstream(directory.file("late.toml")) << late_probes;
  }
  void stop_at(std::int64_t step) {
    event = [this](bool inside) {
      if (!inside) stop = SIGTERM;
    };
    event_step = step;
  }
  RunOptions change(std::vector<std::string> drop, const char* probes = nullptr) const {
    RunOptions options = options_of(1, &stop);
    options.drop = std::move(drop);
    if (probes) options.probes = directory.file(probes);
    return options;
  }
  std::string refusal(const RunOptions& options, Exit code = Exit::usage) const {
    try {
      resume_run(part, plugins(), options);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.what();
      return error.what();
    }
    return "no error";
  }
  nlohmann::json manifest() const { return nlohmann::json::parse(bytes_of(part / "manifest.json")); }
  std::vector<Verification::Finding> findings() const { return verify_run(part, plugins()).findings; }
  std::vector<double> values(const char* series) const { return read_series(part, series).data; }

  const TemporaryDirectory directory;
  const fs::path whole = directory.file("whole"), part = directory.file("r");
  const std::string text = text_of(brief(), never);
  std::atomic<int> stop{0};
};

std::string said(const std::vector<Verification::Finding>& findings) {
  std::string text;
  for (const auto& finding : findings) text += finding.file + ": " + finding.what + "\n";
  return text;
}

TEST_F(Changed, ADroppedProbeLeavesWhatItRecordedAndEveryOtherByte) {
  const Catalogue shipped({BASSO_TEST_PLUGINS});  // its plugin is not needed any more
  const RunResult result = resume_run(part, shipped, change({"witness"}));
  EXPECT_EQ(result.state, "finished");
  EXPECT_THAT(differences(whole, part), ElementsAre("witness.sum.npy"));
  const std::vector<double> sum = values("witness.sum");
  EXPECT_EQ(sum[4], 0 + 1 + 2 + 3 + 4);
  EXPECT_TRUE(std::isnan(sum[5]));
  const auto change = manifest().at("changes")[0];
  EXPECT_EQ(change.at("dropped"), nlohmann::json::array({"witness"}));
  EXPECT_EQ(change.at("series"), nlohmann::json::array({"witness.sum"}));
  EXPECT_EQ(change.at("steps"), nlohmann::json::array({5}));
  ASSERT_EQ(change.at("plugins").size(), 1u);
  EXPECT_EQ(change.at("plugins")[0].at("id"), "witness");
  const auto left = manifest().at("plugins");
  for (const auto& plugin : left) EXPECT_NE(plugin.at("id"), "witness");
  EXPECT_EQ(said(verify_run(part, shipped).findings), "");
  EXPECT_TRUE(resume_run(part, shipped, options_of(1)).nothing_to_do);
  EXPECT_EQ(bytes_of(part / "config.resolved.toml"), bytes_of(whole / "config.resolved.toml"));
}

TEST_F(Changed, AnAddedProbeSeesWhatIsStillToCome) {
  const RunResult result = resume_run(part, plugins(), change({}, "late.toml"));
  EXPECT_EQ(result.state, "finished");
  ASSERT_EQ(result.notes.size(), 1u);
  EXPECT_THAT(result.notes[0], HasSubstr("added probes see the steps from 5 on"));
  EXPECT_THAT(differences(whole, part), IsEmpty());

  const std::vector<double> sum = values("late.sum");
  for (std::size_t step = 0; step < 5; ++step) EXPECT_TRUE(std::isnan(sum[step])) << step;
  double expected = 0;
  for (std::size_t step = 5; step < 10; ++step) EXPECT_EQ(sum[step], expected += static_cast<double>(step));

  Case live = brief();
  live.probes += "[[probe]]\nname = \"function\"\nplugin = \"predictions\"\n";
  run(text_of(live, never), directory.file("live"), options_of(1));
  const Series all = read_series(directory.file("live"), "function.prediction");
  const Series late = read_series(part, "function.prediction");  // [repeat, recording, row]
  ASSERT_EQ(late.data.size(), all.data.size());
  EXPECT_EQ(late.axes.at(1).values, (std::vector<double>{0, 3, 6, 9}));
  for (std::size_t i = 0; i < late.data.size() / 2; ++i) EXPECT_TRUE(std::isnan(late.data[i]));
  for (std::size_t i = late.data.size() / 2; i < late.data.size(); ++i) EXPECT_EQ(late.data[i], all.data[i]);

  const auto change = manifest().at("changes")[0];
  EXPECT_EQ(change.at("steps"), nlohmann::json::array({5}));
  EXPECT_THAT(change.at("added").get<std::string>(), HasSubstr("name = \"late\"\nplugin = \"witness\""));
  EXPECT_FALSE(manifest().contains("pending"));
  EXPECT_EQ(said(findings()), "");
}

TEST_F(Changed, ASecondInterruptionChangesNothing) {
  stop_at(7);
  ASSERT_EQ(resume_run(part, plugins(), change({}, "late.toml")).state, "interrupted");
  EXPECT_EQ(said(findings()), "");
  stop = 0;
  EXPECT_EQ(resume_run(part, plugins(), options_of(1)).state, "finished");
  EXPECT_THAT(differences(whole, part), IsEmpty());
  EXPECT_EQ(values("late.sum")[9], 5 + 6 + 7 + 8 + 9);
  EXPECT_EQ(manifest().at("changes").size(), 1u);
}

TEST_F(Changed, WhatWasAddedCanBeDropped) {
  stop_at(7);
  ASSERT_EQ(resume_run(part, plugins(), change({"witness"}, "late.toml")).state, "interrupted");
  stop = 0;
  EXPECT_THAT(refusal(change({"witness"})), HasSubstr("has no such probe; known: loss, late, function"));
  EXPECT_EQ(resume_run(part, plugins(), change({"late"})).state, "finished");
  EXPECT_THAT(differences(whole, part), ElementsAre("witness.sum.npy"));
  EXPECT_EQ(values("late.sum")[7], 5 + 6 + 7);
  EXPECT_TRUE(std::isnan(values("late.sum")[8]));
  EXPECT_EQ(manifest().at("changes").size(), 2u);
  EXPECT_EQ(said(findings()), "");
}

// A kill may have cut a recording in half; behind the checkpoint nobody writes it again.
TEST_F(Changed, WhatADroppedProbeRecordedBehindTheCheckpointGoes) {
  fs::remove_all(part);
  stop_at(5);
  event = [this, then = event](bool inside) {
    if (inside) fs::copy(directory.file("running"), part, fs::copy_options::recursive);
    then(inside);
  };
  run(text, directory.file("running"), options_of(1, &stop));
  stop = 0;
  EXPECT_EQ(values("witness.sum")[4], 0 + 1 + 2 + 3 + 4);
  EXPECT_EQ(resume_run(part, plugins(), change({"witness"})).state, "finished");
  for (const double sum : values("witness.sum")) EXPECT_TRUE(std::isnan(sum));
  EXPECT_THAT(differences(whole, part), ElementsAre("witness.sum.npy"));
  EXPECT_EQ(manifest().at("changes")[0].at("steps"), nlohmann::json::array({0}));
}

TEST_F(Changed, ComparesAndIsProbedAsAnyRun) {
  ASSERT_EQ(resume_run(part, plugins(), change({"witness"}, "late.toml")).state, "finished");
  const Comparison comparison = compare_runs(whole, part);
  EXPECT_THAT(comparison.configuration, IsEmpty());
  std::vector<std::string> unlike;
  for (const SeriesComparison& one : comparison.series)
    if (one.beyond > 0 || !one.unlike.empty()) unlike.push_back(one.name);
  EXPECT_THAT(unlike, UnorderedElementsAre("witness.sum", "late.sum", "function.prediction",
                                           "function.target", "function.x"));

  std::ofstream(directory.file("again.toml")) << "[[probe]]\nname = \"stored\"\nplugin = \"predictions\"\n";
  const ProbeResult probed =
      probe_run(part, directory.file("again.toml"), Catalogue({BASSO_TEST_PLUGINS}), options_of(1));
  EXPECT_EQ(probed.exit, Exit::ok);
  for (const double value : values("stored.prediction")) EXPECT_TRUE(std::isfinite(value));
  EXPECT_EQ(said(findings()), "");
}

TEST_F(Changed, RefusesWhatCannotBe) {
  EXPECT_THAT(refusal(change({"witnes"})),
              HasSubstr("--drop witnes: the run " + part.string() + " has no such probe; nearest: witness"));
  const auto with_probes = [&](const std::string& tables) {
    std::ofstream(directory.file("p.toml")) << tables;
    return refusal(change({}, "p.toml"));
  };
  const std::string loss = "[[probe]]\nname = \"loss\"\nplugin = \"loss\"\n";
  EXPECT_THAT(with_probes(loss), HasSubstr("p.toml:1:1: probe.loss: the run has, or had, a probe"));
  EXPECT_THAT(with_probes("[train]\n"), HasSubstr("p.toml:1:1: probe: expected [[probe]]"));
  EXPECT_THAT(with_probes("[record]\nsteps = [1, 4]\n[[probe]]\nname = \"e\"\nplugin = \"loss\"\n"),
              HasSubstr("probe e: the run is beyond all steps at which it would look; once it is over, basso "
                        "probe " +
                        part.string()));
  EXPECT_FALSE(manifest().contains("changes"));
  EXPECT_FALSE(fs::exists(part / "series/e.train.npy"));

  resume_run(part, plugins(), options_of(1));
  EXPECT_THAT(refusal(change({"witness"})), HasSubstr("the run is finished"));
  EXPECT_THAT(differences(whole, part), IsEmpty());
}

// Some jobs have ended, one has failed.
TEST(Changes, OfASweepAreMadeJobByJob) {
  const TemporaryDirectory directory;
  Case what = brief();
  what.experiment = "repeats = 2";
  what.probes += "[sweep]\ntrain.batch = [0, 6]\n";
  const std::string text = text_of(what, never);
  run(text, directory.file("whole"), options_of(1));
  event = [](bool inside) {
    if (inside) fail_observation(BASSO_ERROR_INTERNAL, "a bad day");
  };
  event_step = 5;  // of the first job
  ASSERT_EQ(run(text, directory.file("r"), options_of(1)).failures.size(), 1u);
  std::ofstream(directory.file("late.toml")) << late_probes;
  RunOptions options = options_of(2);
  options.drop = {"witness"};
  options.probes = directory.file("late.toml");
  EXPECT_EQ(resume_run(directory.file("r"), plugins(), options).state, "finished");
  EXPECT_THAT(differences(directory.file("whole"), directory.file("r")), ElementsAre("witness.sum.npy"));
  const std::vector<double> sum =
      read_series(directory.file("r"), "witness.sum").data;  // [batch, repeat, step]
  EXPECT_EQ(sum[4], 0 + 1 + 2 + 3 + 4);
  EXPECT_TRUE(std::isnan(sum[5]));
  for (std::size_t job = 1; job < 4; ++job) EXPECT_EQ(sum[job * 10 + 9], 45) << "had ended";
  const std::vector<double> late = read_series(directory.file("r"), "late.sum").data;
  EXPECT_EQ(late[9], 5 + 6 + 7 + 8 + 9);
  for (std::size_t job = 1; job < 4; ++job) EXPECT_TRUE(std::isnan(late[job * 10 + 9]));
  const auto manifest = nlohmann::json::parse(bytes_of(directory.file("r/manifest.json")));
  EXPECT_EQ(manifest.at("changes")[0].at("steps"), nlohmann::json::array({5, nullptr, nullptr, nullptr}));
  EXPECT_EQ(said(verify_run(directory.file("r"), plugins()).findings), "");
}

TEST(Changes, ClaimsOverWhatWasDroppedAreNotEvaluated) {
  const TemporaryDirectory directory;
  const std::string text =
      text_of(brief(), never) +
      "[[claim]]\nname = \"c\"\nkind = \"bound\"\nseries = \"witness.sum\"\nreduce = \"mean\"\nrelation = "
      "\"<\"\nthreshold = 1e9\nquote = \"q\"\nreason = \"r\"\n";
  event = [](bool inside) {
    if (inside) fail_observation(BASSO_ERROR_INTERNAL, "a bad day");
  };
  event_step = 5;
  ASSERT_EQ(run(text, directory.file("r"), options_of(1)).state, "failed");
  RunOptions options = options_of(1);
  options.drop = {"witness"};
  const RunResult result = resume_run(directory.file("r"), plugins(), options);
  EXPECT_EQ(result.state, "finished");
  ASSERT_EQ(result.verdicts.size(), 1u);
  EXPECT_EQ(result.verdicts[0].outcome, Verdict::Outcome::not_evaluated);
}

}  // namespace
}  // namespace basso::test
