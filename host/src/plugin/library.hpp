// A plugin library mapped into the process, checked, and unmapped with its last component.
#pragma once

#include <basso/abi.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace basso::plugin {

// Why the file may not be loaded, judged from the file alone; "" when it may.
std::string file_problem(const std::filesystem::path& library);

class Library {
 public:
  // Binds all symbols locally, restores the floating-point environment, checks entry and notes. Throws
  // Error(Exit::plugin) whose message is the reason alone: the caller names the file.
  static std::shared_ptr<const Library> open(const std::filesystem::path& path);
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  const std::filesystem::path& path() const { return path_; }
  const std::string& hash() const { return hash_; }  // XXH3-128 of the file, hexadecimal
  const std::vector<const basso_component*>& components() const { return components_; }

 private:
  struct Handle;
  Library(std::filesystem::path path, std::unique_ptr<Handle> handle);
  std::filesystem::path path_;
  std::unique_ptr<Handle> handle_;
  std::string hash_;
  std::vector<const basso_component*> components_;
};

}  // namespace basso::plugin
