// A small reader of 64-bit little-endian ELF files for the tests: dynamic symbols and Basso's notes.
#pragma once

#include <basso/abi.h>
#include <elf.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace sdk_test {

class ElfFile {
 public:
  explicit ElfFile(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
    if (bytes_.size() < sizeof(Elf64_Ehdr) || std::memcmp(bytes_.data(), ELFMAG, SELFMAG) != 0)
      throw std::runtime_error(path.string() + " is not an ELF file");
    const auto header = at<Elf64_Ehdr>(0);
    for (std::size_t i = 0; i < header.e_shnum; ++i)
      sections_.push_back(at<Elf64_Shdr>(header.e_shoff + i * header.e_shentsize));
    for (std::size_t i = 0; i < header.e_phnum; ++i)
      segments_.push_back(at<Elf64_Phdr>(header.e_phoff + i * header.e_phentsize));
  }

  std::vector<std::string> strong_symbols() const { return dynamic_symbols(STB_GLOBAL); }
  std::vector<std::string> unique_symbols() const { return dynamic_symbols(STB_GNU_UNIQUE); }

  // The descriptions of the notes of owner "Basso" in the note segments, which survive any strip.
  std::vector<std::string> basso_notes() const {
    std::vector<std::string> notes;
    for (const Elf64_Phdr& segment : segments_) {
      if (segment.p_type != PT_NOTE || segment.p_align > 4) continue;
      for (std::size_t offset = segment.p_offset; offset < segment.p_offset + segment.p_filesz;) {
        const auto note = at<Elf64_Nhdr>(offset);
        const std::size_t owner = offset + sizeof(note), description = owner + padded(note.n_namesz);
        if (note.n_type == BASSO_NOTE_TYPE && std::strcmp(bytes_.data() + owner, BASSO_NOTE_OWNER) == 0)
          notes.emplace_back(bytes_.data() + description);
        offset = description + padded(note.n_descsz);
      }
    }
    return notes;
  }

 private:
  static std::size_t padded(std::size_t bytes) { return (bytes + 3) / 4 * 4; }

  template <class T>
  T at(std::size_t offset) const {
    if (offset + sizeof(T) > bytes_.size()) throw std::runtime_error("the ELF file is cut short");
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
  }

  // Names of the defined dynamic symbols of this binding.
  std::vector<std::string> dynamic_symbols(unsigned binding) const {
    std::vector<std::string> names;
    for (const Elf64_Shdr& section : sections_) {
      if (section.sh_type != SHT_DYNSYM) continue;
      const Elf64_Shdr& strings = sections_.at(section.sh_link);
      for (std::size_t i = 0; i < section.sh_size / sizeof(Elf64_Sym); ++i) {
        const auto symbol = at<Elf64_Sym>(section.sh_offset + i * sizeof(Elf64_Sym));
        if (ELF64_ST_BIND(symbol.st_info) == binding && symbol.st_shndx != SHN_UNDEF)
          names.emplace_back(bytes_.data() + strings.sh_offset + symbol.st_name);
      }
    }
    return names;
  }

  std::vector<char> bytes_;
  std::vector<Elf64_Shdr> sections_;
  std::vector<Elf64_Phdr> segments_;
};

}  // namespace sdk_test
