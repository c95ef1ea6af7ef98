// The table train.loss: what it may say, and that the frequency-weighted loss trains as it is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "basso/run.hpp"
#include "experiments.hpp"
#include "run/settings.hpp"
#include "support/temporary_directory.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;

std::string with_loss(const std::string& loss) { return with("batch = 8", "loss = " + loss); }

// Why an experiment with this loss is not run; "" where it is.
std::string refusal(const std::string& text) {
  const TemporaryDirectory directory;
  RunOptions options;
  options.out = directory.file("run");
  try {
    run_experiment(parse(text), built_plugins(), options);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Exit::usage) << error.what();
    EXPECT_FALSE(std::filesystem::exists(options.out));
    return error.what();
  }
  return "";
}

const std::string rising = R"({ kind = "frequency-weighted", order = "low-to-high", peaks = [1, 2] })";

TEST(Loss, IsANameOrATableWithAKind) {
  const auto loss = [](const std::string& text) {
    return parse(with_loss(text)).data().points[0].train->loss;
  };
  EXPECT_EQ(loss("\"mae\"").kind, "mae");
  EXPECT_EQ(loss("{ kind = \"mae\" }").kind, "mae");
  const LossSettings weighted = loss(rising);
  EXPECT_EQ(weighted.order, "low-to-high");
  EXPECT_EQ(weighted.peaks, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(weighted.level, 0.1);
  EXPECT_EQ(weighted.check_every, 100);
  EXPECT_EQ(weighted.patience, 0);
}

TEST(Loss, ResolvingTheResolvedFileGivesTheSameText) {
  for (const char* text : {"\"mae\"", "{ kind = \"frequency-weighted\", order = \"all\" }", rising.c_str()}) {
    const std::string once = parse(with_loss(text)).resolved_toml();
    EXPECT_EQ(parse(once).resolved_toml(), once);
  }
}

TEST(Loss, AnotherKindDropsTheKeysOfTheOldOneAlsoInASweep) {
  const Experiment experiment = parse(with_loss(rising) + "[sweep]\ntrain.loss = [\"mse\", \"mae\"]\n");
  ASSERT_EQ(experiment.data().points.size(), 2u);
  EXPECT_EQ(experiment.data().points[1].train->loss.kind, "mae");
  EXPECT_TRUE(experiment.data().points[1].train->loss.peaks.empty());
}

struct Mistake {
  const char* loss;
  const char* expected;
};

class BadLoss : public testing::TestWithParam<Mistake> {};

TEST_P(BadLoss, IsRefusedBeforeTrainingWithItsPlace) {
  EXPECT_THAT(refusal(with_loss(GetParam().loss)),
              testing::AllOf(HasSubstr("f.toml:14:"), HasSubstr(GetParam().expected)));
}

INSTANTIATE_TEST_SUITE_P(
    Tables, BadLoss,
    testing::Values(Mistake{"\"msse\"", "nearest: mse"}, Mistake{"{ order = \"all\" }", "kind"},
                    Mistake{"{ kind = \"mse\", level = 0.1 }", "train.loss.level: unknown key"},
                    Mistake{"{ kind = \"frequency-weighted\" }", "order"},
                    Mistake{"{ kind = \"frequency-weighted\", order = \"low-to-high\" }", "peaks"},
                    Mistake{"{ kind = \"frequency-weighted\", order = \"all\", peaks = [1] }",
                            "train.loss.peaks: unknown"},
                    Mistake{
                        "{ kind = \"frequency-weighted\", order = \"low-to-high\", peaks = [1], level = 0 }",
                        "expected a finite number above 0"},
                    Mistake{"{ kind = \"frequency-weighted\", order = \"low-to-high\", peaks = [3] }",
                            "the target has no component in bin 3"},
                    Mistake{"{ kind = \"frequency-weighted\", order = \"low-to-high\", peaks = [9] }",
                            "9 is no bin of 16 training samples"},
                    Mistake{"{ kind = \"frequency-weighted\", order = \"all\" }\nbatch = 8", "batch = 0"}));

TEST(Loss, WeightsNeedAGradientThatStays) {
  EXPECT_THAT(refusal(with_loss(rising) + "[train.stop_when]\nloss_below = 0.1\n"), HasSubstr("stop_when"));
}

// After no stage has ended, bin 2 is still where it was, with the mean squared error it is not.
TEST(Loss, FrequenciesWithoutWeightAreNotLearned) {
  const TemporaryDirectory directory;
  const auto error_at_2 = [&](const std::string& loss, const char* name) {
    const std::string text =
        with_loss(loss) +
        "[[probe]]\nname = \"spectrum\"\nplugin = \"spectrum\"\nat = \"list\"\nfrequencies = [1, 2]\n";
    LoadOptions load{{}, {"train.steps=2000", "record.every=1000", "experiment.repeats=1"}};
    RunOptions options;
    options.out = directory.file(name);
    const RunResult result = run_experiment(parse(text, load), built_plugins(), options);
    const Series series = read_series(result.directory, "spectrum.relative_error");  // [1, recording, 2]
    return series.data.at(series.data.size() - 1);
  };
  EXPECT_LT(error_at_2("\"mse\"", "mse"), 0.2);
  const std::string stuck =
      R"({ kind = "frequency-weighted", order = "low-to-high", peaks = [1, 2], level = 1e-300 })";
  EXPECT_GT(error_at_2(stuck, "stuck"), 0.5);
}

}  // namespace
}  // namespace basso::test
