// The verbs of the command line: what main.cpp parses for each, and the function that does it. Each function
// returns the exit code and throws basso::Error for everything that main.cpp shall report. Data goes to
// stdout, the rest to stderr.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "basso/compare.hpp"
#include "basso/experiment.hpp"
#include "basso/plugin_check.hpp"

namespace basso::cli {

using Paths = std::vector<std::filesystem::path>;

// Where to look besides the standard folders.
struct Search {
  Paths plugin_dirs;
  Paths data_dirs;
};

struct RunArguments {
  std::filesystem::path file;
  LoadOptions load;
  std::filesystem::path out;
  int threads = 0;
  bool dry_run = false, check = false, no_figures = false, quiet = false;
  Search search;
};
int run(const RunArguments& arguments);

struct ResumeArguments {
  std::filesystem::path directory, probes;
  std::vector<std::string> drop;
  int threads = 0;
  bool check = false, no_figures = false, quiet = false;
  Search search;
};
int resume(const ResumeArguments& arguments);

struct ProbeArguments {
  std::filesystem::path directory, probes;
  int threads = 0;
  bool quiet = false;
  Search search;
};
int probe(const ProbeArguments& arguments);

struct CheckArguments {
  std::filesystem::path directory, claims;
  bool json = false;
};
int check(const CheckArguments& arguments);

struct VerifyArguments {
  std::filesystem::path directory;
  bool record = false, json = false;
  Search search;
};
int verify(const VerifyArguments& arguments);

struct CompareArguments {
  std::filesystem::path a, b;
  Tolerance tolerance;
  bool json = false;
};
int compare(const CompareArguments& arguments);

struct PlotArguments {
  Paths directories;
  std::filesystem::path out, figures;
};
int plot(const PlotArguments& arguments);

struct PluginListArguments {
  bool json = false;
  Search search;
};
int plugin_list(const PluginListArguments& arguments);

struct PluginInfoArguments {
  std::string name;
  bool json = false, json_schema = false;
  Search search;
};
int plugin_info(const PluginInfoArguments& arguments);

struct PluginCheckArguments {
  PluginCheckOptions options;
  bool json = false, list = false;
};
int plugin_check(const PluginCheckArguments& arguments);

struct PluginBenchArguments {
  std::vector<std::string> names;
  bool json = false;
  std::filesystem::path experiment;  // empty: the plugins' defaults
  LoadOptions load;
  double seconds = 0.02;  // of one round
  int rounds = 5;
  Search search;
};
int plugin_bench(const PluginBenchArguments& arguments);

struct PluginNewArguments {
  std::string kind, name;
  std::string language = "cpp";        // "c", "cpp", "rust"
  std::filesystem::path parent = ".";  // the new folder is made in here
};
int plugin_new(const PluginNewArguments& arguments);

struct ConfigArguments {
  std::filesystem::path file;
  LoadOptions load;
  bool quiet = false;
  Search search;
};
int config_check(const ConfigArguments& arguments);
int config_show(const ConfigArguments& arguments);

struct DoctorArguments {
  bool json = false;
  Search search;
};
int doctor(const DoctorArguments& arguments);

}  // namespace basso::cli
