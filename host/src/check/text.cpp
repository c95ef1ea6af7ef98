// UTF-8 as RFC 3629 has it: shortest forms only, no surrogates, nothing above U+10FFFF.
#include "check/text.hpp"

#include <cstdint>

namespace basso::check {
namespace {

// Bytes of the character at `at`, 0 where it is malformed.
std::size_t character_bytes(const std::string& text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const std::uint32_t first = byte(at);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return 0;
  std::uint32_t code = first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0u) != 0x80u) return 0;
    code = code << 6 | (byte(at + i) & 0x3Fu);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return code >= least[length] && code <= 0x10FFFF && !surrogate ? length : 0;
}

}  // namespace

std::string text_problem(const std::string& text) {
  if (text.size() > 4095) return "is longer than 4,095 bytes";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = character_bytes(text, at);
    if (bytes == 0) return "is not UTF-8 from byte " + std::to_string(at + 1) + " on";
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x20 && first != '\n' && first != '\t')
      return "has a control character at byte " + std::to_string(at + 1);
    at += bytes;
  }
  return "";
}

}  // namespace basso::check
