// The optional tables fourier/1 and layers/1.
#include <algorithm>
#include <array>
#include <complex>
#include <limits>
#include <numbers>

#include "basso/error.hpp"
#include "check/activation_checks.hpp"
#include "check/activation_subject.hpp"
#include "services/status.hpp"

namespace basso::check::activation {
namespace {

using Complex = std::complex<double>;
constexpr double pi = std::numbers::pi;

// ---- fourier/1 ----
//
// F[f] is a distribution, so f times a Gaussian window w(x) = exp(-x^2 / 2 s^2) is transformed:
//   integral of f w exp(-i c x) dx = 1/(2 pi) integral of F[f](k) W(c - k) dk,
//   W(k) = s sqrt(2 pi) exp(-s^2 k^2 / 2).
// The left side is quadrature of values, the right side is quadrature of the plugin's transform around c.
// With s = 12 / |c|, W has fallen to e^-72 at k = 0, where the transform need not exist.

constexpr double kWindow = 12;  // |c| s
constexpr double kCut = 8.5;    // standard deviations to either side: e^-36

// Eight-point Gauss-Legendre nodes and weights on [-1, 1], the positive half.
constexpr std::array<double, 4> kNode = {0.1834346424956498, 0.5255324099163290, 0.7966664774136267,
                                         0.9602898564975363};
constexpr std::array<double, 4> kWeight = {0.3626837833783620, 0.3137066458778873, 0.2223810344533745,
                                           0.1012285362903763};

// The quadrature's x and weights: `panels` panels over [-end, end], cut at the kinks.
void grid(double end, int panels, const basso_facts& facts, std::vector<double>& x,
          std::vector<double>& weight) {
  std::vector<double> cut;
  for (int i = 0; i <= panels; ++i) cut.push_back(end * (2.0 * i / panels - 1));
  for (std::uint32_t k = 0; k < facts.kink_count; ++k)
    if (std::abs(facts.kinks[k]) < end) cut.push_back(facts.kinks[k]);
  std::sort(cut.begin(), cut.end());
  for (std::size_t i = 0; i + 1 < cut.size(); ++i) {
    const double centre = (cut[i] + cut[i + 1]) / 2, half = (cut[i + 1] - cut[i]) / 2;
    for (std::size_t n = 0; n < kNode.size(); ++n)
      for (const double sign : {-1.0, 1.0}) {
        x.push_back(centre + sign * half * kNode[n]);
        weight.push_back(half * kWeight[n]);
      }
  }
}

struct Windowed {
  Complex value;
  double mass;  // integral of |f| w: rounding is measured by it
};

Windowed windowed(const Subject& subject, const Setting& setting, const basso_facts& facts, double c,
                  int panels) {
  const double s = kWindow / std::abs(c);
  std::vector<double> x, weight;
  grid(kCut * s, panels, facts, x, weight);
  const std::vector<double> y = subject.value(setting, x);
  Windowed result{};
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double term = weight[i] * y[i] * std::exp(-x[i] * x[i] / (2 * s * s));
    result.value += term * std::polar(1.0, -c * x[i]);
    result.mass += std::abs(term);
  }
  return result;
}

// The right side, by the trapezoidal rule with `half` steps on either side of c: exact for a smooth
// transform, and within a step where it jumps (sinc's).
Complex from_transform(const basso_fourier_v1& table, const Setting& setting, double c, int half) {
  const double s = kWindow / std::abs(c), step = kCut / s / half;
  const std::size_t count = 2 * static_cast<std::size_t>(half) + 1;
  std::vector<double> k, real(count), imaginary(count);
  for (int i = -half; i <= half; ++i) k.push_back(c + i * step);
  services::ErrorText text;
  const std::int32_t status =
      table.transform(setting.numbers.data(), k.data(), real.data(), imaginary.data(), k.size(), text.abi());
  if (status != BASSO_OK)
    throw Error(Exit::plugin, fmt::format("transform{} fails: {}", with(setting), text.sentence()));
  Complex sum = 0;
  for (std::size_t i = 0; i < k.size(); ++i)
    sum += Complex(real[i], imaginary[i]) * std::exp(-s * s * (c - k[i]) * (c - k[i]) / 2);
  return sum * (step * s * std::sqrt(2 * pi) / (2 * pi));
}

// Parts that are only rounding are shown as 0.
std::string shown(Complex z) {
  const double least = 1e-9 * std::abs(z);
  if (std::abs(z.real()) < least) z.real(0);
  if (std::abs(z.imag()) < least) z.imag(0);
  return fmt::format("{:.6g} {} {:.6g}i", z.real(), z.imag() < 0 ? "-" : "+", std::abs(z.imag()));
}

std::string fourier_hint(Complex got, Complex expected) {
  const Complex ratio = got / expected;
  if (std::abs(ratio + 1.0) < 1e-3) return "; its sign is wrong";
  if (std::abs(got - std::conj(expected)) < 1e-3 * std::abs(got))
    return "; the kernel is exp(-i k x), not exp(i k x)";
  if (std::abs(ratio - 1 / std::sqrt(2 * pi)) < 1e-3 || std::abs(ratio - 1 / (2 * pi)) < 1e-3)
    return "; the integral has no factor in front";
  return std::abs(ratio.imag()) < 1e-3 * std::abs(ratio)
             ? fmt::format("; that is {:.4g} times as much", ratio.real())
             : "";
}

Finding transform_at(const Subject& subject, const basso_fourier_v1& table, const Setting& setting,
                     const basso_facts& facts, double c) {
  // Three of each: at a jump, two may agree by chance.
  const Windowed coarse = windowed(subject, setting, facts, c, 1'000);
  const Windowed middle = windowed(subject, setting, facts, c, 2'300);
  const Windowed fine = windowed(subject, setting, facts, c, 4'000);
  subject.context().calling("transform");
  const Complex got = from_transform(table, setting, c, 1'000);
  const Complex got_middle = from_transform(table, setting, c, 730);
  const Complex got_coarse = from_transform(table, setting, c, 510);
  const double error = std::max(std::abs(fine.value - coarse.value), std::abs(fine.value - middle.value)) +
                       std::max(std::abs(got - got_coarse), std::abs(got - got_middle)) + 1e-13 * fine.mass;
  if (!std::isfinite(got.real()) || !std::isfinite(got.imag()))
    return fmt::format("transform gives NaN or infinity for k near {:.4g}{}; k is never 0", c, with(setting));
  if (std::abs(got - fine.value) <= 10 * error + 1e-6 * std::abs(fine.value)) return passed;
  return fmt::format(
      "transform is wrong near k = {:.4g}{}: averaged over k with a Gaussian of width {:.2g} it gives {}, "
      "while quadrature of value_f64 gives {}{}. The convention is F[f](k) = integral of f(x) exp(-i k x) "
      "dx, k in radians",
      c, with(setting), std::abs(c) / kWindow, shown(got), shown(fine.value), fourier_hint(got, fine.value));
}

// ---- layers/1 ----

const basso_layers_v1& layers_table(const Subject& subject) {
  if (!subject.activation().layers) throw NotApplicable("it has no layers/1");
  return *subject.activation().layers;
}

std::string place(const basso_layer& layer) {
  return fmt::format("for map {} of {} ({} inputs, {} outputs)", layer.index, layer.count, layer.inputs,
                     layer.outputs);
}

// "" where the number is one that its parameter may have.
std::string number_problem(const plugin::ParameterSpec& spec, double before, double number) {
  if (!std::isfinite(number)) return fmt::format("'{}' becomes {}; give a finite number", spec.name, number);
  if (spec.role == "trainable" && number != before)
    return fmt::format("'{}' becomes {}, but trainable numbers may not be changed here", spec.name, number);
  const bool above = spec.low_open ? number > spec.low : number >= spec.low;
  const bool below = spec.high_open ? number < spec.high : number <= spec.high;
  const bool ranged = spec.type == "real" || spec.type == "integer";
  if (ranged && (!above || !below))
    return fmt::format("'{}' becomes {}, outside of its range {}: widen the range, or clip the number",
                       spec.name, number, spec.range);
  if (spec.type == "real") return "";
  const double most = spec.type == "bool" ? 1 : static_cast<double>(spec.choices.size()) - 1;
  if (number != std::round(number) || (!ranged && (number < 0 || number > most)))
    return fmt::format("'{}' becomes {}, which is no {}: give one of 0 to {}", spec.name, number, spec.type,
                       most);
  return "";
}

Finding layer_numbers(const Subject& subject, const Setting& setting, const basso_layer& layer) {
  std::array<nn::Numbers, 2> results = {setting.numbers, setting.numbers};
  for (nn::Numbers& result : results) {
    services::ErrorText text;
    if (layers_table(subject).numbers(setting.numbers.data(), &layer, result.data(), text.abi()) != BASSO_OK)
      return fmt::format("layers/1 numbers fails {}{}: {}", place(layer), with(setting), text.sentence());
  }
  if (first_difference<double>(results[0], results[1]) >= 0)
    return fmt::format(
        "layers/1 numbers gives other numbers at the second call {}{}: they depend on the arguments only, "
        "keep nothing between calls",
        place(layer), with(setting));
  for (std::size_t i = 0; i < results[0].size(); ++i) {
    if (i < subject.parameters().size()) {
      const std::string problem = number_problem(subject.parameters()[i], setting.numbers[i], results[0][i]);
      if (!problem.empty())
        return fmt::format("layers/1 numbers, {}{}: {}", place(layer), with(setting), problem);
    } else if (results[0][i] != 0) {
      return fmt::format("layers/1 numbers sets result[{}] {}, behind the last of its {} parameters", i,
                         place(layer), subject.parameters().size());
    }
  }
  return passed;
}

struct Init {
  union {
    basso_init init;
    unsigned char room[1024];
  };
};

std::string law_problem(const basso_init& init) {
  const auto known = [](std::int32_t law) { return law == BASSO_LAW_NORMAL || law == BASSO_LAW_UNIFORM; };
  if (init.size != sizeof(basso_init)) return "its field `size` was changed; it belongs to the host";
  if (!known(init.weight_law))
    return fmt::format(
        "weight_law is {}, which no enum basso_law is: give BASSO_LAW_NORMAL or BASSO_LAW_UNIFORM",
        init.weight_law);
  if (!known(init.bias_law))
    return fmt::format(
        "bias_law is {}, which no enum basso_law is: give BASSO_LAW_NORMAL or BASSO_LAW_UNIFORM",
        init.bias_law);
  if (!std::isfinite(init.weight_scale) || init.weight_scale < 0)
    return fmt::format("weight_scale is {}; a scale is finite and not negative", init.weight_scale);
  if (!std::isfinite(init.bias_scale) || init.bias_scale < 0)
    return fmt::format("bias_scale is {}; a scale is finite and not negative", init.bias_scale);
  return "";
}

Finding layer_law(const Subject& subject, const Setting& setting, const basso_layer& layer) {
  std::array<Init, 2> results;
  for (Init& result : results) {
    std::memset(result.room, 0, sizeof(result.room));
    result.init.size = sizeof(basso_init);
    services::ErrorText text;
    if (layers_table(subject).init(setting.numbers.data(), &layer, &result.init, text.abi()) != BASSO_OK)
      return fmt::format("layers/1 init fails {}{}: {}", place(layer), with(setting), text.sentence());
  }
  if (const std::string problem = law_problem(results[0].init); !problem.empty())
    return fmt::format("layers/1 init, {}{}: {}", place(layer), with(setting), problem);
  if (std::memcmp(results[0].room, results[1].room, sizeof(basso_init)) != 0)
    return fmt::format(
        "layers/1 init gives another law at the second call {}{}: it depends on the arguments only, keep "
        "nothing between calls",
        place(layer), with(setting));
  return passed;
}

}  // namespace

Finding fourier(Context& context) {
  const Subject subject(context);
  const auto* table = static_cast<const basso_fourier_v1*>(subject.component().extension("fourier/1"));
  if (!table) throw NotApplicable("it has no fourier/1");
  for (const Setting& setting : subject.settings()) {
    const basso_facts facts = subject.facts(setting);
    for (const double c : {0.4, -0.7, 1.0, 1.7, -2.5, 4.0, 7.0}) {
      context.made_for(fmt::format("the transform near k = {}{}", c, with(setting)));
      if (Finding finding = transform_at(subject, *table, setting, facts, c); !finding.empty())
        return finding;
    }
  }
  return passed;
}

Finding layers(Context& context) {
  const Subject subject(context);
  layers_table(subject);
  for (const Setting& setting : subject.settings())
    for (const std::uint32_t count : {1u, 2u, 4u})
      for (const std::uint32_t width : {1u, 2u, 300u})
        for (std::uint32_t index = 0; index < count; ++index) {
          alignas(8) basso_layer layer{};
          layer.size = sizeof(layer);
          layer.index = index;
          layer.count = count;
          layer.inputs = index == 0 ? 1 : width;
          layer.outputs = index + 1 == count ? 1 : width;
          context.doing("layers/1 " + place(layer));
          Finding finding = index + 1 < count ? layer_numbers(subject, setting, layer) : passed;
          if (finding.empty()) finding = layer_law(subject, setting, layer);
          if (!finding.empty()) return finding;
        }
  return passed;
}

}  // namespace basso::check::activation
