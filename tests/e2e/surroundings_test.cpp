// What surrounds a run changes none of its bytes: locale, environment, folder, order of files, and what
// plugins leave behind. And a resolved file gives the bytes of the run that wrote it.
#include <nlohmann/json.hpp>

#include "command.hpp"

namespace basso::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string leaver_dir = " --plugin-dir '" E2E_PLUGINS "/leaver'";
const std::string varied = tiny + spectrum + R"(
[[probe]]
name = "plane"
plugin = "information-plane"
bin = 0.5
[sweep]
train.l2 = [0.0, 0.125]
[[claim]]
name = "learns"
kind = "bound"
series = "loss.train"
relation = "<="
threshold = 100.5
quote = "it learns"
reason = "made up"
[[figure]]
name = "loss"
kind = "lines"
series = ["loss.train"]
x = "train.l2"
)";

class Surroundings : public testing::Test {
 protected:
  void SetUp() override { place_.write("a.toml", varied); }
  void run(const std::string& name, const std::string& environment = "", const std::string& options = "") {
    const Outcome outcome = place_.basso("run a.toml --out " + name + " " + options, environment);
    ASSERT_EQ(outcome.code, 0) << outcome.error;
  }
  // Configuration, series and figures of both runs, and the manifest without what a run is bound to differ
  // in.
  void expect_same(const std::string& a, const std::string& b) {
    for (const char* part : {"config.resolved.toml", "series.json", "series", "figures"})
      EXPECT_EQ(place_.shell("diff -r " + a + "/" + part + " " + b + "/" + part).code, 0)
          << place_.read("stdout.txt");
    const auto lasting = [&](const std::string& run) {
      json manifest = json::parse(place_.read(run + "/manifest.json"));
      for (const char* key : {"started", "finished", "seconds", "host"}) manifest.erase(key);
      return manifest;
    };
    EXPECT_EQ(lasting(a), lasting(b));
  }
  // The environment in which `name` is a locale with a decimal comma.
  std::string comma_locale(const std::string& name) {
    std::filesystem::create_directories(place_.path() / "locales");
    const Outcome made = place_.shell("localedef -i de_DE -f UTF-8 locales/" + name);
    EXPECT_EQ(made.code, 0) << made.error;
    const std::string environment = "LOCPATH='" + place_.path().string() + "/locales' LC_ALL=" + name;
    EXPECT_EQ(place_.shell(environment + " /usr/bin/printf %.1f 1,5").out, "1,5");
    return environment;
  }
  Workplace place_;
};

TEST_F(Surroundings, LocalesOfTheEnvironment) {
  run("plain");
  run("comma", comma_locale("de_DE.UTF-8"));
  expect_same("plain", "comma");
  run("utf8", "LC_ALL=C.UTF-8");
  expect_same("plain", "utf8");
  EXPECT_EQ(place_.basso("check plain --json").out,
            place_.basso("check plain --json", comma_locale("de_DE.UTF-8")).out);
}

// The program itself sets none, but a library that it loads may.
TEST_F(Surroundings, LocaleAndFloatingPointEnvironmentThatAPluginLeaves) {
  const std::string environment = comma_locale("de_DE.UTF-8");
  const auto with_leaver = [&](const std::string& locale) {
    place_.write("a.toml",
                 with(varied, "[sweep]",
                      "[[probe]]\nname = \"l\"\nplugin = \"leaver\"\nlocale = \"" + locale + "\"\n[sweep]"));
  };
  run("plain");
  with_leaver("");
  run("leaving", "", leaver_dir);
  with_leaver("de_DE.UTF-8");
  run("comma", environment, leaver_dir);
  for (const char* other : {"leaving", "comma"}) {
    const Outcome same = place_.shell("for f in plain/series/*.npy; do cmp $f " + std::string(other) +
                                      "/series/${f##*/}; done");
    EXPECT_EQ(same.out + same.error, "");
    EXPECT_EQ(place_.shell("diff -r plain/figures " + std::string(other) + "/figures").code, 0)
        << place_.read("stdout.txt");
    EXPECT_THAT(place_.read(std::string(other) + "/log.txt"), HasSubstr("flush-to-zero was switched on"));
  }
  EXPECT_EQ(place_.read("leaving/series.json"), place_.read("comma/series.json"));
  const auto verdicts = [&](const std::string& run) {
    return json::parse(place_.read(run + "/manifest.json")).at("verdicts");
  };
  EXPECT_EQ(verdicts("plain"), verdicts("comma"));
}

TEST_F(Surroundings, EnvironmentVariables) {
  run("plain");
  run("noisy",
      "OMP_NUM_THREADS=7 MALLOC_PERTURB_=165 MALLOC_ARENA_MAX=1 TZ=Asia/Kathmandu LANG=tr_TR "
      "LC_NUMERIC=de_DE "
      "POSIXLY_CORRECT=1 COLUMNS=10 TERM=dumb NO_COLOR=1 SOURCE_DATE_EPOCH=1 BASSO_SEED=9 HWY_DISABLE=1 "
      "TMPDIR=/var/tmp");
  expect_same("plain", "noisy");
  run("bare", "env -i HOME=/nowhere PATH=/usr/bin:/bin");
  expect_same("plain", "bare");
}

TEST_F(Surroundings, CurrentFolder) {
  ASSERT_EQ(place_
                .shell("/usr/bin/python3 -c 'import numpy; numpy.savez(\"w.npz\", W1=numpy.ones((8, 1)), "
                       "b1=numpy.zeros(8), "
                       "W2=numpy.eye(8), b2=numpy.zeros(8), W3=numpy.ones((1, 8)), b3=numpy.zeros(1))'")
                .code,
            0);
  place_.write("a.toml", with(varied, "activation = \"relu\"",
                              "activation = \"relu\"\ninit = { law = \"file\", file = \"w.npz\" }"));
  run("plain");
  ASSERT_EQ(place_.shell("mkdir else && cd else && '" BASSO_BINARY "' run ../a.toml --out ../elsewhere").code,
            0);
  expect_same("plain", "elsewhere");
  ASSERT_EQ(place_
                .shell("cd / && '" BASSO_BINARY "' run '" + place_.path().string() +
                       "/plain/config.resolved.toml' --out '" + place_.path().string() + "/root'")
                .code,
            0);
  EXPECT_EQ(place_.shell("diff -r plain/series root/series").code, 0);
  EXPECT_EQ(place_.shell("cd / && '" BASSO_BINARY "' verify '" + place_.path().string() + "/plain'").code, 0);
}

TEST_F(Surroundings, OrderOfFilesInAFolder) {
  const std::string backwards = "LD_PRELOAD='" E2E_BACKWARDS "'";
  std::filesystem::create_directories(place_.path() / "files");
  for (const char* name : {"a", "b", "c"}) place_.write("files/" + std::string(name), "");
  const std::string list = "/usr/bin/python3 -c 'import os; print(os.listdir(\"files\"))'";
  const Outcome usual = place_.shell(list), reversed = place_.shell(backwards + " " + list);
  EXPECT_EQ(reversed.code, 0) << reversed.error;
  EXPECT_NE(usual.out, reversed.out);
  run("plain");
  run("backwards", backwards);
  expect_same("plain", "backwards");
  EXPECT_EQ(place_.basso("plugin list --json").out, place_.basso("plugin list --json", backwards).out);
}

// ---- basso run DIR/config.resolved.toml ----

void expect_reproduced(const Workplace& place, const std::string& arguments) {
  ASSERT_EQ(place.basso("run " + arguments + " --no-figures --out one").code, 0)
      << arguments << place.read("stderr.txt");
  ASSERT_EQ(place.basso("run one/config.resolved.toml --no-figures --out two").code, 0)
      << place.read("stderr.txt");
  const Outcome same = place.shell(
      "diff -r one/series two/series && diff one/series.json two/series.json && "
      "diff one/config.resolved.toml two/config.resolved.toml");
  EXPECT_EQ(same.code, 0) << arguments << same.out;
  EXPECT_EQ(place.basso("compare one two").code, 0) << place.read("stdout.txt");
  EXPECT_EQ(place.basso("verify two").code, 0) << place.read("stdout.txt");
  EXPECT_EQ(place.shell("rm -r one two").code, 0);
}

TEST(Reproduction, OfResolvedFilesGivesTheSameBytes) {
  const Workplace place;
  const std::string adam = "optimizer = { kind = \"adam\", learning_rate = 1e-2 }",
                    layers = "widths = [8, 8]\nactivation = \"relu\"";
  const std::string variants[] = {
      varied,
      with(tiny, adam,
           "optimizer = { kind = \"sgd\", learning_rate = 1e-3, momentum = 0.9, nesterov = true }\nbatch = "
           "7\nl2 = 1e-3"),
      with(tiny, adam,
           "optimizer = { kind = \"gd\", learning_rate = 0.1 }\nprecision = \"float64\"\nclip = 0.3\nloss = "
           "\"mae\""),
      with(tiny, adam,
           "optimizer = { kind = \"adam\", form = \"tensorflow\" }\nstop_when = { loss_below = 1e3 }"),
      with(with(tiny, adam,
                "loss = { kind = \"frequency-weighted\", order = \"low-to-high\", peaks = [1, 3], "
                "check_every = 5 }"),
           "repeats = 2", "repeats = 3\nseed = 11\nrepeats_vary = [\"init\"]"),
      with(
          with(tiny, layers,
               "widths = [8, 6]\nactivation = [{ plugin = \"prelu\" }, \"sine\"]\ninit = { law = \"normal\", "
               "weight_std = 0.3, bias_std = 0.1 }"),
          "every = 5", "per_decade = 3") +
          "record = { steps = [3, 20] }\n",
      tiny + "[sweep]\nzip = true\nnetwork.widths = [[4], [8, 4]]\ntrain.steps = [8, 16]\n",
      with(with(with(tiny, layers, "kind = \"knn\"\nneighbours = 3"), "[train]\nsteps = 20\n" + adam, ""),
           "plugin = \"loss\"", "plugin = \"predictions\""),
  };
  for (const std::string& text : variants) {
    SCOPED_TRACE(text);
    place.write("a.toml", text);
    expect_reproduced(place, "a.toml");
  }
  place.write("a.toml", tiny + "[profile.short]\ntrain.steps = 10\n");
  expect_reproduced(place, "a.toml --profile short --set experiment.seed=5 --set 'target.frequencies=[2.0]'");
}

}  // namespace
}  // namespace basso::test
