// The IDX reader: the format's types, plain and gzip, and every way a file can be wrong.
#include "data/idx.hpp"

#include <gmock/gmock.h>

#include <bit>
#include <numeric>

#include "unit/data/files.hpp"

namespace basso::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ByteVector images_file() {  // 3 x 2 x 2 unsigned bytes, 0 to 11
  ByteVector bytes = {0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2};
  for (std::uint8_t i = 0; i < 12; ++i) bytes.push_back(i);
  return bytes;
}

ByteVector labels_file(std::uint8_t count) {
  ByteVector bytes = {0, 0, 8, 1, 0, 0, 0, count};
  for (std::uint8_t i = 0; i < count; ++i) bytes.push_back(i);
  return bytes;
}

class Idx : public testing::Test {
 protected:
  Path file(const ByteVector& bytes, const std::string& name = "images-idx3-ubyte") {
    write_bytes(directory_.file(name), bytes);
    return directory_.file(name);
  }
  std::string data_error(const ByteVector& bytes) {
    const Path path = file(bytes);
    const std::string message = error_of(Exit::data, [&] { read_idx(path); });
    EXPECT_THAT(message, HasSubstr(path.string()));
    return message;
  }
  test::TemporaryDirectory directory_;
};

TEST_F(Idx, PlainAndGzipFilesReadTheSameWhateverTheirName) {
  for (const ByteVector& bytes : {images_file(), gzip(images_file())}) {
    for (const char* name : {"images", "images.gz"}) {
      const IdxArray array = read_idx(file(bytes, name));
      EXPECT_EQ(array.type, IdxType::uint8);
      EXPECT_THAT(array.shape, ElementsAre(3, 2, 2));
      EXPECT_EQ(array.rows(), 3U);
      EXPECT_EQ(array.row_size(), 4U);
      EXPECT_THAT(array.bytes, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
      EXPECT_EQ(array.value(11), 11.0);
    }
  }
}

TEST_F(Idx, EveryElementTypeIsConvertedFromBigEndian) {
  const auto first = [&](std::uint8_t type, ByteVector element) {
    ByteVector bytes = {0, 0, type, 1, 0, 0, 0, 1};
    bytes.insert(bytes.end(), element.begin(), element.end());
    return read_idx(file(bytes)).value(0);
  };
  EXPECT_EQ(first(0x08, {0xfe}), 254.0);
  EXPECT_EQ(first(0x09, {0xfe}), -2.0);
  EXPECT_EQ(first(0x0b, {0xff, 0x00}), -256.0);
  EXPECT_EQ(first(0x0c, {0xff, 0xff, 0xff, 0x00}), -256.0);
  EXPECT_EQ(first(0x0d, {0x3f, 0xc0, 0, 0}), 1.5);
  EXPECT_EQ(first(0x0e, {0xc0, 0x04, 0, 0, 0, 0, 0, 0}), -2.5);
}

TEST_F(Idx, EveryTruncationIsADataErrorThatNamesTheFile) {
  every_truncation_is_an_error(images_file(), read_idx);
  every_truncation_is_an_error(gzip(images_file()), read_idx);
}

TEST_F(Idx, AChangedHeaderByteIsNeverTakenForAnotherShape) {
  const auto accept = [](std::size_t at, const IdxArray& array) {
    EXPECT_THAT(array.shape, ElementsAre(3, 2, 2)) << "byte " << at;
    EXPECT_TRUE(at >= 16 || at == 2) << "byte " << at;  // an element, or the type of signed bytes
  };
  every_changed_byte_is_an_error_or_accepted(images_file(), read_idx, accept);
}

TEST_F(Idx, AChangedByteOfAGzipFileIsAnErrorOrHarmless) {
  const auto accept = [](std::size_t at, const IdxArray& array) {  // time, system, unused bits
    EXPECT_THAT(array.bytes, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)) << "byte " << at;
  };
  every_changed_byte_is_an_error_or_accepted(gzip(images_file()), read_idx, accept);
}

TEST_F(Idx, TrailingBytesAreAnError) {
  ByteVector longer = images_file();
  longer.push_back(0);
  EXPECT_THAT(data_error(longer), HasSubstr("announces 12 bytes of elements, the file holds 13"));
  EXPECT_THAT(data_error(gzip(longer)), HasSubstr("bytes follow the 12 bytes"));
  ByteVector garbage_behind_gzip = gzip(images_file());
  garbage_behind_gzip.push_back('x');
  EXPECT_THAT(data_error(garbage_behind_gzip), HasSubstr("gzip"));
}

TEST_F(Idx, SeveralGzipMembersAreOneContent) {
  const ByteVector whole = images_file();
  ByteVector two = gzip({whole.begin(), whole.begin() + 9});
  const ByteVector second = gzip({whole.begin() + 9, whole.end()});
  two.insert(two.end(), second.begin(), second.end());
  EXPECT_EQ(read_idx(file(two)).bytes.size(), 12U);
}

TEST_F(Idx, AbsurdDimensionsAreRefusedBeforeMemoryIsTaken) {
  ByteVector huge = {0, 0, 8, 3, 0xff, 0xff, 0xff, 0xff, 0, 0, 0xff, 0xff, 0, 0, 0, 1, 7};
  EXPECT_THAT(data_error(huge), HasSubstr("the file holds 1"));
  EXPECT_THAT(data_error(gzip(huge)), HasSubstr("the file holds at most"));
  ByteVector beyond_64_bits = {0, 0, 14, 3};
  beyond_64_bits.insert(beyond_64_bits.end(), 12, 0xff);
  EXPECT_THAT(data_error(beyond_64_bits), HasSubstr("more bytes than any file holds"));
  EXPECT_THAT(data_error({0, 0, 8, 0, 1, 2, 3, 4}), HasSubstr("0 dimensions"));
  EXPECT_THAT(data_error({0, 0, 8, 1, 0, 0, 0, 0}), HasSubstr("dimension 0 of the IDX header is 0"));
}

TEST_F(Idx, AFileOfAnotherFormatSaysWhatItBeginsWith) {
  EXPECT_THAT(data_error({'P', 'N', 'G', '!', 0, 0, 0, 0}),
              HasSubstr("begins with 50 4e 47 21, expected 00 00"));
  EXPECT_THAT(error_of(Exit::data, [&] { read_idx(directory_.file("absent")); }), HasSubstr("No such file"));
  EXPECT_THAT(error_of(Exit::data, [&] { read_idx(directory_.path()); }), HasSubstr("not a regular file"));
}

TEST_F(Idx, APairHasAsManyLabelsAsImages) {
  const Path images = file(images_file(), "images");
  const IdxPair pair = read_idx_pair(images, file(labels_file(3), "labels"));
  EXPECT_EQ(pair.images.rows(), pair.labels.rows());
  EXPECT_THAT(error_of(Exit::data, [&] { read_idx_pair(images, file(labels_file(4), "labels")); }),
              HasSubstr("3 images, but 4 labels"));
  EXPECT_THAT(error_of(Exit::data, [&] { read_idx_pair(images, images); }),
              HasSubstr("labels have 3 dimensions"));
  ByteVector floats = {0, 0, 13, 1, 0, 0, 0, 1, 0, 0, 0, 0};
  EXPECT_THAT(error_of(Exit::data, [&] { read_idx_pair(images, file(floats, "labels")); }),
              HasSubstr("expected unsigned bytes"));
}

TEST_F(Idx, ContentBeyondOneBufferSurvivesCompression) {
  ByteVector bytes = {0, 0, 8, 1, 0, 0x30, 0, 0};  // 3 MiB: several growing pieces
  for (std::uint32_t i = 0; i < 0x300000; ++i)
    bytes.push_back(static_cast<std::uint8_t>(i * 2654435761U >> 13));
  const IdxArray array = read_idx(file(gzip(bytes)));
  EXPECT_TRUE(std::equal(array.bytes.begin(), array.bytes.end(), bytes.begin() + 8, bytes.end()));
}

}  // namespace
}  // namespace basso::data
