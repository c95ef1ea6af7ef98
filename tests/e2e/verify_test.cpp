// basso verify: a run directory is what its run left, or each thing that is not is named.
#include <nlohmann/json.hpp>

#include "command.hpp"

namespace basso::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const std::string edit = "/usr/bin/python3 -c 'import numpy; a = numpy.load(\"%s\", mmap_mode=\"r+\"); %s'";

// Changes a series of run `r` with one line of numpy on the array `a`.
void change(const Workplace& place, const std::string& file, const std::string& line) {
  ASSERT_EQ(place.shell(with(with(edit, "%s", "r/series/" + file), "%s", line)).code, 0);
}

// A run in `r` with a sweep, so that points differ, and a probe with a schedule of its own.
class Verify : public testing::Test {
 protected:
  void SetUp() override {
    place_.write("a.toml",
                 tiny + spectrum + "record = { steps = [0, 10] }\n[sweep]\ntrain.steps = [20, 10]\n");
    const Outcome run = place_.basso("run a.toml --out r --no-figures");
    ASSERT_EQ(run.code, 0) << run.error;
  }
  // Without its `files`, so that what else tells a change from a sound run is seen.
  void forget_hashes() {
    json manifest = json::parse(place_.read("r/manifest.json"));
    manifest.erase("files");
    place_.write("r/manifest.json", manifest.dump());
  }
  void finds(const std::string& text, const std::string& options = "") {
    const Outcome outcome = place_.basso("verify r " + options);
    EXPECT_EQ(outcome.code, 4) << outcome.out << outcome.error;
    EXPECT_THAT(outcome.out, HasSubstr(text));
  }
  Workplace place_;
};

TEST_F(Verify, FindsAFinishedRunSoundAndSaysWhatItCompared) {
  const Outcome outcome = place_.basso("verify r");
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.error;
  EXPECT_THAT(outcome.out, HasSubstr("r: finished, "));
  EXPECT_THAT(outcome.out, HasSubstr("sound"));
  EXPECT_EQ(outcome.error, "");
  const json verified = json::parse(place_.basso("verify r --json").out);
  EXPECT_EQ(verified.at("findings").size(), 0u);
  // Configurations, series.json, recorded, ended, the series; target, activation, two probes; snapshots of
  // two repeats at steps 0, 1, 10, 20 and 0, 1, 10.
  const json index = json::parse(place_.read("r/series.json"));
  EXPECT_EQ(verified.at("files"), 5 + index.at("series").size() + 4 + 2 * 7);
}

TEST_F(Verify, NamesEveryFileWhoseContentChanged) {
  change(place_, "loss.train.npy", "a[0, 0, 0] += 1e-12");
  std::filesystem::remove(place_.path() / "r/series/spectrum.normalised.npy");
  place_.write("r/config.toml", "");
  place_.write("r/config.resolved.toml", place_.read("r/config.resolved.toml") + "\n");
  const Outcome outcome = place_.basso("verify r --json");
  EXPECT_EQ(outcome.code, 4);
  std::vector<std::string> files;
  const json verified = json::parse(outcome.out);
  for (const json& finding : verified.at("findings")) files.push_back(finding.at("file"));
  EXPECT_THAT(files, testing::UnorderedElementsAre("series/loss.train.npy", "series/spectrum.normalised.npy",
                                                   "config.toml", "config.resolved.toml"));
  finds("series/loss.train.npy: not as the run left it: its XXH3-128 is ");
  finds("series/spectrum.normalised.npy: missing");
}

TEST_F(Verify, NamesEveryFileOfTheRecordOfWhichTheManifestHasNoHash) {
  json manifest = json::parse(place_.read("r/manifest.json"));
  json& files = manifest.at("files");
  for (auto at = files.begin(); at != files.end();)
    at = at->at("path") == "series/loss.train.npy" ? files.erase(at) : at + 1;
  place_.write("r/manifest.json", manifest.dump());
  change(place_, "loss.train.npy", "a[0, 0, 0] += 1e-12");
  place_.write("r/snapshots/point-0/repeat-0/step-02.npz", "");
  finds("series/loss.train.npy: the manifest has no hash of it\n");
  finds("snapshots/point-0/repeat-0/step-02.npz: the manifest has no hash of it\n");
  finds(", 2 findings");
}

TEST_F(Verify, FindsNothingElseWhereTheConfigurationIsGone) {
  std::filesystem::remove(place_.path() / "r/config.resolved.toml");
  finds("config.resolved.toml: missing\n");
  finds(", 1 finding\n");
}

TEST_F(Verify, ComparesShapesCountsAndValuesWithoutHashesToo) {
  forget_hashes();
  const std::string alone =
      "manifest.json: has no hashes of its series, yet the run is finished\nr: finished, 5 files compared, 1 "
      "finding\n";
  EXPECT_EQ(place_.basso("verify r").out, alone);
  const auto damaged = [&](const std::string& file, const std::string& line, const std::string& text) {
    const std::string before = place_.read("r/series/" + file);
    change(place_, file, line);
    finds(text);
    place_.write("r/series/" + file, before);
  };
  damaged("recorded.npy", "a[0, 1] = 3",
          "series/recorded.npy: 3 complete recordings of sweep point 0, repeat 1, which ended at step 20: "
          "expected 5");
  damaged("recorded.npy", "a[1, 0] = -0.5",
          "series/recorded.npy: -0.5 complete recordings of sweep point 1, repeat 0");
  damaged("ended.npy", "a[0, 0] = numpy.nan",
          "series/ended.npy: sweep point 0, repeat 0 has not ended, yet the run is finished");
  damaged("loss.train.npy", "a[1, 0, 4] = 1",
          "series/loss.train.npy: holds values of sweep point 1, repeat 0 at step 20");
  damaged("loss.train.npy", "a[0, 0, 3] = numpy.nan",
          "series/recorded.npy: counts the recording of sweep point 0, repeat 0 at step 15 as complete");
  damaged("spectrum.normalised.npy", "numpy.save(\"r/series/spectrum.normalised.npy\", a[:, :1])",
          "series/spectrum.normalised.npy: a <f8 array of shape (2, 1, ");
  damaged("recorded.npy", "numpy.save(\"r/series/recorded.npy\", a[:, :1])",
          "series/recorded.npy: a <f8 array of shape (2, 1), expected <f8 in C order of shape (2, 2)");
  damaged("loss.train.npy", "numpy.save(\"r/series/loss.train.npy\", a.astype(\"f4\"))",
          "series/loss.train.npy: a <f4 array of shape");
  place_.write("r/series.json", with(place_.read("r/series.json"), "\"repeats\": 2", "\"repeats\": 3"));
  finds("series.json: damaged: series loss.train does not have the axes of the sweep and the repeats");
  const std::string index = place_.read("r/series.json");
  for (const char* number : {"2e27", "18446744073709551615", "2.5"}) {
    place_.write("r/series.json", with(index, "\"repeats\": 3", std::string("\"repeats\": ") + number));
    finds("series.json: damaged: its repeats is no whole number");
  }
}

// The sizes are found before anything is read: no machine takes 208 GB into its memory, or hashes it in a
// second.
TEST_F(Verify, FindsAFileThatIsFarTooLongByItsSize) {
  for (const char* name : {"loss.train.npy", "recorded.npy"}) {
    const std::string file = std::string("r/series/") + name, before = place_.read(file);
    std::filesystem::resize_file(place_.path() / file, 208'000'000'000);
    finds(std::string("series/") + name + ": 207999999872 bytes of elements, expected ");
    place_.write(file, before);
  }
  EXPECT_EQ(place_.basso("verify r").code, 0);
}

// A series of 640 MB, sparse, as series.json states it.
TEST_F(Verify, AndCompareReadLargeSeriesInPieces) {
  ASSERT_EQ(
      place_
          .shell(
              "/usr/bin/python3 -c '"
              "import json, numpy\n"
              "index = json.load(open(\"r/series.json\"))\n"
              "series = next(s for s in index[\"series\"] if s[\"name\"] == \"loss.train\")\n"
              "for name in \"ab\":\n"
              "  series[\"axes\"].append({\"name\": name, \"unit\": \"\", \"values\": list(range(2000))})\n"
              "  series[\"shape\"].append(2000)\n"
              "json.dump(index, open(\"r/series.json\", \"w\"))\n"
              "numpy.lib.format.open_memmap(\"r/series/loss.train.npy\", \"w+\", float, "
              "tuple(series[\"shape\"]))'")
          .code,
      0)
      << place_.read("stderr.txt");
  const auto kibibytes = [&](const std::string& arguments, int code) {
    const Outcome outcome = place_.shell(
        "/usr/bin/python3 -c '"
        "import resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' '" BASSO_BINARY
        "' " +
        arguments);
    EXPECT_EQ(std::stoi(outcome.out), code) << arguments;
    return std::stol(outcome.out.substr(outcome.out.find(' ')));
  };
  EXPECT_LT(kibibytes("verify r", 4), 300'000);
  EXPECT_LT(kibibytes("compare r r", 0), 300'000);
}

TEST_F(Verify, NamesPluginsAndDataOfOtherContentWhereTheyAreFound) {
  json manifest = json::parse(place_.read("r/manifest.json"));
  const std::string library = manifest.at("plugins").at(0).at("library");
  EXPECT_TRUE(std::filesystem::path(library).is_absolute());
  manifest["plugins"][0]["hash"] = "0";
  place_.write("data/it.npy", "other");
  manifest["data"] = {{{"path", (place_.path() / "data/it.npy").string()}, {"hash", "1"}},
                      {{"path", "/nowhere/that.npy"}, {"hash", "2"}}};
  place_.write("r/manifest.json", manifest.dump());
  finds(library + ": is not the plugin target/sinusoids 1.0.0 that the run read");
  finds("data/it.npy: is not the data file it.npy that the run read");
  EXPECT_THAT(place_.basso("verify r").error,
              HasSubstr("note: the data file that.npy is not here to be compared"));
  const Outcome record = place_.basso("verify r --record");
  EXPECT_EQ(record.code, 0) << record.out;
}

TEST_F(Verify, SaysWhatIsWrongWithAManifest) {
  const std::string manifest = place_.read("r/manifest.json");
  place_.write("r/manifest.json", "{");
  finds("manifest.json: damaged: ");
  json outside = json::parse(manifest);
  outside["files"].push_back({{"path", "../a.toml"}, {"hash", "0"}});
  place_.write("r/manifest.json", outside.dump());
  finds("manifest.json: names ../a.toml, which lies outside the run directory");
  for (const char* key : {"failures", "replays", "jobs"}) {
    json other = json::parse(manifest);
    other[key] = std::string(key) == "jobs" ? json::array() : json::object();
    place_.write("r/manifest.json", other.dump());
    finds(std::string("manifest.json: damaged: its ") + key + " are no ");
  }
  EXPECT_EQ(place_.basso("verify nowhere").code, 2);
}

TEST_F(Verify, NotesWhatARunThatIsNotOverCannotSay) {
  forget_hashes();
  json manifest = json::parse(place_.read("r/manifest.json"));
  manifest["state"] = "running";
  place_.write("r/manifest.json", manifest.dump());
  const Outcome outcome = place_.basso("verify r");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.error, HasSubstr("its series have no hashes before its end"));
}

}  // namespace
}  // namespace basso::test
