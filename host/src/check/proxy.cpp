// The proxy's tables: each function hands guarded copies to the plugin's own and notes what came back.
#include "check/proxy.hpp"

#include <basso/services.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <vector>

#include "check/crash.hpp"
#include "check/proxy_memory.hpp"
#include "check/proxy_services.hpp"
#include "plugin/known.hpp"

namespace basso::check {
namespace {

struct State {
  Policy policy;
  Traffic traffic;
  const basso_component* real = nullptr;
  basso_component table{};
  basso_activation_v1 activation{};
  std::vector<basso_extension> extensions;
  std::vector<std::string> listed;
  const void* (*service)(const basso_host*, const char*) = nullptr;  // the real host's
};

// Function tables have no context: the proxy made last.
State* current = nullptr;

template <class Table>
const Table& real_functions() {
  return *static_cast<const Table*>(current->real->functions);
}

template <class Table>
const Table& real_extension(const char* name) {
  const void* table = nullptr;
  for (std::uint32_t i = 0; i < current->real->extension_count; ++i)
    if (std::string(current->real->extensions[i].name) == name) table = current->real->extensions[i].table;
  return *static_cast<const Table*>(table);
}

// One call with a guarded message buffer, passed on to the host's.
template <class Body>
std::int32_t passing_message(basso_error* outer, Body&& body) {
  const Guarded text("the message buffer", current->policy.error_capacity);
  basso_error inner{static_cast<char*>(text.data()), current->policy.error_capacity};
  const std::int32_t status = body(&inner);
  Traffic& traffic = current->traffic;
  traffic.status = status;
  traffic.has_sentence = inner.capacity > 0 && inner.text[0] != '\0';
  if (traffic.damage.empty()) traffic.damage = text.damage();
  if (status == BASSO_OK || !traffic.has_sentence) return status;
  const std::string sentence(inner.text, strnlen(inner.text, inner.capacity));
  return basso_fail(outer, status, sentence.c_str());
}

template <class T>
void note_size(const Room<T>& room, const char* name) {
  if (room.size_changed() && current->traffic.damage.empty())
    current->traffic.damage =
        std::string("the field `size` of ") + name + ", which belongs to the host, was written";
}

// ---- Activations ----

std::int32_t facts(const double* numbers, basso_facts* result, basso_error* error) {
  const Room<basso_facts> room("basso_facts", *result, current->policy.room_size);
  const std::int32_t status = passing_message(error, [&](basso_error* inner) {
    return real_functions<basso_activation_v1>().facts(numbers, room.get(), inner);
  });
  note_size(room, "basso_facts");
  room.copy_to(*result);
  return status;
}

std::int32_t layer_numbers(const double* numbers, const basso_layer* layer, double* result,
                           basso_error* error) {
  Copies copies(current->policy.growth);
  const basso_layer* copy = copies.add(*layer, "basso_layer");
  copies.protect();
  return passing_message(error, [&](basso_error* inner) {
    return real_extension<basso_layers_v1>("layers/1").numbers(numbers, copy, result, inner);
  });
}

std::int32_t layer_init(const double* numbers, const basso_layer* layer, basso_init* init,
                        basso_error* error) {
  Copies copies(current->policy.growth);
  const basso_layer* copy = copies.add(*layer, "basso_layer");
  copies.protect();
  const Room<basso_init> room("basso_init", *init, current->policy.room_size);
  const std::int32_t status = passing_message(error, [&](basso_error* inner) {
    return real_extension<basso_layers_v1>("layers/1").init(numbers, copy, room.get(), inner);
  });
  note_size(room, "basso_init");
  room.copy_to(*init);
  return status;
}

// ---- Instances ----

struct Instance {
  void* real = nullptr;
  Copies copies{current->policy.growth};
};

Instance& of(void* instance) { return *static_cast<Instance*>(instance); }

const void* find_service(const basso_host* host, const char* name) {
  const std::string wanted = name ? name : "";
  const auto& listed = current->listed;
  if (const bool setup = wanted == BASSO_SERVICE_TARGET_SETUP || wanted == BASSO_SERVICE_PROBE_SETUP ||
                         wanted == BASSO_SERVICE_EMIT;
      !setup && std::find(listed.begin(), listed.end(), wanted) == listed.end()) {
    current->traffic.not_listed.insert(wanted);
    note_activity("a call after it asked for the service " + wanted +
                  ", which it does not list among its services and so did not get");
    return nullptr;
  }
  const void* real = current->service(host, name);
  return real ? watched_table(name, real) : nullptr;
}

const basso_host* host_for(Instance& instance, const basso_host& real) {
  current->service = real.service;
  basso_host* copy = instance.copies.add(real, "basso_host");
  copy->abi_minor = current->policy.abi_minor;
  copy->service = find_service;
  return copy;
}

template <class Body>
std::int32_t create(void** result, basso_error* error, Body&& body) {
  auto instance = std::make_unique<Instance>();
  const std::int32_t status =
      passing_message(error, [&](basso_error* inner) { return body(*instance, inner); });
  if (status == BASSO_OK) *result = instance.release();
  return status;
}

std::int32_t target_create(const basso_host* host, const basso_value* const* values, void** result,
                           basso_error* error) {
  return create(result, error, [&](Instance& instance, basso_error* inner) {
    const basso_host* own = host_for(instance, *host);
    const auto* given = instance.copies.add_all(values, current->real->parameter_count, "basso_value");
    instance.copies.protect();
    return real_functions<basso_target_v1>().create(own, given, &instance.real, inner);
  });
}

void target_destroy(void* instance) {
  const std::unique_ptr<Instance> ended(&of(instance));
  real_functions<basso_target_v1>().destroy(ended->real);
}

std::int32_t target_fill(void* instance, std::uint32_t set, std::uint64_t first, std::uint64_t rows,
                         double* inputs, double* outputs, double* latents, basso_error* error) {
  return passing_message(error, [&](basso_error* inner) {
    return real_functions<basso_target_v1>().fill(of(instance).real, set, first, rows, inputs, outputs,
                                                  latents, inner);
  });
}

std::int32_t target_lines(void* instance, std::uint32_t set, std::uint32_t capacity, double* k, double* real,
                          double* imaginary, std::uint32_t* count, basso_error* error) {
  return passing_message(error, [&](basso_error* inner) {
    return real_extension<basso_spectrum_v1>("spectrum/1")
        .lines(of(instance).real, set, capacity, k, real, imaginary, count, inner);
  });
}

std::int32_t probe_create(const basso_host* host, const basso_value* const* values, const basso_scene* scene,
                          void** result, basso_error* error) {
  return create(result, error, [&](Instance& instance, basso_error* inner) {
    const basso_host* own = host_for(instance, *host);
    const auto* given = instance.copies.add_all(values, current->real->parameter_count, "basso_value");
    const basso_scene* seen = instance.copies.add_scene(*scene);
    instance.copies.protect();
    return real_functions<basso_probe_v1>().create(own, given, seen, &instance.real, inner);
  });
}

void probe_destroy(void* instance) {
  const std::unique_ptr<Instance> ended(&of(instance));
  real_functions<basso_probe_v1>().destroy(ended->real);
}

std::int32_t probe_observe(void* instance, const basso_observation* observation, basso_error* error) {
  Copies copies(current->policy.growth);
  const basso_observation* copy = copies.add(*observation, "basso_observation");
  copies.protect();
  return passing_message(error, [&](basso_error* inner) {
    return real_functions<basso_probe_v1>().observe(of(instance).real, copy, inner);
  });
}

std::int32_t probe_prepare(void* instance, basso_error* error) {
  return passing_message(error, [&](basso_error* inner) {
    return real_extension<basso_prepare_v1>("prepare/1").prepare(of(instance).real, inner);
  });
}

std::int32_t probe_save(void* instance, std::uint8_t* buffer, std::uint64_t capacity, std::uint64_t* bytes,
                        basso_error* error) {
  return passing_message(error, [&](basso_error* inner) {
    return real_extension<basso_state_v1>("state/1").save(of(instance).real, buffer, capacity, bytes, inner);
  });
}

std::int32_t probe_load(void* instance, const std::uint8_t* buffer, std::uint64_t bytes, basso_error* error) {
  return passing_message(error, [&](basso_error* inner) {
    return real_extension<basso_state_v1>("state/1").load(of(instance).real, buffer, bytes, inner);
  });
}

// ---- The component ----

constexpr basso_target_v1 target_functions = {target_create, target_destroy, target_fill};
constexpr basso_probe_v1 probe_functions = {probe_create, probe_destroy, probe_observe};
constexpr basso_layers_v1 layers = {layer_numbers, layer_init};
constexpr basso_spectrum_v1 spectrum = {target_lines};
constexpr basso_prepare_v1 prepare = {probe_prepare};
constexpr basso_state_v1 state = {probe_save, probe_load};

const void* proxy_extension(const basso_extension& real) {
  const std::string name = real.name;
  if (name == "layers/1") return &layers;
  if (name == "spectrum/1") return &spectrum;
  if (name == "prepare/1") return &prepare;
  if (name == "state/1") return &state;
  return real.table;  // functions of numbers alone
}

}  // namespace

const basso_scene* Copies::add_scene(const basso_scene& from) {
  basso_scene* scene = add(from, "basso_scene");
  const auto* sets = add_all(from.sets, from.set_count, "basso_set");
  for (std::uint32_t i = 0; i < from.set_count; ++i)
    const_cast<basso_set*>(sets[i])->axes = add_all(sets[i]->axes, sets[i]->axis_count, "basso_axis");
  const auto* hidden = add_all(from.hidden, from.hidden_count, "basso_hidden");
  for (std::uint32_t i = 0; i < from.hidden_count; ++i)
    const_cast<basso_hidden*>(hidden[i])->facts = add(*hidden[i]->facts, "basso_facts");
  scene->sets = sets;
  scene->hidden = hidden;
  scene->blocks = add_all(from.blocks, from.block_count, "basso_block");
  return scene;
}

std::int32_t status_of_call(const char* service) {
  const Policy& policy = current->policy;
  Traffic& traffic = current->traffic;
  const bool fails = traffic.service_calls++ == policy.failing_call;
  const bool refused = service == policy.refused_service;
  traffic.failed = traffic.failed || fails || refused;
  if (refused) return BASSO_ERROR_UNSUPPORTED;
  return fails ? BASSO_ERROR_MEMORY : BASSO_OK;
}

Component proxied(const Component& component, const Policy& policy) {
  static std::deque<State> states;  // a component may outlive its use
  State& made = states.emplace_back();
  made.policy = policy;
  made.real = &component.table();
  made.table = component.table();
  made.listed = plugin::words(component.table().services);
  for (std::uint32_t i = 0; i < made.real->extension_count; ++i) {
    const basso_extension& real = made.real->extensions[i];
    if (policy.hidden_tables.count(real.name) == 0)
      made.extensions.push_back({real.name, proxy_extension(real)});
  }
  made.table.extensions = made.extensions.data();
  made.table.extension_count = static_cast<std::uint32_t>(made.extensions.size());
  if (component.kind() == "activation") {
    made.activation = *static_cast<const basso_activation_v1*>(made.real->functions);
    made.activation.facts = facts;
    made.table.functions = &made.activation;
  } else {
    made.table.functions = component.kind() == "target" ? static_cast<const void*>(&target_functions)
                                                        : static_cast<const void*>(&probe_functions);
  }
  current = &made;
  return {&made.table, component.library(), component.library_hash(), nullptr};
}

const Traffic& traffic() { return current->traffic; }

void restart_traffic() { current->traffic = Traffic{}; }

}  // namespace basso::check
