// Whole runs of a small experiment: equal bytes, what is kept of a failure, what numpy reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cfenv>
#include <csignal>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "basso/run.hpp"
#include "experiments.hpp"
#include "plugin/float_environment.hpp"
#include "support/flush_to_zero.h"
#include "support/python.hpp"
#include "support/temporary_directory.hpp"

namespace basso::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::map<std::string, std::string> series_bytes_of(const fs::path& run) {
  std::map<std::string, std::string> bytes;
  for (const auto& entry : fs::directory_iterator(run / "series"))
    bytes[entry.path().filename()] = bytes_of(entry.path());
  return bytes;
}

nlohmann::json manifest_of(const fs::path& run) {
  return nlohmann::json::parse(bytes_of(run / "manifest.json"));
}

RunResult run(const std::string& text, const fs::path& out, int threads = 1, const LoadOptions& load = {}) {
  RunOptions options;
  options.out = out;
  options.threads = threads;
  return run_experiment(parse(text, load), built_plugins(), options);
}

const std::string swept = small_experiment + "[sweep]\ntarget.samples = [8, 16, 24]\n";

TEST(Run, GivesTheSameBytesForAnyNumberOfThreads) {
  const TemporaryDirectory directory;
  run(swept, directory.file("one"), 1);
  run(swept, directory.file("three"), 3);
  run(swept, directory.file("again"), 1);
  const auto expected = series_bytes_of(directory.file("one"));
  EXPECT_EQ(expected.size(), 6u);  // loss.train, three of function, recorded, ended
  EXPECT_EQ(series_bytes_of(directory.file("three")), expected);
  EXPECT_EQ(series_bytes_of(directory.file("again")), expected);
}

TEST(Run, DoesNotDependOnTheFloatingPointEnvironmentOfTheProgramThatCallsIt) {
  const TemporaryDirectory directory;
  run(swept, directory.file("default"), 2);
  const plugin::FloatEnvironment before;
  std::fesetround(FE_UPWARD);
  flush_to_zero();
  run(swept, directory.file("changed"), 2);
  EXPECT_EQ(std::fegetround(), FE_UPWARD) << "the caller keeps its own";
  EXPECT_EQ(before.restored(), "flush-to-zero was switched on, as a library built with -ffast-math does");
  EXPECT_EQ(series_bytes_of(directory.file("changed")), series_bytes_of(directory.file("default")));
  EXPECT_EQ(bytes_of(directory.file("changed/series.json")), bytes_of(directory.file("default/series.json")));
}

TEST(Run, OfTheResolvedFileGivesTheSameBytes) {
  const TemporaryDirectory directory;
  run(swept, directory.file("given"), 1, {{}, {"train.steps=12"}});
  run(bytes_of(directory.file("given") / "config.resolved.toml"), directory.file("resolved"));
  EXPECT_EQ(series_bytes_of(directory.file("resolved")), series_bytes_of(directory.file("given")));
}

TEST(Run, ProbesDoNotChangeTheTrainingInOneByte) {
  const TemporaryDirectory directory;
  run(small_experiment, directory.file("two"));
  run(small_experiment +
          "[[probe]]\nname = \"s\"\nplugin = \"spectrum\"\nrecord = { every = 1 }\n[[probe]]\nname = "
          "\"n\"\nplugin = \"spectral-norm\"\n",
      directory.file("four"));
  for (const char* file : {"function.prediction.npy", "loss.train.npy"}) {
    EXPECT_EQ(bytes_of(directory.file("two") / "series" / file),
              bytes_of(directory.file("four") / "series" / file));
  }
}

TEST(Run, PointsOfASweepArePairedAndRepeatsDiffer) {
  const TemporaryDirectory directory;
  run(small_experiment + "[sweep]\ntrain.l2 = [0.0, 0.5]\n", directory.file("r"));
  const Series series = read_series(directory.file("r"), "function.prediction");
  const std::size_t rows = 16, recordings = 5;
  const auto at = [&](std::size_t point, std::size_t repeat) {
    return series.data[(point * 2 + repeat) * recordings * rows];
  };
  EXPECT_EQ(at(0, 0), at(1, 0));  // the initial network's first value
  EXPECT_NE(at(0, 0), at(0, 1));
}

TEST(Run, RepeatsVaryOnlyWhatTheyAreTold) {
  const TemporaryDirectory directory;
  run(small_experiment, directory.file("r"), 1, {{}, {"experiment.repeats_vary=[\"batch\"]"}});
  const Series prediction = read_series(directory.file("r"), "function.prediction");
  const Series target = read_series(directory.file("r"), "function.target");
  EXPECT_EQ(target.data[0], target.data[16]);
  EXPECT_EQ(prediction.data[0], prediction.data[5 * 16]);       // step 0
  EXPECT_NE(prediction.data[4 * 16], prediction.data[9 * 16]);  // step 20: other batches
}

TEST(Run, NumpyReadsEverySeriesAsSeriesJsonStatesIt) {
  const TemporaryDirectory directory;
  run(swept, directory.file("r"));
  const std::string output = run_python("import json, numpy\nrun = '" + directory.file("r").string() + R"(/'
index = json.load(open(run + 'series.json'))
for s in index['series'] + [index['recorded'], index['ended']]:
    a = numpy.load(run + s['file'])
    assert a.dtype == numpy.float64 and list(a.shape) == s['shape'], s
    if 'axes' in s: assert [len(x['values']) for x in s['axes']] == s['shape'], s
assert (numpy.load(run + 'series/recorded.npy') == 5).all()
assert (numpy.load(run + 'series/ended.npy') == 20).all()
p = numpy.load(run + 'series/function.prediction.npy')
assert p.shape == (3, 2, 5, 24) and numpy.isnan(p[0, :, :, 8:]).all() and not numpy.isnan(p[0, :, :, :8]).any()
print('sound')
)");
  EXPECT_EQ(output, "sound\n");
}

TEST(Run, NumpyReadsEverySeriesWhileItGoesOn) {
  const TemporaryDirectory directory;
  RunOptions options;
  options.out = directory.file("r");
  options.threads = 1;
  std::string output;
  options.progress = [&](const Progress&) {
    if (!output.empty()) return;
    output = run_python("import glob, numpy\nfor f in glob.glob('" + options.out.string() +
                        "/series/*.npy'): numpy.load(f)\nprint('sound')\n");
  };
  run_experiment(parse(with("steps = 20", "steps = 20000")), built_plugins(), options);
  EXPECT_EQ(output, "sound\n");
}

TEST(Run, ADivergingRepeatFailsAloneAndKeepsWhatItRecorded) {
  const TemporaryDirectory directory;
  // Gradient descent diverges at the second point only.
  const std::string text =
      with("optimizer = { kind = \"adam\", learning_rate = 1e-2 }", "optimizer = { kind = \"gd\" }") +
      "[sweep]\ntrain.optimizer.learning_rate = [1e-2, 1e30]\n";
  const RunResult result = run(text, directory.file("r"));
  EXPECT_EQ(result.state, "failed");
  EXPECT_EQ(result.exit, Exit::run_failed);
  ASSERT_EQ(result.failures.size(), 2u);
  EXPECT_THAT(
      result.failures[0],
      HasSubstr("train.optimizer.learning_rate = 1e+30, repeat 0: the training is not finite: step "));
  const Series loss = read_series(directory.file("r"), "loss.train");
  EXPECT_TRUE(std::isfinite(loss.data[4]));   // point 0, repeat 0, last recording
  EXPECT_TRUE(std::isfinite(loss.data[10]));  // point 1, repeat 0, step 0
  EXPECT_TRUE(std::isnan(loss.data[14]));     // its last recording
  EXPECT_EQ(manifest_of(directory.file("r"))["state"], "failed");
  EXPECT_EQ(manifest_of(directory.file("r"))["jobs"]["ended"], 2);
}

TEST(Run, StopsWhenAskedAndKeepsWhatItRecorded) {
  const TemporaryDirectory directory;
  std::atomic<int> stop{0};
  RunOptions options;
  options.out = directory.file("r");
  options.threads = 1;
  options.stop = &stop;
  options.progress = [&](const Progress& progress) {
    if (progress.steps_done > 0) stop = SIGTERM;
  };
  const RunResult result =
      run_experiment(parse(with("steps = 20", "steps = 500000000"), {{}, {"record={per_decade=2}"}}),
                     built_plugins(), options);
  EXPECT_EQ(result.state, "interrupted");
  EXPECT_EQ(result.exit, Exit::terminated);
  const Series loss = read_series(directory.file("r"), "loss.train");
  EXPECT_TRUE(std::isfinite(loss.data[0]));
  EXPECT_EQ(manifest_of(directory.file("r"))["state"], "interrupted");
}

TEST(Run, StopWhenEndsTheTrainingAndTheJobCountsAsEnded) {
  const TemporaryDirectory directory;
  const RunResult result = run(with("batch = 8", "stop_when = { loss_below = 1e9 }"), directory.file("r"));
  EXPECT_EQ(result.state, "finished");
  const Series loss = read_series(directory.file("r"), "loss.train");
  EXPECT_TRUE(std::isfinite(loss.data[1]));  // step 5, the first one with a loss
  EXPECT_TRUE(std::isnan(loss.data[2]));
  EXPECT_EQ(
      run_python("import numpy\nprint(numpy.load('" + directory.file("r").string() + "/series/ended.npy'))"),
      "[5. 5.]\n");
  std::ifstream log(directory.file("r/log.txt"));
  EXPECT_THAT(std::string(std::istreambuf_iterator<char>(log), {}),
              HasSubstr("repeat 1: ended at step 5 of 20: stop_when, the loss was below 1e+09"));
}

TEST(Run, NeverWritesOverAnExistingDirectory) {
  const TemporaryDirectory directory;
  try {
    run(small_experiment, directory.path());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Exit::usage);
    EXPECT_THAT(error.what(), HasSubstr("exists already"));
  }
}

TEST(Run, SaysWhyADirectoryCannotBeMade) {
  const TemporaryDirectory directory;
  std::ofstream(directory.file("file")) << "x";
  try {
    run(small_experiment, directory.file("file") / "r");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Exit::usage);
    EXPECT_THAT(error.what(), HasSubstr("cannot be made"));
  }
}

// Found before the training: no directory is made.
void expect_refused_early(const std::string& text, const std::string& expected, Exit code = Exit::usage) {
  const TemporaryDirectory directory;
  try {
    run(text, directory.file("r"));
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_THAT(error.what(), HasSubstr(expected));
  }
  EXPECT_FALSE(fs::exists(directory.file("r")));
}

TEST(Run, RefusesAnUnknownSeriesOfAClaimOrAFigureBeforeTraining) {
  expect_refused_early(
      small_experiment + "[[figure]]\nname = \"f\"\nkind = \"lines\"\nseries = [\"loss.trian\"]\n",
      "figure f: there is no series \"loss.trian\"; nearest: loss.train");
  expect_refused_early(small_experiment +
                           "[[claim]]\nname = \"c\"\nkind = \"bound\"\nseries = \"lost.train\"\nrelation = "
                           "\"<\"\nthreshold = 1.0\nquote = \"q\"\nreason = \"r\"\n",
                       "claim c: there is no series \"lost.train\"");
}

TEST(Run, RefusesAnAxisOrAnEntryThatAFigureCannotFindBeforeTraining) {
  const std::string figure =
      small_experiment + "[[figure]]\nname = \"f\"\nkind = \"lines\"\nseries = [\"loss.train\"]\n";
  expect_refused_early(figure + "x = \"nonsense\"\n",
                       "figure f: series loss.train has no axis nonsense; it has recording");
  expect_refused_early(small_experiment +
                           "[[claim]]\nname = \"c\"\nkind = \"bound\"\nseries = \"loss.train\"\nrelation = "
                           "\"<\"\nthreshold = 1.0\nquote = \"q\"\nreason = \"r\"\n"
                           "select = { recordin = 5 }\n",
                       "it has recording; nearest: recording");
  expect_refused_early(figure + "select = { frequency = 5 }\n", "figure f: series loss.train has no axis");
  expect_refused_early(
      figure + "select = { recording = 7 }\n",
      "figure f: select: axis recording of series loss.train has no entry 7; it has 0, 5, 10, 15, 20");
}

TEST(Run, RefusesInitialParametersThatCannotBeGivenBeforeTraining) {
  const std::string activation = "activation = \"tanh\"\n";
  expect_refused_early(with(activation, activation + "init = \"activation\"\n"),
                       "network.init: activation 'tanh' gives no initialisation law", Exit::plugin);
  const TemporaryDirectory directory;
  run_python("import numpy\nnumpy.savez('" + directory.file("w.npz").string() +
             "', W1=numpy.zeros((8, 2)), b1=numpy.zeros(8))");
  const std::string file = "init = { law = \"file\", file = \"" + directory.file("w.npz").string() + "\" }\n";
  expect_refused_early(
      with(activation, activation + file),
      "network.init: given parameters: array 'W1' has shape [8 x 2]; this network needs [8 x 1]", Exit::data);
}

TEST(Run, AJobWhoseTrainingCannotBeginFailsWithItsReason) {
  const TemporaryDirectory directory;
  const std::string law = "init = { law = \"normal\", weight_std = 9e36, bias_std = 9e36 }\n";
  const RunResult result = run(with("[train]\n", law + "[train]\n"), directory.file("r"));
  EXPECT_EQ(result.exit, Exit::run_failed);
  ASSERT_EQ(result.failures.size(), 2u);
  EXPECT_THAT(result.failures[0], HasSubstr("the training is not finite: step 1"));
}

TEST(Run, AJobThatDivergesInItsLastStepFails) {
  const TemporaryDirectory directory;
  const RunResult result =
      run(with("steps = 20", "steps = 1"), directory.file("r"), 1,
          {{}, {"network.activation=\"relu\"", "train.optimizer={kind=\"gd\", learning_rate=1e30}"}});
  EXPECT_EQ(result.exit, Exit::run_failed);
  ASSERT_EQ(result.failures.size(), 2u);
  EXPECT_THAT(result.failures[0],
              HasSubstr("the loss after step 1 is nan; first seen in the pre-activations of layer 2 of 3"));
  EXPECT_EQ(manifest_of(directory.file("r"))["jobs"]["ended"], 0);
}

TEST(Run, RefusesABatchLargerThanTheData) {
  expect_refused_early(with("batch = 8", "batch = 17"), "train.batch: 17 is more than the 16");
}

TEST(Run, WithoutANetworkLooksAtTheTargetOnce) {
  const TemporaryDirectory directory;
  const RunResult result = run("[experiment]\nname = \"t\"\n[target]\nplugin = \"mnist-projection\"\n",
                               directory.file("unused"), 1, {{}, {"target={plugin=\"sinusoids\"}"}});
  EXPECT_EQ(result.state, "finished");
}

TEST(Run, WithoutANetworkASpectrumIsTheTargetsAlone) {
  const TemporaryDirectory directory;
  run("[experiment]\nname = \"t\"\n[target]\nplugin = \"sinusoids\"\nfrequencies = [2.0]\namplitudes = "
      "[0.5]\n"
      "samples = 16\n[[probe]]\nname = \"spectrum\"\nplugin = \"spectrum\"\n",
      directory.file("r"));
  EXPECT_EQ(series_names(directory.file("r")), std::vector<std::string>{"spectrum.target_magnitude"});
  const Series magnitude = read_series(directory.file("r"), "spectrum.target_magnitude");
  ASSERT_EQ(magnitude.data.size(), 9u);
  EXPECT_NEAR(magnitude.data[2], 0.5, 1e-12);
  EXPECT_NEAR(magnitude.data[3], 0, 1e-12);
}

TEST(Check, GivesTheVerdictsOfTheRunAgain) {
  const TemporaryDirectory directory;
  const RunResult result =
      run(small_experiment +
              "[[claim]]\nname = \"c\"\nkind = \"bound\"\nseries = \"loss.train\"\nrelation = "
              "\"<\"\nthreshold = 1e9\nquote = \"q\"\nreason = \"r\"\n",
          directory.file("r"));
  const std::vector<Verdict> again = check_run(directory.file("r"));
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].outcome, Verdict::Outcome::holds);
  EXPECT_EQ(again[0].value, result.verdicts.at(0).value);
  EXPECT_EQ(manifest_of(directory.file("r"))["verdicts"][0]["outcome"], "holds");
}

TEST(Check, RefusesAConfigurationThatIsNotTheRuns) {
  const TemporaryDirectory directory;
  run(small_experiment, directory.file("r"));
  const std::string whole = bytes_of(directory.file("r") / "config.resolved.toml");
  std::ofstream(directory.file("r") / "config.resolved.toml") << whole.substr(0, whole.find("[target]"));
  try {
    check_run(directory.file("r"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Exit::data);
    EXPECT_THAT(error.what(), HasSubstr("not what the run began with"));
  }
}

TEST(Run, RefusesInitialWeightsBeyondFloat32) {
  const std::string law = "init = { law = \"normal\", weight_std = 1e300, bias_std = 1.0 }\n";
  expect_refused_early(with("[train]\n", law + "[train]\n"),
                       "network.init.weight_std: 1e+300 leaves no number");
}

TEST(Plan, CountsStepsAndBytesAndWritesNothing) {
  const Plan plan = plan_run(parse(swept), built_plugins(), {});
  EXPECT_EQ(plan.jobs, 6);
  EXPECT_EQ(plan.steps_total, 120);
  // loss 3x2x5, prediction 3x2x5x24, target and x 3x2x24, of 8 bytes
  EXPECT_EQ(plan.bytes, 8u * (30 + 720 + 144 + 144));
}

TEST(Plan, SaysWhatIsBuiltAndCountsTheTimeThatItTakes) {
  const std::string text =
      "[experiment]\nname = \"p\"\n[target]\nplugin = \"sinusoids\"\nfrequencies = [1.0]\nsamples = 300\n"
      "[[probe]]\nname = \"kernel\"\nplugin = \"kernel-spectrum\"\n";
  std::vector<std::string> said;
  const Plan plan = plan_run(parse(text), built_plugins(),
                             {.building = [&](const std::string& what) { said.push_back(what); }});
  EXPECT_EQ(said, std::vector<std::string>{"target sinusoids, probe kernel-spectrum"});
  EXPECT_GT(plan.seconds, 1e-3) << "300 eigenvectors";
}

}  // namespace
}  // namespace basso::test
