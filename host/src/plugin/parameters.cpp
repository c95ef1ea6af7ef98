// The user's values validated against a component's table, and the ABI's view of them.
#include "plugin/parameters.hpp"

#include <basso/activation.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <deque>
#include <filesystem>
#include <utility>

#include "basso/error.hpp"
#include "plugin/accept.hpp"
#include "plugin/text.hpp"

namespace basso::plugin {
namespace {

struct Entry {
  std::string name;
  Plain value;
  std::string text;          // string, choice, path
  std::vector<double> list;  // reals, integers
  double number = 0;
  bool is_list = false, is_path = false;
};

Entry make_entry(const ParameterSpec& spec, const Plain& value) {
  Entry entry{spec.name, value, "", {}, 0, false, spec.type == "path"};
  if (const auto* flag = std::get_if<bool>(&value)) entry.number = *flag ? 1 : 0;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) entry.number = static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value)) entry.number = *real;
  if (const auto* text = std::get_if<std::string>(&value)) entry.text = *text;
  if (const auto* reals = std::get_if<std::vector<double>>(&value)) entry.list = *reals;
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&value))
    entry.list.assign(integers->begin(), integers->end());
  if (spec.type == "choice") entry.number = static_cast<double>(choice_position(spec, entry.text));
  entry.is_list = spec.type == "reals" || spec.type == "integers";
  return entry;
}

std::string absolute_path(const std::string& path, const std::string& base_directory) {
  if (path.empty()) return path;
  const std::filesystem::path base = base_directory.empty() ? "." : base_directory;
  return std::filesystem::absolute(base / path).lexically_normal().string();
}

std::string place(const Given& given) { return given.where.empty() ? "" : given.where + ": "; }

void refuse_unknown_keys(const basso_component& component, const std::vector<ParameterSpec>& specs,
                         const std::map<std::string, Given>& given) {
  std::vector<std::string> known;
  known.reserve(specs.size());
  for (const ParameterSpec& spec : specs) known.push_back(spec.name);
  for (const auto& [key, value] : given) {
    bool found = false;
    for (const std::string& name : known) found = found || name == key;
    if (found) continue;
    const std::string near = nearest(key, known);
    const std::string hint = !near.empty()   ? fmt::format("; did you mean '{}'?", near)
                             : known.empty() ? std::string("; it has none")
                                             : fmt::format("; it knows: {}", fmt::join(known, ", "));
    throw Error(Exit::usage, fmt::format("{}{} {} knows no parameter '{}'{}", place(value),
                                         kind_word(component.kind), component.id, key, hint));
  }
}

}  // namespace

struct ParameterValues::Data {
  std::string component;  // "activation relu", for messages
  std::vector<Entry> entries;
  std::vector<std::string> paths;
  std::deque<basso_value> values;
  std::vector<const basso_value*> pointers;

  // The ABI's pointers into entries, made anew after every copy.
  void point() {
    values.clear();
    pointers.clear();
    for (const Entry& entry : entries) {
      basso_value value{};
      value.size = sizeof(basso_value);
      value.number = entry.number;
      value.text = entry.text.c_str();
      value.list = entry.is_list && !entry.list.empty() ? entry.list.data() : nullptr;
      value.count = entry.list.size();
      values.push_back(value);
      pointers.push_back(&values.back());
    }
  }
};

ParameterValues::ParameterValues(const basso_component& component, const std::map<std::string, Given>& given,
                                 const std::string& base_directory) {
  const std::vector<ParameterSpec> specs = parameter_specs(component);
  refuse_unknown_keys(component, specs, given);
  auto data = std::make_unique<Data>();
  data->component = kind_word(component.kind) + " " + component.id;
  for (const ParameterSpec& spec : specs) {
    Plain value = spec.default_value;
    if (const auto found = given.find(spec.name); found != given.end()) {
      Accepted accepted = accept(spec, found->second.value);
      if (!accepted.problem.empty())
        throw Error(Exit::usage, fmt::format("{}{}: parameter '{}' {}", place(found->second), data->component,
                                             spec.name, accepted.problem));
      value = std::move(accepted.value);
    }
    if (spec.type == "path") {
      value = absolute_path(std::get<std::string>(value), base_directory);
      if (!std::get<std::string>(value).empty()) data->paths.push_back(std::get<std::string>(value));
    }
    data->entries.push_back(make_entry(spec, value));
  }
  data->point();
  data_ = std::move(data);
}

ParameterValues::ParameterValues(const ParameterValues& other)
    : data_(other.data_ ? std::make_unique<Data>(*other.data_) : nullptr) {
  if (data_) data_->point();
}

ParameterValues::ParameterValues() = default;

ParameterValues::ParameterValues(ParameterValues&& other) noexcept = default;

ParameterValues& ParameterValues::operator=(ParameterValues other) noexcept {
  std::swap(data_, other.data_);
  return *this;
}

ParameterValues::~ParameterValues() = default;

const basso_value* const* ParameterValues::abi() const {
  static const basso_value* const none[1] = {nullptr};
  return data_ && !data_->pointers.empty() ? data_->pointers.data() : none;
}

std::vector<double> ParameterValues::numbers() const {
  std::vector<double> numbers(BASSO_MAX_NUMBERS, 0.0);
  if (!data_) return numbers;
  if (data_->entries.size() > numbers.size())
    throw Error(Exit::plugin, fmt::format("{}: the plugin has {} parameters, an activation may have {}",
                                          data_->component, data_->entries.size(), BASSO_MAX_NUMBERS));
  for (std::size_t i = 0; i < data_->entries.size(); ++i) numbers[i] = data_->entries[i].number;
  return numbers;
}

std::vector<std::pair<std::string, std::string>> ParameterValues::toml() const {
  std::vector<std::pair<std::string, std::string>> lines;
  if (!data_) return lines;
  for (const Entry& entry : data_->entries) lines.emplace_back(entry.name, toml_literal(entry.value));
  return lines;
}

const std::vector<std::string>& ParameterValues::paths() const {
  static const std::vector<std::string> none;
  return data_ ? data_->paths : none;
}

std::string ParameterValues::path(const std::string& name) const {
  if (!data_) return "";
  for (const Entry& entry : data_->entries)
    if (entry.is_path && entry.name == name) return entry.text;
  return "";
}

}  // namespace basso::plugin
