// plugin new: what it writes, what it refuses. The tests `templates` build and run what it writes.
#include "command.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Wanted {
  std::string kind, language;
  std::vector<std::string> files;
};
void PrintTo(const Wanted& wanted, std::ostream* out) { *out << wanted.kind << " in " << wanted.language; }

class PluginNew : public testing::TestWithParam<Wanted> {};

TEST_P(PluginNew, WritesACompleteFolderAndPrintsItsPath) {
  const Workplace place;
  const Outcome outcome =
      place.basso("plugin new " + GetParam().kind + " own-one --lang " + GetParam().language);
  ASSERT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_EQ(last_line(outcome.out), "./own-one");
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(place.path() / "own-one"))
    count += entry.is_regular_file() ? 1u : 0u;
  EXPECT_EQ(count, GetParam().files.size());
  for (const std::string& file : GetParam().files) {
    ASSERT_TRUE(place.exists("own-one/" + file)) << file;
    const std::string text = place.read("own-one/" + file);
    EXPECT_NE(text, "") << file;
    EXPECT_THAT(text, Not(testing::ContainsRegex("@[A-Z]+@"))) << file;
  }
  EXPECT_THAT(place.read("own-one/own-one." + (GetParam().language == "rust" ? "rs" : GetParam().language)),
              HasSubstr("\"own-one\""));
}

INSTANTIATE_TEST_SUITE_P(Templates, PluginNew,
                         testing::Values(Wanted{"activation",
                                                "c",
                                                {"own-one.c", "own-one-test.c", "own-one.toml", "README.md",
                                                 "CMakeLists.txt", "CMakePresets.json"}},
                                         Wanted{"activation",
                                                "cpp",
                                                {"own-one.cpp", "own-one-test.cpp", "own-one.toml",
                                                 "README.md", "CMakeLists.txt", "CMakePresets.json"}},
                                         Wanted{"activation",
                                                "rust",
                                                {"own-one.rs", "basso.rs", "basso_math.rs", "own-one-test.rs",
                                                 "tests/host.rs", "own-one.toml", "README.md", "Cargo.toml"}},
                                         Wanted{"target",
                                                "c",
                                                {"own-one.c", "own-one-test.c", "own-one.toml", "README.md",
                                                 "CMakeLists.txt", "CMakePresets.json"}},
                                         Wanted{"target",
                                                "cpp",
                                                {"own-one.cpp", "own-one-test.cpp", "own-one.toml",
                                                 "README.md", "CMakeLists.txt", "CMakePresets.json"}},
                                         Wanted{"probe",
                                                "c",
                                                {"own-one.c", "own-one-test.c", "own-one.toml", "README.md",
                                                 "CMakeLists.txt", "CMakePresets.json"}},
                                         Wanted{"probe",
                                                "cpp",
                                                {"own-one.cpp", "own-one-test.cpp", "own-one.toml",
                                                 "README.md", "CMakeLists.txt", "CMakePresets.json"}}),
                         [](const testing::TestParamInfo<Wanted>& chosen) {
                           return chosen.param.kind + "_" + chosen.param.language;
                         });

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// The first plugins that anybody sees, comments and all: the shortest ones that do the same.
TEST(PluginNewLength, OfAFirstActivationIsADozenLines) {
  const Workplace place;
  const std::vector<std::pair<std::string, std::size_t>> limits = {{"c", 14}, {"cpp", 11}, {"rust", 14}};
  for (const auto& [language, limit] : limits) {
    const std::string name = "own-" + language;
    ASSERT_EQ(place.basso("plugin new activation " + name + " --lang " + language).code, 0);
    const std::string plugin = place.read(name + "/" + name + "." + (language == "rust" ? "rs" : language));
    EXPECT_GT(lines_of(plugin), 5u);
    EXPECT_LE(lines_of(plugin), limit) << plugin;
  }
}

TEST(PluginNewLength, OfTheExamplesIsThatOfTheTemplatesAndTheReadmeShowsThem) {
  const std::string c = text_of(BASSO_SOURCE "/sdk/examples/softsign.c");
  const std::string cpp = text_of(BASSO_SOURCE "/sdk/examples/softsign.cpp");
  EXPECT_GT(lines_of(c), 5u);
  EXPECT_LE(lines_of(c), 14u);
  EXPECT_GT(lines_of(cpp), 5u);
  EXPECT_LE(lines_of(cpp), 11u);
  EXPECT_THAT(text_of(BASSO_SOURCE "/README.md"), HasSubstr("```c\n" + c + "```\n"));
}

// The page shows the template, filled in.
TEST(PluginNewLength, TheGuideShowsTheTemplateAsItIs) {
  const Workplace place;
  ASSERT_EQ(place.basso("plugin new activation wobble").code, 0);
  EXPECT_THAT(text_of(BASSO_SOURCE "/docs/writing-a-plugin.md"),
              HasSubstr("```cpp\n" + place.read("wobble/wobble.cpp") + "```\n"));
}

TEST(PluginNewDir, MakesTheFolderInTheOneNamed) {
  const Workplace place;
  const Outcome outcome = place.basso("plugin new activation wobble --dir far/away");
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_EQ(last_line(outcome.out), "far/away/wobble");
  EXPECT_TRUE(place.exists("far/away/wobble/wobble.cpp")) << "C++ is the default";
}

TEST(PluginNewRefusal, LeavesAnExistingFolderAlone) {
  const Workplace place;
  place.write("wobble/notes.txt", "mine");
  const Outcome outcome = place.basso("plugin new activation wobble");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("wobble: exists already"));
  EXPECT_FALSE(place.exists("wobble/wobble.cpp"));
  EXPECT_EQ(place.read("wobble/notes.txt"), "mine");
}

TEST(PluginNewRefusal, NamesTheRuleThatANameBreaks) {
  const Workplace place;
  for (const char* name : {"Wobble", "my_sine", "2d", "-a", "a-", "../a", "a/b", "''"}) {
    const Outcome outcome = place.basso(std::string("plugin new activation -- ") + name);
    EXPECT_EQ(outcome.code, 2) << name;
    EXPECT_THAT(outcome.error, HasSubstr("lower case letters, digits and hyphens")) << name;
  }
  EXPECT_THAT(place.basso("plugin new activation test").error, HasSubstr("CMake's own"));
  const Outcome outcome = place.basso("plugin new activation basso --lang rust");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("basso.rs holds the ABI"));
}

TEST(PluginNewRefusal, SaysWhichKindsAndLanguagesThereAre) {
  const Workplace place;
  Outcome outcome = place.basso("plugin new loss huber");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("expected activation, target or probe"));
  outcome = place.basso("plugin new probe huber --lang rust");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("take --lang c or --lang cpp"));
  outcome = place.basso("plugin new probe huber --lang fortran");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("c, cpp, or rust"));
  EXPECT_FALSE(place.exists("huber"));
}

TEST(PluginNewRefusal, ReportsAFolderThatCannotBeMade) {
  const Workplace place;
  place.write("file", "");
  const Outcome outcome = place.basso("plugin new activation wobble --dir file");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("cannot be written"));
}

TEST(PluginNewNote, SaysWhenThePluginHidesAnother) {
  const Workplace place;
  const Outcome outcome = place.basso("plugin new activation relu");
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_THAT(outcome.error, HasSubstr("there is a plugin activation/relu already"));
}

}  // namespace
}  // namespace basso::test
