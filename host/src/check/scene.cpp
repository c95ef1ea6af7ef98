// The checker's own target and activations, as components of the ABI like any plugin's.
#include "check/scene.hpp"

#include <basso/services.h>

#include <cmath>
#include <numbers>

#include "services/activation.hpp"

namespace basso::check {
namespace {

constexpr double turn = 2 * std::numbers::pi;
struct Size {
  const char* name;
  const char* role;
  std::uint64_t rows;
  bool grid;
};
constexpr Size sizes[] = {
    {"train", "train", 32, true}, {"dense", "dense", 128, true}, {"test", "test", 20, false}};
constexpr std::uint32_t ring_position = 1;  // of the choice "ring"

struct Made {
  bool ring;
  double scale;
};

std::int32_t create(const basso_host* host, const basso_value* const* values, void** instance,
                    basso_error* error) {
  auto made = std::make_unique<Made>(Made{values[0]->number == ring_position, values[1]->number});
  const auto* setup = BASSO_SERVICE(host, basso_target_setup_v1, BASSO_SERVICE_TARGET_SETUP);
  static const char* const latents[] = {"z"};
  for (const Size& size : sizes) {
    const basso_axis axis = BASSO_AXIS("z", "", size.rows, 0.0, 1.0 / static_cast<double>(size.rows), 1.0);
    const basso_axis* const axes[] = {&axis};
    basso_set set =
        BASSO_SET(size.name, size.role, size.rows, made->ring ? 2u : 1u, 1, 1, axes, size.grid ? 1u : 0u);
    set.latent_names = latents;
    if (const std::int32_t status = setup->add_set(host, &set, error); status != BASSO_OK) return status;
  }
  *instance = made.release();
  return BASSO_OK;
}

void destroy(void* instance) { delete static_cast<Made*>(instance); }

double value_at(double z) {
  double sum = 0;
  for (const Sine& sine : kTarget) sum += sine.amplitude * std::sin(turn * sine.frequency * z + sine.phase);
  return sum;
}

std::int32_t fill(void* instance, std::uint32_t set, std::uint64_t first, std::uint64_t rows, double* inputs,
                  double* outputs, double* latents, basso_error*) {
  const auto& [ring, scale] = *static_cast<const Made*>(instance);
  for (std::uint64_t i = 0; i < rows; ++i) {
    const double place = static_cast<double>(first + i) / static_cast<double>(sizes[set].rows);
    const double z = sizes[set].grid ? place : std::fmod(place * 7.3 + 0.01, 1.0);  // off the grid, unordered
    if (outputs) outputs[i] = scale * value_at(z);
    if (latents) latents[i] = z;
    if (inputs && !ring) inputs[i] = z;
    if (inputs && ring) inputs[2 * i] = std::cos(turn * z), inputs[2 * i + 1] = std::sin(turn * z);
  }
  return BASSO_OK;
}

// A sin(2 pi k t + phi) is the line A exp(i (phi - pi/2)).
std::int32_t lines(void* instance, std::uint32_t set, std::uint32_t capacity, double* k, double* real,
                   double* imaginary, std::uint32_t* count, basso_error*) {
  const double scale = static_cast<const Made*>(instance)->scale;
  *count = sizes[set].grid ? std::uint32_t{kTarget.size()} : 0;
  for (std::uint32_t i = 0; i < *count && i < capacity; ++i) {
    k[i] = kTarget[i].frequency;
    real[i] = scale * kTarget[i].amplitude * std::cos(kTarget[i].phase - turn / 4);
    imaginary[i] = scale * kTarget[i].amplitude * std::sin(kTarget[i].phase - turn / 4);
  }
  return BASSO_OK;
}

template <class T>
void tanh_value(const double*, const T* x, T* y, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) y[i] = std::tanh(x[i]);
}
template <class T>
void tanh_slope(const double*, const T*, const T* y, T* d, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) d[i] = 1 - y[i] * y[i];
}
std::int32_t tanh_facts(const double*, basso_facts* facts, basso_error*) {
  facts->stated = BASSO_FACT_KINKS | BASSO_FACT_PARITY | BASSO_FACT_LIPSCHITZ;
  facts->parity = -1;
  facts->lipschitz = 1;
  return BASSO_OK;
}

template <class T>
void relu_value(const double*, const T* x, T* y, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) y[i] = x[i] > 0 ? x[i] : 0;
}
template <class T>
void relu_slope(const double*, const T* x, const T*, T* d, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) d[i] = x[i] > 0 ? T(1) : T(0);
}
std::int32_t relu_facts(const double*, basso_facts* facts, basso_error*) {
  facts->stated = BASSO_FACT_KINKS | BASSO_FACT_PIECEWISE_LINEAR | BASSO_FACT_LOWER | BASSO_FACT_LIPSCHITZ;
  facts->kink_count = 1;
  facts->lipschitz = 1;
  return BASSO_OK;
}

basso_component component_of(const char* kind, const char* id, const void* functions) {
  basso_component component{};
  component.size = sizeof(component);
  component.parameter_stride = sizeof(basso_parameter);
  component.kind = kind;
  component.id = id;
  component.version = "1.0.0";
  component.summary = component.source = component.services = "";
  component.functions = functions;
  return component;
}

Component target_component() {
  static const basso_target_v1 functions = {create, destroy, fill};
  static const basso_spectrum_v1 spectrum = {lines};
  static const basso_extension extensions[] = {{"spectrum/1", &spectrum}};
  static const basso_parameter parameters[] = {
      BASSO_PARAMETER("inputs", "choice", "\"line\"", "line|ring", "", "What the network sees."),
      BASSO_PARAMETER("scale", "real", "1.0", "", "", "Factor of y.")};
  static const basso_component table = [] {
    basso_component component = component_of("target/1", "checker", &functions);
    component.parameters = parameters;
    component.parameter_count = 2;
    component.extensions = extensions;
    component.extension_count = 1;
    return component;
  }();
  return {&table, {}, "", nullptr};
}

Component activation_component(Bend bend) {
  static const basso_activation_v1 smooth = {tanh_value<float>, tanh_value<double>, tanh_slope<float>,
                                             tanh_slope<double>, tanh_facts};
  static const basso_activation_v1 kinked = {relu_value<float>, relu_value<double>, relu_slope<float>,
                                             relu_slope<double>, relu_facts};
  static const basso_component tables[] = {component_of("activation/1", "tanh", &smooth),
                                           component_of("activation/1", "relu", &kinked)};
  return {&tables[bend == Bend::kinked ? 1 : 0], {}, "", nullptr};
}

}  // namespace

Experiment::Experiment(services::Shared& shared, const Setting& setting) {
  const Component component = target_component();
  const plugin::ParameterValues values(
      component.table(),
      {{"inputs", {std::string(setting.inputs == Inputs::ring ? "ring" : "line"), "the checker"}},
       {"scale", {setting.scale, "the checker"}}},
      "");
  target_ = std::make_unique<services::Target>(component, values, shared, 0);
  const Component activation = activation_component(setting.bend);
  network_.inputs = static_cast<int>(setting.inputs);
  network_.widths = setting.layers == 1 ? std::vector<int>{6} : std::vector<int>{6, 5};
  network_.activations.assign(
      network_.widths.size(),
      services::engine_activation(activation, plugin::ParameterValues(activation.table(), {}, "")));
  train_.precision = nn::Precision::float64;
  const services::SetData& data = target_->data(target_->train());
  const std::size_t rows = data.outputs.size();
  const nn::StreamKey init{shared.seed, 0, "init", "checker", 0, 0},
      batches{shared.seed, 0, "batch", "checker", 0, 0};
  run_ = nn::make_training_run(network_, train_, data.inputs, data.outputs, rows,
                               nn::initial_parameters(network_, init), batches);
  view_ = std::make_unique<services::EngineView>(network_, train_, *run_, data.inputs, data.outputs, rows);
  view_->refresh();
  const std::vector<nn::Numbers> numbers = nn::layer_numbers(network_);
  for (std::size_t i = 0; i < network_.widths.size(); ++i)
    scene_.hidden.push_back({activation, static_cast<std::uint32_t>(network_.widths[i]), numbers[i]});
  scene_.layout = run_->layout();
  scene_.loss = "mse";
  scene_.precision = "float64";
  for (std::int64_t i = 0; i < setting.recordings; ++i) scene_.recorded_steps.push_back(i * steps_between);
  scene_.steps = static_cast<std::uint64_t>(scene_.recorded_steps.back());
}

void Experiment::train(int steps) {
  for (int i = 0; i < steps; ++i) run_->step();
  view_->refresh();
}

}  // namespace basso::check
