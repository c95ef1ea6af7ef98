// One wrapper for every service function that returns a status, made from its type.
#include "check/proxy_services.hpp"

#include <basso/services.h>

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

namespace basso::check {
namespace {

// The ABI's tables have no context, so the host's own table is found by its type.
template <class Table>
const Table* real_table = nullptr;
template <class Table>
const char* service_name = nullptr;

template <auto Member>
struct Watched;

template <class Table, class... Arguments, std::int32_t (*Table::*Member)(const basso_host*, Arguments...)>
struct Watched<Member> {
  static std::int32_t call(const basso_host* host, Arguments... arguments) {
    basso_error* error = std::get<sizeof...(Arguments) - 1>(std::tuple<Arguments...>(arguments...));
    const std::int32_t status = status_of_call(service_name<Table>);
    if (status == BASSO_ERROR_UNSUPPORTED)
      return basso_fail(error, status, "this host does not serve any call of this service");
    if (status != BASSO_OK) return basso_fail(error, status, "the checker made this call of a service fail");
    return (real_table<Table>->*Member)(host, arguments...);
  }
};

void* take_scratch(const basso_host* host, std::uint64_t bytes) {
  const bool fails = status_of_call(service_name<basso_scratch_v1>) != BASSO_OK;
  return fails ? nullptr : real_table<basso_scratch_v1>->take(host, bytes);
}

std::int32_t cancelled(const basso_host* host) { return real_table<basso_parallel_v1>->cancelled(host); }

template <class Table>
const void* watch(const char* name, const void* real, const Table& watched) {
  service_name<Table> = name;
  real_table<Table> = static_cast<const Table*>(real);
  return &watched;
}

template <auto Member>
constexpr auto through = Watched<Member>::call;

using Watcher = const void* (*)(const char* name, const void* real);

const std::map<std::string, Watcher>& watchers() {
  static const basso_target_setup_v1 target_setup = {through<&basso_target_setup_v1::add_set>};
  static const basso_probe_setup_v1 probe_setup = {through<&basso_probe_setup_v1::need>,
                                                   through<&basso_probe_setup_v1::add_points>,
                                                   through<&basso_probe_setup_v1::add_series>};
  static const basso_emit_v1 emit = {through<&basso_emit_v1::emit>};
  static const basso_sets_v1 sets = {through<&basso_sets_v1::read>, through<&basso_sets_v1::lines>};
  static const basso_evaluate_v1 evaluate = {through<&basso_evaluate_v1::evaluate>,
                                             through<&basso_evaluate_v1::activation>};
  static const basso_derivatives_v1 derivatives = {through<&basso_derivatives_v1::pull_to_parameters>,
                                                   through<&basso_derivatives_v1::pull_to_inputs>,
                                                   through<&basso_derivatives_v1::push_parameters>};
  static const basso_fft_v1 fft = {through<&basso_fft_v1::plan>,
                                   through<&basso_fft_v1::forward_real>,
                                   through<&basso_fft_v1::transform>,
                                   through<&basso_fft_v1::plan_nonuniform>,
                                   through<&basso_fft_v1::forward_nonuniform>,
                                   through<&basso_fft_v1::peaks>};
  static const basso_linalg_v1 linalg = {through<&basso_linalg_v1::symmetric_eigen>,
                                         through<&basso_linalg_v1::spectral_norm>,
                                         through<&basso_linalg_v1::principal_direction>};
  static const basso_data_v1 data = {through<&basso_data_v1::read>};
  static const basso_parallel_v1 parallel = {through<&basso_parallel_v1::run>, cancelled};
  static const basso_scratch_v1 scratch = {take_scratch};
  static const std::map<std::string, Watcher> all = {
      {BASSO_SERVICE_TARGET_SETUP,
       [](const char* name, const void* real) { return watch(name, real, target_setup); }},
      {BASSO_SERVICE_PROBE_SETUP,
       [](const char* name, const void* real) { return watch(name, real, probe_setup); }},
      {BASSO_SERVICE_EMIT, [](const char* name, const void* real) { return watch(name, real, emit); }},
      {BASSO_SERVICE_SETS, [](const char* name, const void* real) { return watch(name, real, sets); }},
      {BASSO_SERVICE_EVALUATE,
       [](const char* name, const void* real) { return watch(name, real, evaluate); }},
      {BASSO_SERVICE_DERIVATIVES,
       [](const char* name, const void* real) { return watch(name, real, derivatives); }},
      {BASSO_SERVICE_FFT, [](const char* name, const void* real) { return watch(name, real, fft); }},
      {BASSO_SERVICE_LINALG, [](const char* name, const void* real) { return watch(name, real, linalg); }},
      {BASSO_SERVICE_DATA, [](const char* name, const void* real) { return watch(name, real, data); }},
      {BASSO_SERVICE_PARALLEL,
       [](const char* name, const void* real) { return watch(name, real, parallel); }},
      {BASSO_SERVICE_SCRATCH, [](const char* name, const void* real) { return watch(name, real, scratch); }}};
  return all;
}

}  // namespace

const void* watched_table(const char* name, const void* real) {
  const auto found = watchers().find(name);
  return found == watchers().end() ? real : found->second(found->first.c_str(), real);
}

}  // namespace basso::check
