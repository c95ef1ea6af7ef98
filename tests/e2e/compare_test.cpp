// basso compare: what differs between two runs, and by how much.
#include <nlohmann/json.hpp>

#include "command.hpp"

namespace basso::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json row(const json& list, const std::string& field, const std::string& name) {
  for (const json& entry : list)
    if (entry.at(field) == name) return entry;
  ADD_FAILURE() << "no " << name << " in " << list;
  return {};
}

class Compare : public testing::Test {
 protected:
  // Runs the experiment and returns the series of the comparison with run `a`.
  void run(const std::string& name, const std::string& text) {
    place_.write(name + ".toml", text);
    const Outcome outcome = place_.basso("run " + name + ".toml --no-figures --out " + name);
    ASSERT_EQ(outcome.code, 0) << outcome.error;
  }
  json compared(const std::string& options, int code) {
    const Outcome outcome = place_.basso("compare --json " + options);
    EXPECT_EQ(outcome.code, code) << outcome.error;
    return json::parse(outcome.out);
  }
  Workplace place_;
};

TEST_F(Compare, RunsOfOneFileAgree) {
  run("a", tiny + spectrum);
  run("b", tiny + spectrum);
  const json comparison = compared("a b", 0);
  EXPECT_EQ(comparison.at("agree"), true);
  for (const char* part : {"origin", "configuration", "verdicts"})
    EXPECT_TRUE(comparison.at(part).empty()) << part;
  for (const json& series : comparison.at("series")) EXPECT_EQ(series.at("differing"), 0) << series;
  const Outcome text = place_.basso("compare a b");
  EXPECT_THAT(text.out, HasSubstr("configuration: no difference"));
}

// Against numpy.
TEST_F(Compare, FindsTheLargestDifferencesAndWhereTheyAre) {
  run("a", tiny + spectrum);
  run("b", with(tiny + spectrum, "1e-2", "1.5e-2"));
  const json comparison = compared("a b", 5);
  EXPECT_EQ(comparison.at("configuration").size(), 1u) << comparison;
  const json key = row(comparison.at("configuration"), "key", "train.optimizer.learning_rate");
  EXPECT_EQ(key.at("a"), "0.01");
  EXPECT_EQ(key.at("b"), "0.015");
  const json series = row(comparison.at("series"), "name", "spectrum.normalised");
  ASSERT_EQ(
      place_
          .shell(
              "/usr/bin/python3 -c '"
              "import numpy, json\n"
              "a, b = (numpy.load(r + \"/series/spectrum.normalised.npy\") for r in \"ab\")\n"
              "d = abs(a - b); r = d / numpy.maximum(abs(a), abs(b)).clip(1e-300)\n"
              "axes = next(s for s in json.load(open(\"a/series.json\"))[\"series\"] "
              "if s[\"name\"] == \"spectrum.normalised\")[\"axes\"]\n"
              "at = [axes[i][\"values\"][k] for i, k in enumerate(numpy.unravel_index(d.argmax(), "
              "d.shape))]\n"
              "print(json.dumps([d.max(), r.max(), int((d > 0).sum()), int((d > d.max() / 2).sum()), at]))'")
          .code,
      0)
      << place_.read("stderr.txt");
  const json expected = json::parse(place_.read("stdout.txt"));
  EXPECT_EQ(series.at("largest_absolute"), expected[0]);
  EXPECT_EQ(series.at("largest_relative"), expected[1]);
  EXPECT_EQ(series.at("differing"), expected[2]);
  const json& at = expected[4];
  const auto number = [](const json& value) { return std::to_string(value.get<int>()); };
  EXPECT_EQ(series.at("where_absolute"),
            "repeat " + number(at[0]) + ", recording " + number(at[1]) + ", frequency " + number(at[2]));

  const double half = expected[0].get<double>() / 2;
  const json beyond = compared("a b --absolute " + json(half).dump(), 5);
  EXPECT_EQ(row(beyond.at("series"), "name", "spectrum.normalised").at("beyond"), expected[3]);
  EXPECT_EQ(compared("a b --relative 1", 0).at("agree"), true) << "no two numbers of one sign differ by more";
}

TEST_F(Compare, SaysHowManySeriesAgreeWithinTheTolerance) {
  run("a", tiny + spectrum);
  run("b", with(tiny + spectrum, "1e-2", "1.001e-2"));
  const auto last = [&](const std::string& options, int code) {
    const Outcome outcome = place_.basso("compare a b" + options);
    EXPECT_EQ(outcome.code, code) << outcome.error;
    return last_line(outcome.out);
  };
  const std::string strict = last("", 5), loose = last(" --absolute 10", 0);
  EXPECT_THAT(strict, testing::EndsWith("have equal values"));
  const std::string all = std::to_string(compared("a b", 5).at("series").size());
  EXPECT_EQ(loose, strict + ", " + all + " agree within the tolerance");
}

TEST_F(Compare, MissingValuesAreBeyondEveryTolerance) {
  run("a", tiny);
  run("b", tiny);
  ASSERT_EQ(place_
                .shell("/usr/bin/python3 -c 'import numpy; a = numpy.load(\"b/series/loss.train.npy\", "
                       "mmap_mode=\"r+\"); "
                       "a[1, 3] = numpy.nan; a[0, 0] = numpy.inf'")
                .code,
            0);
  const json series =
      row(compared("a b --relative 1 --absolute 1e300", 5).at("series"), "name", "loss.train");
  EXPECT_EQ(series.at("one_missing"), 1);
  EXPECT_EQ(series.at("where_missing"), "repeat 1, recording 15");
  EXPECT_EQ(series.at("beyond"), 2);
  EXPECT_EQ(series.at("largest_absolute"), "infinity");
  EXPECT_EQ(series.at("where_absolute"), "repeat 0, recording 0");
}

// A sweep over files is the same sweep in another folder; two files may have one name.
TEST_F(Compare, KnowsFilesByWhatIsInThem) {
  for (const char* folder : {"here", "there"}) {
    const std::string at = std::string(folder) + "/";
    place_.write(at + "a/y.csv", "0, 0.25\n0.5, 1\n");
    place_.write(at + "b/y.csv", "0, 0.75\n0.5, 1\n");
    place_.write(at + "f.toml",
                 "[experiment]\nname = \"f\"\n[target]\nplugin = \"file\"\n[network]\nwidths = [4]\n"
                 "[train]\nsteps = 2\n[sweep]\ntarget.points = [\"a/y.csv\", \"b/y.csv\"]\n[[probe]]\nname = "
                 "\"loss\"\nplugin = \"loss\"\n");
    const Outcome outcome = place_.basso("run " + at + "f.toml --no-figures --out " + at + "r");
    ASSERT_EQ(outcome.code, 0) << outcome.error;
  }
  const json comparison = compared("here/r there/r", 0);
  EXPECT_TRUE(comparison.at("origin").empty()) << comparison;
  EXPECT_EQ(row(comparison.at("series"), "name", "loss.train").at("differing"), 0);
}

TEST_F(Compare, NamesSeriesThatCannotBeCompared) {
  run("a", tiny);
  run("b", with(tiny + spectrum, "every = 5", "every = 10"));
  const json comparison = compared("a b", 5);
  EXPECT_EQ(row(comparison.at("series"), "name", "loss.train").at("unlike"),
            "axis recording has 5 entries in the first, 3 in the second");
  EXPECT_EQ(row(comparison.at("series"), "name", "spectrum.normalised").at("unlike"), "only in the second");
  const Outcome text = place_.basso("compare b a");
  EXPECT_EQ(text.code, 5);
  EXPECT_THAT(text.out, HasSubstr("spectrum.normalised: only in the first"));
  EXPECT_THAT(text.out, HasSubstr("record.every"));
}

TEST_F(Compare, NamesAFileThatIsNotWhatSeriesJsonStates) {
  run("a", tiny);
  run("b", tiny);
  std::filesystem::resize_file(place_.path() / "b/series/loss.train.npy", 208'000'000'000);
  const Outcome outcome = place_.basso("compare a b");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.error, HasSubstr("b/series/loss.train.npy: 207999999872 bytes of elements, expected "));
}

TEST_F(Compare, RefusesTolerancesThatAreNone) {
  EXPECT_EQ(place_.basso("compare a b --absolute -1").code, 2);
  EXPECT_EQ(place_.basso("compare a b --relative nan").code, 2);
  EXPECT_EQ(place_.basso("compare a b").code, 2) << "there is no run";
}

}  // namespace
}  // namespace basso::test
