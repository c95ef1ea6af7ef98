// Loading through Boost.DLL: all symbols bound at load, none shared with other libraries, the loader's own
// text kept as the reason of a refusal.
#include "plugin/library.hpp"

#include <vector>
// Boost.DLL 1.74 needs <vector> before it and uses std::filesystem with this macro.
#define BOOST_DLL_USE_STD_FS
#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/dll/shared_library.hpp>

#include "basso/error.hpp"
#include "data/hash.hpp"
#include "plugin/calls.hpp"
#include "plugin/entry_check.hpp"
#include "plugin/float_environment.hpp"

namespace basso::plugin {
namespace {

// "boost::dll::shared_library::load() failed (dlerror system message: TEXT): Bad file descriptor" -> TEXT
std::string loader_text(const std::string& message) {
  static const std::string before = "dlerror system message: ", after = "): ";
  const std::size_t begin = message.find(before);
  if (begin == std::string::npos) return message;
  const std::size_t start = begin + before.size(), end = message.rfind(after);
  return message.substr(start, end == std::string::npos || end < start ? end : end - start);
}

const PluginCall* call_of(const std::filesystem::path& library, const char* what) {
  return known_call("plugin " + library.string(), library.string(), what, Exit::plugin);
}

boost::dll::shared_library map_library(const std::filesystem::path& path) {
  const FloatEnvironment environment;
  boost::dll::shared_library library;
  std::string failure;
  try {
    library.load(path, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (const std::exception& error) {
    failure = loader_text(error.what());
  }
  const std::string changed = environment.restored();
  if (!failure.empty()) throw Error(Exit::plugin, "the system's loader says: " + failure);
  if (!changed.empty())
    throw Error(Exit::plugin, "when it was loaded, " + changed + ": rebuild it without -ffast-math");
  return library;
}

}  // namespace

struct Library::Handle {
  boost::dll::shared_library library;
};

std::string file_problem(const std::filesystem::path& library) {
  struct stat status {};
  if (stat(library.c_str(), &status) != 0) return "there is no such file, or it cannot be read";
  if ((status.st_mode & S_IWOTH) != 0)
    return fmt::format("everybody may write to it: run `chmod o-w {}` if you trust it", library.string());
  return "";
}

std::shared_ptr<const Library> Library::open(const std::filesystem::path& path) {
  if (const std::string problem = file_problem(path); !problem.empty()) throw Error(Exit::plugin, problem);
  const Notes notes = read_notes(path);
  if (!notes.problem.empty()) throw Error(Exit::plugin, notes.problem);
  const Note& first = notes.notes.front();
  if (const std::string problem = version_problem(first.abi_major, first.abi_minor); !problem.empty())
    throw Error(Exit::plugin, problem);
  const CallScope loading(call_of(path, "loading"));
  auto handle = std::make_unique<Handle>();
  handle->library = map_library(std::filesystem::absolute(path));
  if (!handle->library.has(BASSO_ENTRY_SYMBOL))
    throw Error(Exit::plugin, "it exports no symbol " BASSO_ENTRY_SYMBOL " (BASSO_LIBRARY defines it)");
  const FloatEnvironment environment;
  const basso_entry* entry = handle->library.get<const basso_entry*()>(BASSO_ENTRY_SYMBOL)();
  environment.restored();
  if (const std::string problem = entry_problem(entry); !problem.empty()) throw Error(Exit::plugin, problem);
  if (const std::string problem = note_problem(*entry, notes.notes); !problem.empty())
    throw Error(Exit::plugin, problem);
  std::shared_ptr<Library> library(new Library(path, std::move(handle)));
  library->components_ = usable_components(*entry);
  library->hash_ = data::hash_file(path);
  return library;
}

Library::Library(std::filesystem::path path, std::unique_ptr<Handle> handle)
    : path_(std::move(path)), handle_(std::move(handle)) {}

Library::~Library() {
  const CallScope unloading(call_of(path_, "unloading"));
  handle_.reset();
}

}  // namespace basso::plugin
