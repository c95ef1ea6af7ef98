// Under libFuzzer: fuzz TARGET [libFuzzer's arguments].
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "fuzz/targets.hpp"

namespace {

const basso::fuzz::Target* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  const auto all = basso::fuzz::targets();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& target) {
    return *count > 1 && std::string_view((*arguments)[1]) == target.name;
  });
  if (found == all.end()) {
    (void)std::fputs("usage: fuzz TARGET [libFuzzer's arguments]; targets:", stderr);
    for (const auto& target : all) (void)std::fprintf(stderr, " %s", target.name);
    (void)std::fputs("\n", stderr);
    std::exit(2);
  }
  chosen = &*found;
  std::rotate(*arguments + 1, *arguments + 2, *arguments + *count);
  --*count;
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chosen->run({data, size});
  return 0;
}
