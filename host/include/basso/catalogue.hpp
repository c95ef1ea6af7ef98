// The plugins that are within reach: where they are looked for, what was found, and one component by kind and
// id.
#pragma once

#include <basso/abi.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace basso {

// One component found on the search path, or one library that was refused. Nothing of it has been run.
struct Listing {
  std::string kind;  // "activation", "target", "probe" (without the revision); empty for a refused library
  std::string id;
  std::string revision;           // "1" of "activation/1"
  std::string abi;                // "1.0" from the note
  std::filesystem::path library;  // empty for a component of the embedding program
  std::filesystem::path folder;   // the search folder it was found in
  bool shadowed = false;          // an earlier folder has the same kind and id
  std::string refused;            // why it cannot be used; empty when it can
};

// A loaded component; keeps its library mapped. Cheap to copy.
class Component {
 public:
  Component(const basso_component* table, std::filesystem::path library, std::string library_hash,
            std::shared_ptr<const void> keep)
      : table_(table), library_(std::move(library)), hash_(std::move(library_hash)), keep_(std::move(keep)) {}
  const basso_component& table() const { return *table_; }
  std::string kind() const;  // without the revision
  std::string id() const { return table_->id; }
  const std::filesystem::path& library() const { return library_; }  // empty: of the embedding program
  const std::string& library_hash() const { return hash_; }          // XXH3-128 of the file, hexadecimal
  // The optional table of that name, or nullptr.
  const void* extension(const std::string& name) const;

 private:
  const basso_component* table_;
  std::filesystem::path library_;
  std::string hash_;
  std::shared_ptr<const void> keep_;
};

// Folders in the order in which they are searched; an earlier one wins.
std::vector<std::filesystem::path> plugin_search_path(const std::vector<std::filesystem::path>& first = {});

// Thread-safe after construction.
class Catalogue {
 public:
  explicit Catalogue(std::vector<std::filesystem::path> folders);
  ~Catalogue();
  Catalogue(Catalogue&&) noexcept;
  // Adds the components of an entry that the embedding program defines; they win over every folder.
  void add(const basso_entry& entry);
  std::vector<Listing> list() const;
  // Loads the component where needed. `kind` without its revision. Throws Error(Exit::plugin) that lists
  // every folder searched, why each candidate was refused, and the nearest known ids.
  Component require(const std::string& kind, const std::string& id) const;
  // "kind/id", a bare id that is unique, or the path of a library with one component. Same errors; an
  // ambiguous id is Error(Exit::usage).
  Component resolve(const std::string& name) const;
  // Loads a library by path without searching.
  std::vector<Component> load(const std::filesystem::path& library) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace basso
