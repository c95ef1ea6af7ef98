// How the array functions read and write: activation.h, "Rules for the array functions".
#include <algorithm>
#include <array>
#include <numeric>

#include "check/activation_checks.hpp"
#include "check/activation_subject.hpp"
#include "check/guarded.hpp"

namespace basso::check::activation {
namespace {

// Arguments, y and results of one function at one setting, out of place in arrays of their own.
template <class T>
struct Reference {
  Reference(const Subject& subject, const ArrayFunction<T>& f, const Setting& setting, std::vector<T> points)
      : x(std::move(points)),
        y(subject.apply(subject.functions<T>().front(), setting, std::span<const T>(x))),
        out(subject.apply(f, setting, std::span<const T>(x))) {}
  std::vector<T> x, y, out;
};

// `where` says what was different about this call: "in arrays 4 bytes off".
template <class T>
Finding unequal(const ArrayFunction<T>& f, std::span<const T> x, std::span<const T> expected,
                std::span<const T> got, const std::string& where, const std::string& advice) {
  const std::ptrdiff_t at = first_difference(expected, got);
  if (at < 0) return passed;
  const auto i = static_cast<std::size_t>(at);
  return fmt::format("{} gives {} for x = {} (element {} of {}) {}, and {} otherwise. {}", f.name,
                     shown(got[i]), x[i], i + 1, x.size(), where, shown(expected[i]), advice);
}

// An array that begins `shift` elements behind a multiple of 64 bytes, with room before and behind.
template <class T>
class Shifted {
 public:
  Shifted(std::span<const T> values, std::size_t shift) : storage_(values.size() + 192) {
    const auto address = reinterpret_cast<std::uintptr_t>(storage_.data());
    const std::size_t to_line = (64 - address % 64) % 64 / sizeof(T);
    begin_ = storage_.data() + 64 + to_line + shift;
    std::copy(values.begin(), values.end(), begin_);
  }
  T* data() { return begin_; }

 private:
  std::vector<T> storage_;
  T* begin_;
};

template <class T>
Finding calls_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  context.made_for("ordinary arguments");
  const std::vector<double> wide = arguments(context, basso_facts{});
  for (const Setting& setting : subject.settings())
    for (const std::vector<T>& x :
         {moderate<T>(context.random(3), 100), moderate<T>(context.random(4), 2'000),
          std::vector<T>(wide.begin(), wide.end())})
      subject.apply(f, setting, std::span<const T>(x));
  return passed;
}

template <class T>
Finding alignment_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  const Setting& setting = subject.settings().front();
  const Reference<T> at(subject, f, setting, moderate<T>(context.random(3), 100));
  for (std::size_t shift = 0; shift < 64 / sizeof(T); ++shift)
    for (const bool together : {true, false}) {
      const std::size_t other = together ? shift : 0;
      Shifted<T> x(at.x, shift), y(at.y, other), out(at.x, other);
      const std::string where = fmt::format("in arrays {} bytes behind a multiple of 64", shift * sizeof(T));
      context.doing(called(f, 100) + " " + where + ": no alignment is promised beyond that of an element");
      f.call(setting.numbers.data(), x.data(), y.data(), out.data(), at.x.size());
      Finding finding =
          unequal<T>(f, at.x, at.out, {out.data(), at.x.size()}, where,
                     "The bits of a result must not depend on alignment: send all elements through the "
                     "same code (BASSO_ELEMENTWISE does).");
      if (!finding.empty()) return finding;
    }
  return passed;
}

// Nothing may be touched: arrays without room between guard pages, then none at all.
template <class T>
Finding touched_nothing(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  const double* numbers = subject.settings().front().numbers.data();
  const std::string rule = ": count may be 0, and then no element is read or written";
  for (const Edge edge : {Edge::end, Edge::begin}) {
    const Guarded x("x", 0, edge), y("y", 0, edge), out(f.takes_y ? "d" : "the result", 0, edge);
    context.doing(called(f, 0) + rule);
    f.call(numbers, static_cast<const T*>(x.data()), static_cast<const T*>(y.data()),
           static_cast<T*>(out.data()), 0);
    for (const Guarded* array : {&x, &y, &out})
      if (const std::string damage = array->damage(); !damage.empty())
        return fmt::format("{}: {}. Write elements 0 to count - 1 and nothing else: none where count is 0",
                           called(f, 0), damage);
  }
  context.doing(called(f, 0) + " with null arrays" + rule);
  f.call(numbers, nullptr, nullptr, nullptr, 0);
  return passed;
}

template <class T>
Finding edges_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  const Setting& setting = subject.settings().front();
  std::vector<std::size_t> counts = {1,  2,  3,  4,  5,  7,  8,  9,   15,  16,
                                     17, 31, 32, 33, 63, 64, 65, 127, 129, 1'000};
  const std::vector<std::size_t> blocks = block_lengths();
  counts.insert(counts.end(), blocks.begin(), blocks.end());
  counts.insert(counts.end(), kLong.begin(), kLong.end());
  for (const std::size_t count : counts)
    for (const Edge edge : {Edge::end, Edge::begin}) {
      const std::vector<T> points = moderate<T>(context.random(3), count);
      const Guarded numbers("numbers", sizeof(nn::Numbers), edge), x("x", count * sizeof(T), edge),
          y("y", count * sizeof(T), edge), out(f.takes_y ? "d" : "the result", count * sizeof(T), edge);
      std::copy(setting.numbers.begin(), setting.numbers.end(), numbers.as<double>().begin());
      std::copy(points.begin(), points.end(), x.as<T>().begin());
      const std::vector<T> values =
          subject.apply(subject.functions<T>().front(), setting, std::span<const T>(points));
      std::copy(values.begin(), values.end(), y.as<T>().begin());
      for (const Guarded* input : {&numbers, &x, &y}) input->read_only();
      context.doing(called(f, count) + ": elements 0 to count - 1 and nothing else may be read or written");
      f.call(static_cast<const double*>(numbers.data()), static_cast<const T*>(x.data()),
             static_cast<const T*>(y.data()), static_cast<T*>(out.data()), count);
      for (const Guarded* array : {&numbers, &x, &y, &out})
        if (const std::string damage = array->damage(); !damage.empty())
          return fmt::format("{}: {}. Write elements 0 to count - 1 and nothing else", called(f, count),
                             damage);
    }
  return touched_nothing(context, subject, f);
}

template <class T>
Finding repeat_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  constexpr int rounds = 100;
  std::vector<Reference<T>> first;
  for (const Setting& setting : subject.settings())
    first.emplace_back(subject, f, setting, moderate<T>(context.random(3), 500));
  for (int round = 2; round <= rounds; ++round)
    for (std::size_t s = 0; s < first.size(); ++s) {
      context.made_for(fmt::format("call {} of {}", round, rounds));
      const std::vector<T> again = subject.apply(f, subject.settings()[s], std::span<const T>(first[s].x));
      Finding finding =
          unequal<T>(f, first[s].x, first[s].out, again,
                     fmt::format("in its call number {}{}", round, with(subject.settings()[s])),
                     "Results must depend on x and the numbers only: keep nothing between calls.");
      if (!finding.empty()) return finding;
    }
  return passed;
}

template <class T>
Finding lengths_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  const Setting& setting = subject.settings().front();
  const Reference<T> at(subject, f, setting, moderate<T>(context.random(3), kLong.back()));
  std::vector<std::size_t> counts(140);
  std::iota(counts.begin(), counts.end(), std::size_t{0});
  counts.push_back(1'000);
  const std::vector<std::size_t> blocks = block_lengths();
  counts.insert(counts.end(), blocks.begin(), blocks.end());
  counts.insert(counts.end(), kLong.begin(), kLong.end());
  for (const std::size_t count : counts) {
    context.doing(called(f, count));
    // An element that keeps both of two different fillings has not been written.
    std::array<std::vector<T>, 2> out;
    for (const std::size_t which : {0u, 1u}) {
      out[which].assign(count, T(which == 0 ? 1e30 : -1e30));
      f.call(setting.numbers.data(), at.x.data(), at.y.data(), out[which].data(), count);
    }
    const std::ptrdiff_t unwritten = first_difference<T>(out[0], out[1]);
    if (unwritten >= 0)
      return fmt::format(
          "{} leaves element {} unwritten; each of 0 to count - 1 must be computed, whatever count is: "
          "also what is left behind the last whole block, and beyond a 16-bit count",
          called(f, count), unwritten);
  }
  return passed;
}

constexpr const char* kAnyPlace =
    "The bits of a result depend on its x and the numbers only; let the rest of an array go through the "
    "same code as its blocks, and long arrays through that of short ones (BASSO_ELEMENTWISE does).";

// Long arrays in one call, from an odd element on, against pieces of 100.
template <class T>
Finding long_position_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f,
                         const Setting& setting) {
  constexpr std::size_t many = kLong.back(), piece = 100;
  const std::vector<T> x = moderate<T>(context.random(4), many);
  std::vector<T> y = x, pieces(many), whole(many);
  const auto call = [&](const ArrayFunction<T>& function, std::vector<T>& out, std::size_t first,
                        std::size_t count) {
    context.doing(called(function, count));
    function.call(setting.numbers.data(), x.data() + first, y.data() + first, out.data() + first, count);
  };
  for (std::size_t first = 0; first < many; first += piece) {
    const std::size_t count = std::min(piece, many - first);
    call(subject.functions<T>().front(), y, first, count);
    call(f, pieces, first, count);
  }
  for (const std::size_t length : kLong)
    for (const std::size_t first : {0u, 1u, 3u}) {
      const std::size_t count = length - first;
      call(f, whole, first, count);
      const auto part = [&](const std::vector<T>& all) { return std::span(all).subspan(first, count); };
      const std::string where =
          fmt::format("in one call with all of them, {} bytes behind an aligned place{}", first * sizeof(T),
                      with(setting));
      Finding finding = unequal<T>(f, part(x), part(pieces), part(whole), where, kAnyPlace);
      if (!finding.empty()) return finding;
    }
  return passed;
}

template <class T>
Finding position_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  const std::size_t many = 300;
  for (const Setting& setting : subject.settings()) {
    const Reference<T> at(subject, f, setting, moderate<T>(context.random(3), many));
    for (const std::size_t length : {1u, 2u, 3u, 5u, 7u, 8u, 13u, 16u, 31u, 64u, 67u, 299u}) {
      std::vector<T> out(many);
      context.doing(called(f, length));
      for (std::size_t begin = 0; begin < many; begin += length)
        f.call(setting.numbers.data(), at.x.data() + begin, at.y.data() + begin, out.data() + begin,
               std::min(length, many - begin));
      const std::string where =
          fmt::format("when the array is passed in pieces of {}{}", length, with(setting));
      if (Finding finding = unequal<T>(f, at.x, at.out, out, where, kAnyPlace); !finding.empty())
        return finding;
    }
    std::vector<T> x(at.x.rbegin(), at.x.rend());
    std::vector<T> out = subject.apply(f, setting, std::span<const T>(x));
    std::reverse(out.begin(), out.end());
    Finding finding =
        unequal<T>(f, at.x, at.out, out, "when the array is reversed" + with(setting), kAnyPlace);
    if (finding.empty()) finding = long_position_of(context, subject, f, setting);
    if (!finding.empty()) return finding;
  }
  return passed;
}

template <class T>
Finding in_place_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  const std::string advice =
      "The result may lie where an input lies: read element i before writing it, and use no restrict.";
  for (const std::size_t count : {std::size_t{1}, std::size_t{17}, std::size_t{64}, kLong[0]}) {
    const Setting& setting = subject.settings().back();
    const Reference<T> at(subject, f, setting, moderate<T>(context.random(3), count));
    std::vector<T> x = at.x, y = at.y;
    context.doing(called(f, count) + " with the result over x");
    f.call(setting.numbers.data(), x.data(), y.data(), x.data(), count);
    Finding finding = unequal<T>(f, at.x, at.out, x, "when it is written over x" + with(setting), advice);
    if (!finding.empty() || !f.takes_y) {
      if (!finding.empty()) return finding;
      continue;
    }
    context.doing(called(f, count) + " with the result over y");
    f.call(setting.numbers.data(), at.x.data(), y.data(), y.data(), count);
    finding = unequal<T>(f, at.x, at.out, y, "when it is written over y" + with(setting), advice);
    if (!finding.empty()) return finding;
  }
  return passed;
}

}  // namespace

Finding calls(Context& context) {
  const Subject subject(context);
  return each_function(subject, [&](const auto& f) { return calls_of(context, subject, f); });
}

Finding alignment(Context& context) {
  const Subject subject(context);
  return each_function(subject, [&](const auto& f) { return alignment_of(context, subject, f); });
}

Finding edges(Context& context) {
  const Subject subject(context);
  return each_function(subject, [&](const auto& f) { return edges_of(context, subject, f); });
}

Finding repeat(Context& context) {
  const Subject subject(context);
  return each_function(subject, [&](const auto& f) { return repeat_of(context, subject, f); });
}

Finding lengths(Context& context) {
  const Subject subject(context);
  return each_function(subject, [&](const auto& f) { return lengths_of(context, subject, f); });
}

Finding position(Context& context) {
  const Subject subject(context);
  return each_function(subject, [&](const auto& f) { return position_of(context, subject, f); });
}

Finding in_place(Context& context) {
  const Subject subject(context);
  return each_function(subject, [&](const auto& f) { return in_place_of(context, subject, f); });
}

}  // namespace basso::check::activation
