// What an experiment file may say, and how each mistake is answered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments.hpp"
#include "run/settings.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using testing::Not;

// The message of the refusal, with its exit code.
std::string refusal(const std::string& text, Exit code = Exit::usage, const LoadOptions& options = {}) {
  try {
    parse(text, options);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "accepted:\n" << text;
  return "";
}

const std::string claim = R"([[claim]]
name = "c"
kind = "bound"
series = "loss.train"
relation = "<="
threshold = 1.0
quote = "q"
reason = "r"
)";
const std::string figure = "[[figure]]\nname = \"f\"\nkind = \"lines\"\nseries = [\"loss.train\"]\n";

TEST(ExperimentFile, IsReadWithEveryDefault) {
  const Experiment experiment = parse(small_experiment);
  const ExperimentData& data = experiment.data();
  ASSERT_EQ(data.points.size(), 1u);
  const PointSettings& point = data.points[0];
  EXPECT_EQ(point.train->loss.kind, "mse");
  EXPECT_EQ(point.train->optimizer.form, "pytorch");
  EXPECT_EQ(point.network->activations.size(), 2u);
  EXPECT_EQ(point.network->init.law, "pytorch");
  EXPECT_TRUE(data.vary_target && data.vary_init && data.vary_batch);
}

struct Mistake {
  const char* before;
  const char* after;
  const char* expected;
};

class BadFile : public testing::TestWithParam<Mistake> {};

TEST_P(BadFile, IsRefusedWithPlaceAndExpectation) {
  EXPECT_THAT(refusal(with(GetParam().before, GetParam().after)), HasSubstr(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    UnknownKeys, BadFile,
    testing::Values(
        Mistake{"[train]", "[trian]", "f.toml:12:1: trian: unknown key; nearest: train"},
        Mistake{"repeats = 2", "repaets = 2",
                "f.toml:4:1: experiment.repaets: unknown key; nearest: repeats"},
        Mistake{"samples = 16", "sampels = 16", "f.toml:8:1"},
        Mistake{"widths = [8, 8]", "widths = [8, 8]\nwidth = 3",
                "f.toml:11:1: network.width: unknown key; nearest: widths"},
        Mistake{"batch = 8", "bacth = 8", "f.toml:14:1: train.bacth: unknown key; nearest: batch"},
        Mistake{"learning_rate = 1e-2", "learning_rat = 1e-2",
                "train.optimizer.learning_rat: unknown key; nearest: learning_rate"},
        Mistake{"every = 5", "every = 5\nevry = 4", "f.toml:18:1: record.evry: unknown key; nearest: every"},
        Mistake{"plugin = \"loss\"", "plugin = \"loss\"\nstes = \"train\"", "f.toml:21:1"},
        Mistake{"activation = \"tanh\"", "activation = { plugin = \"sine\", omgea = 3.0 }", "omega"},
        Mistake{"activation = \"tanh\"", "init = { law = \"he\", gain = 2.0 }",
                "network.init.gain: unknown key"}));

INSTANTIATE_TEST_SUITE_P(
    WrongTypesAndRanges, BadFile,
    testing::Values(
        Mistake{"repeats = 2", "repeats = 0",
                "experiment.repeats: 0 is out of range, expected an integer from 1"},
        Mistake{"repeats = 2", "repeats = 2.0", "expected an integer, got a real number"},
        Mistake{"seed = 3", "seed = -1", "experiment.seed: -1 is out of range"},
        Mistake{"name = \"small\"", "name = \"../up\"", "is no name for a file"},
        Mistake{"seed = 3", "repeats_vary = [\"nothing\"]", "none of target, init, batch"},
        Mistake{"widths = [8, 8]", "widths = [8, 0]", "network.widths[1]: 0 is out of range"},
        Mistake{"widths = [8, 8]", "widths = 8", "expected a list of integers, got an integer"},
        Mistake{"widths = [8, 8]", "", "network.widths: missing; the key is required"},
        Mistake{"activation = \"tanh\"", "activation = [\"tanh\"]", "1 entries for 2 hidden layers"},
        Mistake{"activation = \"tanh\"", "init = \"xavier\"", "\"xavier\" is none of normal, pytorch"},
        Mistake{"activation = \"tanh\"", "init = \"normal\"", "network.init.weight_std: missing"},
        Mistake{"batch = 8", "loss = \"mes\"", "nearest: mse"},
        Mistake{"batch = 8", "l2 = -1.0", "train.l2: -1 is out of range"},
        Mistake{"batch = 8", "clip = inf", "expected a finite number"},
        Mistake{"batch = 8", "l2 = nan", "got nan"},
        Mistake{"kind = \"adam\"", "kind = \"adam\", epsilon = 1e-50",
                "train.optimizer.epsilon: 1e-50 is no normal number in float32"},
        Mistake{"batch = 8", "clip = 1e39", "train.clip: 1e+39 is no normal number in float32"},
        Mistake{"batch = 8", "engine = \"eigen\"", "train.engine: \"eigen\" is none of fast, reference"},
        Mistake{"batch = 8", "stop_when = { loss_below = 0.0 }", "expected a finite number above 0"},
        Mistake{"kind = \"adam\"", "kind = \"adam\", beta1 = 1.0", "expected a number in [0, 1)"},
        Mistake{"kind = \"adam\"", "kind = \"sgd\", nesterov = true", "needs a momentum above 0"},
        Mistake{"every = 5", "every = 0", "record.every: 0 is out of range"},
        Mistake{"every = 5", "evry = 5", "record.evry: unknown key; nearest: every"},
        Mistake{"every = 5", "every = 5\nper_decade = 3", "exactly one of every, per_decade and steps"},
        Mistake{"every = 5", "steps = [100]", "none of these steps lies within the training's 20"},
        Mistake{"every = 5", "every = 2020-01-01", "dates and times have no meaning"},
        Mistake{"samples = 16", "samples = 0", "samples"},
        Mistake{"frequencies = [1.0, 2.0]", "frequencies = [1.0, \"x\"]",
                "target.frequencies[1]: expected a number, got a string"},
        Mistake{"name = \"loss\"", "name = \"Loss!\"", "other characters than letters"},
        Mistake{"name = \"function\"", "name = \"loss\"", "there are two [[probe]] named \"loss\""},
        Mistake{"[[probe]]", "[probe]", "f.toml:"}));

INSTANTIATE_TEST_SUITE_P(
    MissingTables, BadFile,
    testing::Values(Mistake{"[experiment]\nname = \"small\"\nseed = 3\nrepeats = 2\n", "",
                            "the table [experiment] is missing"},
                    Mistake{"[target]\nplugin = \"sinusoids\"\nfrequencies = [1.0, 2.0]\nsamples = 16\n", "",
                            "the table [target] is missing"},
                    Mistake{"[network]\nwidths = [8, 8]\nactivation = \"tanh\"\n", "",
                            "[train] needs [network]"},
                    Mistake{"plugin = \"sinusoids\"\n", "", "target.plugin: missing"}));

TEST(ExperimentFile, AnUnknownPluginIsExitThreeAndNamesTheNearest) {
  const std::string message = refusal(with("plugin = \"sinusoids\"", "plugin = \"sinusoid\""), Exit::plugin);
  EXPECT_THAT(message, HasSubstr("f.toml:6:1: target.plugin:"));
  EXPECT_THAT(message, HasSubstr("sinusoids"));
}

TEST(Claims, KeysOfOtherKindsAreRefused) {
  EXPECT_THAT(refusal(small_experiment + claim + "axis = \"x\"\n"),
              HasSubstr("claim.c.axis: has no meaning for a claim of kind bound"));
  EXPECT_THAT(refusal(small_experiment + claim + "level = 0.5\n"),
              HasSubstr("claim.c.level: has no meaning"));
}

TEST(Claims, AnUnknownKeyAMissingOneAndAnEmptySelectionAreRefused) {
  EXPECT_THAT(refusal(small_experiment + claim + "thresold = 1.0\n"),
              HasSubstr("claim.c.thresold: unknown key; nearest: threshold"));
  EXPECT_THAT(refusal(small_experiment + claim + "select = { recording = [] }\n"),
              HasSubstr("an empty selection"));
  EXPECT_THAT(refusal(small_experiment + "[[claim]]\nname = \"c\"\nkind = \"bound\"\n"),
              HasSubstr("claim.c.series: missing"));
}

TEST(Claims, AnOrderNeedsAThresholdThatShowsSomething) {
  const std::string order =
      "[[claim]]\nname = \"c\"\nkind = \"order\"\nseries = \"a.b\"\naxis = \"k\"\nlevel = 1.0\nquote = "
      "\"q\"\nreason = \"r\"\n";
  EXPECT_THAT(refusal(small_experiment + order + "threshold = 0.0\n"), HasSubstr("claim.c.threshold"));
  EXPECT_NO_THROW(parse(small_experiment + order + "threshold = 0.8\n"));
  EXPECT_THAT(refusal(small_experiment + order + "threshold = 1.0\nrelation = \"<=\"\n"),
              HasSubstr("a perfect one, 1, must not hold"));
  EXPECT_NO_THROW(parse(small_experiment + order + "threshold = 1.0\nrelation = \"<\"\n"));
  EXPECT_NO_THROW(parse(small_experiment + order + "threshold = 0.0\nrelation = \"<=\"\n"));
}

TEST(Claims, OfTwoSeriesNeedTwo) {
  const auto text = [](const std::string& kind, const std::string& keys) {
    return small_experiment + "[[claim]]\nname = \"c\"\nkind = \"" + kind +
           "\"\nseries = \"loss.train\"\nrelation = \">=\"\nthreshold = 1.0\nquote = \"q\"\nreason = "
           "\"r\"\n" +
           keys;
  };
  EXPECT_THAT(refusal(text("trend", "axis = \"recording\"\nother = \"loss.train\"\n")),
              HasSubstr("claim.c.other_select: the two operands are the same"));
  EXPECT_THAT(refusal(text("trend", "axis = \"recording\"\nother_select = { recording = 0 }\n")),
              HasSubstr("claim.c.other_select: selects of another series, and none is named"));
  EXPECT_THAT(refusal(text("bound", "reduce = \"each\"\n")), HasSubstr("expected a claim of kind compare"));
  EXPECT_THAT(refusal(text("compare", "other = \"loss.test\"\nreduce = \"each\"\ncombine = \"mean\"\n")),
              HasSubstr("claim.c.combine: each recording"));
}

TEST(Claims, AnEmptyNameIsNoAxis) {
  EXPECT_THAT(refusal(small_experiment +
                      "[[claim]]\nname = \"c\"\nkind = \"order\"\nseries = \"a.b\"\naxis = \"\"\n"),
              HasSubstr("claim.c.axis: an empty name is that of no axis"));
}

TEST(Figures, AnUnknownKeyAndAnUnknownKindAreRefused) {
  EXPECT_THAT(refusal(small_experiment + figure + "colour_range = [0.0, 1.0]\n"),
              HasSubstr("figure.f.colour_range: unknown key; nearest: color_range"));
  EXPECT_THAT(refusal(small_experiment + "[[figure]]\nname = \"f\"\nkind = \"linse\"\nseries = [\"a.b\"]\n"),
              HasSubstr("nearest: lines"));
}

TEST(Figures, AKeyThatTheKindWouldPassOverIsRefused) {
  const std::string head = small_experiment + "[[figure]]\nname = \"f\"\nseries = [\"loss.train\"]\n";
  EXPECT_THAT(refusal(head + "kind = \"lines\"\ncolor_range = [0.0, 1.0]\n"),
              HasSubstr("figure.f.color_range: has no meaning for a figure of kind lines"));
  EXPECT_THAT(refusal(head + "kind = \"function\"\nlog_x = true\n"), HasSubstr("figure.f.log_x"));
  EXPECT_THAT(refusal(head + "kind = \"lines\"\nnumbers = true\n"), HasSubstr("figure.f.numbers"));
  EXPECT_THAT(refusal(head + "kind = \"heatmap\"\nreference = [\"p.a\"]\n"),
              HasSubstr("figure.f.reference: has no meaning for a figure of kind heatmap"));
  EXPECT_THAT(refusal(head + "kind = \"heatmap\"\nlog_color = true\ncolor_range = [0.0, 1.0]\n"),
              HasSubstr("figure.f.color_range: with log_color both ends must be above 0"));
  EXPECT_THAT(refusal(head + "kind = \"heatmap\"\ny_range = [0.0, 1.0]\n"), HasSubstr("figure.f.y_range"));
}

TEST(Figures, ARangeOfTheAxisHasTwoAscendingEndsAndBeginsAboveZeroWhereItIsLogarithmic) {
  const std::string head = small_experiment + figure;
  EXPECT_THAT(refusal(head + "y_range = [1.0, 0.0]\n"),
              HasSubstr("figure.f.y_range: expected two ascending"));
  EXPECT_THAT(refusal(head + "y_range = []\n"), HasSubstr("figure.f.y_range: expected two ascending"));
  EXPECT_THAT(refusal(head + "y_range = [0.0, 1.0]\nlog_y = true\n"),
              HasSubstr("figure.f.y_range: a logarithmic axis begins above 0"));
  EXPECT_NO_THROW(parse(head + "y_range = [0.0, 1.0]\n"));
}

TEST(Profiles, OverrideInTheOrderGivenBelowSweepAndSet) {
  const std::string text = small_experiment +
                           "[sweep]\ntrain.batch = [1, 2]\n"
                           "[profile.a]\ntrain.steps = 30\ntrain.l2 = 0.5\nprobe.loss.record.every = 2\n"
                           "[profile.b]\ntrain.steps = 40\ntrain.batch = 7\n";
  const ExperimentData data = parse(text, {{"a", "b"}, {"train.steps=50"}}).data();
  ASSERT_EQ(data.points.size(), 2u);
  EXPECT_EQ(data.points[1].train->steps, 50);
  EXPECT_EQ(data.points[1].train->l2, 0.5);
  EXPECT_EQ(data.points[1].train->batch, 2);
  EXPECT_EQ(data.points[0].probes[0].schedule->every, 2);
  EXPECT_EQ(parse(text, {{"b", "a"}, {}}).data().points[0].train->steps, 30);
}

TEST(Profiles, ANewPluginDropsTheParametersOfTheOldOne) {
  const ExperimentData data =
      parse(small_experiment + "[profile.a]\ntarget.plugin = \"quantized\"\n", {{"a"}, {}}).data();
  EXPECT_EQ(data.points[0].target.component->id(), "quantized");
}

TEST(Profiles, CannotChangeAThresholdNorAddAnEntryNorBeUnknown) {
  EXPECT_THAT(refusal(small_experiment + claim + "[profile.a]\nclaim.c.threshold = 9.0\n"),
              HasSubstr("claim.c.threshold: a claim's threshold belongs to the claim"));
  EXPECT_THAT(refusal(small_experiment + claim, Exit::usage, {{}, {"claim.c.threshold=9.0"}}),
              HasSubstr("threshold"));
  EXPECT_THAT(refusal(small_experiment + claim + "[profile.a]\nclaim.c.relation = \">\"\n"),
              HasSubstr("claim.c.relation: a claim's relation belongs to the claim"));
  EXPECT_THAT(refusal(small_experiment + "[profile.a]\nprobe.lost.plugin = \"loss\"\n"),
              HasSubstr("there is no [[probe]] of that name; nearest: loss"));
  EXPECT_THAT(
      refusal(small_experiment + "[profile.reduced]\ntrain.steps = 3\n", Exit::usage, {{"reduce"}, {}}),
      HasSubstr("nearest: reduced"));
  EXPECT_THAT(refusal(small_experiment + "[profile.a]\n[[profile.a.probe]]\nname = \"x\"\n"),
              HasSubstr("reached by name"));
}

TEST(Profiles, AreCheckedAlsoWhereNobodyAskedForThem) {
  const std::string message = refusal(small_experiment + "[profile.a]\ntrain.stepz = 3\n");
  EXPECT_THAT(message, HasSubstr("f.toml:25:7: train.stepz: unknown key; nearest: steps"));
  EXPECT_THAT(message, HasSubstr("in profile a"));
  const std::string table = small_experiment + "[profile.a]\ntrian.steps = 3\n";
  EXPECT_THAT(refusal(table), HasSubstr("f.toml:25:1: trian: unknown key; nearest: train (in profile a)"));
  EXPECT_THAT(refusal(table, Exit::usage, {{"a"}, {}}), HasSubstr("trian: unknown key; nearest: train"));
}

TEST(Profiles, AreNotNamedWhereTheMistakeIsTheFiles) {
  const std::string message = refusal(with("repeats = 2", "repaets = 2") + "[profile.a]\ntrain.steps = 3\n");
  EXPECT_THAT(message, HasSubstr("f.toml:4:1: experiment.repaets: unknown key"));
  EXPECT_THAT(message, Not(HasSubstr("profile")));
}

TEST(Sweeps, AreTheProductWithTheLastListFastest) {
  const ExperimentData data =
      parse(small_experiment + "[sweep]\ntrain.batch = [1, 2]\n\"target.samples\" = [8, 9, 10]\n").data();
  ASSERT_EQ(data.points.size(), 6u);
  EXPECT_EQ(data.points[4].index, (std::vector<std::size_t>{1, 1}));
  EXPECT_EQ(data.points[4].train->batch, 2);
  EXPECT_EQ(data.sweep[1].values, (std::vector<double>{8, 9, 10}));
}

TEST(Sweeps, ZipGoesAlongAllListsAtOnce) {
  const std::string text = small_experiment +
                           "[sweep]\nzip = true\ntrain.batch = [1, 2]\nnetwork.activation = [\"relu\", { "
                           "plugin = \"sine\", omega = 3.0 }]\n";
  const ExperimentData data = parse(text).data();
  ASSERT_EQ(data.points.size(), 2u);
  EXPECT_EQ(data.points[1].network->activations[0].component->id(), "sine");
  EXPECT_EQ(data.points[1].train->batch, 2);
  EXPECT_THAT(refusal(small_experiment + "[sweep]\nzip = true\ntrain.batch = [1, 2]\ntrain.l2 = [0.0]\n"),
              HasSubstr("zip needs lists of equal length"));
}

TEST(Sweeps, RefuseTheSameValueTwice) {
  EXPECT_THAT(refusal(small_experiment + "[sweep]\ntrain.l2 = [0.5, 0.1, 5e-1]\n"),
              HasSubstr("f.toml:25:23: sweep.train.l2: 0.5 is there twice"));
  EXPECT_THAT(refusal(small_experiment + "[sweep]\nnetwork.activation = [\"relu\", \"relu\"]\n"),
              HasSubstr("is there twice"));
  const std::string pairs = "[sweep]\nzip = true\ntrain.l2 = [0.5, 0.5]\ntrain.batch = [1, 2]\n";
  EXPECT_EQ(parse(small_experiment + pairs).data().points.size(), 2u);
}

TEST(Tables, WithoutAKindOrLawHaveTheDefaultOfTheKey) {
  const std::string without = with("kind = \"adam\", ", "");
  EXPECT_EQ(parse(without).data().points[0].train->optimizer.kind, "adam");
  const std::string bare = with("optimizer = { kind = \"adam\", learning_rate = 1e-2 }\n", "");
  const ExperimentData data = parse(bare, {{}, {"train.optimizer.learning_rate=0.5"}}).data();
  EXPECT_EQ(data.points[0].train->optimizer.kind, "adam");
  EXPECT_EQ(data.points[0].train->optimizer.learning_rate, 0.5);
  const ExperimentData swept = parse(bare + "[sweep]\ntrain.optimizer.learning_rate = [0.1, 0.2]\n").data();
  EXPECT_EQ(swept.points[1].train->optimizer.learning_rate, 0.2);
  EXPECT_EQ(parse(with("widths = [8, 8]", "widths = [8, 8]\ninit = {}")).data().points[0].network->init.law,
            "pytorch");
}

TEST(Sweeps, RefuseKeysThatCannotBeSweptAndEmptyLists) {
  EXPECT_THAT(refusal(small_experiment + "[sweep]\nexperiment.seed = [1, 2]\n"),
              HasSubstr("only keys of target, network, train and probe"));
  EXPECT_THAT(refusal(small_experiment + "[sweep]\ntrain.batch = []\n"), HasSubstr("got an empty one"));
  EXPECT_THAT(refusal(small_experiment + "[sweep]\ntrain.bacth = [1]\n"), HasSubstr("nearest: batch"));
  EXPECT_THAT(refusal(small_experiment + "[sweep]\ntarget.samples = [8, 0]\n"), HasSubstr("samples"));
}

TEST(Sweeps, ParametersWithoutAKindThatTheyBelongToAreRefused) {
  const std::string without = with("kind = \"adam\", ", "");
  EXPECT_THAT(refusal(without + "[sweep]\ntrain.optimizer.kind = [\"adam\", \"sgd\"]\n"),
              HasSubstr("has `learning_rate` and no `kind` that it belongs to: write the kind beside it"));
}

TEST(Sweeps, SettingASweptKeyTakesItsListOut) {
  const ExperimentData data =
      parse(small_experiment + "[sweep]\ntrain.batch = [1, 2]\n", {{}, {"train.batch=4"}}).data();
  EXPECT_TRUE(data.sweep.empty());
  EXPECT_EQ(data.points.at(0).train->batch, 4);
}

TEST(SetOption, NamesItselfInMessages) {
  EXPECT_THAT(refusal(small_experiment, Exit::usage, {{}, {"train.stepz=4"}}),
              HasSubstr("--set train.stepz=4: unknown key; nearest: steps"));
  EXPECT_THAT(refusal(small_experiment, Exit::usage, {{}, {"trian.steps=4"}}),
              HasSubstr("--set trian.steps=4: trian: unknown key; nearest: train"));
  for (const char* set : {"seed=8", "sweep={}"})
    EXPECT_THAT(refusal(small_experiment, Exit::usage, {{}, {set}}),
                HasSubstr(std::string("--set ") + set + ": expected a key with its table"));
  EXPECT_THAT(refusal(small_experiment, Exit::usage, {{}, {"target.plugin=flower"}}),
              HasSubstr("a string needs quotes"));
  EXPECT_THAT(refusal(small_experiment, Exit::usage, {{}, {"train.steps"}}), HasSubstr("expected key=value"));
}

class FixedPoint : public testing::TestWithParam<const char*> {};

TEST_P(FixedPoint, ResolvingTheResolvedFileGivesTheSameText) {
  const std::string text = small_experiment + claim + figure + GetParam();
  const std::string once = parse(text, {{"p"}, {}}).resolved_toml();
  EXPECT_EQ(parse(once).resolved_toml(), once);
}

INSTANTIATE_TEST_SUITE_P(
    Files, FixedPoint,
    testing::Values(
        "[profile.p]\ntrain.steps = 7\n",
        "[sweep]\ntarget.samples = [8, 16]\nnetwork.activation = [\"relu\", \"tanh\"]\n[profile.p]\n",
        "[sweep]\nzip = true\ntarget.plugin = [\"sinusoids\", \"quantized\"]\ntrain.batch = [2, "
        "3]\n[profile.p]\n",
        "[profile.p]\nnetwork.init = { law = \"normal\", weight_std = 0.1, bias_std = 0.3 "
        "}\nnetwork.activation = [\"relu\", { plugin = \"sine\", omega = 1e-3 }]\n",
        "[profile.p]\ntrain.optimizer = { kind = \"sgd\", momentum = 0.9, nesterov = true "
        "}\ntrain.stop_when.loss_below = 1e-300\nrecord.per_decade = 4\n",
        "[profile.p]\nexperiment.title = \"quotes \\\" and \\\\ and \\n lines\"\nexperiment.repeats_vary = "
        "[\"init\"]\nprobe.loss.record.steps = [0, 3]\n",
        "[[claim]]\nname = \"d\"\nkind = \"compare\"\nseries = \"loss.train\"\nother_select = { recording = "
        "0 }\nreduce = \"first_crossing\"\nlevel = 0.1\nby = \"ratio\"\nrelation = \"<\"\nthreshold = "
        "1.0\nquote = \"q\"\nreason = \"r\"\n[profile.p]\n",
        "[[claim]]\nname = \"t\"\nkind = \"trend\"\nseries = \"loss.train\"\naxis = \"recording\"\nother = "
        "\"loss.train\"\nother_select = { recording = [0, 5] }\nselect = { recording = [10, 20] "
        "}\nthreshold = 1.0\nquote = \"q\"\nreason = \"r\"\n[profile.p]\n"));

TEST(ResolvedFile, OfAnExperimentWithoutANetworkIsAFixedPointToo) {
  const std::string text =
      "[experiment]\nname = \"t\"\n[target]\nplugin = \"sinusoids\"\n[[probe]]\nname = \"s\"\nplugin = "
      "\"spectrum\"\n";
  const std::string once = parse(text).resolved_toml();
  EXPECT_EQ(parse(once).resolved_toml(), once);
}

}  // namespace
}  // namespace basso::test
