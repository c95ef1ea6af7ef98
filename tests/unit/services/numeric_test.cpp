// Random numbers, transforms, linear algebra and scratch memory as a plugin gets them, against direct sums
// and definitions.
#include <gmock/gmock.h>

#include <algorithm>
#include <bit>
#include <complex>
#include <numbers>
#include <set>

#include "nn/random.hpp"
#include "plugin/known.hpp"
#include "unit/services/scripted.hpp"

namespace basso::services::test {
namespace {

using Complex = std::complex<double>;
using ::testing::HasSubstr;

class ServiceTest : public ::testing::Test {
 protected:
  explicit ServiceTest(std::uint64_t repeat = 3)
      : host_(shared_, target_component("waves"), repeat, "target waves") {
    shared_.seed = 17;
  }
  const basso_host* abi() const { return host_.abi(); }
  Shared shared_;
  Host host_;
  ErrorText error_;
};

std::vector<double> numbers(std::size_t count, std::uint64_t seed) {
  std::vector<double> values(count);
  nn::Stream(nn::StreamKey{seed, 0, "test", "numbers", 0, 0}).normals(values);
  return values;
}

Complex direct(const std::vector<double>& x, const std::vector<double>& y, double k) {
  Complex sum = 0;
  for (std::size_t j = 0; j < x.size(); ++j) sum += y[j] * std::polar(1.0, -2 * std::numbers::pi * x[j] * k);
  return sum;
}

TEST_F(ServiceTest, EveryServiceThatTheHostPromisesHasATable) {
  for (const std::string& name : plugin::known_services()) EXPECT_NE(service_table(name), nullptr) << name;
  EXPECT_EQ(abi()->service(abi(), "oracle/1"), nullptr);
  EXPECT_EQ(abi()->service(abi(), BASSO_SERVICE_TARGET_SETUP), nullptr);  // only during create
  EXPECT_EQ(abi()->service(abi(), BASSO_SERVICE_EMIT), nullptr);          // only for probes
}

TEST_F(ServiceTest, AServiceThatTheComponentDoesNotListIsNotServed) {
  basso_component modest = component_of("target/1", "modest", &target_functions);
  modest.services = "fft/1 log/1";
  const Host host(shared_, Component(&modest, {}, "", nullptr), 0, "target modest");
  EXPECT_NE(host.abi()->service(host.abi(), BASSO_SERVICE_LOG), nullptr);
  EXPECT_NE(host.abi()->service(host.abi(), BASSO_SERVICE_FFT), nullptr);
  EXPECT_EQ(host.abi()->service(host.abi(), BASSO_SERVICE_RANDOM), nullptr);
  EXPECT_EQ(host.abi()->service(host.abi(), "fft"), nullptr);
}

TEST_F(ServiceTest, RandomNumbersAreKeyedBySeedRepeatKindIdStreamAndRow) {
  const auto& random = service<basso_random_v1>(abi(), BASSO_SERVICE_RANDOM);
  const auto draw = [&](const Host& host, std::uint64_t stream, std::uint64_t row) {
    std::uint64_t value = 0;
    random.bits(host.abi(), stream, row, &value, 1);
    return value;
  };
  const std::uint64_t first = draw(host_, 1, 2);
  EXPECT_EQ(draw(host_, 1, 2), first);
  nn::Stream reference(nn::StreamKey{17, 3, "target", "waves", 1, 2});
  EXPECT_EQ(reference.bits64(), first);
  const Host other_repeat(shared_, target_component("waves"), 4, "");
  const Host other_id(shared_, target_component("wave"), 3, "");
  const Host other_kind(shared_, probe_component("waves"), 3, "");
  Shared other_seed;
  other_seed.seed = 18;
  const Host reseeded(other_seed, target_component("waves"), 3, "");
  const std::set<std::uint64_t> all = {first,
                                       draw(host_, 2, 2),
                                       draw(host_, 1, 3),
                                       draw(other_repeat, 1, 2),
                                       draw(other_id, 1, 2),
                                       draw(other_kind, 1, 2),
                                       draw(reseeded, 1, 2)};
  EXPECT_EQ(all.size(), 7U);
}

TEST_F(ServiceTest, UniformAndNormalNumbersHaveTheirMoments) {
  const auto& random = service<basso_random_v1>(abi(), BASSO_SERVICE_RANDOM);
  std::vector<double> values(100000);
  random.uniform(abi(), 0, 0, values.data(), values.size());
  double mean = 0;
  for (const double value : values) {
    ASSERT_TRUE(value >= 0 && value < 1);
    mean += value / static_cast<double>(values.size());
  }
  EXPECT_NEAR(mean, 0.5, 5 * std::sqrt(1.0 / 12 / 100000));
  random.normal(abi(), 0, 0, values.data(), values.size());
  double square = 0;
  for (const double value : values) square += value * value / static_cast<double>(values.size());
  EXPECT_NEAR(square, 1.0, 5 * std::sqrt(2.0 / 100000));
}

TEST_F(ServiceTest, TransformsEqualTheDirectSum) {
  const auto& fft = service<basso_fft_v1>(abi(), BASSO_SERVICE_FFT);
  for (const std::size_t n : {1U, 2U, 7U, 60U, 97U, 200U}) {
    const basso_fft_plan *plan = nullptr, *again = nullptr;
    ASSERT_EQ(fft.plan(abi(), n, &plan, error_.abi()), BASSO_OK);
    ASSERT_EQ(fft.plan(abi(), n, &again, error_.abi()), BASSO_OK);
    EXPECT_EQ(plan, again);
    const std::vector<double> y = numbers(n, n);
    std::vector<double> x(n), bins(2 * (n / 2 + 1));
    for (std::size_t j = 0; j < n; ++j) x[j] = static_cast<double>(j) / static_cast<double>(n);
    ASSERT_EQ(fft.forward_real(abi(), plan, y.data(), bins.data(), error_.abi()), BASSO_OK);
    for (std::size_t k = 0; k <= n / 2; ++k)
      EXPECT_LT(std::abs(Complex(bins[2 * k], bins[2 * k + 1]) - direct(x, y, static_cast<double>(k))),
                1e-11);
    std::vector<double> in(2 * n), out(2 * n), back(2 * n);
    for (std::size_t j = 0; j < n; ++j) in[2 * j] = y[j], in[2 * j + 1] = y[n - 1 - j];
    ASSERT_EQ(fft.transform(abi(), plan, 0, in.data(), out.data(), error_.abi()), BASSO_OK);
    ASSERT_EQ(fft.transform(abi(), plan, 1, out.data(), back.data(), error_.abi()), BASSO_OK);
    for (std::size_t j = 0; j < 2 * n; ++j) EXPECT_NEAR(back[j], static_cast<double>(n) * in[j], 1e-10);
  }
}

TEST_F(ServiceTest, NonUniformTransformsEqualTheDirectSum) {
  const auto& fft = service<basso_fft_v1>(abi(), BASSO_SERVICE_FFT);
  const std::vector<double> x = numbers(300, 1), y = numbers(300, 2), k = numbers(25, 3);
  const basso_fft_plan* plan = nullptr;
  ASSERT_EQ(fft.plan_nonuniform(abi(), x.data(), x.size(), k.data(), k.size(), &plan, error_.abi()),
            BASSO_OK);
  std::vector<double> out(2 * k.size());
  ASSERT_EQ(fft.forward_nonuniform(abi(), plan, y.data(), out.data(), error_.abi()), BASSO_OK);
  for (std::size_t m = 0; m < k.size(); ++m)
    EXPECT_LT(std::abs(Complex(out[2 * m], out[2 * m + 1]) - direct(x, y, k[m])), 1e-12 * 300);
  EXPECT_EQ(fft.forward_real(abi(), plan, y.data(), out.data(), error_.abi()), BASSO_ERROR_INTERNAL);
  EXPECT_THAT(error_.sentence(), HasSubstr("non-uniform plan"));
  EXPECT_EQ(fft.plan(abi(), 0, &plan, error_.abi()), BASSO_ERROR_PARAMETER);
  EXPECT_EQ(fft.plan(abi(), 5, nullptr, error_.abi()), BASSO_ERROR_INTERNAL);
}

TEST_F(ServiceTest, PeaksAreStrictInnerMaximaCutToTheCapacity) {
  const auto& fft = service<basso_fft_v1>(abi(), BASSO_SERVICE_FFT);
  const double magnitudes[] = {9, 1, 3, 1, 2, 2, 1, 5, 0, 8};
  std::uint64_t bins[2] = {0, 0}, found = 0;
  ASSERT_EQ(fft.peaks(abi(), magnitudes, 10, bins, 1, &found, error_.abi()), BASSO_OK);
  EXPECT_EQ(found, 2U);
  EXPECT_EQ(bins[0], 2U);
  EXPECT_EQ(bins[1], 0U);
}

TEST_F(ServiceTest, LinearAlgebraGivesWhatItsDefinitionsSay) {
  const auto& linalg = service<basso_linalg_v1>(abi(), BASSO_SERVICE_LINALG);
  // Eigenvalues 3 and 1 with (1,1)/sqrt 2 and (1,-1)/sqrt 2; the upper triangle is not read.
  const double a[] = {2, 99, 1, 2};
  double values[2], vectors[4];
  ASSERT_EQ(linalg.symmetric_eigen(abi(), a, 2, values, vectors, error_.abi()), BASSO_OK);
  EXPECT_NEAR(values[0], 3, 1e-14);
  EXPECT_NEAR(values[1], 1, 1e-14);
  EXPECT_NEAR(vectors[0], std::sqrt(0.5), 1e-14);
  EXPECT_NEAR(vectors[2] * vectors[3], -0.5, 1e-14);
  // diag(3, 4) with a zero column.
  const double b[] = {3, 0, 0, 0, 4, 0};
  double norm = 0;
  ASSERT_EQ(linalg.spectral_norm(abi(), b, 2, 3, &norm, error_.abi()), BASSO_OK);
  EXPECT_NEAR(norm, 4, 4e-10);
  // Points on the line through (1, 2) along (-3, 4) / 5: the entry of largest modulus is positive.
  const double c[] = {1 - 3, 2 + 4, 1, 2, 1 + 3, 2 - 4};
  double direction[2], mean[2];
  ASSERT_EQ(linalg.principal_direction(abi(), c, 3, 2, direction, mean, error_.abi()), BASSO_OK);
  EXPECT_NEAR(direction[0], -0.6, 1e-14);
  EXPECT_NEAR(direction[1], 0.8, 1e-14);
  EXPECT_NEAR(mean[0], 1, 1e-15);
  EXPECT_EQ(linalg.principal_direction(abi(), c, 0, 2, direction, mean, error_.abi()), BASSO_ERROR_PARAMETER);
  EXPECT_EQ(linalg.symmetric_eigen(abi(), a, std::uint64_t{1} << 40, values, vectors, error_.abi()),
            BASSO_ERROR_MEMORY);
  EXPECT_EQ(linalg.symmetric_eigen(abi(), a, std::uint64_t{1} << 22, values, vectors, error_.abi()),
            BASSO_ERROR_MEMORY);
  EXPECT_NE(error_.sentence().find("4194304 rows takes 393216 GiB"), std::string::npos) << error_.sentence();
}

TEST_F(ServiceTest, ScratchIsAlignedDisjointAndTakenBackAfterTheCall) {
  const auto& scratch = service<basso_scratch_v1>(abi(), BASSO_SERVICE_SCRATCH);
  char* last = nullptr;
  for (std::uint64_t bytes = 1; bytes < 300000; bytes = bytes * 3 + 1) {
    auto* piece = static_cast<char*>(scratch.take(abi(), bytes));
    ASSERT_NE(piece, nullptr);
    EXPECT_EQ(std::bit_cast<std::uintptr_t>(piece) % 64, 0U);
    std::fill_n(piece, bytes, char{7});
    if (last) {
      EXPECT_NE(piece, last);
    }
    last = piece;
  }
  EXPECT_EQ(scratch.take(abi(), ~std::uint64_t{0}), nullptr);
  EXPECT_EQ(scratch.take(abi(), std::uint64_t{1} << 55), nullptr);
  void *first = nullptr, *second = nullptr;
  const auto take = [&](void*& piece) {
    host_.call(Stage::observe, "observe", [&](basso_error*) -> std::int32_t {
      piece = scratch.take(abi(), 1000);
      return BASSO_OK;
    });
  };
  take(first);
  take(second);
  EXPECT_EQ(first == nullptr, false);
  take(first);
  EXPECT_EQ(first, second);
}

TEST_F(ServiceTest, WhatIsWrittenBesideScratchMemoryIsFound) {
  const auto& scratch = service<basso_scratch_v1>(abi(), BASSO_SERVICE_SCRATCH);
  // Three pieces, and a byte written so far from the second one's begin.
  const auto said = [&](std::ptrdiff_t place) -> std::string {
    try {
      host_.call(Stage::observe, "observe", [&](basso_error*) -> std::int32_t {
        scratch.take(abi(), 10);
        auto* const piece = static_cast<char*>(scratch.take(abi(), 100));
        scratch.take(abi(), 10);
        piece[place] = 1;
        return BASSO_OK;
      });
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(said(0), "");
  EXPECT_EQ(said(99), "");
  for (const std::ptrdiff_t place : {-1, 100, 127, 128})
    EXPECT_NE(said(place).find("observe: something was written behind the end of scratch memory"),
              std::string::npos)
        << place;
  EXPECT_NE(said(-2 * 64 - 1).find("something was written before scratch memory"), std::string::npos);
  EXPECT_EQ(said(50), "");
}

TEST_F(ServiceTest, LogLinesCarryTheInstancesName) {
  std::string seen;
  shared_.log = [&](int level, const std::string& line) { seen = std::to_string(level) + " " + line; };
  service<basso_log_v1>(abi(), BASSO_SERVICE_LOG).write(abi(), BASSO_LOG_WARNING, "too few samples");
  EXPECT_EQ(seen, "1 target waves: too few samples");
}

TEST_F(ServiceTest, AChangedRoundingModeIsPutBackAndLogged) {
  std::string seen;
  shared_.log = [&](int, const std::string& line) { seen = line; };
  host_.call(Stage::observe, "observe", [](basso_error*) -> std::int32_t {
    std::fesetround(FE_UPWARD);
    return BASSO_OK;
  });
  EXPECT_EQ(std::fegetround(), FE_TONEAREST);
  EXPECT_THAT(seen, HasSubstr("rounding mode"));
}

}  // namespace
}  // namespace basso::services::test
