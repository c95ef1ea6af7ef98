/* Probes: kind "probe/1". A probe looks at the network between training steps and emits series of numbers.
 *
 * Life: create (reads the scene, declares needs and series through "probe-setup/1") -> prepare, if the
 * component has prepare/1 -> observe at each recording, in the order of steps -> destroy. A host creates one
 * instance for each repeat and sweep point; its calls never overlap, those of other instances run at the same
 * time.
 *
 * What an observation emits depends only on the configuration, the seeds, the step, the parameters and the
 * probe's own state: never on time, on earlier calls to services, or on other probes. So a probe that is
 * replayed over stored snapshots gives the bytes that it gave live. */
#ifndef BASSO_PROBE_H
#define BASSO_PROBE_H

#include <basso/activation.h>
#include <basso/target.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BASSO_PROBE_KIND "probe/1"

/* One block of the flat parameter vector, in the user's neuron order. Growable. */
typedef struct basso_block {
  uint32_t size;
  uint32_t layer;   /* linear map that it belongs to, from 0 */
  const char* name; /* "W1", "b1", "p1" (trainable numbers behind map 1), "W2", … */
  const char* role; /* "weight", "bias" or "trainable" */
  uint64_t offset;  /* of its first entry in the vector */
  uint64_t rows;    /* fan-out of a weight; entries of a bias or of trainable numbers */
  uint64_t columns; /* fan-in of a weight (row by row, as in torch.nn.Linear); 1 otherwise */
} basso_block;

/* The activation behind one hidden linear map. Growable. */
typedef struct basso_hidden {
  uint32_t size;
  uint32_t width;
  const char* activation;   /* its id */
  const double* numbers;    /* [BASSO_MAX_NUMBERS] for this layer, trainable ones as they start */
  const basso_facts* facts; /* at these numbers, for all values of the trainable ones */
  const basso_activation_v1* functions;
  const basso_component* component; /* of the activation, for its extensions */
} basso_hidden;

/* What is being learned and by what; complete during create, valid until destroy. Without a network the
 * counts below `sets` are 0 and predictions unknown; nearest neighbours have predictions only. Growable. */
typedef struct basso_scene {
  uint32_t size;
  uint32_t set_count;
  const basso_set* const* sets; /* of the target; their data comes through "sets/1" or as needs */
  uint32_t hidden_count;        /* hidden layers; linear maps are one more */
  uint32_t block_count;
  const basso_hidden* const* hidden;
  const basso_block* const* blocks;
  uint64_t parameter_count;      /* length of the flat vector */
  const char* loss;              /* "mse", "frequency-weighted", …; "" without training */
  const char* precision;         /* of training: "float32" or "float64" */
  uint64_t steps;                /* last training step that may be reached */
  uint64_t batch;                /* rows of a batch; 0: all of "train" */
  uint64_t recordings;           /* number of observations that this probe will make at most */
  const int64_t* recorded_steps; /* [recordings], ascending; step 0 is the initial network */
  const char* target;            /* id of the target */
} basso_scene;

/* When a series is emitted. */
enum basso_when {
  BASSO_EACH_RECORDING = 0, /* at every observation: the recording is its first axis */
  BASSO_ONCE = 1,           /* at the first observation */
  BASSO_FINAL = 2           /* at the last observation */
};

/* A series that the probe emits. Its shape at one recording is the lengths of its axes; rank 0 is one number.
 * Ragged data is padded with NaN. Growable. */
typedef struct basso_series {
  uint32_t size;
  int32_t when; /* enum basso_when */
  /* 1 to 64 letters, digits, '-' and '_', unique in the probe; the file calls it <probe's name>.<name> */
  const char* name;
  const char* unit;              /* "" when it has none */
  const char* meaning;           /* one sentence, never "": what one value is, with its convention */
  uint32_t axis_count;           /* at most 8 */
  uint32_t reserved;             /* zero */
  const basso_axis* const* axes; /* [axis_count] */
} basso_series;

#define BASSO_SERIES(name, when, unit, meaning, axes, axis_count) \
  { (uint32_t)sizeof(basso_series), when, name, unit, meaning, axis_count, 0, axes }

/* A matrix of float64, row by row. Fixed: never grows. */
typedef struct basso_matrix {
  const double* data; /* [rows x columns] */
  uint64_t rows;
  uint64_t columns;
} basso_matrix;

/* What the probe sees at one recording; valid during the call. Growable. */
typedef struct basso_observation {
  uint32_t size;
  uint32_t last;             /* 1 at the last observation of a run */
  int64_t step;              /* training steps made */
  uint64_t recording;        /* 0, 1, 2, … */
  const basso_matrix* needs; /* what was asked for, by the handles that probe-setup/1 gave */
} basso_observation;

/* The mandatory table. Every slot is filled. */
typedef struct basso_probe_v1 {
  /* Cheap: declares what the probe needs and emits. Reads the sets where shapes depend on the data. After a
   * failure *instance is not destroyed. */
  int32_t (*create)(const basso_host* host, const basso_value* const* values, const basso_scene* scene,
                    void** instance, basso_error* error);
  void (*destroy)(void* instance);
  /* Looks once and emits through "emit/1". A series with BASSO_EACH_RECORDING that is not emitted is an
   * error. When the call fails, nothing of it is recorded. */
  int32_t (*observe)(void* instance, const basso_observation* observation, basso_error* error);
} basso_probe_v1;

/* ---- Optional tables ---- */

/* "prepare/1": heavy preparation (a kernel's eigenvectors, phases), once, after every declaration was
 * accepted. */
typedef struct basso_prepare_v1 {
  int32_t (*prepare)(void* instance, basso_error* error);
} basso_prepare_v1;

/* "state/1": what the probe remembers from one observation to the next, as bytes of its own format with a
 * version inside; needed by every probe whose observations depend on earlier ones. */
typedef struct basso_state_v1 {
  /* *bytes = length of the state; fills `buffer` where `capacity` suffices. */
  int32_t (*save)(void* instance, uint8_t* buffer, uint64_t capacity, uint64_t* bytes, basso_error* error);
  /* Restores; refuses bytes that it does not understand. */
  int32_t (*load)(void* instance, const uint8_t* buffer, uint64_t bytes, basso_error* error);
} basso_state_v1;

/* Defines the component `symbol` from functions named symbol_create, symbol_destroy and symbol_observe. */
#define BASSO_PROBE(symbol, id, version, summary, source, services, parameters, extensions)                 \
  static const basso_probe_v1 symbol##_functions = {symbol##_create, symbol##_destroy, symbol##_observe};   \
  BASSO_COMPONENT(symbol, BASSO_PROBE_KIND, id, version, summary, source, services, parameters, extensions, \
                  &symbol##_functions)

#ifdef __cplusplus
}
#endif

#endif
