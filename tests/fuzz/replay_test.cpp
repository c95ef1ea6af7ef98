// Every seed, and every input that once was a finding, through its target: whole, cut short at several
// places, and changed at random, a short run of what libFuzzer does at length (scripts/fuzz).
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <vector>

#include "data/file.hpp"
#include "fuzz/targets.hpp"

// With AddressSanitizer one allocation may take as much as under scripts/fuzz.
extern "C" const char* __asan_default_options();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __asan_default_options() { return "max_allocation_size_mb=256"; }  // NOLINT

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

using Input = std::vector<std::uint8_t>;

std::vector<fs::path> known_files(const std::string& target) {
  std::vector<fs::path> files = files_in(fs::path(BASSO_FUZZ_SEEDS) / target);
  EXPECT_GE(files.size(), 2u) << "tests/fuzz/seeds.py makes some for each target";
  for (fs::path& file : files_in(fs::path(BASSO_FUZZ_REGRESSIONS) / target)) files.push_back(std::move(file));
  return files;
}

// `input` with a span cut out, doubled, overwritten with one byte or followed by one of `other`, or a bit
// turned.
Input changed(Input input, const Input& other, std::mt19937& random) {
  const auto below = [&](std::size_t end) { return end == 0 ? 0 : random() % end; };
  const std::size_t first = below(input.size());
  const std::size_t count = std::min<std::size_t>(input.size() - first, 1 + below(16));
  const auto begin = input.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = begin + static_cast<std::ptrdiff_t>(count);
  constexpr std::uint8_t edges[] = {0x00, 0xff, 0x80, 0x7f, '0', '9', '-', '"', '[', '\n'};
  switch (below(5)) {
    case 0:
      input.erase(begin, end);
      break;
    case 1: {
      const Input span(begin, end);
      input.insert(end, span.begin(), span.end());
      break;
    }
    case 2:
      std::fill(begin, end, edges[below(std::size(edges))]);
      break;
    case 3: {
      const std::size_t from = below(other.size());
      input.insert(end, other.begin() + static_cast<std::ptrdiff_t>(from),
                   other.begin() + static_cast<std::ptrdiff_t>(std::min(other.size(), from + 1 + below(64))));
      break;
    }
    default:
      if (count > 0) *begin = static_cast<std::uint8_t>(*begin ^ (1u << below(8)));
  }
  return input;
}

TEST_P(Fuzz, ReplaysWhatIsKnown) {
  for (const fs::path& file : known_files(GetParam().name)) {
    SCOPED_TRACE(file);
    const Input input = data::read_file(file);
    GetParam().run(input);
    for (std::size_t part = 0; part < 16; ++part)
      GetParam().run(Bytes(input).first(input.size() * part / 16));
  }
}

// The same changes each time.
TEST_P(Fuzz, SurvivesRandomChanges) {
  constexpr int rounds = 300, most_changes = 4;
  std::vector<Input> inputs;
  for (const fs::path& file : known_files(GetParam().name)) inputs.push_back(data::read_file(file));
  ASSERT_FALSE(inputs.empty());
  std::mt19937 random(1);
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(round);
    Input input = inputs[random() % inputs.size()];
    for (std::size_t left = 1 + random() % most_changes; left > 0; --left)
      input = changed(std::move(input), inputs[random() % inputs.size()], random);
    GetParam().run(input);
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, Fuzz, testing::ValuesIn(targets().begin(), targets().end()),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace basso::fuzz
