// The folders in which plugins are looked for, in order: given ones, BASSO_PLUGIN_PATH, the user's data
// directory, beside the binary, beside the library (for a program that embeds it), the installed folder.
#include <dlfcn.h>

#include <cstdlib>
#include <string>
#include <system_error>

#include "basso/catalogue.hpp"

namespace basso {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

fs::path user_data_directory() {
  const fs::path given = environment("XDG_DATA_HOME");
  if (given.is_absolute()) return given;  // the XDG specification has relative ones ignored
  const fs::path home = environment("HOME");
  return home.is_absolute() ? home / ".local" / "share" : fs::path();
}

// The file that this code was loaded from: libbasso, or the program that it is linked into.
fs::path own_library() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&plugin_search_path), &info) == 0 || !info.dli_fname) return {};
  std::error_code error;
  return fs::canonical(info.dli_fname, error);
}

class SearchPath {
 public:
  void add(const fs::path& folder) {
    if (folder.empty()) return;
    std::error_code error;
    fs::path absolute = fs::absolute(folder, error).lexically_normal();
    if (!absolute.has_filename()) absolute = absolute.parent_path();  // without a slash at the end
    for (const fs::path& known : folders_)
      if (known == absolute || fs::equivalent(known, absolute, error)) return;
    folders_.push_back(absolute);
  }
  void add_list(const std::string& list) {
    std::size_t begin = 0;
    while (begin <= list.size()) {
      const std::size_t end = std::min(list.find(':', begin), list.size());
      add(list.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  std::vector<fs::path> folders() && { return std::move(folders_); }

 private:
  std::vector<fs::path> folders_;
};

}  // namespace

std::vector<fs::path> plugin_search_path(const std::vector<fs::path>& first) {
  SearchPath path;
  for (const fs::path& folder : first) path.add(folder);
  path.add_list(environment("BASSO_PLUGIN_PATH"));
  if (const fs::path user = user_data_directory(); !user.empty()) path.add(user / "basso" / "plugins");
  std::error_code error;
  if (const fs::path binary = fs::read_symlink("/proc/self/exe", error); !binary.empty()) {
    path.add(binary.parent_path().parent_path() / "lib" / "basso" / "plugins");
    path.add(binary.parent_path() / "plugins");
  }
  if (const fs::path library = own_library(); !library.empty())
    path.add(library.parent_path() / "basso" / "plugins");
  path.add(BASSO_INSTALLED_PLUGINS);
  return std::move(path).folders();
}

}  // namespace basso
