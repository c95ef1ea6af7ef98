// PNG by libpng (see image_png.hpp). libpng reports errors by longjmp, so the two functions that call it hold
// nothing with a destructor.
#include "data/image_png.hpp"

#include <fmt/format.h>
#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <cstring>

#include "basso/error.hpp"

namespace basso::data {
namespace {

constexpr std::uint64_t most_compressed = 1032;  // deflate's largest ratio

class PngReader {
 public:
  PngReader(Bytes content, const std::string& name) : rest_(content), name_(name) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
    png_set_read_fn(png_, this, on_read);
    png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // compared with the content instead
    // Texts and profiles, for which libpng takes as much memory as they say, are left out; transparency is
    // not.
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  GreyImage read() {
    const std::size_t bytes = rest_.size();
    if (!read_header()) fail(message_);
    GreyImage image;
    image.width = png_get_image_width(png_, info_);
    image.height = png_get_image_height(png_, info_);
    image.bits = png_get_bit_depth(png_, info_);
    require_grey(image.bits);
    // Width and height are below 2^31.
    if (image.width * image.height > most_compressed * bytes / (image.bits / 8))
      fail(fmt::format("the PNG header announces {} x {} pixels, more than {} bytes can hold", image.width,
                       image.height, bytes));
    image.levels.resize(image.width * image.height);
    std::vector<std::uint8_t> bytes_of_8(image.bits == 8 ? image.levels.size() : 0);
    std::vector<png_bytep> rows(image.height);
    for (std::size_t row = 0; row < rows.size(); ++row)
      rows[row] = image.bits == 8 ? &bytes_of_8[row * image.width]
                                  : reinterpret_cast<png_bytep>(&image.levels[row * image.width]);
    if (!read_rows(rows.data())) fail(message_);
    if (image.bits == 8) image.levels.assign(bytes_of_8.begin(), bytes_of_8.end());
    return image;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw Error(Exit::data, name_ + ": " + what); }

  void require_grey(unsigned bits) const {
    const auto type = png_get_color_type(png_, info_);
    const char* found = nullptr;
    if (type == PNG_COLOR_TYPE_PALETTE)
      found = "a PNG image with a palette";
    else if ((type & PNG_COLOR_MASK_COLOR) != 0)
      found = "a PNG image in colour";
    else if ((type & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(png_, info_, PNG_INFO_tRNS) != 0)
      found = "a PNG image with transparency";
    else if (bits < 8)
      found = "a PNG image of fewer than 8 bits";
    if (found != nullptr)
      fail(fmt::format(
          "{}; expected grey levels of 8 or 16 bits. ImageMagick makes them: convert FILE -colorspace "
          "Gray -depth 8 -alpha off out.pgm",
          found));
  }

  bool read_header() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_read_info(png_, info_);
    return true;
  }

  // As they are in the file, from big-endian; up to and with the end chunk.
  bool read_rows(png_bytepp rows) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_set_swap(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    png_read_image(png_, rows);
    png_read_end(png_, nullptr);
    return true;
  }

  static void on_read(png_structp png, png_bytep to, std::size_t count) {
    auto* self = static_cast<PngReader*>(png_get_io_ptr(png));
    if (count > self->rest_.size()) png_error(png, "truncated");
    std::memcpy(to, self->rest_.data(), count);
    self->rest_ = self->rest_.subspan(count);
  }
  static void on_error(png_structp png, png_const_charp text) {
    auto* self = static_cast<PngReader*>(png_get_error_ptr(png));
    (void)std::snprintf(self->message_, sizeof(self->message_), "not a sound PNG image (%s)", text);
    png_longjmp(png, 1);
  }
  static void on_warning(png_structp, png_const_charp) {}

  Bytes rest_;
  const std::string& name_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  char message_[200] = "";
};

}  // namespace

GreyImage parse_png(Bytes content, const std::string& name) { return PngReader(content, name).read(); }

}  // namespace basso::data
