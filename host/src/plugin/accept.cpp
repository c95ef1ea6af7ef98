// Type and range of one parameter value. The messages are what a user reads behind file, line and key.
#include "plugin/accept.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "plugin/text.hpp"

namespace basso::plugin {
namespace {

constexpr std::int64_t kExact = std::int64_t{1} << 53;  // integers reach the plugin as doubles
constexpr std::size_t kTextBytes = 4095;                // of any string in the ABI
constexpr std::size_t kListLength = std::size_t{1} << 24;

bool inside(const ParameterSpec& spec, double number) {
  if (std::isnan(number)) return false;
  if (spec.low_open ? number <= spec.low : number < spec.low) return false;
  return spec.high_open ? number < spec.high : number <= spec.high;
}

std::string expectation(const ParameterSpec& spec) {
  const std::string range = spec.range.empty() ? "" : " in " + spec.range;
  if (spec.type == "choice") return fmt::format("must be one of \"{}\"", fmt::join(spec.choices, "\", \""));
  if (spec.type == "bool") return "must be true or false";
  if (spec.type == "integer") return "must be an integer" + range;
  if (spec.type == "integers") return "must be a list of integers" + (range.empty() ? "" : ", each" + range);
  if (spec.type == "reals") return "must be a list of numbers" + (range.empty() ? "" : ", each" + range);
  if (spec.type == "real")
    return (spec.range.empty() ? "must be a finite number" : "must be a number") + range;
  return spec.type == "path" ? "must be a path (a string)" : "must be a string";
}

std::string shown(const Plain& value) {
  std::string text = toml_literal(value);
  if (text.size() > 80) text = text.substr(0, 77) + "...";
  return text;
}

Accepted refuse(const ParameterSpec& spec, const Plain& value, const std::string& detail = "") {
  return {value, fmt::format("{}; got {}{}", expectation(spec), shown(value), detail)};
}

Accepted accept_number(const ParameterSpec& spec, const Plain& value) {
  const auto* integer = std::get_if<std::int64_t>(&value);
  if (spec.type == "integer") {
    if (!integer || !inside(spec, static_cast<double>(*integer))) return refuse(spec, value);
    if (*integer > kExact || *integer < -kExact) return refuse(spec, value, ", beyond 2^53");
    return {value, ""};
  }
  const auto* real = std::get_if<double>(&value);
  if (!real && !integer) return refuse(spec, value);
  const double number = real ? *real : static_cast<double>(*integer);
  if (!inside(spec, number)) return refuse(spec, value);
  return {number, ""};
}

Accepted accept_list(const ParameterSpec& spec, const Plain& value) {
  const auto* integers = std::get_if<std::vector<std::int64_t>>(&value);
  const auto* reals = std::get_if<std::vector<double>>(&value);
  if (!integers && !reals) return refuse(spec, value);
  const std::size_t length = integers ? integers->size() : reals->size();
  if (length > kListLength) return refuse(spec, Plain(static_cast<std::int64_t>(length)), " entries");
  if (spec.type == "integers") {
    if (!integers) return length == 0 ? Accepted{std::vector<std::int64_t>{}, ""} : refuse(spec, value);
    for (const std::int64_t entry : *integers)
      if (entry > kExact || entry < -kExact || !inside(spec, static_cast<double>(entry)))
        return refuse(spec, value, fmt::format(" (entry {})", entry));
    return {value, ""};
  }
  const std::vector<double> numbers =
      reals ? *reals : std::vector<double>(integers->begin(), integers->end());
  for (const double entry : numbers)
    if (!inside(spec, entry)) return refuse(spec, value, fmt::format(" (entry {})", toml_number(entry)));
  return {numbers, ""};
}

Accepted accept_text(const ParameterSpec& spec, const Plain& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (!text) return refuse(spec, value);
  if (text->size() > kTextBytes) return refuse(spec, value, ", longer than 4095 bytes");
  if (text->find('\0') != std::string::npos) return refuse(spec, value, ", which holds a zero byte");
  if (spec.type != "choice") return {value, ""};
  if (std::find(spec.choices.begin(), spec.choices.end(), *text) != spec.choices.end()) return {value, ""};
  const std::string near = nearest(*text, spec.choices);
  return refuse(spec, value, near.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", near));
}

}  // namespace

Accepted accept(const ParameterSpec& spec, const Plain& value) {
  if (spec.type == "bool")
    return std::holds_alternative<bool>(value) ? Accepted{value, ""} : refuse(spec, value);
  if (spec.type == "integer" || spec.type == "real") return accept_number(spec, value);
  if (spec.type == "integers" || spec.type == "reals") return accept_list(spec, value);
  return accept_text(spec, value);
}

std::size_t choice_position(const ParameterSpec& spec, const std::string& word) {
  const auto found = std::find(spec.choices.begin(), spec.choices.end(), word);
  return static_cast<std::size_t>(found - spec.choices.begin());
}

std::string kind_word(const char* kind) {
  const std::string text = kind ? kind : "";
  return text.substr(0, text.find('/'));
}

}  // namespace basso::plugin
