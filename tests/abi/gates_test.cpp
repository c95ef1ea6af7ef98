// Proof that the gates of the ABI bite: each change that the rules forbid is made in a copy of the headers,
// and scripts/abi-gate must object to it. And that they look at everything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "support/temporary_directory.hpp"

namespace basso {
namespace {

namespace fs = std::filesystem;
using test::TemporaryDirectory;
using ::testing::HasSubstr;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Verdict {
  int status;
  std::string objections;
};

// What the gate says about these headers.
Verdict judge(const fs::path& include) {
  const fs::path said = include.parent_path() / "said.txt";
  const std::string command = std::string("CC='" C_COMPILER "' CXX='" CXX_COMPILER "' '") + BASSO_SOURCE +
                              "/scripts/abi-gate' --include '" + include.string() + "' 2>'" + said.string() +
                              "'";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(said)};
}

struct Change {
  const char* name;
  const char* file;
  const char* from;  // stands there exactly once
  const char* to;
  std::vector<const char*> gates;  // that must object
};

void PrintTo(const Change& change, std::ostream* out) { *out << change.name; }

class ForbiddenChange : public ::testing::TestWithParam<Change> {
 protected:
  ForbiddenChange() { fs::copy(BASSO_SOURCE "/sdk/include", include(), fs::copy_options::recursive); }
  fs::path include() const { return folder_.path() / "include"; }

 private:
  TemporaryDirectory folder_;
};

TEST_P(ForbiddenChange, IsObjectedTo) {
  const Change& change = GetParam();
  const fs::path file = include() / "basso" / change.file;
  std::string text = text_of(file);
  const std::size_t place = text.find(change.from);
  ASSERT_NE(place, std::string::npos) << change.from;
  ASSERT_EQ(text.find(change.from, place + 1), std::string::npos) << change.from << " stands there twice";
  text.replace(place, std::string(change.from).size(), change.to);
  std::ofstream(file, std::ios::binary) << text;
  const Verdict verdict = judge(include());
  EXPECT_EQ(verdict.status, 1) << verdict.objections;
  for (const char* gate : change.gates)
    EXPECT_THAT(verdict.objections, HasSubstr(std::string("gate: ") + gate));
}

INSTANTIATE_TEST_SUITE_P(
    Each, ForbiddenChange,
    ::testing::Values(
        Change{"inserted_field",
               "target.h",
               "  double start;",
               "  double inserted;\n  double start;",
               {"frozen layout, as C", "frozen layout, as C++", "abidiff"}},
        Change{"appended_field",
               "probe.h",
               "  uint64_t recording;        /* 0, 1, 2, … */",
               "  uint64_t recording;\n  uint64_t early;",
               {"frozen layout, as C", "abidiff"}},
        Change{"grown_struct",
               "activation.h",
               "  double bias_scale;",
               "  double bias_scale;\n  double mean;",
               {"frozen layout, as C", "abidiff"}},
        Change{"swapped_fields",
               "target.h",
               "  double start;\n  double step; ",
               "  double step;\n  double start; ",
               {"frozen layout, as C", "abidiff"}},
        Change{"changed_type_of_a_field", "target.h", "  double period; ", "  int64_t period; ", {"abidiff"}},
        Change{"changed_signature",
               "probe.h",
               "uint8_t* buffer, uint64_t capacity",
               "uint8_t* buffer, uint32_t capacity",
               {"frozen signatures, as C", "frozen signatures, as C++", "abidiff"}},
        Change{"changed_return_type",
               "services.h",
               "  void (*write)(",
               "  int32_t (*write)(",
               {"frozen signatures, as C", "abidiff"}},
        Change{"renumbered_constant",
               "activation.h",
               "BASSO_FACT_PARITY = 8,",
               "BASSO_FACT_PARITY = 1024,",
               {"frozen layout, as C", "abidiff"}},
        Change{"added_enumerator",
               "activation.h",
               "  BASSO_LAW_UNIFORM = 2 ",
               "  BASSO_LAW_CAUCHY = 3,\n  BASSO_LAW_UNIFORM = 2 ",
               {"abidiff"}},
        Change{"changed_macro",
               "activation.h",
               "BASSO_MAX_NUMBERS 16",
               "BASSO_MAX_NUMBERS 8",
               {"frozen layout, as C", "macros"}},
        Change{"changed_major_version",
               "abi.h",
               "#define BASSO_ABI_MAJOR 1",
               "#define BASSO_ABI_MAJOR 2",
               {"frozen layout, as C", "frozen layout, as C++", "macros"}},
        Change{"changed_minor_version",
               "abi.h",
               "#define BASSO_ABI_MINOR 0",
               "#define BASSO_ABI_MINOR 1",
               {"frozen layout, as C", "frozen layout, as C++", "macros"}},
        Change{"changed_version_of_the_note",
               "abi.h",
               "#define BASSO_ABI_TEXT \"1.0\"",
               "#define BASSO_ABI_TEXT \"1.1\"",
               {"frozen layout, as C++", "macros"}},
        Change{"swapped_values_of_an_initialiser",
               "target.h",
               "name, unit, length, 0, start, step, period, 0 }",
               "name, unit, length, 0, step, start, period, 0 }",
               {"macros"}},
        Change{"changed_value_of_an_initialiser",
               "abi.h",
               "range, unit, documentation, \"\")",
               "range, unit, documentation, \"trainable\")",
               {"macros"}},
        Change{"extra_argument_of_an_initialiser",
               "probe.h",
               "#define BASSO_SERIES(name, when,",
               "#define BASSO_SERIES(name, title, when,",
               {"macros"}},
        Change{"removed_macro",
               "abi.h",
               "#define BASSO_NONE (0, 0u)",
               "#define BASSO_NOTHING (0, 0u)",
               {"macros"}},
        Change{"removed_symbol",
               "abi.h",
               "basso_plugin_entry(void) { return &basso_library_entry; }",
               "basso_plugin_start(void) { return &basso_library_entry; }",
               {"macros"}},
        Change{"removed_function",
               "services.h",
               "  int32_t (*cancelled)(const basso_host* host);",
               "",
               {"frozen layout, as C", "frozen signatures, as C", "abidiff"}},
        Change{"removed_type",
               "target.h",
               "} basso_spectrum_v1;",
               "} basso_lines_v1;",
               {"frozen layout, as C", "types of the ABI"}},
        Change{"renamed_entry_symbol",
               "abi.h",
               "#define BASSO_ENTRY_SYMBOL \"basso_plugin_entry\"",
               "#define BASSO_ENTRY_SYMBOL \"basso_plugin_start\"",
               {"frozen layout, as C++"}},
        Change{"renumbered_service",
               "services.h",
               "#define BASSO_SERVICE_FFT \"fft/1\"",
               "#define BASSO_SERVICE_FFT \"fft/2\"",
               {"frozen layout, as C++"}},
        Change{"grown_function_table",
               "probe.h",
               "  void (*destroy)(void* instance);",
               "  void (*destroy)(void* instance);\n  void (*reset)(void* instance);",
               {"frozen layout, as C", "abidiff"}}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(AbiGate, HasNothingAgainstTheHeadersAsTheyAre) {
  const TemporaryDirectory folder;
  fs::copy(BASSO_SOURCE "/sdk/include", folder.path() / "include", fs::copy_options::recursive);
  const Verdict verdict = judge(folder.path() / "include");
  EXPECT_EQ(verdict.status, 0) << verdict.objections;
  EXPECT_EQ(verdict.objections, "");
}

// ---- Completeness: a gate that does not look at a type cannot object ----

std::string headers() {
  std::string all;
  for (const char* name : {"abi.h", "activation.h", "target.h", "probe.h", "services.h"})
    all += text_of(fs::path(BASSO_SOURCE "/sdk/include/basso") / name);
  return std::regex_replace(all, std::regex(R"(/\*[^*]*\*+(?:[^/*][^*]*\*+)*/)"), "");
}

std::set<std::string> matches(const std::string& text, const char* expression) {
  const std::regex pattern(expression);
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at)
    found.insert((*at)[1]);
  return found;
}

TEST(AbiGate, LooksAtEveryTypeTableConstantAndName) {
  const std::string header = headers(), layout = text_of(BASSO_SOURCE "/tests/abi/layout.c"),
                    signatures = text_of(BASSO_SOURCE "/tests/abi/signatures.c"),
                    types = text_of(BASSO_SOURCE "/sdk/abi/types.c");
  const auto structs = matches(header, R"(typedef struct (\w+) \{)");
  EXPECT_GE(structs.size(), 40u);
  EXPECT_EQ(matches(types, R"(\nSTRUCT\((\w+)\))"), structs);
  EXPECT_EQ(matches(layout, R"(SIZE\((\w+),)"), structs);
  EXPECT_EQ(matches(types, R"(\nENUM\((\w+)\))"), matches(header, R"(\nenum (\w+) \{)"));
  const auto constants = matches(layout, R"(CONSTANT\((\w+),)");
  for (const std::string& name : matches(header, R"((BASSO_[A-Z0-9_]+) = [0-9]+)"))
    EXPECT_EQ(constants.count(name), 1u) << name << " is not frozen";
  const auto texts = matches(layout, R"(TEXT\((\w+),)");
  for (const std::string& name :
       matches(header, R"(#define (BASSO_(?:SERVICE_\w+|\w+_KIND|\w+_SYMBOL|MAGIC)) ")"))
    EXPECT_EQ(texts.count(name), 1u) << name << " is not frozen";
  const auto functions = matches(header, R"(\(\*(\w+)\)\((?:const|void))");
  const auto frozen = matches(signatures, R"(FUNCTION\(\w+, (\w+),)");
  for (const std::string& name : functions) {
    if (name == "task" || name == "basso_entry_function")
      continue;  // an argument; the entry, whose table is asserted
    EXPECT_EQ(frozen.count(name), 1u) << name << " is not frozen";
  }
}

}  // namespace
}  // namespace basso
