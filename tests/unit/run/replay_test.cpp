// Probes over the snapshots of a run give the bytes that they give during it; and what snapshots hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "basso/run.hpp"
#include "basso/verify.hpp"
#include "data/npz.hpp"
#include "experiments.hpp"
#include "support/python.hpp"
#include "support/temporary_directory.hpp"

namespace basso::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::map<std::string, std::string> series_of(const fs::path& run) {
  std::map<std::string, std::string> bytes{{"series.json", bytes_of(run / "series.json")}};
  for (const auto& entry : fs::directory_iterator(run / "series"))
    bytes[entry.path().filename()] = bytes_of(entry.path());
  return bytes;
}

void delete_series(const fs::path& run) {
  for (const std::string& name : series_names(run)) fs::remove(run / "series" / (name + ".npy"));
}

RunOptions options_of(int threads, const fs::path& out = {}) {
  RunOptions options;
  options.out = out;
  options.threads = threads;
  return options;
}

RunResult run(const std::string& text, const fs::path& out) {
  return run_experiment(parse(text), built_plugins(), options_of(2, out));
}

// With its defaults; where they evaluate the network very often, with less.
std::string probe_table(const std::string& id) {
  static const std::map<std::string, std::string> less{
      {"decision-map", "samples = 40\n"},     {"gradient-priority", "draws = 500\n"},
      {"parameter-fraction", "draws = 50\n"}, {"radial-spectrum", "samples = 40\n"},
      {"relu-decay", "samples = 2\n"},        {"robustness", "directions = 5\n"}};
  const auto settings = less.find(id);
  return "[[probe]]\nname = \"" + id + "\"\nplugin = \"" + id + "\"\n" +
         (settings == less.end() ? "" : settings->second);
}

fs::path write(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

std::string message_of(const fs::path& directory, const fs::path& probes, Exit code) {
  try {
    probe_run(directory, probes, built_plugins(), options_of(1));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  return "no error";
}

// Between them the scenes suit every shipped probe.
const std::string record = "every = 65\n";
const std::string waves = R"([experiment]
name = "waves"
repeats = 2
[target]
plugin = "sinusoids"
frequencies = [1.0, 2.0]
samples = 96
[network]
widths = [40, 40]
activation = "relu"
[train]
steps = 260
optimizer = { kind = "adam", learning_rate = 1e-2 }
[sweep]
train.l2 = [0.0, 1e-3]
)";
const std::string saturating = R"([experiment]
name = "saturating"
repeats = 2
[target]
plugin = "sinusoids"
frequencies = [1.0, 2.0]
samples = 32
[network]
widths = [12]
activation = "tanh"
[train]
steps = 260
precision = "float64"
optimizer = { kind = "sgd", learning_rate = 1e-2, momentum = 0.9 }
)";
const std::string curve = R"([experiment]
name = "curve"
repeats = 2
[target]
plugin = "flower"
samples = 32
dense_samples = 64
[network]
widths = [12, 10]
activation = [ { plugin = "prelu" }, { plugin = "relu" } ]
[train]
steps = 260
batch = 12
optimizer = { kind = "adam", learning_rate = 1e-2 }
)";
const std::string labels = R"([experiment]
name = "labels"
repeats = 2
[target]
plugin = "flower"
samples = 32
dense_samples = 64
output = "binary"
[network]
widths = [12, 10]
activation = "tanh"
[train]
steps = 260
loss = "bce"
optimizer = { kind = "adam", learning_rate = 1e-2 }
)";

const std::string circle = R"([experiment]
name = "circle"
repeats = 2
[target]
plugin = "flower"
petals = 0
samples = 32
[network]
widths = [12]
activation = "relu"
[train]
steps = 260
optimizer = { kind = "gd", learning_rate = 1e-2 }
)";

std::string scene_with(const std::string& scene, const std::string& probes) {
  return scene + "[record]\n" + record + "[snapshot]\n" + record + probes;
}

bool suits(const std::string& scene, const std::string& id) {
  try {
    check_experiment(parse(scene_with(scene, probe_table(id))), options_of(1));
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::set<std::string> shipped_probes() {
  std::set<std::string> ids;
  for (const Listing& listing : built_plugins().list())
    if (listing.kind == "probe") ids.insert(listing.id);
  return ids;
}

// Runs those of the probes that the scene suits, deletes what they recorded, and has it made again.
void expect_restored(const std::string& scene, const std::set<std::string>& ids,
                     std::set<std::string>& seen) {
  std::string probes;
  for (const std::string& id : ids) {
    if (!suits(scene, id)) continue;
    probes += probe_table(id);
    seen.insert(id);
  }
  const TemporaryDirectory directory;
  const fs::path r = directory.file("r");
  const RunResult result = run(scene_with(scene, probes), r);
  ASSERT_EQ(result.exit, Exit::ok) << result.failures.at(0);
  const fs::path file = write(directory.file("probes.toml"), probes);
  const auto live = series_of(r);
  for (const int threads : {1, 2}) {
    delete_series(r);
    const ProbeResult replayed = probe_run(r, file, built_plugins(), options_of(threads));
    EXPECT_EQ(replayed.exit, Exit::ok);
    EXPECT_EQ(replayed.note, "");
    const auto again = series_of(r);
    EXPECT_EQ(again.size(), live.size());
    for (const auto& [name, bytes] : live) EXPECT_TRUE(again.at(name) == bytes) << name;
  }
}

TEST(Replay, OfEveryShippedProbeGivesTheBytesOfTheRun) {
  std::set<std::string> seen;
  for (const std::string& scene : {waves, saturating, curve, labels, circle})
    expect_restored(scene, shipped_probes(), seen);
  EXPECT_EQ(seen, shipped_probes());
}

// Probes that ask an engine for all that it gives: loss, outputs, weights, gradients by inputs, products with
// the Hessian.
TEST(Replay, OfTheReferenceEngineGivesTheBytesOfTheRun) {
  const std::set<std::string> ids{"loss", "predictions", "spectrum", "weights", "input-gradient", "hessian"};
  std::set<std::string> seen;
  for (std::string scene : {waves, curve})
    expect_restored(scene.replace(scene.find("[train]\n"), 8, "[train]\nengine = \"reference\"\n"), ids,
                    seen);
  EXPECT_EQ(seen, ids);
}

TEST(Snapshots, KnowTheOrderInWhichTheEngineKeepsTheUnits) {
  const TemporaryDirectory directory;
  run(scene_with(waves, ""), directory.file("r"));
  const auto arrays = data::read_npz(directory.file("r/snapshots/point-0/repeat-1/step-260.npz"));
  const std::vector<std::int64_t> order = data::find_array(arrays, "order1", "r").integers();
  EXPECT_EQ(order.size(), 40u);
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()))
      << "no unit was moved: this scene tests too little";
}

TEST(Snapshots, AreReadByNumpyInTheUsersOrder) {
  const TemporaryDirectory directory;
  run(scene_with(curve, probe_table("predictions")), directory.file("r"));
  EXPECT_EQ(run_python("import numpy\nrun = '" + directory.file("r").string() + R"(/'
p = numpy.load(run + 'series/predictions.prediction.npy')
for repeat in range(2):
  for recording, step in enumerate(range(0, 261, 65)):
    z = numpy.load(run + f'snapshots/point-0/repeat-{repeat}/step-{step:03}.npz')
    assert z['step'] == step and sorted(z['order1']) == list(range(12))
    assert all(z[k].dtype == numpy.float32 for k in ('W1', 'b1', 'p1', 'W2', 'b2', 'W3', 'b3'))
    phi = 2 * numpy.pi * numpy.arange(32) / 32
    assert z['W1'].shape == (12, 2) and z['W2'].shape == (10, 12) and z['W3'].shape == (1, 10)
print('sound')
)"),
            "sound\n");
}

TEST(Snapshots, StartAnotherNetwork) {
  const TemporaryDirectory directory;
  run(scene_with(saturating, probe_table("predictions")), directory.file("first"));
  const std::string file = directory.file("first/snapshots/point-0/repeat-1/step-130.npz").string();
  std::string text = scene_with(saturating, probe_table("predictions"));
  const std::string activation = "activation = \"tanh\"\n";
  text.replace(text.find(activation), activation.size(),
               activation + "init = { law = \"file\", file = \"" + file + "\" }\n");
  run(text, directory.file("second"));
  const Series first = read_series(directory.file("first"), "predictions.prediction");
  const Series second = read_series(directory.file("second"), "predictions.prediction");
  for (std::size_t i = 0; i < 32; ++i)  // [repeat, recording, row]: tanh's units are never moved
    EXPECT_EQ(second.data[i], first.data[(1 * 5 + 2) * 32 + i]);
}

TEST(Replay, SeesWhereStopWhenEndedTheTraining) {
  const TemporaryDirectory directory;
  std::string text = scene_with(saturating, probe_table("loss") + probe_table("predictions"));
  text.replace(text.find("precision"), 0, "stop_when = { loss_below = 1e9 }\n");
  text += "event = \"loss\"\nlevel = 1e-9\n";
  const fs::path r = directory.file("r");
  ASSERT_EQ(run(text, r).exit, Exit::ok);
  const auto live = series_of(r);
  delete_series(r);
  const fs::path file = write(directory.file("p.toml"), probe_table("loss") + probe_table("predictions") +
                                                            "event = \"loss\"\nlevel = 1e-9\n");
  EXPECT_EQ(probe_run(r, file, built_plugins(), options_of(2)).exit, Exit::ok);
  EXPECT_TRUE(series_of(r) == live);
}

TEST(Replay, OfARepeatThatDivergedSeesWhatTheRunSaw) {
  const TemporaryDirectory directory;
  std::string text = scene_with(saturating, probe_table("predictions"));
  text += "[profile.none]\n";
  const std::string rate = "learning_rate = 1e-2";
  text.replace(text.find(rate), rate.size(), "learning_rate = 1.0");
  const fs::path r = directory.file("r");
  RunResult result = run_experiment(parse(text, {{}, {"train.l2=5.0"}}), built_plugins(), options_of(2, r));
  ASSERT_EQ(result.exit, Exit::run_failed);
  const auto live = series_of(r);
  delete_series(r);
  const fs::path file = write(directory.file("p.toml"), probe_table("predictions"));
  EXPECT_EQ(probe_run(r, file, built_plugins(), options_of(2)).exit, Exit::ok);
  EXPECT_TRUE(series_of(r) == live);
}

TEST(Replay, AddsSeriesWithTheirProvenance) {
  const TemporaryDirectory directory;
  const fs::path r = directory.file("r");
  run(scene_with(curve, probe_table("loss")), r);
  const auto before = series_of(r);
  const fs::path file = write(directory.file("p.toml"), probe_table("spectral-norm"));
  const ProbeResult result = probe_run(r, file, built_plugins(), options_of(2));
  EXPECT_THAT(result.series, testing::Contains("spectral-norm.norm"));
  EXPECT_EQ(read_series(r, "spectral-norm.norm").axes.at(1).values,
            (std::vector<double>{0, 65, 130, 195, 260}));
  EXPECT_EQ(series_of(r).at("loss.train.npy"), before.at("loss.train.npy"));
  const auto manifest = nlohmann::json::parse(bytes_of(r / "manifest.json"));
  ASSERT_EQ(manifest.at("replays").size(), 1u);
  const auto& replay = manifest.at("replays")[0];
  EXPECT_EQ(replay.at("probes"), probe_table("spectral-norm"));
  EXPECT_EQ(replay.at("basso"), manifest.at("basso"));
  EXPECT_EQ(replay.at("snapshots").at("files"), 10);
  EXPECT_EQ(replay.at("series"), result.series);

  EXPECT_THAT(message_of(r, file, Exit::usage), HasSubstr("there is a series spectral-norm.norm already"));
  resume_run(r, built_plugins(), options_of(1));
  EXPECT_EQ(nlohmann::json::parse(bytes_of(r / "manifest.json")).at("replays").size(), 1u);
}

// Files get their names one by one, then series.json lists them.
TEST(Replay, KilledWhileItAddedItsSeriesIsMadeAgain) {
  const TemporaryDirectory directory;
  const fs::path r = directory.file("r");
  run(scene_with(curve, probe_table("loss")), r);
  const std::string index = bytes_of(r / "series.json"), manifest = bytes_of(r / "manifest.json");
  const fs::path file = write(directory.file("p.toml"), probe_table("weights"));
  const ProbeResult first = probe_run(r, file, built_plugins(), options_of(1));
  const auto whole = series_of(r);
  ASSERT_GT(first.series.size(), 1u);
  write(r / "series.json", index);
  write(r / "manifest.json", manifest);
  write(r / "series" / (first.series[0] + ".npy"), "half");
  fs::remove(r / "series" / (first.series[1] + ".npy"));
  EXPECT_EQ(probe_run(r, file, built_plugins(), options_of(1)).series, first.series);
  EXPECT_TRUE(series_of(r) == whole);
  EXPECT_THAT(verify_run(r, built_plugins(), {}).findings, testing::IsEmpty());
}

TEST(Replay, SaysWhatIsMissing) {
  const TemporaryDirectory directory;
  const fs::path r = directory.file("r");
  run(scene_with(curve, probe_table("loss")), r);
  const std::string norm = probe_table("spectral-norm");
  EXPECT_THAT(message_of(r, write(directory.file("a.toml"), "[record]\nevery = 100\n" + norm), Exit::usage),
              HasSubstr("the run has no snapshots of the steps 100, 200; it has 0, 65, 130, 195, 260"));
  EXPECT_THAT(message_of(r, write(directory.file("b.toml"), "[train]\n" + norm), Exit::usage),
              HasSubstr("b.toml:1:1: train"));
  EXPECT_THAT(message_of(r, write(directory.file("c.toml"), "[record]\nevery = 65\n"), Exit::usage),
              HasSubstr("expected [[probe]]"));
  fs::remove(r / "series/loss.train.npy");
  EXPECT_THAT(message_of(r, write(directory.file("d.toml"), "[record]\nevery = 130\n" + probe_table("loss")),
                         Exit::usage),
              HasSubstr("series.json has a series loss.train with other recordings"));
  EXPECT_THAT(
      message_of(r, write(directory.file("f.toml"), "[[probe]]\nname = \"loss\"\nplugin = \"weights\"\n"),
                 Exit::usage),
      HasSubstr(
          "there is a series loss.train of another probe loss: give the one with loss.weight_mean another"));
  run(scene_with(curve, probe_table("loss"))
          .replace(scene_with(curve, "").find("[snapshot]\n") + 11, record.size(), "steps = []\n"),
      directory.file("none"));
  EXPECT_FALSE(fs::exists(directory.file("none") / "snapshots"));
  EXPECT_THAT(message_of(directory.file("none"), write(directory.file("e.toml"), norm), Exit::usage),
              HasSubstr("the run stored no networks"));
}

TEST(Replay, NamesADamagedSnapshotAndKeepsWhatTheOthersGive) {
  const TemporaryDirectory directory;
  const fs::path r = directory.file("r");
  run(scene_with(curve, probe_table("loss")), r);
  const fs::path damaged = r / "snapshots/point-0/repeat-1/step-065.npz";
  std::string bytes = bytes_of(damaged);
  bytes[bytes.find("NUMPY") + 200] ^= 1;
  write(damaged, bytes);
  const fs::path file = write(directory.file("p.toml"), probe_table("spectral-norm"));
  const ProbeResult result = probe_run(r, file, built_plugins(), options_of(1));
  EXPECT_EQ(result.exit, Exit::data);
  ASSERT_EQ(result.failures.size(), 1u);
  EXPECT_THAT(result.failures[0], testing::AllOf(HasSubstr("repeat 1: "), HasSubstr("step-065.npz: ")));
  const Series norms = read_series(r, "spectral-norm.norm");  // [repeat, recording, layer]
  EXPECT_TRUE(std::isfinite(norms.data[4 * 3]));
  EXPECT_TRUE(std::isfinite(norms.data[5 * 3]));
  EXPECT_TRUE(std::isnan(norms.data[6 * 3]));
}

}  // namespace
}  // namespace basso::test
