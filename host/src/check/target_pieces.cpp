// Long sets are cut at both ends.
#include "check/target_pieces.hpp"

#include <algorithm>

namespace basso::check {

using services::SetInfo;

std::vector<Piece> pieces_of(const RawTarget& target, std::uint64_t most) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < target.sets().size(); ++i) {
    const SetInfo& set = target.sets()[i];
    const std::uint64_t columns = std::uint64_t{set.input_dim} + set.output_dim + set.latent_dim;
    const std::uint64_t rows = std::max<std::uint64_t>(most / columns, 2);
    if (set.rows <= rows) {
      pieces.push_back({i, 0, set.rows});
    } else {
      pieces.push_back({i, 0, rows / 2});
      pieces.push_back({i, set.rows - rows / 2, rows / 2});
    }
  }
  return pieces;
}

std::vector<Rows> fill_all(const RawTarget& target, const std::vector<Piece>& pieces) {
  std::vector<Rows> all;
  for (const Piece& piece : pieces) all.push_back(target.fill(piece.set, piece.first, piece.rows));
  return all;
}

std::string difference(const RawTarget& target, const std::vector<Piece>& pieces,
                       const std::vector<Rows>& one, const std::vector<Rows>& other) {
  for (std::size_t i = 0; i < pieces.size(); ++i)
    if (std::string text = difference(target.sets()[pieces[i].set], one[i], other[i]); !text.empty())
      return text;
  return "";
}

}  // namespace basso::check
