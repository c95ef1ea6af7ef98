// dlopen with all symbols bound and local, dlclose at the end.
#include "check/mapping.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include "basso/error.hpp"
#include "plugin/accept.hpp"

namespace basso::check {

Mapping::Mapping(const std::filesystem::path& file) : handle_(dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)) {
  if (!handle_) throw Error(Exit::plugin, fmt::format("the system's loader says: {}", dlerror()));
}

Mapping::~Mapping() { dlclose(handle_); }

const basso_entry* Mapping::entry() const {
  const auto function = reinterpret_cast<basso_entry_function>(dlsym(handle_, BASSO_ENTRY_SYMBOL));
  if (!function)
    throw Error(Exit::plugin, "it exports no function " BASSO_ENTRY_SYMBOL " (BASSO_LIBRARY defines it)");
  return function();
}

const basso_component& Mapping::component(const std::string& kind, const std::string& id) const {
  const basso_entry* table = entry();
  for (std::uint32_t i = 0; i < table->component_count; ++i)
    if (plugin::kind_word(table->components[i]->kind) == kind && id == table->components[i]->id)
      return *table->components[i];
  throw Error(Exit::plugin, fmt::format("its component table has no {}/{}", kind, id));
}

}  // namespace basso::check
