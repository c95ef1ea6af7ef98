/* The layout of every struct of ABI 1.0 on x86-64 with the type of every field, and the value of every
 * constant, as frozen: this file compiles with the headers of every version 1.x, or they break plugins. As C
 * and as C++. */
#include "../freeze.h"

CONSTANT(BASSO_ABI_MAJOR, 1);
CONSTANT(BASSO_MAX_NUMBERS, 16);
CONSTANT(BASSO_NOTE_TYPE, 1);
CONSTANT(sizeof(BASSO_MAGIC), 9);

TEXT(BASSO_MAGIC, "BASSOABI");
TEXT(BASSO_ENTRY_SYMBOL, "basso_plugin_entry");
TEXT(BASSO_NOTE_SECTION, ".note.basso");
TEXT(BASSO_NOTE_OWNER, "Basso");
TEXT(BASSO_ACTIVATION_KIND, "activation/1");
TEXT(BASSO_TARGET_KIND, "target/1");
TEXT(BASSO_PROBE_KIND, "probe/1");
TEXT(BASSO_SERVICE_TARGET_SETUP, "target-setup/1");
TEXT(BASSO_SERVICE_PROBE_SETUP, "probe-setup/1");
TEXT(BASSO_SERVICE_EMIT, "emit/1");
TEXT(BASSO_SERVICE_SETS, "sets/1");
TEXT(BASSO_SERVICE_EVALUATE, "evaluate/1");
TEXT(BASSO_SERVICE_DERIVATIVES, "derivatives/1");
TEXT(BASSO_SERVICE_LOG, "log/1");
TEXT(BASSO_SERVICE_RANDOM, "random/1");
TEXT(BASSO_SERVICE_FFT, "fft/1");
TEXT(BASSO_SERVICE_LINALG, "linalg/1");
TEXT(BASSO_SERVICE_DATA, "data/1");
TEXT(BASSO_SERVICE_PARALLEL, "parallel/1");
TEXT(BASSO_SERVICE_SCRATCH, "scratch/1");

CONSTANT(BASSO_OK, 0);
CONSTANT(BASSO_ERROR_PARAMETER, 1);
CONSTANT(BASSO_ERROR_DATA, 2);
CONSTANT(BASSO_ERROR_UNSUPPORTED, 3);
CONSTANT(BASSO_ERROR_MEMORY, 4);
CONSTANT(BASSO_ERROR_CANCELLED, 5);
CONSTANT(BASSO_ERROR_INTERNAL, 6);

CONSTANT(BASSO_FACT_LOWER, 1);
CONSTANT(BASSO_FACT_UPPER, 2);
CONSTANT(BASSO_FACT_LIPSCHITZ, 4);
CONSTANT(BASSO_FACT_PARITY, 8);
CONSTANT(BASSO_FACT_MONOTONE, 16);
CONSTANT(BASSO_FACT_KINKS, 32);
CONSTANT(BASSO_FACT_PIECEWISE_LINEAR, 64);
CONSTANT(BASSO_FACT_ZERO_BELOW, 128);
CONSTANT(BASSO_FACT_ZERO_ABOVE, 256);
CONSTANT(BASSO_FACT_SURROGATE, 512);

CONSTANT(BASSO_LAW_NORMAL, 1);
CONSTANT(BASSO_LAW_UNIFORM, 2);

CONSTANT(BASSO_EACH_RECORDING, 0);
CONSTANT(BASSO_ONCE, 1);
CONSTANT(BASSO_FINAL, 2);

CONSTANT(BASSO_LOG_INFO, 0);
CONSTANT(BASSO_LOG_WARNING, 1);

FIXED(basso_error, 16);
AT(basso_error, text, 0, char*);
AT(basso_error, capacity, 8, uint32_t);

GROWABLE(basso_parameter, 64);
AT(basso_parameter, size, 0, uint32_t);
AT(basso_parameter, reserved, 4, uint32_t);
AT(basso_parameter, name, 8, const char*);
AT(basso_parameter, type, 16, const char*);
AT(basso_parameter, default_value, 24, const char*);
AT(basso_parameter, range, 32, const char*);
AT(basso_parameter, unit, 40, const char*);
AT(basso_parameter, documentation, 48, const char*);
AT(basso_parameter, role, 56, const char*);

GROWABLE(basso_value, 40);
AT(basso_value, size, 0, uint32_t);
AT(basso_value, reserved, 4, uint32_t);
AT(basso_value, number, 8, double);
AT(basso_value, text, 16, const char*);
AT(basso_value, list, 24, const double*);
AT(basso_value, count, 32, uint64_t);

FIXED(basso_extension, 16);
AT(basso_extension, name, 0, const char*);
AT(basso_extension, table, 8, const void*);

GROWABLE(basso_component, 88);
AT(basso_component, size, 0, uint32_t);
AT(basso_component, parameter_count, 4, uint32_t);
AT(basso_component, parameter_stride, 8, uint32_t);
AT(basso_component, extension_count, 12, uint32_t);
AT(basso_component, kind, 16, const char*);
AT(basso_component, id, 24, const char*);
AT(basso_component, version, 32, const char*);
AT(basso_component, summary, 40, const char*);
AT(basso_component, source, 48, const char*);
AT(basso_component, services, 56, const char*);
AT(basso_component, parameters, 64, const basso_parameter*);
AT(basso_component, extensions, 72, const basso_extension*);
AT(basso_component, functions, 80, const void*);

GROWABLE(basso_entry, 32);
AT(basso_entry, magic, 0, char[8]);
AT(basso_entry, size, 8, uint32_t);
AT(basso_entry, abi_major, 12, uint32_t);
AT(basso_entry, abi_minor, 16, uint32_t);
AT(basso_entry, component_count, 20, uint32_t);
AT(basso_entry, components, 24, const basso_component* const*);

GROWABLE(basso_host, 24);
AT(basso_host, size, 0, uint32_t);
AT(basso_host, abi_minor, 4, uint32_t);
AT(basso_host, context, 8, void*);
SLOT(basso_host, service, 16);

GROWABLE(basso_facts, 192);
AT(basso_facts, size, 0, uint32_t);
AT(basso_facts, stated, 4, uint32_t);
AT(basso_facts, parity, 8, int32_t);
AT(basso_facts, monotone, 12, int32_t);
AT(basso_facts, lower, 16, double);
AT(basso_facts, upper, 24, double);
AT(basso_facts, lipschitz, 32, double);
AT(basso_facts, zero_below, 40, double);
AT(basso_facts, zero_above, 48, double);
AT(basso_facts, kink_count, 56, uint32_t);
AT(basso_facts, reserved, 60, uint32_t);
AT(basso_facts, kinks, 64, double[16]);

FIXED(basso_activation_v1, 40);
SLOT(basso_activation_v1, value_f32, 0);
SLOT(basso_activation_v1, value_f64, 8);
SLOT(basso_activation_v1, derivative_f32, 16);
SLOT(basso_activation_v1, derivative_f64, 24);
SLOT(basso_activation_v1, facts, 32);

FIXED(basso_trainable_v1, 16);
SLOT(basso_trainable_v1, parameter_f32, 0);
SLOT(basso_trainable_v1, parameter_f64, 8);

GROWABLE(basso_layer, 24);
AT(basso_layer, size, 0, uint32_t);
AT(basso_layer, index, 4, uint32_t);
AT(basso_layer, count, 8, uint32_t);
AT(basso_layer, inputs, 12, uint32_t);
AT(basso_layer, outputs, 16, uint32_t);
AT(basso_layer, reserved, 20, uint32_t);

GROWABLE(basso_init, 32);
AT(basso_init, size, 0, uint32_t);
AT(basso_init, weight_law, 4, int32_t);
AT(basso_init, bias_law, 8, int32_t);
AT(basso_init, reserved, 12, int32_t);
AT(basso_init, weight_scale, 16, double);
AT(basso_init, bias_scale, 24, double);

FIXED(basso_layers_v1, 16);
SLOT(basso_layers_v1, numbers, 0);
SLOT(basso_layers_v1, init, 8);

FIXED(basso_fourier_v1, 8);
SLOT(basso_fourier_v1, transform, 0);

FIXED(basso_second_v1, 16);
SLOT(basso_second_v1, second_f32, 0);
SLOT(basso_second_v1, second_f64, 8);

GROWABLE(basso_axis, 72);
AT(basso_axis, size, 0, uint32_t);
AT(basso_axis, reserved, 4, uint32_t);
AT(basso_axis, name, 8, const char*);
AT(basso_axis, unit, 16, const char*);
AT(basso_axis, length, 24, uint64_t);
AT(basso_axis, values, 32, const double*);
AT(basso_axis, start, 40, double);
AT(basso_axis, step, 48, double);
AT(basso_axis, period, 56, double);
AT(basso_axis, labels, 64, const char* const*);

GROWABLE(basso_set, 80);
AT(basso_set, size, 0, uint32_t);
AT(basso_set, axis_count, 4, uint32_t);
AT(basso_set, name, 8, const char*);
AT(basso_set, role, 16, const char*);
AT(basso_set, rows, 24, uint64_t);
AT(basso_set, input_dim, 32, uint32_t);
AT(basso_set, output_dim, 36, uint32_t);
AT(basso_set, latent_dim, 40, uint32_t);
AT(basso_set, reserved, 44, uint32_t);
AT(basso_set, axes, 48, const basso_axis* const*);
AT(basso_set, input_names, 56, const char* const*);
AT(basso_set, provenance, 64, const char*);
AT(basso_set, latent_names, 72, const char* const*);

FIXED(basso_target_v1, 24);
SLOT(basso_target_v1, create, 0);
SLOT(basso_target_v1, destroy, 8);
SLOT(basso_target_v1, fill, 16);

FIXED(basso_spectrum_v1, 8);
SLOT(basso_spectrum_v1, lines, 0);

GROWABLE(basso_block, 48);
AT(basso_block, size, 0, uint32_t);
AT(basso_block, layer, 4, uint32_t);
AT(basso_block, name, 8, const char*);
AT(basso_block, role, 16, const char*);
AT(basso_block, offset, 24, uint64_t);
AT(basso_block, rows, 32, uint64_t);
AT(basso_block, columns, 40, uint64_t);

GROWABLE(basso_hidden, 48);
AT(basso_hidden, size, 0, uint32_t);
AT(basso_hidden, width, 4, uint32_t);
AT(basso_hidden, activation, 8, const char*);
AT(basso_hidden, numbers, 16, const double*);
AT(basso_hidden, facts, 24, const basso_facts*);
AT(basso_hidden, functions, 32, const basso_activation_v1*);
AT(basso_hidden, component, 40, const basso_component*);

GROWABLE(basso_scene, 104);
AT(basso_scene, size, 0, uint32_t);
AT(basso_scene, set_count, 4, uint32_t);
AT(basso_scene, sets, 8, const basso_set* const*);
AT(basso_scene, hidden_count, 16, uint32_t);
AT(basso_scene, block_count, 20, uint32_t);
AT(basso_scene, hidden, 24, const basso_hidden* const*);
AT(basso_scene, blocks, 32, const basso_block* const*);
AT(basso_scene, parameter_count, 40, uint64_t);
AT(basso_scene, loss, 48, const char*);
AT(basso_scene, precision, 56, const char*);
AT(basso_scene, steps, 64, uint64_t);
AT(basso_scene, batch, 72, uint64_t);
AT(basso_scene, recordings, 80, uint64_t);
AT(basso_scene, recorded_steps, 88, const int64_t*);
AT(basso_scene, target, 96, const char*);

GROWABLE(basso_series, 48);
AT(basso_series, size, 0, uint32_t);
AT(basso_series, when, 4, int32_t);
AT(basso_series, name, 8, const char*);
AT(basso_series, unit, 16, const char*);
AT(basso_series, meaning, 24, const char*);
AT(basso_series, axis_count, 32, uint32_t);
AT(basso_series, reserved, 36, uint32_t);
AT(basso_series, axes, 40, const basso_axis* const*);

FIXED(basso_matrix, 24);
AT(basso_matrix, data, 0, const double*);
AT(basso_matrix, rows, 8, uint64_t);
AT(basso_matrix, columns, 16, uint64_t);

GROWABLE(basso_observation, 32);
AT(basso_observation, size, 0, uint32_t);
AT(basso_observation, last, 4, uint32_t);
AT(basso_observation, step, 8, int64_t);
AT(basso_observation, recording, 16, uint64_t);
AT(basso_observation, needs, 24, const basso_matrix*);

FIXED(basso_probe_v1, 24);
SLOT(basso_probe_v1, create, 0);
SLOT(basso_probe_v1, destroy, 8);
SLOT(basso_probe_v1, observe, 16);

FIXED(basso_prepare_v1, 8);
SLOT(basso_prepare_v1, prepare, 0);

FIXED(basso_state_v1, 16);
SLOT(basso_state_v1, save, 0);
SLOT(basso_state_v1, load, 8);

FIXED(basso_target_setup_v1, 8);
SLOT(basso_target_setup_v1, add_set, 0);

FIXED(basso_probe_setup_v1, 24);
SLOT(basso_probe_setup_v1, need, 0);
SLOT(basso_probe_setup_v1, add_points, 8);
SLOT(basso_probe_setup_v1, add_series, 16);

FIXED(basso_emit_v1, 8);
SLOT(basso_emit_v1, emit, 0);

FIXED(basso_sets_v1, 16);
SLOT(basso_sets_v1, read, 0);
SLOT(basso_sets_v1, lines, 8);

FIXED(basso_evaluate_v1, 16);
SLOT(basso_evaluate_v1, evaluate, 0);
SLOT(basso_evaluate_v1, activation, 8);

FIXED(basso_derivatives_v1, 24);
SLOT(basso_derivatives_v1, pull_to_parameters, 0);
SLOT(basso_derivatives_v1, pull_to_inputs, 8);
SLOT(basso_derivatives_v1, push_parameters, 16);

FIXED(basso_log_v1, 8);
SLOT(basso_log_v1, write, 0);

FIXED(basso_random_v1, 24);
SLOT(basso_random_v1, uniform, 0);
SLOT(basso_random_v1, normal, 8);
SLOT(basso_random_v1, bits, 16);

FIXED(basso_fft_v1, 48);
SLOT(basso_fft_v1, plan, 0);
SLOT(basso_fft_v1, forward_real, 8);
SLOT(basso_fft_v1, transform, 16);
SLOT(basso_fft_v1, plan_nonuniform, 24);
SLOT(basso_fft_v1, forward_nonuniform, 32);
SLOT(basso_fft_v1, peaks, 40);

FIXED(basso_linalg_v1, 24);
SLOT(basso_linalg_v1, symmetric_eigen, 0);
SLOT(basso_linalg_v1, spectral_norm, 8);
SLOT(basso_linalg_v1, principal_direction, 16);

GROWABLE(basso_array, 96);
AT(basso_array, size, 0, uint32_t);
AT(basso_array, rank, 4, uint32_t);
AT(basso_array, shape, 8, uint64_t[8]);
AT(basso_array, bytes, 72, const uint8_t*);
AT(basso_array, numbers, 80, const double*);
AT(basso_array, path, 88, const char*);

FIXED(basso_data_v1, 8);
SLOT(basso_data_v1, read, 0);

FIXED(basso_parallel_v1, 16);
SLOT(basso_parallel_v1, run, 0);
SLOT(basso_parallel_v1, cancelled, 8);

FIXED(basso_scratch_v1, 8);
SLOT(basso_scratch_v1, take, 0);
