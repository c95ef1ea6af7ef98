// The dynamic symbol table and the DT_NEEDED entries of a 64-bit little-endian ELF file; every offset is
// checked against the file's length.
#include "check/elf_symbols.hpp"

#include <cxxabi.h>
#include <elf.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>

#include "basso/error.hpp"

namespace basso::check {
namespace {

class Image {
 public:
  explicit Image(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(in), {});
    const auto header = at<Elf64_Ehdr>(0);
    for (std::size_t i = 0; i < header.e_shnum; ++i)
      sections_.push_back(at<Elf64_Shdr>(header.e_shoff + i * sizeof(Elf64_Shdr)));
  }

  template <class T>
  T at(std::size_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) cut_short();
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
  }

  // Entries of every section of this type, with the string table that belongs to it.
  template <class T, class Body>
  void each(std::uint32_t type, Body&& body) const {
    for (const Elf64_Shdr& section : sections_) {
      if (section.sh_type != type) continue;
      if (section.sh_link >= sections_.size()) cut_short();
      for (std::size_t i = 0; i < section.sh_size / sizeof(T); ++i)
        body(at<T>(section.sh_offset + i * sizeof(T)), sections_[section.sh_link]);
    }
  }

  std::string text(const Elf64_Shdr& table, std::size_t offset) const {
    const std::size_t begin = table.sh_offset + offset;
    if (begin >= bytes_.size()) cut_short();
    return {bytes_.data() + begin, strnlen(bytes_.data() + begin, bytes_.size() - begin)};
  }

 private:
  [[noreturn]] static void cut_short() {
    throw Error(Exit::plugin, "the file is cut short: one of its offsets points beyond its end");
  }
  std::vector<char> bytes_;
  std::vector<Elf64_Shdr> sections_;
};

}  // namespace

std::string Symbol::readable() const {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> plain(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), std::free);
  return status == 0 && plain ? plain.get() : name;
}

DynamicPart read_dynamic(const std::filesystem::path& library) {
  const Image image(library);
  DynamicPart part;
  image.each<Elf64_Sym>(SHT_DYNSYM, [&](const Elf64_Sym& symbol, const Elf64_Shdr& strings) {
    const unsigned char binding = ELF64_ST_BIND(symbol.st_info);
    std::string name = image.text(strings, symbol.st_name);
    if (binding != STB_LOCAL && !name.empty())
      part.symbols.push_back({std::move(name), binding, symbol.st_shndx != SHN_UNDEF});
  });
  image.each<Elf64_Dyn>(SHT_DYNAMIC, [&](const Elf64_Dyn& entry, const Elf64_Shdr& strings) {
    if (entry.d_tag == DT_NEEDED) part.needed.push_back(image.text(strings, entry.d_un.d_val));
  });
  return part;
}

}  // namespace basso::check
