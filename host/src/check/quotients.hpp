// Derivatives from values alone: central differences with steps from 1/2 down to 2^-28, extrapolated after
// Richardson, the best of them chosen by its own estimate of the error (Ridders 1982, "Accurate computation
// of F'(x) and F'(x) F''(x)", chooses among steps in the same way). A fixed step fails sin(30 x).
#pragma once

#include <functional>
#include <span>
#include <vector>

namespace basso::check {

struct Quotient {
  double value;
  double error;  // estimated: rounding of the values, and what the next order of extrapolation changed
};

struct Moved {
  std::function<std::vector<double>(double offset)> values;  // [n] f at every point moved by the offset
  std::vector<double> reach;  // [n] f is smooth within this distance; longer steps do not count
  std::vector<double> noise;  // [n] rounding error of one value, absolute
  std::vector<double> place;  // [n] |x|: x is rounded, too, when it is moved and inside of f
  double unit = 1;            // the steps are this many times 1/2, 1/4, …
};

// [n] The derivative by the offset at 0. Where no step is short enough the error is infinite.
std::vector<Quotient> difference_quotients(const Moved& f);

}  // namespace basso::check
