// The three kinds through the host's own classes.
#include "check/behaviour.hpp"

#include <basso/activation.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "basso/error.hpp"
#include "check/raw_target.hpp"
#include "data/hash.hpp"
#include "services/activation.hpp"

namespace basso::check {
namespace {

using plugin::ParameterValues;

template <class T>
std::string bytes_of(std::span<const T> values) {
  const auto* begin = reinterpret_cast<const char*>(values.data());
  const std::string bytes(begin, begin + values.size_bytes());
  if (bytes.size() <= 64) return bytes;
  return data::hash_bytes({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

// The parameter by whose name `refusal` begins a sentence, if it is a path that has no default and that was
// not given: a file of the user's own.
std::string missing_path(const Component& component, const Drawn& given, const std::string& refusal) {
  for (const plugin::ParameterSpec& spec : plugin::parameter_specs(component.table())) {
    const auto* path = std::get_if<std::string>(&spec.default_value);
    if (spec.type == "path" && path && path->empty() && !given.contains(spec.name) &&
        refusal.find(": " + spec.name + ": ") != std::string::npos)
      return spec.name;
  }
  return "";
}

// Runs `body`; data that are missing are the machine's fault, not the plugin's, or the user's to name.
template <class Body>
auto unless_data_are_missing(const Component& component, const Drawn& given, Body&& body) {
  try {
    return body();
  } catch (const Error& error) {
    if (error.code() == Exit::data)
      throw NotApplicable(std::string("its data are not on this machine: ") + error.what());
    const std::string path = error.code() == Exit::usage ? missing_path(component, given, error.what()) : "";
    if (path.empty()) throw;
    throw NotApplicable(fmt::format("it needs a file: name one with --set '{}=\"FILE\"'", path));
  }
}

nn::Numbers padded(const std::vector<double>& values) {
  nn::Numbers numbers{};
  std::copy_n(values.begin(), std::min(values.size(), numbers.size()), numbers.begin());
  return numbers;
}

template <class T>
std::vector<T> points() {
  std::vector<T> x;
  for (int i = -128; i <= 128; ++i) x.push_back(static_cast<T>(i) * static_cast<T>(0.0625));
  return x;
}

template <class T, class Value, class Slope>
void evaluate(const Context& context, Behaviour& result, const char* bits, const std::vector<double>& numbers,
              Value value, Slope slope) {
  const std::vector<T> x = points<T>();
  std::vector<T> y(x.size()), d(x.size());
  context.calling(fmt::format("value_f{} on {} elements", bits, x.size()));
  value(numbers.data(), x.data(), y.data(), x.size());
  context.calling(fmt::format("derivative_f{} on {} elements", bits, x.size()));
  slope(numbers.data(), x.data(), y.data(), d.data(), x.size());
  result[fmt::format("values in float{}", bits)] = bytes_of<T>(y);
  result[fmt::format("derivatives in float{}", bits)] = bytes_of<T>(d);
}

void add_layers(Behaviour& result, const Component& component, const nn::Activation& activation) {
  nn::NetworkSpec network;
  network.widths = {4, 3};
  network.activations.assign(2, activation);
  for (const nn::Numbers& numbers : nn::layer_numbers(network))
    result["numbers by layer"] += bytes_of<double>(numbers);
  if (component.extension("layers/1")) {
    network.init.law = nn::InitLaw::activation;
    const auto parameters = nn::initial_parameters(network, nn::StreamKey{});
    result["initial parameters"] = bytes_of<double>(parameters);
  }
}

Behaviour behaviour_of_activation(const Context& context, const Component& component,
                                  const ParameterValues& values) {
  context.calling("facts");
  const nn::Activation activation = services::engine_activation(component, values);
  services::Facts facts = services::facts_of(component, padded(activation.numbers));
  Behaviour result;
  const auto& f = *activation.functions;
  evaluate<float>(context, result, "32", activation.numbers, f.value_f32, f.derivative_f32);
  evaluate<double>(context, result, "64", activation.numbers, f.value_f64, f.derivative_f64);
  facts.facts.size = 0;
  result["facts"] = bytes_of<unsigned char>(std::span(facts.room, sizeof(basso_facts)));
  context.calling("layers/1");
  add_layers(result, component, activation);
  return result;
}

}  // namespace

std::string difference(const Behaviour& one, const Behaviour& other) {
  for (const auto& [part, bytes] : one)
    if (const auto found = other.find(part); found == other.end() || found->second != bytes) return part;
  for (const auto& [part, bytes] : other)
    if (one.count(part) == 0) return part;
  return "";
}

Workbench::Workbench(Context& context)
    : context_(context), shared_(std::make_shared<services::Shared>(1)), set_(context.given()) {
  shared_->seed = context.seed();
  const Component& component = context.component();
  unless_data_are_missing(component, set_, [&] {
    if (component.kind() == "probe") choose_experiment(component);
    if (component.kind() == "target")
      kept_ = std::make_shared<services::Target>(component, values_of(component, {}), *shared_, 0);
  });
}

ParameterValues Workbench::values_of(const Component& component, Drawn given) const {
  given.insert(set_.begin(), set_.end());  // what is given stays
  return {component.table(), given, "."};
}

void Workbench::choose_experiment(const Component& probe) {
  std::string reason;
  for (const int layers : {2, 1})
    for (const Bend bend : {Bend::smooth, Bend::kinked})
      for (const Inputs inputs : {Inputs::line, Inputs::ring}) {
        setting_.inputs = inputs;
        setting_.bend = bend;
        setting_.layers = layers;
        try {
          return create_and_destroy(probe, {});
        } catch (const Error& error) {
          // Code 2 is a refusal of this experiment; anything else is the caller's.
          if (error.code() != Exit::usage) throw;
          reason = error.what();
        }
      }
  throw NotApplicable("it accepts none of the checker's experiments: " + reason);
}

void Workbench::create_and_destroy(const Component& component, const Drawn& given, int times) const {
  const ParameterValues values = values_of(component, given);
  services::Shared& shared = *shared_;
  const auto around = component.kind() == "probe" ? std::make_unique<Experiment>(shared, setting_) : nullptr;
  unless_data_are_missing(component, set_, [&] {
    for (int i = 0; i < times; ++i) {
      if (component.kind() == "activation") {
        context_.calling("facts");
        services::facts_of(component, padded(values.numbers()));
      } else if (component.kind() == "target") {
        services::Target(component, values, shared, 0);
      } else {
        services::Probe(component, values, component.id(), around->target(), around->scene(), &around->view(),
                        shared, 0);
      }
    }
  });
}

Behaviour Workbench::behaviour(const Component& component, const Drawn& given) const {
  const ParameterValues values = values_of(component, given);
  if (component.kind() == "activation") return behaviour_of_activation(context_, component, values);
  return unless_data_are_missing(component, set_, [&] {
    return component.kind() == "target" ? of_target(component, values) : of_probe(component, values);
  });
}

void Workbench::use_briefly(const Component& component, const Drawn& given) const {
  const ParameterValues values = values_of(component, given);
  services::Shared& shared = *shared_;
  unless_data_are_missing(component, set_, [&] {
    if (component.kind() == "activation") {
      behaviour_of_activation(context_, component, values);
    } else if (component.kind() == "target") {
      const RawTarget target(component, values, shared.seed);
      for (std::size_t i = 0; i < target.sets().size(); ++i)
        for (const std::uint64_t row : {std::uint64_t{0}, target.sets()[i].rows - 1}) target.fill(i, row, 1);
    } else {
      Experiment around(shared, setting_);
      services::Probe probe(component, values, component.id(), around.target(), around.scene(),
                            &around.view(), shared, 0);
      probe.prepare();
      probe.observe(around.step(), 0, false);
    }
  });
}

Behaviour Workbench::of_target(const Component& component, const ParameterValues& values) const {
  services::Shared& shared = *shared_;
  const services::Target target(component, values, shared, 0);
  Behaviour result;
  for (std::size_t i = 0; i < target.sets().size(); ++i) {
    const services::SetInfo& info = target.sets()[i];
    const services::SetData& data = target.data(i);
    result[fmt::format("set {}, shape", info.name)] =
        fmt::format("{} {} {} {} {}", i, info.rows, info.input_dim, info.output_dim, info.latent_dim);
    result[fmt::format("set {}, rows", info.name)] =
        bytes_of<double>(data.inputs) + bytes_of<double>(data.outputs) + bytes_of<double>(data.latents);
    std::string& lines = result[fmt::format("set {}, exact lines", info.name)];
    for (const services::Line& line : target.lines(i))
      lines += bytes_of<double>(std::array<double, 3>{line.k, line.real, line.imaginary});
  }
  return result;
}

Behaviour Workbench::of_probe(const Component& component, const ParameterValues& values) const {
  services::Shared& shared = *shared_;
  Experiment around(shared, setting_);
  services::Probe probe(component, values, component.id(), around.target(), around.scene(), &around.view(),
                        shared, 0);
  probe.prepare();
  Behaviour result;
  for (const services::SeriesInfo& series : probe.series())
    result[fmt::format("series {}, declaration", series.name)] =
        fmt::format("{} {} {} {}", series.unit, series.meaning, series.axes.size(), series.count);
  for (int i = 0; i < setting_.recordings; ++i) {
    if (i > 0) around.train(Experiment::steps_between);
    const bool last = i + 1 == setting_.recordings;
    for (const auto& emission : probe.observe(around.step(), static_cast<std::uint64_t>(i), last))
      result[fmt::format("series {} at recording {}", probe.series()[emission.series].name, i)] =
          bytes_of<double>(emission.values);
  }
  return result;
}

}  // namespace basso::check
