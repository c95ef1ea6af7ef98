// See activations.hpp.
#include "bench/activations.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "bench/experiment1.hpp"
#include "nn/activation.hpp"
#include "nn/dense.hpp"
#include "services/activation.hpp"

namespace basso::bench {
namespace {

constexpr std::uint64_t lengths[] = {64, 1024, 16384, 262144, 4194304};

struct Loaded {
  nn::Activation activation;
  nn::Numbers numbers{};
};

Loaded load(const Component& component, const Setting& setting) {
  Loaded loaded{services::engine_activation(component, values_of(component, setting)), {}};
  std::copy(loaded.activation.numbers.begin(), loaded.activation.numbers.end(), loaded.numbers.begin());
  return loaded;
}

// Arguments of moderate size, the same in every run: uniform in [-4, 4).
template <class T>
std::vector<T> arguments(std::uint64_t count) {
  nn::Stream stream(nn::StreamKey{.kind = "benchmark", .id = "x"});
  std::vector<double> numbers(count);
  stream.uniforms(numbers);
  std::vector<T> x(count);
  std::transform(numbers.begin(), numbers.end(), x.begin(),
                 [](double u) { return static_cast<T>(8 * u - 4); });
  return x;
}

template <class T>
class Arrays {
 public:
  explicit Arrays(std::uint64_t count) : x_(arguments<T>(count)), y_(count), d_(count) {}

  Task copy() {
    return {"memcpy", [this](std::uint64_t times) {
              for (std::uint64_t i = 0; i < times; ++i) {
                std::memcpy(d_.data(), x_.data(), x_.size() * sizeof(T));
                touch_memory();
              }
            }};
  }
  Task value(const Contender& contender, const Loaded& f) {
    return {contender.label, [this, &f](std::uint64_t times) {
              for (std::uint64_t i = 0; i < times; ++i) {
                nn::value(f.activation, f.numbers, x_.data(), y_.data(), x_.size());
                touch_memory();
              }
            }};
  }
  // y = f(x) stands in the array before the clock starts.
  Task derivative(const Contender& contender, const Loaded& f) {
    return {contender.label, [this, &f](std::uint64_t times) {
              for (std::uint64_t i = 0; i < times; ++i) {
                nn::derivative(f.activation, f.numbers, x_.data(), y_.data(), d_.data(), x_.size());
                touch_memory();
              }
            }};
  }
  void fill_values(const Loaded& f) { nn::value(f.activation, f.numbers, x_.data(), y_.data(), x_.size()); }

 private:
  std::vector<T> x_, y_, d_;  // [count]
};

template <class T>
ArrayRow measure(bool derivative, std::uint64_t count, const std::vector<Contender>& contenders,
                 const std::vector<Loaded>& loaded, const TimingOptions& options) {
  Arrays<T> shared(count);
  std::vector<Arrays<T>> own;  // a derivative reads its own activation's values
  own.reserve(contenders.size());
  std::vector<Task> tasks{shared.copy()};
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    if (!derivative) {
      tasks.push_back(shared.value(contenders[i], loaded[i]));
      continue;
    }
    own.emplace_back(count).fill_values(loaded[i]);
    tasks.push_back(own.back().derivative(contenders[i], loaded[i]));
  }
  std::vector<Timing> timings = time_in_turn(tasks, options);
  ArrayRow row{derivative ? "derivative" : "value",
               std::is_same_v<T, float> ? "float32" : "float64",
               count,
               (derivative ? 3 : 2) * sizeof(T),
               static_cast<double>(2 * sizeof(T) * count) / timings[0].median,
               {}};
  row.contenders.assign(timings.begin() + 1, timings.end());
  return row;
}

// Values and derivatives of one step in stretches as the engine hands them over (nn/dense.hpp), and the
// steps.
void measure_steps(ActivationReport& report, const std::vector<Contender>& contenders,
                   const std::vector<Loaded>& loaded, const Loaded& relu, const TimingOptions& options) {
  constexpr std::uint64_t stretch = nn::Dense<float>::largest_stretch;
  constexpr double elements = double{experiment1_layers} * experiment1_width * experiment1_samples;
  std::vector<Arrays<float>> own;
  own.reserve(contenders.size());
  std::vector<std::unique_ptr<nn::TrainingRun>> runs;
  std::vector<Task> tasks;
  const auto add_run = [&](const std::string& name, const Loaded& f) {
    runs.push_back(experiment1_run(f.activation));
    tasks.push_back({name, [&run = *runs.back()](std::uint64_t times) { train(run, times); }});
  };
  add_run("a step of the ReLU network", relu);
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    add_run("a step with " + contenders[i].label, loaded[i]);
    own.emplace_back(stretch).fill_values(loaded[i]);
    tasks.push_back(own.back().value(contenders[i], loaded[i]));
    tasks.push_back(own.back().derivative(contenders[i], loaded[i]));
  }
  const std::vector<Timing> timings = time_in_turn(tasks, options);
  report.relu_step_us = timings[0].median / 1e3;
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    const Timing *step = &timings[1 + 3 * i], *value = step + 1, *derivative = step + 2;
    const double both = (value->median + derivative->median) / double{stretch};
    report.steps.push_back({elements * both / 1e3, step->median / 1e3});
  }
}

}  // namespace

double ArrayRow::ns_per_element(std::size_t contender) const {
  return contenders[contender].median / static_cast<double>(elements);
}

double ArrayRow::gb_per_s(std::size_t contender) const {
  return static_cast<double>(bytes * elements) / contenders[contender].median;
}

ActivationReport measure_activations(const std::vector<Contender>& contenders, const Setting& setting,
                                     const TimingOptions& options) {
  const Component shipped = setting.catalogue->require("activation", "relu");
  const Loaded relu{services::engine_activation(shipped, {shipped.table(), {}, ""}), {}};
  std::vector<Loaded> loaded;
  for (const Contender& contender : contenders) loaded.push_back(load(contender.component, setting));
  ActivationReport report;
  for (const bool derivative : {false, true}) {
    for (const std::uint64_t count : lengths)
      report.arrays.push_back(measure<float>(derivative, count, contenders, loaded, options));
    for (const std::uint64_t count : lengths)
      report.arrays.push_back(measure<double>(derivative, count, contenders, loaded, options));
  }
  measure_steps(report, contenders, loaded, relu, options);
  report.call = measure_call(*relu.activation.functions, options);
  return report;
}

}  // namespace basso::bench
