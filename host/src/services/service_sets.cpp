// target-setup/1, probe-setup/1, emit/1 and sets/1: what an instance declares, reads and emits.
#include "services/context.hpp"
#include "services/tables.hpp"

namespace basso::services {
namespace {

ProbeServices& probe_of(const basso_host* host) {
  ProbeServices* probe = Host::of(host).probe;
  if (!probe) throw Refusal(BASSO_ERROR_UNSUPPORTED, "this service is for probes");
  return *probe;
}

std::int32_t add_set(const basso_host* host, const basso_set* set, basso_error* error) noexcept {
  return guarded(error, [&] {
    expect(set, "the set");
    const Host& owner = Host::of(host);
    if (!owner.add_set)
      throw Refusal(BASSO_ERROR_UNSUPPORTED, "sets are declared during a target's create only");
    owner.add_set(*set);
  });
}

std::int32_t need(const basso_host* host, const char* what, const char* set, std::uint32_t* handle,
                  basso_error* error) noexcept {
  return guarded(error, [&] {
    expect(what, "the need");
    expect(handle, "the place for the handle");
    *handle = probe_of(host).need(what, set ? set : "");
  });
}

std::int32_t add_points(const basso_host* host, const char* name, const double* points, std::uint64_t rows,
                        basso_error* error) noexcept {
  return guarded(error, [&] {
    expect(name, "the name of the points");
    expect(points, "the array of points");
    probe_of(host).add_points(name, points, rows);
  });
}

std::int32_t add_series(const basso_host* host, const basso_series* series, std::uint32_t* handle,
                        basso_error* error) noexcept {
  return guarded(error, [&] {
    expect(series, "the series");
    expect(handle, "the place for the handle");
    *handle = probe_of(host).add_series(*series);
  });
}

std::int32_t emit(const basso_host* host, std::uint32_t series, const double* values, std::uint64_t count,
                  basso_error* error) noexcept {
  return guarded(error, [&] {
    expect(values, "the array of values");
    if (Pool::inside_task()) throw Refusal(BASSO_ERROR_INTERNAL, "a parallel task must not emit");
    probe_of(host).emit(series, values, count);
  });
}

std::int32_t read(const basso_host* host, std::uint32_t set, std::uint64_t first, std::uint64_t rows,
                  double* inputs, double* outputs, double* latents, basso_error* error) noexcept {
  return guarded(error, [&] { probe_of(host).read(set, first, rows, inputs, outputs, latents); });
}

std::int32_t lines(const basso_host* host, std::uint32_t set, std::uint32_t capacity, double* k, double* real,
                   double* imaginary, std::uint32_t* count, basso_error* error) noexcept {
  return guarded(error, [&] {
    expect(count, "the place for the number of lines");
    probe_of(host).lines(set, capacity, k, real, imaginary, *count);
  });
}

}  // namespace

const basso_target_setup_v1& target_setup_table() {
  static const basso_target_setup_v1 table = {add_set};
  return table;
}

const basso_probe_setup_v1& probe_setup_table() {
  static const basso_probe_setup_v1 table = {need, add_points, add_series};
  return table;
}

const basso_emit_v1& emit_table() {
  static const basso_emit_v1 table = {emit};
  return table;
}

const basso_sets_v1& sets_table() {
  static const basso_sets_v1 table = {read, lines};
  return table;
}

}  // namespace basso::services
