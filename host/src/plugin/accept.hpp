// One value against one parameter of the table: converted to the parameter's type, or the reason why not.
#pragma once

#include <string>

#include "plugin/parameters.hpp"

namespace basso::plugin {

struct Accepted {
  Plain value;          // of the parameter's own type
  std::string problem;  // "must be …; got …"; empty when the value is accepted
};

Accepted accept(const ParameterSpec& spec, const Plain& value);
// Position of a choice among spec.choices; the value has been accepted.
std::size_t choice_position(const ParameterSpec& spec, const std::string& word);
// "activation" of "activation/1".
std::string kind_word(const char* kind);

}  // namespace basso::plugin
