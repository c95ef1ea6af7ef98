// The rows of a target that the checks look at, and filling all of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "check/raw_target.hpp"

namespace basso::check {

// Rows of one set that are looked at as a whole.
struct Piece {
  std::size_t set;
  std::uint64_t first, rows;
};

constexpr std::uint64_t kMany = std::uint64_t{1} << 21, kFew = std::uint64_t{1} << 15;  // numbers

// All rows of all sets; of a set with more numbers than `most`, its first and its last rows.
std::vector<Piece> pieces_of(const RawTarget& target, std::uint64_t most);

std::vector<Rows> fill_all(const RawTarget& target, const std::vector<Piece>& pieces);

// "" or the first place where they differ.
std::string difference(const RawTarget& target, const std::vector<Piece>& pieces,
                       const std::vector<Rows>& one, const std::vector<Rows>& other);

}  // namespace basso::check
