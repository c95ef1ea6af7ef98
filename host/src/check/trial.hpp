// What the families target and probe share: the parameter values that a component is tried with, and
// comparison of numbers by their bits.
#pragma once

#include <malloc.h>

#include <fmt/format.h>

#include <cstddef>
#include <future>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "basso/error.hpp"
#include "check/behaviour.hpp"
#include "check/check.hpp"

namespace basso::check {

// Enough to tell one behaviour from another; enough for growth, for what comes with a period and for what
// goes wrong late.
constexpr int kFewRecordings = Setting{}.recordings, kManyRecordings = 16;

// Values that the component accepts. `text` opens a finding: "" for the user's values over the defaults, else
// "with samples = 300: ".
struct Configuration {
  plugin::ParameterValues values;
  std::string text;
  int recordings = kFewRecordings;  // that a probe makes where it counts how many
};

// The user's values over the defaults first, with many recordings, then a few drawn ones that creation
// accepts.
std::vector<Configuration> configurations(Context& context, const Workbench& bench);

// For Context::doing: "use with samples = 300".
std::string use_of(const Configuration& configuration);

// What to do about an Error of a call that ought to succeed.
inline std::string unexpected(const Error& error) {
  return fmt::format("{}. What create has accepted must work in every call: refuse there what cannot be done",
                     error.what());
}

// The first finding of body(configuration) -> Finding, with the configuration in front; an Error is one, too.
template <class Body>
Finding in_each(Context& context, const Workbench& bench, Body&& body) {
  for (const Configuration& configuration : configurations(context, bench)) {
    Finding finding;
    context.doing(use_of(configuration));
    try {
      finding = body(configuration);
    } catch (const Error& error) {
      finding = unexpected(error);
    }
    if (!finding.empty()) return configuration.text + finding;
  }
  return passed;
}

constexpr std::size_t no_difference = static_cast<std::size_t>(-1);
// The first entry whose bits differ (one that only one of them has, too), or no_difference.
std::size_t first_difference(std::span<const double> one, std::span<const double> other);

// New memory (malloc, new) and freed memory is filled with a byte of its own for each of two uses, so that
// what is read before it was written shows as a difference.
enum class Filled { one = 0x55, other = 0xaa };
inline void fill_memory(Filled with) { mallopt(M_PERTURB, static_cast<int>(with)); }

// body() on a thread of its own; what it throws is thrown here.
template <class Body>
auto elsewhere(Body&& body) {
  return std::async(std::launch::async, std::forward<Body>(body)).get();
}

}  // namespace basso::check
