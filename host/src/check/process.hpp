// The supervisor's half: one worker process, its time limit, and what became of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "check/check.hpp"

namespace basso::check {

struct Answer {
  char letter = 'C';  // P passed, F failed, N not applicable, C died (worker.hpp)
  std::string text;
  std::vector<std::string> remarks;
};

// Runs one check. Throws Error(Exit::run_failed) where the worker cannot be started.
Answer run_in_worker(const std::filesystem::path& worker, const Order& order);
// The worker that belongs to this libbasso.
std::filesystem::path default_worker();

}  // namespace basso::check
