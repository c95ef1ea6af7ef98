// log/1, random/1, parallel/1 and scratch/1.
#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <span>

#include "nn/random.hpp"
#include "services/context.hpp"
#include "services/tables.hpp"

namespace basso::services {
namespace {

void write_line(const basso_host* host, std::int32_t level, const char* line) noexcept {
  try {
    const Host& owner = Host::of(host);
    owner.shared().write_log(level, owner.label() + ": " + (line ? line : ""));
  } catch (...) {
    return;  // a log line that cannot be written must not end the run
  }
}

nn::Stream stream_of(const basso_host* host, std::uint64_t stream, std::uint64_t row) {
  const Host& owner = Host::of(host);
  return nn::Stream(
      nn::StreamKey{owner.shared().seed, owner.repeat(), owner.kind(), owner.id(), stream, row});
}

void uniform(const basso_host* host, std::uint64_t stream, std::uint64_t row, double* values,
             std::uint64_t count) {
  stream_of(host, stream, row).uniforms(std::span(values, count));
}

void normal(const basso_host* host, std::uint64_t stream, std::uint64_t row, double* values,
            std::uint64_t count) {
  stream_of(host, stream, row).normals(std::span(values, count));
}

void bits(const basso_host* host, std::uint64_t stream, std::uint64_t row, std::uint64_t* values,
          std::uint64_t count) {
  nn::Stream numbers = stream_of(host, stream, row);
  for (std::uint64_t i = 0; i < count; ++i) values[i] = numbers.bits64();
}

using Task = std::int32_t (*)(void* context, std::uint64_t index, basso_error* error);

struct TaskFailure {
  std::uint64_t index = 0;
  std::int32_t status = BASSO_OK;
  std::string sentence;
};

// One task in its own frame, as a part of the call that started the loop; what escapes it becomes a failure.
TaskFailure run_task(const PluginCall* call, Task task, void* context, std::uint64_t index) {
  const plugin::CallScope scope(call);
  ErrorText text;
  const plugin::FloatEnvironment environment;
  TaskFailure outcome{index, BASSO_OK, ""};
  try {
    outcome.status = task(context, index, text.abi());
  } catch (...) {
    outcome.status = basso_fail(text.abi(), BASSO_ERROR_INTERNAL, plugin::escaped_text().c_str());
  }
  environment.restored();
  if (outcome.status != BASSO_OK) outcome.sentence = text.sentence();
  return outcome;
}

std::int32_t run_parallel(const basso_host* host, std::uint64_t count, Task task, void* context,
                          basso_error* error) noexcept {
  return guarded(error, [&] {
    if (!task) throw Refusal(BASSO_ERROR_INTERNAL, "the task of a parallel loop is NULL");
    Shared& shared = Host::of(host).shared();
    const PluginCall* call = plugin_call();
    std::mutex mutex;
    TaskFailure first{count, BASSO_OK, ""};
    std::atomic<bool> cancelled = false;
    shared.pool.run(count, [&](std::uint64_t index) {
      if (shared.stopping()) {
        cancelled = true;
        return false;
      }
      TaskFailure outcome = run_task(call, task, context, index);
      if (outcome.status == BASSO_OK) return true;
      const std::lock_guard lock(mutex);
      if (index < first.index) first = std::move(outcome);
      return false;
    });
    if (cancelled) throw Refusal(BASSO_ERROR_CANCELLED, "the run is to stop");
    if (first.status != BASSO_OK) throw Refusal(first.status, first.sentence);
  });
}

std::int32_t is_cancelled(const basso_host* host) { return Host::of(host).shared().stopping() ? 1 : 0; }

void* take_scratch(const basso_host* host, std::uint64_t bytes) { return Host::of(host).arena().take(bytes); }

}  // namespace

const basso_log_v1& log_table() {
  static const basso_log_v1 table = {write_line};
  return table;
}

const basso_random_v1& random_table() {
  static const basso_random_v1 table = {uniform, normal, bits};
  return table;
}

const basso_parallel_v1& parallel_table() {
  static const basso_parallel_v1 table = {run_parallel, is_cancelled};
  return table;
}

const basso_scratch_v1& scratch_table() {
  static const basso_scratch_v1 table = {take_scratch};
  return table;
}

}  // namespace basso::services
