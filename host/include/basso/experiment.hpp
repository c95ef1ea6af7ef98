// An experiment file, read, validated and resolved: profiles and overrides applied, sweep points laid out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace basso {

class Catalogue;
struct ExperimentData;  // host/src/run/settings.hpp

struct LoadOptions {
  std::vector<std::string> profiles{};  // applied in order
  std::vector<std::string> set{};       // "dotted.key=TOML value", applied last
};

// Immutable once loaded; cheap to copy.
class Experiment {
 public:
  // Throws Error(Exit::usage) naming file, line and column, the key, what was expected and the nearest known
  // key; Error(Exit::plugin) for plugins that cannot be had. Runs the plugins' parameter tables, none of
  // their functions.
  static Experiment load(const std::filesystem::path& file, const Catalogue& catalogue,
                         const LoadOptions& options = {});
  static Experiment parse(const std::string& toml, const std::string& name_for_errors,
                          const Catalogue& catalogue, const LoadOptions& options = {});
  const std::string& name() const;
  // Every default filled in; running it again gives the same bytes.
  const std::string& resolved_toml() const;
  // As given, before profiles and overrides.
  const std::string& source_toml() const;
  std::vector<std::string> profile_names() const;
  const ExperimentData& data() const { return *data_; }

 private:
  explicit Experiment(std::shared_ptr<const ExperimentData> data) : data_(std::move(data)) {}
  std::shared_ptr<const ExperimentData> data_;
};

}  // namespace basso
