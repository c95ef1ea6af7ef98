// What a library exports, imports and links to, read from its dynamic section without running it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace basso::check {

struct Symbol {
  std::string name;
  unsigned char binding = 0;  // STB_GLOBAL, STB_WEAK, STB_GNU_UNIQUE
  bool defined = false;
  std::string readable() const;  // demangled where it is C++
};

struct DynamicPart {
  std::vector<Symbol> symbols;      // dynamic, named, not local
  std::vector<std::string> needed;  // libraries that the loader brings in with it: "libm.so.6"
};

// Throws Error(Exit::plugin) where the file is cut short or has no section headers.
DynamicPart read_dynamic(const std::filesystem::path& library);

}  // namespace basso::check
