// What this host knows of the ABI: kinds with their highest revision, optional tables, services.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace basso::plugin {

struct KnownKind {
  std::string_view name;   // "activation"
  std::uint32_t revision;  // the highest known
  std::size_t slots;       // functions in its table
};
const std::vector<KnownKind>& known_kinds();
const KnownKind* find_kind(std::string_view name);
// The number of functions in an optional table of that name and revision; 0 when unknown.
std::size_t extension_slots(std::string_view name);
// Services that a component may list as needed.
const std::vector<std::string>& known_services();
// Text split at blanks.
std::vector<std::string> words(std::string_view text);

}  // namespace basso::plugin
