/* Loops for activations: the array functions of "activation/1" from one expression each, in C and C++.
 *
 * An expression is a macro of T (float or double: write constants as (T)0.5), the element x, for slopes also
 * y = f(x), and p, the component's numbers as T: p[0] is the first parameter. It may call the functions
 * of <basso/math.h> (BASSO_TANH(T, x)) and its own static functions.
 *
 *   #define VALUE(T, x, p) BASSO_TANH(T, x)
 *   #define SLOPE(T, x, y, p) ((1 - (y)) * (1 + (y)))
 *   BASSO_ELEMENTWISE(tanh, VALUE, SLOPE)      defines tanh_value_f32, tanh_value_f64, tanh_derivative_f32 …
 *
 * What the loops take care of: blocks of fixed length, so that GCC and Clang vectorise in place without an
 * epilogue (-O2 suffices in C; C++ needs -O3, which inlines a class's functions); the rest of an array goes
 * through the same block, so that the bits of a result do not depend on its place or on count; numbers are
 * copied out of memory first; and a library built for plain x86-64 chooses at each call among code for SSE2,
 * AVX2 with FMA, and AVX-512. */
#ifndef BASSO_LOOPS_H
#define BASSO_LOOPS_H

#include <basso/activation.h>

/* For the rest of the file that includes this: floating-point flags are not observed, which lets GCC turn
 * both sides of a selection into vector code. Take BASSO_SQRT for sqrt. No result changes. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-trapping-math", "no-math-errno")
#endif

#include <basso/math.h>
#include <basso/math_special.h>

/* Elements of a block: a multiple of every vector length. */
#define BASSO_BLOCK 64

/* BASSO_DISPATCH is the widest code that a library built for plain x86-64 carries: 0 SSE2 alone, 1 AVX2, 2
 * (unless you define it before) AVX-512. */
#ifndef BASSO_DISPATCH
#if defined(__x86_64__) && !defined(__AVX512F__)
#define BASSO_DISPATCH 2
#else
#define BASSO_DISPATCH 0
#endif
#endif

/* Neighbouring elements do not depend on each other, though y may equal x. Clang would unroll a loop as short
 * as |x| before it vectorises, and leave it scalar. */
#if defined(__clang__)
#define BASSO_VECTORISE _Pragma("clang loop vectorize(assume_safety) unroll(disable)")
#else
#define BASSO_VECTORISE _Pragma("GCC ivdep")
#endif

/* The functions that BASSO_ACTIVATION(symbol, …) wants: VALUE(T, x, p) is f(x), SLOPE(T, x, y, p) is f'(x).
 */
#define BASSO_ELEMENTWISE(symbol, VALUE, SLOPE)                                           \
  BASSO_UNARY(symbol##_value_f32, float, (VALUE(float, basso_x, basso_p)))                \
  BASSO_UNARY(symbol##_value_f64, double, (VALUE(double, basso_x, basso_p)))              \
  BASSO_BINARY(symbol##_derivative_f32, float, (SLOPE(float, basso_x, basso_y, basso_p))) \
  BASSO_BINARY(symbol##_derivative_f64, double, (SLOPE(double, basso_x, basso_y, basso_p)))

/* The table symbol_second of "second/1": SECOND(T, x, p) is f''(x). */
#define BASSO_SECOND(symbol, SECOND)                                           \
  BASSO_UNARY(symbol##_second_f32, float, (SECOND(float, basso_x, basso_p)))   \
  BASSO_UNARY(symbol##_second_f64, double, (SECOND(double, basso_x, basso_p))) \
  static const basso_second_v1 symbol##_second = {symbol##_second_f32, symbol##_second_f64};

/* The table symbol_trainable of "trainable/1" for one trainable parameter: BY(T, x, p) is df/dp. */
#define BASSO_TRAINABLE(symbol, BY)                                                                         \
  BASSO_UNARY(symbol##_by_f32, float, (BY(float, basso_x, basso_p)))                                        \
  BASSO_UNARY(symbol##_by_f64, double, (BY(double, basso_x, basso_p)))                                      \
  static void symbol##_parameter_f32(const double* numbers, uint32_t parameter, const float* x, float* d,   \
                                     uint64_t count) {                                                      \
    (void)parameter;                                                                                        \
    symbol##_by_f32(numbers, x, d, count);                                                                  \
  }                                                                                                         \
  static void symbol##_parameter_f64(const double* numbers, uint32_t parameter, const double* x, double* d, \
                                     uint64_t count) {                                                      \
    (void)parameter;                                                                                        \
    symbol##_by_f64(numbers, x, d, count);                                                                  \
  }                                                                                                         \
  static const basso_trainable_v1 symbol##_trainable = {symbol##_parameter_f32, symbol##_parameter_f64};

/* name(numbers, x, out, count) and name(numbers, x, y, out, count) for one expression, in parentheses, in
 * basso_x, basso_y and basso_p. */
#define BASSO_UNARY(name, T, EXPRESSION)                                        \
  BASSO_BINARY(name##_of, T, EXPRESSION)                                        \
  static void name(const double* numbers, const T* x, T* out, uint64_t count) { \
    name##_of(numbers, x, x, out, count);                                       \
  }
#define BASSO_BINARY(name, T, EXPRESSION)                                                   \
  BASSO_LOOP(name##_plain, , T, EXPRESSION)                                                 \
  BASSO_LOOP_WIDER(name, T, EXPRESSION)                                                     \
  static void name(const double* numbers, const T* x, const T* y, T* out, uint64_t count) { \
    BASSO_LOOP_CHOOSE(name, (numbers, x, y, out, count))                                    \
    name##_plain(numbers, x, y, out, count);                                                \
  }

/* One copy of the code, so that an array's rest goes through the very instructions of its blocks. */
#if defined(__clang__)
#define BASSO_ONE_CODE __attribute__((noinline))
#else
#define BASSO_ONE_CODE __attribute__((noinline, noclone))
#endif

#define BASSO_LOOP(name, TARGET, T, EXPRESSION)                                                          \
  TARGET static void name##_rest(const double* numbers, const T* x, const T* y, T* out, uint64_t count); \
  TARGET BASSO_ONE_CODE static void name(const double* numbers, const T* x, const T* y, T* out,          \
                                         uint64_t count) {                                               \
    T basso_p[BASSO_MAX_NUMBERS];                                                                        \
    for (int k = 0; k < BASSO_MAX_NUMBERS; ++k) basso_p[k] = (T)numbers[k];                              \
    (void)basso_p;                                                                                       \
    const uint64_t whole = count / BASSO_BLOCK * BASSO_BLOCK;                                            \
    for (uint64_t first = 0; first < whole; first += BASSO_BLOCK) {                                      \
      const T *block_x = x + first, *block_y = y + first;                                                \
      T* block_out = out + first;                                                                        \
      BASSO_VECTORISE                                                                                    \
      for (int k = 0; k < BASSO_BLOCK; ++k) {                                                            \
        const T basso_x = block_x[k], basso_y = block_y[k];                                              \
        (void)basso_x;                                                                                   \
        (void)basso_y;                                                                                   \
        block_out[k] = (T)EXPRESSION;                                                                    \
      }                                                                                                  \
    }                                                                                                    \
    if (whole < count) name##_rest(numbers, x + whole, y + whole, out + whole, count - whole);           \
  }                                                                                                      \
  /* The last count < BASSO_BLOCK elements, as a block of their own. */                                  \
  TARGET BASSO_ONE_CODE static void name##_rest(const double* numbers, const T* x, const T* y, T* out,   \
                                                uint64_t count) {                                        \
    T rest_x[BASSO_BLOCK], rest_y[BASSO_BLOCK], rest_out[BASSO_BLOCK];                                   \
    for (uint64_t k = 0; k < BASSO_BLOCK; ++k) rest_x[k] = x[k < count ? k : 0];                         \
    for (uint64_t k = 0; k < BASSO_BLOCK; ++k) rest_y[k] = y[k < count ? k : 0];                         \
    name(numbers, rest_x, rest_y, rest_out, BASSO_BLOCK);                                                \
    for (uint64_t k = 0; k < count; ++k) out[k] = rest_out[k];                                           \
  }

#define BASSO_TARGET_AVX2 __attribute__((target("avx2,fma")))
#define BASSO_TARGET_AVX512 __attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq")))
#define BASSO_HAS_AVX2 (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
#define BASSO_HAS_AVX512                                                      \
  (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && \
   __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))

#if BASSO_DISPATCH >= 2
#define BASSO_LOOP_WIDER(name, T, EXPRESSION)               \
  BASSO_LOOP(name##_avx2, BASSO_TARGET_AVX2, T, EXPRESSION) \
  BASSO_LOOP(name##_avx512, BASSO_TARGET_AVX512, T, EXPRESSION)
#define BASSO_LOOP_CHOOSE(name, arguments) \
  if (BASSO_HAS_AVX512) {                  \
    name##_avx512 arguments;               \
    return;                                \
  }                                        \
  if (BASSO_HAS_AVX2) {                    \
    name##_avx2 arguments;                 \
    return;                                \
  }
#elif BASSO_DISPATCH == 1
#define BASSO_LOOP_WIDER(name, T, EXPRESSION) BASSO_LOOP(name##_avx2, BASSO_TARGET_AVX2, T, EXPRESSION)
#define BASSO_LOOP_CHOOSE(name, arguments) \
  if (BASSO_HAS_AVX2) {                    \
    name##_avx2 arguments;                 \
    return;                                \
  }
#else
#define BASSO_LOOP_WIDER(name, T, EXPRESSION)
#define BASSO_LOOP_CHOOSE(name, arguments)
#endif

#endif
