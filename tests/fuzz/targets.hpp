// The fuzz targets: each takes any bytes for one kind of input and reads them as Basso would. What is wrong
// with them must come back as basso::Error with a message; every other exception, every report of a sanitizer
// and every broken promise is a finding.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

namespace basso::fuzz {

using Bytes = std::span<const std::uint8_t>;

struct Target {
  const char* name;
  void (*run)(Bytes input);
};
std::span<const Target> targets();

void config(Bytes input);
void idx(Bytes input);
void image(Bytes input);
void csv(Bytes input);
void npy(Bytes input);
void npz(Bytes input);
void cifar(Bytes input);
void series(Bytes input);
void manifest(Bytes input);
void checkpoint(Bytes input);
void elf_note(Bytes input);
void parameters(Bytes input);

// Runs `read`, which may throw basso::Error with a message and nothing else. Returns whether it did not
// throw.
bool accepts(const std::function<void()>& read);
// Ends the process with `promise` when it does not hold.
void require(bool holds, const char* promise);

std::string text_of(Bytes input);
// A file with this content, without a disk; the same path each time.
std::filesystem::path file_of(Bytes input);
// A folder of this process, made once and removed at its end.
const std::filesystem::path& folder();

}  // namespace basso::fuzz
