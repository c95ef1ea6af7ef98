/* The type of every function in every table of ABI 1.0, frozen like the layout (layout.c). */
#include "../freeze.h"

FUNCTION(basso_host, service, const void* (*)(const struct basso_host*, const char*));
FUNCTION(basso_activation_v1, value_f32, void (*)(const double*, const float*, float*, uint64_t));
FUNCTION(basso_activation_v1, value_f64, void (*)(const double*, const double*, double*, uint64_t));
FUNCTION(basso_activation_v1, derivative_f32,
         void (*)(const double*, const float*, const float*, float*, uint64_t));
FUNCTION(basso_activation_v1, derivative_f64,
         void (*)(const double*, const double*, const double*, double*, uint64_t));
FUNCTION(basso_activation_v1, facts, int32_t (*)(const double*, basso_facts*, basso_error*));
FUNCTION(basso_trainable_v1, parameter_f32,
         void (*)(const double*, uint32_t, const float*, float*, uint64_t));
FUNCTION(basso_trainable_v1, parameter_f64,
         void (*)(const double*, uint32_t, const double*, double*, uint64_t));
FUNCTION(basso_layers_v1, numbers, int32_t (*)(const double*, const basso_layer*, double*, basso_error*));
FUNCTION(basso_layers_v1, init, int32_t (*)(const double*, const basso_layer*, basso_init*, basso_error*));
FUNCTION(basso_fourier_v1, transform,
         int32_t (*)(const double*, const double*, double*, double*, uint64_t, basso_error*));
FUNCTION(basso_second_v1, second_f32, void (*)(const double*, const float*, float*, uint64_t));
FUNCTION(basso_second_v1, second_f64, void (*)(const double*, const double*, double*, uint64_t));
FUNCTION(basso_target_v1, create,
         int32_t (*)(const basso_host*, const basso_value* const*, void**, basso_error*));
FUNCTION(basso_target_v1, destroy, void (*)(void*));
FUNCTION(basso_target_v1, fill,
         int32_t (*)(void*, uint32_t, uint64_t, uint64_t, double*, double*, double*, basso_error*));
FUNCTION(basso_spectrum_v1, lines,
         int32_t (*)(void*, uint32_t, uint32_t, double*, double*, double*, uint32_t*, basso_error*));
FUNCTION(basso_probe_v1, create,
         int32_t (*)(const basso_host*, const basso_value* const*, const basso_scene*, void**, basso_error*));
FUNCTION(basso_probe_v1, destroy, void (*)(void*));
FUNCTION(basso_probe_v1, observe, int32_t (*)(void*, const basso_observation*, basso_error*));
FUNCTION(basso_prepare_v1, prepare, int32_t (*)(void*, basso_error*));
FUNCTION(basso_state_v1, save, int32_t (*)(void*, uint8_t*, uint64_t, uint64_t*, basso_error*));
FUNCTION(basso_state_v1, load, int32_t (*)(void*, const uint8_t*, uint64_t, basso_error*));
FUNCTION(basso_target_setup_v1, add_set, int32_t (*)(const basso_host*, const basso_set*, basso_error*));
FUNCTION(basso_probe_setup_v1, need,
         int32_t (*)(const basso_host*, const char*, const char*, uint32_t*, basso_error*));
FUNCTION(basso_probe_setup_v1, add_points,
         int32_t (*)(const basso_host*, const char*, const double*, uint64_t, basso_error*));
FUNCTION(basso_probe_setup_v1, add_series,
         int32_t (*)(const basso_host*, const basso_series*, uint32_t*, basso_error*));
FUNCTION(basso_emit_v1, emit,
         int32_t (*)(const basso_host*, uint32_t, const double*, uint64_t, basso_error*));
FUNCTION(basso_sets_v1, read,
         int32_t (*)(const basso_host*, uint32_t, uint64_t, uint64_t, double*, double*, double*,
                     basso_error*));
FUNCTION(basso_sets_v1, lines,
         int32_t (*)(const basso_host*, uint32_t, uint32_t, double*, double*, double*, uint32_t*,
                     basso_error*));
FUNCTION(basso_evaluate_v1, evaluate,
         int32_t (*)(const basso_host*, const double*, const double*, uint64_t, double*, basso_error*));
FUNCTION(basso_evaluate_v1, activation,
         int32_t (*)(const basso_host*, uint32_t, const double*, double*, double*, uint64_t, basso_error*));
FUNCTION(basso_derivatives_v1, pull_to_parameters,
         int32_t (*)(const basso_host*, const double*, const double*, uint64_t, const double*, double*,
                     basso_error*));
FUNCTION(basso_derivatives_v1, pull_to_inputs,
         int32_t (*)(const basso_host*, const double*, const double*, uint64_t, const double*, double*,
                     basso_error*));
FUNCTION(basso_derivatives_v1, push_parameters,
         int32_t (*)(const basso_host*, const double*, const double*, uint64_t, const double*, double*,
                     basso_error*));
FUNCTION(basso_log_v1, write, void (*)(const basso_host*, int32_t, const char*));
FUNCTION(basso_random_v1, uniform, void (*)(const basso_host*, uint64_t, uint64_t, double*, uint64_t));
FUNCTION(basso_random_v1, normal, void (*)(const basso_host*, uint64_t, uint64_t, double*, uint64_t));
FUNCTION(basso_random_v1, bits, void (*)(const basso_host*, uint64_t, uint64_t, uint64_t*, uint64_t));
FUNCTION(basso_fft_v1, plan, int32_t (*)(const basso_host*, uint64_t, const basso_fft_plan**, basso_error*));
FUNCTION(basso_fft_v1, forward_real,
         int32_t (*)(const basso_host*, const basso_fft_plan*, const double*, double*, basso_error*));
FUNCTION(basso_fft_v1, transform,
         int32_t (*)(const basso_host*, const basso_fft_plan*, int32_t, const double*, double*,
                     basso_error*));
FUNCTION(basso_fft_v1, plan_nonuniform,
         int32_t (*)(const basso_host*, const double*, uint64_t, const double*, uint64_t,
                     const basso_fft_plan**, basso_error*));
FUNCTION(basso_fft_v1, forward_nonuniform,
         int32_t (*)(const basso_host*, const basso_fft_plan*, const double*, double*, basso_error*));
FUNCTION(basso_fft_v1, peaks,
         int32_t (*)(const basso_host*, const double*, uint64_t, uint64_t*, uint64_t, uint64_t*,
                     basso_error*));
FUNCTION(basso_linalg_v1, symmetric_eigen,
         int32_t (*)(const basso_host*, const double*, uint64_t, double*, double*, basso_error*));
FUNCTION(basso_linalg_v1, spectral_norm,
         int32_t (*)(const basso_host*, const double*, uint64_t, uint64_t, double*, basso_error*));
FUNCTION(basso_linalg_v1, principal_direction,
         int32_t (*)(const basso_host*, const double*, uint64_t, uint64_t, double*, double*, basso_error*));
FUNCTION(basso_data_v1, read,
         int32_t (*)(const basso_host*, const char*, const char*, const char*, basso_array*, basso_error*));
FUNCTION(basso_parallel_v1, run,
         int32_t (*)(const basso_host*, uint64_t, int32_t (*)(void*, uint64_t, basso_error*), void*,
                     basso_error*));
FUNCTION(basso_parallel_v1, cancelled, int32_t (*)(const basso_host*));
FUNCTION(basso_scratch_v1, take, void* (*)(const basso_host*, uint64_t));
