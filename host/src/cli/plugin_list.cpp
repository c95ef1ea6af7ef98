// basso plugin list: every component on the search path, and what was refused.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "basso/catalogue.hpp"
#include "cli/terminal.hpp"
#include "cli/verbs.hpp"

namespace basso::cli {
namespace {

std::string note(const Listing& listing) {
  if (!listing.refused.empty()) return "refused: " + listing.refused;
  return listing.shadowed ? "shadowed by an earlier folder" : "";
}

std::string as_json(const std::vector<Listing>& listings) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Listing& listing : listings) {
    list.push_back({{"kind", listing.kind},
                    {"id", listing.id},
                    {"revision", listing.revision},
                    {"abi", listing.abi},
                    {"library", listing.library.string()},
                    {"folder", listing.folder.string()},
                    {"shadowed", listing.shadowed},
                    {"refused", listing.refused}});
  }
  return list.dump(2);
}

}  // namespace

int plugin_list(const PluginListArguments& arguments) {
  const Catalogue catalogue(plugin_search_path(arguments.search.plugin_dirs));
  std::vector<Listing> listings = catalogue.list();
  // By kind and id; of one name the order of the search stays, refused libraries come last.
  std::stable_sort(listings.begin(), listings.end(), [](const Listing& a, const Listing& b) {
    return std::tuple(a.kind.empty(), a.kind, a.id) < std::tuple(b.kind.empty(), b.kind, b.id);
  });
  if (arguments.json) {
    fmt::print("{}\n", as_json(listings));
    return 0;
  }
  std::vector<std::vector<std::string>> rows{{"kind", "id", "ABI", "library", ""}};
  for (const Listing& listing : listings) {
    rows.push_back({listing.kind.empty() ? "–" : listing.kind, listing.id.empty() ? "–" : listing.id,
                    listing.abi.empty() ? "–" : listing.abi, listing.library.string(),
                    coloured(note(listing), Colour::yellow)});
  }
  fmt::print("{}", columns(rows));
  return 0;
}

}  // namespace basso::cli
