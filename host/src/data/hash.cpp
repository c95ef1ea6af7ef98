// Content hashes (see hash.hpp), in xxhash's canonical (big-endian) form, as xxhsum -H2 prints them.
#include "data/hash.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <memory>
#include <new>

namespace basso::data {
namespace {

std::string hex(XXH128_hash_t hash) { return fmt::format("{:016x}{:016x}", hash.high64, hash.low64); }

}  // namespace

std::string hash_file(const Path& path) {
  const File file = File::open_to_read(path);
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), XXH3_freeState);
  if (!state) throw std::bad_alloc();
  XXH3_128bits_reset(state.get());
  std::vector<std::uint8_t> buffer(std::size_t{1} << 16);  // stays in the cache
  std::uint64_t offset = 0;
  while (const std::size_t n = file.read_at(offset, buffer.data(), buffer.size())) {
    XXH3_128bits_update(state.get(), buffer.data(), n);
    offset += n;
  }
  return hex(XXH3_128bits_digest(state.get()));
}

std::string hash_bytes(Bytes bytes) { return hex(XXH3_128bits(bytes.data(), bytes.size())); }

}  // namespace basso::data
