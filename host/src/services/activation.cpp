// Activations for the engine: tables looked up, trainable numbers with their ranges.
#include "services/activation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "basso/error.hpp"
#include "plugin/calls.hpp"
#include "plugin/float_environment.hpp"
#include "services/status.hpp"

namespace basso::services {

nn::Activation engine_activation(const Component& component, const plugin::ParameterValues& values) {
  if (component.kind() != "activation")
    throw Error(Exit::plugin, fmt::format("{} {} is no activation", component.kind(), component.id()));
  nn::Activation activation;
  activation.id = component.id();
  for (std::size_t i = 0; i < activation.calls.size(); ++i) {
    const bool setup = i >= static_cast<std::size_t>(nn::Function::numbers);
    activation.calls[i] = plugin::known_call("activation " + component.id(), "activation/" + component.id(),
                                             nn::function_names[i], setup ? Exit::plugin : Exit::run_failed);
  }
  activation.functions = static_cast<const basso_activation_v1*>(component.table().functions);
  activation.trainable = static_cast<const basso_trainable_v1*>(component.extension("trainable/1"));
  activation.layers = static_cast<const basso_layers_v1*>(component.extension("layers/1"));
  activation.numbers = values.numbers();
  nn::Numbers numbers{};
  std::copy_n(activation.numbers.begin(), std::min(numbers.size(), activation.numbers.size()),
              numbers.begin());
  activation.has_zeros =
      (facts_of(component, numbers).facts.stated & (BASSO_FACT_ZERO_BELOW | BASSO_FACT_ZERO_ABOVE)) != 0;
  const auto specs = plugin::parameter_specs(component.table());
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const plugin::ParameterSpec& spec = specs[i];
    if (spec.role != "trainable") continue;
    // The engine keeps both ends, so that an open end becomes its neighbour.
    const double low = spec.low_open ? std::nextafter(spec.low, infinity) : spec.low;
    const double high = spec.high_open ? std::nextafter(spec.high, -infinity) : spec.high;
    activation.trainables.push_back({static_cast<std::uint32_t>(i), low, high, spec.name});
  }
  return activation;
}

Facts facts_of(const Component& component, const nn::Numbers& numbers) {
  Facts result;
  std::memset(result.room, 0, sizeof(result.room));
  result.facts.size = sizeof(basso_facts);
  const auto* functions = static_cast<const basso_activation_v1*>(component.table().functions);
  ErrorText text;
  const plugin::FloatEnvironment environment;
  const plugin::CallScope scope(plugin::known_call("activation " + component.id(),
                                                   "activation/" + component.id(), "facts", Exit::plugin));
  std::int32_t status = BASSO_OK;
  try {
    status = functions->facts(numbers.data(), &result.facts, text.abi());
  } catch (...) {
    status = basso_fail(text.abi(), BASSO_ERROR_INTERNAL, plugin::escaped_text().c_str());
  }
  environment.restored();
  const std::string who = "activation " + component.id();
  if (status != BASSO_OK)
    throw plugin::PluginFailure(exit_of(status, Stage::create),
                                fmt::format("{}: facts: {}", who, text.sentence()), who);
  if (result.facts.reserved != 0)
    throw plugin::PluginFailure(Exit::plugin, who + ": facts: the field `reserved` is not 0", who);
  return result;
}

}  // namespace basso::services
