// The catalogue: scanned folders plus what the embedding program adds, components loaded on demand, and one
// message with everything that a user needs when a plugin cannot be had.
#include "basso/catalogue.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "basso/error.hpp"
#include "plugin/accept.hpp"
#include "plugin/entry_check.hpp"
#include "plugin/known.hpp"
#include "plugin/library.hpp"
#include "plugin/parameters.hpp"
#include "plugin/scan.hpp"

namespace basso {

namespace fs = std::filesystem;
using plugin::Library;

std::string Component::kind() const { return plugin::kind_word(table_->kind); }

const void* Component::extension(const std::string& name) const {
  for (std::uint32_t i = 0; i < table_->extension_count; ++i)
    if (name == table_->extensions[i].name) return table_->extensions[i].table;
  return nullptr;
}

struct Catalogue::State {
  std::vector<fs::path> folders;
  std::vector<Listing> found;
  std::vector<Component> own;  // of the embedding program
  std::mutex mutex;
  std::map<fs::path, std::shared_ptr<const Library>> loaded;  // guarded by mutex

  // Throws Error(Exit::plugin) with the reason alone.
  std::shared_ptr<const Library> open(const fs::path& path) {
    std::error_code error;
    fs::path key = fs::canonical(path, error);
    if (error) key = path;
    const std::lock_guard lock(mutex);
    if (const auto known = loaded.find(key); known != loaded.end()) return known->second;
    return loaded.emplace(key, Library::open(path)).first->second;
  }

  const Component* own_component(const std::string& kind, const std::string& id) const {
    for (const Component& component : own)
      if (component.kind() == kind && component.id() == id) return &component;
    return nullptr;
  }

  std::string explain(const std::string& kind, const std::string& id, const Listing* tried,
                      const std::string& reason) const;
};

namespace {

Component component_of(const std::shared_ptr<const Library>& library, const basso_component* table) {
  return {table, library->path(), library->hash(), library};
}

std::vector<std::string> ids_of(const std::vector<Listing>& listings, const std::string& kind) {
  std::set<std::string> ids;
  for (const Listing& listing : listings)
    if (listing.kind == kind && listing.refused.empty()) ids.insert(listing.id);
  return {ids.begin(), ids.end()};
}

std::string searched(const std::vector<fs::path>& folders) {
  std::string text = "\n  searched, in this order:";
  for (const fs::path& folder : folders) {
    std::error_code error;
    const bool exists = fs::is_directory(folder, error);
    text += fmt::format("\n    {}{}", folder.string(), exists ? "" : " (no such folder)");
  }
  return folders.empty() ? "\n  no folder was searched" : text;
}

constexpr const char* elsewhere =
    "\n  where it lies in another folder, name that: --plugin-dir FOLDER, or BASSO_PLUGIN_PATH";

std::string did_you_mean(const std::string& near) {
  return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

}  // namespace

// `tried` is the candidate that was chosen and failed with `reason`, or null.
std::string Catalogue::State::explain(const std::string& kind, const std::string& id, const Listing* tried,
                                      const std::string& reason) const {
  std::string candidates, others;
  for (const Listing& listing : found) {
    const std::string& why = &listing == tried ? reason : listing.refused;
    if (listing.kind == kind && listing.id == id)
      candidates += fmt::format("\n    {}: {}", listing.library.string(),
                                !why.empty()       ? why
                                : listing.shadowed ? "shadowed by an earlier folder"
                                                   : "usable");
    else if (listing.kind.empty())
      others += fmt::format("\n    {}: {}", listing.library.string(), why);
  }
  if (!candidates.empty())
    return fmt::format("the plugin {}/{} cannot be used{}\n  found:{}", kind, id, searched(folders),
                       candidates);
  std::vector<std::string> known = ids_of(found, kind);
  for (const Component& component : own)
    if (component.kind() == kind) known.push_back(component.id());
  const std::string near = plugin::nearest(id, known);
  std::string text =
      fmt::format("there is no plugin {}/{}{}{}", kind, id, did_you_mean(near), searched(folders));
  if (!others.empty()) text += "\n  refused there:" + others;
  text += elsewhere;
  if (near.empty() && !known.empty()) text += fmt::format("\n  known {}s: {}", kind, fmt::join(known, ", "));
  return text;
}

Catalogue::Catalogue(std::vector<fs::path> folders) : state_(std::make_unique<State>()) {
  state_->folders = std::move(folders);
  state_->found = plugin::scan(state_->folders);
}

Catalogue::~Catalogue() = default;
Catalogue::Catalogue(Catalogue&&) noexcept = default;

void Catalogue::add(const basso_entry& entry) {
  if (const std::string problem = plugin::entry_problem(&entry); !problem.empty())
    throw Error(Exit::plugin, "the entry that the program adds cannot be used: " + problem);
  for (const basso_component* table : plugin::usable_components(entry)) {
    const Component component(table, {}, "", nullptr);
    if (state_->own_component(component.kind(), component.id()))
      throw Error(Exit::plugin,
                  fmt::format("the program adds {}/{} twice", component.kind(), component.id()));
    state_->own.push_back(component);
  }
}

std::vector<Listing> Catalogue::list() const {
  std::vector<Listing> listings;
  for (const Component& component : state_->own) {
    const std::string kind = component.table().kind;
    listings.push_back(Listing{component.kind(),
                               component.id(),
                               kind.substr(kind.find('/') + 1),
                               BASSO_ABI_TEXT,
                               {},
                               {},
                               false,
                               ""});
  }
  for (Listing listing : state_->found) {
    listing.shadowed = listing.shadowed || state_->own_component(listing.kind, listing.id);
    listings.push_back(std::move(listing));
  }
  return listings;
}

Component Catalogue::require(const std::string& kind, const std::string& id) const {
  if (const Component* own = state_->own_component(kind, id)) return *own;
  const auto chosen = std::find_if(state_->found.begin(), state_->found.end(), [&](const Listing& listing) {
    return listing.kind == kind && listing.id == id && !listing.shadowed;
  });
  if (chosen == state_->found.end()) throw Error(Exit::plugin, state_->explain(kind, id, nullptr, ""));
  std::string reason = chosen->refused;
  if (reason.empty()) {
    try {
      const auto library = state_->open(chosen->library);
      for (const basso_component* table : library->components())
        if (plugin::kind_word(table->kind) == kind && id == table->id) return component_of(library, table);
      reason = "the file has changed since it was scanned";
    } catch (const Error& error) {
      reason = error.what();
    }
  }
  throw Error(Exit::plugin, state_->explain(kind, id, &*chosen, reason));
}

Component Catalogue::resolve(const std::string& name) const {
  const std::size_t slash = name.find('/');
  const std::string kind = name.substr(0, slash);
  if (slash != std::string::npos && plugin::find_kind(kind)) return require(kind, name.substr(slash + 1));
  if (slash != std::string::npos || fs::path(name).extension() == ".so") {
    const std::vector<Component> components = load(name);
    if (components.size() == 1) return components.front();
    std::vector<std::string> names;
    for (const Component& component : components) names.push_back(component.kind() + "/" + component.id());
    throw Error(Exit::usage, fmt::format("{} holds {} components ({}): name one of them", name,
                                         components.size(), fmt::join(names, ", ")));
  }
  std::set<std::string> kinds, known;
  for (const Listing& listing : list()) {
    if (listing.id == name) kinds.insert(listing.kind);
    if (listing.refused.empty()) known.insert(listing.id);
  }
  if (kinds.size() == 1) return require(*kinds.begin(), name);
  if (kinds.size() > 1)
    throw Error(Exit::usage, fmt::format("'{0}' is the id of several plugins: say {1}/{0}", name,
                                         fmt::join(kinds, fmt::format("/{} or ", name))));
  const std::string near = plugin::nearest(name, {known.begin(), known.end()});
  throw Error(Exit::plugin, fmt::format("there is no plugin '{}'{}{}{}", name, did_you_mean(near),
                                        searched(state_->folders), elsewhere));
}

std::vector<Component> Catalogue::load(const fs::path& path) const {
  try {
    const auto library = state_->open(path);
    std::vector<Component> components;
    for (const basso_component* table : library->components())
      components.push_back(component_of(library, table));
    return components;
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}: {}", path.string(), error.what()));
  }
}

}  // namespace basso
