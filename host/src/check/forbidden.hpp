// Functions of the system that a plugin must not use. Part of the check library.imports.
#pragma once

#include <string>

namespace basso::check {

// Why a plugin must not import this symbol, and what to use in its place; null where it may.
const char* forbidden_import(const std::string& symbol);

}  // namespace basso::check
