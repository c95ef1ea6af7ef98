// basso::verify_run: the hashes of a run's manifest against what is there now.
#include "basso/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "basso/run.hpp"
#include "data/hash.hpp"
#include "data/search.hpp"
#include "nn/kernels.hpp"
#include "run/manifest.hpp"
#include "run/provenance.hpp"
#include "run/verify_series.hpp"

namespace basso {

namespace {

namespace fs = std::filesystem;

class Verifier {
 public:
  Verifier(const fs::path& directory, const Catalogue& catalogue, const VerifyOptions& options)
      : directory_(directory), catalogue_(catalogue), options_(options) {}

  Verification run() {
    if (!read()) return result_;
    result_.state = manifest_.state;
    result_.findings = verify_shapes(directory_);
    compare("config.resolved.toml", manifest_.config_hash);
    check_files();
    for (Verification::Finding& finding : verify_series(directory_, manifest_))
      if (!found(finding.file)) result_.findings.push_back(std::move(finding));
    if (!options_.record_only) {
      check_build();
      for (const StoredPlugin& plugin : manifest_.plugins) check_plugin(plugin);
      for (const FileHash& file : manifest_.data_files) check_data_file(file);
    }
    return result_;
  }

 private:
  bool read() {
    try {
      manifest_ = read_manifest(directory_);
      return true;
    } catch (const Error& error) {
      if (error.code() != Exit::data) throw;
      result_.findings.push_back(finding_of(error, directory_, "manifest.json"));
      result_.state = "unknown";
      return false;
    }
  }

  bool found(const std::string& file) const {
    return std::any_of(result_.findings.begin(), result_.findings.end(),
                       [&](const auto& finding) { return finding.file == file; });
  }

  void add(const std::string& file, const std::string& what) { result_.findings.push_back({file, what}); }

  // A file of the run directory.
  void compare(const std::string& file, const std::string& hash) {
    std::error_code failure;
    if (!fs::exists(directory_ / file, failure)) return add(file, "missing");
    try {
      const std::string now = data::hash_file(directory_ / file);
      ++result_.files;
      if (now != hash)
        add(file, fmt::format("not as the run left it: its XXH3-128 is {}, the manifest has {}", now, hash));
    } catch (const Error& error) {
      result_.findings.push_back(finding_of(error, directory_, file));
    }
  }

  void check_files() {
    if (manifest_.files.empty() && manifest_.state == "running") {
      const std::string end = silent_end(directory_);
      result_.notes.push_back((end.empty() ? "the run goes on" : end + "; " + way_on(directory_)) +
                              "; its series have no hashes before its end");
    } else if (manifest_.files.empty()) {
      add("manifest.json", fmt::format("has no hashes of its series, yet the run is {}", manifest_.state));
    }
    for (const FileHash& file : manifest_.files) {
      const fs::path path = fs::path(file.path).lexically_normal();
      if (path.is_absolute() || path.empty() || *path.begin() == "..") {
        add("manifest.json", fmt::format("names {}, which lies outside the run directory", file.path));
      } else if (file.path != "config.resolved.toml" && !found(file.path)) {
        compare(file.path, file.hash);
      }
    }
    if (!manifest_.files.empty()) check_all_hashed();
  }

  void check_all_hashed() {
    std::set<std::string> hashed{"config.resolved.toml"};
    for (const FileHash& file : manifest_.files) hashed.insert(file.path);
    try {
      for (const std::string& file : record_files(directory_))
        if (hashed.count(file) == 0 && !found(file)) add(file, "the manifest has no hash of it");
    } catch (const Error& error) {
      result_.findings.push_back(finding_of(error, directory_, "series"));
    }
  }

  void check_build() {
    const auto was = manifest_.origin.find("basso.hash");
    if (was != manifest_.origin.end() && was->second != build_hash())
      result_.notes.emplace_back(
          "this is another build of basso than the run's: running its configuration again may give other "
          "bytes");
    if (const std::string kernels = nn::kernels<float>().target; kernels != manifest_.kernels)
      result_.notes.push_back(fmt::format(
          "the run took the kernels for {}, this processor takes those for {}, which round otherwise",
          manifest_.kernels, kernels));
  }

  // One of these files is the one that the run read; where there is none, it cannot be compared.
  void check_one_of(const std::string& what, const std::vector<fs::path>& candidates,
                    const std::string& hash) {
    std::string first, first_hash;
    for (const fs::path& candidate : candidates) {
      std::error_code failure;
      if (!fs::is_regular_file(candidate, failure)) continue;
      const std::string now = data::hash_file(candidate);
      ++result_.files;
      if (now == hash) return;
      if (first.empty()) {
        first = candidate.string();
        first_hash = now;
      }
    }
    if (first.empty()) {
      result_.notes.push_back(what + " is not here to be compared");
    } else {
      add(first, fmt::format("is not {} that the run read: its XXH3-128 is {}, the manifest has {}", what,
                             first_hash, hash));
    }
  }

  void check_plugin(const StoredPlugin& plugin) {
    if (plugin.hash.empty()) {
      result_.notes.push_back("the plugin " + plugin.name + " was part of the program that made the run");
      return;
    }
    std::vector<fs::path> candidates{plugin.library};
    for (const Listing& listing : catalogue_.list()) {
      if (listing.kind + "/" + listing.id == plugin.name) candidates.push_back(listing.library);
    }
    check_one_of(fmt::format("the plugin {} {}", plugin.name, plugin.version), candidates, plugin.hash);
  }

  void check_data_file(const FileHash& file) {
    const fs::path path = file.path;
    std::vector<fs::path> candidates{path};
    std::vector<std::string> first;
    for (const fs::path& folder : options_.data_dirs) first.push_back(folder.string());
    for (const fs::path& folder : data::data_search_path(first))
      candidates.push_back(folder / path.parent_path().filename() / path.filename());
    check_one_of("the data file " + path.filename().string(), candidates, file.hash);
  }

  const fs::path& directory_;
  const Catalogue& catalogue_;
  const VerifyOptions& options_;
  StoredManifest manifest_;
  Verification result_;
};

}  // namespace

Verification verify_run(const fs::path& directory, const Catalogue& catalogue, const VerifyOptions& options) {
  return Verifier(directory, catalogue, options).run();
}

}  // namespace basso
