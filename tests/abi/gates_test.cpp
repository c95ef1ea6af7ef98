// Proof that the gates of the ABI bite: each change that the rules forbid is made in a copy of the headers,
// and scripts/abi-gate must object to it, whatever version they state; each that they allow passes with a new
// one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "abi_copy.hpp"

namespace basso::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Change {
  const char* name;
  const char* file;
  const char* from;
  const char* to;
  std::vector<const char*> gates;  // that must object
};

void PrintTo(const Change& change, std::ostream* out) { *out << change.name; }

std::string name_of(const ::testing::TestParamInfo<Change>& one) { return one.param.name; }

class ForbiddenChange : public ::testing::TestWithParam<Change> {};

TEST_P(ForbiddenChange, IsObjectedToAndNoNewVersionLetsItPass) {
  const Copy copy;
  const Change& change = GetParam();
  copy.replace(change.file, change.from, change.to);
  const Verdict same = copy.gate();
  EXPECT_EQ(same.status, 1) << same.words;
  for (const char* gate : change.gates)
    EXPECT_THAT(same.words, HasSubstr(std::string("abi-gate: gate: ") + gate));
  copy.state_version_1(1);
  const Verdict raised = copy.gate("--update");
  EXPECT_EQ(raised.status, 1) << raised.words;
  EXPECT_THAT(raised.words, HasSubstr("abi-gate: gate: "));
  EXPECT_FALSE(fs::exists(copy.abi() / "1.1"));
}

INSTANTIATE_TEST_SUITE_P(
    Each, ForbiddenChange,
    ::testing::Values(Change{"inserted_field",
                             "target.h",
                             "  double start;",
                             "  double inserted;\n  double start;",
                             {"frozen layout of 1.0, as C", "frozen layout of 1.0, as C++", "abidiff"}},
                      Change{"swapped_fields",
                             "target.h",
                             "  double start;\n  double step; ",
                             "  double step;\n  double start; ",
                             {"frozen layout of 1.0, as C", "abidiff"}},
                      Change{"changed_type_of_a_field",
                             "target.h",
                             "  double period; ",
                             "  int64_t period; ",
                             {"frozen layout of 1.0, as C", "frozen layout of 1.0, as C++", "abidiff"}},
                      Change{"grown_struct_that_never_grows",
                             "probe.h",
                             "  uint64_t columns;\n} basso_matrix;",
                             "  uint64_t columns;\n  uint64_t stride;\n} basso_matrix;",
                             {"frozen layout of 1.0, as C", "abidiff"}},
                      Change{"another_number_at_the_end_of_an_initialiser",
                             "target.h",
                             "name, unit, length, 0, start, step, period, 0 }",
                             "name, unit, length, 0, start, step, period, 1 }",
                             {"macros"}},
                      Change{
                          "changed_signature",
                          "probe.h",
                          "uint8_t* buffer, uint64_t capacity",
                          "uint8_t* buffer, uint32_t capacity",
                          {"frozen signatures of 1.0, as C", "frozen signatures of 1.0, as C++", "abidiff"}},
                      Change{"changed_return_type",
                             "services.h",
                             "  void (*write)(",
                             "  int32_t (*write)(",
                             {"frozen signatures of 1.0, as C", "abidiff"}},
                      Change{"renumbered_constant",
                             "activation.h",
                             "BASSO_FACT_PARITY = 8,",
                             "BASSO_FACT_PARITY = 1024,",
                             {"frozen layout of 1.0, as C", "abidiff"}},
                      Change{"changed_macro",
                             "activation.h",
                             "BASSO_MAX_NUMBERS 16",
                             "BASSO_MAX_NUMBERS 8",
                             {"frozen layout of 1.0, as C", "macros"}},
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
                             {"frozen layout of 1.0, as C", "frozen signatures of 1.0, as C", "abidiff"}},
                      Change{"removed_type",
                             "target.h",
                             "} basso_spectrum_v1;",
                             "} basso_lines_v1;",
                             {"frozen layout of 1.0, as C", "types of the ABI"}},
                      Change{"renamed_entry_symbol",
                             "abi.h",
                             "#define BASSO_ENTRY_SYMBOL \"basso_plugin_entry\"",
                             "#define BASSO_ENTRY_SYMBOL \"basso_plugin_start\"",
                             {"frozen layout of 1.0, as C++"}},
                      Change{"renumbered_service",
                             "services.h",
                             "#define BASSO_SERVICE_FFT \"fft/1\"",
                             "#define BASSO_SERVICE_FFT \"fft/2\"",
                             {"frozen layout of 1.0, as C++"}},
                      Change{"grown_function_table",
                             "probe.h",
                             "  void (*destroy)(void* instance);",
                             "  void (*destroy)(void* instance);\n  void (*reset)(void* instance);",
                             {"frozen layout of 1.0, as C", "abidiff"}}),
    name_of);

class Addition : public ::testing::TestWithParam<Change> {};

TEST_P(Addition, PassesWithANewMinorVersionAndNotWithoutOne) {
  const Copy copy;
  const Change& addition = GetParam();
  copy.replace(addition.file, addition.from, addition.to);
  const Verdict same = copy.gate();
  EXPECT_EQ(same.status, 1);
  for (const char* gate : addition.gates)
    EXPECT_THAT(same.words, HasSubstr(std::string("abi-gate: gate: ") + gate));
  const Verdict stored = copy.gate("--update");
  EXPECT_EQ(stored.status, 1);
  EXPECT_THAT(stored.words, HasSubstr("ABI 1.0 is frozen"));
  copy.state_version_1(1);
  const Verdict raised = copy.gate("--update");
  EXPECT_EQ(raised.status, 0) << raised.words;
  const Verdict now = copy.gate();
  EXPECT_EQ(now.status, 0) << now.words;
  EXPECT_EQ(now.words, "");
}

INSTANTIATE_TEST_SUITE_P(
    Each, Addition,
    ::testing::Values(
        Change{"field",
               "probe.h",
               "  const basso_matrix* needs; /",
               "  const basso_matrix* needs;\n  uint64_t early; /",
               {"abidiff"}},
        Change{"field_and_its_zero_in_the_initialisers",
               "probe.h",
               "const basso_axis* const* axes; /* [axis_count] */\n} basso_series;\n\n"
               "#define BASSO_SERIES(name, when, unit, meaning, axes, axis_count) \\\n"
               "  { (uint32_t)sizeof(basso_series), when, name, unit, meaning, axis_count, 0, axes }",
               "const basso_axis* const* axes;\n  const char* title;\n} basso_series;\n\n"
               "#define BASSO_SERIES(name, when, unit, meaning, axes, axis_count) \\\n"
               "  { (uint32_t)sizeof(basso_series), when, name, unit, meaning, axis_count, 0, axes, \"\" }",
               {"abidiff", "macros"}},
        Change{"enumerator",
               "activation.h",
               "  BASSO_LAW_UNIFORM = 2 ",
               "  BASSO_LAW_CAUCHY = 3,\n  BASSO_LAW_UNIFORM = 2 ",
               {"abidiff"}},
        Change{"table_of_a_service",
               "services.h",
               "/* \"scratch/1\": ",
               "#define BASSO_SERVICE_CLOCK \"clock/1\"\n"
               "typedef struct basso_clock_v1 {\n  double (*now)(const basso_host* host);\n"
               "} basso_clock_v1;\n/* \"scratch/1\": ",
               {"macros"}}),
    name_of);

TEST(AbiGate, HasNothingAgainstTheHeadersAsTheyAre) {
  const Copy copy;
  for (const char* arguments : {"", "--update"}) {
    const Verdict verdict = copy.gate(arguments);
    EXPECT_EQ(verdict.status, 0) << verdict.words;
    EXPECT_THAT(verdict.words, Not(HasSubstr("abi-gate: gate: ")));
  }
}

TEST(AbiGate, WantsOneVersionInWordsAndNumbersThatFollowsTheFrozenOnes) {
  const Copy copy;
  copy.replace("abi.h", "#define BASSO_ABI_MINOR 0", "#define BASSO_ABI_MINOR 1");
  EXPECT_THAT(copy.gate().words, HasSubstr("BASSO_ABI_TEXT is \"1.0\", the numbers are 1 and 1"));
  copy.state_version_1(1);
  EXPECT_THAT(copy.gate().words, HasSubstr("ABI 1.1 is not stored"));
  EXPECT_EQ(copy.gate("--update").status, 0);
  copy.state_version_1(2);  // 1.1 is not frozen
  const Verdict early = copy.gate("--update");
  EXPECT_EQ(early.status, 1);
  EXPECT_THAT(early.words, HasSubstr("cannot follow 1.1: that is not frozen"));
  copy.state_version_1(0);
  EXPECT_THAT(copy.gate().words, HasSubstr("the headers state 1.0, which cannot follow 1.1"));
}

TEST(AbiGate, AnotherMajorVersionDoesNotFollow) {
  const Copy copy;
  copy.replace("abi.h", "#define BASSO_ABI_MAJOR 1", "#define BASSO_ABI_MAJOR 2");
  copy.replace("abi.h", "#define BASSO_ABI_TEXT \"1.0\"", "#define BASSO_ABI_TEXT \"2.0\"");
  const Verdict verdict = copy.gate("--update");
  EXPECT_EQ(verdict.status, 1);
  EXPECT_THAT(verdict.words, AllOf(HasSubstr("the headers state 2.0, which cannot follow 1.0"),
                                   HasSubstr("gate: frozen layout of 1.0, as C")));
}

TEST(AbiGate, ObjectsToPaddingThatAnAppendedFieldWouldLeave) {
  const Copy copy;
  copy.replace("probe.h", "  const basso_matrix* needs; /",
               "  const basso_matrix* needs;\n  uint32_t early; /");
  copy.state_version_1(1);
  const Verdict verdict = copy.gate("--update");
  EXPECT_EQ(verdict.status, 1);
  EXPECT_THAT(verdict.words, HasSubstr("gate: padding"));
}

TEST(AbiGate, AFrozenVersionKeepsItsFiles) {
  const Copy copy;
  std::ofstream(copy.abi() / "1.0/kept-c.txt", std::ios::app) << "probe.more 1\n";
  EXPECT_THAT(copy.gate().words, HasSubstr("gate: checksums of 1.0"));
  fs::copy_file(BASSO_SOURCE "/tests/abi/1.0/kept-c.txt", copy.abi() / "1.0/kept-c.txt",
                fs::copy_options::overwrite_existing);
  std::ofstream(copy.abi() / "1.0/kept-rust.txt") << "";
  EXPECT_THAT(copy.gate().words, HasSubstr("gate: files of 1.0"));
  fs::remove(copy.abi() / "1.0/kept-rust.txt");
  EXPECT_EQ(copy.gate().status, 0);
  EXPECT_THAT(copy.gate("--freeze").words, HasSubstr("ABI 1.0 is frozen"));
}

TEST(AbiGate, FreezesAVersionWithItsAssertionsAndPluginsOnceAndForAll) {
  const Copy copy;
  copy.replace("probe.h", "  const basso_matrix* needs; /",
               "  const basso_matrix* needs;\n  uint64_t early; /");
  copy.state_version_1(1);
  ASSERT_EQ(copy.gate("--update").status, 0);
  EXPECT_THAT(copy.gate("--freeze").words, HasSubstr("has no layout.c"));
  for (const char* file : {"layout.c", "signatures.c", "kept-c.c", "kept-c.txt"})
    fs::copy_file(copy.abi() / "1.0" / file, copy.abi() / "1.1" / file);
  std::ofstream(copy.abi() / "1.1/layout.c", std::ios::app)
      << "AT(basso_observation, early, 32, uint64_t);\n";
  const Verdict verdict = copy.gate("--freeze");
  EXPECT_EQ(verdict.status, 0) << verdict.words;
  EXPECT_TRUE(fs::exists(copy.abi() / "1.1/kept-c.so"));
  EXPECT_EQ(copy.gate().status, 0);
  copy.replace("probe.h", "  uint64_t early; /", "  int64_t early; /");
  EXPECT_THAT(copy.gate().words, HasSubstr("gate: frozen layout of 1.1, as C"));
  EXPECT_THAT(copy.gate("--update").words, HasSubstr("ABI 1.1 is frozen"));
}

}  // namespace
}  // namespace basso::test
