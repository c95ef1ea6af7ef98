// A network of the engine's own in float64, of a shape and, where a test says so, with parameters of the
// test's choice, and what probes record of it behind the real services.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "harness.hpp"
#include "nn/trainer.hpp"
#include "services/activation.hpp"
#include "services/engine_view.hpp"
#include "services/probe.hpp"

namespace basso::test {

class EngineNetwork {
 public:
  // One input: the target `sinusoids`, two: `flower`. Without parameters the initial ones of this seed, each
  // multiplied by `gain`.
  EngineNetwork(int inputs, std::vector<int> widths, const std::string& activation,
                std::vector<double> theta = {}, std::uint64_t seed = 1, double gain = 1.0)
      : target_plugin_(component("target", inputs == 1 ? "sinusoids" : "flower")),
        target_(target_plugin_, given(target_plugin_, {{"samples", std::int64_t{16}}}), shared_, 0) {
    network_.inputs = inputs;
    network_.widths = std::move(widths);
    const Component plugin = component("activation", activation);
    network_.activations.assign(network_.widths.size(),
                                services::engine_activation(plugin, given(plugin, {})));
    train_.precision = nn::Precision::float64;
    nn::StreamKey key{};
    key.seed = seed;
    if (theta.empty()) {
      theta = nn::initial_parameters(network_, key);
      for (double& each : theta) each *= gain;
    }
    const services::SetData& data = target_.data(target_.train());
    run_ = nn::make_training_run(network_, train_, data.inputs, data.outputs, 16, theta, key);
    view_ = std::make_unique<services::EngineView>(network_, train_, *run_, data.inputs, data.outputs, 16);
    view_->refresh();
    const auto numbers = nn::layer_numbers(network_);
    for (std::size_t layer = 0; layer < network_.widths.size(); ++layer)
      scene_.hidden.push_back({plugin, static_cast<std::uint32_t>(network_.widths[layer]), numbers[layer]});
    scene_.layout = run_->layout();
    scene_.loss = "mse";
    scene_.precision = "float64";
    scene_.recorded_steps = {0};
  }

  // What a probe records of it.
  std::map<std::string, std::vector<double>> observe(const std::string& id, const Given& parameters = {}) {
    const Component plugin = component("probe", id);
    services::Probe probe(plugin, given(plugin, parameters), id, target_, scene_, view_.get(), shared_, 0);
    probe.prepare();
    std::map<std::string, std::vector<double>> result;
    for (const auto& emission : probe.observe(0, 0, true))
      result[probe.series()[emission.series].name] = emission.values;
    return result;
  }

  // Its values at points [rows x inputs], and its parameters.
  std::vector<double> operator()(const std::vector<double>& points) {
    std::vector<double> y(points.size() / static_cast<std::size_t>(network_.inputs));
    view_->evaluate(nullptr, points.data(), y.size(), y.data());
    return y;
  }
  std::vector<double> parameters() {
    const auto theta = view_->parameters();
    return {theta.begin(), theta.end()};
  }
  services::EngineView& view() { return *view_; }

 private:
  static plugin::ParameterValues given(const Component& of, const Given& parameters) {
    std::map<std::string, plugin::Given> written;
    for (const auto& [key, value] : parameters) written[key] = {value, "test"};
    return {of.table(), written, "/"};
  }

  services::Shared shared_{1};
  Component target_plugin_;
  services::Target target_;
  nn::NetworkSpec network_;
  nn::TrainSpec train_;
  std::unique_ptr<nn::TrainingRun> run_;
  std::unique_ptr<services::EngineView> view_;
  services::SceneSpec scene_;
};

}  // namespace basso::test
