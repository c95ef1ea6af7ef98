// The room of a run: zero-filled, aligned, and never handed out twice.
#include "nn/arena.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "nn/buffer.hpp"

namespace basso::nn {
namespace {

TEST(Arena, HandsOutZerosThatDoNotOverlap) {
  Arena arena;
  const std::vector<size_t> sizes{1, 64, 65, size_t{3} << 20, size_t{7} << 20, 100, size_t{20} << 20, 0, 12};
  std::vector<std::pair<std::uint8_t*, size_t>> pieces;
  for (const size_t size : sizes) {
    auto* const piece = static_cast<std::uint8_t*>(arena.take(size));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(piece) % 64, 0u);
    EXPECT_TRUE(std::all_of(piece, piece + size, [](std::uint8_t byte) { return byte == 0; })) << size;
    std::fill_n(piece, size, std::uint8_t{255});
    pieces.emplace_back(piece, size);
  }
  std::sort(pieces.begin(), pieces.end());
  for (size_t i = 1; i < pieces.size(); ++i)
    EXPECT_LE(pieces[i - 1].first + pieces[i - 1].second, pieces[i].first);
}

TEST(Buffer, HasItsOwnMemoryWithoutAnArena) {
  Arena arena;
  Buffer<float> inside(100, &arena), outside(100, nullptr);
  for (Buffer<float>* const buffer : {&inside, &outside}) {
    ASSERT_EQ(buffer->size(), 100u);
    for (size_t i = 0; i < buffer->size() + Buffer<float>::spare; ++i) EXPECT_EQ((*buffer)[i], 0.0F);
    buffer->data()[7] = 3.0F;
  }
  const Buffer<float> moved = std::move(inside);
  outside = Buffer<float>(5);
  EXPECT_EQ(moved[7], 3.0F);
  EXPECT_EQ(outside[0], 0.0F);
}

}  // namespace
}  // namespace basso::nn
