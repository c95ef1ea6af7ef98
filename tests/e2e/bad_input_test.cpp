// Experiment files and output directories that cannot be used: one clear message, exit code 2, nothing
// trained.
#include "command.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;

struct Case {
  const char* name;
  std::string text;  // of the experiment file
  std::vector<std::string> says;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class BadFile : public testing::TestWithParam<Case> {};

TEST_P(BadFile, EndsWithCodeTwoAndSaysWhereAndWhat) {
  const Workplace place;
  place.write("bad.toml", GetParam().text);
  const Outcome outcome = place.basso("run bad.toml");
  EXPECT_EQ(outcome.code, 2) << outcome.error;
  EXPECT_THAT(outcome.error, testing::StartsWith("basso: "));
  for (const std::string& part : GetParam().says) EXPECT_THAT(outcome.error, HasSubstr(part));
  EXPECT_EQ(outcome.out, "");
  EXPECT_FALSE(place.exists("runs/bad-001/series")) << "found before anything is trained";
}

INSTANTIATE_TEST_SUITE_P(
    File, BadFile,
    testing::Values(
        Case{"syntax", "[experiment\n", {"bad.toml:1"}},
        Case{"unknown_key", with(tiny, "steps = 20", "step = 20"), {"bad.toml:15", "step", "steps"}},
        Case{"unknown_table", tiny + "[recrod]\nevery = 1\n", {"recrod", "record"}},
        Case{"wrong_type", with(tiny, "steps = 20", "steps = \"many\""), {"bad.toml:15", "steps", "integer"}},
        Case{"out_of_range", with(tiny, "steps = 20", "steps = -1"), {"bad.toml:15", "steps", "-1"}},
        Case{
            "plugin_parameter_unknown", with(tiny, "samples", "sample"), {"bad.toml:8", "sample", "samples"}},
        Case{"plugin_parameter_type",
             with(tiny, "samples = 20", "samples = 2.5"),
             {"bad.toml:8", "samples", "integer"}},
        Case{"plugin_parameter_range",
             with(tiny, "samples = 20", "samples = 0"),
             {"bad.toml:8", "samples", "[1,inf)"}},
        Case{"claim_of_unknown_series",
             tiny + "[[claim]]\nname = \"c\"\nkind = \"bound\"\nseries = \"loss.trian\"\nrelation = "
                    "\"<=\"\nthreshold = 1.0\n"
                    "quote = \"q\"\nreason = \"r\"\n",
             {"loss.trian", "loss.train"}},
        Case{"claim_that_holds_longer_than_the_run",
             tiny + "[[claim]]\nname = \"c\"\nkind = \"bound\"\nseries = \"loss.train\"\nreduce = "
                    "\"first_crossing\"\nlevel = 0.5\ndirection = \"below\"\nhold = 6\nrelation = \"<=\"\n"
                    "threshold = 1.0\nquote = \"q\"\nreason = \"r\"\n",
             {"bad.toml:24:1: claim c: hold = 6, but loss.train has 5 recordings"}},
        Case{"checkpoints_at_once",
             tiny + "[checkpoint]\nseconds = -1\n",
             {"checkpoint.seconds: -1 is out of range, expected a finite number above 0"}},
        Case{"figure_of_unknown_series",
             tiny + "[[figure]]\nname = \"f\"\nkind = \"lines\"\nseries = [\"los.train\"]\n",
             {"los.train", "loss.train"}},
        Case{"figure_of_unknown_kind",
             tiny + "[[figure]]\nname = \"f\"\nkind = \"pie\"\nseries = [\"loss.train\"]\n",
             {"pie", "heatmap"}},
        Case{"target_refuses",
             with(tiny, "frequencies = [1.0, 3.0]", "frequencies = [3.0, 1.0]"),
             {"basso: bad.toml:5:1: target: target sinusoids: frequencies"}},
        Case{"probe_refuses",
             with(tiny + spectrum, "\"lines\"", "\"list\"") + "frequencies = [99]\n",
             {"bad.toml:25:1: probe.spectrum: probe spectrum: frequencies"}},
        Case{"batch_of_more_than_there_is",
             with(tiny, "steps = 20", "steps = 20\nbatch = 21"),
             {"bad.toml:16:1: train.batch: 21 is more than the 20 samples"}},
        Case{"outputs_that_are_no_probabilities",
             with(tiny, "steps = 20", "steps = 20\nloss = \"bce\""),
             {"bad.toml:16:1: train.loss: bce needs outputs of the target in [0, 1]"}}),
    [](const auto& tested) { return tested.param.name; });

TEST(BadInput, AnInitialisationThatTheActivationLacksIsSaidWithItsPlace) {
  const Workplace place;
  place.write("bad.toml",
              with(tiny, "activation = \"relu\"", "activation = \"relu\"\ninit = \"activation\""));
  const Outcome outcome = place.basso("run bad.toml");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.error, HasSubstr("bad.toml:13:1: network.init: activation 'relu' gives no"));
}

TEST(BadOutput, AnOutputDirectoryThatExistsIsRefused) {
  const Workplace place;
  place.write("tiny.toml", tiny);
  place.write("there/important.txt", "mine");
  const Outcome outcome = place.basso("run tiny.toml --out there");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("there"));
  EXPECT_EQ(place.shell("ls there").out, "important.txt\n");
}

TEST(BadOutput, ADirectoryThatCannotBeWrittenIsNamed) {
  const Workplace place;
  place.write("tiny.toml", tiny);
  place.write("file", "not a folder");
  const Outcome outcome = place.basso("run tiny.toml --out file/run");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("file/run"));
}

TEST(BadOutput, ASlashAtTheEndChangesNothing) {
  const Workplace place;
  place.write("tiny.toml", tiny);
  EXPECT_EQ(last_line(place.basso("run tiny.toml --out new/").out), "new");
}

TEST(BadOutput, AFullDiskIsTold) {
  const Workplace place;
  const Outcome outcome = place.shell("'" BASSO_BINARY "' plugin list >/dev/full");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.error, HasSubstr("standard output"));
}

TEST(BadInput, AFileThatIsNotThereIsNamed) {
  const Workplace place;
  for (const char* verb : {"run", "config check", "config show"}) {
    const Outcome outcome = place.basso(std::string(verb) + " nothing.toml");
    EXPECT_EQ(outcome.code, 2) << verb;
    EXPECT_THAT(outcome.error, HasSubstr("nothing.toml: no such file")) << verb;
  }
  for (const char* verb : {"check", "plot"}) {
    const Outcome outcome = place.basso(std::string(verb) + " nothing");
    EXPECT_EQ(outcome.code, 2) << verb;
    EXPECT_THAT(outcome.error, HasSubstr("nothing: no such run directory")) << verb;
    EXPECT_THAT(place.basso(std::string(verb) + " .").error, HasSubstr(". is not a run directory")) << verb;
  }
}

TEST(BadInput, AFileInPlaceOfARunDirectoryIsNotSaidToBeMissing) {
  const Workplace place;
  place.write("mine.toml", tiny);
  for (const char* verb :
       {"check mine.toml", "verify mine.toml", "plot mine.toml", "compare mine.toml mine.toml",
        "resume mine.toml", "probe mine.toml --probes mine.toml"}) {
    const Outcome outcome = place.basso(verb);
    EXPECT_EQ(outcome.code, 2) << verb;
    EXPECT_THAT(outcome.error, HasSubstr("mine.toml: a file; expected a run directory")) << verb;
  }
}

TEST(BadInput, AFileOfProbesOrFiguresIsAskedForAsSuch) {
  const Workplace place;
  place.write("a.toml", tiny);
  ASSERT_EQ(place.basso("run a.toml --out r").code, 0);
  EXPECT_THAT(place.basso("probe r --probes nowhere.toml").error,
              HasSubstr("nowhere.toml: no such file; expected a TOML file of [[probe]] tables"));
  EXPECT_THAT(place.basso("plot r --figures nowhere.toml").error,
              HasSubstr("nowhere.toml: no such file; expected a TOML file of [[figure]] tables"));
}

TEST(BadInput, WhatAPluginRefusesIsNotBlamedOnTheFileAloneWhereItWasSet) {
  const Workplace place;
  place.write("a.toml", tiny);
  const Outcome outcome = place.basso("run a.toml --set 'target.amplitudes=[1, 2, 3]'");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(
      outcome.error,
      HasSubstr("a.toml:5:1: target with --set target.amplitudes=[1, 2, 3]: target sinusoids: amplitudes"));
}

// As `--out "$RUN"` gives where RUN is not set.
TEST(BadInput, AnEmptyNameIsRefused) {
  const Workplace place;
  place.write("a.toml", tiny);
  for (const char* words :
       {"run a.toml --out ''", "run a.toml --profile ''", "plot r --out ''", "plot r --figures ''",
        "resume r --probes ''", "plugin new activation own --dir ''"}) {
    const Outcome outcome = place.basso(words);
    EXPECT_EQ(outcome.code, 2) << words;
    EXPECT_THAT(outcome.error, HasSubstr("expected a name, not an empty text")) << words;
  }
  EXPECT_FALSE(place.exists("runs"));
}

class MissingFolder : public testing::TestWithParam<const char*> {};

TEST_P(MissingFolder, ThatWasAskedForIsAUsageError) {
  const Workplace place;
  place.write("good.toml", tiny);
  const Outcome outcome = place.basso(std::string("run good.toml ") + GetParam() + " nowhere");
  EXPECT_EQ(outcome.code, 2) << outcome.error;
  EXPECT_THAT(outcome.error, HasSubstr(GetParam()));
  EXPECT_THAT(outcome.error, HasSubstr("nowhere: no such folder"));
}

INSTANTIATE_TEST_SUITE_P(Options, MissingFolder, testing::Values("--plugin-dir", "--data-dir"));

}  // namespace
}  // namespace basso::test
