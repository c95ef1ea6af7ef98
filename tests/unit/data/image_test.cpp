// Grey images: PNG files that Python writes with zlib alone, and PGM.
#include "data/image.hpp"

#include <gmock/gmock.h>

#include "support/python.hpp"
#include "unit/data/files.hpp"

namespace basso::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using Levels = std::vector<std::uint16_t>;

// A PNG encoder after the specification (ISO 15948): chunks, the five filters in turn, Adam7 passes.
constexpr const char* png_encoder = R"(
import zlib, struct
import numpy as np
def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
def filtered(rows, bpp):  # rows [height x bytes] -> bytes with a filter a row, 0 to 4 in turn
    out, before = b'', np.zeros(rows.shape[1], int)
    for y, row in enumerate(rows.astype(int)):
        left = np.concatenate([np.zeros(bpp, int), row[:-bpp]])
        corner = np.concatenate([np.zeros(bpp, int), before[:-bpp]])
        p = left + before - corner
        pa, pb, pc = abs(p - left), abs(p - before), abs(p - corner)
        paeth = np.where((pa <= pb) & (pa <= pc), left, np.where(pb <= pc, before, corner))
        guess = [0 * row, left, before, (left + before) // 2, paeth][y % 5]
        out += bytes([y % 5]) + ((row - guess) % 256).astype(np.uint8).tobytes()
        before = row
    return out
def png(levels, bits, colour=0, interlaced=False, extra=b''):
    levels = np.asarray(levels)
    height, width = levels.shape[:2]
    as_bytes = lambda a: np.ascontiguousarray(a.astype('>u%d' % (bits // 8))).view(np.uint8).reshape(a.shape[0], -1)
    channels = 1 if levels.ndim == 2 else levels.shape[2]
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0,0,8,8), (0,4,8,8), (4,0,8,4), (0,2,4,4), (2,0,4,2), (0,1,2,2), (1,0,2,1)]
    raw = b''.join(filtered(as_bytes(levels[y::dy, x::dx]), bits // 8 * channels)
                   for y, x, dy, dx in passes if levels[y::dy, x::dx].size)
    return (b'\x89PNG\r\n\x1a\n'
            + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, bits, colour, 0, 0, int(interlaced)))
            + extra + chunk(b'IDAT', zlib.compress(raw)) + chunk(b'IEND', b''))
)";

ByteVector bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

class Image : public testing::Test {
 protected:
  // What the encoder makes of a Python expression.
  ByteVector encode(const std::string& expression) const {
    test::run_python(png_encoder + ("\nopen('" + path_.string() + "', 'wb').write(" + expression + ")"));
    return read_bytes(path_);
  }
  GreyImage read(const ByteVector& bytes) const {
    write_bytes(path_, bytes);
    return read_image(path_);
  }
  GreyImage read(const std::string& text) const { return read(bytes_of(text)); }
  std::string data_error(const ByteVector& bytes) const {
    const std::string message = error_of(Exit::data, [&] { read(bytes); });
    EXPECT_THAT(message, HasSubstr(path_.string()));
    return message;
  }
  std::string data_error(const std::string& text) const { return data_error(bytes_of(text)); }

  test::TemporaryDirectory directory_;
  Path path_ = directory_.file("picture");
};

// levels(y, x) of the images below.
Levels pattern(std::size_t height, std::size_t width, std::size_t modulus) {
  Levels levels;
  for (std::size_t i = 0; i < height * width; ++i)
    levels.push_back(static_cast<std::uint16_t>((i * i * 37 + 11 * i) % modulus));
  return levels;
}

TEST_F(Image, PngOfEightAndSixteenBitsPlainAndInterlacedGivesTheLevelsThatWereWritten) {
  for (const int bits : {8, 16})
    for (const char* interlaced : {"False", "True"}) {
      const std::string modulus = bits == 8 ? "256" : "65536";
      const GreyImage image =
          read(encode("png(((lambda i: i*i*37 + 11*i)(np.arange(9*13)) % " + modulus + ").reshape(9, 13), " +
                      std::to_string(bits) + ", interlaced=" + interlaced + ")"));
      EXPECT_EQ(image.height, 9U);
      EXPECT_EQ(image.width, 13U);
      EXPECT_EQ(image.bits, static_cast<unsigned>(bits));
      EXPECT_EQ(image.levels, pattern(9, 13, bits == 8 ? 256 : 65536)) << bits << " " << interlaced;
    }
}

TEST_F(Image, PgmIsReadAsTextAndAsBytesWithCommentsInItsHeader) {
  const GreyImage text = read("P2 # made by hand\n3 2\n#largest\n9\n0 1 2\n3 4\t9\n");
  EXPECT_EQ(text.height, 2U);
  EXPECT_EQ(text.width, 3U);
  EXPECT_EQ(text.bits, 8U);
  EXPECT_THAT(text.levels, ElementsAre(0, 1, 2, 3, 4, 9));
  EXPECT_THAT(read("P5\n2 1 255\n\n\xff").levels, ElementsAre(10, 255));  // a line feed is a level
  const GreyImage wide = read(std::string("P5 1 2 65535 \x01\x02\xff\xff", 17));
  EXPECT_EQ(wide.bits, 16U);
  EXPECT_THAT(wide.levels, ElementsAre(258, 65535));
}

TEST_F(Image, WhatIsNoGreyImageIsRefusedWithWhatItIsAndWhatToDo) {
  EXPECT_THAT(data_error(encode("png(np.zeros((2, 2, 3)), 8, colour=2)")),
              AllOf(HasSubstr("in colour"), HasSubstr("convert FILE")));
  EXPECT_THAT(data_error(encode("png(np.zeros((2, 2, 2)), 8, colour=4)")), HasSubstr("transparency"));
  EXPECT_THAT(data_error(encode("png(np.zeros((2, 2)), 8, extra=chunk(b'tRNS', b'\\0\\0'))")),
              HasSubstr("transparency"));
  EXPECT_THAT(data_error(encode("png(np.zeros((2, 2)), 8, colour=3, extra=chunk(b'PLTE', bytes(6)))")),
              HasSubstr("palette"));
  EXPECT_THAT(
      data_error(encode("png(np.zeros((2, 2)), 8).replace(chunk(b'IHDR', struct.pack('>IIBBBBB', 2, 2, 8, "
                        "0, 0, 0, 0)), chunk(b'IHDR', struct.pack('>IIBBBBB', 2, 2, 4, 0, 0, 0, 0)))")),
      HasSubstr("fewer than 8 bits"));
  EXPECT_THAT(data_error("\xff\xd8\xff\xe0 JFIF"), AllOf(HasSubstr("a JPEG image"), HasSubstr("PNG or PGM")));
  EXPECT_THAT(data_error("P6\n1 1 255\nabc"), HasSubstr("a colour image (PPM)"));
  EXPECT_THAT(data_error("P1\n1 1\n0"), HasSubstr("a bitmap"));
  EXPECT_THAT(data_error("1,2\n3,4\n"), HasSubstr("not an image"));
  EXPECT_THAT(data_error(""), HasSubstr("not an image"));
}

TEST_F(Image, SizesAreComparedWithTheFileBeforeMemoryIsTaken) {
  EXPECT_THAT(
      data_error(encode("png(np.zeros((2, 2)), 8).replace(chunk(b'IHDR', struct.pack('>IIBBBBB', 2, 2, 8, "
                        "0, 0, 0, 0)), chunk(b'IHDR', struct.pack('>IIBBBBB', 2**31 - 1, 2**31 - 1, 8, 0, 0, "
                        "0, 0)))")),
      HasSubstr("2147483647 x 2147483647 pixels, more than"));
  EXPECT_THAT(data_error("P5 4294967295 4294967295 65535 ab"), HasSubstr("2 bytes follow"));
  EXPECT_THAT(data_error("P2 99999999999 99999999999 255 1 2"), HasSubstr("bytes follow"));
  EXPECT_THAT(data_error("P5 2 2 255 abcde"), HasSubstr("2 x 2 pixels of 8 bits, 5 bytes follow"));
}

TEST_F(Image, EveryTruncationAndEveryWrongLevelOfAPgmIsAnError) {
  const auto read_path = [](const Path& path) { return read_image(path); };
  every_truncation_is_an_error(bytes_of("P5 # x\n3 2 255\nabcdef"), read_path);
  every_truncation_is_an_error(bytes_of("P2\n2 2\n9\n0 1 2 3"), read_path);
  EXPECT_THAT(data_error("P5 2 1 10 \x0b\x01"), HasSubstr("pixel 0 has the level 11, above"));
  EXPECT_THAT(data_error("P2 2 1 10 1 x"), HasSubstr("no number at byte"));
  EXPECT_THAT(data_error("P2 2 1 10 1 2 3"), HasSubstr("text follows"));
  EXPECT_THAT(data_error("P2 0 1 10 "), HasSubstr("no pixels"));
  EXPECT_THAT(data_error("P2 1 1 70000 1"), HasSubstr("expected 1 to 65535"));
}

TEST_F(Image, TextsInAPngAreLeftOutWhateverTheySay) {
  for (const char* text :
       {"chunk(b'zTXt', b'a' * 40)", "chunk(b'iCCP', b'no profile')", "chunk(b'tEXt', b'')"}) {
    const std::string extra = std::string("png(np.arange(6).reshape(2, 3), 8, extra=") + text + ")";
    EXPECT_EQ(read(encode(extra)).levels, (Levels{0, 1, 2, 3, 4, 5})) << text;
  }
  EXPECT_THAT(data_error(encode("png(np.arange(6).reshape(2, 3), 8, extra=b'\\x35\\n\\0\\1zTXt')")),
              HasSubstr("truncated"));
}

TEST_F(Image, EveryTruncationOfAPngIsAnErrorAndNoChangedByteIsReadAsAnotherPicture) {
  const ByteVector bytes = encode("png(np.arange(12).reshape(3, 4), 8)");
  const auto read_path = [](const Path& path) { return read_image(path); };
  every_truncation_is_an_error(bytes, read_path);
  const Levels levels = read(bytes).levels;
  every_changed_byte_is_an_error_or_accepted(bytes, read_path, [&](std::size_t at, const GreyImage& image) {
    EXPECT_EQ(image.levels, levels) << "byte " << at;
  });
}

}  // namespace
}  // namespace basso::data
