// Run directories that are not as their run left them: what is wrong is named, never blessed and never waited
// for.
#include <nlohmann/json.hpp>

#include "command.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;

const char* const verbs[] = {"verify d", "check d", "plot d", "compare d r", "probe d --probes p.toml",
                             "resume d"};

class DamagedRun : public testing::Test {
 protected:
  void SetUp() override {
    place_.write("a.toml", tiny + "\n[snapshot]\nevery = 10\n");
    place_.write("p.toml", spectrum);
    ASSERT_EQ(place_.basso("run a.toml --out r").code, 0);
  }
  void fresh() {
    std::filesystem::remove_all(place_.path() / "d");
    std::filesystem::copy(place_.path() / "r", place_.path() / "d", std::filesystem::copy_options::recursive);
  }
  // Changes one byte of a file of `d`, and back when it is called again.
  void flip(const std::string& file) {
    std::string bytes = place_.read("d/" + file);
    bytes.at(bytes.size() - 5) = static_cast<char>(bytes.at(bytes.size() - 5) ^ 1);
    place_.write("d/" + file, bytes);
  }
  Workplace place_;
};

TEST_F(DamagedRun, StaysAFindingWhateverProbesLookAtIt) {
  fresh();
  flip("series/loss.train.npy");
  EXPECT_EQ(place_.basso("probe d --probes p.toml").code, 0);
  const Outcome outcome = place_.basso("verify d");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.out, HasSubstr("series/loss.train.npy: not as the run left it"));
  flip("series/loss.train.npy");
  EXPECT_EQ(place_.basso("verify d").code, 0);
}

TEST_F(DamagedRun, ManifestIsSaidToBeSoWithItsPlaceAndWhatToDo) {
  fresh();
  place_.write("d/manifest.json", place_.read("d/manifest.json").substr(0, 200));
  for (const char* verb : verbs) {
    const Outcome outcome = place_.basso(verb);
    EXPECT_EQ(outcome.code, 4) << verb;
    const std::string all = outcome.out + outcome.error;
    EXPECT_THAT(all, HasSubstr("manifest.json: damaged: ")) << verb;
    EXPECT_THAT(all, HasSubstr("begin anew: basso run d/config.resolved.toml")) << verb;
    EXPECT_THAT(all, testing::Not(HasSubstr("json.exception"))) << verb;
  }
}

// As on a full disk: log.txt tells the end, the manifest could not.
TEST_F(DamagedRun, ThatEndedForItsLogIsNotSaidToHaveEndedWithoutAWord) {
  for (const char* word : {"failed", "finished"}) {
    fresh();
    place_.write("d/manifest.json",
                 with(place_.read("d/manifest.json"), "\"state\": \"finished\"", "\"state\": \"running\""));
    place_.write("d/log.txt", place_.read("d/log.txt") + "2026-01-02T03:04:05Z " + word + "\n");
    const Outcome outcome = place_.basso("check d");
    EXPECT_THAT(outcome.error,
                HasSubstr(std::string("this run ended, as its log says (\"2026-01-02T03:04:05Z ") + word +
                          "\"), but its manifest could not be written"));
    EXPECT_THAT(outcome.error, testing::Not(HasSubstr("without a word")));
  }
}

TEST_F(DamagedRun, IsNotLookedAtWhereNobodyKnowsHowFarItIs) {
  for (const char* file : {"series/ended.npy", "series.json"}) {
    fresh();
    place_.write(std::string("d/") + file, place_.read(std::string("d/") + file) + " ");
    const Outcome outcome = place_.basso("probe d --probes p.toml");
    EXPECT_EQ(outcome.code, 4) << file;
    EXPECT_THAT(outcome.error, HasSubstr(std::string("d/") + file + ": not as the run left it")) << file;
  }
  fresh();
  std::filesystem::remove(place_.path() / "d/series/recorded.npy");
  const Outcome outcome = place_.basso("probe d --probes p.toml");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.error, HasSubstr("d/series/recorded.npy: missing"));
}

TEST_F(DamagedRun, DoesNotGoOnWithSeriesThatOthersChanged) {
  const std::string faulty = " --plugin-dir '" E2E_FAULTY "'";
  place_.write("f.toml", tiny + "[[probe]]\nname = \"faulty\"\nplugin = \"faulty\"\n");
  ASSERT_EQ(place_
                .basso("run f.toml --threads 1 --out d" + faulty,
                       "BASSO_FAULT='probe observe 3 status' BASSO_FAULT_MARK=mark")
                .code,
            1);
  flip("series/loss.train.npy");
  const std::string resume = "resume d --drop faulty" + faulty;
  const Outcome refused = place_.basso(resume);
  EXPECT_EQ(refused.code, 4);
  EXPECT_THAT(refused.error,
              HasSubstr("d/series/loss.train.npy: not as the run left it (basso verify names"));
  flip("series/loss.train.npy");
  EXPECT_EQ(place_.basso(resume).code, 0);
  EXPECT_EQ(place_.basso("verify d --record").code, 0);
}

TEST_F(DamagedRun, IsNeitherJudgedNorDrawnNorTakenForWhatItWas) {
  place_.write("c.toml", tiny + R"(
[[claim]]
name = "falls"
kind = "bound"
series = "loss.train"
relation = "<"
threshold = 1e9
quote = "q"
reason = "r"
[[figure]]
name = "loss"
kind = "lines"
series = ["loss.train"]
)");
  ASSERT_EQ(place_.basso("run c.toml --out d").code, 0);
  for (const char* file : {"series/loss.train.npy", "series/recorded.npy", "config.resolved.toml"}) {
    flip(file);
    for (const std::string verb : {"check d", "plot d", "resume d"}) {
      const Outcome outcome = place_.basso(verb);
      EXPECT_EQ(outcome.code, 4) << verb << " with another " << file << "\n" << outcome.error;
      EXPECT_THAT(outcome.error, HasSubstr(std::string("d/") + file + ": not ")) << verb;
    }
    flip(file);
  }
  for (const std::string verb : {"check d", "plot d", "resume d"})
    EXPECT_EQ(place_.basso(verb).code, 0) << verb;
}

// SIGTERM alone would be taken for a wish to stop after the next step.
TEST_F(DamagedRun, WithPipesInPlaceOfFilesKeepsNobodyWaiting) {
  for (const char* file :
       {"manifest.json", "config.resolved.toml", "series.json", "series/ended.npy", "log.txt"}) {
    for (const std::string verb : verbs) {
      fresh();
      ASSERT_EQ(place_.shell("rm d/" + std::string(file) + " && mkfifo d/" + file).code, 0);
      const Outcome outcome = place_.shell("timeout -s KILL 60 '" BASSO_BINARY "' " + verb);
      EXPECT_LE(outcome.code, 4) << verb << " with a pipe as " << file;
    }
  }
}

TEST_F(DamagedRun, TakesProbesOutOfAPipeAsWell) {
  fresh();
  ASSERT_EQ(place_
                .shell("mkfifo pipe && { cat p.toml > pipe & }; timeout -s KILL 60 '" BASSO_BINARY
                       "' probe d --probes pipe")
                .code,
            0);
  const auto manifest = nlohmann::json::parse(place_.read("d/manifest.json"));
  EXPECT_EQ(manifest.at("replays").at(0).at("probes"), spectrum);
}

}  // namespace
}  // namespace basso::test
