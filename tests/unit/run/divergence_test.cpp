// Training that stops being finite: what is said, what is kept, and that the other jobs do not notice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "basso/run.hpp"
#include "data/npy.hpp"
#include "data/npz.hpp"
#include "experiments.hpp"
#include "support/temporary_directory.hpp"

namespace basso::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// In float32 gradient descent at these rates fails in the loss, in the gradient of an update, at a recording
// and behind the last step; at the first one it goes well.
const std::vector<std::string> rates{"3.0", "10.0", "100.0", "1e3", "1e5", "1e8", "1e12", "1e30"};
constexpr std::size_t recordings = 5;

std::string experiment(const std::string& sweep) {
  return R"([experiment]
name = "d"
[target]
plugin = "sinusoids"
frequencies = [1.0, 2.0]
samples = 16
[network]
widths = [8, 8, 8]
activation = "relu"
[train]
steps = 20
optimizer = { kind = "gd", learning_rate = 3.0 }
[record]
every = 5
[snapshot]
steps = []
[[probe]]
name = "loss"
plugin = "loss"
)" + sweep;
}

RunResult run(const fs::path& out, const std::string& sweep, const std::vector<std::string>& set) {
  RunOptions options;
  options.out = out;
  options.threads = 2;
  return run_experiment(parse(experiment(sweep), {{}, set}), built_plugins(), options);
}

std::string swept() {
  std::string list;
  for (const std::string& rate : rates) list += rate + ", ";
  return "[sweep]\ntrain.optimizer.learning_rate = [" + list + "]\n";
}

fs::path only_file(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  EXPECT_EQ(files.size(), 1u) << folder;
  return files.at(0);
}

void expect_same_finite_network(const fs::path& kept, const fs::path& other) {
  const auto arrays = data::read_npz(kept), expected = data::read_npz(other);
  ASSERT_EQ(arrays.size(), expected.size());
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    EXPECT_EQ(arrays[i].name, expected[i].name);
    EXPECT_EQ(arrays[i].array.bytes, expected[i].array.bytes) << kept << ", " << arrays[i].name;
    for (const double value : arrays[i].array.to_doubles()) EXPECT_TRUE(std::isfinite(value));
  }
}

// The kept network is that of a training which ends at its step.
void expect_last_network(const fs::path& kept, const std::string& rate, const std::string& batch,
                         const TemporaryDirectory& directory) {
  const auto arrays = data::read_npz(kept);
  const std::string step = std::to_string(data::find_array(arrays, "step", kept).integers()[0]);
  const fs::path r = directory.file("until-" + rate + "-" + batch);
  run(r, "",
      {"train.optimizer.learning_rate=" + rate, "train.steps=" + step, "snapshot={steps=[" + step + "]}",
       "train.batch=" + batch, "record={steps=[0]}"});
  expect_same_finite_network(kept, r / "snapshots/point-0/repeat-0" / ("step-" + step + ".npz"));
}

void expect_named_and_kept(const std::string& batch) {
  const TemporaryDirectory directory;
  const fs::path r = directory.file("r");
  const RunResult result = run(r, swept(), {"train.batch=" + batch});
  EXPECT_EQ(result.exit, Exit::run_failed);
  const std::size_t failed = rates.size() - 1;
  ASSERT_EQ(result.failures.size(), failed);
  EXPECT_FALSE(fs::exists(r / "snapshots/point-0"));
  std::size_t updates = 0;
  for (std::size_t i = 0; i < failed; ++i) {
    SCOPED_TRACE(result.failures[i]);
    EXPECT_THAT(result.failures[i], HasSubstr("the training is not finite: "));
    EXPECT_THAT(result.failures[i], HasSubstr("step "));
    EXPECT_THAT(result.failures[i], HasSubstr("layer "));
    EXPECT_THAT(result.failures[i], testing::Not(HasSubstr("-nan")));
    const fs::path kept = only_file(r / ("snapshots/point-" + std::to_string(i + 1)) / "repeat-0");
    EXPECT_THAT(result.failures[i], HasSubstr("is " + kept.string()));
    expect_last_network(kept, rates[i + 1], batch, directory);
    updates += result.failures[i].find("the gradient of W") != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(updates, 0u);
  EXPECT_LT(updates, failed);
}

TEST(Divergence, NamesStepQuantityAndLayerAndKeepsTheLastFiniteNetwork) { expect_named_and_kept("0"); }
TEST(Divergence, DoesSoWithMiniBatches) { expect_named_and_kept("8"); }

TEST(Divergence, LeavesTheOtherJobsAloneAndTheFailedOnesTrue) {
  const TemporaryDirectory directory;
  run(directory.file("r"), swept(), {});
  run(directory.file("sound"), "", {});
  const Series all = read_series(directory.file("r"), "loss.train");  // [rate, repeat, recording]
  const Series sound = read_series(directory.file("sound"), "loss.train");
  EXPECT_EQ(std::vector<double>(all.data.begin(), all.data.begin() + recordings), sound.data);
  const auto recorded = data::read_npy(directory.file("r/series/recorded.npy")).to_doubles();
  const auto ended = data::read_npy(directory.file("r/series/ended.npy")).to_doubles();
  EXPECT_EQ(recorded[0], recordings);
  EXPECT_EQ(ended[0], 20);
  for (std::size_t i = 1; i < rates.size(); ++i) {
    EXPECT_GE(recorded[i], 1) << "the initial network";
    EXPECT_LT(recorded[i], recordings);
    EXPECT_TRUE(std::isnan(ended[i]));
    for (std::size_t k = 0; k < recordings; ++k)
      EXPECT_EQ(std::isfinite(all.data[i * recordings + k]), static_cast<double>(k) < recorded[i])
          << rates[i];
  }
  std::ifstream stream(directory.file("r/manifest.json"));
  const auto manifest = nlohmann::json::parse(stream);
  EXPECT_EQ(manifest.at("state"), "failed");
  EXPECT_EQ(manifest.at("failures").size(), rates.size() - 1);
}

// One sample of 64 has a value just below the largest float32: predictions, loss and the gradient by the
// output are finite, and only its product with what the hidden layer gives overflows. Which of the batches
// has the sample, and so whether eight steps meet it, differs between repeats.
RunResult run_with_outlier(const TemporaryDirectory& directory, const std::string& out,
                           const std::string& steps, const std::string& snapshots) {
  std::vector<double> points(64), values(64, 1.0);
  for (std::size_t i = 0; i < points.size(); ++i) points[i] = 1000.0 + static_cast<double>(i);
  values[7] = 3e38;
  data::write_npy(directory.file("points.npy"), {points.size()}, points);
  data::write_npy(directory.file("values.npy"), {values.size()}, values);
  const std::string text = R"([experiment]
name = "outlier"
repeats = 6
[target]
plugin = "file"
[network]
widths = [8]
activation = "relu"
[train]
batch = 4
optimizer = { kind = "gd", learning_rate = 1e-9 }
steps = 0
[record]
every = 4
[snapshot]
steps = []
[[probe]]
name = "loss"
plugin = "loss"
)";
  RunOptions options;
  options.out = directory.file(out);
  options.threads = 2;
  const std::vector<std::string> set{"target.points=\"" + directory.file("points.npy").string() + "\"",
                                     "target.values=\"" + directory.file("values.npy").string() + "\"",
                                     "train.steps=" + steps, "snapshot.steps=[" + snapshots + "]"};
  return run_experiment(parse(text, {{}, set}), built_plugins(), options);
}

TEST(Divergence, OfAGradientNamesItsLayerKeepsTheNetworkBeforeItAndLeavesTheOtherRepeatsAlone) {
  const TemporaryDirectory directory;
  const RunResult result = run_with_outlier(directory, "r", "8", "");
  EXPECT_EQ(result.exit, Exit::run_failed);
  const auto ended = data::read_npy(directory.file("r/series/ended.npy")).to_doubles();
  std::size_t failed = 0;
  for (std::size_t i = 0; i < ended.size(); ++i) {
    const std::string repeat = "repeat-" + std::to_string(i);
    const fs::path snapshots = directory.file("r/snapshots/point-0") / repeat;
    if (!std::isnan(ended[i])) {
      EXPECT_EQ(ended[i], 8);
      EXPECT_FALSE(fs::exists(snapshots));
      continue;
    }
    ASSERT_LT(failed, result.failures.size());
    const fs::path kept = only_file(snapshots);
    const auto step = data::find_array(data::read_npz(kept), "step", kept).integers()[0];
    EXPECT_THAT(result.failures[failed++],
                HasSubstr("repeat " + std::to_string(i) + ": the training is not finite: step " +
                          std::to_string(step + 1) + ": the gradient of W2 is not finite; its last finite " +
                          "network, of step " + std::to_string(step) + ", is " + kept.string()));
    run_with_outlier(directory, repeat, std::to_string(step), std::to_string(step));
    expect_same_finite_network(kept,
                               directory.file(repeat + "/snapshots/point-0") / repeat / kept.filename());
  }
  EXPECT_EQ(failed, result.failures.size());
  EXPECT_GT(failed, 0u);
  EXPECT_LT(failed, ended.size());
}

}  // namespace
}  // namespace basso::test
