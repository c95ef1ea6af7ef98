// A plugin's parameters, described for other programs.
#pragma once

#include <string>

namespace basso {

class Component;  // <basso/catalogue.hpp>

// The JSON Schema (draft 2020-12) of an object with the component's parameters, indented: types, ranges,
// choices, defaults, documentation. Throws Error(Exit::plugin) when the component's table is wrong.
std::string parameter_schema(const Component& component);

}  // namespace basso
