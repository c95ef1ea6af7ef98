// Figures of runs whose probes changed on the way: dropped or added by `resume`, added over snapshots.
#include "command.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string probes = R"(
[[probe]]
name = "spectrum"
plugin = "spectrum"
[[probe]]
name = "norm"
plugin = "spectral-norm"
[[probe]]
name = "function"
plugin = "predictions"
)";

const std::string figures = R"(
[[figure]]
name = "colours"
kind = "heatmap"
series = ["spectrum.normalised"]
[[figure]]
name = "norms"
kind = "lines"
series = ["norm.norm"]
[[figure]]
name = "function"
kind = "function"
series = ["function.prediction", "function.target"]
)";
const std::vector<std::string> names{"colours", "norms", "function"};

class PlotOfChangedProbes : public testing::Test {
 protected:
  void SetUp() override {
    place_.write("whole.toml", tiny + probes + figures);
    place_.write("probes.toml", probes);
    expect(0, "run whole.toml --out whole");
  }

  Outcome expect(int code, const std::string& command, const std::string& environment = "") {
    const Outcome outcome = place_.basso(command, environment);
    EXPECT_EQ(outcome.code, code) << command << "\n" << outcome.error;
    return outcome;
  }
  // A run of this name with further tables in which a probe ends the first repeat at step 10.
  void stop(const std::string& name, const std::string& tables) {
    place_.write(name + ".toml", tiny + "[[probe]]\nname = \"faulty\"\nplugin = \"faulty\"\n" + tables);
    expect(1, "run " + name + ".toml --threads 1 --no-figures --out " + name + faulty_,
           "BASSO_FAULT='probe observe 3 status' BASSO_FAULT_MARK=mark");
  }
  void resume(const std::string& name, const std::string& changes) {
    expect(0, "resume " + name + " --no-figures --drop faulty " + changes + faulty_);
  }
  // What stands in each of the three figures of these runs; all are drawn.
  std::vector<std::string> words(const std::string& runs) {
    std::filesystem::remove_all(place_.path() / "drawn");
    const Outcome outcome = expect(0, "plot " + runs + " --out drawn");
    EXPECT_EQ(outcome.error, "");
    std::vector<std::string> texts;
    for (const std::string& name : names) texts.push_back(place_.read("drawn/" + name + ".svg"));
    return texts;
  }

  Workplace place_;
  const std::string faulty_ = " --plugin-dir '" E2E_FAULTY "'";
};

TEST_F(PlotOfChangedProbes, DroppedOnesShowWhatTheySawAndWhereTheyEnded) {
  stop("r", probes + figures);
  for (const std::string& text : words("r")) EXPECT_THAT(text, Not(HasSubstr("dropped")));
  resume("r", "--drop spectrum --drop norm --drop function");
  const std::vector<std::string> alone = words("r");
  EXPECT_THAT(alone[0], HasSubstr("spectrum dropped at step 10"));
  EXPECT_THAT(alone[1], HasSubstr("norm dropped at step 10"));
  EXPECT_THAT(alone[2], HasSubstr("function dropped at step 10"));
  for (const std::string& text : words("whole r")) EXPECT_THAT(text, HasSubstr("r: "));
  for (const std::string& text : words("whole")) EXPECT_THAT(text, Not(HasSubstr("dropped")));
  // The first repeat's: what the second one saw later is not its own.
  EXPECT_THAT(alone[2], HasSubstr("step 5"));
  EXPECT_THAT(alone[2], Not(HasSubstr("step 20")));
}

TEST_F(PlotOfChangedProbes, AddedOnesShowWhatTheySaw) {
  stop("r", "");
  resume("r", "--probes probes.toml");
  const std::vector<std::string> both = words("whole r");
  EXPECT_THAT(both[0], HasSubstr("r: spectrum added at step 10"));
  EXPECT_THAT(both[1], HasSubstr("r: norm added at step 10"));
  EXPECT_THAT(both[2], HasSubstr("r: function added at step 10"));
  EXPECT_THAT(both[2], HasSubstr("whole, step 0"));
  EXPECT_THAT(both[2], Not(HasSubstr("r, step 0"))) << "it had seen nothing yet";
  EXPECT_THAT(both[2], HasSubstr("r, step 10"));
  EXPECT_THAT(both[2], HasSubstr("r, step 20"));
}

TEST_F(PlotOfChangedProbes, OnesAddedThenDroppedSayBothAndOnesOverSnapshotsNothing) {
  stop("r", "");
  expect(1, "resume r --no-figures --probes probes.toml --threads 1" + faulty_,
         "BASSO_FAULT='probe observe 2 status' BASSO_FAULT_MARK=mark");
  resume("r", "--drop norm");
  EXPECT_THAT(words("whole r")[1], HasSubstr("r: norm added at step 10, dropped at step 15"));

  place_.write("bare.toml", tiny + "[snapshot]\nevery = 10\n");
  expect(0, "run bare.toml --out bare");
  expect(0, "probe bare --probes probes.toml");
  const std::vector<std::string> both = words("whole bare");
  for (const std::string& text : both) EXPECT_THAT(text, Not(HasSubstr("added")));
  EXPECT_THAT(both[2], HasSubstr("bare, step 10"));
}

// None of its values is a number.
TEST_F(PlotOfChangedProbes, OnesDroppedBeforeTheySawAnythingAreEmptyPictures) {
  place_.write("r.toml", with(tiny, "repeats = 2", "repeats = 1") +
                             "[[probe]]\nname = \"faulty\"\nplugin = \"faulty\"\n" + probes + figures);
  expect(1, "run r.toml --threads 1 --no-figures --out r" + faulty_,
         "BASSO_FAULT='probe observe 1 status' BASSO_FAULT_MARK=mark");
  resume("r", "--drop spectrum --drop norm --drop function");
  EXPECT_THAT(words("r")[0], HasSubstr("spectrum dropped at step 0"));
  words("whole r");
}

}  // namespace
}  // namespace basso::test
