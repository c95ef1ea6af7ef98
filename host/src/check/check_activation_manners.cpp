// What a call does beside its result: floating-point environment, memory, other threads.
#include <atomic>
#include <thread>

#include "check/activation_checks.hpp"
#include "check/activation_subject.hpp"
#include "check/meter.hpp"
#include "plugin/float_environment.hpp"

namespace basso::check::activation {
namespace {

// Calls f on short and on long arrays at each setting, then many times on a short one. `watched(call)` makes
// the call and says what was wrong, and what to do.
template <class T, class Watched>
Finding in_all_calls(const Context& context, const Subject& subject, const ArrayFunction<T>& f,
                     Watched&& watched) {
  const std::vector<T> x = moderate<T>(context.random(3), kLong.back());
  std::vector<T> y(x.size()), out(x.size());
  std::string wrong;
  const auto goes_well = [&](const Setting& setting, std::size_t count) {
    wrong = watched([&] { f.call(setting.numbers.data(), x.data(), y.data(), out.data(), count); });
    return wrong.empty();
  };
  for (const Setting& setting : subject.settings())
    for (const std::size_t count : {std::size_t{1}, std::size_t{100}, kLong[0], kLong[1]}) {
      context.doing(called(f, count) + with(setting));
      for (int call = 0; call < 3; ++call)
        if (!goes_well(setting, count))
          return fmt::format("{}{}: {}", called(f, count), with(setting), wrong);
    }
  const int many = context.thorough() ? 100'000 : 10'000;
  constexpr std::size_t few = 16;
  context.doing(fmt::format("{} calls of {}", many, called(f, few)));
  for (int call = 1; call <= many; ++call)
    if (!goes_well(subject.settings().front(), few))
      return fmt::format("{}, in call {} of {}: {}", called(f, few), call, many, wrong);
  return passed;
}

template <class T>
Finding environment_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  const plugin::FloatEnvironment environment;
  return in_all_calls(context, subject, f, [&](auto&& call) -> std::string {
    call();
    const std::string changed = environment.restored();
    if (changed.empty()) return "";
    return fmt::format(
        "after the call {}: the rest of the program computes in that environment, too. Leave it as it is, "
        "and build without -ffast-math",
        changed);
  });
}

template <class T>
Finding allocations_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  return in_all_calls(context, subject, f, [&](auto&& call) -> std::string {
    const std::uint64_t before = meter().allocations();
    call();
    const std::uint64_t made = meter().allocations() - before;
    if (made == 0) return "";
    return fmt::format(
        "it asked for memory {} time{}; array functions run in the innermost loops of many threads and "
        "must not allocate, not even now and then: work element by element, or in blocks on the stack",
        made, made == 1 ? "" : "s");
  });
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
      "memory that they share. Use local variables only, no static and no global ones",
      f.name, kThreads);
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

}  // namespace basso::check::activation
