// Whether the entry that a library returns can be used by this host.
#pragma once

#include <basso/abi.h>

#include <string>
#include <vector>

#include "plugin/elf_note.hpp"
#include "plugin/known.hpp"

namespace basso::plugin {

// "" when magic, ABI version and every component of the entry are sound, else one reason. A component of a
// kind or revision that this host does not know is no reason: it is left out of usable_components.
std::string entry_problem(const basso_entry* entry);
// The parts of that judgement: the entry without its components, then of one component its own fields with
// the mandatory functions, its optional tables, the services that it asks of a host that knows these, its
// parameters. "" when sound.
std::string entry_head_problem(const basso_entry* entry);
std::string fields_problem(const basso_component* component);
std::string extensions_problem(const basso_component& component);
std::string services_problem(const basso_component& component,
                             const std::vector<std::string>& known = known_services());
std::string parameters_problem(const basso_component& component);
// Those components whose kind this host knows, the highest known revision of each kind and id.
std::vector<const basso_component*> usable_components(const basso_entry& entry);
// Why a component of this ABI version and kind cannot be used here, judged without running code; "" when it
// can. A newer minor version is no reason: what an older host lacks is refused by its own name.
std::string version_problem(std::uint32_t abi_major, std::uint32_t abi_minor);
// The problem, with both versions behind it where the plugin's is the newer one of the same major version.
std::string with_versions(const std::string& problem, std::uint32_t abi_major, std::uint32_t abi_minor);
std::string kind_problem(const std::string& kind, const std::string& revision);
// "" when notes and component table name the same components.
std::string note_problem(const basso_entry& entry, const std::vector<Note>& notes);

}  // namespace basso::plugin
