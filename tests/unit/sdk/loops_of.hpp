// One set of loops, compiled three times for the test: at dispatch levels 0, 1 and 2.
#pragma once

#include <cstdint>

namespace loops_test {

struct Loops {
  void (*value_f32)(const double*, const float*, float*, std::uint64_t);
  void (*value_f64)(const double*, const double*, double*, std::uint64_t);
  void (*derivative_f32)(const double*, const float*, const float*, float*, std::uint64_t);
  void (*derivative_f64)(const double*, const double*, const double*, double*, std::uint64_t);
};

Loops loops_at_0();
Loops loops_at_1();
Loops loops_at_2();

}  // namespace loops_test
