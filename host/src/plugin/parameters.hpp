// Parameters of a component: its table parsed, the user's values validated against it, and the values as the
// ABI passes them. Knows nothing of TOML: the caller hands over plain values with the place where each
// stands.
#pragma once

#include <basso/abi.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace basso::plugin {

// A value as written by the user. Lists are homogeneous.
using Plain =
    std::variant<bool, std::int64_t, double, std::string, std::vector<double>, std::vector<std::int64_t>>;

struct Given {
  Plain value;
  std::string where;  // "file.toml:12:3", for messages; "--set" for overrides
};

// One parameter of the table, parsed.
struct ParameterSpec {
  std::string name, type, unit, documentation, role, range;
  Plain default_value;
  std::vector<std::string> choices;  // type "choice"
  double low, high;                  // numbers and list entries; infinite when open
  bool low_open, high_open;
};

// Parses the component's own table. Throws Error(Exit::plugin) when the table itself is wrong.
std::vector<ParameterSpec> parameter_specs(const basso_component& component);

// Validated values in the order of the table. Owns everything that the ABI's pointers point to; copies
// deeply.
class ParameterValues {
 public:
  ParameterValues();
  // Missing keys take their defaults. Throws Error(Exit::usage) naming place, component, key, what was
  // expected, and the nearest known key. Paths are made absolute against base_directory.
  ParameterValues(const basso_component& component, const std::map<std::string, Given>& given,
                  const std::string& base_directory);
  ParameterValues(const ParameterValues& other);
  ParameterValues(ParameterValues&&) noexcept;
  ParameterValues& operator=(ParameterValues other) noexcept;
  ~ParameterValues();
  const basso_value* const* abi() const;  // [table's length]
  std::vector<double> numbers() const;    // activations: padded with zeros to BASSO_MAX_NUMBERS
  // Each parameter as `name = TOML value`, in the order of the table; shortest text that reads back to the
  // same bits.
  std::vector<std::pair<std::string, std::string>> toml() const;
  const std::vector<std::string>& paths() const;    // of type "path", absolute, for hashing
  std::string path(const std::string& name) const;  // of that type; "" where the parameter has another

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

// Text of a double that reads back to the same bits, as TOML ("1e-05", "30.0", "inf").
std::string toml_number(double value);
// The entry of `known` closest to `word` by edit distance, or "" when nothing is close.
std::string nearest(const std::string& word, const std::vector<std::string>& known);

}  // namespace basso::plugin
