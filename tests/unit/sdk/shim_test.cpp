// The C++ shim's common part: exceptions to statuses, statuses to exceptions, values by name, and a component
// made from a class.
#include <gtest/gtest.h>
#include <basso/activation.hpp>

#include <string>
#include <vector>

namespace {

struct Buffer {
  char text[64] = "untouched";
  basso_error error{text, sizeof(text)};
};

TEST(Guard, GivesTheStatusAndTheSentenceOfAFailure) {
  Buffer buffer;
  const auto status = basso::guard(&buffer.error, [] { throw basso::failure(BASSO_ERROR_DATA, "no rows"); });
  EXPECT_EQ(status, BASSO_ERROR_DATA);
  EXPECT_STREQ(buffer.text, "no rows");
}
TEST(Guard, LeavesTheMessageAloneWhenAllIsWell) {
  Buffer buffer;
  EXPECT_EQ(basso::guard(&buffer.error, [] {}), BASSO_OK);
  EXPECT_EQ(basso::guard(&buffer.error, []() -> std::int32_t { return BASSO_ERROR_CANCELLED; }),
            BASSO_ERROR_CANCELLED);
  EXPECT_STREQ(buffer.text, "untouched");
}
TEST(Guard, CallsExhaustedMemoryByItsName) {
  Buffer buffer;
  EXPECT_EQ(basso::guard(&buffer.error, [] { throw std::bad_alloc(); }), BASSO_ERROR_MEMORY);
  EXPECT_EQ(basso::guard(&buffer.error,
                         [] {
                           std::vector<int> v;
                           v.reserve(v.max_size() + 1);
                         }),
            BASSO_ERROR_MEMORY);
}
TEST(Guard, LetsNothingThroughNotEvenAnInteger) {
  Buffer buffer;
  EXPECT_EQ(basso::guard(&buffer.error, [] { throw 3; }), BASSO_ERROR_INTERNAL);
  EXPECT_EQ(basso::guard(&buffer.error, [] { throw std::runtime_error("odd"); }), BASSO_ERROR_INTERNAL);
  EXPECT_STREQ(buffer.text, "odd");
}
TEST(Guard, CutsALongSentenceToTheBufferAndAcceptsNone) {
  Buffer buffer;
  const auto fail = [] { throw basso::failure(BASSO_ERROR_PARAMETER, std::string(500, 'x')); };
  EXPECT_EQ(basso::guard(&buffer.error, fail), BASSO_ERROR_PARAMETER);
  EXPECT_EQ(std::string(buffer.text), std::string(63, 'x'));
  EXPECT_EQ(basso::guard(nullptr, fail), BASSO_ERROR_PARAMETER);
}

std::int32_t service(const basso_host*, int input, int* output, basso_error* error) {
  if (input < 0) return basso_fail(error, BASSO_ERROR_UNSUPPORTED, "negative");
  *output = 2 * input;
  return BASSO_OK;
}

TEST(Call, ThrowsWhatAServiceReports) {
  const basso_host* host = nullptr;
  int output = 0;
  basso::call(service, host, 4, &output);
  EXPECT_EQ(output, 8);
  try {
    basso::call(service, host, -1, &output);
    FAIL() << "nothing was thrown";
  } catch (const basso::failure& thrown) {
    EXPECT_EQ(thrown.status(), BASSO_ERROR_UNSUPPORTED);
    EXPECT_STREQ(thrown.what(), "negative");
  }
}

constexpr basso_parameter table[] = {BASSO_PARAMETER("rate", "real", "0.5", "(0,1)", "", "A rate."),
                                     BASSO_PARAMETER("rows", "integer", "3", "", "", "A count."),
                                     BASSO_PARAMETER("modes", "reals", "[1, 2]", "", "", "Frequencies."),
                                     BASSO_PARAMETER("kind", "choice", "\"b\"", "a|b", "", "A kind.")};
static_assert(basso::position(table, "modes") == 2);

TEST(Values, AreReadByNameAndType) {
  const double modes[] = {1.0, 2.0};
  basso_value stored[4] = {};
  stored[0].number = 0.5;
  stored[1].number = 9007199254740992.0;
  stored[2].list = modes;
  stored[2].count = 2;
  stored[3].number = 1.0;
  stored[3].text = "b";
  const basso_value* given[] = {&stored[0], &stored[1], &stored[2], &stored[3]};
  const basso::values values(table, given);
  EXPECT_EQ(values.real("rate"), 0.5);
  EXPECT_EQ(values.integer("rows"), std::int64_t{1} << 53);
  EXPECT_EQ(values.list("modes").size, 2u);
  EXPECT_EQ(values.list("modes")[1], 2.0);
  EXPECT_EQ(values.choice("kind"), 1);
  EXPECT_STREQ(values.text("kind"), "b");
  EXPECT_THROW(values.real("rows"), basso::failure);
  EXPECT_THROW(values.real("speed"), basso::failure);
}

struct Plain {
  template <class T>
  static T value(T x) {
    return basso::clip(x, T(-1), T(1));
  }
  template <class T>
  static T derivative(T x, T) {
    return basso::abs(x) < 1 ? T(1) : T(0);
  }
  static void facts(basso_facts& facts) { basso::state_kinks(facts, {-1.0, 1.0}); }
};

struct Rich : Plain {
  template <class T>
  static T second(T, const T* p) {
    return p[0];
  }
  static std::complex<double> fourier(double k, const double* p) { return {k, p[0]}; }
  static basso_init init(const double*, const basso_layer& layer) {
    if (layer.inputs == 0) throw basso::failure(BASSO_ERROR_PARAMETER, "no inputs");
    return basso::law(BASSO_LAW_NORMAL, 2.0, BASSO_LAW_UNIFORM, 0.0);
  }
};

BASSO_ACTIVATION_CLASS(plain, Plain, "plain", "1.0.0", "summary", "source", BASSO_NONE)
BASSO_ACTIVATION_CLASS(rich, Rich, "rich", "1.0.0", "summary", "source", BASSO_TABLE(table))

TEST(ActivationClass, OffersExactlyWhatTheClassHas) {
  EXPECT_EQ(plain.extension_count, 0u);
  EXPECT_EQ(plain.parameter_count, 0u);
  ASSERT_EQ(rich.extension_count, 3u);
  EXPECT_STREQ(rich.extensions[0].name, "second/1");
  EXPECT_STREQ(rich.extensions[1].name, "fourier/1");
  EXPECT_STREQ(rich.extensions[2].name, "layers/1");
  EXPECT_EQ(rich.parameter_count, 4u);
}

TEST(ActivationClass, PassesNumbersLayersAndFailuresOn) {
  const double numbers[BASSO_MAX_NUMBERS] = {7.0};
  const double x[3] = {-2.0, 0.5, 3.0};
  double out[3];
  static_cast<const basso_second_v1*>(rich.extensions[0].table)->second_f64(numbers, x, out, 3);
  EXPECT_EQ(out[2], 7.0);
  Buffer buffer;
  double real[3], imaginary[3];
  const auto* fourier = static_cast<const basso_fourier_v1*>(rich.extensions[1].table);
  EXPECT_EQ(fourier->transform(numbers, x, real, imaginary, 3, &buffer.error), BASSO_OK);
  EXPECT_EQ(real[1], 0.5);
  EXPECT_EQ(imaginary[1], 7.0);
  const auto* layers = static_cast<const basso_layers_v1*>(rich.extensions[2].table);
  basso_layer layer{};
  basso_init init{};
  init.size = sizeof(init);
  EXPECT_EQ(layers->init(numbers, &layer, &init, &buffer.error), BASSO_ERROR_PARAMETER);
  EXPECT_STREQ(buffer.text, "no inputs");
  layer.inputs = 1;
  EXPECT_EQ(layers->init(numbers, &layer, &init, &buffer.error), BASSO_OK);
  EXPECT_EQ(init.weight_law, BASSO_LAW_NORMAL);
  EXPECT_EQ(init.size, sizeof(init));
  double result[BASSO_MAX_NUMBERS] = {7.0};
  EXPECT_EQ(layers->numbers(numbers, &layer, result, &buffer.error), BASSO_OK);
  EXPECT_EQ(result[0], 7.0);
}

TEST(ActivationClass, StatesItsFactsInTheHostsStruct) {
  basso_facts facts{};
  facts.size = sizeof(facts);
  const double numbers[BASSO_MAX_NUMBERS] = {};
  Buffer buffer;
  EXPECT_EQ(static_cast<const basso_activation_v1*>(plain.functions)->facts(numbers, &facts, &buffer.error),
            BASSO_OK);
  EXPECT_EQ(facts.stated, static_cast<std::uint32_t>(BASSO_FACT_KINKS));
  EXPECT_EQ(facts.kink_count, 2u);
  EXPECT_EQ(facts.kinks[1], 1.0);
}

}  // namespace
