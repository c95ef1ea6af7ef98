// What config check, run --dry-run and run find before anything is trained: claims and figures that cannot be
// had from what the probes record.
#include "e2e/made_up_images.hpp"

namespace basso::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string claim(const std::string& name, const std::string& series) {
  return "[[claim]]\nname = \"" + name + "\"\nkind = \"bound\"\nseries = \"" + series +
         "\"\nrelation = \"<=\"\nthreshold = 1.0\nquote = \"q\"\nreason = \"r\"\n";
}

std::string figure(const std::string& name, const std::string& keys) {
  return "[[figure]]\nname = \"" + name + "\"\n" + keys + "\n";
}

// [[claim]] stands in line 24 of what begins with tiny.
const std::string four_mistakes =
    tiny + claim("c", "loss.trian") + claim("good", "loss.train") +
    figure("two", "kind = \"heatmap\"\nseries = [\"loss.train\", \"loss.train\"]") +
    figure("flat", "kind = \"heatmap\"\nseries = [\"loss.train\"]") +
    figure("f", "kind = \"lines\"\nseries = [\"los.train\"]");

class Verb : public testing::TestWithParam<const char*> {};

TEST_P(Verb, ListsAllMistakesOfClaimsAndFiguresWithTheirPlaces) {
  const Workplace place;
  place.write("bad.toml", four_mistakes);
  const Outcome outcome = place.basso(std::string(GetParam()) + " bad.toml");
  EXPECT_EQ(outcome.code, 2) << outcome.error;
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(
      outcome.error,
      AllOf(HasSubstr("4 mistakes in claims and figures"),
            HasSubstr("bad.toml:24:1: claim c: there is no series \"loss.trian\"; nearest: loss.train"),
            HasSubstr("bad.toml:40:1: figure two: a heatmap draws exactly one series, got 2"),
            HasSubstr("bad.toml:44:1: figure flat: a heatmap needs two different axes"),
            HasSubstr("bad.toml:48:1: figure f: there is no series \"los.train\"; nearest: loss.train"),
            Not(HasSubstr("claim good"))));
  EXPECT_FALSE(place.exists("runs")) << "found before anything is trained";
}

TEST_P(Verb, RefusesAxesThatDifferBetweenRepeats) {
  const Workplace place;
  place.write("a.toml", with(tiny, "samples = 20", "samples = 40") +
                            "[[probe]]\nname = \"peaks\"\nplugin = \"spectrum\"\nat = \"peaks\"\n"
                            "peaks = 2\nbins = 20\n");
  const std::string many =
      " a.toml --set experiment.repeats=3 --set 'target.frequencies=[3.0, 4.0, 5.0, 6.0, 7.0]'";
  const Outcome outcome = place.basso(GetParam() + many);
  EXPECT_EQ(outcome.code, 2) << outcome.error;
  EXPECT_THAT(outcome.error, HasSubstr("series peaks."));
  EXPECT_THAT(outcome.error, HasSubstr("list the entries, or leave target out of repeats_vary"));
  EXPECT_FALSE(place.exists("runs"));
  EXPECT_EQ(place.basso(GetParam() + many + " --set 'experiment.repeats_vary=[\"init\"]'").code, 0);
}

INSTANTIATE_TEST_SUITE_P(Verbs, Verb, testing::Values("config check", "run --dry-run", "run"),
                         [](const auto& tested) {
                           return std::to_string(tested.index) + "_" + std::string(tested.param).substr(0, 3);
                         });

const std::string of_images = with(tiny, "plugin = \"sinusoids\"\nfrequencies = [1.0, 3.0]\nsamples = 20",
                                   "plugin = \"mnist-projection\"\ndataset = \"toy\"");

TEST(ConfigCheck, SaysThatDataAreMissingWithCodeFour) {
  const Workplace place;
  place.write("a.toml",
              of_images + claim("c", "loss.train") + "[profile.other]\ntarget.dataset = \"toys\"\n");
  const Outcome outcome = place.basso("config check a.toml");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.error, HasSubstr("a.toml: what can be checked without data is valid"));
  EXPECT_THAT(outcome.error, HasSubstr("\nwithout a profile: "));
  EXPECT_THAT(outcome.error, HasSubstr("\nwith profile other: "));
  write_images(place, 12, 12);
  EXPECT_EQ(place.basso("config check a.toml --data-dir data --profile other").code, 4);
  EXPECT_EQ(place.basso("config check a.toml --data-dir data --set 'target.dataset=\"toy\"'").code, 0);
}

TEST(ConfigCheck, ReportsWhatIsWrongWithoutDataBeforeTheDataThatAreMissing) {
  const Workplace place;
  place.write("a.toml", of_images + claim("c", "los.train") +
                            figure("f", "kind = \"function\"\nseries = [\"loss.train\"]"));
  const Outcome outcome = place.basso("config check a.toml");
  EXPECT_EQ(outcome.code, 2);
  const std::size_t claims = outcome.error.find("there is no probe named \"los\"; nearest: loss");
  const std::size_t figures = outcome.error.find("series must be [learned, target]");
  const std::size_t data = outcome.error.find("toy");
  EXPECT_LT(claims, figures) << outcome.error;
  EXPECT_LT(figures, data) << outcome.error;
  EXPECT_NE(data, std::string::npos);
}

TEST(ConfigCheck, WantsPairsWhereOneSeriesIsDrawnAgainstAnother) {
  const Workplace place;
  const std::string probes =
      "[[probe]]\nname = \"norm\"\nplugin = \"spectral-norm\"\n[[probe]]\nname = \"rare\"\nplugin = "
      "\"loss\"\n"
      "record = { every = 1000 }\n";
  place.write("a.toml",
              tiny + probes +
                  figure("f", "kind = \"lines\"\nseries = [\"loss.train\"]\nagainst = \"norm.norm\"") +
                  figure("g", "kind = \"lines\"\nseries = [\"loss.train\"]\nagainst = \"rare.train\"") +
                  figure("h", "kind = \"lines\"\nseries = [\"loss.train\"]\nagainst = \"loss.test\""));
  const Outcome outcome = place.basso("config check a.toml");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error,
              AllOf(HasSubstr("figure f: the values of loss.train and norm.norm are no pairs"),
                    HasSubstr("figure g: the values of loss.train and rare.train are no pairs"),
                    HasSubstr("figure h: there is no series \"loss.test\"")));
  const std::string drawn =
      " --set 'figure.f.against=\"loss.train\"' --set 'figure.g.against=\"loss.train\"' "
      "--set 'figure.h.against=\"loss.train\"'";
  EXPECT_EQ(place.basso("config check a.toml" + drawn).code, 0);
}

TEST(ConfigCheck, CountsThePanelsOfASweep) {
  const Workplace place;
  const std::string probes =
      "[[probe]]\nname = \"function\"\nplugin = \"predictions\"\n"
      "[[probe]]\nname = \"norm\"\nplugin = \"spectral-norm\"\n";
  place.write("a.toml", tiny + probes +
                            figure("f",
                                   "kind = \"function\"\nseries = [\"function.prediction\", "
                                   "\"function.target\"]") +
                            figure("g", "kind = \"lines\"\nseries = [\"norm.norm\"]") +
                            "[sweep]\ntrain.l2 = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]\n");
  const Outcome outcome = place.basso("config check a.toml");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("figure f: 39 panels, at most 16 are drawn"));
  EXPECT_THAT(outcome.error, HasSubstr("figure g: 13 panels, at most 12 are drawn"));
  EXPECT_EQ(place.basso("config check a.toml --set train.l2=0").code, 0);
}

TEST(ConfigCheck, NamesTheProfileThatMakesTheMistake) {
  const Workplace place;
  place.write("a.toml", tiny + figure("f", "kind = \"lines\"\nseries = [\"loss.train\"]") +
                            "[profile.wrong]\nfigure.f.series = [\"loss.tets\"]\n");
  const Outcome outcome = place.basso("config check a.toml");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("there is no series \"loss.tets\""));
  EXPECT_THAT(outcome.error, HasSubstr("basso: with profile wrong: a.toml:24:1: figure f: "));
}

TEST(Run, SaysWhichFigureCouldNotBeDrawnAndDrawsTheOthers) {
  const Workplace place;
  place.write("a.toml", tiny + figure("one", "kind = \"lines\"\nseries = [\"loss.train\"]") +
                            figure("two", "kind = \"lines\"\nseries = [\"loss.train\"]"));
  ASSERT_EQ(place.basso("run a.toml --out r --no-figures").code, 0);
  place.write("f.toml", with(place.read("r/config.resolved.toml"), "[\"loss.train\"]", "[\"no.no\"]"));
  const Outcome outcome = place.basso("plot r --figures f.toml");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("1 of 2 figures could not be drawn (the others are in r/figures)"));
  EXPECT_THAT(outcome.error, HasSubstr("figure one: "));
  EXPECT_TRUE(place.exists("r/figures/two.png"));
}

}  // namespace
}  // namespace basso::test
