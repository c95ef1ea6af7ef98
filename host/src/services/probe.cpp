// Probes: the life of an instance, from creation over observations to its end.
#include "services/probe.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "services/fenced.hpp"
#include "services/probe_instance.hpp"

namespace basso::services {
namespace {

std::string label_of(const std::string& name, const Component& component) {
  return name == component.id() ? "probe " + name : fmt::format("probe {} ({})", name, component.id());
}

}  // namespace

Probe::Probe(const Component& component, const plugin::ParameterValues& values, std::string name,
             const Target& target, const SceneSpec& scene, NetworkView* network, Shared& shared,
             std::uint64_t repeat)
    : instance_(
          std::make_unique<Instance>(component, std::move(name), target, scene, network, shared, repeat)) {
  for (const std::string& path : values.paths()) shared.files.note(path);
  instance_->create(values);
}

Probe::~Probe() = default;
const std::string& Probe::name() const { return instance_->name; }
const std::vector<SeriesInfo>& Probe::series() const { return instance_->series; }
void Probe::attach(NetworkView* network) { instance_->view = network; }
void Probe::prepare() { instance_->prepare(); }
Emissions Probe::observe(std::int64_t step, std::uint64_t recording, bool last) {
  return instance_->observe(step, recording, last);
}
bool Probe::has_state() const { return instance_->has_state(); }
std::vector<std::uint8_t> Probe::save_state() { return instance_->save_state(); }
void Probe::load_state(std::span<const std::uint8_t> state) { instance_->load_state(state); }

Probe::Instance::Instance(const Component& component, std::string name_, const Target& target,
                          const SceneSpec& scene, NetworkView* network, Shared& shared, std::uint64_t repeat)
    : name(std::move(name_)),
      view(network),
      host_(shared, component, repeat, label_of(name, component)),
      target_(target),
      scene_(scene, target),
      functions_(static_cast<const basso_probe_v1*>(component.table().functions)),
      state_(static_cast<const basso_state_v1*>(component.extension("state/1"))) {
  host_.expect_kind("probe");
  host_.probe = this;
}

Probe::Instance::~Instance() {
  if (created_) host_.destroy(functions_->destroy, instance_);
}

void Probe::Instance::create(const plugin::ParameterValues& values) {
  phase_ = State::creating;
  host_.call(Stage::create, "create", [&](basso_error* error) {
    return functions_->create(host_.abi(), values.abi(), scene_.abi(), &instance_, error);
  });
  phase_ = State::idle;
  created_ = true;
  losses_.resize(needs_.size());
}

void Probe::Instance::prepare() {
  const auto* table = static_cast<const basso_prepare_v1*>(host_.component().extension("prepare/1"));
  if (!table) return;
  host_.call(Stage::prepare, "prepare", [&](basso_error* error) { return table->prepare(instance_, error); });
}

Emissions Probe::Instance::observe(std::int64_t step, std::uint64_t recording, bool last) {
  recording_ = recording;
  last_ = last;
  pending_.assign(series.size(), std::nullopt);
  const std::vector<basso_matrix> needs = matrices();
  basso_observation observation{};
  observation.size = sizeof(observation);
  observation.last = last ? 1 : 0;
  observation.step = step;
  observation.recording = recording;
  observation.needs = needs.data();
  phase_ = State::observing;
  try {
    host_.call(Stage::observe, "observe",
               [&](basso_error* error) { return functions_->observe(instance_, &observation, error); });
  } catch (...) {
    phase_ = State::idle;
    throw;
  }
  phase_ = State::idle;
  return collect();
}

// "" when the series may be emitted at the present observation.
std::string Probe::Instance::due_problem(const SeriesInfo& info) const {
  if (info.when == When::once && recording_ != 0) return "it is due at the first observation only";
  if (info.when == When::final && !last_) return "it is due at the last observation only";
  return "";
}

Emissions Probe::Instance::collect() {
  Emissions emissions;
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (pending_[i])
      emissions.push_back({i, std::move(*pending_[i])});
    else if (due_problem(series[i]).empty())
      missing.push_back(series[i].name);
  }
  if (!missing.empty())
    host_.fail(Exit::run_failed, "observe",
               fmt::format("the series '{}' was declared but not emitted", fmt::join(missing, "', '")));
  return emissions;
}

std::vector<std::uint8_t> Probe::Instance::save_state() {
  if (!state_) return {};
  std::uint64_t bytes = 0;
  host_.call(Stage::observe, "save",
             [&](basso_error* error) { return state_->save(instance_, nullptr, 0, &bytes, error); });
  Fenced<std::uint8_t> buffer("its state", bytes, 0);
  std::uint64_t written = 0;
  host_.call(Stage::observe, "save", [&](basso_error* error) {
    return state_->save(instance_, buffer.data(), buffer.size(), &written, error);
  });
  host_.expect_intact("save", buffer.damage());
  if (written != bytes) host_.fail(Exit::run_failed, "save", "the length of its state changed between calls");
  return {buffer.begin(), buffer.end()};
}

void Probe::Instance::load_state(std::span<const std::uint8_t> state) {
  if (!state_) host_.fail(Exit::plugin, "load", "the plugin has no state/1 table to load a state with");
  host_.call(Stage::prepare, "load",
             [&](basso_error* error) { return state_->load(instance_, state.data(), state.size(), error); });
}

}  // namespace basso::services
