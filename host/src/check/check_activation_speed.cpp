// Whether the array functions vectorise, seen in two ways: one instruction stores several elements (which no
// load of the machine changes), and none takes many times as long as the SDK's tanh (which finds the scalar
// functions of libm, whatever stores their results).
#include <basso/loops.h>
#include <time.h>

#include <algorithm>
#include <array>

#include "check/activation_checks.hpp"
#include "check/activation_subject.hpp"
#include "check/stores.hpp"

namespace basso::check::activation {
namespace {

#define REFERENCE_VALUE(T, x, p) BASSO_TANH(T, x)
BASSO_UNARY(reference_f32, float, (REFERENCE_VALUE(float, basso_x, basso_p)))
BASSO_UNARY(reference_f64, double, (REFERENCE_VALUE(double, basso_x, basso_p)))
void reference(const double* numbers, const float* x, float* y, std::uint64_t count) {
  reference_f32(numbers, x, y, count);
}
void reference(const double* numbers, const double* x, double* y, std::uint64_t count) {
  reference_f64(numbers, x, y, count);
}

// What remains where all else is there.
template <class T>
const char* by_hand(const ArrayFunction<T>& f) {
  return f.takes_y ? "; where a class's derivative is worked out from its formula, write `derivative` by hand"
                   : "";
}

// ---- What one instruction stores ----

// Elements that the instruction stores which writes the one in the middle of an array, at a few places in
// relation to the blocks in which a loop may go: the median. 0: nothing was seen. `over_x`: the result lies
// over x.
template <class T, class Call>
std::size_t stored_at_once(std::span<const T> points, bool over_x, Call&& call) {
  constexpr std::size_t count = 1'024;
  const Tripwire wire;
  std::array<std::size_t, 7> seen{};
  std::vector<T> x(points.begin(), points.begin() + count);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    constexpr std::array<std::size_t, seen.size()> places = {384, 401, 450, 512, 515, 590, 639};
    T* const out = reinterpret_cast<T*>(wire.middle()) - places[i];
    if (over_x) std::copy(x.begin(), x.end(), out);
    const std::size_t bytes = wire.written_at_once([&] { call(over_x ? out : x.data(), out, count); });
    seen[i] = (bytes + sizeof(T) - 1) / sizeof(T);
  }
  std::nth_element(seen.begin(), seen.begin() + seen.size() / 2, seen.end());
  return seen[seen.size() / 2];
}

template <class T>
Finding stores_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  const Setting& setting = subject.settings().front();
  const double* numbers = setting.numbers.data();
  const std::vector<T> x = moderate<T>(context.random(3), 1'024);
  const std::vector<T> y = subject.apply(subject.functions<T>().front(), setting, std::span<const T>(x));
  const bool is_value = &f == &subject.functions<T>().front();
  // As the host calls them: everything out of place in training, values also in place.
  for (const bool over_x : {false, true}) {
    if (over_x && !is_value) continue;
    context.doing(fmt::format("{}, watched at one store{}", f.name, over_x ? ", the result over x" : ""));
    const std::size_t own = stored_at_once<T>(
        x, over_x, [&](const T* from, T* out, std::uint64_t count) { reference(numbers, from, out, count); });
    const std::size_t stored = stored_at_once<T>(x, over_x, [&](const T* from, T* out, std::uint64_t count) {
      f.call(numbers, from, y.data(), out, count);
    });
    if (stored != 1 || own < 2) continue;  // this build of Basso does not vectorise itself
    return fmt::format(
        "{} stores one element at a time{}, where the SDK's loops store {} by one instruction on this "
        "machine: its loop does not vectorise. Use BASSO_ELEMENTWISE or BASSO_ACTIVATION_CLASS with "
        "selections in place of branches, and BASSO_SQRT in place of sqrt; build C with -O2 or more, C++ and "
        "loops of your own with -O3{}. In front of a loop of your own stands BASSO_VECTORISE "
        "(<basso/loops.h>): y may equal x, but elements do not depend on each other",
        f.name, over_x ? " when the result lies over x" : "", own, by_hand(f));
  }
  return passed;
}

// ---- Time ----

constexpr std::size_t kTimed = 2'048;  // elements: three arrays of them lie in the first cache
constexpr int kCalls = 20;             // of each measurement
constexpr double kTimesTanh = 12;
constexpr int kRounds = 5;
constexpr double kSecondsOfRounds = 0.5;  // of this thread, after which no round begins

template <class Call>
double seconds_of(Call&& call) {
  const double before = thread_seconds();
  for (int i = 0; i < kCalls; ++i) call();
  return thread_seconds() - before;
}

struct Times {
  double plugin = 0, tanh = 0;  // seconds of kCalls calls
  double ratio() const { return plugin / std::max(tanh, 1e-9); }
};

// The pair with the median ratio among pairs measured one after the other. Neither time is told by its
// shortest: a virtual machine's clock may take from a thread's time what others took from the machine before.
template <class T>
Times median_times(const Subject& subject, const ArrayFunction<T>& f, std::span<const T> x) {
  const Setting& setting = subject.settings().front();
  const double* numbers = setting.numbers.data();
  const std::vector<T> y = subject.apply(subject.functions<T>().front(), setting, x);
  std::vector<T> out(x.size());
  std::array<Times, 41> pairs;
  for (Times& pair : pairs) {
    pair.tanh = seconds_of([&] { reference(numbers, x.data(), out.data(), x.size()); });
    pair.plugin = seconds_of([&] { f.call(numbers, x.data(), y.data(), out.data(), x.size()); });
  }
  const auto middle = pairs.begin() + pairs.size() / 2;
  std::ranges::nth_element(pairs, middle, {}, &Times::ratio);
  return *middle;
}

// A function is slow only if it is in every round: what disturbs a round does not last. One that is slow
// beyond doubt has few rounds, as a check has a few seconds.
template <class T>
Finding time_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  const std::vector<T> x = moderate<T>(context.random(3), kTimed);
  context.doing(fmt::format("timing {}", f.name));
  const double begun = thread_seconds();
  Times least = median_times<T>(subject, f, x);
  for (int round = 1; round < kRounds && thread_seconds() - begun < kSecondsOfRounds; ++round) {
    if (least.ratio() <= kTimesTanh) return passed;
    least = std::ranges::min(least, median_times<T>(subject, f, x), {}, &Times::ratio);
  }
  if (least.ratio() <= kTimesTanh) return passed;
  const double per_element = 1e9 / (kTimed * kCalls);
  return fmt::format(
      "{} takes {:.2f} ns an element, {:.0f} times as long as the SDK's vectorised tanh on this machine "
      "({:.2f} ns; {:.0f} times is allowed): its loop does not vectorise. Use BASSO_ELEMENTWISE or "
      "BASSO_ACTIVATION_CLASS with selections in place of branches, and the functions of <basso/math.h> in "
      "place of libm's; build C with -O2 or more, C++ with -O3{}",
      f.name, least.plugin * per_element, least.ratio(), least.tanh * per_element, kTimesTanh, by_hand(f));
}

}  // namespace

Finding speed(Context& context) {
  const Subject subject(context);
  Finding finding = each_function(subject, [&](const auto& f) { return time_of(context, subject, f); });
  if (!finding.empty()) return finding;
  return each_function(subject, [&](const auto& f) { return stores_of(context, subject, f); });
}

}  // namespace basso::check::activation
