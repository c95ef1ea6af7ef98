// Grey images: which format, and PGM (see image.hpp).
#include "data/image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "basso/error.hpp"
#include "data/image_png.hpp"

namespace basso::data {
namespace {

// How a file with one of these first bytes is called.
struct Kind {
  std::string_view start, name;
};
constexpr Kind kinds[] = {
    {"\xff\xd8\xff", "a JPEG image"}, {"GIF8", "a GIF image"},       {"BM", "a BMP image"},
    {"II*\0", "a TIFF image"},        {"P1", "a bitmap (PBM)"},      {"P4", "a bitmap (PBM)"},
    {"P3", "a colour image (PPM)"},   {"P6", "a colour image (PPM)"}};

// PGM (netpbm's pgm.5): P2 or P5, width, height and largest level as decimal numbers, with blanks and
// comments (from # to the end of the line) between them; after one more blank the levels, row by row.
class PgmParser {
 public:
  PgmParser(Bytes content, const std::string& name) : content_(content), name_(name) {}

  GreyImage parse() {
    const bool plain = content_[1] == '2';
    at_ = 2;
    GreyImage image;
    image.width = header_number("the width");
    image.height = header_number("the height");
    largest_ = header_number("the largest level");
    if (image.width == 0 || image.height == 0) fail("the image has no pixels");
    if (largest_ == 0 || largest_ > 65535)
      fail(fmt::format("the largest level is {}, expected 1 to 65535", largest_));
    image.bits = largest_ > 255 ? 16 : 8;
    if (at_ == content_.size() || !blank(content_[at_])) fail("truncated in the PGM header");
    ++at_;
    std::uint64_t pixels = 0;
    if (__builtin_mul_overflow(image.width, image.height, &pixels)) pixels = UINT64_MAX;
    if (plain)
      read_text(image, pixels);
    else
      read_binary(image, pixels);
    return image;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw Error(Exit::data, name_ + ": " + what); }

  static bool blank(std::uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
  static bool digit(std::uint8_t c) { return c >= '0' && c <= '9'; }

  void skip_blanks() {
    while (at_ < content_.size() && blank(content_[at_])) ++at_;
  }

  std::optional<std::uint64_t> number() {
    if (at_ == content_.size() || !digit(content_[at_])) return std::nullopt;
    std::uint64_t value = 0;
    for (; at_ < content_.size() && digit(content_[at_]); ++at_)
      value = std::min<std::uint64_t>(value * 10 + (content_[at_] - std::uint64_t{'0'}), UINT32_MAX);
    return value;
  }

  std::uint64_t header_number(const char* what) {
    for (skip_blanks(); at_ < content_.size() && content_[at_] == '#'; skip_blanks())
      while (at_ < content_.size() && content_[at_] != '\n') ++at_;
    if (const auto value = number()) return *value;
    fail(fmt::format("malformed PGM header at byte {}; expected {}", at_, what));
  }

  std::uint16_t checked(std::uint64_t level, std::size_t pixel) const {
    if (level <= largest_) return static_cast<std::uint16_t>(level);
    fail(fmt::format("pixel {} has the level {}, above the largest one that the header states, {}", pixel,
                     level, largest_));
  }

  void read_binary(GreyImage& image, std::uint64_t pixels) {
    const std::size_t width = image.bits / 8, rest = content_.size() - at_;
    if (pixels > rest / width || pixels * width != rest)
      fail(fmt::format("the PGM header announces {} x {} pixels of {} bits, {} bytes follow", image.width,
                       image.height, image.bits, rest));
    image.levels.resize(pixels);
    for (std::size_t i = 0; i < pixels; ++i, at_ += width)
      image.levels[i] = checked(width == 1 ? content_[at_] : content_[at_] * 256U + content_[at_ + 1], i);
  }

  void read_text(GreyImage& image, std::uint64_t pixels) {
    if (pixels > (content_.size() - at_ + 1) / 2)  // a digit and a blank for each but the last
      fail(fmt::format("the PGM header announces {} x {} pixels, {} bytes follow", image.width, image.height,
                       content_.size() - at_));
    image.levels.resize(pixels);
    for (std::size_t i = 0; i < pixels; ++i) {
      skip_blanks();
      const auto level = number();
      if (!level)
        fail(fmt::format("{} at byte {}; expected level {} of {}",
                         at_ == content_.size() ? "truncated" : "no number", at_, i + 1, pixels));
      image.levels[i] = checked(*level, i);
    }
    skip_blanks();
    if (at_ != content_.size())
      fail(fmt::format("text follows the {} levels that the PGM header announces", pixels));
  }

  Bytes content_;
  const std::string& name_;
  std::size_t at_ = 0;
  std::uint64_t largest_ = 0;
};

}  // namespace

GreyImage parse_image(Bytes content, const std::string& name) {
  const std::string_view text(reinterpret_cast<const char*>(content.data()), content.size());
  if (text.starts_with("\x89PNG\r\n\x1a\n")) return parse_png(content, name);
  if (text.starts_with("P2") || text.starts_with("P5")) return PgmParser(content, name).parse();
  const auto* kind = std::find_if(std::begin(kinds), std::end(kinds),
                                  [&](const Kind& each) { return text.starts_with(each.start); });
  throw Error(
      Exit::data,
      fmt::format("{}: {}; expected a grey image in the format PNG or PGM (P2, P5). ImageMagick makes one: "
                  "convert FILE -colorspace Gray -depth 8 -alpha off out.pgm",
                  name, kind == std::end(kinds) ? "not an image that is known" : kind->name));
}

GreyImage read_image(const Path& path) { return parse_image(read_file(path), path.string()); }

}  // namespace basso::data
