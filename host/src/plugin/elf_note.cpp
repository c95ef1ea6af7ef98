// ELF notes of plugin libraries: section headers of a 64-bit little-endian file, then the notes in
// .note.basso.
#include "plugin/elf_note.hpp"

#include <basso/abi.h>
#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>
#include <tuple>

namespace basso::plugin {
namespace {

constexpr std::size_t kMostNotes = 4096;
constexpr std::size_t kLongestText = 1024;

Notes not_a_plugin(const std::string& reason) { return {{}, "not a plugin library: " + reason}; }

// A view that never reads outside the image.
class Image {
 public:
  explicit Image(std::span<const unsigned char> bytes) : bytes_(bytes) {}
  template <class T>
  bool read(std::uint64_t offset, T& value) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) return false;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return true;
  }
  std::optional<std::span<const unsigned char>> part(std::uint64_t offset, std::uint64_t length) const {
    if (offset > bytes_.size() || bytes_.size() - offset < length) return std::nullopt;
    return bytes_.subspan(offset, length);
  }

 private:
  std::span<const unsigned char> bytes_;
};

bool named(std::span<const unsigned char> names, std::uint64_t offset, std::string_view wanted) {
  if (offset > names.size() || names.size() - offset < wanted.size() + 1) return false;
  return std::memcmp(names.data() + offset, wanted.data(), wanted.size()) == 0 &&
         names[offset + wanted.size()] == 0;
}

bool read_number(std::string_view text, std::uint32_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool good_word(std::string_view word) {
  return !word.empty() && word.size() <= 128 && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// "1.0 activation/1 relu"
std::optional<Note> read_text(std::string_view text) {
  const std::size_t first = text.find(' '), second = text.find(' ', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  const std::string_view abi = text.substr(0, first), kind = text.substr(first + 1, second - first - 1);
  const std::string_view id = text.substr(second + 1);
  const std::size_t dot = abi.find('.'), slash = kind.find('/');
  if (dot == std::string_view::npos || slash == std::string_view::npos) return std::nullopt;
  Note note;
  std::uint32_t revision = 0;
  if (!read_number(abi.substr(0, dot), note.abi_major) || !read_number(abi.substr(dot + 1), note.abi_minor) ||
      !good_word(kind.substr(0, slash)) || !read_number(kind.substr(slash + 1), revision) || !good_word(id))
    return std::nullopt;
  note.kind = kind.substr(0, slash);
  note.revision = std::to_string(revision);
  note.id = id;
  return note;
}

std::string malformed(std::string_view description) {
  std::string shown(description.substr(0, kLongestText));
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return fmt::format(
      "its note \"{}\" is not of the form \"1.0 activation/1 relu\": version of the ABI, kind, and an id of "
      "1 to 128 lower-case letters, digits and hyphens",
      shown);
}

// The notes of one section, one behind the other, each part padded to four bytes.
Notes read_section(const Image& section, std::uint64_t length) {
  Notes result;
  std::uint64_t at = 0;
  while (at + 4 <= length) {
    Elf64_Nhdr header{};
    std::uint32_t first = 0;
    if (section.read(at, first) && first == 0) {  // padding between notes
      at += 4;
      continue;
    }
    const auto padded = [](std::uint32_t bytes) { return (std::uint64_t{bytes} + 3) / 4 * 4; };
    if (!section.read(at, header)) return not_a_plugin("its last note is cut short");
    const std::uint64_t owner_at = at + sizeof(header), text_at = owner_at + padded(header.n_namesz);
    const auto owner = section.part(owner_at, header.n_namesz);
    const auto text = section.part(text_at, header.n_descsz);
    if (!owner || !text) return not_a_plugin("a note reaches beyond its section");
    at = text_at + padded(header.n_descsz);
    const std::string_view owner_text(reinterpret_cast<const char*>(owner->data()), owner->size());
    if (owner_text != std::string_view(BASSO_NOTE_OWNER, sizeof(BASSO_NOTE_OWNER)) ||
        header.n_type != BASSO_NOTE_TYPE)
      continue;
    const auto* begin = reinterpret_cast<const char*>(text->data());
    const std::string_view description(begin, strnlen(begin, text->size()));
    const std::optional<Note> note =
        description.size() > kLongestText ? std::nullopt : read_text(description);
    if (!note) return not_a_plugin(malformed(description));
    if (result.notes.size() == kMostNotes) return not_a_plugin("it has more than 4096 notes");
    result.notes.push_back(*note);
  }
  if (result.notes.empty()) return not_a_plugin("its section " BASSO_NOTE_SECTION " holds no note of Basso");
  std::sort(result.notes.begin(), result.notes.end(), [](const Note& a, const Note& b) {
    return std::tie(a.kind, a.id, a.revision) < std::tie(b.kind, b.id, b.revision);
  });
  return result;
}

class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path)
      : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    struct stat status {};
    if (descriptor_ < 0 || fstat(descriptor_, &status) != 0) {
      problem_ = std::strerror(errno);
    } else if (!S_ISREG(status.st_mode)) {
      problem_ = "not a regular file";
    } else if (status.st_size > 0) {
      const auto length = static_cast<std::size_t>(status.st_size);
      void* address = mmap(nullptr, length, PROT_READ, MAP_PRIVATE, descriptor_, 0);
      if (address == MAP_FAILED)
        problem_ = std::strerror(errno);
      else
        bytes_ = {static_cast<const unsigned char*>(address), length};
    }
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile() {
    if (!bytes_.empty()) munmap(const_cast<unsigned char*>(bytes_.data()), bytes_.size());
    if (descriptor_ >= 0) close(descriptor_);
  }
  std::span<const unsigned char> bytes() const { return bytes_; }
  const std::string& problem() const { return problem_; }

 private:
  int descriptor_;
  std::span<const unsigned char> bytes_;
  std::string problem_;
};

}  // namespace

Notes read_notes(std::span<const unsigned char> bytes) {
  const Image image(bytes);
  Elf64_Ehdr header{};
  if (bytes.size() < SELFMAG || std::memcmp(bytes.data(), ELFMAG, SELFMAG) != 0)
    return not_a_plugin("no ELF file");
  if (!image.read(0, header)) return not_a_plugin("its ELF header is cut short");
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB)
    return not_a_plugin("an ELF file, but not a 64-bit little-endian one");
  if (header.e_type != ET_DYN) return not_a_plugin("an ELF file, but no shared library");
  if (header.e_shnum == 0 || header.e_shentsize != sizeof(Elf64_Shdr))
    return not_a_plugin("it has no section headers (stripped of them?)");
  const auto section_at = [&](std::uint32_t index, Elf64_Shdr& section) {
    if (header.e_shoff > bytes.size()) return false;
    return image.read(header.e_shoff + std::uint64_t{index} * sizeof(Elf64_Shdr), section);
  };
  Elf64_Shdr names{};
  if (header.e_shstrndx >= header.e_shnum || !section_at(header.e_shstrndx, names))
    return not_a_plugin("its section names lie outside the file");
  const auto text = image.part(names.sh_offset, names.sh_size);
  if (!text) return not_a_plugin("its section names lie outside the file");
  for (std::uint32_t i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr section{};
    if (!section_at(i, section)) return not_a_plugin("its section headers lie outside the file");
    if (section.sh_type == SHT_NOBITS || !named(*text, section.sh_name, BASSO_NOTE_SECTION)) continue;
    const auto part = image.part(section.sh_offset, section.sh_size);
    if (!part) return not_a_plugin("its section " BASSO_NOTE_SECTION " lies outside the file");
    return read_section(Image(*part), part->size());
  }
  return not_a_plugin("it has no section " BASSO_NOTE_SECTION
                      " (BASSO_ACTIVATION, BASSO_TARGET and "
                      "BASSO_PROBE make it)");
}

Notes read_notes(const std::filesystem::path& library) {
  const MappedFile file(library);
  if (!file.problem().empty()) return not_a_plugin(file.problem());
  return read_notes(file.bytes());
}

}  // namespace basso::plugin
