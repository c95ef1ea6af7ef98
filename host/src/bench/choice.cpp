// Contenders and their parameters. See choice.hpp.
#include "bench/choice.hpp"

#include <fmt/format.h>

#include <map>

#include "basso/error.hpp"
#include "run/settings.hpp"

namespace basso::bench {

std::vector<Contender> contenders(const std::vector<Component>& components, const std::string& kind) {
  std::vector<Contender> list;
  std::map<std::string, int> seen;
  for (const Component& component : components) {
    if (component.kind() != kind) continue;
    const int number = ++seen[component.id()];
    list.push_back(
        {component, number == 1 ? component.id() : fmt::format("{} [{}]", component.id(), number)});
  }
  return list;
}

plugin::ParameterValues values_of(const Component& component, const Setting& setting) {
  if (!setting.experiment) return {component.table(), {}, ""};
  const PointSettings& point = setting.experiment->data().points.front();
  std::vector<const PluginUse*> uses;
  if (component.kind() == "target") uses.push_back(&point.target);
  if (component.kind() == "activation" && point.network)
    for (const PluginUse& use : point.network->activations) uses.push_back(&use);
  for (const PluginUse* use : uses)
    if (use->component->id() == component.id()) return use->values;
  throw Error(Exit::usage,
              fmt::format("{} does not use {}/{}: name a file that does, or leave out --experiment "
                          "for the plugin's defaults",
                          setting.file, component.kind(), component.id()));
}

}  // namespace basso::bench
