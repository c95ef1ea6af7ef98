// Probe relu-transform against closed forms, quadrature and fine sums.
#include <gmock/gmock.h>

#include <cmath>
#include <numbers>

#include "engine_network.hpp"
#include "regions.hpp"

namespace basso::test {
namespace {

using std::numbers::pi;
using testing::HasSubstr;

double sinc(double x) { return x == 0.0 ? 1.0 : std::sin(x) / x; }

// Of a series with its phases.
std::vector<Complex> complex(const std::map<std::string, Reals>& seen, const std::string& name) {
  std::vector<Complex> result;
  for (std::size_t i = 0; i < seen.at(name).size(); ++i)
    result.push_back(std::polar(seen.at(name)[i], seen.at(name + "_phase")[i]));
  return result;
}

void expect_near(Complex is, Complex should, double within, const std::string& what = "") {
  EXPECT_NEAR(is.real(), should.real(), within) << what;
  EXPECT_NEAR(is.imag(), should.imag(), within) << what;
}

// W1 = (1, 1, 1), b1 = (0, -1/2, -1), W2 = (1, -2, 1): a hat over [0, 1] of height 1/2.
TEST(ReluTransform, OfAHatIsASincSquared) {
  EngineNetwork hat(1, {3}, "relu", {1, 1, 1, 0, -0.5, -1, 1, -2, 1, 0});
  const Reals frequencies = {0.3, 1, 2.5, 7, 1000};
  const auto seen = hat.observe("relu-transform", {{"frequencies", frequencies}, {"phases", true}});
  for (std::size_t i = 0; i < frequencies.size(); ++i) {
    const double k = 2 * pi * frequencies[i];
    const Complex exact = 0.25 * sinc(k / 4) * sinc(k / 4) * std::polar(1.0, -k / 2);
    expect_near(complex(seen, "windowed")[i], exact, 1e-14, std::to_string(k));
    expect_near(complex(seen, "tempered")[i], exact, 1e-14, std::to_string(k));
  }
  EXPECT_EQ(seen.at("regions")[0], 2.0);
}

TEST(ReluTransform, AtZeroIsTheIntegralOverTheWindowAndNothingOverTheLine) {
  EngineNetwork hat(1, {3}, "relu", {1, 1, 1, 0, -0.5, -1, 1, -2, 1, 0});
  const auto seen = hat.observe("relu-transform", {{"frequencies", Reals{0}}, {"window", Reals{0, 0.75}}});
  EXPECT_NEAR(seen.at("windowed")[0], 0.25 - 0.25 * 0.25 / 2, 1e-15);
  EXPECT_TRUE(std::isnan(seen.at("tempered")[0]));
}

// sum_i a_i relu(w_i x + b_i) has the transform -k^-2 sum_i a_i |w_i| exp(i k b_i / w_i).
TEST(ReluTransform, OfOneHiddenLayerIsTheSumOfItsNeuronsTransforms) {
  EngineNetwork network(1, {40}, "relu");
  const Reals theta = network.parameters(), frequencies = {0.1, 1, 3, 10.5, 300};
  const auto seen = network.observe("relu-transform", {{"frequencies", frequencies}, {"phases", true}});
  std::size_t kinks = 0;
  for (std::size_t n = 0; n < 40; ++n) {
    const double x = -theta[40 + n] / theta[n];
    kinks += x > 0.0 && x < 1.0 ? 1 : 0;
  }
  EXPECT_EQ(seen.at("regions")[0], static_cast<double>(kinks + 1));
  for (std::size_t i = 0; i < frequencies.size(); ++i) {
    const double k = 2 * pi * frequencies[i];
    Complex sum = 0.0;
    for (std::size_t n = 0; n < 40; ++n)
      sum -= theta[80 + n] * std::abs(theta[n]) * std::polar(1.0, k * theta[40 + n] / theta[n]) / (k * k);
    expect_near(complex(seen, "tempered")[i], sum, 1e-12 * (1.0 + std::abs(sum)), std::to_string(k));
  }
}

// A fine sum by the trapezoid rule: over whole periods its error is that of the kinks alone.
TEST(ReluTransform, OverAWindowIsAFineFourierSumForEveryPiecewiseLinearActivation) {
  for (const char* activation : {"relu", "leaky-relu", "prelu", "abs", "hat", "identity"}) {
    EngineNetwork network(1, {16, 12, 16}, activation, {}, 5, 2.0);
    const std::size_t points = 1 << 17;
    const double low = -0.5, high = 2.0, step = (high - low) / points;
    Reals x = even(points + 1, low, step), y = network(x);
    const Reals cycles = {0.4, 2, 6.8};
    const auto seen = network.observe(
        "relu-transform", {{"frequencies", cycles}, {"window", Reals{low, high}}, {"phases", true}});
    y.front() *= 0.5;
    y.back() *= 0.5;
    const auto sums = direct_transform(x, y, cycles);
    for (std::size_t i = 0; i < cycles.size(); ++i)
      expect_near(complex(seen, "windowed")[i], step * sums[i], 2e-8, activation);
  }
}

// Where all kinks are in the window, integration by parts of the linear tails gives the rest.
TEST(ReluTransform, OverTheLineIsThatOverAWindowWithoutTheTails) {
  EngineNetwork network(1, {12, 12, 12}, "relu", {}, 9, 2.0);
  const double end = 1e5, nu = 0.37, k = 2 * pi * nu;
  const auto seen = network.observe(
      "relu-transform", {{"frequencies", Reals{nu}}, {"window", Reals{-end, end}}, {"phases", true}});
  const Reals f = network({-2 * end, -end, end, 2 * end});
  const double before = (f[1] - f[0]) / end, after = (f[3] - f[2]) / end;
  const auto tail = [&](double value, double slope, double x) {
    return std::polar(1.0, -k * x) * (Complex(0, value / k) + slope / (k * k));
  };
  const Complex tails = tail(f[2], after, end) - tail(f[1], before, -end);
  expect_near(complex(seen, "windowed")[0] - tails, complex(seen, "tempered")[0], 1e-9);
}

// relu(1 - |x| - |y|): with u = x + y, v = x - y it is the integral over t of the squares |u|, |v| < t < 1.
TEST(ReluTransform, OfAPyramidIsTheIntegralOfSincProducts) {
  EngineNetwork pyramid(2, {4, 1}, "relu", {1, 0, -1, 0, 0, 1, 0, -1, 0, 0, 0, 0, -1, -1, -1, -1, 1, 1, 0});
  const Reals frequencies = {0.21, 1.3, -2, 11};
  const auto seen = pyramid.observe(
      "relu-transform", {{"frequencies", frequencies}, {"window", Reals{-1, 1.5}}, {"phases", true}});
  for (std::size_t i = 0; i < 16; ++i) {
    const double kx = 2 * pi * frequencies[i % 4], ky = 2 * pi * frequencies[i / 4];
    if (std::abs(kx) == std::abs(ky)) continue;
    const double p = (kx + ky) / 2, q = (kx - ky) / 2, exact = (sinc(p - q) - sinc(p + q)) / (p * q);
    expect_near(complex(seen, "windowed")[i], exact, 1e-13, std::to_string(i));
    expect_near(complex(seen, "tempered")[i], exact, 1e-13, std::to_string(i));
  }
  EXPECT_EQ(seen.at("regions")[0], 8.0);
}

// min(relu(x), relu(y)) = relu(x) - relu(relu(x) - relu(y)) has the transform i/(kx ky (kx + ky)).
TEST(ReluTransform, OverThePlaneCountsUnboundedEdges) {
  EngineNetwork corner(2, {2, 2}, "relu", {1, 0, 0, 1, 0, 0, 1, 0, 1, -1, 0, 0, 1, -1, 0});
  const Reals frequencies = {0.3, 0.7, -0.45};
  const auto seen = corner.observe("relu-transform", {{"frequencies", frequencies}, {"phases", true}});
  for (std::size_t i = 0; i < 9; ++i) {
    const double kx = 2 * pi * frequencies[i % 3], ky = 2 * pi * frequencies[i / 3];
    const Complex exact(0.0, 1.0 / (kx * ky * (kx + ky)));
    expect_near(complex(seen, "tempered")[i], exact, 1e-13 * std::abs(exact), std::to_string(i));
  }
}

// A single ridge has no transform but on the line along its normal, and there no value.
TEST(ReluTransform, OverThePlaneHasNoValueNormalToAnUnboundedEdge) {
  EngineNetwork ridge(2, {1}, "relu", {2, 0, -0.5, 1, 0});
  const auto seen = ridge.observe("relu-transform", {{"frequencies", Reals{0, 1.5}}});
  EXPECT_TRUE(std::isnan(seen.at("tempered")[1]));  // (1.5, 0)
  EXPECT_NEAR(seen.at("tempered")[2], 0.0, 1e-15);  // (0, 1.5)
  EXPECT_NEAR(seen.at("tempered")[3], 0.0, 1e-15);
  EXPECT_EQ(seen.at("regions")[0], 2.0);
}

// Gauss' rule of two points a cell.
TEST(ReluTransform, OverASquareIsThatOfQuadratureForEveryPiecewiseLinearActivation) {
  for (const char* activation : {"relu", "leaky-relu", "hat"}) {
    EngineNetwork network(2, {10, 8}, activation, {}, 3, 2.0);
    const std::size_t cells = 200;
    const double low[] = {-0.5, 0.25}, width[] = {1.5, 1.0};
    const auto node = [&](std::size_t axis, std::size_t i) {
      const double offset = (i % 2 == 0 ? -1.0 : 1.0) / std::sqrt(12.0) + 0.5;
      return low[axis] + width[axis] * (static_cast<double>(i / 2) + offset) / static_cast<double>(cells);
    };
    Reals points;
    for (std::size_t i = 0; i < 2 * cells; ++i)
      for (std::size_t j = 0; j < 2 * cells; ++j) points.insert(points.end(), {node(0, j), node(1, i)});
    const Reals y = network(points), cycles = {-0.4, 0, 1.5};
    const auto seen =
        network.observe("relu-transform",
                        {{"frequencies", cycles}, {"window", Reals{-0.5, 1, 0.25, 1.25}}, {"phases", true}});
    for (std::size_t f = 0; f < 9; ++f) {
      Complex sum = 0.0;
      for (std::size_t i = 0; i < y.size(); ++i)
        sum +=
            y[i] * std::polar(1.5 / static_cast<double>(y.size()),
                              -2 * pi * (cycles[f % 3] * points[2 * i] + cycles[f / 3] * points[2 * i + 1]));
      expect_near(complex(seen, "windowed")[f], sum, 2e-6, activation + std::to_string(f));
    }
  }
}

// sum_j c_j relu(1 - sum_i a_ij |w_i x + b_i|) with a > 0 vanishes outside of a window, so that the transform
// over the plane is that over the window (which quadrature has confirmed).
TEST(ReluTransform, OverThePlaneIsThatOverAWindowAroundTheSupport) {
  const Reals lines = {1, 0.2, -0.4, 1, 0.7, 0.9, 1, -0.6}, offsets = {0.1, -0.2, 0.15, 0};
  const Reals a = {0.9, 1.1, 0.3, 0.5, 0.4, 0.7, 1.3, 0.6};
  Reals w, b, second;  // |z| = relu(z) + relu(-z)
  for (std::size_t i = 0; i < 4; ++i)
    for (const double sign : {1.0, -1.0}) {
      w.insert(w.end(), {sign * lines[2 * i], sign * lines[2 * i + 1]});
      b.push_back(sign * offsets[i]);
    }
  for (const double each : a) second.insert(second.end(), {-each, -each});
  Reals theta = w;
  for (const Reals& more : {b, second, Reals{1, 1, 1, -0.7, 0}})
    theta.insert(theta.end(), more.begin(), more.end());
  EngineNetwork bumps(2, {8, 2}, "relu", theta);
  const auto seen = bumps.observe(
      "relu-transform", {{"frequencies", Reals{-1.2, 0.35, 4}}, {"window", Reals{-5, 5}}, {"phases", true}});
  for (std::size_t i = 0; i < 9; ++i)
    expect_near(complex(seen, "tempered")[i], complex(seen, "windowed")[i], 1e-13, std::to_string(i));
}

// n lines that all cut the square make 1 + n + (crossings inside) regions.
TEST(ReluTransform, CountsTheRegionsOfAnArrangementOfLines) {
  EngineNetwork lines(2, {12}, "relu", {}, 2);
  const Reals t = lines.parameters();
  const auto seen = lines.observe("relu-transform", {{"window", Reals{-1, 1}}, {"frequencies", Reals{1}}});
  std::size_t regions = 1;
  for (std::size_t i = 0; i < 12; ++i) {
    regions += std::abs(t[24 + i]) < std::abs(t[2 * i]) + std::abs(t[2 * i + 1]) ? 1 : 0;
    for (std::size_t j = 0; j < i; ++j) {
      const double det = t[2 * i] * t[2 * j + 1] - t[2 * j] * t[2 * i + 1];
      const double x = (t[2 * i + 1] * t[24 + j] - t[2 * j + 1] * t[24 + i]) / det;
      const double y = (t[2 * j] * t[24 + i] - t[2 * i] * t[24 + j]) / det;
      regions += std::abs(x) < 1 && std::abs(y) < 1 ? 1 : 0;
    }
  }
  EXPECT_EQ(seen.at("regions")[0], static_cast<double>(regions));
}

// The indicator of a triangle is 2 area times the divided difference of exp at -i k v_j.
TEST(Regions, OfATriangleGiveTheVertexFormula) {
  const Point v[] = {{0.1, -0.3}, {1.7, 0.4}, {0.5, 2.1}};
  const double area = 0.5 * ((v[1].x - v[0].x) * (v[2].y - v[0].y) - (v[1].y - v[0].y) * (v[2].x - v[0].x));
  Regions triangle;
  triangle.regions.resize(1);
  for (std::size_t i = 0; i < 3; ++i) {
    const Point side = v[(i + 1) % 3] - v[i];
    const double length = std::hypot(side.x, side.y);
    const Point along = (1.0 / length) * side;
    triangle.faces.push_back({0, v[i], along, {along.y, -along.x}, length, false});
  }
  for (const Point k : {Point{1.3, -0.4}, Point{20, 31}, Point{-300, 7}}) {
    Complex sum = 0.0;
    for (std::size_t j = 0; j < 3; ++j)
      sum -= 2 * area * std::polar(1.0, -dot(k, v[j])) /
             (dot(k, v[j] - v[(j + 1) % 3]) * dot(k, v[j] - v[(j + 2) % 3]));
    FaceSums sums({k.x}, {k.y});
    for (const Face& face : triangle.faces) sums.add(face, {{}, {}, 1.0}, Values::everywhere);
    expect_near(sums.transform(0.0)[0], sum, 1e-14);
  }
}

TEST(ReluTransform, RefusesWhatIsNotPiecewiseLinearOrHasMoreThanTwoInputs) {
  const auto sentence = [](EngineNetwork&& network, const Given& given) {
    try {
      network.observe("relu-transform", given);
    } catch (const std::exception& thrown) {
      return std::string(thrown.what());
    }
    return std::string("taken");
  };
  EXPECT_THAT(sentence({1, {4, 4}, "tanh"}, {}),
              HasSubstr("the activation tanh of hidden layer 1 is not stated to be continuous and linear"));
  EXPECT_THAT(sentence({1, {4}, "relu"}, {{"window", Reals{1, 0}}}),
              HasSubstr("window: the low end 1.000000 is not below the high end 0.000000"));
  EXPECT_THAT(sentence({2, {4}, "relu"}, {{"window", Reals{0, 1, 2}}}),
              HasSubstr("window: has 3 numbers; expected 2"));
  EXPECT_THAT(sentence({1, {4}, "relu"}, {{"frequencies", Reals{}}}),
              HasSubstr("frequencies: the list is empty"));
  EXPECT_THAT(sentence({1, {40, 40}, "relu"}, {{"most_regions", std::int64_t{2}}}),
              HasSubstr("more than 2 linear regions here; raise most_regions"));
  EXPECT_THAT(
      ProbeUnderTest("relu-transform", {}, {periodic_set("train", "train", {1, 2})}).refusal().sentence,
      HasSubstr("needs a network"));
  EXPECT_THAT(ProbeUnderTest("relu-transform", {}, {periodic_set("train", "train", {1, 2})}, {{1, 3}})
                  .refusal()
                  .sentence,
              HasSubstr("networks of one or two inputs, and this one has 3"));
  EXPECT_THAT(ProbeUnderTest("relu-transform", {}, {periodic_set("train", "train", {1, 2})}, {{2, 1}})
                  .refusal()
                  .sentence,
              HasSubstr("needs a network with one output, and this one has 2"));
}

}  // namespace
}  // namespace basso::test
