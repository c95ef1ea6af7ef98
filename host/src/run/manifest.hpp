// manifest.json: what ran, on what, with which result. docs/run-directory.md lists its keys.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "basso/run.hpp"
#include "run/settings.hpp"

namespace basso {

struct Manifest {
  const ExperimentData* experiment = nullptr;
  std::string state = "running";
  int threads = 1;
  std::int64_t jobs_total = 0, jobs_ended = 0;
  std::chrono::system_clock::time_point started = std::chrono::system_clock::now();
  bool over = false;  // then the time of writing is its end
  std::vector<std::string> failures;
  std::map<std::string, std::string> data_files;  // path -> hash
  std::vector<Verdict> verdicts;
};

// Replaces the file as a whole.
void write_manifest(const std::filesystem::path& directory, const Manifest& manifest);

const char* outcome_text(Verdict::Outcome outcome);

}  // namespace basso
