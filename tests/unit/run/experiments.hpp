// A small experiment that the tests of configuration and execution vary, the plugins of this build, and files
// as bytes.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "basso/experiment.hpp"

namespace basso::test {

inline const Catalogue& built_plugins() {
  static const Catalogue catalogue({BASSO_TEST_PLUGINS});
  return catalogue;
}

inline std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  EXPECT_TRUE(stream) << file;
  return {std::istreambuf_iterator<char>(stream), {}};
}

// 23 lines; [train] stands in line 12, [[probe]] in line 18.
inline const std::string small_experiment = R"([experiment]
name = "small"
seed = 3
repeats = 2
[target]
plugin = "sinusoids"
frequencies = [1.0, 2.0]
samples = 16
[network]
widths = [8, 8]
activation = "tanh"
[train]
steps = 20
batch = 8
optimizer = { kind = "adam", learning_rate = 1e-2 }
[record]
every = 5
[[probe]]
name = "loss"
plugin = "loss"
[[probe]]
name = "function"
plugin = "predictions"
)";

// The experiment with one text replaced by another.
inline std::string with(const std::string& before, const std::string& after) {
  std::string text = small_experiment;
  const std::size_t at = text.find(before);
  if (at == std::string::npos) throw std::logic_error("small_experiment has no " + before);
  return text.replace(at, before.size(), after);
}

inline Experiment parse(const std::string& text, const LoadOptions& options = {}) {
  return Experiment::parse(text, "f.toml", built_plugins(), options);
}

}  // namespace basso::test
