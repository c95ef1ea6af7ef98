// basso doctor: what was found on this machine.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "basso/system.hpp"
#include "cli/terminal.hpp"
#include "cli/verbs.hpp"

namespace basso::cli {
namespace {

nlohmann::ordered_json folders_json(const std::vector<SearchedFolder>& folders) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const SearchedFolder& folder : folders) {
    list.push_back(
        {{"path", folder.path.string()}, {"exists", folder.exists}, {"contents", folder.contents}});
  }
  return list;
}

nlohmann::ordered_json versions_json(const std::vector<std::pair<std::string, std::string>>& libraries) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [name, version] : libraries) json[name] = version;
  return json;
}

std::string versions_text(const std::vector<std::pair<std::string, std::string>>& libraries) {
  std::vector<std::string> texts;
  for (const auto& [name, version] : libraries) texts.push_back(name + " " + version);
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string as_json(const SystemReport& report) {
  const nlohmann::ordered_json json{{"version", report.version},
                                    {"commit", report.commit},
                                    {"abi", report.abi},
                                    {"compiler", report.compiler},
                                    {"build_type", report.build_type},
                                    {"processor", report.processor},
                                    {"cpu_features", report.cpu_features},
                                    {"kernels", report.kernels},
                                    {"libraries", versions_json(report.libraries)},
                                    {"threads", report.threads},
                                    {"gnuplot", report.gnuplot},
                                    {"plugin_folders", folders_json(report.plugin_folders)},
                                    {"data_folders", folders_json(report.data_folders)}};
  return json.dump(2);
}

std::string folders_text(const std::vector<SearchedFolder>& folders, const std::string& none) {
  std::vector<std::vector<std::string>> rows;
  for (const SearchedFolder& folder : folders) {
    const std::string contents =
        folder.contents.empty() ? none : fmt::format("{}", fmt::join(folder.contents, " "));
    rows.push_back({"  " + folder.path.string(), folder.exists ? contents : "no such folder"});
  }
  return columns(rows);
}

}  // namespace

int doctor(const DoctorArguments& arguments) {
  const SystemReport report = inspect_system(arguments.search.plugin_dirs, arguments.search.data_dirs);
  if (arguments.json) {
    fmt::print("{}\n", as_json(report));
    return 0;
  }
  const std::string gnuplot =
      report.gnuplot.empty()
          ? coloured("not found: install the Debian package gnuplot-nox for figures", Colour::yellow)
          : report.gnuplot;
  fmt::print("{}", columns({{"Basso", fmt::format("{}, plugin ABI {}", report.version, report.abi)},
                            {"built with", fmt::format("{}, {}", report.compiler, report.build_type)},
                            {"commit", report.commit.empty() ? "unknown: built without Git" : report.commit},
                            {"libraries", versions_text(report.libraries)},
                            {"processor", report.processor},
                            {"features", fmt::format("{}", fmt::join(report.cpu_features, " "))},
                            {"kernels", report.kernels},
                            {"threads", std::to_string(report.threads)},
                            {"gnuplot", gnuplot}}));
  fmt::print("\nplugins are looked for in\n{}", folders_text(report.plugin_folders, "no plugins"));
  fmt::print("\ndata sets are looked for in\n{}", folders_text(report.data_folders, "no data sets"));
  return 0;
}

}  // namespace basso::cli
