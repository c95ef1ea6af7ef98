// Which components a library holds, read from its ELF notes without running any of its code. The file is
// untrusted: every offset is checked against its length.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace basso::plugin {

// One note, "1.0 activation/1 relu".
struct Note {
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  std::string kind;      // "activation"
  std::string revision;  // "1"
  std::string id;
  std::string kind_and_revision() const { return kind + "/" + revision; }
  std::string abi() const { return std::to_string(abi_major) + "." + std::to_string(abi_minor); }
};

struct Notes {
  std::vector<Note> notes;  // by kind, then id: compilers lay them down in any order
  std::string problem;      // why this is not a plugin library; empty when it is one
};

// Reads a little-endian 64-bit ELF file, section .note.basso.
Notes read_notes(const std::filesystem::path& library);
// The same over bytes in memory.
Notes read_notes(std::span<const unsigned char> image);

}  // namespace basso::plugin
