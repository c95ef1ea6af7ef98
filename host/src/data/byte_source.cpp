// Plain and gzip files as a stream of bytes (see byte_source.hpp), by zlib's inflate.
#include "data/byte_source.hpp"

#include <zlib.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "basso/error.hpp"

namespace basso::data {
namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 16;
constexpr std::uint64_t largest_ratio = 1032;  // of deflate: 258 bytes from 2 bits

}  // namespace

struct ByteSource::Impl {
  explicit Impl(const Path& path) : file(File::open_to_read(path)), size(file.size()) {
    std::uint8_t magic[2] = {};
    gzip = file.read_at(0, magic, 2) == 2 && magic[0] == 0x1f && magic[1] == 0x8b;
    if (!gzip) return;
    buffer.resize(buffer_size);
    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) {
      throw Error(Exit::data, path.string() + ": zlib cannot be initialised");
    }
    initialised = true;
  }
  ~Impl() {
    if (initialised) inflateEnd(&stream);
  }

  std::size_t read(std::uint8_t* to, std::size_t count) {
    if (!gzip) {
      const std::size_t n = file.read_at(offset, to, count);
      offset += n;
      return n;
    }
    std::size_t done = 0;
    while (done < count && !ended) done += inflate_some(to + done, count - done);
    return done;
  }

  // One call of inflate; sets `ended` at the end of the last member.
  std::size_t inflate_some(std::uint8_t* to, std::size_t count) {
    if (stream.avail_in == 0) refill();
    if (member_done) {
      if (stream.avail_in == 0) {
        ended = true;
        return 0;
      }
      inflateReset(&stream);  // a further member; anything else fails its header check
      member_done = false;
    }
    const auto room = static_cast<uInt>(std::min<std::size_t>(count, std::size_t{1} << 30));
    const uInt had_input = stream.avail_in;
    stream.next_out = to;
    stream.avail_out = room;
    const int status = inflate(&stream, Z_NO_FLUSH);
    if (status == Z_STREAM_END) {
      member_done = true;
    } else if (had_input == 0 && (status == Z_BUF_ERROR || stream.avail_out == room)) {
      fail("the gzip data end too early: the file is truncated; get it again");
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      fail(std::string("corrupt gzip data (zlib: ") + (stream.msg ? stream.msg : "no reason given") +
           "); get the file again");
    }
    return room - stream.avail_out;
  }

  void refill() {
    const std::size_t n = file.read_at(offset, buffer.data(), buffer.size());
    offset += n;
    stream.next_in = buffer.data();
    stream.avail_in = static_cast<uInt>(n);
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(Exit::data, file.path().string() + ": " + what);
  }

  File file;
  std::uint64_t size;
  std::uint64_t offset = 0;  // of the next byte to read from the file
  bool gzip = false;
  bool initialised = false, member_done = false, ended = false;
  z_stream stream{};
  std::vector<std::uint8_t> buffer;
  std::optional<std::uint8_t> peeked;
};

ByteSource::ByteSource(const Path& path) : impl_(std::make_unique<Impl>(path)) {}
ByteSource::~ByteSource() = default;
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;

const Path& ByteSource::path() const noexcept { return impl_->file.path(); }

bool ByteSource::compressed() const noexcept { return impl_->gzip; }

std::uint64_t ByteSource::at_most() const noexcept {
  if (!impl_->gzip) return impl_->size - std::min(impl_->size, impl_->offset) + (impl_->peeked ? 1 : 0);
  return impl_->size > UINT64_MAX / largest_ratio ? UINT64_MAX : impl_->size * largest_ratio;
}

std::size_t ByteSource::read(std::uint8_t* to, std::size_t count) {
  if (count == 0) return 0;
  std::size_t done = 0;
  if (impl_->peeked) {
    to[done++] = *impl_->peeked;
    impl_->peeked.reset();
  }
  return done + impl_->read(to + done, count - done);
}

bool ByteSource::at_end() {
  if (impl_->peeked) return false;
  std::uint8_t next = 0;
  if (impl_->read(&next, 1) == 0) return true;
  impl_->peeked = next;
  return false;
}

}  // namespace basso::data
