// Plugins that cannot be had: exit code 3, and a message that lists the folders searched and each refusal.
#include "command.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;

std::string with_activation(const std::string& id) { return with(tiny, "\"relu\"", "\"" + id + "\""); }

TEST(BadPlugin, AnUnknownOneListsTheFoldersAndTheNearestName) {
  const Workplace place;
  place.write("a.toml", with_activation("rellu"));
  std::filesystem::create_directories(place.path() / "mine");
  const Outcome outcome = place.basso("run a.toml --plugin-dir mine");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.error, HasSubstr("rellu"));
  EXPECT_THAT(outcome.error, HasSubstr("relu"));
  EXPECT_THAT(outcome.error, HasSubstr(place.path().string() + "/mine"));
  EXPECT_THAT(outcome.error, HasSubstr("lib/basso/plugins"));
}

TEST(BadPlugin, TwoOfOneNameInOneFolderAreAnError) {
  const Workplace place;
  place.write("a.toml", with_activation("cube"));
  std::filesystem::create_directories(place.path() / "mine");
  for (const char* copy : {"one.so", "two.so"}) {
    std::filesystem::copy_file(E2E_PLUGINS "/cube/cube.so", place.path() / "mine" / copy);
  }
  const Outcome outcome = place.basso("run a.toml --plugin-dir mine");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.error, HasSubstr("one.so"));
  EXPECT_THAT(outcome.error, HasSubstr("two.so"));
}

TEST(BadPlugin, OfAnotherAbiIsRefusedWithBothVersions) {
  const Workplace place;
  place.write("a.toml", with_activation("cube"));
  const Outcome outcome = place.basso("run a.toml --plugin-dir '" E2E_PLUGINS "/other_abi'");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.error, HasSubstr("9.0"));
  EXPECT_THAT(outcome.error, HasSubstr("other_abi.so"));
}

TEST(BadPlugin, WhatIsNoPluginIsRefusedByName) {
  const Workplace place;
  place.write("mine/cube.so", "only text");
  place.write("a.toml", with_activation("cube"));
  const Outcome outcome = place.basso("run a.toml --plugin-dir mine");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.error, HasSubstr("mine/cube.so"));
  EXPECT_EQ(place.basso("plugin info mine/cube.so").code, 3);
}

TEST(BadPlugin, AFailedCreationGivesItsOwnSentenceAndTheExitCodeOfItsStatus) {
  const Workplace place;
  for (const auto& [how, code] : {std::pair{"parameter", 2}, {"data", 4}, {"other", 3}}) {
    place.write("a.toml", with(with(tiny, "plugin = \"sinusoids\"",
                                    "plugin = \"fails\"\nhow = \"" + std::string(how) + "\""),
                               "frequencies = [1.0, 3.0]\nsamples = 20\n", ""));
    const Outcome outcome = place.basso("run a.toml --plugin-dir '" E2E_PLUGINS "/failing_target'");
    EXPECT_EQ(outcome.code, code) << outcome.error;
    EXPECT_THAT(outcome.error, HasSubstr("the moon is not full"));
    EXPECT_THAT(outcome.error, HasSubstr("fails"));
  }
}

TEST(BadPlugin, OneThatIsNoFileIsPassedOver) {
  const Workplace place;
  std::filesystem::create_directories(place.path() / "mine");
  ASSERT_EQ(place.shell("mkfifo mine/pipe.so").code, 0);
  const Outcome outcome = place.shell("timeout 20 '" BASSO_BINARY "' plugin list --plugin-dir mine");
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_THAT(outcome.out + outcome.error, HasSubstr("pipe.so"));
}

// What a run says with the activation `cube` out of this folder.
std::string failure_with(const std::string& folder, int code) {
  const Workplace place;
  place.write("a.toml", with_activation("cube"));
  const Outcome outcome = place.basso("run a.toml --out r --plugin-dir '" E2E_PLUGINS "/" + folder + "'");
  EXPECT_EQ(outcome.code, code) << outcome.error;
  return outcome.error;
}

TEST(BadPlugin, OneThatMisbehavesInTheProcessFailsTheRunWithASentence) {
  EXPECT_THAT(failure_with("rounding", 1),
              testing::AllOf(HasSubstr("an activation changed the floating-point environment"),
                             HasSubstr("the rounding mode was changed")));
  EXPECT_THAT(failure_with("crashing", 1), HasSubstr("activation cube: value_f32: crashed (SIGSEGV); basso "
                                                     "plugin check activation/cube finds where"));
  EXPECT_THAT(failure_with("throwing", 1),
              HasSubstr("activation cube: value_f32: the plugin threw an exception across the C boundary "
                        "(too large); catch it inside and give NaN"));
  EXPECT_THAT(failure_with("exiting", 3), HasSubstr("exiting.so: loading: it ended the process with exit()"));
}

TEST(BadPlugin, OneThatGivesNotANumberAfterSomeStepsFailsItsJobAlone) {
  const Workplace place;
  place.write("a.toml", with(tiny, "repeats = 2", "repeats = 1") +
                            "[sweep]\nnetwork.activation = [\"cube\", \"relu\"]\n");
  const Outcome outcome =
      place.basso("run a.toml --out r --threads 1 --plugin-dir '" E2E_PLUGINS "/nan_later'");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.error, HasSubstr(": the mean squared error is nan; first seen in the values of "
                                       "activation 'cube' of layer 1; its last finite network, of step "));
  EXPECT_THAT(place.read("r/manifest.json"), HasSubstr("values of activation 'cube' of layer 1"));
  EXPECT_THAT(place.read("r/log.txt"), HasSubstr("\"relu\": ended"));
}

}  // namespace
}  // namespace basso::test
