// What a call does beside its result: floating-point environment, memory, other threads, time.
#include <basso/loops.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <thread>

#include "check/activation_checks.hpp"
#include "check/activation_subject.hpp"
#include "check/meter.hpp"
#include "plugin/float_environment.hpp"

namespace basso::check::activation {
namespace {

template <class T>
Finding environment_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  const Setting& setting = subject.settings().front();
  const std::vector<T> x = moderate<T>(context.random(3), 100);
  context.made_for("the floating-point environment");
  const plugin::FloatEnvironment environment;
  subject.apply(f, setting, std::span<const T>(x));
  const std::string changed = environment.restored();
  if (changed.empty()) return passed;
  return fmt::format(
      "after {}, {}: the rest of the program computes in that environment, too. Leave it as it is, and build "
      "without -ffast-math",
      f.name, changed);
}

template <class T>
Finding allocations_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  const Setting& setting = subject.settings().front();
  for (const std::size_t count : {1u, 100u, 10'000u}) {
    const std::vector<T> x = moderate<T>(context.random(3), count);
    std::vector<T> y(count), out(count);
    context.doing(fmt::format("{} on {} elements", f.name, count));
    for (int call = 0; call < 3; ++call) {
      const std::uint64_t before = meter().allocations();
      f.call(setting.numbers.data(), x.data(), y.data(), out.data(), count);
      if (const std::uint64_t made = meter().allocations() - before; made > 0)
        return fmt::format(
            "{} with count = {} asked for memory {} times; array functions run in the innermost loops of "
            "many "
            "threads and must not allocate: work element by element, or in blocks on the stack",
            f.name, count, made);
    }
  }
  return passed;
}

// Processor time of this thread, which other programs do not lengthen.
double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

constexpr unsigned kThreads = 4;

// Every thread has its own setting and arguments and compares with what one thread alone had computed.
template <class T>
Finding threads_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  constexpr std::size_t count = 2'000;
  const double seconds = context.thorough() ? 0.5 : 0.05;  // of each thread
  std::vector<std::vector<T>> x, y, expected;
  const auto setting = [&](std::size_t t) -> const Setting& {
    return subject.settings()[t % subject.settings().size()];
  };
  for (std::size_t t = 0; t < kThreads; ++t) {
    x.push_back(moderate<T>(context.random(10 + t), count));
    y.push_back(subject.apply(subject.functions<T>().front(), setting(t), std::span<const T>(x[t])));
    expected.push_back(subject.apply(f, setting(t), std::span<const T>(x[t])));
  }
  context.doing(fmt::format("{} in {} threads at once", f.name, kThreads));
  std::atomic<unsigned> waiting{kThreads};
  std::atomic<bool> differs{false};
  std::vector<std::thread> team;
  for (std::size_t t = 0; t < kThreads; ++t)
    team.emplace_back([&, t] {
      std::vector<T> out(count);
      --waiting;
      while (waiting > 0) std::this_thread::yield();
      for (const double begin = thread_seconds(); thread_seconds() - begin < seconds && !differs;) {
        f.call(setting(t).numbers.data(), x[t].data(), y[t].data(), out.data(), count);
        if (first_difference<T>(expected[t], out) >= 0) differs = true;
      }
    });
  for (std::thread& member : team) member.join();
  if (!differs) return passed;
  return fmt::format(
      "{} gives other results when {} threads call it at once, each with arrays of its own: it writes to "
      "memory "
      "that they share. Use local variables only, no static and no global ones",
      f.name, kThreads);
}

// ---- Speed ----

#define REFERENCE_VALUE(T, x, p) BASSO_TANH(T, x)
BASSO_UNARY(reference_f32, float, (REFERENCE_VALUE(float, basso_x, basso_p)))
BASSO_UNARY(reference_f64, double, (REFERENCE_VALUE(double, basso_x, basso_p)))
void reference(const double* numbers, const float* x, float* y, std::uint64_t count) {
  reference_f32(numbers, x, y, count);
}
void reference(const double* numbers, const double* x, double* y, std::uint64_t count) {
  reference_f64(numbers, x, y, count);
}

constexpr std::size_t kTimed = 2'048;  // elements: three arrays of them lie in the first cache
constexpr int kCalls = 20;             // of each measurement

template <class Call>
double seconds_of(Call&& call) {
  const double before = thread_seconds();
  for (int i = 0; i < kCalls; ++i) call();
  return thread_seconds() - before;
}

constexpr double kTimesTanh = 12;

// The shortest of many alternating measurements each: whatever disturbs makes one longer, never shorter.
template <class T>
Finding speed_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  const Setting& setting = subject.settings().front();
  const std::vector<T> x = moderate<T>(context.random(3), kTimed);
  const std::vector<T> y = subject.apply(subject.functions<T>().front(), setting, std::span<const T>(x));
  std::vector<T> out(kTimed);
  double plugin = std::numeric_limits<double>::infinity(), tanh = plugin;
  context.doing(fmt::format("timing {}", f.name));
  for (int i = 0; i < 40; ++i) {
    const auto* numbers = setting.numbers.data();
    tanh = std::min(tanh, seconds_of([&] { reference(numbers, x.data(), out.data(), kTimed); }));
    plugin = std::min(plugin, seconds_of([&] { f.call(numbers, x.data(), y.data(), out.data(), kTimed); }));
  }
  if (plugin <= kTimesTanh * tanh) return passed;
  const double per_element = 1e9 / (kTimed * kCalls);
  return fmt::format(
      "{} takes {:.2f} ns an element, {:.0f} times as long as the SDK's vectorised tanh on this machine "
      "({:.2f} ns; {:.0f} times is allowed): its loop does not vectorise. Use BASSO_ELEMENTWISE or "
      "BASSO_ACTIVATION_CLASS with selections in place of branches, and the functions of <basso/math.h> in "
      "place "
      "of libm's; build with -O2 or more",
      f.name, plugin * per_element, plugin / tanh, tanh * per_element, kTimesTanh);
}

}  // namespace

Finding environment(Context& context) {
  const Subject subject(context);
  return each_function(subject, [&](const auto& f) { return environment_of(context, subject, f); });
}

Finding allocations(Context& context) {
  const Subject subject(context);
  return each_function(subject, [&](const auto& f) { return allocations_of(context, subject, f); });
}

Finding threads(Context& context) {
  const Subject subject(context);
  return each_function(subject, [&](const auto& f) { return threads_of(context, subject, f); });
}

Finding speed(Context& context) {
  const Subject subject(context);
  return each_function(subject, [&](const auto& f) { return speed_of(context, subject, f); });
}

}  // namespace basso::check::activation
