// A run that a test stops or breaks at a step of its choice, by a probe that remembers what it has seen.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "basso/catalogue.hpp"
#include "basso/run.hpp"
#include "experiments.hpp"

namespace basso::test {

// What happens at the witness's observation of this step, once.
inline std::atomic<std::int64_t> event_step{-1};
inline std::function<void(bool inside)> event;  // within the observation, or after it has emitted

// Within it: how a plugin says so.
[[noreturn]] void fail_observation(std::int32_t status, const std::string& why);

// The shipped ones, and the probe "witness": its series "sum" is that of the steps that it has seen.
const Catalogue& plugins();

// An experiment of two jobs, and one of a single short job; both with the witness at each step.
struct Case {
  std::string target = "plugin = \"sinusoids\"\nfrequencies = [1.0, 3.0]\nsamples = 24";
  std::string network = "widths = [16, 16]\nactivation = \"relu\"";
  std::string train = "steps = 40";
  std::string record = "every = 6";
  std::string probes = "[[probe]]\nname = \"loss\"\nplugin = \"loss\"\n";
  std::string experiment = "repeats = 2";
};
Case brief();

inline constexpr const char* never = "1e9";
inline constexpr const char* each_step = "1e-9";

std::string text_of(const Case& what, const std::string& seconds = each_step);  // between checkpoints
RunOptions options_of(int threads, const std::atomic<int>* stop = nullptr);
RunResult run(const std::string& text, const std::filesystem::path& out, RunOptions options);

// The names of the series whose files differ in a byte, or are only in the first.
std::vector<std::string> differences(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace basso::test
