// basso-plugin-worker: the process in which `basso plugin check` loads a plugin. Its executable defines
// malloc and its kin, so that every allocation of every library in the process is counted; under a sanitizer,
// whose own these are, its hooks count.
#include <malloc.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "check/meter.hpp"
#include "check/worker.hpp"

namespace {

thread_local std::uint64_t allocations = 0;  // of this thread
std::atomic<std::int64_t> live_blocks{0}, live_bytes{0};

void count_allocation(void* block, std::size_t bytes) {
  if (!block) return;
  ++allocations;
  live_blocks.fetch_add(1, std::memory_order_relaxed);
  live_bytes.fetch_add(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
}

void count_release(void* block, std::size_t bytes) {
  if (!block) return;
  live_blocks.fetch_sub(1, std::memory_order_relaxed);
  live_bytes.fetch_sub(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
}

}  // namespace

#if defined(__SANITIZE_ADDRESS__) || defined(BASSO_SANITIZED)

#include <sanitizer/allocator_interface.h>

namespace {

void allocated(const volatile void* block, std::size_t bytes) {
  count_allocation(const_cast<void*>(block), bytes);
}
void released(const volatile void* block) {
  void* plain = const_cast<void*>(block);
  count_release(plain, plain ? __sanitizer_get_allocated_size(plain) : 0);
}
void watch_allocations() { __sanitizer_install_malloc_and_free_hooks(allocated, released); }

}  // namespace

#else

extern "C" {

void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* block, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
void __libc_free(void* block);

void* malloc(std::size_t bytes) {
  void* block = __libc_malloc(bytes);
  count_allocation(block, malloc_usable_size(block));
  return block;
}

void* calloc(std::size_t count, std::size_t bytes) {
  void* block = __libc_calloc(count, bytes);
  count_allocation(block, malloc_usable_size(block));
  return block;
}

void* realloc(void* block, std::size_t bytes) {
  const std::size_t before = malloc_usable_size(block);
  void* moved = __libc_realloc(block, bytes);
  if (moved || bytes == 0) count_release(block, before);
  count_allocation(moved, malloc_usable_size(moved));
  return moved;
}

void* memalign(std::size_t alignment, std::size_t bytes) {
  void* block = __libc_memalign(alignment, bytes);
  count_allocation(block, malloc_usable_size(block));
  return block;
}

void* aligned_alloc(std::size_t alignment, std::size_t bytes) { return memalign(alignment, bytes); }

int posix_memalign(void** block, std::size_t alignment, std::size_t bytes) {
  void* fresh = memalign(alignment, bytes);
  if (!fresh) return ENOMEM;
  *block = fresh;
  return 0;
}

void free(void* block) {
  count_release(block, malloc_usable_size(block));
  __libc_free(block);
}

}  // extern "C"

namespace {
void watch_allocations() {}  // the functions above are in place already
}  // namespace

#endif

int main(int argc, char** argv) {
  watch_allocations();
  basso::check::install_meter({.allocations = [] { return allocations; },
                               .live_blocks = [] { return live_blocks.load(); },
                               .live_bytes = [] { return live_bytes.load(); }});
  return basso::check::run_worker(argc, argv);
}
