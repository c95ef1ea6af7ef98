// Philox streams: the key's hash, the block counter, and the distributions on top.
#include "nn/random.hpp"

#include <Random123/philox.h>
#define XXH_INLINE_ALL  // for a hash state on the stack: a stream never allocates
#include <xxhash.h>

#include <cmath>
#include <numbers>

namespace basso::nn {
namespace {

void append(XXH3_state_t& state, uint64_t value) {
  std::array<unsigned char, 8> bytes;
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>((value >> (8 * i)) & 0xff);
  XXH3_128bits_update(&state, bytes.data(), bytes.size());
}

void append(XXH3_state_t& state, std::string_view text) {
  append(state, text.size());
  XXH3_128bits_update(&state, text.data(), text.size());
}

uint32_t low(uint64_t value) { return static_cast<uint32_t>(value & 0xffffffffu); }
uint32_t high(uint64_t value) { return static_cast<uint32_t>(value >> 32); }

// On [0, 1), from the first word's upper 21 bits and all of the second one's.
double unit_interval(uint32_t first, uint32_t second) {
  return static_cast<double>((first | (static_cast<uint64_t>(second) << 32)) >> 11) * 0x1p-53;
}

}  // namespace

std::array<uint32_t, 4> philox(const std::array<uint32_t, 4>& counter, const std::array<uint32_t, 2>& key) {
  const philox4x32_ctr_t c = {{counter[0], counter[1], counter[2], counter[3]}};
  const philox4x32_key_t k = {{key[0], key[1]}};
  const philox4x32_ctr_t words = philox4x32(c, k);
  return {words.v[0], words.v[1], words.v[2], words.v[3]};
}

Stream::Stream(const StreamKey& key) {
  XXH3_state_t state;
  XXH3_128bits_reset(&state);
  append(state, key.kind);
  append(state, key.id);
  for (const uint64_t field : {key.seed, key.repeat, key.stream, key.row}) append(state, field);
  const XXH128_hash_t hash = XXH3_128bits_digest(&state);
  key_ = {low(hash.low64), high(hash.low64)};
  counter_ = {0, 0, low(hash.high64), high(hash.high64)};
}

void Stream::next_block() {
  block_ = philox(counter_, key_);
  if (++counter_[0] == 0) ++counter_[1];
}

uint32_t Stream::bits32() {
  if (used_ == 4) {
    next_block();
    used_ = 0;
  }
  return block_[static_cast<size_t>(used_++)];
}

uint64_t Stream::bits64() {
  const uint64_t first = bits32();
  return first | (static_cast<uint64_t>(bits32()) << 32);
}

uint64_t Stream::below(uint64_t bound) {
  const uint64_t excess = (UINT64_MAX % bound + 1) % bound;  // 2^64 mod bound
  uint64_t word = bits64();
  while (word > UINT64_MAX - excess) word = bits64();
  return word % bound;
}

double Stream::uniform() {
  const uint32_t first = bits32();
  return unit_interval(first, bits32());
}

double Stream::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));  // 1 - u lies in (0, 1]
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

// Whole blocks at a time where the stream stands at the beginning of one: large networks begin with many
// numbers.
void Stream::uniforms(std::span<double> out) {
  size_t i = 0;
  for (; used_ == 4 && i + 2 <= out.size(); i += 2) {
    next_block();
    out[i] = unit_interval(block_[0], block_[1]);
    out[i + 1] = unit_interval(block_[2], block_[3]);
  }
  for (; i < out.size(); ++i) out[i] = uniform();
}

void Stream::normals(std::span<double> out) {
  for (double& value : out) value = normal();
}

}  // namespace basso::nn
