// Which samples each step sees: all of them, or mini-batches drawn without replacement, shuffled anew each
// epoch.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "nn/random.hpp"

namespace basso::nn {

// An epoch has ceil(rows / batch) batches; the last one may be smaller and is kept. Epoch e is shuffled by
// Fisher and Yates from the stream of the key with row = e, so that a step's batch depends on the key and the
// step only.
class Batches {
 public:
  Batches(size_t rows, size_t batch, const StreamKey& key);  // batch 0, or >= rows: full

  bool full() const { return batch_ == rows_; }
  size_t largest() const { return batch_; }
  // The samples of step `step`, from 0. Valid until the next call; does not allocate. Not for full batches.
  std::span<const uint32_t> select(int64_t step);

 private:
  void shuffle(int64_t epoch);

  size_t rows_;
  size_t batch_;
  StreamKey key_;
  std::string kind_;
  std::string id_;
  int64_t epoch_ = -1;
  std::vector<uint32_t> order_;  // [rows], a permutation
};

}  // namespace basso::nn
