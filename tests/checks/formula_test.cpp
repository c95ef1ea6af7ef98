// `basso plugin check` on small plugins that are right in an unusual way, or wrong in one place.
#include "e2e/command.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;

// An activation in C with this formula, derivative and facts, checked with `arguments`.
Outcome checked(const Workplace& place, const std::string& value, const std::string& slope,
                const std::string& facts, const std::string& arguments) {
  place.write("f.c", "#include <math.h>\n#define VALUE(T, x, p) (" + value +
                         ")\n#define SLOPE(T, x, y, p) (" + slope +
                         ")\n#include \"" BASSO_SOURCE "/tests/checks/fixtures/broken.h\"\nBROKEN(" + facts +
                         ", BASSO_NONE, BASSO_NONE)\n");
  const Outcome built = place.shell(C_COMPILER " -O3 -shared -fPIC -fvisibility=hidden -I '" BASSO_SOURCE
                                               "/sdk/include' f.c -o f.so -lm");
  EXPECT_EQ(built.code, 0) << built.error;
  return place.basso("plugin check f.so " + arguments);
}

// An activation in C++, its formula in T x.
Outcome checked_class(const Workplace& place, const std::string& body, const std::string& arguments) {
  place.write(
      "f.cpp",
      "#include <basso/plugin.hpp>\nnamespace {\nstruct F {\n  template <class T> static T value(T x) { " +
          body +
          " }\n};\n}\nBASSO_ACTIVATION_CLASS(f, F, \"f\", \"1.0.0\", \"f\", \"the tests\", BASSO_NONE)\n"
          "BASSO_LIBRARY(&f)\n");
  const Outcome built =
      place.shell(CXX_COMPILER " -std=c++17 -O3 -Wall -Wextra -Werror -shared -fPIC -I '" BASSO_SOURCE
                               "/sdk/include' f.cpp -o f.so");
  EXPECT_EQ(built.code, 0) << built.error;
  return place.basso("plugin check f.so " + arguments);
}

TEST(PluginCheck, PassesWhatItsAdviceForInfinityTimesZeroLeadsTo) {
  const Workplace place;
  const std::string formula = "x * basso::exp(-x * x / T(2))";
  const Outcome plain = checked_class(place, "return " + formula + ";", "--only activation.infinity");
  EXPECT_EQ(plain.code, 5) << plain.out;
  EXPECT_THAT(plain.out, HasSubstr("40 ? 0 : …"));
  for (const std::string& body :
       {"x = basso::clip(x, T(-40), T(40)); return " + formula + ";",
        "const T y = " + formula + ", zero = T(0); return x > 40 ? zero : x < -40 ? zero : y;",
        "return basso::abs(x) > 40 ? T(0) : " + formula + ";"}) {
    const Outcome outcome = checked_class(place, body, "--only 'activation.*'");
    EXPECT_EQ(outcome.code, 0) << body << outcome.out;
  }
}

TEST(PluginCheck, PassesASquareRootOfTheSdkInBothLanguages) {
  const Workplace place;
  const Outcome in_c = checked(place, "BASSO_SQRT(T, 1 + (x) * (x))", "(x) / (y)", "facts->stated = 0",
                               "--only activation.speed");
  EXPECT_EQ(in_c.code, 0) << in_c.out;
  const Outcome in_cpp = checked_class(place, "return basso::sqrt(1 + x * x);", "--only activation.speed");
  EXPECT_EQ(in_cpp.code, 0) << in_cpp.out;
}

TEST(PluginCheck, SeesThatACallOfSqrtVectorisesWithoutErrnoOnly) {
  const Workplace place;
  const Outcome plain = checked(
      place, "sizeof(T) == 4 ? (T)__builtin_sqrtf((float)(1 + (x) * (x))) : (T)__builtin_sqrt(1 + (x) * (x))",
      "(x) / (y)", "facts->stated = 0", "--only activation.speed");
#if defined(__x86_64__) && defined(__OPTIMIZE__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
  EXPECT_EQ(plain.code, 5) << plain.out;
#endif
  const Outcome built =
      place.shell(C_COMPILER " -O3 -fno-math-errno -shared -fPIC -fvisibility=hidden -I '" BASSO_SOURCE
                             "/sdk/include' f.c -o f.so -lm");
  ASSERT_EQ(built.code, 0) << built.error;
  const Outcome outcome = place.basso("plugin check f.so --only activation.speed");
  EXPECT_EQ(outcome.code, 0) << outcome.out << plain.out;
}

using Formula = std::pair<std::string, std::string>;
const std::string no_facts = "facts->stated = 0", no_kinks = "facts->stated = BASSO_FACT_KINKS";
const std::string derivative_only = "--only activation.derivative";

TEST(PluginCheck, FindsAWrongDerivativeWhereNothingIsSaidAboutKinks) {
  const Workplace place;
  const auto finding = [&](const std::string& value, const std::string& slope) {
    const Outcome outcome = checked(place, value, slope, no_facts, derivative_only);
    EXPECT_EQ(outcome.code, 5) << slope << outcome.out;
    return outcome.out;
  };
  const std::string x_sine = "(x) * BASSO_SIN(T, x)", sine = "BASSO_SIN(T, x)", cosine = "BASSO_COS(T, x)";
  EXPECT_THAT(finding(x_sine, sine + " - (x) * " + cosine), HasSubstr("disagrees with differences"));
  EXPECT_THAT(finding(sine, "-" + cosine), HasSubstr("its sign is wrong"));
  EXPECT_THAT(finding(sine, "2 * " + cosine), HasSubstr("here and elsewhere that is 2"));
  finding("(x) > 0 ? 2 * (x) : (x)",
          "(x) > 0 ? (T)1 : (x) <= 0 ? (T)1 : (x)");  // wrong on one side of a kink
}

TEST(PluginCheck, FindsADerivativeThatIsWrongAtOneRoundNumberAlone) {
  const Workplace place;
  for (const char* number : {"0", "1", "-2.5"}) {
    const std::string slope = std::string("(x) == (T)(") + number + ") ? (T)7 : BASSO_COS(T, x)";
    const Outcome outcome = checked(place, "BASSO_SIN(T, x)", slope, no_kinks, derivative_only);
    EXPECT_EQ(outcome.code, 5) << number << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr(std::string("gives 7 for x = ") + number + ", but "));
  }
}

TEST(PluginCheck, TakesCuspsStepsAndPolesAtRoundNumbers) {
  const Workplace place;
  const std::string nan = "(x) - (x)";
  const Formula step = {"(x) >= 1 ? (T)2 : (x) < 1 ? (T)0 : (x)", "(x) == (x) ? (T)0 : " + nan};
  const Formula square = {"(T)sqrt(fabs((double)(x)))",
                          "(x) == 0 ? (T)0 : (T)((x) / pow(fabs((double)(x)), 1.5) / 2)"};
  const Formula logarithm = {"(T)log(fabs((double)(x)))", "1 / (x)"};
  for (const auto& [value, slope] : {step, square, logarithm}) {
    const Outcome outcome = checked(place, value, slope, no_facts, "--only activation.isolated");
    EXPECT_EQ(outcome.code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("ok       activation.isolated"));
  }
}

TEST(PluginCheck, TakesRightDerivativesOfWhatOscillatesAndGrowsFarFromZero) {
  const Workplace place;
  const std::string sine = "BASSO_SIN(T, x)", cosine = "BASSO_COS(T, x)";
  const Formula snake = {"(x) + " + sine + " * " + sine, "1 + 2 * " + sine + " * " + cosine};
  const Formula x_sine = {"(x) * " + sine, sine + " + (x) * " + cosine};
  const Formula fast = {"BASSO_SIN(T, 1000 * (x))", "1000 * BASSO_COS(T, 1000 * (x))"};
  const Formula cubic = {"(x) * (x) * (x)", "3 * (x) * (x)"};
  const Formula steps = {"(x) == (x) ? (T)floor((double)(x)) : (x)", "(x) == (x) ? (T)0 : (x)"};
  const Formula slow = {"BASSO_WITH_SIGN(T, (T)log1p(fabs((double)(x))), x)", "1 / (1 + BASSO_ABS(T, x))"};
  for (const auto& [value, slope] : {snake, x_sine, fast, cubic, steps, slow})
    for (const char* seed : {"1", "2"}) {
      const Outcome outcome = checked(place, value, slope, no_facts, derivative_only + " --seed " + seed);
      EXPECT_EQ(outcome.code, 0) << outcome.out;
    }
}

TEST(PluginCheck, TakesARightDerivativeBesideKinksAndJumpsThatAreNotStated) {
  const Workplace place;
  const Formula leaky = {"(x) > 0 ? (x) : (T)0.1 * (x)", "(x) > 0 ? (T)1 : (x) <= 0 ? (T)0.1 : (x)"};
  const Formula hat = {"(x) < -1 ? (x) - (x) : (x) > 2 ? (x) - (x) : (x) + 1",
                       "(x) < -1 ? (x) - (x) : (x) > 2 ? (x) - (x) : (x) - (x) + 1"};
  for (const auto& [value, slope] : {leaky, hat}) {
    const Outcome outcome = checked(place, value, slope, no_facts, derivative_only);
    EXPECT_EQ(outcome.code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("ok       activation.derivative"));
  }
}

TEST(PluginCheck, TakesRightFactsAboutWhatOverflows) {
  const Workplace place;
  const std::string up = "BASSO_EXP(T, x)", down = "BASSO_EXP(T, -(x))";
  const auto passes = [&](const Formula& f, const std::string& facts, const std::string& check) {
    const Outcome outcome = checked(place, f.first, f.second, facts, "--only activation." + check);
    EXPECT_EQ(outcome.code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("ok       activation." + check));
  };
  passes({up, "y"}, "facts->stated = BASSO_FACT_MONOTONE; facts->monotone = 1", "monotone");
  passes({up + " + " + down, up + " - " + down}, "facts->stated = BASSO_FACT_PARITY; facts->parity = 1",
         "parity");
  passes({up + " - " + down, up + " + " + down}, no_kinks, "kinks");
  passes({"1 / (x)", "-1 / ((x) * (x))"}, "facts->stated = BASSO_FACT_PARITY; facts->parity = -1", "parity");
}

TEST(PluginCheck, TakesASlopeThatGrowsWithoutBoundTowardsAStatedKinkAndAnyNumberAtIt) {
  const Workplace place;
  const std::string kink = "facts->stated = BASSO_FACT_KINKS; facts->kink_count = 1";
  const std::string slope = "BASSO_WITH_SIGN(T, (T)(0.5 / sqrt(fabs((double)(x)))), x)";
  for (const std::string& derivative : {slope, "(x) == 0 ? (T)0 : " + slope})
    for (const char* check : {"isolated", "kinks", "derivative"}) {
      const Outcome outcome = checked(place, "(T)sqrt(fabs((double)(x)))", derivative, kink,
                                      std::string("--only activation.") + check);
      EXPECT_EQ(outcome.code, 0) << outcome.out;
    }
  const Outcome wrong = checked(place, "BASSO_ABS(T, x)", "(x) > 0 ? (T)1 : (x) < 0 ? (T)-1 : (x)", kink,
                                "--only activation.kinks");
  EXPECT_THAT(wrong.out, HasSubstr("give one of the two"));
}

TEST(PluginCheck, TakesTheDerivativeByATrainedFactorOfX) {
  const Workplace place;
  place.write("factor.cpp", R"code(#include <basso/plugin.hpp>
namespace {
constexpr basso_parameter parameters[] = {
    BASSO_PARAMETER_WITH_ROLE("factor", "real", "1.0", "(0,10)",
              "", "Factor of x.", "trainable")
};
struct Swish {  // x s(p x): by p, x^2 s (1 - s), where s is 1 in float32 from 17 on
  template <class T>
  static T value(T x, const T* p) {
    return x < T(-1e4) ? x - x : x * basso::logistic(p[0] * x);
  }
  template <class T>
  static T by_trainable(T x, const T* p) {
    const T s = basso::logistic(p[0] * x);
    return x * x * s * (T(1) - s);
  }
};
}  // namespace
BASSO_ACTIVATION_CLASS(activation, Swish, "factor", "0.1.0", "f(x) = x s(p x)", "the tests",
                       BASSO_TABLE(parameters))
BASSO_LIBRARY(&activation)
)code");
  const Outcome built =
      place.shell(CXX_COMPILER " -std=c++17 -O3 -shared -fPIC -fvisibility=hidden -I '" BASSO_SOURCE
                               "/sdk/include' factor.cpp -o factor.so");
  ASSERT_EQ(built.code, 0) << built.error;
  const Outcome outcome = place.basso("plugin check factor.so --only activation.float32");
  EXPECT_THAT(outcome.out, HasSubstr("ok       activation.float32")) << outcome.error;
}

TEST(PluginCheck, TakesATargetWhoseNoiseIsZeroByDefault) {
  const Workplace place;
  place.write("noisy.cpp", R"code(#include <basso/plugin.hpp>
namespace {
constexpr basso_parameter parameters[] = {
    BASSO_PARAMETER("noise", "real", "0.0", "[0,inf)",
              "", "Factor of the noise.")
};
class Noisy {
 public:
  Noisy(basso::target_setup& setup, const basso::values& values)
      : host_(setup.host()), noise_(values.real("noise")) {
    setup.add(basso::point_set("train", "train", 8));
  }
  void fill(std::uint32_t, std::uint64_t row, const basso::point& point) const {
    double drawn = 0;
    basso::service<basso_random_v1>(host_, BASSO_SERVICE_RANDOM).normal(host_, 0, row, &drawn, 1);
    if (point.inputs.size > 0) point.inputs[0] = double(row);
    if (point.outputs.size > 0) point.outputs[0] = noise_ * drawn;
  }

 private:
  const basso_host* host_;
  double noise_;
};
}  // namespace
BASSO_TARGET_CLASS(target, Noisy, "noisy", "0.1.0", "noise", "the tests", "random/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&target)
)code");
  const Outcome built =
      place.shell(CXX_COMPILER " -std=c++17 -O1 -shared -fPIC -fvisibility=hidden -I '" BASSO_SOURCE
                               "/sdk/include' noisy.cpp -o noisy.so");
  ASSERT_EQ(built.code, 0) << built.error;
  const Outcome outcome = place.basso("plugin check noisy.so --only target.seeds");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("ok       target.seeds"));
}

TEST(PluginCheck, TakesASoftsignThatStatesToBeDifferentiable) {
  const Workplace place;
  for (int seed = 1; seed <= 3; ++seed) {
    const Outcome outcome = checked(place, "BASSO_WITH_SIGN(T, 1 / (1 + 1 / BASSO_ABS(T, x)), x)",
                                    "(1 - BASSO_ABS(T, y)) * (1 - BASSO_ABS(T, y))", no_kinks,
                                    derivative_only + " --seed " + std::to_string(seed));
    EXPECT_EQ(outcome.code, 0) << outcome.out;
  }
}

TEST(PluginCheck, AsksForALimitAtInfinityOnlyWhereThereIsOne) {
  const Workplace place;
  const std::string sine = "BASSO_SIN(T, x)", cosine = "BASSO_COS(T, x)";
  const Formula snake = {"(x) + " + sine + " * " + sine, "1 + 2 * " + sine + " * " + cosine};
  const Formula x_sine = {"(x) * " + sine, sine + " + (x) * " + cosine};
  for (const auto& [value, slope] : {snake, x_sine}) {
    const Outcome outcome = checked(place, value, slope, no_facts, "--only activation.infinity");
    EXPECT_EQ(outcome.code, 0) << outcome.out;
  }
  // Its limit at minus infinity is 0.
  const Outcome stuck = checked(place, "(x) * BASSO_LOGISTIC(T, x) - 0 * (x)", "(x)*0 + 1", no_facts,
                                "--only activation.infinity");
  EXPECT_EQ(stuck.code, 5) << stuck.out;
}

TEST(PluginCheck, NamesFactsAsTheCallThatCrashesOrFails) {
  const Workplace place;
  const Outcome crash =
      checked(place, "(x)", "(x) * 0 + 1", "__builtin_trap()", "--only lifecycle.create --json");
  EXPECT_EQ(crash.code, 5) << crash.out;
  EXPECT_THAT(crash.out, HasSubstr("during: facts (with its defaults)"));
  const Outcome failure = checked(place, "(x)", "(x) * 0 + 1",
                                  "return basso_fail(error, BASSO_ERROR_PARAMETER, \"nothing is known\")",
                                  "--only lifecycle.create --json");
  EXPECT_EQ(failure.code, 5) << failure.out;
  EXPECT_THAT(failure.out, HasSubstr("its function facts failed with every parameter at its default"));
  EXPECT_THAT(failure.out, HasSubstr("nothing is known"));
}

TEST(PluginCheck, TellsAnArrayFunctionThatThrowsNotToAnswerWithWhatAnotherRuleForbids) {
  const Workplace place;
  place.write("thrower.cpp",
              "#define BASSO_DISPATCH 0\n#include <cmath>\n#include <stdexcept>\n"
              "template <class T> static T value(T x) {\n"
              "  if (std::fabs(x) > T(1e4)) throw std::runtime_error(\"too large\");\n"
              "  return x;\n}\n"
              "#define VALUE(T, x, p) value<T>(x)\n#define SLOPE(T, x, y, p) ((x) * 0 + 1)\n"
              "#include \"" BASSO_SOURCE
              "/tests/checks/fixtures/broken.h\"\n"
              "BROKEN(facts->stated = 0, BASSO_NONE, BASSO_NONE)\n");
  const Outcome built =
      place.shell(CXX_COMPILER " -std=c++17 -O2 -shared -fPIC -fvisibility=hidden -I '" BASSO_SOURCE
                               "/sdk/include' thrower.cpp -o thrower.so");
  ASSERT_EQ(built.code, 0) << built.error;
  const Outcome outcome = place.basso("plugin check thrower.so --only activation.finite --json");
  EXPECT_EQ(outcome.code, 5) << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("too large"));
  EXPECT_THAT(outcome.out, HasSubstr("a number for every x"));
}

}  // namespace
}  // namespace basso::test
