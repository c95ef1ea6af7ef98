// Parameters: what the user wrote against the component's own table.
#include "plugin/parameters.hpp"

#include <basso/plugin.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "basso/error.hpp"
#include "plugin/text.hpp"

namespace basso::plugin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string message_of(const std::function<void()>& action, Exit code) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

basso_component component_with(const basso_parameter* parameters, std::uint32_t count,
                               const char* kind = "target/1") {
  basso_component component{};
  component.size = sizeof(component);
  component.kind = kind;
  component.id = "waves";
  component.parameters = parameters;
  component.parameter_count = count;
  component.parameter_stride = sizeof(basso_parameter);
  return component;
}

const basso_parameter kTable[] = {
    BASSO_PARAMETER("frequencies", "reals", "[5, 10]", "(0,inf)", "cycles", "Frequencies."),
    BASSO_PARAMETER("samples", "integer", "200", "[1,1000000]", "", "Number of samples."),
    BASSO_PARAMETER("amplitude", "real", "1.0", "", "", "Amplitude."),
    BASSO_PARAMETER("shape", "choice", "\"sine\"", "sine|square|saw", "", "Shape."),
    BASSO_PARAMETER("periodic", "bool", "true", "", "", "Whether the window wraps."),
    BASSO_PARAMETER("file", "path", "\"\"", "", "", "A data file."),
    BASSO_PARAMETER("digits", "integers", "[]", "[0,9]", "", "Digits."),
    BASSO_PARAMETER("label", "string", "\"\"", "", "", "A label.")};
const basso_component kWaves = component_with(kTable, 8);

std::string refusal(const std::string& key, Plain value) {
  return message_of(
      [&] {
        ParameterValues(kWaves, {{key, {std::move(value), "wave.toml:3:1"}}}, "/base");
      },
      Exit::usage);
}

TEST(Parameters, MissingKeysTakeTheTablesDefaults) {
  const ParameterValues values(kWaves, {}, "/base");
  const basso_value* const* abi = values.abi();
  ASSERT_EQ(abi[0]->count, 2U);
  EXPECT_EQ(abi[0]->list[1], 10.0);
  EXPECT_EQ(abi[1]->number, 200.0);
  EXPECT_STREQ(abi[3]->text, "sine");
  EXPECT_EQ(abi[3]->number, 0.0);
  EXPECT_EQ(abi[4]->number, 1.0);
  EXPECT_STREQ(abi[5]->text, "");
  EXPECT_EQ(abi[6]->list, nullptr);
  EXPECT_EQ(abi[6]->count, 0U);
  EXPECT_TRUE(values.paths().empty());
}

TEST(Parameters, GivenValuesAreConvertedToTheParametersType) {
  const ParameterValues values(kWaves,
                               {{"frequencies", {std::vector<std::int64_t>{3, 4, 7}, ""}},
                                {"amplitude", {std::int64_t{2}, ""}},
                                {"shape", {std::string("saw"), ""}},
                                {"file", {std::string("data/../x.csv"), ""}}},
                               "/base");
  EXPECT_EQ(values.abi()[0]->list[2], 7.0);
  EXPECT_EQ(values.abi()[2]->number, 2.0);
  EXPECT_EQ(values.abi()[3]->number, 2.0);
  EXPECT_EQ(values.paths(), std::vector<std::string>{"/base/x.csv"});
  const auto toml = values.toml();
  EXPECT_EQ(toml[0], (std::pair<std::string, std::string>{"frequencies", "[3.0, 4.0, 7.0]"}));
  EXPECT_EQ(toml[3].second, "\"saw\"");
  EXPECT_EQ(toml[5].second, "\"/base/x.csv\"");
}

TEST(Parameters, ACopyOwnsItsValues) {
  auto first = std::make_unique<ParameterValues>(
      kWaves, std::map<std::string, Given>{{"label", {std::string(100, 'x'), ""}}}, "/");
  ParameterValues copy = *first;
  first.reset();
  EXPECT_EQ(std::string(copy.abi()[7]->text), std::string(100, 'x'));
  EXPECT_EQ(copy.abi()[0]->list[0], 5.0);
  const ParameterValues moved = std::move(copy);
  EXPECT_EQ(moved.abi()[0]->list[0], 5.0);
}

TEST(Parameters, AnUnknownKeyNamesPlaceComponentAndTheNearestKey) {
  EXPECT_THAT(
      refusal("sampels", std::int64_t{3}),
      AllOf(HasSubstr("wave.toml:3:1"), HasSubstr("target waves"), HasSubstr("did you mean 'samples'")));
}

TEST(Parameters, AWrongTypeOrValueSaysWhatWasExpected) {
  EXPECT_THAT(refusal("samples", 2.5),
              AllOf(HasSubstr("must be an integer in [1,1000000]"), HasSubstr("2.5")));
  EXPECT_THAT(refusal("samples", std::int64_t{0}), HasSubstr("got 0"));
  EXPECT_THAT(refusal("shape", std::string("squre")), HasSubstr("did you mean \"square\""));
  EXPECT_THAT(refusal("frequencies", std::vector<double>{5, 0}), HasSubstr("(entry 0.0)"));
  EXPECT_THAT(refusal("digits", std::vector<std::int64_t>{1, 10}), HasSubstr("each in [0,9]"));
  EXPECT_THAT(refusal("digits", std::vector<double>{1.5}), HasSubstr("list of integers"));
  EXPECT_THAT(refusal("periodic", std::int64_t{1}), HasSubstr("true or false"));
  EXPECT_THAT(refusal("file", 3.0), HasSubstr("a path"));
  EXPECT_THAT(refusal("label", std::string(5000, 'x')), HasSubstr("4095"));
  EXPECT_THAT(refusal("amplitude", std::numeric_limits<double>::quiet_NaN()), HasSubstr("finite"));
  EXPECT_THAT(refusal("amplitude", std::numeric_limits<double>::infinity()), HasSubstr("finite"));
}

TEST(Parameters, TheTableItselfIsChecked) {
  const auto table_problem = [](const basso_parameter& row, const char* kind) {
    const basso_component component = component_with(&row, 1, kind);
    return message_of([&] { parameter_specs(component); }, Exit::plugin);
  };
  const char* const kind = "target/1";
  EXPECT_THAT(table_problem(BASSO_PARAMETER("a", "real", "-1", "(0,inf)", "", "A."), kind),
              HasSubstr("the default of 'a'"));
  EXPECT_THAT(table_problem(BASSO_PARAMETER("a", "real", "1; b", "", "", "A."), kind), HasSubstr("no TOML"));
  EXPECT_THAT(table_problem(BASSO_PARAMETER("a", "real", "1\nb = 2", "", "", "A."), kind),
              HasSubstr("no TOML"));
  EXPECT_THAT(table_problem(BASSO_PARAMETER("a", "number", "1", "", "", "A."), kind),
              HasSubstr("unknown type"));
  EXPECT_THAT(table_problem(BASSO_PARAMETER("a", "real", "1", "0..1", "", "A."), kind), HasSubstr("range"));
  EXPECT_THAT(table_problem(BASSO_PARAMETER("A b", "real", "1", "", "", "A."), kind), HasSubstr("no name"));
  EXPECT_THAT(table_problem(BASSO_PARAMETER("a", "choice", "\"x\"", "x|x", "", "A."), kind),
              HasSubstr("choices"));
  EXPECT_THAT(table_problem(BASSO_PARAMETER_WITH_ROLE("a", "real", "1", "", "", "A.", "trainable"), kind),
              HasSubstr("trainable"));
  const basso_parameter twins[] = {BASSO_PARAMETER("a", "real", "1", "", "", "A."),
                                   BASSO_PARAMETER("a", "real", "1", "", "", "A.")};
  const basso_component component = component_with(twins, 2);
  EXPECT_THAT(message_of([&] { parameter_specs(component); }, Exit::plugin), HasSubstr("twice"));
}

TEST(Parameters, ALongerEntryOfANewerPluginIsReadByItsStride) {
  struct Newer {
    basso_parameter known;
    double more;
  };
  const Newer table[] = {{BASSO_PARAMETER("a", "real", "1", "", "", "A."), 1},
                         {BASSO_PARAMETER("b", "real", "2", "", "", "B."), 2}};
  basso_component component = component_with(&table[0].known, 2);
  component.parameter_stride = sizeof(Newer);
  EXPECT_EQ(parameter_specs(component)[1].name, "b");
}

TEST(Parameters, NumbersOfAnActivationArePaddedWithZeros) {
  const basso_parameter table[] = {BASSO_PARAMETER("omega", "real", "30.0", "(0,inf)", "", "Scale.")};
  const basso_component component = component_with(table, 1, "activation/1");
  const std::vector<double> numbers = ParameterValues(component, {}, "").numbers();
  ASSERT_EQ(numbers.size(), std::size_t{BASSO_MAX_NUMBERS});
  EXPECT_EQ(numbers[0], 30.0);
  EXPECT_EQ(numbers[1], 0.0);
}

TEST(TomlNumber, ReadsBackToTheSameBits) {
  std::mt19937_64 engine(7);
  for (int i = 0; i < 20000; ++i) {
    const double value = std::bit_cast<double>(engine());
    if (!std::isfinite(value)) continue;
    const auto back = read_toml_literal(toml_number(value));
    ASSERT_TRUE(back && std::holds_alternative<double>(*back)) << toml_number(value);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(std::get<double>(*back)), std::bit_cast<std::uint64_t>(value));
  }
  EXPECT_EQ(toml_number(30), "30.0");
  EXPECT_EQ(toml_number(1e-5), "1e-05");
  EXPECT_EQ(toml_number(-std::numeric_limits<double>::infinity()), "-inf");
  EXPECT_EQ(toml_number(std::nan("")), "nan");
}

TEST(TomlLiteral, StringsAreQuotedAsTomlReadsThem) {
  const std::string text = "a\"b\\c\n\t\x01";
  EXPECT_EQ(toml_literal(text), "\"a\\\"b\\\\c\\n\\t\\u0001\"");
  EXPECT_EQ(std::get<std::string>(*read_toml_literal(toml_literal(text))), text);
}

TEST(Nearest, FindsTheCloseWordAndNothingElse) {
  EXPECT_EQ(nearest("sampels", {"samples", "shape"}), "samples");
  EXPECT_EQ(nearest("leraning_rate", {"steps", "learning_rate"}), "learning_rate");
  EXPECT_EQ(nearest("xyz", {"samples", "shape"}), "");
  EXPECT_EQ(nearest("", {"a"}), "");
}

}  // namespace
}  // namespace basso::plugin
