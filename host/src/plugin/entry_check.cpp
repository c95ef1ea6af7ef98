// Checks of a library's entry: magic first, then versions, then each component and its tables. Fields are
// read only as far as the struct's own size says.
#include "plugin/entry_check.hpp"

#include <basso/activation.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>
#include <set>

#include "basso/error.hpp"
#include "plugin/growable.hpp"
#include "plugin/known.hpp"
#include "plugin/parameters.hpp"

namespace basso::plugin {
namespace {

struct KindAndRevision {
  std::string kind;
  std::uint32_t revision = 0;
};

KindAndRevision split(const std::string& text) {
  const std::size_t slash = text.find('/');
  KindAndRevision result{text.substr(0, slash), 0};
  if (slash != std::string::npos)
    std::from_chars(text.data() + slash + 1, text.data() + text.size(), result.revision);
  return result;
}

// Every slot of a table is a function pointer and is filled.
bool filled(const void* table, std::size_t slots) {
  const auto* bytes = static_cast<const unsigned char*>(table);
  for (std::size_t i = 0; i < slots; ++i) {
    void (*slot)() = nullptr;
    std::memcpy(&slot, bytes + i * sizeof(slot), sizeof(slot));
    if (!slot) return false;
  }
  return true;
}

// What this host knows of the component's kind; null where it does not take that kind and revision.
const KnownKind* known_kind(const basso_component& component) {
  const auto [kind, revision] = split(component.kind);
  const KnownKind* known = find_kind(kind);
  return known && revision > 0 && revision <= known->revision ? known : nullptr;
}

std::string component_problem(const basso_component* component) {
  if (const std::string problem = fields_problem(component); !problem.empty()) return problem;
  if (!known_kind(*component)) return "";
  const std::string name = fmt::format("{} {}", component->kind, component->id);
  const std::string kind = split(component->kind).kind;
  for (const std::string& problem :
       {extensions_problem(*component), services_problem(*component), parameters_problem(*component)})
    if (!problem.empty()) return problem.rfind(kind, 0) == 0 ? problem : name + ": " + problem;
  return "";
}

std::string both_versions(std::uint32_t abi_major, std::uint32_t abi_minor) {
  const bool older = abi_major < BASSO_ABI_MAJOR;
  return fmt::format(
      "built for ABI {}.{}, this host has ABI {}.{}: {}", abi_major, abi_minor, BASSO_ABI_MAJOR,
      BASSO_ABI_MINOR,
      older ? "rebuild the plugin with this host's SDK" : "update Basso, or build the plugin with its SDK");
}

}  // namespace

std::string fields_problem(const basso_component* component) {
  if (!complete(component) || !component->kind || !component->id)
    return "a component in its table is incomplete";
  const KnownKind* known = known_kind(*component);
  if (!known) return "";
  const std::string name = fmt::format("{} {}", component->kind, component->id);
  if (!component->version || !component->summary || !component->source || !component->services ||
      !component->functions)
    return name + ": a field of its component is empty";
  if (!filled(component->functions, known->slots)) return name + ": its function table has an empty slot";
  return "";
}

std::string extensions_problem(const basso_component& component) {
  if (component.extension_count > 64 || (component.extension_count > 0 && !component.extensions))
    return "its list of optional tables is missing or longer than 64";
  std::set<std::string> names;
  for (std::uint32_t i = 0; i < component.extension_count; ++i) {
    const basso_extension& extension = component.extensions[i];
    if (!extension.name || !extension.table) return fmt::format("optional table {} is missing", i);
    if (!names.insert(extension.name).second)
      return fmt::format("the optional table {} is listed twice", extension.name);
    if (!filled(extension.table, extension_slots(extension.name)))
      return fmt::format("the optional table {} has an empty slot", extension.name);
  }
  return "";
}

std::string services_problem(const basso_component& component, const std::vector<std::string>& known) {
  std::vector<std::string> missing;
  for (const std::string& name : words(component.services))
    if (std::find(known.begin(), known.end(), name) == known.end()) missing.push_back(name);
  if (missing.empty()) return "";
  return fmt::format("it needs the service{} {}, which this host does not have (it has {})",
                     missing.size() > 1 ? "s" : "", fmt::join(missing, ", "), fmt::join(known, ", "));
}

std::string parameters_problem(const basso_component& component) {
  try {
    const std::vector<ParameterSpec> specs = parameter_specs(component);
    if (split(component.kind).kind != "activation") return "";
    if (specs.size() > BASSO_MAX_NUMBERS) return "an activation may have at most 16 parameters";
    bool trainable = false, table = false;
    for (const ParameterSpec& spec : specs) {
      trainable = trainable || spec.role == "trainable";
      if (spec.type != "bool" && spec.type != "integer" && spec.type != "real" && spec.type != "choice")
        return fmt::format(
            "its parameter '{}' has the type {}; an activation's are bool, integer, real or choice",
            spec.name, spec.type);
    }
    for (std::uint32_t i = 0; i < component.extension_count; ++i)
      table = table || std::string(component.extensions[i].name) == "trainable/1";
    if (trainable && !table) return "it has trainable parameters but no table trainable/1";
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::string version_problem(std::uint32_t abi_major, std::uint32_t abi_minor) {
  return abi_major == BASSO_ABI_MAJOR ? "" : both_versions(abi_major, abi_minor);
}

std::string with_versions(const std::string& problem, std::uint32_t abi_major, std::uint32_t abi_minor) {
  if (problem.empty() || abi_major != BASSO_ABI_MAJOR || abi_minor <= BASSO_ABI_MINOR) return problem;
  return fmt::format("{} ({})", problem, both_versions(abi_major, abi_minor));
}

std::string kind_problem(const std::string& kind, const std::string& revision) {
  const KnownKind* known = find_kind(kind);
  std::uint32_t number = 0;
  std::from_chars(revision.data(), revision.data() + revision.size(), number);
  if (known && number >= 1 && number <= known->revision) return "";
  std::vector<std::string> names;
  for (const KnownKind& entry : known_kinds())
    names.push_back(fmt::format("{}/{}", entry.name, entry.revision));
  return fmt::format("this host knows no kind {}/{} (it knows {})", kind, revision, fmt::join(names, ", "));
}

std::string entry_head_problem(const basso_entry* entry) {
  if (!entry) return "its entry function returned NULL";
  if (std::memcmp(entry->magic, BASSO_MAGIC, sizeof(entry->magic)) != 0)
    return "its entry does not begin with the magic " BASSO_MAGIC;
  if (std::string problem = version_problem(entry->abi_major, entry->abi_minor); !problem.empty())
    return problem;
  if (!complete(entry)) return "its entry is shorter than the ABI says";
  if (entry->component_count == 0 || entry->component_count > 4096 || !entry->components)
    return "its component table is missing, empty or longer than 4096";
  return "";
}

std::string entry_problem(const basso_entry* entry) {
  if (std::string problem = entry_head_problem(entry); !problem.empty()) return problem;
  std::set<std::string> names;
  for (std::uint32_t i = 0; i < entry->component_count; ++i) {
    const basso_component* component = entry->components[i];
    if (const std::string problem = component_problem(component); !problem.empty())
      return with_versions(problem, entry->abi_major, entry->abi_minor);
    if (!names.insert(std::string(component->kind) + " " + component->id).second)
      return fmt::format("it lists {} {} twice", component->kind, component->id);
  }
  return "";
}

std::vector<const basso_component*> usable_components(const basso_entry& entry) {
  std::map<std::string, const basso_component*> best;
  std::vector<std::string> order;
  for (std::uint32_t i = 0; i < entry.component_count; ++i) {
    const basso_component* component = entry.components[i];
    const auto [kind, revision] = split(component->kind);
    if (!kind_problem(kind, std::to_string(revision)).empty()) continue;
    const std::string name = kind + "/" + component->id;
    const auto [place, fresh] = best.emplace(name, component);
    if (fresh) order.push_back(name);
    if (revision > split(place->second->kind).revision) place->second = component;
  }
  std::vector<const basso_component*> components;
  for (const std::string& name : order) components.push_back(best[name]);
  return components;
}

std::string note_problem(const basso_entry& entry, const std::vector<Note>& notes) {
  std::set<std::string> noted, listed;
  for (const Note& note : notes) noted.insert(note.kind_and_revision() + " " + note.id);
  for (std::uint32_t i = 0; i < entry.component_count; ++i)
    listed.insert(std::string(entry.components[i]->kind) + " " + entry.components[i]->id);
  if (noted == listed) return "";
  return fmt::format("its notes name {} but its component table {}", fmt::join(noted, ", "),
                     fmt::join(listed, ", "));
}

}  // namespace basso::plugin
