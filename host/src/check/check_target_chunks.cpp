// Family "target", how its rows are asked for. ABI rules: target.h (basso_target_v1, fill).
#include <fmt/format.h>

#include <algorithm>

#include "check/behaviour.hpp"
#include "check/check.hpp"
#include "check/raw_target.hpp"
#include "check/target_pieces.hpp"
#include "check/trial.hpp"

namespace basso::check {
namespace {

using services::SetInfo;

using Chunks = std::vector<std::pair<std::uint64_t, std::uint64_t>>;  // first row, rows

// The rows of a piece in chunks of at most `longest`, ascending.
Chunks cut(const Piece& piece, std::uint64_t longest, nn::Stream& random) {
  Chunks chunks;
  for (std::uint64_t row = 0; row < piece.rows; row += chunks.back().second)
    chunks.emplace_back(row, std::min(1 + random.below(longest), piece.rows - row));
  return chunks;
}

void shuffle(Chunks& chunks, nn::Stream& random) {
  for (std::size_t i = chunks.size(); i > 1; --i) std::swap(chunks[i - 1], chunks[random.below(i)]);
}

// The piece put together from chunks, filled in their order.
Rows in_chunks(const RawTarget& target, const Piece& piece, const Chunks& chunks) {
  const SetInfo& set = target.sets()[piece.set];
  Rows all{piece.first, piece.rows, {}, {}, {}};
  all.inputs.resize(piece.rows * set.input_dim);
  all.outputs.resize(piece.rows * set.output_dim);
  all.latents.resize(piece.rows * set.latent_dim);
  for (const auto& [row, rows] : chunks) {
    const Rows part = target.fill(piece.set, piece.first + row, rows);
    const auto put = [at = row](const std::vector<double>& from, std::vector<double>& to,
                                std::uint32_t width) {
      std::copy(from.begin(), from.end(), to.begin() + static_cast<std::ptrdiff_t>(at * width));
    };
    put(part.inputs, all.inputs, set.input_dim);
    put(part.outputs, all.outputs, set.output_dim);
    put(part.latents, all.latents, set.latent_dim);
  }
  return all;
}

// All pieces of an instance of which nothing was filled before, from the last rows of the last set to the
// first ones of the first.
std::vector<Rows> backwards(const RawTarget& fresh, const std::vector<Piece>& pieces, nn::Stream& random) {
  std::vector<Rows> all(pieces.size());
  for (std::size_t i = pieces.size(); i-- > 0;) {
    Chunks chunks = cut(pieces[i], 7, random);
    std::reverse(chunks.begin(), chunks.end());
    all[i] = in_chunks(fresh, pieces[i], chunks);
  }
  return all;
}

Finding chunks(Context& context) {
  const Workbench bench(context);
  nn::Stream random = context.random();
  return in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    // First of all, while nothing is there that the first row or set leaves behind.
    const RawTarget fresh(context.component(), configuration.values, context.seed());
    const std::vector<Piece> pieces = pieces_of(fresh, kFew);
    context.doing("fill from the last rows of the last set to the first ones of the first");
    const std::vector<Rows> last_first = backwards(fresh, pieces, random);
    const RawTarget target(context.component(), configuration.values, context.seed());
    const std::string early = difference(target, pieces, fill_all(target, pieces), last_first);
    if (!early.empty())
      return fmt::format(
          "rows depend on what was filled before: {} in a fill from first to last, and from last to first in "
          "another instance. Compute each row from its number alone, and what all need in create",
          early);
    for (const Piece& piece : pieces) {
      const SetInfo& set = target.sets()[piece.set];
      const Rows whole = target.fill(piece.set, piece.first, piece.rows);
      for (const std::uint64_t longest : {1u, 7u, 64u}) {
        context.doing(fmt::format("fill of the set '{}' in chunks of up to {} rows, in a random order",
                                  set.name, longest));
        Chunks chunks = cut(piece, longest, random);
        shuffle(chunks, random);
        const std::string text = difference(set, whole, in_chunks(target, piece, chunks));
        if (!text.empty())
          return fmt::format(
              "rows depend on how they are asked for: {} in one fill of {} rows, and in chunks of up to {} "
              "in another order. Compute each row from its number alone, nothing from the row before",
              text, piece.rows, longest);
      }
      const std::string again = difference(set, whole, target.fill(piece.set, piece.first, piece.rows));
      if (!again.empty())
        return fmt::format(
            "the same fill a second time gives other values: {}. Keep nothing from one fill to the next",
            again);
    }
    return passed;
  });
}

Finding wanted(Context& context) {
  const Workbench bench(context);
  return in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    const RawTarget target(context.component(), configuration.values, context.seed());
    for (const Piece& piece : pieces_of(target, kFew)) {
      const SetInfo& set = target.sets()[piece.set];
      const Rows whole = target.fill(piece.set, piece.first, piece.rows);
      for (const auto& [part, name] :
           {std::pair(Wanted{true, false, false}, "inputs"), std::pair(Wanted{false, true, false}, "outputs"),
            std::pair(Wanted{false, false, true}, "latents")}) {
        context.doing(fmt::format("fill of the set '{}' where only {} are wanted", set.name, name));
        const Rows alone = target.fill(piece.set, piece.first, piece.rows, part);
        Rows expected = whole;
        if (!part.inputs) expected.inputs.clear();
        if (!part.outputs) expected.outputs.clear();
        if (!part.latents) expected.latents.clear();
        const std::string text = difference(set, expected, alone);
        if (!text.empty())
          return fmt::format(
              "where only {} are wanted (the other arrays are NULL), they differ from those of a whole "
              "fill: {}. Compute each array without the others",
              name, text);
      }
    }
    return passed;
  });
}

}  // namespace

const std::vector<Check>& target_chunk_checks() {
  constexpr Scope scope = Scope::component;
  static const std::vector<Check> checks = {{"target.chunks",
                                             "Any chunks in any order give the same data.",
                                             {"target.same"},
                                             {"target"},
                                             scope,
                                             chunks},
                                            {"target.wanted",
                                             "Arrays that are not wanted change nothing about the others.",
                                             {"target.filled"},
                                             {"target"},
                                             scope,
                                             wanted}};
  return checks;
}

}  // namespace basso::check
