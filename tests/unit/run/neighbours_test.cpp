// Nearest neighbours as a network: against a stable sort of all distances, and in whole runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "basso/run.hpp"
#include "experiments.hpp"
#include "services/neighbours_view.hpp"
#include "support/temporary_directory.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;

// Coordinates with few values, so that many samples are equally near.
std::vector<double> coarse(std::size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::vector<double> values(count);
  for (double& value : values) value = static_cast<double>(generator() % 5);
  return values;
}

TEST(Neighbours, AreTheFirstOfAStableSortByDistance) {
  constexpr std::size_t rows = 60, points = 40;
  const std::vector<double> x = coarse(2 * rows, 1), at = coarse(2 * points, 2);
  std::vector<double> y(2 * rows);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = std::sin(static_cast<double>(i));
  for (const std::size_t k : {std::size_t{1}, std::size_t{7}, rows}) {
    services::NeighboursView view(x, y, rows, k);
    const std::span<const double> got = view.predictions(at.data(), points);
    for (std::size_t p = 0; p < points; ++p) {
      const auto distance = [&](std::size_t j) {
        return std::hypot(at[2 * p] - x[2 * j], at[2 * p + 1] - x[2 * j + 1]);
      };
      std::vector<std::size_t> order(rows);
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(),
                       [&](std::size_t a, std::size_t b) { return distance(a) < distance(b); });
      for (std::size_t o = 0; o < 2; ++o) {
        double mean = 0.0;
        for (std::size_t i = 0; i < k; ++i) mean += y[2 * order[i] + o] / static_cast<double>(k);
        EXPECT_NEAR(got[2 * p + o], mean, 1e-14) << "k " << k << ", point " << p;
      }
    }
  }
}

std::string with_neighbours(const std::string& count) {
  const std::string text =
      with("widths = [8, 8]\nactivation = \"tanh\"\n", "kind = \"knn\"\nneighbours = " + count + "\n");
  const std::size_t train = text.find("[train]");
  return text.substr(0, train) + text.substr(text.find("[[probe]]\nname = \"function\""));
}

std::string refusal(const std::string& text) {
  const TemporaryDirectory directory;
  RunOptions options;
  options.out = directory.file("run");
  try {
    run_experiment(parse(text), built_plugins(), options);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Neighbours, OneGivesTheTrainingDataBackAndIsLookedAtOnce) {
  const TemporaryDirectory directory;
  RunOptions options;
  options.out = directory.file("run");
  const RunResult result = run_experiment(parse(with_neighbours("1")), built_plugins(), options);
  const Series value = read_series(result.directory, "function.prediction");
  const Series target = read_series(result.directory, "function.target");
  ASSERT_EQ(value.data.size(), target.data.size());
  EXPECT_EQ(value.data, target.data);
}

TEST(Neighbours, ResolvingTheResolvedFileGivesTheSameText) {
  const std::string once = parse(with_neighbours("3")).resolved_toml();
  EXPECT_EQ(parse(once).resolved_toml(), once);
}

TEST(Neighbours, RefuseWhatTheyCannotBe) {
  EXPECT_THAT(
      refusal(with_neighbours("17")),
      testing::AllOf(HasSubstr("f.toml:9:1"), HasSubstr("17 neighbours are more than the 16 samples")));
  EXPECT_THAT(refusal(with_neighbours("0")), HasSubstr("network.neighbours"));
  EXPECT_THAT(refusal(with_neighbours("2\nwidths = [4]")), HasSubstr("network.widths: unknown key"));
  EXPECT_THAT(refusal(with_neighbours("2") + "[train]\nsteps = 1\n"), HasSubstr("fitted, not trained"));
  EXPECT_THAT(refusal(with_neighbours("2") + "[[probe]]\nname = \"n\"\nplugin = \"spectral-norm\"\n"),
              HasSubstr("nearest neighbours have none"));
  EXPECT_THAT(refusal(with_neighbours("2") + "[[probe]]\nname = \"l\"\nplugin = \"loss\"\n"),
              HasSubstr("no [train]"));
}

}  // namespace
}  // namespace basso::test
