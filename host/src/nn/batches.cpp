// Mini-batches from counter-based permutations.
#include "nn/batches.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace basso::nn {

Batches::Batches(size_t rows, size_t batch, const StreamKey& key)
    : rows_(rows),
      batch_(batch == 0 ? rows : std::min(batch, rows)),
      key_(key),
      kind_(key.kind),
      id_(key.id) {
  if (!full()) order_.resize(rows);
}

std::span<const uint32_t> Batches::select(int64_t step) {
  const auto per_epoch = static_cast<int64_t>((rows_ + batch_ - 1) / batch_);
  if (step / per_epoch != epoch_) shuffle(step / per_epoch);
  const size_t first = static_cast<size_t>(step % per_epoch) * batch_;
  return std::span<const uint32_t>(order_).subspan(first, std::min(batch_, rows_ - first));
}

void Batches::shuffle(int64_t epoch) {
  StreamKey key = key_;
  key.kind = kind_;
  key.id = id_;
  key.row = static_cast<uint64_t>(epoch);
  Stream stream(key);
  std::iota(order_.begin(), order_.end(), 0u);
  for (size_t i = rows_; i > 1; --i) std::swap(order_[i - 1], order_[stream.below(i)]);
  epoch_ = epoch;
}

}  // namespace basso::nn
