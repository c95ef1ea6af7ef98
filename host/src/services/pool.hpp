// The worker pool behind parallel/1. Loops of several jobs share its threads; a loop inside a task runs
// serially on the task's thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace basso::services {

class Pool {
 public:
  // `threads` counts the caller's own: 1 starts none.
  explicit Pool(unsigned threads);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Calls task(i) for i < count, ascending in the order of their start, and returns when all have ended. A
  // task that returns false stops the loop: no index above the lowest such one need run, all below it do. A
  // task must not throw. Returns the lowest index whose task returned false, or count.
  std::uint64_t run(std::uint64_t count, const std::function<bool(std::uint64_t)>& task);
  // Whether the calling thread is inside a task of any pool.
  static bool inside_task();

 private:
  struct Loop;
  void work(const std::stop_token& stop);
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<std::shared_ptr<Loop>> loops_;
  std::vector<std::jthread> threads_;
};

}  // namespace basso::services
