// Counter-based random streams on Philox4x32-10 (Salmon et al. 2011): every number of a run is a function of
// a key that names its use, so that no stream depends on threads, on the order of calls or on a sweep's
// point.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace basso::nn {

// What a stream is for. Two keys that differ in any field give independent streams.
struct StreamKey {
  uint64_t seed = 0;
  uint64_t repeat = 0;
  std::string_view kind = {};  // "init", "batch", "target/1", …
  std::string_view id = {};    // of the component: "sinusoids"
  uint64_t stream = 0;
  uint64_t row = 0;
};

// Four random words: ten rounds of Philox4x32 on a 128-bit counter under a 64-bit key.
std::array<uint32_t, 4> philox(const std::array<uint32_t, 4>& counter, const std::array<uint32_t, 2>& key);

// The key's fields, written as little-endian bytes with the lengths of the strings before them (so that no
// two keys have the same bytes), are hashed by XXH3 to 128 bits: the low half is Philox's key, the high half
// the upper two words of its counter; the lower two words count blocks from 0. A stream thus has 2^66 words
// and two keys share one with a probability of 2^-128.
class Stream {
 public:
  explicit Stream(const StreamKey& key);

  uint32_t bits32();
  uint64_t bits64();               // two words, the first one low
  uint64_t below(uint64_t bound);  // uniform in [0, bound), without bias; bound > 0
  double uniform();                // [0, 1), 53 bits
  double normal();                 // N(0, 1) by Box and Muller in float64; the second of each pair is kept
  void uniforms(std::span<double> out);
  void normals(std::span<double> out);

 private:
  void next_block();

  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 4> counter_;
  std::array<uint32_t, 4> block_{};
  int used_ = 4;  // words of block_ that are spent
  double spare_ = 0.0;
  bool has_spare_ = false;
};

}  // namespace basso::nn
