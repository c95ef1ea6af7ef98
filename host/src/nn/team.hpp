// Threads without work of their own that help those which train a large network.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>

namespace basso::nn {

// One thread at a time is helped: the tasks of another one run on its own thread alone. Which thread runs a
// task must not matter to what it computes.
class Team {
 public:
  // Calls task(i) for each i < count, on this thread, from the first on, and on those inside help(), from the
  // last on, so that a thread makes about the same part in one run and the next. Returns when all have ended.
  // What a task throws is thrown here then, of several the first. Allocates and locks nothing.
  template <class Task>
  void run(size_t count, const Task& task) {
    run(
        count, [](const void* t, size_t i) { (*static_cast<const Task*>(t))(i); }, &task);
  }

  bool helped() const { return helpers_ > 0; }

  // Helps, until close() is called. Between tasks that come soon after each other the thread spins, else it
  // sleeps.
  void help();
  // Sends the helpers home; while nobody is inside run().
  void close();

 private:
  using Call = void (*)(const void* task, size_t i);
  void run(size_t count, Call call, const void* task);
  void drain(bool from_the_first);
  void wait_for_other_than(uint32_t region) const;

  std::atomic<int> helpers_{0};  // inside help()
  std::atomic<bool> closed_{false};
  std::atomic<bool> taken_{false};   // by the thread that is helped
  std::atomic<uint32_t> region_{0};  // odd while there are tasks to be taken
  std::atomic<int> inside_{0};       // helpers that may look at what follows
  Call call_ = nullptr;
  const void* task_ = nullptr;
  size_t count_ = 0;  // below 2^32
  std::atomic<bool> failed_{false};
  std::exception_ptr failure_;                        // of the first task that failed
  alignas(64) std::atomic<uint64_t> taken_tasks_{0};  // from the first on, and times 2^32 from the last on
};

}  // namespace basso::nn
