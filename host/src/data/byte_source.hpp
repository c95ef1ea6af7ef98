// A file's content as a stream of bytes, decompressed where the file is gzip: room data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "data/file.hpp"

namespace basso::data {

// Whether a file is gzip is decided by its first two bytes, 1f 8b, never by its name. Corrupt or truncated
// compressed data, and bytes after its end that are no further gzip member, are errors that name the file.
class ByteSource {
 public:
  explicit ByteSource(const Path& path);
  ~ByteSource();
  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;

  const Path& path() const noexcept;
  bool compressed() const noexcept;
  // The most bytes that can still come: exact for a plain file, deflate's largest ratio for a compressed one.
  std::uint64_t at_most() const noexcept;

  // Up to `count` bytes; fewer only at the end of the content.
  std::size_t read(std::uint8_t* to, std::size_t count);
  // Whether the content has ended (reads ahead by one byte).
  bool at_end();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace basso::data
