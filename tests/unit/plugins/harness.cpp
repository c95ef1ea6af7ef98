// The harness: parameters through the host's own validation, everything else at the ABI.
#include "harness.hpp"

#include <gtest/gtest.h>

#include <array>
#include <stdexcept>

namespace basso::test {
namespace {

plugin::ParameterValues parameter_values(const Component& component, const Given& given) {
  std::map<std::string, plugin::Given> written;
  for (const auto& [key, value] : given) written[key] = {value, "test"};
  return {component.table(), written, "/"};
}

template <class Table>
const Table& functions(const Component& component) {
  return *static_cast<const Table*>(component.table().functions);
}

// Runs a call of the ABI and keeps what it said.
template <class Call>
Refusal outcome(Call&& run) {
  std::array<char, 4096> text{};
  basso_error error{text.data(), static_cast<std::uint32_t>(text.size())};
  const std::int32_t status = run(&error);
  return {status, text.data()};
}

void require(const Refusal& refusal) {
  if (refusal.status != BASSO_OK) throw std::runtime_error(refusal.sentence);
}

}  // namespace

Component component(const std::string& kind, const std::string& id) {
  return Catalogue({BASSO_TEST_PLUGINS}).require(kind, id);
}

TargetUnderTest::TargetUnderTest(const std::string& id, const Given& given, std::uint64_t seed,
                                 std::map<std::string, Bytes> files)
    : component_(component("target", id)), host_(seed) {
  host_.files = std::move(files);
  const plugin::ParameterValues values = parameter_values(component_, given);
  const auto& table = functions<basso_target_v1>(component_);
  refusal_ =
      outcome([&](basso_error* error) { return table.create(&host_.abi, values.abi(), &instance_, error); });
  if (refusal_.status != BASSO_OK) return;
  const auto* spectrum = static_cast<const basso_spectrum_v1*>(component_.extension("spectrum/1"));
  for (std::uint32_t i = 0; i < host_.sets.size(); ++i) {
    Set& set = host_.sets[i];
    set.inputs.resize(set.rows * set.input_dim);
    set.outputs.resize(set.rows * set.output_dim);
    set.latents.resize(set.rows * set.latent_dim);
    require(outcome([&](basso_error* error) {
      return table.fill(instance_, i, 0, set.rows, set.inputs.data(), set.outputs.data(), set.latents.data(),
                        error);
    }));
    if (spectrum == nullptr) continue;
    std::uint32_t count = 0;
    std::vector<double> k, real, imaginary;
    for (int call = 0; call < 2; ++call) {  // the number of lines, then the lines
      for (auto* array : {&k, &real, &imaginary}) array->resize(count);
      require(outcome([&](basso_error* error) {
        return spectrum->lines(instance_, i, static_cast<std::uint32_t>(k.size()), k.data(), real.data(),
                               imaginary.data(), &count, error);
      }));
    }
    for (std::uint32_t line = 0; line < count; ++line) {
      set.line_k.push_back(k[line]);
      set.line_amplitude.emplace_back(real[line], imaginary[line]);
    }
  }
}

TargetUnderTest::~TargetUnderTest() {
  if (instance_ != nullptr) functions<basso_target_v1>(component_).destroy(instance_);
}

const Set& TargetUnderTest::set(const std::string& name) const {
  for (const Set& set : host_.sets)
    if (set.name == name) return set;
  throw std::runtime_error("no set " + name + "; " + refusal_.sentence);
}

std::vector<double> TargetUnderTest::rows(std::uint32_t set, std::uint64_t first, std::uint64_t rows,
                                          bool inputs, bool outputs, bool latents) {
  const Set& from = host_.sets.at(set);
  std::vector<double> x(inputs ? rows * from.input_dim : 0), y(outputs ? rows * from.output_dim : 0),
      z(latents ? rows * from.latent_dim : 0);
  require(outcome([&](basso_error* error) {
    return functions<basso_target_v1>(component_)
        .fill(instance_, set, first, rows, inputs ? x.data() : nullptr, outputs ? y.data() : nullptr,
              latents ? z.data() : nullptr, error);
  }));
  x.insert(x.end(), y.begin(), y.end());
  x.insert(x.end(), z.begin(), z.end());
  return x;
}

ProbeUnderTest::ProbeUnderTest(const std::string& id, const Given& given, std::vector<Set> sets,
                               std::vector<Layer> layers, std::string loss, std::string activation)
    : component_(component("probe", id)),
      host_(1),
      loss_(std::move(loss)),
      activation_(std::move(activation)) {
  host_.sets = std::move(sets);
  host_.sets.reserve(host_.sets.size() + 8);  // points of the probe's own leave the others where they are
  axes_.resize(host_.sets.size());
  axis_pointers_.resize(host_.sets.size());
  input_names_.resize(host_.sets.size());
  latent_names_.resize(host_.sets.size());
  for (std::size_t i = 0; i < host_.sets.size(); ++i) {
    const Set& set = host_.sets[i];
    for (const Axis& axis : set.axes) {
      axes_[i].push_back(
          BASSO_AXIS(axis.name.c_str(), axis.unit.c_str(), axis.length, axis.start, axis.step, axis.period));
      if (!axis.values.empty()) axes_[i].back().values = axis.values.data();
    }
    for (const basso_axis& axis : axes_[i]) axis_pointers_[i].push_back(&axis);
    for (const std::string& name : set.input_names) input_names_[i].push_back(name.c_str());
    for (const std::string& name : set.latent_names) latent_names_[i].push_back(name.c_str());
    basso_set abi =
        BASSO_SET(set.name.c_str(), set.role.c_str(), set.rows, set.input_dim, set.output_dim, set.latent_dim,
                  axis_pointers_[i].data(), static_cast<std::uint32_t>(axis_pointers_[i].size()));
    if (!set.input_names.empty()) abi.input_names = input_names_[i].data();
    if (!set.latent_names.empty()) abi.latent_names = latent_names_[i].data();
    sets_.push_back(abi);
  }
  for (const basso_set& set : sets_) set_pointers_.push_back(&set);

  block_names_.reserve(2 * layers.size());
  std::uint64_t offset = 0;
  const auto add_block = [&](std::size_t layer, const char* role, std::uint64_t rows, std::uint64_t columns) {
    block_names_.emplace_back(1, role[0] == 'w' ? 'W' : 'b');
    block_names_.back() += std::to_string(layer + 1);
    blocks_.push_back({static_cast<std::uint32_t>(sizeof(basso_block)), static_cast<std::uint32_t>(layer),
                       block_names_.back().c_str(), role, offset, rows, columns});
    offset += rows * columns;
  };
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    add_block(layer, "weight", layers[layer].rows, layers[layer].columns);
    add_block(layer, "bias", layers[layer].rows, 1);
  }
  for (const basso_block& block : blocks_) block_pointers_.push_back(&block);
  for (std::size_t layer = 0; layer + 1 < layers.size(); ++layer) {
    hidden_.push_back({});
    hidden_.back().size = static_cast<std::uint32_t>(sizeof(basso_hidden));
    hidden_.back().width = static_cast<std::uint32_t>(layers[layer].rows);
    hidden_.back().activation = activation_.c_str();
  }
  for (const basso_hidden& hidden : hidden_) hidden_pointers_.push_back(&hidden);

  scene_.size = static_cast<std::uint32_t>(sizeof(scene_));
  scene_.set_count = static_cast<std::uint32_t>(sets_.size());
  scene_.sets = set_pointers_.data();
  scene_.block_count = static_cast<std::uint32_t>(blocks_.size());
  scene_.blocks = block_pointers_.data();
  scene_.hidden_count = static_cast<std::uint32_t>(hidden_.size());
  scene_.hidden = hidden_pointers_.data();
  scene_.parameter_count = offset;
  scene_.loss = loss_.c_str();
  scene_.precision = "float64";
  scene_.target = "made-up";
  const plugin::ParameterValues values = parameter_values(component_, given);
  refusal_ = outcome([&](basso_error* error) {
    return functions<basso_probe_v1>(component_).create(&host_.abi, values.abi(), &scene_, &instance_, error);
  });
  if (refusal_.status != BASSO_OK) return;
  if (const auto* table = static_cast<const basso_prepare_v1*>(component_.extension("prepare/1")))
    require(outcome([&](basso_error* error) { return table->prepare(instance_, error); }));
}

ProbeUnderTest::~ProbeUnderTest() {
  if (instance_ != nullptr) functions<basso_probe_v1>(component_).destroy(instance_);
}

const Series& ProbeUnderTest::series(const std::string& name) const {
  for (const Series& series : host_.series)
    if (series.name == name) return series;
  throw std::runtime_error("no series " + name + "; " + refusal_.sentence);
}

bool ProbeUnderTest::has(const std::string& name) const {
  for (const Series& series : host_.series)
    if (series.name == name) return true;
  return false;
}

ProbeUnderTest::Emitted ProbeUnderTest::observe(const std::map<std::string, std::vector<double>>& seen,
                                                std::uint64_t recording, bool last) {
  std::vector<basso_matrix> needs;
  for (const auto& [what, name] : host_.needs) {
    const Set* set = nullptr;
    for (const Set& each : host_.sets)
      if (each.name == name) set = &each;
    if (what == "outputs") {
      needs.push_back({set->outputs.data(), set->rows, set->output_dim});
      continue;
    }
    const std::vector<double>& values = seen.at(what + ":" + name);
    if (what == "predictions")
      needs.push_back({values.data(), set->rows, set->output_dim});
    else
      needs.push_back({values.data(), 1, values.size()});
  }
  host_.emitted.clear();
  const basso_observation observation{static_cast<std::uint32_t>(sizeof(basso_observation)), last ? 1u : 0u,
                                      static_cast<std::int64_t>(recording) * 100, recording, needs.data()};
  require(outcome([&](basso_error* error) {
    return functions<basso_probe_v1>(component_).observe(instance_, &observation, error);
  }));
  Emitted result;
  for (std::uint32_t i = 0; i < host_.series.size(); ++i) {
    const auto found = host_.emitted.find(i);
    if (found != host_.emitted.end()) result[host_.series[i].name] = found->second;
    const bool due = host_.series[i].when == BASSO_EACH_RECORDING ||
                     (host_.series[i].when == BASSO_ONCE && recording == 0) ||
                     (host_.series[i].when == BASSO_FINAL && last);
    EXPECT_EQ(due, found != host_.emitted.end()) << host_.series[i].name;
  }
  return result;
}

ProbeUnderTest::Emitted ProbeUnderTest::observe_network(const std::vector<double>& parameters,
                                                        std::uint64_t recording, bool last) {
  host_.parameters = parameters;
  std::map<std::string, std::vector<double>> seen = {{"parameters:", parameters}};
  for (const auto& [what, name] : host_.needs) {
    if (what != "predictions") continue;
    std::vector<double>& values = seen[what + ":" + name];
    values.clear();
    for (const Set& set : host_.sets)
      for (std::uint64_t i = 0; set.name == name && i < set.rows; ++i)
        for (const double y : host_.network(parameters.data(), &set.inputs[i * set.input_dim]))
          values.push_back(y);
  }
  return observe(seen, recording, last);
}

std::vector<std::uint8_t> ProbeUnderTest::save() const {
  const auto& table = *static_cast<const basso_state_v1*>(component_.extension("state/1"));
  std::vector<std::uint8_t> state(std::size_t{1} << 20);
  std::uint64_t bytes = 0;
  require(outcome(
      [&](basso_error* error) { return table.save(instance_, state.data(), state.size(), &bytes, error); }));
  state.resize(bytes);
  return state;
}

void ProbeUnderTest::load(const std::vector<std::uint8_t>& state) {
  const auto& table = *static_cast<const basso_state_v1*>(component_.extension("state/1"));
  require(
      outcome([&](basso_error* error) { return table.load(instance_, state.data(), state.size(), error); }));
}

std::vector<double> even(std::size_t count, double start, double step) {
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = start + step * static_cast<double>(i);
  return values;
}

Set periodic_set(const std::string& name, const std::string& role, std::vector<double> y,
                 std::uint32_t outputs) {
  Set set;
  set.name = name;
  set.role = role;
  set.rows = y.size() / outputs;
  set.output_dim = outputs;
  const double step = 1.0 / static_cast<double>(set.rows);
  set.axes = {{"z", "", {}, 0.0, step, 1.0, set.rows, {}}};
  set.input_names = {"z"};
  set.inputs = even(set.rows, 0.0, step);
  set.outputs = std::move(y);
  return set;
}

}  // namespace basso::test
