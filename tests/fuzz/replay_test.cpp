// Every seed, and every input that once was a finding, through its target, and each of them cut short at
// several places.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "data/file.hpp"
#include "fuzz/targets.hpp"

namespace basso::fuzz {
namespace {

namespace fs = std::filesystem;

class Fuzz : public testing::TestWithParam<Target> {};

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  if (fs::is_directory(folder))
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

TEST_P(Fuzz, Replays) {
  const std::string name = GetParam().name;
  const std::vector<fs::path> seeds = files_in(fs::path(BASSO_FUZZ_SEEDS) / name);
  ASSERT_GE(seeds.size(), 2u) << "tests/fuzz/seeds.py makes some for each target";
  std::vector<fs::path> all = files_in(fs::path(BASSO_FUZZ_REGRESSIONS) / name);
  all.insert(all.end(), seeds.begin(), seeds.end());
  for (const fs::path& file : all) {
    SCOPED_TRACE(file);
    const std::vector<std::uint8_t> input = data::read_file(file);
    GetParam().run(input);
    for (std::size_t part = 0; part < 16; ++part)
      GetParam().run(Bytes(input).first(input.size() * part / 16));
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, Fuzz, testing::ValuesIn(targets().begin(), targets().end()),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace basso::fuzz
