// Room for the arrays of one run, in huge pages where the system has them: a step passes over some 10 MiB,
// more than a processor finds quickly in pages of 4 KiB.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace basso::nn {

class Arena {
 public:
  // Zero-filled, on a cache line, as long as the arena lives. Throws std::bad_alloc.
  void* take(size_t bytes);

 private:
  struct Unmap {
    size_t size;
    void operator()(std::byte* begin) const;
  };
  std::vector<std::unique_ptr<std::byte, Unmap>> mappings_;
  std::byte* next_ = nullptr;  // in the last one,
  size_t left_ = 0;            // with so much room behind
};

}  // namespace basso::nn
