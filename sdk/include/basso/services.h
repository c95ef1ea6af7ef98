/* Host services: named tables that a component asks its host for: host->service(host, "random/1").
 *
 * A component lists the services that it uses in its registration; those are never NULL, and others always
 * are. The two setup tables need no listing: "target-setup/1" and "probe-setup/1" exist during create of
 * their kind, "emit/1" during observe. The first argument is always the host that the instance was created
 * with. Unless a function says otherwise it may be called during create, prepare, fill and observe, and
 * returns a status. Arrays are float64, row by row; complex numbers are pairs (real, imaginary). */
#ifndef BASSO_SERVICES_H
#define BASSO_SERVICES_H

#include <basso/probe.h>
#include <basso/target.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "target-setup/1", during a target's create. */
#define BASSO_SERVICE_TARGET_SETUP "target-setup/1"
typedef struct basso_target_setup_v1 {
  /* Declares the next set (positions count from 0). The struct and what it points to are copied. */
  int32_t (*add_set)(const basso_host* host, const basso_set* set, basso_error* error);
} basso_target_setup_v1;

/* "probe-setup/1", during a probe's create. */
#define BASSO_SERVICE_PROBE_SETUP "probe-setup/1"
typedef struct basso_probe_setup_v1 {
  /* Asks for something at every observation: *handle is its position in observation->needs. A need that this
   * host does not know is refused by name (BASSO_ERROR_UNSUPPORTED). Of the set named `set`, `what` may be
   * - "inputs" [rows x input_dim]
   * - "outputs" [rows x output_dim], the target's values
   * - "latents" [rows x latent_dim]
   * - "predictions" [rows x output_dim], the network's values, bit for bit those of the training pass
   * - "loss" [1 x 1], the training loss on this set (logits in, for bce and softmax)
   * and where `set` is "", "parameters" [1 x parameter_count] or
   * - "gradient" [1 x parameter_count], of the loss on all of "train", in training precision.
   * Matrices of a set that do not change are the same memory at every observation. */
  int32_t (*need)(const basso_host* host, const char* what, const char* set, uint32_t* handle,
                  basso_error* error);
  /* Registers points of the probe's own as a set with this name, [rows x input_dim], which need() then knows
   * for "inputs" and "predictions". The points are copied. */
  int32_t (*add_points)(const basso_host* host, const char* name, const double* points, uint64_t rows,
                        basso_error* error);
  /* Declares a series: *handle is for emit/1. The struct and what it points to are copied. */
  int32_t (*add_series)(const basso_host* host, const basso_series* series, uint32_t* handle,
                        basso_error* error);
} basso_probe_setup_v1;

/* "emit/1", during observe, from the calling thread only. */
#define BASSO_SERVICE_EMIT "emit/1"
typedef struct basso_emit_v1 {
  /* count is the product of the series' axis lengths, 1 without axes. The values are copied. Twice in one
   * observation is an error, and so is a series that is not due (BASSO_ONCE, BASSO_FINAL). */
  int32_t (*emit)(const basso_host* host, uint32_t series, const double* values, uint64_t count,
                  basso_error* error);
} basso_emit_v1;

/* "sets/1": the target's sets, for probes at any time. `set` is a position in scene->sets. */
#define BASSO_SERVICE_SETS "sets/1"
typedef struct basso_sets_v1 {
  /* Any array may be NULL. */
  int32_t (*read)(const basso_host* host, uint32_t set, uint64_t first, uint64_t rows, double* inputs,
                  double* outputs, double* latents, basso_error* error);
  /* The target's exact lines as spectrum/1 defines them; *count = 0 where it states none. */
  int32_t (*lines)(const basso_host* host, uint32_t set, uint32_t capacity, double* k, double* real,
                   double* imaginary, uint32_t* count, basso_error* error);
} basso_sets_v1;

/* "evaluate/1": the network as a function, for probes during observe. parameters == NULL means the current
 * ones. */
#define BASSO_SERVICE_EVALUATE "evaluate/1"
typedef struct basso_evaluate_v1 {
  /* outputs[rows x output_dim] at points[rows x input_dim], in training precision and, with the current
   * parameters, bit for bit as the training pass computes them. No row depends on its neighbours. May be
   * called in parallel tasks. */
  int32_t (*evaluate)(const basso_host* host, const double* parameters, const double* points, uint64_t rows,
                      double* outputs, basso_error* error);
  /* Value and derivative of the activation behind hidden layer `layer` (from 0) in float64, with the current
   * trainable numbers. derivative may be NULL. */
  int32_t (*activation)(const basso_host* host, uint32_t layer, const double* x, double* value,
                        double* derivative, uint64_t count, basso_error* error);
} basso_evaluate_v1;

/* "derivatives/1": first derivatives of the network in float64, for probes during observe. J is the Jacobian
 * of all outputs at all points. parameters == NULL means the current ones. May be called in parallel tasks.
 */
#define BASSO_SERVICE_DERIVATIVES "derivatives/1"
typedef struct basso_derivatives_v1 {
  /* gradient[parameter_count] = J_parameters^T cotangents, cotangents[rows x output_dim]. */
  int32_t (*pull_to_parameters)(const basso_host* host, const double* parameters, const double* points,
                                uint64_t rows, const double* cotangents, double* gradient,
                                basso_error* error);
  /* gradient[rows x input_dim] = J_inputs^T cotangents, row by row. */
  int32_t (*pull_to_inputs)(const basso_host* host, const double* parameters, const double* points,
                            uint64_t rows, const double* cotangents, double* gradient, basso_error* error);
  /* tangents[rows x output_dim] = J_parameters direction, direction[parameter_count]. */
  int32_t (*push_parameters)(const basso_host* host, const double* parameters, const double* points,
                             uint64_t rows, const double* direction, double* tangents, basso_error* error);
} basso_derivatives_v1;

/* "log/1": a line in the run's log. Any time, any thread. */
#define BASSO_SERVICE_LOG "log/1"
enum basso_level { BASSO_LOG_INFO = 0, BASSO_LOG_WARNING = 1 };
typedef struct basso_log_v1 {
  void (*write)(const basso_host* host, int32_t level, const char* line);
} basso_log_v1;

/* "random/1": counter-based random numbers (Philox 4x32-10). The host's seed, the repeat, the component's
 * kind and id and the two numbers given here select a stream; the same selection gives the same numbers, in
 * any order of calls, on any thread. Draw what belongs to a row from that row's own stream. Any time. */
#define BASSO_SERVICE_RANDOM "random/1"
typedef struct basso_random_v1 {
  void (*uniform)(const basso_host* host, uint64_t stream, uint64_t row, double* values,
                  uint64_t count); /* [0,1) */
  void (*normal)(const basso_host* host, uint64_t stream, uint64_t row, double* values,
                 uint64_t count); /* N(0,1) */
  void (*bits)(const basso_host* host, uint64_t stream, uint64_t row, uint64_t* values, uint64_t count);
} basso_random_v1;

/* "fft/1": discrete Fourier transforms, unnormalised, F[k] = sum_j y_j exp(-2 pi i j k / n). A plan
 * belongs to the host and lives until the instance is destroyed; plans of equal size are shared. Transforms
 * may run in parallel tasks. */
#define BASSO_SERVICE_FFT "fft/1"
typedef struct basso_fft_plan basso_fft_plan; /* the host's own */
typedef struct basso_fft_v1 {
  int32_t (*plan)(const basso_host* host, uint64_t n, const basso_fft_plan** plan, basso_error* error);
  /* Real input [n] -> bins 0 .. n/2 (rounded down), complex [n/2 + 1]. */
  int32_t (*forward_real)(const basso_host* host, const basso_fft_plan* plan, const double* input,
                          double* output, basso_error* error);
  /* Complex [n] -> complex [n]; `inverse` != 0 uses exp(+…), also unnormalised. */
  int32_t (*transform)(const basso_host* host, const basso_fft_plan* plan, int32_t inverse,
                       const double* input, double* output, basso_error* error);
  /* Non-uniform: a plan for F(k_m) = sum_j y_j exp(-2 pi i x_j k_m), any real x [points] and k [frequencies];
   * both are copied. Relative accuracy 1e-12 of sum |y_j|. */
  int32_t (*plan_nonuniform)(const basso_host* host, const double* x, uint64_t points, const double* k,
                             uint64_t frequencies, const basso_fft_plan** plan, basso_error* error);
  /* y [points] -> complex [frequencies]. */
  int32_t (*forward_nonuniform)(const basso_host* host, const basso_fft_plan* plan, const double* y,
                                double* output, basso_error* error);
  /* Strict local maxima of magnitudes[count] (bins 0 .. count-1), the first and the last bin excluded: the
   * first `capacity` of them into bins; *found is their number. */
  int32_t (*peaks)(const basso_host* host, const double* magnitudes, uint64_t count, uint64_t* bins,
                   uint64_t capacity, uint64_t* found, basso_error* error);
} basso_fft_v1;

/* "linalg/1": dense linear algebra in float64. May run in parallel tasks. */
#define BASSO_SERVICE_LINALG "linalg/1"
typedef struct basso_linalg_v1 {
  /* All eigenvalues, descending, of the symmetric matrix a[n x n] (the lower triangle is read), and
   * eigenvectors as rows of vectors[n x n], each with its entry of largest modulus positive; vectors may be
   * NULL. */
  int32_t (*symmetric_eigen)(const basso_host* host, const double* a, uint64_t n, double* values,
                             double* vectors, basso_error* error);
  /* Largest singular value of a[rows x columns], relative accuracy 1e-10, by Lanczos' iteration from a fixed
   * start. */
  int32_t (*spectral_norm)(const basso_host* host, const double* a, uint64_t rows, uint64_t columns,
                           double* norm, basso_error* error);
  /* The unit vector along which a[rows x columns] (rows are samples) varies most, its entry of largest
   * modulus positive, and the mean row; both [columns]. */
  int32_t (*principal_direction)(const basso_host* host, const double* a, uint64_t rows, uint64_t columns,
                                 double* direction, double* mean, basso_error* error);
} basso_linalg_v1;

/* "data/1": data files. A file is looked for as `folder`/`name` along the data path, or directly where `name`
 * is an absolute path; it is hashed for the run's manifest. All files of one folder's name come from
 * the place where the first of them was found. An array belongs to the host and lives until the
 * instance is destroyed. Errors (BASSO_ERROR_DATA) already name the file, what was found and the command that
 * gets the data. */
#define BASSO_SERVICE_DATA "data/1"
/* What was read. Growable: `size` is set by who asks (BASSO_ARRAY), and the host fills no further. */
typedef struct basso_array {
  uint32_t size;
  uint32_t rank;
  uint64_t shape[8];
  const uint8_t* bytes;  /* unsigned bytes, for formats that hold them; else NULL */
  const double* numbers; /* else the values as float64 */
  const char* path;      /* the file that was read */
} basso_array;

/* An array that nothing has been read into. */
#define BASSO_ARRAY \
  { (uint32_t)sizeof(basso_array), 0, {0, 0, 0, 0, 0, 0, 0, 0}, 0, 0, 0 }

typedef struct basso_data_v1 {
  /* format: "idx" (raw or gzip; "name.gz" is tried, too), "npy", "csv" (numbers, a row a line), "cifar" (rows
   * of 3,073 bytes), "image" (grey PNG or PGM, [height x width]). */
  int32_t (*read)(const basso_host* host, const char* format, const char* folder, const char* name,
                  basso_array* array, basso_error* error);
} basso_data_v1;

/* "parallel/1": a loop over the cores that the host may use. */
#define BASSO_SERVICE_PARALLEL "parallel/1"
typedef struct basso_parallel_v1 {
  /* Calls task(context, i, error) for every i < count, in any order, on any thread, and returns when all are
   * done; after a failure those not begun are left out, and of several failures the one with the least i is
   * returned, or BASSO_ERROR_CANCELLED. Tasks may use evaluators, random numbers, transforms, linear algebra
   * and scratch memory; they do not emit and do not start loops of their own. */
  int32_t (*run)(const basso_host* host, uint64_t count,
                 int32_t (*task)(void* context, uint64_t index, basso_error* error), void* context,
                 basso_error* error);
  /* 1 when the host wants to stop: long calls look now and then and return BASSO_ERROR_CANCELLED. Any thread.
   */
  int32_t (*cancelled)(const basso_host* host);
} basso_parallel_v1;

/* "scratch/1": memory that the host takes back when the current call of the instance returns; aligned to 64
 * bytes, not zeroed; NULL when out of memory. May run in parallel tasks. */
#define BASSO_SERVICE_SCRATCH "scratch/1"
typedef struct basso_scratch_v1 {
  void* (*take)(const basso_host* host, uint64_t bytes);
} basso_scratch_v1;

/* The named table, typed: `const basso_random_v1 *random = BASSO_SERVICE(host, basso_random_v1,
 * BASSO_SERVICE_RANDOM);` */
#define BASSO_SERVICE(host, type, name) ((const type*)(host)->service(host, name))

#ifdef __cplusplus
}
#endif

#endif
