// Fixed worker pool: indices are handed out ascending, the caller works too.
#include "services/pool.hpp"

#include <algorithm>
#include <atomic>

namespace basso::services {
namespace {

thread_local bool inside = false;

class TaskScope {
 public:
  TaskScope() : before_(inside) { inside = true; }
  ~TaskScope() { inside = before_; }
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;

 private:
  bool before_;
};

}  // namespace

struct Pool::Loop {
  std::uint64_t count;
  const std::function<bool(std::uint64_t)>* task;
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> lowest_failure;
  std::mutex mutex;
  std::condition_variable ended;
  int working = 0;  // threads inside drain(), guarded by mutex

  Loop(std::uint64_t n, const std::function<bool(std::uint64_t)>& t)
      : count(n), task(&t), lowest_failure(n) {}

  bool exhausted() const { return next.load() >= lowest_failure.load(); }

  void drain() {
    const TaskScope scope;
    for (;;) {
      const std::uint64_t i = next.fetch_add(1);
      if (i >= count || i > lowest_failure.load()) return;
      if ((*task)(i)) continue;
      std::uint64_t lowest = lowest_failure.load();
      while (i < lowest && !lowest_failure.compare_exchange_weak(lowest, i)) {
      }
    }
  }
};

Pool::Pool(unsigned threads) {
  for (unsigned t = 1; t < threads; ++t)
    threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

Pool::~Pool() {
  for (std::jthread& thread : threads_) thread.request_stop();
  wake_.notify_all();
}

bool Pool::inside_task() { return inside; }

std::uint64_t Pool::run(std::uint64_t count, const std::function<bool(std::uint64_t)>& task) {
  if (threads_.empty() || inside || count < 2) {
    const TaskScope scope;
    for (std::uint64_t i = 0; i < count; ++i)
      if (!task(i)) return i;
    return count;
  }
  const auto loop = std::make_shared<Loop>(count, task);
  {
    const std::lock_guard lock(mutex_);
    loops_.push_back(loop);
  }
  wake_.notify_all();
  loop->drain();
  {
    const std::lock_guard lock(mutex_);
    std::erase(loops_, loop);
  }
  std::unique_lock lock(loop->mutex);
  loop->ended.wait(lock, [&] { return loop->working == 0; });
  return loop->lowest_failure.load();
}

void Pool::work(const std::stop_token& stop) {
  for (;;) {
    std::shared_ptr<Loop> loop;
    {
      std::unique_lock lock(mutex_);
      // Kept from the one look: other threads exhaust loops without the lock.
      const auto found = [&] {
        const auto open =
            std::find_if(loops_.begin(), loops_.end(), [](const auto& l) { return !l->exhausted(); });
        loop = open == loops_.end() ? nullptr : *open;
        return loop != nullptr;
      };
      if (!wake_.wait(lock, stop, found)) return;
      // Counted while the pool's lock is held: run() waits for this thread once the loop has left loops_.
      const std::lock_guard counting(loop->mutex);
      ++loop->working;
    }
    loop->drain();
    const std::lock_guard lock(loop->mutex);
    if (--loop->working == 0) loop->ended.notify_all();
  }
}

}  // namespace basso::services
