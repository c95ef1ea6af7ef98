// Drawing inside declared ranges. Numbers are multiplied rather than added to, since scales are what varies.
#include "check/draw.hpp"

#include <basso/probe.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/accept.hpp"
#include "plugin/text.hpp"

namespace basso::check {
namespace {

using plugin::ParameterSpec;
using plugin::Plain;

double factor(nn::Stream& random, double most) { return std::pow(most, 2 * random.uniform() - 1); }

double near(double value, double most, nn::Stream& random) {
  return value == 0 ? 2 * random.uniform() - 1 : value * factor(random, most);
}

Plain candidate(const ParameterSpec& spec, nn::Stream& random) {
  if (spec.type == "bool") return random.below(2) == 1;
  if (spec.type == "choice") return spec.choices[random.below(spec.choices.size())];
  if (const auto* real = std::get_if<double>(&spec.default_value)) return near(*real, 4, random);
  if (const auto* integer = std::get_if<std::int64_t>(&spec.default_value)) {
    const double drawn = std::round(near(static_cast<double>(*integer), 4, random));
    return static_cast<std::int64_t>(std::clamp(drawn, -0x1p53, 0x1p53));
  }
  if (auto reals = std::get_if<std::vector<double>>(&spec.default_value)) {
    std::vector<double> list = *reals;
    for (double& entry : list) entry *= factor(random, 1.25);
    return list;
  }
  return spec.default_value;
}

Plain draw(const ParameterSpec& spec, nn::Stream& random) {
  constexpr int attempts = 32;  // a narrow range is met sooner or later, else the default stays
  for (int i = 0; i < attempts; ++i) {
    Plain value = candidate(spec, random);
    if (plugin::accept(spec, value).problem.empty()) return value;
  }
  return spec.default_value;
}

}  // namespace

const std::vector<std::string> kSets = {"train", "dense", "test"};

bool names_set(const basso_component& component, const ParameterSpec& spec) {
  const auto* text = std::get_if<std::string>(&spec.default_value);
  return text && spec.type == "string" && std::string_view(component.kind) == BASSO_PROBE_KIND &&
         std::count(kSets.begin(), kSets.end(), *text) > 0;
}

Drawn draw_parameters(const basso_component& component, nn::Stream& random, const Drawn& fixed) {
  Drawn values = fixed;
  for (const ParameterSpec& spec : plugin::parameter_specs(component))
    if (fixed.count(spec.name) == 0)
      values[spec.name] = {
          names_set(component, spec) ? Plain(kSets[random.below(kSets.size())]) : draw(spec, random),
          "drawn by the checker"};
  return values;
}

std::string describe(const Drawn& values) {
  std::string text;
  for (const auto& [name, given] : values)
    text += (text.empty() ? "" : ", ") + name + " = " + plugin::toml_literal(given.value);
  return text.empty() ? "no parameters" : text;
}

}  // namespace basso::check
