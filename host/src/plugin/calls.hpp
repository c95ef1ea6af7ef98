// The frame around every call into a plugin: it says which one its thread is in. Room nn has it around the
// array functions, so that it costs two stores, and nothing here but known_call needs to be linked.
#pragma once

#include <signal.h>
#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <exception>
#include <string>
#include <utility>

#include "basso/plugin_calls.hpp"

namespace basso::plugin {

// The same object for the same plugin and function. Thread-safe.
const PluginCall* known_call(const std::string& who, const std::string& component, const std::string& call,
                             Exit exit);

// What one thread is doing; on a cache line of its own.
struct alignas(64) CallSlot {
  std::atomic<const PluginCall*> call{nullptr};
  std::atomic<bool> taken{false};
};
inline constinit std::array<CallSlot, 256> call_slots{};
inline constinit CallSlot nameless_slot{};  // of threads beyond these
[[gnu::tls_model("initial-exec")]] inline constinit thread_local CallSlot* own_slot = nullptr;

// A thread's slot, and a stack for handlers of signals where it has none: one that has used up its own stack
// could not say so.
class CallingThread {
 public:
  CallingThread() noexcept {
    own_slot = &nameless_slot;
    for (CallSlot& slot : call_slots) {
      if (slot.taken.exchange(true)) continue;
      own_slot = &slot;
      break;
    }
    stack_t before{};
    if (sigaltstack(nullptr, &before) != 0 || (before.ss_flags & SS_DISABLE) == 0) return;
    void* memory =
        mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) return;
    stack_.ss_sp = memory;
    stack_.ss_size = stack_bytes;
    sigaltstack(&stack_, nullptr);
  }
  ~CallingThread() {
    if (own_slot->call.load() != nullptr) return;  // out of a call by exit(), whose handlers will ask for it
    if (stack_.ss_sp) {
      const stack_t none{nullptr, SS_DISABLE, 0};
      sigaltstack(&none, nullptr);
      munmap(stack_.ss_sp, stack_bytes);
    }
    CallSlot* const slot = own_slot;
    own_slot = &nameless_slot;  // static objects that end after this thread may still unload plugins
    if (slot != &nameless_slot) slot->taken = false;
  }
  CallingThread(const CallingThread&) = delete;
  CallingThread& operator=(const CallingThread&) = delete;

 private:
  static constexpr std::size_t stack_bytes = std::size_t{64} << 10;
  stack_t stack_{};
};

[[gnu::cold]] inline CallSlot* take_slot() noexcept {
  static thread_local const CallingThread thread;
  return own_slot;
}

// As long as it lives this thread is in this call; null: in none that has a name.
class CallScope {
 public:
  explicit CallScope(const PluginCall* call) noexcept
      : slot_(own_slot ? own_slot : take_slot()), outer_(slot_->call.load(std::memory_order_relaxed)) {
    slot_->call.store(call, std::memory_order_relaxed);
  }
  ~CallScope() { slot_->call.store(outer_, std::memory_order_relaxed); }
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

 private:
  CallSlot* slot_;
  const PluginCall* outer_;
};

// A call into a plugin that failed. `who`: as PluginCall has it.
class PluginFailure : public Error {
 public:
  PluginFailure(Exit code, const std::string& message, std::string who)
      : Error(code, message), who_(std::move(who)) {}
  const std::string& who() const noexcept { return who_; }

 private:
  std::string who_;
};

// The exception that is being handled left the plugin: a sentence about it.
inline std::string escaped_text(const std::string& advice =
                                    "catch it inside and return a status with "
                                    "basso_fail, as the C++ layer does") {
  std::string what = "something that is no std::exception";
  try {
    throw;
  } catch (const std::exception& problem) {
    what = problem.what();
  } catch (...) {
  }
  return "the plugin threw an exception across the C boundary (" + what + "); " + advice;
}

// The same out of an array function, which has no status.
[[noreturn, gnu::cold]] inline void throw_from_array(const PluginCall* call) {
  const std::string where = call ? std::string(call->who) + ": " + call->call + ": " : "";
  throw PluginFailure(Exit::run_failed, where + escaped_text("catch it inside and give NaN"),
                      call ? call->who : "");
}

}  // namespace basso::plugin
