// basso plugin new: writes a complete folder for a first plugin from the templates: source, build, test,
// README and an experiment that runs it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "cli/templates.hpp"
#include "cli/verbs.hpp"

namespace basso::cli {
namespace {

namespace fs = std::filesystem;

struct File {
  std::string from;  // below sdk/templates/
  std::string to;    // in the new folder
};

bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

[[noreturn]] void refuse(const std::string& message) { throw Error(Exit::usage, message); }

void check_name(const std::string& name, const std::string& language) {
  const bool letters =
      std::all_of(name.begin(), name.end(), [](char c) { return lower(c) || digit(c) || c == '-'; });
  if (name.empty() || name.size() > 64 || !letters || !lower(name.front()) || name.back() == '-')
    refuse(
        fmt::format("'{}' is no name for a plugin: use lower case letters, digits and hyphens, at most 64, "
                    "beginning with a letter and not ending with a hyphen, such as my-sine",
                    name));
  static const std::array<std::string, 6> reserved = {"all", "clean", "help", "install", "package", "test"};
  if (std::find(reserved.begin(), reserved.end(), name) != reserved.end())
    refuse(fmt::format("the name '{}' is CMake's own: choose another, such as my-{}", name, name));
  if (language == "rust" && name == "basso")
    refuse("the name 'basso' is taken, since basso.rs holds the ABI: choose another, such as my-basso");
}

void check_kind_and_language(const std::string& kind, const std::string& language) {
  if (kind != "activation" && kind != "target" && kind != "probe")
    refuse(fmt::format("there is no kind of plugin named '{}': expected activation, target or probe", kind));
  if (language != "c" && language != "cpp" && language != "rust")
    refuse(
        fmt::format("there is no template in '{}': --lang takes c, cpp, or rust for activations", language));
  if (language == "rust" && kind != "activation")
    refuse(fmt::format("there is no template for a {} in Rust: take --lang c or --lang cpp", kind));
}

std::vector<File> files(const std::string& kind, const std::string& language, const std::string& name) {
  if (language == "rust")
    return {{"rust/plugin.rs", name + ".rs"},
            {"rust/basso.rs", "basso.rs"},
            {"rust/basso_math.rs", "basso_math.rs"},
            {"rust/test.rs", name + "-test.rs"},
            {"rust/host.rs", "tests/host.rs"},
            {"rust/Cargo.toml", "Cargo.toml"},
            {"activation/experiment.toml", name + ".toml"},
            {"rust/README.md", "README.md"}};
  return {{kind + "/plugin." + language, name + "." + language},
          {kind + "/test.c", name + "-test." + language},
          {kind + "/experiment.toml", name + ".toml"},
          {kind + "/README.md", "README.md"},
          {"cmake/CMakeLists.txt", "CMakeLists.txt"},
          {"cmake/CMakePresets.json", "CMakePresets.json"}};
}

// The folder above bin/: where CMake finds the package that belongs to this program, built or installed.
std::string prefix() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path().parent_path().string();
}

std::string filled_in(std::string text, const PluginNewArguments& arguments) {
  std::string crate = arguments.name;
  std::replace(crate.begin(), crate.end(), '-', '_');
  const bool rust = arguments.language == "rust", c = arguments.language == "c";
  const std::pair<std::string, std::string> values[] = {{"@ID@", arguments.name},
                                                        {"@CRATE@", crate},
                                                        {"@EXTENSION@", arguments.language},
                                                        {"@LANGUAGE@", c ? "C" : "CXX"},
                                                        {"@STANDARD@", c ? "11" : "17"},
                                                        {"@PREFIX@", prefix()},
                                                        {"@BUILD@", rust ? "target/release" : "build"}};
  for (const auto& [mark, value] : values)
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size())
      text.replace(at, mark.size(), value);
  return text;
}

void write(const fs::path& file, const std::string& text) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush())
    refuse(fmt::format("{}: cannot be written; is there room and a right to?", file.string()));
}

// A plugin with this name may be wanted, to replace one: so this is said, not refused.
void say_if_known(const PluginNewArguments& arguments) {
  const Catalogue catalogue(plugin_search_path());
  for (const Listing& known : catalogue.list())
    if (known.kind == arguments.kind && known.id == arguments.name && known.refused.empty())
      fmt::print(stderr,
                 "basso: note: there is a plugin {}/{} already, {}; --plugin-dir makes the new one win\n",
                 known.kind, known.id, known.library.string());
}

}  // namespace

int plugin_new(const PluginNewArguments& arguments) {
  check_kind_and_language(arguments.kind, arguments.language);
  check_name(arguments.name, arguments.language);
  const fs::path folder = arguments.parent / arguments.name;
  std::error_code error;
  if (fs::exists(fs::symlink_status(folder, error)))
    refuse(fmt::format("{}: exists already; nothing was written. Choose another name or --dir, or remove it",
                       folder.string()));
  say_if_known(arguments);
  for (const File& file : files(arguments.kind, arguments.language, arguments.name))
    write(folder / file.to, filled_in(std::string(template_text(file.from)), arguments));
  const char* command =
      arguments.language == "rust" ? "cargo test --release" : "cmake --workflow --preset default";
  fmt::print(stderr, "Build and test it: cd {} && {}\nRead {} for the rest.\n", folder.string(), command,
             (folder / "README.md").string());
  fmt::print("{}\n", folder.string());
  return 0;
}

}  // namespace basso::cli
