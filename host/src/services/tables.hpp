// One function a service: its constant table. service_table() in context.cpp looks them up by name.
#pragma once

#include <basso/services.h>

#include <cstdint>

#include "services/status.hpp"

namespace basso::services {

const basso_log_v1& log_table();
const basso_random_v1& random_table();
const basso_parallel_v1& parallel_table();
const basso_scratch_v1& scratch_table();
const basso_fft_v1& fft_table();
const basso_linalg_v1& linalg_table();
const basso_data_v1& data_table();
const basso_target_setup_v1& target_setup_table();
const basso_probe_setup_v1& probe_setup_table();
const basso_emit_v1& emit_table();
const basso_sets_v1& sets_table();
const basso_evaluate_v1& evaluate_table();
const basso_derivatives_v1& derivatives_table();

// Refuses a null pointer that a plugin passed where something was due.
template <class T>
void expect(const T* pointer, const char* what) {
  if (!pointer) throw Refusal(BASSO_ERROR_INTERNAL, std::string(what) + " is NULL");
}
// a * b, refused where it does not fit the address space.
std::size_t checked_product(std::uint64_t a, std::uint64_t b);

}  // namespace basso::services
