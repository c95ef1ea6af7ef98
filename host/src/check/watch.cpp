// The component's functions with a host in between that has the same context, so that the host's own services
// serve it; the instances are the plugin's own.
#include "check/watch.hpp"

#include <basso/services.h>
#include <fmt/format.h>

#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "check/guarded.hpp"
#include "services/context.hpp"
#include "services/status.hpp"

namespace basso::check {
namespace {

// What a probe asked for, and its copy where it stays the same.
struct Need {
  std::string name;  // "predictions of the set 'train'"
  bool constant;
  std::shared_ptr<Guarded> kept;
};

// One instance; its host stays at the same place for the instance's life.
struct Instance {
  basso_host host;
  std::vector<Need> needs;
};

struct State {
  basso_component table{};
  std::vector<basso_extension> extensions;
  basso_target_v1 target{}, real_target{};
  basso_probe_v1 probe{}, real_probe{};
  const basso_state_v1* real_state = nullptr;
  Tasks tasks = Tasks::by_host;
  Seen seen;
  std::mutex mutex;  // guards the rest
  std::deque<Instance> instances;
  std::map<const void*, Instance*> by_instance;
};

State* current = nullptr;

using Service = const void* (*)(const basso_host*, const char*);
std::atomic<Service> real_service{nullptr};  // the same for all instances

template <class Table>
const Table& real(const char* name) {
  return *static_cast<const Table*>(services::service_table(name));
}

// ---- Services ----

void uniform(const basso_host* host, std::uint64_t stream, std::uint64_t row, double* values,
             std::uint64_t count) {
  ++current->seen.draws;
  real<basso_random_v1>(BASSO_SERVICE_RANDOM).uniform(host, stream, row, values, count);
}
void normal(const basso_host* host, std::uint64_t stream, std::uint64_t row, double* values,
            std::uint64_t count) {
  ++current->seen.draws;
  real<basso_random_v1>(BASSO_SERVICE_RANDOM).normal(host, stream, row, values, count);
}
void bits(const basso_host* host, std::uint64_t stream, std::uint64_t row, std::uint64_t* values,
          std::uint64_t count) {
  ++current->seen.draws;
  real<basso_random_v1>(BASSO_SERVICE_RANDOM).bits(host, stream, row, values, count);
}

std::int32_t noted(const char* service, std::int32_t status, const basso_error* error) {
  if (status == BASSO_OK) return status;
  const std::lock_guard lock(current->mutex);
  if (!current->seen.refused.empty()) return status;
  current->seen.refused = fmt::format(
      "{}: {}", service, error && error->capacity > 0 ? error->text : "no sentence was asked for");
  return status;
}

std::int32_t need(const basso_host* host, const char* what, const char* set, std::uint32_t* handle,
                  basso_error* error) {
  const std::int32_t status = noted(
      "probe-setup/1",
      real<basso_probe_setup_v1>(BASSO_SERVICE_PROBE_SETUP).need(host, what, set, handle, error), error);
  if (status != BASSO_OK) return status;
  const std::string_view kind = what;
  const bool constant = kind == "inputs" || kind == "outputs" || kind == "latents";
  const std::string name = set && *set ? fmt::format("{} of the set '{}'", what, set) : std::string(what);
  const std::lock_guard lock(current->mutex);
  current->seen.needs.insert(what);
  current->seen.need_names.insert(name);
  for (Instance& instance : current->instances)
    if (&instance.host == host) instance.needs.push_back({name, constant, nullptr});
  return status;
}
std::int32_t add_points(const basso_host* host, const char* name, const double* points, std::uint64_t rows,
                        basso_error* error) {
  current->seen.own_points = true;
  return noted(
      "probe-setup/1",
      real<basso_probe_setup_v1>(BASSO_SERVICE_PROBE_SETUP).add_points(host, name, points, rows, error),
      error);
}
std::int32_t add_series(const basso_host* host, const basso_series* series, std::uint32_t* handle,
                        basso_error* error) {
  return noted("probe-setup/1",
               real<basso_probe_setup_v1>(BASSO_SERVICE_PROBE_SETUP).add_series(host, series, handle, error),
               error);
}
std::int32_t emit(const basso_host* host, std::uint32_t series, const double* values, std::uint64_t count,
                  basso_error* error) {
  return noted("emit/1", real<basso_emit_v1>(BASSO_SERVICE_EMIT).emit(host, series, values, count, error),
               error);
}

// All tasks on one other thread, the last one first; the failure that counts is the first by index.
std::int32_t run_backwards(const basso_host*, std::uint64_t count,
                           std::int32_t (*task)(void*, std::uint64_t, basso_error*), void* context,
                           basso_error* error) {
  if (count > 1) ++current->seen.loops;
  std::int32_t status = BASSO_OK;
  std::string sentence;
  std::thread([&] {
    for (std::uint64_t i = count; i-- > 0;) {
      services::ErrorText text;
      if (const std::int32_t result = task(context, i, text.abi()); result != BASSO_OK)
        status = result, sentence = text.sentence();
    }
  }).join();
  return status == BASSO_OK ? status : basso_fail(error, status, sentence.c_str());
}
std::int32_t run_by_host(const basso_host* host, std::uint64_t count,
                         std::int32_t (*task)(void*, std::uint64_t, basso_error*), void* context,
                         basso_error* error) {
  if (count > 1) ++current->seen.loops;
  return real<basso_parallel_v1>(BASSO_SERVICE_PARALLEL).run(host, count, task, context, error);
}
std::int32_t cancelled(const basso_host* host) {
  return real<basso_parallel_v1>(BASSO_SERVICE_PARALLEL).cancelled(host);
}

const void* find_service(const basso_host* host, const char* name) {
  static constexpr basso_random_v1 random = {uniform, normal, bits};
  static constexpr basso_probe_setup_v1 setup = {need, add_points, add_series};
  static constexpr basso_emit_v1 emission = {emit};
  static constexpr basso_parallel_v1 by_host = {run_by_host, cancelled};
  static constexpr basso_parallel_v1 backwards = {run_backwards, cancelled};
  const void* own = real_service.load()(host, name);
  const std::string_view wanted = own ? name : "";
  if (wanted == BASSO_SERVICE_RANDOM) return &random;
  if (wanted == BASSO_SERVICE_PROBE_SETUP) return &setup;
  if (wanted == BASSO_SERVICE_EMIT) return &emission;
  if (wanted == BASSO_SERVICE_PARALLEL) return current->tasks == Tasks::by_host ? &by_host : &backwards;
  return own;
}

// ---- Functions of the component ----

template <class Create>
std::int32_t create(const basso_host* host, void** result, Create&& plugin_create) {
  real_service = host->service;
  Instance* made = nullptr;
  {
    const std::lock_guard lock(current->mutex);
    made = &current->instances.emplace_back(Instance{*host, {}});
    made->host.service = find_service;
  }
  const std::int32_t status = plugin_create(&made->host);
  const std::lock_guard lock(current->mutex);
  if (status == BASSO_OK) current->by_instance[*result] = made;
  return status;
}

std::int32_t target_create(const basso_host* host, const basso_value* const* values, void** result,
                           basso_error* error) {
  return create(host, result, [&](const basso_host* own) {
    return current->real_target.create(own, values, result, error);
  });
}

std::int32_t probe_create(const basso_host* host, const basso_value* const* values, const basso_scene* scene,
                          void** result, basso_error* error) {
  return create(host, result, [&](const basso_host* own) {
    return current->real_probe.create(own, values, scene, result, error);
  });
}

std::shared_ptr<Guarded> read_only_copy(const basso_matrix& matrix, const std::string& name) {
  const std::size_t bytes = matrix.rows * matrix.columns * sizeof(double);
  const auto copy = std::make_shared<Guarded>(name, bytes);
  std::memcpy(copy->data(), matrix.data, bytes);
  copy->read_only();
  return copy;
}

std::int32_t observe(void* instance, const basso_observation* observation, basso_error* error) {
  Instance* known = nullptr;
  {
    const std::lock_guard lock(current->mutex);
    known = current->by_instance.at(instance);
  }
  std::vector<std::shared_ptr<Guarded>> held;
  std::vector<basso_matrix> matrices;
  for (std::size_t i = 0; i < known->needs.size(); ++i) {
    Need& asked = known->needs[i];
    const basso_matrix& matrix = observation->needs[i];
    std::shared_ptr<Guarded> copy = asked.kept;
    if (!copy) copy = read_only_copy(matrix, asked.name);
    if (asked.constant) asked.kept = copy;
    held.push_back(copy);
    matrices.push_back({static_cast<const double*>(copy->data()), matrix.rows, matrix.columns});
  }
  basso_observation shown = *observation;
  shown.needs = matrices.data();
  return current->real_probe.observe(instance, &shown, error);
}

std::int32_t save_into(void* instance, std::uint8_t* buffer, std::uint64_t capacity, std::uint64_t* bytes,
                       basso_error* error) {
  if (capacity == 0) return current->real_state->save(instance, nullptr, 0, bytes, error);
  const Guarded room("the buffer of save", capacity);
  const std::int32_t status =
      current->real_state->save(instance, static_cast<std::uint8_t*>(room.data()), capacity, bytes, error);
  std::memcpy(buffer, room.data(), capacity);
  if (const std::string damage = room.damage(); !damage.empty()) current->seen.state = "save: " + damage;
  return status;
}

// Before a buffer that fits, one that is a byte short: it must stay as it is, and the length be told.
std::int32_t save(void* instance, std::uint8_t* buffer, std::uint64_t capacity, std::uint64_t* bytes,
                  basso_error* error) {
  if (capacity > 0) {
    std::vector<std::uint8_t> shorter(capacity);
    std::uint64_t told = 0;
    const std::int32_t status = save_into(instance, shorter.data(), capacity - 1, &told, error);
    if (status != BASSO_OK || told != capacity)
      current->seen.state = fmt::format(
          "save with room for {} of {} bytes returned status {} and the length {}; it should return BASSO_OK "
          "and the whole length",
          capacity - 1, capacity, status, told);
  }
  return save_into(instance, buffer, capacity, bytes, error);
}

std::int32_t load(void* instance, const std::uint8_t* buffer, std::uint64_t bytes, basso_error* error) {
  const Guarded room("the state given to load", bytes);
  if (bytes > 0) std::memcpy(room.data(), buffer, bytes);
  room.read_only();
  return current->real_state->load(instance, static_cast<const std::uint8_t*>(room.data()), bytes, error);
}

}  // namespace

Component watched(const Component& component, Tasks tasks) {
  static constexpr basso_state_v1 state = {save, load};
  static std::deque<State> states;  // a component may outlive its use
  State& made = states.emplace_back();
  made.table = component.table();
  made.tasks = tasks;
  for (std::uint32_t i = 0; i < made.table.extension_count; ++i) {
    basso_extension entry = made.table.extensions[i];
    if (std::string_view(entry.name) == "state/1") {
      made.real_state = static_cast<const basso_state_v1*>(entry.table);
      entry.table = &state;
    }
    made.extensions.push_back(entry);
  }
  made.table.extensions = made.extensions.data();
  if (component.kind() == "target") {
    made.real_target = made.target = *static_cast<const basso_target_v1*>(made.table.functions);
    made.target.create = target_create;
    made.table.functions = &made.target;
  } else {
    made.real_probe = *static_cast<const basso_probe_v1*>(made.table.functions);
    made.probe = {probe_create, made.real_probe.destroy, observe};
    made.table.functions = &made.probe;
  }
  current = &made;
  return {&made.table, component.library(), component.library_hash(), nullptr};
}

const Seen& seen() { return current->seen; }

}  // namespace basso::check
