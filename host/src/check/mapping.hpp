// A library mapped as the host maps it, but without the host's judgement: for checks of what the host would
// refuse.
#pragma once

#include <basso/abi.h>

#include <filesystem>
#include <string>

namespace basso::check {

class Mapping {
 public:
  // Throws Error(Exit::plugin) with the loader's words.
  explicit Mapping(const std::filesystem::path& file);
  ~Mapping();
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  // What its entry function returns. Throws Error(Exit::plugin) where it exports none.
  const basso_entry* entry() const;
  // Of the entry's table. Throws Error(Exit::plugin) where it is not there.
  const basso_component& component(const std::string& kind, const std::string& id) const;

 private:
  void* handle_;
};

}  // namespace basso::check
