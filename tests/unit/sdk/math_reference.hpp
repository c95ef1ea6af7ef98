// libm's functions over arrays of float64, as references for float32.
#pragma once

#include <cstdint>

namespace basso::test {

using Reference = void (*)(const double* x, double* y, std::uint64_t count);

void exp_reference(const double* x, double* y, std::uint64_t count);
void expm1_reference(const double* x, double* y, std::uint64_t count);
void exp_negative_reference(const double* x, double* y, std::uint64_t count);
void exp2_normal_reference(const double* x, double* y, std::uint64_t count);
void expm1_negative_reference(const double* x, double* y, std::uint64_t count);
void sinpi_reference(const double* x, double* y, std::uint64_t count);
void cospi_reference(const double* x, double* y, std::uint64_t count);
void tanh_reference(const double* x, double* y, std::uint64_t count);
void logistic_reference(const double* x, double* y, std::uint64_t count);
void sin_reference(const double* x, double* y, std::uint64_t count);
void cos_reference(const double* x, double* y, std::uint64_t count);
void log1p_reference(const double* x, double* y, std::uint64_t count);
void erf_reference(const double* x, double* y, std::uint64_t count);
void sqrt_reference(const double* x, double* y, std::uint64_t count);

}  // namespace basso::test
