/* Targets: kind "target/1". A target is what the network learns: named sets of points with the values there.
 *
 * Life: create (declares the sets) -> fill, any number of times and in any order, from one thread at a time
 * -> destroy. A host creates one instance for each repeat and sweep point. */
#ifndef BASSO_TARGET_H
#define BASSO_TARGET_H

#include <basso/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BASSO_TARGET_KIND "target/1"

/* One axis of a grid or of a series. Growable. */
typedef struct basso_axis {
  uint32_t size;
  uint32_t reserved;    /* zero */
  const char* name;     /* "z", "frequency", "layer"; never "" */
  const char* unit;     /* "" when it has none */
  uint64_t length;      /* entries along the axis, 1 to 2^32 */
  const double* values; /* [length], or NULL: start + step * i */
  double start;
  double step;               /* 0 with values == NULL: the index, 0, 1, 2, …, whatever `start` is */
  double period;             /* > 0: the axis is periodic with this period, in its unit; 0: it is not */
  const char* const* labels; /* [length] names of the entries, or NULL */
} basso_axis;

/* An axis with equal steps, and one with given values. */
#define BASSO_AXIS(name, unit, length, start, step, period) \
  { (uint32_t)sizeof(basso_axis), 0, name, unit, length, 0, start, step, period, 0 }
#define BASSO_AXIS_VALUES(name, unit, length, values) \
  { (uint32_t)sizeof(basso_axis), 0, name, unit, length, values, 0.0, 0.0, 0.0, 0 }

/* A named set of points, row by row: inputs [rows x input_dim], outputs [rows x output_dim], latents
 * [rows x latent_dim]. A latent is a coordinate that the network does not see: the angle of a flower, the
 * projection of an image. Where the rows form a regular grid, axes describe it: the product of their lengths
 * is `rows`, the last axis runs fastest, and the coordinate of an axis is an input's or a latent's, by its
 * name. Growable. */
typedef struct basso_set {
  uint32_t size;
  uint32_t axis_count; /* at most 8; 0: the rows form no grid */
  /* 1 to 64 letters, digits, '-' and '_', unique in the target; "train" is what the network is trained on */
  const char* name;
  const char* role;               /* "train", "test", "manifold", "dense" or "outside" */
  uint64_t rows;                  /* > 0 */
  uint32_t input_dim;             /* > 0, the same in all sets */
  uint32_t output_dim;            /* > 0, the same in all sets */
  uint32_t latent_dim;            /* may be 0 */
  uint32_t reserved;              /* zero */
  const basso_axis* const* axes;  /* [axis_count] */
  const char* const* input_names; /* [input_dim], each different, or NULL */
  const char* provenance; /* what the data is, for figures: "MNIST training images 0 to 9999"; or "" */
  /* [latent_dim], each different, or NULL: "z", "projection". Where an axis has the same name, its unit and
   * period are the latent's. */
  const char* const* latent_names;
} basso_set;

#define BASSO_SET(name, role, rows, input_dim, output_dim, latent_dim, axes, axis_count)                   \
  {                                                                                                        \
    (uint32_t)sizeof(basso_set), axis_count, name, role, rows, input_dim, output_dim, latent_dim, 0, axes, \
        0, "", 0                                                                                           \
  }

/* The mandatory table. Every slot is filled. */
typedef struct basso_target_v1 {
  /* Makes an instance from the validated parameters (in the order of the component's table) and declares each
   * of its sets through the service "target-setup/1". At least one set is named "train". After a failure
   * *instance is not destroyed. The same seed, repeat and parameters give the same target. */
  int32_t (*create)(const basso_host* host, const basso_value* const* values, void** instance,
                    basso_error* error);
  void (*destroy)(void* instance);
  /* Writes rows first .. first+rows-1 of the set at position `set` (in the order of declaration). An array
   * that is NULL is not wanted. Any chunking, order and thread gives the same bytes; every value is finite.
   */
  int32_t (*fill)(void* instance, uint32_t set, uint64_t first, uint64_t rows, double* inputs,
                  double* outputs, double* latents, basso_error* error);
} basso_target_v1;

/* "spectrum/1": the exact spectrum as ground truth, as the lines of a Fourier series along one axis of a set:
 * y = Re(sum over lines of (real + i imaginary) exp(2 pi i k t)), t in the unit of the axis, k >= 0 in cycles
 * per unit. So A sin(2 pi k t + phi) is the line A exp(i (phi - pi/2)), whose modulus is the amplitude A. A
 * set with several axes may have its lines along any one of them; whoever must know which takes sets with
 * one. */
typedef struct basso_spectrum_v1 {
  /* *count = number of lines for output 0 of this set; fills the first `capacity` of them, ascending in k
   * (the arrays may be NULL where it is 0). 0 lines: the spectrum of this set is not known in closed form. */
  int32_t (*lines)(void* instance, uint32_t set, uint32_t capacity, double* k, double* real,
                   double* imaginary, uint32_t* count, basso_error* error);
} basso_spectrum_v1;

/* Defines the component `symbol` from functions named symbol_create, symbol_destroy and symbol_fill. */
#define BASSO_TARGET(symbol, id, version, summary, source, services, parameters, extensions)                 \
  static const basso_target_v1 symbol##_functions = {symbol##_create, symbol##_destroy, symbol##_fill};      \
  BASSO_COMPONENT(symbol, BASSO_TARGET_KIND, id, version, summary, source, services, parameters, extensions, \
                  &symbol##_functions)

#ifdef __cplusplus
}
#endif

#endif
