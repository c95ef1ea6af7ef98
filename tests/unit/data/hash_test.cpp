// Content hashes against xxhash's published values.
#include "data/hash.hpp"

#include <gtest/gtest.h>

#include "unit/data/files.hpp"

namespace basso::data {
namespace {

TEST(Hash, OfNothingIsThePublishedXxh3Value) {
  EXPECT_EQ(hash_bytes({}), "99aa06d3014798d86001c324468d497f");
}

TEST(Hash, OfAFileIsThatOfItsBytesBeyondOneBuffer) {
  const test::TemporaryDirectory directory;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{240}, std::size_t{3000000}}) {
    ByteVector bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 2654435761U >> 11);
    write_bytes(directory.file("f"), bytes);
    EXPECT_EQ(hash_file(directory.file("f")), hash_bytes(bytes));
    EXPECT_EQ(hash_bytes(bytes).size(), 32U);
  }
}

TEST(Hash, OfAMissingFileIsADataErrorThatNamesIt) {
  const std::string message = error_of(Exit::data, [] { hash_file("/nonexistent/file"); });
  EXPECT_NE(message.find("/nonexistent/file"), std::string::npos);
}

}  // namespace
}  // namespace basso::data
