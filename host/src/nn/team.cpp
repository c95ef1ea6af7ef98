// A region is opened, drained by all, and closed; helpers that come late find another number.
#include "nn/team.hpp"

#include <hwy/cache_control.h>

#include <cfenv>
#include <thread>
#include <utility>

#include "plugin/calls.hpp"

namespace basso::nn {
namespace {

constexpr int spins = 4000;  // some 100 µs: longer than what a step does on one thread between two regions

}  // namespace

void Team::run(size_t count, Call call, const void* task) {
  if (count < 2 || helpers_ == 0 || taken_.exchange(true)) {
    for (size_t i = 0; i < count; ++i) call(task, i);
    return;
  }
  call_ = call;
  task_ = task;
  count_ = count;
  taken_tasks_ = 0;
  ++region_;
  region_.notify_all();
  drain(true);
  ++region_;
  // A helper counts itself before it looks at the region again: whoever is not counted now sees it closed.
  for (int i = 0; inside_ != 0; ++i) i < spins ? hwy::Pause() : std::this_thread::yield();
  const std::exception_ptr failure = std::exchange(failure_, nullptr);
  failed_ = false;
  taken_ = false;
  if (failure) std::rethrow_exception(failure);
}

void Team::drain(bool from_the_first) {
  try {
    for (;;) {
      const uint64_t before = taken_tasks_.fetch_add(from_the_first ? 1 : uint64_t{1} << 32);
      const uint64_t first = before & UINT32_MAX, last = before >> 32;
      if (first + last >= count_) return;
      call_(task_, from_the_first ? first : count_ - 1 - last);
    }
  } catch (...) {
    taken_tasks_ = count_;
    if (!failed_.exchange(true)) failure_ = std::current_exception();
  }
}

void Team::help() {
  const plugin::CallScope none(nullptr);  // this thread's slot is taken now, not in a step
  std::fenv_t environment;
  std::fegetenv(&environment);
  ++helpers_;
  for (;;) {
    const uint32_t seen = region_;  // before the look at closed_: what close() changes then ends the wait
    if (closed_) break;
    if (seen % 2 == 1) {
      ++inside_;
      if (region_ == seen) {
        drain(false);
        std::fesetenv(&environment);  // a plugin that changed it is found by the thread that trains
      }
      --inside_;
    }
    wait_for_other_than(seen);
  }
  --helpers_;
}

void Team::wait_for_other_than(uint32_t region) const {
  for (int i = 0; i < spins; ++i) {
    if (region_ != region) return;
    hwy::Pause();
  }
  region_.wait(region);
}

void Team::close() {
  closed_ = true;
  region_ += 2;
  region_.notify_all();
}

}  // namespace basso::nn
