// What plain compiler calls make of the SDK: every header is clean alone in every language and compiler, the
// examples build with one call, and the libraries keep their note, export one symbol and hold no unique one.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "elf_file.hpp"

namespace {

namespace fs = std::filesystem;
using sdk_test::ElfFile;

const fs::path sdk = fs::path(BASSO_TEST_SOURCE) / "sdk";

bool installed(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

// Runs a shell command and gives what it printed; fails the test when it fails.
void run(const std::string& command, const fs::path& folder) {
  const fs::path log = folder / "log.txt";
  const int status = std::system(("(" + command + ") >" + log.string() + " 2>&1").c_str());
  std::ostringstream printed;
  printed << std::ifstream(log).rdbuf();
  ASSERT_EQ(status, 0) << command << "\n" << printed.str();
}

fs::path scratch() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string(test->test_suite_name()) + "." + test->name();
  for (char& c : name)
    if (c == '/') c = '-';
  const fs::path folder = fs::path(BASSO_TEST_SCRATCH) / ("scratch-" + name);
  fs::create_directories(folder);
  return folder;
}

struct Compiler {
  const char* c;
  const char* cpp;
};
void PrintTo(const Compiler& compiler, std::ostream* out) { *out << compiler.c; }

class Compilers : public testing::TestWithParam<Compiler> {
 protected:
  void SetUp() override {
    if (!installed(GetParam().c) || !installed(GetParam().cpp))
      GTEST_SKIP() << GetParam().c << " is not installed";
  }
};

TEST_P(Compilers, FindEachHeaderCleanAloneInEveryLanguage) {
  const std::string warnings = " -Wall -Wextra -pedantic -Wconversion -Wshadow -Werror -fsyntax-only -I" +
                               (sdk / "include").string() + " ";
  const fs::path folder = scratch();
  for (const auto& file : fs::directory_iterator(sdk / "include" / "basso")) {
    const std::string include = "#include <basso/" + file.path().filename().string() + ">\\n";
    const bool c = file.path().extension() == ".h";
    if (!c && file.path().extension() != ".hpp") continue;
    for (const char* standard : {"c99", "c11"})
      if (c)
        run("printf '" + include + "int unused;\\n' | " + GetParam().c + " -x c -std=" + standard + warnings +
                "-",
            folder);
    for (const char* standard : {"c++17", "c++20"})
      run("printf '" + include + "' | " + GetParam().cpp + " -x c++ -std=" + standard + warnings + "-",
          folder);
  }
}

TEST_P(Compilers, BuildTheExamplesWithOneCallEach) {
  const fs::path folder = scratch();
  const std::string flags = " -Wall -Wextra -pedantic -Werror -I " + (sdk / "include").string() + " ";
  struct Example {
    std::string compiler, id;
    fs::path source;
    std::vector<std::string> standards;  // the first is built, all are checked
  };
  const std::vector<Example> examples = {
      {GetParam().c, "softsign", sdk / "examples/softsign.c", {"c99", "c11"}},
      {GetParam().cpp, "softsign-cpp", sdk / "examples/softsign.cpp", {"c++17", "c++20"}}};
  for (const Example& example : examples) {
    for (const std::string& standard : example.standards)
      run(example.compiler + " -fsyntax-only -std=" + standard + flags + example.source.string(), folder);
    const fs::path library = folder / (example.id + ".so");
    run(example.compiler + " -O3 -shared -fPIC -std=" + example.standards[0] + flags +
            example.source.string() + " -o " + library.string(),
        folder);
    const ElfFile elf(library);
    EXPECT_EQ(elf.strong_symbols(), std::vector<std::string>{"basso_plugin_entry"});
    EXPECT_TRUE(elf.unique_symbols().empty());
    EXPECT_EQ(elf.basso_notes(), std::vector<std::string>{"1.0 activation/1 " + example.id});
  }
}

TEST_P(Compilers, KeepTheNoteThroughGarbageCollectionAndStrip) {
  const fs::path folder = scratch();
  const std::string flags = " -O1 -ffunction-sections -fdata-sections -Wl,--gc-sections -shared -fPIC -I " +
                            (sdk / "include").string() + " ";
  const fs::path library = folder / "stripped.so";
  for (const bool shim : {false, true}) {
    run((shim ? GetParam().cpp + std::string(" -std=c++17") : std::string(GetParam().c)) + flags +
            (sdk / "examples" / (shim ? "softsign.cpp" : "softsign.c")).string() + " -o " + library.string() +
            " && strip --strip-all " + library.string(),
        folder);
    EXPECT_EQ(ElfFile(library).basso_notes().size(), 1u);
  }
}

INSTANTIATE_TEST_SUITE_P(Each, Compilers,
                         testing::Values(Compiler{"gcc", "g++"}, Compiler{"clang-14", "clang++-14"}),
                         [](const testing::TestParamInfo<Compiler>& chosen) {
                           return chosen.param.c[0] == 'g' ? "Gcc" : "Clang";
                         });

TEST(Libraries, KeepTheNoteThroughLinkTimeOptimisation) {
  const fs::path folder = scratch();
  const fs::path library = folder / "lto.so";
  for (const bool shim : {false, true}) {
    run(std::string(shim ? "g++ -std=c++17" : "gcc") + " -O3 -flto -Wl,--gc-sections -s -shared -fPIC -I " +
            (sdk / "include").string() + " " +
            (sdk / "examples" / (shim ? "softsign.cpp" : "softsign.c")).string() + " -o " + library.string(),
        folder);
    const ElfFile elf(library);
    EXPECT_EQ(elf.basso_notes().size(), 1u);
    EXPECT_EQ(elf.strong_symbols(), std::vector<std::string>{"basso_plugin_entry"});
  }
}

TEST(Libraries, ShowEachComponentOfALibraryThatHoldsTwo) {
  const fs::path folder = scratch();
  const fs::path source = folder / "two.cpp", library = folder / "two.so";
  std::ofstream(source) << R"(#include <basso/plugin.hpp>
namespace {
struct Square {
  template <class T> static T value(T x) { return x * x; }
  template <class T> static T derivative(T x, T) { return 2 * x; }
  static void facts(basso_facts& facts) { basso::state_parity(facts, 1); }
};
struct Cube {
  template <class T> static T value(T x) { return x * x * x; }
  template <class T> static T derivative(T x, T) { return 3 * x * x; }
  static void facts(basso_facts& facts) { basso::state_parity(facts, -1); }
};
}
BASSO_ACTIVATION_CLASS(square, Square, "square", "1.0.0", "x^2", "none", BASSO_NONE)
BASSO_ACTIVATION_CLASS(cube, Cube, "cube", "1.0.0", "x^3", "none", BASSO_NONE)
BASSO_LIBRARY(&square, &cube)
)";
  run("g++ -std=c++17 -O1 -shared -fPIC -I " + (sdk / "include").string() + " " + source.string() + " -o " +
          library.string(),
      folder);
  const std::vector<std::string> expected = {"1.0 activation/1 square", "1.0 activation/1 cube"};
  auto notes = ElfFile(library).basso_notes();
  EXPECT_TRUE(std::is_permutation(notes.begin(), notes.end(), expected.begin(), expected.end()));
}

}  // namespace
