/* Activations: kind "activation/1".
 *
 * An activation is a stateless elementwise function of x and of its numbers. It has no instance. The host
 * calls whole arrays, from many threads at once, on tiles that lie in the cache; never one element at a time.
 *
 * Numbers: the values of the component's parameters as doubles, in the order of its table (a choice is its
 * position). Their types are bool, integer, real or choice. The array is padded with zeros to
 * BASSO_MAX_NUMBERS entries, so that a loop may copy a fixed count into locals: numbers behind a pointer keep
 * compilers from vectorising.
 *
 * Rules for the array functions
 *   - `y` (or `d`) equals an input array exactly or is disjoint from it. No alignment is promised. count
 *     may be 0.
 *   - The bits of a result depend on its x and on the numbers only: never on count, position or alignment.
 *   - NaN gives NaN, in value and derivative; an infinity gives the limit where there is one; a
 *     subnormal x is computed with, or taken for 0; no |x| up to 2^40 (float64: 2^320) gives NaN.
 *   - They do not allocate, lock, throw, or change the floating-point environment; -ffast-math is forbidden
 *     (the host checks).
 *   - float32 functions may compute in float32 throughout; float64 functions are accurate to double
 * precision, since gradients are checked against finite differences with them. */
#ifndef BASSO_ACTIVATION_H
#define BASSO_ACTIVATION_H

#include <basso/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BASSO_ACTIVATION_KIND "activation/1"
#define BASSO_MAX_NUMBERS 16

/* Which of basso_facts' statements are made. */
enum basso_fact {
  BASSO_FACT_LOWER = 1,     /* f(x) >= lower */
  BASSO_FACT_UPPER = 2,     /* f(x) <= upper */
  BASSO_FACT_LIPSCHITZ = 4, /* |f(x) - f(y)| <= lipschitz |x - y| */
  BASSO_FACT_PARITY = 8,    /* parity +1: f(-x) = f(x); -1: f(-x) = -f(x) */
  BASSO_FACT_MONOTONE = 16, /* monotone +1: never decreases; -1: never increases */
  BASSO_FACT_KINKS = 32, /* f' exists everywhere but at kinks[0 .. kink_count-1]; none: f is differentiable */
  BASSO_FACT_PIECEWISE_LINEAR = 64, /* f is linear between neighbouring kinks */
  BASSO_FACT_ZERO_BELOW = 128,      /* f(x) and f'(x) are exactly zero for x <= zero_below */
  BASSO_FACT_ZERO_ABOVE = 256,      /* f(x) and f'(x) are exactly zero for x >= zero_above */
  BASSO_FACT_SURROGATE = 512        /* `derivative` is deliberately not f' (FINER's detached scale) */
};

/* What is known about f at the current numbers, for all values of the trainable ones. A statement counts only
 * where its bit is set in `stated`. Every statement is verified by `basso plugin check`. Growable. */
typedef struct basso_facts {
  uint32_t size;
  uint32_t stated; /* sum of enum basso_fact */
  int32_t parity;
  int32_t monotone;
  double lower;
  double upper;
  double lipschitz;
  double zero_below;
  double zero_above;
  uint32_t kink_count;
  uint32_t reserved; /* zero */
  double kinks[16];  /* ascending */
} basso_facts;

/* The mandatory table. Every slot is filled. */
typedef struct basso_activation_v1 {
  /* y[i] = f(x[i]), i < count. */
  void (*value_f32)(const double* numbers, const float* x, float* y, uint64_t count);
  void (*value_f64)(const double* numbers, const double* x, double* y, uint64_t count);
  /* d[i] = f'(x[i]); y[i] = f(x[i]) as `value` gave it, bit for bit, so that tanh costs one multiplication
   * here. d may equal x or y. At a kink: the derivative on either side. */
  void (*derivative_f32)(const double* numbers, const float* x, const float* y, float* d, uint64_t count);
  void (*derivative_f64)(const double* numbers, const double* x, const double* y, double* d, uint64_t count);
  /* States facts about f at these numbers; `facts` arrives zeroed. Any thread. */
  int32_t (*facts)(const double* numbers, basso_facts* facts, basso_error* error);
} basso_activation_v1;

/* ---- Optional tables ---- */

/* "trainable/1": the parameters with the role "trainable" are trained, one set of values for each layer. The
 * host owns them inside the parameter vector (after the layer's biases, outside weight decay and clipping),
 * keeps them inside their range, optimises and stores them, and passes the current values among the numbers.
 */
typedef struct basso_trainable_v1 {
  /* d[i] = df/dp (x[i]) for the parameter at position `parameter` of the table; the host multiplies by the
   * upstream gradient and sums in a fixed order. Same rules as derivative_f32. */
  void (*parameter_f32)(const double* numbers, uint32_t parameter, const float* x, float* d, uint64_t count);
  void (*parameter_f64)(const double* numbers, uint32_t parameter, const double* x, double* d,
                        uint64_t count);
} basso_trainable_v1;

/* One linear map of the network, the output's included. Growable. */
typedef struct basso_layer {
  uint32_t size;
  uint32_t index;   /* 0 is the map that takes the inputs */
  uint32_t count;   /* linear maps in all; index count-1 is the output's, behind which no activation stands */
  uint32_t inputs;  /* fan-in */
  uint32_t outputs; /* fan-out */
  uint32_t reserved; /* zero */
} basso_layer;

enum basso_law {
  BASSO_LAW_NORMAL = 1, /* N(0, scale^2) */
  BASSO_LAW_UNIFORM = 2 /* U(-scale, scale) */
};

/* How a linear map starts: both laws are stated, and scales are finite and not negative. Growable. */
typedef struct basso_init {
  uint32_t size;
  int32_t weight_law; /* enum basso_law */
  int32_t bias_law;
  int32_t reserved; /* zero */
  double weight_scale;
  double bias_scale;
} basso_init;

/* "layers/1": rules that depend on the layer. */
typedef struct basso_layers_v1 {
  /* result[0 .. BASSO_MAX_NUMBERS-1] = the numbers for the activation behind this linear map (never asked for
   * the last one). It arrives as a copy of `numbers`. Trainable numbers may not be changed here. */
  int32_t (*numbers)(const double* numbers, const basso_layer* layer, double* result, basso_error* error);
  /* The activation's own initialisation law, used with init = "activation", asked for every linear map, the
   * output's included. `init` arrives zeroed. */
  int32_t (*init)(const double* numbers, const basso_layer* layer, basso_init* init, basso_error* error);
} basso_layers_v1;

/* "fourier/1": the closed-form transform F[f](k) = integral of f(x) exp(-i k x) dx, k in radians per unit of
 * x, k != 0 (in the sense of tempered distributions where f is not integrable). */
typedef struct basso_fourier_v1 {
  int32_t (*transform)(const double* numbers, const double* k, double* real, double* imaginary,
                       uint64_t count, basso_error* error);
} basso_fourier_v1;

/* "second/1": d2[i] = f''(x[i]) away from kinks. */
typedef struct basso_second_v1 {
  void (*second_f32)(const double* numbers, const float* x, float* d2, uint64_t count);
  void (*second_f64)(const double* numbers, const double* x, double* d2, uint64_t count);
} basso_second_v1;

/* ---- Registration ---- */

/* Defines symbol_facts from statements that fill `facts` and may read `numbers`:
 * BASSO_FACTS(softsign, facts->stated = BASSO_FACT_PARITY; facts->parity = -1) */
#define BASSO_FACTS(symbol, STATEMENTS)                                                          \
  static int32_t symbol##_facts(const double* numbers, basso_facts* facts, basso_error* error) { \
    (void)numbers, (void)error;                                                                  \
    STATEMENTS;                                                                                  \
    return BASSO_OK;                                                                             \
  }

/* Defines the component `symbol` from functions named symbol_value_f32, symbol_value_f64,
 * symbol_derivative_f32, symbol_derivative_f64 and symbol_facts. */
#define BASSO_ACTIVATION(symbol, id, version, summary, source, parameters, extensions)                     \
  static const basso_activation_v1 symbol##_functions = {symbol##_value_f32, symbol##_value_f64,           \
                                                         symbol##_derivative_f32, symbol##_derivative_f64, \
                                                         symbol##_facts};                                  \
  BASSO_COMPONENT(symbol, BASSO_ACTIVATION_KIND, id, version, summary, source, "", parameters, extensions, \
                  &symbol##_functions)

#ifdef __cplusplus
}
#endif

#endif
