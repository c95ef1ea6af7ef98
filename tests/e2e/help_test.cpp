// --help, --version and wrong command lines.
#include "command.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class Help : public testing::TestWithParam<const char*> {};

TEST_P(Help, ShowsUsageAndExamplesOnStdout) {
  const Workplace place;
  const Outcome outcome = place.basso(std::string(GetParam()) + " --help");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("Usage: basso"));
  EXPECT_THAT(outcome.out, HasSubstr("Examples:\n  basso "));
  EXPECT_THAT(outcome.error, IsEmpty());
}
INSTANTIATE_TEST_SUITE_P(EveryVerb, Help,
                         testing::Values("", "run", "resume", "probe", "check", "verify", "compare", "plot",
                                         "plugin", "plugin list", "plugin info", "plugin check", "config",
                                         "config check", "config show", "doctor"));

TEST(CommandLine, SaysItsVersion) {
  const Workplace place;
  const Outcome outcome = place.basso("--version");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, testing::MatchesRegex("basso [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(CommandLine, AnswersWrongUsageWithOneLineTheHelpToReadAndExitCodeTwo) {
  const Workplace place;
  for (const char* wrong :
       {"", "dance", "run", "run a.toml --no-such-option", "run a.toml --threads -1",
        "run a.toml --threads many", "plugin", "plugin info", "config check a b", "check"}) {
    const Outcome outcome = place.basso(wrong);
    EXPECT_EQ(outcome.code, 2) << wrong;
    EXPECT_THAT(outcome.out, IsEmpty()) << wrong;
    EXPECT_THAT(outcome.error, testing::StartsWith("basso: ")) << wrong;
    EXPECT_THAT(outcome.error, HasSubstr("--help")) << wrong;
    EXPECT_LT(outcome.error.size(), 200u) << "one short message";
  }
  EXPECT_THAT(place.basso("run a.toml --threads -1").error, HasSubstr("0 to 4096, not -1"));
  EXPECT_THAT(place.basso("plugin info").error, HasSubstr("basso plugin info --help"));
  EXPECT_THAT(place.basso("rnu a.toml").error, HasSubstr("basso has no verb 'rnu'; nearest: run"));
  EXPECT_THAT(place.basso("plugin lst").error, HasSubstr("basso plugin has no verb 'lst'; nearest: list"));
}

TEST(CommandLine, NamesAnUnknownOptionBeforeAnythingElseThatIsWrong) {
  const Workplace place;
  const std::pair<const char*, const char*> wrong[] = {
      {"run --thread 2", "basso run has no option '--thread'; nearest: --threads (see basso run --help)"},
      {"run --treads=2 --threads x", "basso run has no option '--treads'; nearest: --threads (see"},
      {"resume --drp spectrum", "basso resume has no option '--drp'; nearest: --drop (see"},
      {"probe r -x", "basso probe has no option '-x' (see basso probe --help)"},
      {"compare a --absolute -1 --realtive 2",
       "basso compare has no option '--realtive'; nearest: --relative"},
      {"plugin check --sett a=1", "basso plugin check has no option '--sett'; nearest: --set (see"},
      {"plugin --quick", "basso plugin has no option '--quick' (see"},
      {"--versoin run", "basso has no option '--versoin'; nearest: --version (see"}};
  for (const auto& [command, message] : wrong) {
    const Outcome outcome = place.basso(command);
    EXPECT_EQ(outcome.code, 2) << command;
    EXPECT_THAT(outcome.error, testing::StartsWith("basso: " + std::string(message)));
  }
  // Values of options, and what stands behind --, are none; a wish for help is heard first.
  EXPECT_THAT(place.basso("run a.toml --set --nope=1").error, HasSubstr("a.toml: no such file"));
  EXPECT_THAT(place.basso("run -q --set=--nope=1 a.toml").error, HasSubstr("a.toml: no such file"));
  EXPECT_THAT(place.basso("run -- --nope").error, HasSubstr("--nope: no such file"));
  EXPECT_EQ(place.basso("run --help --nope").code, 0);
}

}  // namespace
}  // namespace basso::test
