// basso::inspect_system and basso::version. See basso/system.hpp. Room report.
#include "basso/system.hpp"

#include <basso/abi.h>
#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "data/search.hpp"
#include "nn/kernels.hpp"
#include "report/gnuplot.hpp"
#include "run/provenance.hpp"

namespace basso {
namespace {

int usable_threads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
}

// gnuplot's own words, or nothing when it cannot be started.
std::string gnuplot_version() {
  try {
    const report::TemporaryFolder folder;
    const std::filesystem::path script = folder.path() / "version.gp", answer = folder.path() / "version.txt";
    std::ofstream(script) << "set print '" << answer.string()
                          << "'\nprint sprintf('%g patchlevel %s', GPVAL_VERSION, GPVAL_PATCHLEVEL)\n";
    report::run_gnuplot(script);
    std::ifstream in(answer);
    std::string text;
    std::getline(in, text);
    return text;
  } catch (const Error&) {
    return "";
  }
}

SearchedFolder look_into(const std::filesystem::path& path, bool folders) {
  SearchedFolder result{path, false, {}};
  std::error_code failure;
  result.exists = std::filesystem::is_directory(path, failure);
  for (std::filesystem::directory_iterator entry(path, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    std::error_code ignored;
    const bool wanted = folders ? entry->is_directory(ignored) : entry->path().extension() == ".so";
    if (wanted) result.contents.push_back(entry->path().filename().string());
  }
  std::sort(result.contents.begin(), result.contents.end());
  return result;
}

}  // namespace

std::string version() { return BASSO_VERSION; }

SystemReport inspect_system(const std::vector<std::filesystem::path>& plugin_dirs,
                            const std::vector<std::filesystem::path>& data_dirs) {
  SystemReport report;
  report.version = version();
  report.commit = build_commit();
  report.abi = BASSO_ABI_TEXT;
  report.compiler = compiler_name();
  report.build_type = BASSO_BUILD_TYPE;
  report.processor = processor_name();
  report.cpu_features = processor_features();
  report.libraries = library_versions();
  report.kernels = nn::kernels<float>().target;
  report.threads = usable_threads();
  report.gnuplot = gnuplot_version();
  for (const auto& folder : plugin_search_path(plugin_dirs))
    report.plugin_folders.push_back(look_into(folder, false));
  std::vector<std::string> first;
  for (const auto& folder : data_dirs) first.push_back(folder.string());
  for (const auto& folder : data::data_search_path(first))
    report.data_folders.push_back(look_into(folder, true));
  return report;
}

}  // namespace basso
