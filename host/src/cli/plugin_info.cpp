// basso plugin info: what one component says about itself: parameters, facts, optional tables.
#include <basso/activation.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <sstream>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "basso/schema.hpp"
#include "cli/description.hpp"
#include "cli/terminal.hpp"
#include "cli/verbs.hpp"

namespace basso::cli {
namespace {

struct Parameter {
  std::string name, type, default_value, range, unit, documentation, role;
};

std::vector<Parameter> parameters(const basso_component& component) {
  std::vector<Parameter> result;
  const auto* bytes = reinterpret_cast<const unsigned char*>(component.parameters);
  for (std::uint32_t i = 0; i < component.parameter_count; ++i) {
    const auto& entry =
        *reinterpret_cast<const basso_parameter*>(bytes + std::size_t{component.parameter_stride} * i);
    result.push_back({entry.name, entry.type, entry.default_value, entry.range, entry.unit,
                      entry.documentation, entry.role});
  }
  return result;
}

// The number by which an activation gets a parameter's default: a choice is its position in the range.
double default_number(const Parameter& parameter) {
  if (parameter.type == "bool") return parameter.default_value == "true" ? 1.0 : 0.0;
  if (parameter.type != "choice") {
    double number = 0;
    const std::string& text = parameter.default_value;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  }
  std::istringstream choices(parameter.range);
  double position = 0;
  for (std::string choice; std::getline(choices, choice, '|'); ++position) {
    if ('"' + choice + '"' == parameter.default_value) return position;
  }
  return 0;
}

// What an activation states about itself at its default numbers, as name and value.
std::vector<std::pair<std::string, std::string>> facts(const Component& component) {
  std::vector<std::pair<std::string, std::string>> result;
  if (component.kind() != "activation") return result;
  std::array<double, BASSO_MAX_NUMBERS> numbers{};
  const auto all = parameters(component.table());
  for (std::size_t i = 0; i < all.size() && i < numbers.size(); ++i) numbers[i] = default_number(all[i]);
  // A plugin newer than this program may write fields behind those known here.
  struct {
    basso_facts facts;
    std::array<unsigned char, 1024> room;
  } out{};
  out.facts.size = sizeof(basso_facts);
  std::array<char, 1024> message{};
  basso_error error{message.data(), static_cast<std::uint32_t>(message.size())};
  const auto* table = static_cast<const basso_activation_v1*>(component.table().functions);
  if (table->facts(numbers.data(), &out.facts, &error) != BASSO_OK) {
    throw Error(Exit::plugin, fmt::format("activation {}: facts: {}", component.id(), message.data()));
  }
  const basso_facts& f = out.facts;
  const auto has = [&f](std::uint32_t fact) { return (f.stated & fact) != 0; };
  const auto add = [&result](const char* name, const std::string& value) {
    result.emplace_back(name, value);
  };
  if (has(BASSO_FACT_LOWER)) add("lower bound", fmt::format("{:g}", f.lower));
  if (has(BASSO_FACT_UPPER)) add("upper bound", fmt::format("{:g}", f.upper));
  if (has(BASSO_FACT_LIPSCHITZ)) add("Lipschitz constant", fmt::format("{:g}", f.lipschitz));
  if (has(BASSO_FACT_PARITY)) add("parity", f.parity > 0 ? "even" : "odd");
  if (has(BASSO_FACT_MONOTONE)) add("monotone", f.monotone > 0 ? "never decreases" : "never increases");
  if (has(BASSO_FACT_KINKS)) {
    std::string kinks;
    for (std::uint32_t i = 0; i < f.kink_count && i < std::size(f.kinks); ++i) {
      kinks += fmt::format("{}{:g}", i == 0 ? "" : ", ", f.kinks[i]);
    }
    add("kinks", kinks.empty() ? "none" : kinks);
  }
  if (has(BASSO_FACT_PIECEWISE_LINEAR)) add("piecewise linear", "yes");
  if (has(BASSO_FACT_ZERO_BELOW)) add("zero for x <=", fmt::format("{:g}", f.zero_below));
  if (has(BASSO_FACT_ZERO_ABOVE)) add("zero for x >=", fmt::format("{:g}", f.zero_above));
  if (has(BASSO_FACT_SURROGATE)) add("derivative", "a surrogate");
  return result;
}

std::vector<std::string> optional_tables(const basso_component& component) {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < component.extension_count; ++i)
    names.emplace_back(component.extensions[i].name);
  return names;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string as_text(const Component& component) {
  const basso_component& table = component.table();
  std::vector<std::vector<std::string>> rows{{"version", table.version}, {"source", table.source}};
  rows.push_back({"library", component.library().string()});
  rows.push_back({"XXH3-128", component.library_hash()});
  if (*table.services != '\0') rows.push_back({"services", table.services});
  if (table.extension_count > 0) rows.push_back({"optional tables", joined(optional_tables(table))});
  for (const auto& [name, value] : facts(component)) rows.push_back({name, value});
  std::string text = coloured(component.kind() + "/" + component.id(), Colour::bold) + "\n" +
                     paragraph(table.summary, 0) + "\n" + columns(rows);
  if (table.parameter_count > 0) text += "\nparameters\n";
  for (const Parameter& parameter : parameters(table)) {
    text += fmt::format("  {} = {}   ({}{}{}{})\n", coloured(parameter.name, Colour::bold),
                        parameter.default_value, parameter.type,
                        parameter.range.empty() ? "" : " in " + parameter.range,
                        parameter.unit.empty() ? "" : ", unit " + parameter.unit,
                        parameter.role.empty() ? "" : ", " + parameter.role);
    text += paragraph(parameter.documentation, 6);
  }
  if (component.kind() == "probe")
    text +=
        "\nWhich series it records depends on its parameters, the target and the network: basso run FILE "
        "--dry-run\nlists them for one experiment; docs/series.md has those of the shipped probes.\n";
  return text;
}

}  // namespace

nlohmann::ordered_json description(const Component& component) {
  const basso_component& table = component.table();
  nlohmann::ordered_json json{{"kind", component.kind()},
                              {"id", component.id()},
                              {"version", table.version},
                              {"summary", table.summary},
                              {"source", table.source},
                              {"library", component.library().string()},
                              {"library_hash", component.library_hash()},
                              {"services", table.services},
                              {"optional_tables", optional_tables(table)},
                              {"parameters", nlohmann::ordered_json::array()},
                              {"facts", nlohmann::ordered_json::object()}};
  for (const Parameter& parameter : parameters(table)) {
    json["parameters"].push_back({{"name", parameter.name},
                                  {"type", parameter.type},
                                  {"default", parameter.default_value},
                                  {"range", parameter.range},
                                  {"unit", parameter.unit},
                                  {"documentation", parameter.documentation},
                                  {"role", parameter.role}});
  }
  for (const auto& [name, value] : facts(component)) json["facts"][name] = value;
  return json;
}

int plugin_info(const PluginInfoArguments& arguments) {
  const Catalogue catalogue(plugin_search_path(arguments.search.plugin_dirs));
  const Component component = catalogue.resolve(arguments.name);
  if (arguments.json_schema) {
    fmt::print("{}\n", parameter_schema(component));
    return 0;
  }
  fmt::print("{}", arguments.json ? description(component).dump(2) + "\n" : as_text(component));
  return 0;
}

}  // namespace basso::cli
