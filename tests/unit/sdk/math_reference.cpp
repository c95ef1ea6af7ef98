// Compiled with -ffast-math, so that GCC takes glibc's vector functions (libmvec: at most 4 ulp of a float64,
// some 1e-8 ulp of a float32), which makes looking at all float32 arguments a matter of a minute.
#include "unit/sdk/math_reference.hpp"

#include <cmath>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#define VECTORISED _Pragma("omp simd")
#else  // Clang has no vector functions to take, and warns where it is told to vectorise all the same.
#define EACH_PROCESSOR
#define VECTORISED
#endif

#define REFERENCE(name, VALUE)                                                                  \
  EACH_PROCESSOR void name##_reference(const double* x, double* y, const std::uint64_t count) { \
    VECTORISED for (std::uint64_t i = 0; i < count; ++i) y[i] = VALUE;                          \
  }

namespace basso::test {

// sin(pi a), the sign turned where the whole number nearest to x, which was taken off x, is odd.
inline double turned(double a, double x) {
  const double n = std::floor(x + 0.5), odd = n - 2 * std::floor(0.5 * n);
  return (1 - 2 * odd) * std::sin(0x1.921fb54442d18p1 * a);
}

REFERENCE(exp, std::exp(x[i]))
REFERENCE(expm1, std::expm1(x[i]))
REFERENCE(exp_negative, std::exp(-std::abs(x[i])))
REFERENCE(exp2_normal, std::exp2(x[i]))
REFERENCE(expm1_negative, std::expm1(-std::abs(x[i])))
REFERENCE(sinpi, turned(x[i] - std::floor(x[i] + 0.5), x[i]))
REFERENCE(cospi, turned(0.5 - std::abs(x[i] - std::floor(x[i] + 0.5)), x[i]))
REFERENCE(tanh, std::tanh(x[i]))
REFERENCE(logistic, (x[i] < 0 ? std::exp(x[i]) : 1.0) / (1.0 + std::exp(-std::abs(x[i]))))
REFERENCE(sin, std::sin(x[i]))
REFERENCE(cos, std::cos(x[i]))
REFERENCE(log1p, std::log1p(x[i]))
REFERENCE(erf, std::erf(x[i]))
REFERENCE(sqrt, std::sqrt(x[i]))

}  // namespace basso::test
