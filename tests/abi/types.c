/* Every type of the ABI behind a function of its own: abidiff compares what a library's functions reach, and
 * the tables of the ABI cross it as `void *`. scripts/abi-gate builds this with debug information and
 * compares it with the stored description; no host and no plugin uses it. */
#include <basso/plugin.h>

#define STRUCT(type)            \
  void abi_##type(type* value); \
  void abi_##type(type* value) { (void)value; }
#define ENUM(type)                  \
  void abi_##type(enum type value); \
  void abi_##type(enum type value) { (void)value; }

STRUCT(basso_error)
STRUCT(basso_parameter)
STRUCT(basso_value)
STRUCT(basso_extension)
STRUCT(basso_component)
STRUCT(basso_entry)
STRUCT(basso_host)
STRUCT(basso_facts)
STRUCT(basso_activation_v1)
STRUCT(basso_trainable_v1)
STRUCT(basso_layer)
STRUCT(basso_init)
STRUCT(basso_layers_v1)
STRUCT(basso_fourier_v1)
STRUCT(basso_second_v1)
STRUCT(basso_axis)
STRUCT(basso_set)
STRUCT(basso_target_v1)
STRUCT(basso_spectrum_v1)
STRUCT(basso_block)
STRUCT(basso_hidden)
STRUCT(basso_scene)
STRUCT(basso_series)
STRUCT(basso_matrix)
STRUCT(basso_observation)
STRUCT(basso_probe_v1)
STRUCT(basso_prepare_v1)
STRUCT(basso_state_v1)
STRUCT(basso_target_setup_v1)
STRUCT(basso_probe_setup_v1)
STRUCT(basso_emit_v1)
STRUCT(basso_sets_v1)
STRUCT(basso_evaluate_v1)
STRUCT(basso_derivatives_v1)
STRUCT(basso_log_v1)
STRUCT(basso_random_v1)
STRUCT(basso_fft_v1)
STRUCT(basso_linalg_v1)
STRUCT(basso_array)
STRUCT(basso_data_v1)
STRUCT(basso_parallel_v1)
STRUCT(basso_scratch_v1)

ENUM(basso_status)
ENUM(basso_fact)
ENUM(basso_law)
ENUM(basso_when)
ENUM(basso_level)
