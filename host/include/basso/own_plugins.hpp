// Plugins that the embedding program itself defines, with the SDK's macros, in as many files as it likes:
//   catalogue.add(basso::OwnPlugins{&wobble, &largest});
#pragma once

#include <basso/abi.h>

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <vector>

namespace basso {

// The components must live as long as the catalogue that they are added to; this object need not.
class OwnPlugins {
 public:
  OwnPlugins(std::initializer_list<const basso_component*> components) : components_(components) {
    std::memcpy(entry_.magic, BASSO_MAGIC, sizeof(entry_.magic));
    entry_.size = sizeof(basso_entry);
    entry_.abi_major = BASSO_ABI_MAJOR;
    entry_.abi_minor = BASSO_ABI_MINOR;
    entry_.component_count = static_cast<std::uint32_t>(components_.size());
    entry_.components = components_.data();
  }
  OwnPlugins(const OwnPlugins&) = delete;
  OwnPlugins& operator=(const OwnPlugins&) = delete;
  operator const basso_entry&() const { return entry_; }

 private:
  std::vector<const basso_component*> components_;
  basso_entry entry_{};
};

}  // namespace basso
