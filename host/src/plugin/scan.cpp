// Scanning the search folders: which library holds what, which of two wins, and what is refused.
#include "plugin/scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <system_error>

#include "plugin/elf_note.hpp"
#include "plugin/entry_check.hpp"
#include "plugin/library.hpp"

namespace basso::plugin {
namespace {

namespace fs = std::filesystem;

// The folder's *.so files by name; a second name of the same file (a link) is left out.
std::vector<fs::path> libraries_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->path().extension() == ".so" && !at->is_directory(ignored)) files.push_back(at->path());
  }
  std::sort(files.begin(), files.end());
  std::set<fs::path> seen;
  std::erase_if(files, [&](const fs::path& file) {
    const fs::path real = fs::canonical(file, error);
    return !error && !seen.insert(real).second;
  });
  return files;
}

Listing listing_of(const Note& note, const fs::path& library, const std::string& file_reason) {
  Listing listing;
  listing.kind = note.kind;
  listing.id = note.id;
  listing.revision = note.revision;
  listing.abi = note.abi();
  listing.library = library;
  listing.folder = library.parent_path();
  listing.refused = file_reason;
  if (listing.refused.empty()) listing.refused = version_problem(note.abi_major, note.abi_minor);
  if (listing.refused.empty())
    listing.refused = with_versions(kind_problem(note.kind, note.revision), note.abi_major, note.abi_minor);
  return listing;
}

// One listing for each kind and id of the library: its highest revision that can be used.
std::vector<Listing> scan_library(const fs::path& library) {
  const std::string file_reason = file_problem(library);
  const Notes notes = read_notes(library);
  if (!notes.problem.empty()) {
    Listing listing;
    listing.library = library;
    listing.folder = library.parent_path();
    listing.refused = file_reason.empty() ? notes.problem : file_reason;
    return {listing};
  }
  std::vector<Listing> listings;
  std::set<std::string> seen;
  for (const Note& note : notes.notes) {
    Listing fresh = listing_of(note, library, file_reason);
    if (!seen.insert(note.kind_and_revision() + " " + note.id).second)
      fresh.refused = fmt::format("the library has two notes for {} {}", note.kind, note.id);
    const auto twin = std::find_if(listings.begin(), listings.end(), [&](const Listing& other) {
      return other.kind == fresh.kind && other.id == fresh.id;
    });
    if (twin == listings.end()) {
      listings.push_back(fresh);
    } else if (twin->revision == fresh.revision || !twin->refused.empty() ||
               (fresh.refused.empty() && fresh.revision.size() >= twin->revision.size() &&
                fresh.revision > twin->revision)) {
      *twin = fresh;
    }
  }
  return listings;
}

void refuse_twins(std::vector<Listing>& in_one_folder) {
  std::map<std::string, std::vector<Listing*>> groups;
  for (Listing& listing : in_one_folder)
    if (!listing.kind.empty()) groups[listing.kind + "/" + listing.id].push_back(&listing);
  for (auto& [name, group] : groups) {
    if (group.size() < 2) continue;
    std::string files;
    for (const Listing* listing : group)
      files += (files.empty() ? "" : ", ") + listing->library.filename().string();
    for (Listing* listing : group)
      listing->refused = fmt::format("{} libraries in {} hold {}: {}; remove all but one", group.size(),
                                     listing->folder.string(), name, files);
  }
}

}  // namespace

std::vector<Listing> scan(const std::vector<fs::path>& folders) {
  std::vector<Listing> all;
  std::set<std::string> taken;
  for (const fs::path& folder : folders) {
    std::vector<Listing> found;
    for (const fs::path& library : libraries_in(folder))
      for (Listing& listing : scan_library(library)) found.push_back(std::move(listing));
    refuse_twins(found);
    for (Listing& listing : found) {
      listing.folder = folder;
      listing.shadowed = !listing.kind.empty() && taken.count(listing.kind + "/" + listing.id) > 0;
    }
    for (const Listing& listing : found)
      if (!listing.kind.empty()) taken.insert(listing.kind + "/" + listing.id);
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

}  // namespace basso::plugin
