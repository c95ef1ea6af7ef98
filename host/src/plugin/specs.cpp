// A component's parameter table, parsed: types, ranges and defaults from their texts. A table that is wrong
// is the plugin's fault and is reported as such.
#include <basso/activation.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>
#include <string_view>

#include "basso/error.hpp"
#include "plugin/accept.hpp"
#include "plugin/growable.hpp"
#include "plugin/parameters.hpp"
#include "plugin/text.hpp"

namespace basso::plugin {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool read_bound(std::string_view text, double& bound) {
  text = trimmed(text);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bound);
  return error == std::errc() && end == text.data() + text.size() && bound == bound;
}

// "(0,inf)", "[0, 1)", or "" for every finite number.
bool read_interval(std::string_view text, ParameterSpec& spec) {
  spec.low = -kInfinity;
  spec.high = kInfinity;
  spec.low_open = spec.high_open = true;
  text = trimmed(text);
  if (text.empty()) return true;
  const std::size_t comma = text.find(',');
  if (text.size() < 5 || comma == std::string_view::npos) return false;
  const char first = text.front(), last = text.back();
  if ((first != '(' && first != '[') || (last != ')' && last != ']')) return false;
  spec.low_open = first == '(';
  spec.high_open = last == ')';
  return read_bound(text.substr(1, comma - 1), spec.low) &&
         read_bound(text.substr(comma + 1, text.size() - comma - 2), spec.high) && spec.low <= spec.high;
}

bool read_choices(const std::string& text, ParameterSpec& spec) {
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('|', begin), text.size());
    spec.choices.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  const std::set<std::string> unique(spec.choices.begin(), spec.choices.end());
  return unique.size() == spec.choices.size() && unique.count("") == 0;
}

bool good_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

class TableReader {
 public:
  explicit TableReader(const basso_component& component) : component_(component) {}

  std::vector<ParameterSpec> read() const {
    std::vector<ParameterSpec> specs;
    std::set<std::string> names;
    if (component_.parameter_count > 1024) fail("it has more than 1024 parameters");
    if (component_.parameter_count > 0 &&
        (!component_.parameters || component_.parameter_stride < released_size<basso_parameter>))
      fail("its parameter table is missing or its stride is too small");
    for (std::uint32_t i = 0; i < component_.parameter_count; ++i) {
      // The stride is explicit because a newer plugin's entries may be longer than ours.
      const auto* bytes = reinterpret_cast<const unsigned char*>(component_.parameters) +
                          std::size_t{i} * component_.parameter_stride;
      const auto* given = reinterpret_cast<const basso_parameter*>(bytes);
      if (!complete(given)) fail(fmt::format("entry {} is incomplete", i));
      specs.push_back(entry(grown(*given), i));
      if (!names.insert(specs.back().name).second)
        fail(fmt::format("the parameter '{}' stands in the table twice", specs.back().name));
    }
    return specs;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(Exit::plugin, fmt::format("{} {}: the plugin's parameter table is wrong: {}",
                                          kind_word(component_.kind), component_.id, what));
  }

  ParameterSpec entry(const basso_parameter& row, std::uint32_t position) const {
    if (!row.name || !row.type || !row.default_value || !row.range || !row.unit || !row.documentation ||
        !row.role)
      fail(fmt::format("entry {} is incomplete", position));
    if (row.reserved != 0) fail(fmt::format("the field `reserved` of entry {} is not 0", position));
    ParameterSpec spec;
    spec.name = row.name;
    spec.type = row.type;
    spec.unit = row.unit;
    spec.documentation = row.documentation;
    spec.role = row.role;
    spec.range = row.range;
    spec.low = -kInfinity;
    spec.high = kInfinity;
    spec.low_open = spec.high_open = true;
    if (!good_name(spec.name))
      fail(fmt::format("'{}' is no name (lower case, digits, underscores)", spec.name));
    if (spec.documentation.empty()) fail(fmt::format("'{}' has no documentation", spec.name));
    read_range(spec);
    check_role(spec);
    read_default(spec, row.default_value);
    return spec;
  }

  void read_range(ParameterSpec& spec) const {
    static const std::set<std::string> numeric = {"integer", "real", "reals", "integers"};
    static const std::set<std::string> other = {"bool", "string", "path", "choice"};
    if (numeric.count(spec.type) == 0 && other.count(spec.type) == 0)
      fail(fmt::format("'{}' has the unknown type '{}'", spec.name, spec.type));
    if (numeric.count(spec.type) && !read_interval(spec.range, spec))
      fail(fmt::format("'{}' has the range '{}', which is not like \"(0,inf)\" or \"[0,1)\"", spec.name,
                       spec.range));
    if (spec.type == "choice" && !read_choices(spec.range, spec))
      fail(fmt::format("'{}' has the choices '{}', which are not like \"a|b|c\"", spec.name, spec.range));
  }

  void check_role(const ParameterSpec& spec) const {
    if (spec.role.empty()) return;
    if (spec.role != "trainable") fail(fmt::format("'{}' has the unknown role '{}'", spec.name, spec.role));
    if (kind_word(component_.kind) != "activation" || spec.type != "real")
      fail(fmt::format("'{}' is trainable, but only a real of an activation can be", spec.name));
  }

  void read_default(ParameterSpec& spec, const char* text) const {
    const std::optional<Plain> value = read_toml_literal(text);
    if (!value)
      fail(fmt::format("the default of '{}' is `{}`, which is no TOML value of type {}", spec.name, text,
                       spec.type));
    const Accepted accepted = accept(spec, *value);
    if (!accepted.problem.empty())
      fail(fmt::format("the default of '{}' is `{}`, but it {}", spec.name, text, accepted.problem));
    spec.default_value = accepted.value;
  }

  const basso_component& component_;
};

}  // namespace

std::vector<ParameterSpec> parameter_specs(const basso_component& component) {
  return TableReader(component).read();
}

}  // namespace basso::plugin
