// basso plugin list: every component on the search path by kind and id, with what it is, and what was
// refused. Each plugin speaks in a process of its own: one that crashes when it is loaded must not hide the
// others.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <tuple>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "cli/crash.hpp"
#include "cli/description.hpp"
#include "cli/terminal.hpp"
#include "cli/verbs.hpp"

namespace basso::cli {
namespace {

using Json = nlohmann::ordered_json;
constexpr unsigned kSeconds = 10;  // a plugin that takes longer to be loaded hangs

// The child's part: writes the description, or {"refused": …}, and ends.
[[noreturn]] void describe(const Catalogue& catalogue, const std::string& name, int writer) {
  expect_exit();
  close(STDERR_FILENO);  // the list says it in one line
  alarm(kSeconds);
  Json json;
  try {
    json = description(catalogue.resolve(name));
  } catch (const Error& error) {
    json["refused"] = error.what();
  }
  const std::string text = json.dump();
  const bool written = write(writer, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  _exit(written ? 0 : 1);
}

Json described(const Catalogue& catalogue, const std::string& name) {
  int ends[2];
  if (pipe(ends) != 0) throw Error(Exit::run_failed, fmt::format("plugin list: {}", std::strerror(errno)));
  const pid_t child = fork();
  if (child < 0) throw Error(Exit::run_failed, fmt::format("plugin list: {}", std::strerror(errno)));
  if (child == 0) describe(catalogue, name, ends[1]);
  close(ends[1]);
  std::string text;
  std::array<char, 4096> part;
  for (ssize_t n; (n = read(ends[0], part.data(), part.size())) != 0;) {
    if (n > 0) text.append(part.data(), static_cast<std::size_t>(n));
    if (n < 0 && errno != EINTR) break;
  }
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const Json json = Json::parse(text, nullptr, false);
  if (status == 0 && json.is_object()) return json;
  return {{"refused", "it ends the process that loads it; basso plugin check " + name + " finds why"}};
}

// All that is known of each: what the search found, then what the plugin says of itself.
Json entries(const Catalogue& catalogue, const std::vector<Listing>& listings) {
  Json list = Json::array();
  for (const Listing& listing : listings) {
    Json entry{{"kind", listing.kind},
               {"id", listing.id},
               {"revision", listing.revision},
               {"abi", listing.abi},
               {"library", listing.library.string()},
               {"folder", listing.folder.string()},
               {"shadowed", listing.shadowed},
               {"refused", listing.refused}};
    if (listing.refused.empty() && !listing.shadowed)
      entry.update(described(catalogue, listing.kind + "/" + listing.id));
    list.push_back(entry);
  }
  return list;
}

std::string note(const Json& entry) {
  const auto& library = entry["library"].get_ref<const std::string&>();
  if (entry["refused"] != "")
    return fmt::format("refused: {} ({})", entry["refused"].get<std::string>(), library);
  if (entry["shadowed"] == true) return fmt::format("shadowed by an earlier folder ({})", library);
  return "";
}

// One block for each kind, one line for each plugin.
std::string as_text(const Json& list) {
  std::size_t width = 0;
  for (const Json& entry : list) width = std::max(width, entry["id"].get_ref<const std::string&>().size());
  std::string text, kind;
  for (const Json& entry : list) {
    if (entry["kind"] != kind || text.empty()) {
      kind = entry["kind"].get<std::string>();
      text +=
          (text.empty() ? "" : "\n") + coloured(kind.empty() ? "refused" : kind + "s", Colour::bold) + "\n";
    }
    const std::string remark = note(entry);
    text += fmt::format("  {:<{}}  {}\n", entry["id"].get<std::string>(), width,
                        remark.empty() ? entry.value("summary", "") : coloured(remark, Colour::yellow));
  }
  return text;
}

}  // namespace

int plugin_list(const PluginListArguments& arguments) {
  const Catalogue catalogue(plugin_search_path(arguments.search.plugin_dirs));
  std::vector<Listing> listings = catalogue.list();
  // By kind and id; of one name the order of the search stays, refused libraries come last.
  std::stable_sort(listings.begin(), listings.end(), [](const Listing& a, const Listing& b) {
    return std::tuple(a.kind.empty(), a.kind, a.id) < std::tuple(b.kind.empty(), b.kind, b.id);
  });
  const Json list = entries(catalogue, listings);
  fmt::print("{}", arguments.json ? list.dump(2) + "\n" : as_text(list));
  return 0;
}

}  // namespace basso::cli
