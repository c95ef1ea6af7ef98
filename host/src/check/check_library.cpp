// Family "library": the file as the loader sees it, before any component is looked at. ABI rules:
// docs/abi.md, "One library".
#include <dlfcn.h>
#include <elf.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <optional>
#include <set>

#include "basso/error.hpp"
#include "check/check.hpp"
#include "check/elf_symbols.hpp"
#include "check/forbidden.hpp"
#include "check/mapping.hpp"
#include "plugin/elf_note.hpp"
#include "plugin/entry_check.hpp"
#include "plugin/float_environment.hpp"
#include "plugin/library.hpp"

namespace basso::check {
namespace {

namespace fs = std::filesystem;

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t most = 8;
  if (names.size() <= most) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more", fmt::join(names.begin(), names.begin() + most, ", "),
                     names.size() - most);
}

Finding writable(Context& context) { return plugin::file_problem(context.library()); }

Finding notes(Context& context) {
  const plugin::Notes found = plugin::read_notes(context.library());
  if (!found.problem.empty()) return found.problem;
  std::set<std::string> names;
  for (const plugin::Note& note : found.notes)
    if (!names.insert(note.kind_and_revision() + " " + note.id).second)
      return fmt::format("it has two notes for {} {}; register each component once", note.kind, note.id);
  return passed;
}

Finding version(Context& context) {
  for (const plugin::Note& note : plugin::read_notes(context.library()).notes)
    if (const std::string problem = plugin::version_problem(note.abi_major, note.abi_minor); !problem.empty())
      return fmt::format("{}/{} was {}", note.kind, note.id, problem);
  return passed;
}

Finding kinds(Context& context) {
  for (const plugin::Note& note : plugin::read_notes(context.library()).notes) {
    const std::string problem = plugin::kind_problem(note.kind, note.revision);
    if (problem.empty()) continue;
    const std::string text = fmt::format("the component {} will never be used: {}", note.id, problem);
    if (note.abi_minor <= BASSO_ABI_MINOR) return text + "; is it misspelt?";
    context.remark(plugin::with_versions(text, note.abi_major, note.abi_minor));
  }
  return passed;
}

// Weak definitions of the C++ library are what a compiler leaves without a version script; the host's own
// copies may replace them, which is harmless.
bool of_standard_library(const std::string& name) {
  for (const char* start : {"_ZNSt", "_ZNKSt", "_ZZNSt", "_ZZNKSt", "_ZNSa", "_ZNKSa", "_ZnwmPv", "_ZdlPvS_",
                            "_ZSt", "_ZTISt", "_ZTSSt", "_ZTVSt", "_ZN9__gnu_cxx", "_ZNK9__gnu_cxx"})
    if (name.rfind(start, 0) == 0) return true;
  return false;
}

// Marks that linkers put at the ends of sections, and the initialisers of old start files.
bool of_linker(const std::string& name) {
  static const std::set<std::string> names = {"_init", "_fini", "_edata", "_end", "__bss_start", "__end__"};
  return names.count(name) > 0;
}

// What a build with sanitizers adds: calls of the runtime that the program brings, and type names of
// functions.
bool of_sanitizer([[maybe_unused]] const std::string& name) {
#if defined(BASSO_SANITIZED)
  for (const char* start : {"__asan_", "__ubsan_", "__sanitizer_", "_ZTIF", "_ZTSF"})
    if (name.rfind(start, 0) == 0) return true;
#endif
  return false;
}

// The first two, each cut to a few words: templates have names of several lines.
std::string shortened(const std::vector<std::string>& names) {
  constexpr std::size_t most = 16;
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(2, names.size()); ++i)
    text += (i == 0 ? "" : ", ") + (names[i].size() <= most ? names[i] : names[i].substr(0, most) + "…");
  return names.size() <= 2 ? text : text + ", …";
}

Finding exports(Context& context) {
  std::vector<std::string> extra, weak;
  bool entry = false;
  for (const Symbol& symbol : read_dynamic(context.library()).symbols) {
    if (!symbol.defined || of_linker(symbol.name) || of_sanitizer(symbol.name)) continue;
    if (symbol.name == BASSO_ENTRY_SYMBOL)
      entry = symbol.binding == STB_GLOBAL;
    else if (symbol.binding == STB_WEAK && of_standard_library(symbol.name))
      weak.push_back(symbol.readable());
    else if (symbol.binding != STB_GNU_UNIQUE)
      extra.push_back(symbol.readable());
  }
  if (!entry)
    return "it exports no strong symbol " BASSO_ENTRY_SYMBOL
           ": end the file with BASSO_LIBRARY(&component), and do not strip the dynamic symbols";
  if (!extra.empty())
    return fmt::format(
        "it exports {} besides " BASSO_ENTRY_SYMBOL
        ", so that another library's definition may take its place: make it static or put it into an unnamed "
        "namespace, or build with basso_add_plugin() or -fvisibility=hidden",
        listed(extra));
  if (!weak.empty())
    context.remark(fmt::format(
        "it exports {} weak symbol{} of the C++ library ({}).\n"
        "basso_add_plugin() hides them; so does a version script that keeps " BASSO_ENTRY_SYMBOL " alone",
        weak.size(), weak.size() == 1 ? "" : "s", shortened(weak)));
  return passed;
}

Finding unique(Context& context) {
  std::vector<std::string> names;
  for (const Symbol& symbol : read_dynamic(context.library()).symbols)
    if (symbol.defined && symbol.binding == STB_GNU_UNIQUE) names.push_back(symbol.readable());
  if (names.empty()) return passed;
  return fmt::format(
      "it defines {}, of which the loader keeps one for the whole process: a second build of the plugin "
      "would "
      "use the first one's, and the library would never be unloaded. Compile with -fno-gnu-unique, or make "
      "it "
      "static",
      listed(names));
}

Finding imports(Context& context) {
  std::string findings;
  for (const Symbol& symbol : read_dynamic(context.library()).symbols) {
    if (symbol.defined) continue;
    if (const char* reason = forbidden_import(symbol.name))
      findings += fmt::format("{}it uses {}: {}", findings.empty() ? "" : "\n", symbol.readable(), reason);
  }
  return findings;
}

Finding undefined(Context& context) {
  const DynamicPart part = read_dynamic(context.library());
  std::vector<std::string> libraries = part.needed;
  libraries.insert(libraries.end(), {"libc.so.6", "libm.so.6"});  // every host brings these two
  std::vector<void*> handles;
  for (const std::string& name : libraries) {
    if (name.rfind("libbasso", 0) == 0)
      return fmt::format(
          "it is linked to {} and would not load where the host is another build: do not link it, a "
          "plugin needs the SDK's headers only",
          name);
    void* handle = dlopen(name.c_str(), RTLD_LAZY | RTLD_LOCAL);
    if (!handle) return passed;  // library.load will give the loader's reason
    handles.push_back(handle);
  }
  std::vector<std::string> missing;
  for (const Symbol& symbol : part.symbols) {
    if (symbol.defined || symbol.binding == STB_WEAK || of_sanitizer(symbol.name)) continue;
    const auto has = [&](void* handle) { return dlsym(handle, symbol.name.c_str()) != nullptr; };
    if (std::none_of(handles.begin(), handles.end(), has)) missing.push_back(symbol.readable());
  }
  if (missing.empty()) return passed;
  return fmt::format(
      "{} is defined neither in it nor in a library that it names: link what defines it (-Wl,-z,defs shows "
      "such "
      "symbols at link time)",
      listed(missing));
}

Finding load(Context& context) {
  context.doing("loading the library (its constructors)");
  const Mapping mapping(context.library());
  context.doing("calling " BASSO_ENTRY_SYMBOL);
  return mapping.entry() ? passed
                         : "its entry function returned NULL; BASSO_LIBRARY defines one that does not";
}

Finding fast_math(Context& context) {
  const plugin::FloatEnvironment environment;
  const Mapping mapping(context.library());
  const std::string changed = environment.restored();
  if (changed.empty()) return passed;
  return fmt::format(
      "when it was loaded, {}: -ffast-math or -Ofast was given when it was linked. Build it without; it "
      "would "
      "change the results of every other part of the process",
      changed);
}

Finding entry(Context& context) {
  const Mapping mapping(context.library());
  return plugin::entry_head_problem(mapping.entry());
}

Finding match(Context& context) {
  const Mapping mapping(context.library());
  const basso_entry* table = mapping.entry();
  for (std::uint32_t i = 0; i < table->component_count; ++i) {
    const basso_component* component = table->components[i];
    if (!component || !component->kind || !component->id)
      return fmt::format("component {} is incomplete: define it with BASSO_COMPONENT or a macro over it", i);
  }
  const std::vector<plugin::Note> found = plugin::read_notes(context.library()).notes;
  if (const std::string problem = plugin::note_problem(*table, found); !problem.empty())
    return problem + ": list every component in BASSO_LIBRARY, and register none that is not listed";
  for (const plugin::Note& note : found)
    if (note.abi_major != table->abi_major || note.abi_minor != table->abi_minor)
      return fmt::format(
          "its note says ABI {}, its entry {}.{}: parts of it were compiled against two SDKs; build all of "
          "it anew",
          note.abi(), table->abi_major, table->abi_minor);
  return passed;
}

// What a library says about itself, as text; equal for two copies of one file.
std::string self_description(const basso_entry& entry) {
  std::string text;
  for (std::uint32_t i = 0; i < entry.component_count; ++i) {
    const basso_component& component = *entry.components[i];
    text += fmt::format("{} {} {}\n", component.kind, component.id, component.parameter_count);
  }
  return text;
}

bool lies_in(const void* address, const fs::path& file) {
  Dl_info info{};
  if (dladdr(address, &info) == 0 || !info.dli_fname) return false;
  std::error_code error;
  return fs::equivalent(info.dli_fname, file, error);
}

Finding copies(Context& context) {
  std::string pattern = (fs::temp_directory_path() / "basso-check-XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw NotApplicable("no folder for temporary files can be written");
  const fs::path folder = pattern;
  std::optional<Mapping> mappings[2];
  const basso_entry* entries[2] = {};
  Finding finding;
  for (int i = 0; i < 2 && finding.empty(); ++i) {
    const fs::path copy = folder / fmt::format("copy{}.so", i);
    fs::copy_file(context.library(), copy);
    context.doing(fmt::format("loading copy {} of 2", i + 1));
    try {
      mappings[i].emplace(copy);
      entries[i] = mappings[i]->entry();
    } catch (const Error& error) {
      finding = fmt::format("copy {} of 2 cannot be loaded in one process: {}", i + 1, error.what());
      break;
    }
    if (const std::string problem = plugin::entry_head_problem(entries[i]); !problem.empty())
      finding = fmt::format("copy {} of 2 in one process is broken: {}; is there writable global state?",
                            i + 1, problem);
    else if (!lies_in(entries[i], copy))
      finding = "its entry lies in another library of the process: two builds of it would show one table";
  }
  if (finding.empty() && self_description(*entries[0]) != self_description(*entries[1]))
    finding = "two copies in one process describe themselves differently: is there writable global state?";
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  return finding;
}

Finding unload(Context& context) {
  {
    Mapping mapping(context.library());
    mapping.entry();
    context.doing("unloading the library");
  }
  const std::string name = fs::canonical(context.library()).string();
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);)
    if (line.size() >= name.size() && line.compare(line.size() - name.size(), name.size(), name) == 0)
      return "it stays in memory after it was closed: it was linked with -z nodelete, or has thread-local "
             "objects with destructors, or opened itself. Leave that out: a rebuilt plugin could not be "
             "loaded again";
  return passed;
}

}  // namespace

const std::vector<Check>& library_checks() {
  constexpr Scope scope = Scope::library;
  static const std::vector<Check> checks = {
      {"library.writable", "Only its owner and group may write to the file.", {}, {}, scope, writable},
      {"library.notes",
       "ELF notes say which components it holds, without any code being run.",
       {},
       {},
       scope,
       notes},
      {"library.version",
       "It was built for the major version of this host's ABI.",
       {"library.notes"},
       {},
       scope,
       version},
      {"library.kinds",
       "Every component is of a kind that its version of the ABI has.",
       {"library.version"},
       {},
       scope,
       kinds},
      {"library.exports", "basso_plugin_entry is the only symbol that it exports.", {}, {}, scope, exports},
      {"library.unique", "No symbol is unique to the process (STB_GNU_UNIQUE).", {}, {}, scope, unique},
      {"library.imports",
       "It takes no function from the system that a plugin must not call.",
       {},
       {},
       scope,
       imports},
      {"library.undefined",
       "Every symbol that it lacks is in a library that it names.",
       {},
       {},
       scope,
       undefined},
      {"library.load",
       "It loads with all symbols bound, and its entry function returns.",
       {"library.writable", "library.notes", "library.exports", "library.undefined"},
       {},
       scope,
       load},
      {"library.fast-math",
       "Loading it leaves the floating-point environment as it was.",
       {"library.load"},
       {},
       scope,
       fast_math},
      {"library.entry",
       "Its entry has the magic, the ABI version and a component table.",
       {"library.load", "library.version"},
       {},
       scope,
       entry},
      {"library.match",
       "Notes and component table name the same components.",
       {"library.entry"},
       {},
       scope,
       match},
      {"library.copies",
       "Two copies of it in one process do not disturb each other.",
       {"library.match", "library.unique"},
       {},
       scope,
       copies},
      {"library.unload",
       "Closing it removes it from memory.",
       {"library.match", "library.unique"},
       {},
       scope,
       unload}};
  return checks;
}

}  // namespace basso::check
