// What the checks of the family "activation" look at: one activation with several settings of its numbers,
// its array functions by name, and points to evaluate them at.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "check/check.hpp"
#include "nn/activation.hpp"

namespace basso::check {

// A copy with room on either side: a function that writes a little beyond its array disturbs nothing, and is
// found by activation.edges.
template <class T>
class Roomy {
 public:
  explicit Roomy(std::span<const T> values) : storage_(values.size() + 2 * room), size_(values.size()) {
    std::copy(values.begin(), values.end(), data());
  }
  T* data() { return storage_.data() + room; }
  std::vector<T> values() { return {data(), data() + size_}; }

 private:
  static constexpr std::size_t room = 64;  // elements
  std::vector<T> storage_;
  std::size_t size_;
};

// One choice of the parameters.
struct Setting {
  nn::Numbers numbers;
  std::string text;  // "omega = 12.5"
};

// value, derivative, second or the derivative by one parameter, in one precision.
template <class T>
struct ArrayFunction {
  std::string name;      // as in activation.h: "derivative_f32"
  bool takes_y = false;  // reads y = f(x), too
  std::function<void(const double* numbers, const T* x, const T* y, T* out, std::uint64_t count)> call;
  bool by_parameter = false;  // of trainable/1
};

class Subject {
 public:
  explicit Subject(Context& context);

  const nn::Activation& activation() const { return activation_; }
  const Component& component() const { return component_; }
  const std::vector<plugin::ParameterSpec>& parameters() const { return parameters_; }
  // The defaults (or what the user set) first, then drawn ones.
  const std::vector<Setting>& settings() const { return settings_; }
  // [0] value, [1] derivative, then what optional tables offer.
  template <class T>
  const std::vector<ArrayFunction<T>>& functions() const;
  basso_facts facts(const Setting& setting) const;
  // Whether that bit of enum basso_fact is stated at some setting.
  bool states(std::uint32_t fact) const;

  // out[i] = function(x[i]); y is computed by value where the function reads it.
  template <class T>
  std::vector<T> apply(const ArrayFunction<T>& function, const Setting& setting, std::span<const T> x) const;
  std::vector<double> value(const Setting& setting, std::span<const double> x) const;
  std::vector<double> derivative(const Setting& setting, std::span<const double> x) const;
  const Context& context() const { return context_; }

 private:
  void add_settings(Context& context);

  const Context& context_;
  const Component& component_;
  nn::Activation activation_;
  std::vector<plugin::ParameterSpec> parameters_;
  std::vector<Setting> settings_;
  std::vector<ArrayFunction<float>> f32_;
  std::vector<ArrayFunction<double>> f64_;
};

// The finding of the first function, in float32 and then in float64, about which `examine` has one.
template <class Examine>
Finding each_function(const Subject& subject, Examine&& examine) {
  for (const auto& function : subject.functions<float>())
    if (Finding finding = examine(function); !finding.empty()) return finding;
  for (const auto& function : subject.functions<double>())
    if (Finding finding = examine(function); !finding.empty()) return finding;
  return passed;
}

// Arguments, ascending, each one a float32 number: 0 and halves, small (from 1e-6), moderate and large (up to
// 1,000), of both signs, and near the kinks but not at them.
std::vector<double> arguments(const Context& context, const basso_facts& facts);
// Float32 numbers of both signs, from 1,000 to 2^30 in size.
std::vector<double> far_arguments(const Context& context);
// Every second power of two that T can hold, of both signs, with its subnormals and its largest number.
template <class T>
std::vector<T> all_magnitudes();
// `count` numbers between -8 and 8.
template <class T>
std::vector<T> moderate(nn::Stream random, std::size_t count);

// Lengths beyond any block, buffer and 16-bit count.
constexpr std::array<std::size_t, 2> kLong = {5'000, 70'001};
// Lengths of blocks and buffers, 256 to 8,192, and their neighbours.
std::vector<std::size_t> block_lengths();

// For each x, the largest |f| among the arguments no further from 0 than max(1, |x|): the size of the terms
// that may cancel on the way to f(x), hence what rounding errors are measured by.
std::vector<double> scales(std::span<const double> x, std::span<const double> f);

// Processor time of this thread, which other programs do not lengthen.
double thread_seconds();

// For Context::doing: "value_f32 on 1 element".
template <class T>
std::string called(const ArrayFunction<T>& f, std::uint64_t count) {
  return fmt::format("{} on {} element{}", f.name, count, count == 1 ? "" : "s");
}

// For findings: "0.25", "NaN", "-infinity".
template <class T>
std::string shown(T number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "infinity" : "-infinity";
  return fmt::format("{}", number);
}

// " with omega = 12.5", or "".
std::string with(const Setting& setting);

// The first index at which the bits differ (two NaNs are equal), or -1.
template <class T>
std::ptrdiff_t first_difference(std::span<const T> one, std::span<const T> other) {
  for (std::size_t i = 0; i < one.size(); ++i)
    if (std::memcmp(&one[i], &other[i], sizeof(T)) != 0 && !(std::isnan(one[i]) && std::isnan(other[i])))
      return static_cast<std::ptrdiff_t>(i);
  return -1;
}

}  // namespace basso::check
