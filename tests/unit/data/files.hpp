// What the tests of room data share: files with given bytes, their mutilation, and the message of an error.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "basso/error.hpp"
#include "support/temporary_directory.hpp"

namespace basso::data {

using ByteVector = std::vector<std::uint8_t>;

inline void write_bytes(const std::filesystem::path& path, const ByteVector& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

inline ByteVector read_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline ByteVector gzip(const ByteVector& bytes) {
  ByteVector out(compressBound(bytes.size()) + 64);
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_in = const_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// The message of the Error of that exit code which `action` throws; a failure of the test where it throws
// none.
template <typename Action>
std::string error_of(Exit code, Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error was thrown";
  return {};
}

// Calls `read` on a file with every proper prefix of `bytes`: each must throw an Error that names the file.
template <typename Read>
void every_truncation_is_an_error(const ByteVector& bytes, Read&& read) {
  const test::TemporaryDirectory directory;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto path = directory.file("truncated");
    write_bytes(path, {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)});
    const std::string message = error_of(Exit::data, [&] { read(path); });
    EXPECT_NE(message.find(path.string()), std::string::npos) << "length " << length << ": " << message;
  }
}

// Calls `read` on a file with each byte changed in nine ways: it must throw a data error or return; what it
// returns goes to `accept` with the byte's position.
template <typename Read, typename Accept>
void every_changed_byte_is_an_error_or_accepted(const ByteVector& bytes, Read&& read, Accept&& accept) {
  const test::TemporaryDirectory directory;
  const auto path = directory.file("changed");
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int change : {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff}) {
      ByteVector changed = bytes;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ change);
      write_bytes(path, changed);
      try {
        accept(at, read(path));
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), Exit::data) << error.what();
      }
    }
  }
}

}  // namespace basso::data
