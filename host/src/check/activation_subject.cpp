// The activation under check: settings drawn, array functions collected from its tables, arguments drawn.
#include "check/activation_subject.hpp"

#include <time.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "basso/error.hpp"
#include "check/draw.hpp"
#include "services/activation.hpp"

namespace basso::check {
namespace {

nn::Numbers padded(const std::vector<double>& values) {
  nn::Numbers numbers{};
  std::copy_n(values.begin(), std::min(values.size(), numbers.size()), numbers.begin());
  return numbers;
}

// Pairs a name of activation.h without its precision with both functions.
struct Collector {
  std::vector<ArrayFunction<float>>& f32;
  std::vector<ArrayFunction<double>>& f64;
  template <class F32, class F64>
  void with_y(const std::string& name, F32 single, F64 wide) {
    f32.push_back({name + "_f32", true, single});
    f64.push_back({name + "_f64", true, wide});
  }
  template <class F32, class F64>
  void without_y(const std::string& name, const std::string& suffix, F32 single, F64 wide) {
    f32.push_back({name + "_f32" + suffix, false, dropping_y<float>(single)});
    f64.push_back({name + "_f64" + suffix, false, dropping_y<double>(wide)});
  }
  template <class T, class F>
  static auto dropping_y(F function) {
    return [function](const double* numbers, const T* x, const T*, T* out, std::uint64_t count) {
      function(numbers, x, out, count);
    };
  }
};

void collect(Collector to, const Component& component, const nn::Activation& activation) {
  const basso_activation_v1& f = *activation.functions;
  to.without_y("value", "", f.value_f32, f.value_f64);
  to.with_y("derivative", f.derivative_f32, f.derivative_f64);
  if (const auto* second = static_cast<const basso_second_v1*>(component.extension("second/1")))
    to.without_y("second", "", second->second_f32, second->second_f64);
  for (const auto& trainable : activation.trainables) {
    const std::uint32_t at = trainable.position;
    const auto* table = activation.trainable;
    to.without_y(
        "parameter", fmt::format(" for '{}'", trainable.name),
        [=](const double* n, const float* x, float* d, std::uint64_t count) {
          table->parameter_f32(n, at, x, d, count);
        },
        [=](const double* n, const double* x, double* d, std::uint64_t count) {
          table->parameter_f64(n, at, x, d, count);
        });
    to.f32.back().by_parameter = to.f64.back().by_parameter = true;
  }
}

double log_uniform(nn::Stream& random, double low, double high) {
  return low * std::pow(high / low, random.uniform());
}

}  // namespace

Subject::Subject(Context& context)
    : context_(context),
      component_(context.component()),
      parameters_(plugin::parameter_specs(component_.table())) {
  add_settings(context);
  collect({f32_, f64_}, component_, activation_);
}

void Subject::add_settings(Context& context) {
  nn::Stream random = context.random(1);
  const int draws = parameters_.empty() ? 0 : context.thorough() ? 16 : 3;
  for (int i = 0; i <= draws; ++i) {
    const Drawn drawn =
        i == 0 ? context.given() : draw_parameters(component_.table(), random, context.given());
    const plugin::ParameterValues values(component_.table(), drawn, ".");
    std::string text;
    for (const auto& [name, literal] : values.toml())
      text += (text.empty() ? "" : ", ") + name + " = " + literal;
    const Setting setting{padded(values.numbers()), text};
    context.calling("facts" + with(setting));
    if (i == 0) activation_ = services::engine_activation(component_, values);
    try {
      facts(setting);
    } catch (const Error&) {
      if (i == 0) throw;
      continue;  // it refuses this combination, as it may
    }
    settings_.push_back(setting);
  }
}

template <>
const std::vector<ArrayFunction<float>>& Subject::functions<float>() const {
  return f32_;
}
template <>
const std::vector<ArrayFunction<double>>& Subject::functions<double>() const {
  return f64_;
}

basso_facts Subject::facts(const Setting& setting) const {
  context_.calling("facts" + with(setting));
  return services::facts_of(component_, setting.numbers).facts;
}

bool Subject::states(std::uint32_t fact) const {
  return std::any_of(settings_.begin(), settings_.end(),
                     [&](const Setting& setting) { return (facts(setting).stated & fact) != 0; });
}

template <class T>
std::vector<T> Subject::apply(const ArrayFunction<T>& function, const Setting& setting,
                              std::span<const T> x) const {
  Roomy<T> y(x), out(x);
  if (function.takes_y) {
    const ArrayFunction<T>& value = functions<T>().front();
    context_.calling(called(value, x.size()));
    value.call(setting.numbers.data(), x.data(), x.data(), y.data(), x.size());
  }
  context_.calling(called(function, x.size()));
  function.call(setting.numbers.data(), x.data(), y.data(), out.data(), x.size());
  return out.values();
}
template std::vector<float> Subject::apply(const ArrayFunction<float>&, const Setting&,
                                           std::span<const float>) const;
template std::vector<double> Subject::apply(const ArrayFunction<double>&, const Setting&,
                                            std::span<const double>) const;

std::vector<double> Subject::value(const Setting& setting, std::span<const double> x) const {
  return apply(f64_[0], setting, x);
}

std::vector<double> Subject::derivative(const Setting& setting, std::span<const double> x) const {
  return apply(f64_[1], setting, x);
}

std::vector<double> arguments(const Context& context, const basso_facts& facts) {
  nn::Stream random = context.random(2);
  const int many = context.thorough() ? 2'000 : 200;
  std::vector<double> x;
  for (int i = 0; i < many; ++i) {
    x.push_back(log_uniform(random, 1e-6, 0.1));
    x.push_back(8 * random.uniform());
    x.push_back(8 * random.uniform());
    x.push_back(log_uniform(random, 8, 1'000));
  }
  for (std::size_t i = x.size(); i-- > 0;) x.push_back(-std::max(1e-6, random.uniform() * x[i]));
  // Where formulas have their cases.
  for (int half = -16; half <= 16; ++half) x.push_back(0.5 * half);
  for (std::uint32_t k = 0; k < facts.kink_count && k < 16; ++k)
    for (int power = 1; power <= 10; ++power)
      for (const double sign : {-1.0, 1.0})
        x.push_back(facts.kinks[k] + sign * std::ldexp(1 + random.uniform(), -power));
  for (double& each : x) each = static_cast<double>(static_cast<float>(each));
  std::sort(x.begin(), x.end());
  x.erase(std::unique(x.begin(), x.end()), x.end());
  const double* const end = facts.kinks + std::min<std::uint32_t>(facts.kink_count, 16);
  std::erase_if(x, [&](double each) { return std::find(facts.kinks, end, each) != end; });
  return x;
}

std::vector<double> far_arguments(const Context& context) {
  nn::Stream random = context.random(5);
  const int many = context.thorough() ? 200 : 20;
  std::vector<double> x;
  for (int i = 0; i < many; ++i)
    for (const double sign : {-1.0, 1.0})
      x.push_back(static_cast<double>(static_cast<float>(sign * log_uniform(random, 1'000, 0x1p30))));
  return x;
}

template <class T>
std::vector<T> all_magnitudes() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> x = {T{0}, Limits::denorm_min(), Limits::max()};
  for (int power = Limits::min_exponent - Limits::digits; power < Limits::max_exponent; power += 2)
    x.push_back(std::ldexp(T(1.375), power));
  const std::size_t positive = x.size();
  for (std::size_t i = 0; i < positive; ++i) x.push_back(-x[i]);
  std::sort(x.begin(), x.end());
  return x;
}
template std::vector<float> all_magnitudes();
template std::vector<double> all_magnitudes();

template <class T>
std::vector<T> moderate(nn::Stream random, std::size_t count) {
  std::vector<T> x(count);
  for (T& each : x) each = static_cast<T>(16 * random.uniform() - 8);
  return x;
}
template std::vector<float> moderate(nn::Stream, std::size_t);
template std::vector<double> moderate(nn::Stream, std::size_t);

std::vector<std::size_t> block_lengths() {
  std::vector<std::size_t> lengths;
  for (std::size_t block = 256; block <= 8'192; block *= 2)
    lengths.insert(lengths.end(), {block - 1, block, block + 1});
  return lengths;
}

std::vector<double> scales(std::span<const double> x, std::span<const double> f) {
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::abs(x[a]) < std::abs(x[b]); });
  std::vector<double> result(x.size());
  double largest = 0;
  for (const std::size_t i : order)
    if (std::abs(x[i]) <= 1 && std::isfinite(f[i])) largest = std::max(largest, std::abs(f[i]));
  for (const std::size_t i : order) {
    if (std::isfinite(f[i])) largest = std::max(largest, std::abs(f[i]));
    result[i] = largest;
  }
  return result;
}

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::string with(const Setting& setting) { return setting.text.empty() ? "" : " with " + setting.text; }

}  // namespace basso::check
