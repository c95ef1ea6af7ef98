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

}  // namespace
}  // namespace basso::test
