// `basso plugin check` as its users meet it: exit codes, reproduction, equal results for equal seeds, plugins
// that die, hang or leave.
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <nlohmann/json.hpp>

#include "e2e/command.hpp"

namespace basso::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string relu = "activation/relu";

TEST(PluginCheck, PassesAShippedPluginByItsName) {
  const Workplace place;
  const Outcome outcome = place.basso("plugin check " + relu + " --only 'library.*'");
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.error;
  EXPECT_THAT(outcome.out, HasSubstr("library.exports"));
}

TEST(PluginCheck, ExitsWith2ForAFileThatIsMissingAndWith3ForWhatIsNoLibrary) {
  const Workplace place;
  place.write("text.so", "only text");
  EXPECT_EQ(place.basso("plugin check nothing.so").code, 2);
  EXPECT_EQ(place.basso("plugin check text.so").code, 3);
  EXPECT_EQ(place.basso("plugin check activation/nothing").code, 3);
  EXPECT_EQ(place.basso("plugin check").code, 2);
  EXPECT_EQ(place.basso("plugin check " + relu + " --only nonsense").code, 2);
}

TEST(PluginCheck, RefusesAWrongSetAtOnceAsTheUsersMistake) {
  const Workplace place;
  for (const char* set : {"nope=1", "nope", "a=0", "a='\"wide\"'"}) {
    const Outcome outcome = place.basso("plugin check activation/snake --set " + std::string(set));
    EXPECT_EQ(outcome.code, 2) << set << outcome.out;
    EXPECT_EQ(outcome.out, "") << set;
    EXPECT_THAT(outcome.error, HasSubstr("--set")) << set;
  }
}

TEST(PluginCheck, LooksForAPathOfSetFromTheCurrentFolderOn) {
  const Workplace place;
  place.write("small.pgm", "P2 4 4 255\n0 20 40 60 80 100 120 140 160 180 200 220 240 5 25 45\n");
  const Outcome outcome =
      place.basso("plugin check target/image --only lifecycle.create --set 'file=\"small.pgm\"'");
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.error;
  EXPECT_THAT(outcome.out, HasSubstr("1 check passed"));
}

TEST(PluginCheck, GivesTheSameReportForTheSameSeed) {
  const Workplace place;
  const std::string command = "plugin check " + relu + " --json --seed 7";
  const Outcome first = place.basso(command);
  EXPECT_EQ(first.code, 0) << first.out;
  EXPECT_EQ(first.out, place.basso(command).out);
}

TEST(PluginCheck, PrintsACommandThatMakesTheFailedCheckAgain) {
  const Workplace place;
  const Outcome all = place.basso("plugin check '" CHECK_FIXTURES "/library.imports.so' --json --seed 3");
  std::string command, finding;
  const json report = json::parse(all.out);
  for (const json& result : report.at("results"))
    if (result.at("outcome") == "failed" && command.empty())
      command = result.at("command"), finding = result.at("finding");
  ASSERT_EQ(command.rfind("basso ", 0), 0u) << command;
  const Outcome again = place.basso(command.substr(6) + " --json");
  EXPECT_EQ(again.code, 5);
  const json results = json::parse(again.out).at("results");
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].at("id"), "library.imports");
  EXPECT_EQ(results[0].at("finding"), finding);
}

// Builds a plugin whose constructor does `what`, and gives what library.load says about it.
std::string finding_about(const Workplace& place, const std::string& what) {
  const auto source = place.write(
      "a.c", "#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n#include \"" BASSO_SOURCE
             "/tests/checks/fixtures/sound.h\"\n"
             "__attribute__((constructor)) static void start(void) { " +
                 what + " }\nSOUND_COMPONENT(BASSO_NONE, BASSO_NONE)\nBASSO_LIBRARY(&sound)\n");
  const Outcome built = place.shell(C_COMPILER " -shared -fPIC -fvisibility=hidden -I '" BASSO_SOURCE
                                               "/sdk/include' a.c -o a.so -lm");
  EXPECT_EQ(built.code, 0) << built.error;
  const Outcome outcome = place.basso("plugin check a.so --only library.load --json");
  EXPECT_EQ(outcome.code, 5) << outcome.out;
  const json report = json::parse(outcome.out);
  for (const json& result : report.at("results"))
    if (result.at("id") == "library.load") return result.at("finding");
  return "";
}

TEST(PluginCheck, QuotesANoteWithAWrongIdAndSaysWhatAnIdMayBe) {
  const Workplace place;
  place.write("a.c",
              "#include \"" BASSO_SOURCE
              "/tests/checks/fixtures/sound.h\"\nBASSO_ACTIVATION(sound, \"Sound\", \"1.0.0\", \"softsign\", "
              "\"the tests\", BASSO_NONE, BASSO_NONE)\nBASSO_LIBRARY(&sound)\n");
  const Outcome built = place.shell(C_COMPILER " -shared -fPIC -fvisibility=hidden -I '" BASSO_SOURCE
                                               "/sdk/include' a.c -o a.so -lm");
  ASSERT_EQ(built.code, 0) << built.error;
  const Outcome outcome = place.basso("plugin check a.so --only library.notes --json");
  EXPECT_EQ(outcome.code, 5) << outcome.out;
  const std::string finding = json::parse(outcome.out).at("results").at(0).at("finding");
  EXPECT_THAT(finding, HasSubstr("\"1.0 activation/1 Sound\""));
  EXPECT_THAT(finding, HasSubstr("lower-case letters, digits and hyphens"));
}

TEST(PluginCheck, NamesTheCheckInWhichAPluginCrashesLeavesOrHangs) {
  const Workplace place;
  EXPECT_THAT(finding_about(place, "*(volatile int*)8 = 1;"), HasSubstr("SIGSEGV"));
  EXPECT_THAT(finding_about(place, "abort();"), HasSubstr("SIGABRT"));
  EXPECT_THAT(finding_about(place, "exit(0);"), HasSubstr("must never call exit()"));
  EXPECT_THAT(finding_about(place, "for (volatile int i = 0; i == 0;) continue;"), HasSubstr("endless loop"));
}

TEST(PluginCheck, NamesTheCheckInWhichAPluginStartsAProcessAndEndsThatProcess) {
  const Workplace place;
  const auto begin = std::chrono::steady_clock::now();
  const std::string child =
      "{ FILE* file = fopen(\"half\", \"w\"); setsid(); if (file) fprintf(file, \"%d\", (int)getpid()), "
      "fclose(file); rename(\"half\", \"child\"); for (;;) pause(); }";
  EXPECT_THAT(finding_about(
                  place, "if (fork() == 0) " + child + " while (access(\"child\", F_OK) != 0) usleep(1000);"),
              HasSubstr("started a process of its own"));
  const int process = std::stoi(place.read("child"));
  EXPECT_EQ(kill(process, 0), -1) << "it lives on, though it has left the group of the worker";
  EXPECT_EQ(errno, ESRCH);
  EXPECT_THAT(finding_about(place, "if (system(\"true\")) abort();"), HasSubstr("started a process"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(15))
      << "it waited for the process, which has the pipes of the worker";
}

TEST(PluginCheck, RefusesASeedThatIsNoWholeNumber) {
  const Workplace place;
  for (const char* seed : {"-3", "1.5", "one", "18446744073709551616", "''"}) {
    const Outcome outcome = place.basso("plugin check " + relu + " --seed " + seed);
    EXPECT_EQ(outcome.code, 2) << seed << outcome.out;
    EXPECT_THAT(outcome.error, HasSubstr("expected a whole number from 0 to 18446744073709551615")) << seed;
  }
  const std::string largest = " --seed 18446744073709551615 --only library.load";
  EXPECT_EQ(place.basso("plugin check " + relu + largest).code, 0);
}

// A broken activation: `what` stands in front of the loop of value_f32 that softsign has.
Outcome checked_value(const Workplace& place, const std::string& what, const std::string& arguments) {
  const std::string cxx = what.find("throw") == std::string::npos ? "" : "++";
  place.write("v.c" + cxx,
              "#include \"" BASSO_SOURCE
              "/tests/checks/fixtures/sound.h\"\n"
              "static void broken(const double* n, const float* x, float* y, uint64_t count) {\n" +
                  what + "  sound_value_f32(n, x, y, count);\n}\n" +
                  "#define sound_value_f32 broken\nSOUND_COMPONENT(BASSO_NONE, BASSO_NONE)\n"
                  "BASSO_LIBRARY(&sound)\n");
  const std::string compiler = cxx.empty() ? C_COMPILER : CXX_COMPILER " -std=c++17";
  const Outcome built =
      place.shell(compiler + " -O1 -shared -fPIC -fvisibility=hidden -I '" BASSO_SOURCE "/sdk/include' v.c" +
                  cxx + " -o v.so -lm");
  EXPECT_EQ(built.code, 0) << built.error;
  return place.basso("plugin check v.so " + arguments);
}

json first_failure(const Outcome& outcome) {
  EXPECT_EQ(outcome.code, 5) << outcome.out;
  const json report = json::parse(outcome.out);
  for (const json& result : report.at("results"))
    if (result.at("outcome") == "failed") return result;
  return {};
}

TEST(PluginCheck, NamesTheCallInWhichAnActivationGoesWrong) {
  const Workplace place;
  const auto expect = [&](const std::string& what, const std::string& id,
                          const std::vector<std::string>& parts) {
    const json result = first_failure(checked_value(place, what, "--json"));
    EXPECT_EQ(result.at("id"), id) << what;
    for (const std::string& part : parts)
      EXPECT_THAT(result.at("finding").get<std::string>(), HasSubstr(part)) << what;
  };
  expect("if (count == 0) y[0] = 0;", "activation.edges",
         {"behind the end of the result", "during: value_f32 on 0 elements", "count may be 0"});
  expect("if (x == 0) y[0] = 0;", "activation.edges", {"during: value_f32 on 0 elements with null arrays"});
  expect("throw 1;", "activation.calls",
         {"an exception left the plugin", "during: value_f32 on 100 elements"});
  expect("for (uint64_t i = 0; i < 9; ++i) y[count + i] = 0;", "activation.edges",
         {"behind the end of the result", "during: value_f32 on "});
  expect("y[-1] = 0;", "activation.edges", {"before the result"});
  expect("if (n[0] < 0 || count == 500) throw 1;", "activation.repeat",
         {"an exception left the plugin", "during: value_f32 on 500 elements"});
}

TEST(PluginCheck, RemarksOnWeakSymbolsInTwoLines) {
  const Workplace place;
  place.write("w.cpp",
              "#include \"" BASSO_SOURCE
              "/tests/checks/fixtures/sound.h\"\n#include <vector>\n#include <map>\n"
              "static std::map<int, std::vector<int>> kept;\n"
              "__attribute__((constructor)) static void fill() { for (int i = 0; i < 9; ++i) "
              "kept[i].push_back(i); }\nSOUND_COMPONENT(BASSO_NONE, BASSO_NONE)\nBASSO_LIBRARY(&sound)\n");
  const Outcome built =
      place.shell(CXX_COMPILER " -std=c++17 -O0 -shared -fPIC -fvisibility=hidden -I '" BASSO_SOURCE
                               "/sdk/include' w.cpp -o w.so");
  EXPECT_EQ(built.code, 0) << built.error;
  const Outcome outcome = place.basso("plugin check w.so --only library.exports");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("note: it exports"));
  EXPECT_THAT(outcome.out, HasSubstr("basso_add_plugin() hides them"));
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 4) << outcome.out;
}

TEST(PluginCheck, StopsSoonAtACallThatNeverReturnsAndLeavesOutWhatWouldCallItAgain) {
  const Workplace place;
  const Outcome outcome = checked_value(place, "for (volatile int i = 0; i == 0;) continue;", "--json");
  const json failure = first_failure(outcome);
  EXPECT_EQ(failure.at("id"), "activation.calls");
  EXPECT_THAT(failure.at("finding").get<std::string>(), HasSubstr("during: value_f32 on 100 elements"));
  int failed = 0;
  const json report = json::parse(outcome.out);
  for (const json& result : report.at("results")) failed += result.at("outcome") == "failed";
  EXPECT_EQ(failed, 1) << "each of them would wait for the limit again";
}

TEST(PluginCheck, SaysTheFirstFailureAtTheEndAndCountsWhatWasNotRun) {
  const Workplace place;
  const Outcome outcome = checked_value(place, "if (count % 4 == 3) y[count] = 0;", "");
  EXPECT_EQ(outcome.code, 5);
  const std::string line = "basso plugin check v.so --only activation.edges --seed 1\n";
  const std::size_t first = outcome.out.find(line), again = outcome.out.find(line, first + 1);
  EXPECT_NE(first, std::string::npos) << outcome.out;
  EXPECT_THAT(outcome.out,
              testing::ContainsRegex("not run  [0-9]+ checks that need activation.edges to pass for "
                                     "activation/sound\n"));
  EXPECT_EQ(outcome.out.find("activation.nan"), std::string::npos) << outcome.out;
  if (again == std::string::npos)  // nothing else was printed after it
    EXPECT_THAT(outcome.out.substr(first), HasSubstr(line + "not run")) << outcome.out;
  else
    EXPECT_THAT(outcome.out.substr(first + 1), HasSubstr("first failure, above: activation.edges"));
}

TEST(PluginCheck, SaysThatNothingWasCheckedWhereNoChosenCheckHasSomethingToLookAt) {
  const Workplace place;
  const Outcome outcome = place.basso("plugin check activation/tanh --only activation.layers");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("tanh.so: nothing was checked"));
  EXPECT_EQ(outcome.out.find("passed"), std::string::npos) << outcome.out;
  const Outcome program = place.basso("plugin check activation/tanh --only activation.layers --json");
  EXPECT_EQ(json::parse(program.out).at("checked"), 0);
}

}  // namespace
}  // namespace basso::test
