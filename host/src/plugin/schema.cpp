// The JSON Schema of a component's parameters, made from the same parsed table that validates experiment
// files. A key that JSON Schema does not know, `unit`, is an annotation, as the standard allows.
#include <cmath>
#include <nlohmann/json.hpp>

#include "basso/catalogue.hpp"
#include "basso/schema.hpp"
#include "plugin/parameters.hpp"

namespace basso {
namespace {

using nlohmann::ordered_json;
using plugin::ParameterSpec;

// `bound` as a whole number where it is one, so that an integer's range reads as integers.
ordered_json number(double bound) {
  if (bound == std::floor(bound) && std::abs(bound) <= 0x1p53) return static_cast<std::int64_t>(bound);
  return bound;
}

void add_range(ordered_json& schema, const ParameterSpec& spec) {
  if (std::isfinite(spec.low)) schema[spec.low_open ? "exclusiveMinimum" : "minimum"] = number(spec.low);
  if (std::isfinite(spec.high)) schema[spec.high_open ? "exclusiveMaximum" : "maximum"] = number(spec.high);
}

ordered_json type_of(const ParameterSpec& spec) {
  if (spec.type == "bool") return {{"type", "boolean"}};
  if (spec.type == "string" || spec.type == "path") return {{"type", "string"}};
  if (spec.type == "choice") return {{"type", "string"}, {"enum", spec.choices}};
  const bool whole = spec.type == "integer" || spec.type == "integers";
  ordered_json one = {{"type", whole ? "integer" : "number"}};
  add_range(one, spec);
  if (spec.type == "integer" || spec.type == "real") return one;
  return {{"type", "array"}, {"items", one}};
}

// JSON has no infinities: such a default is named in the description only.
void add_default(ordered_json& schema, const ParameterSpec& spec) {
  const auto* real = std::get_if<double>(&spec.default_value);
  if (real != nullptr && !std::isfinite(*real)) {
    schema["description"] = spec.documentation + " Default: " + plugin::toml_number(*real) + ".";
    return;
  }
  std::visit([&schema](const auto& value) { schema["default"] = value; }, spec.default_value);
}

}  // namespace

std::string parameter_schema(const Component& component) {
  ordered_json properties = ordered_json::object();
  for (const ParameterSpec& spec : plugin::parameter_specs(component.table())) {
    ordered_json schema = type_of(spec);
    schema["description"] = spec.documentation;
    add_default(schema, spec);
    if (!spec.unit.empty()) schema["unit"] = spec.unit;
    properties[spec.name] = std::move(schema);
  }
  const ordered_json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                               {"title", component.kind() + "/" + component.id()},
                               {"description", component.table().summary},
                               {"type", "object"},
                               {"properties", std::move(properties)},
                               {"additionalProperties", false}};
  return schema.dump(2);
}

}  // namespace basso
