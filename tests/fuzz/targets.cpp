// The list of fuzz targets and what they share.
#include "fuzz/targets.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "basso/error.hpp"
#include "support/temporary_directory.hpp"

namespace basso::fuzz {

std::span<const Target> targets() {
  static constexpr Target all[] = {{"config", config},     {"idx", idx},
                                   {"image", image},       {"csv", csv},
                                   {"npy", npy},           {"npz", npz},
                                   {"cifar", cifar},       {"series", series},
                                   {"manifest", manifest}, {"checkpoint", checkpoint},
                                   {"elf_note", elf_note}, {"parameters", parameters}};
  return all;
}

bool accepts(const std::function<void()>& read) {
  try {
    read();
    return true;
  } catch (const Error& error) {
    require(error.what()[0] != '\0', "an error says what is wrong");
    return false;
  }
}

void require(bool holds, const char* promise) {
  if (holds) return;
  (void)std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

std::string text_of(Bytes input) { return {reinterpret_cast<const char*>(input.data()), input.size()}; }

std::filesystem::path file_of(Bytes input) {
  static const int descriptor = memfd_create("fuzz", MFD_CLOEXEC);
  require(descriptor >= 0 && ftruncate(descriptor, 0) == 0, "there is room for the input");
  const auto written = pwrite(descriptor, input.data(), input.size(), 0);
  require(written == static_cast<ssize_t>(input.size()), "there is room for the input");
  return fmt::format("/proc/self/fd/{}", descriptor);
}

const std::filesystem::path& folder() {
  static const test::TemporaryDirectory directory;
  return directory.path();
}

}  // namespace basso::fuzz
