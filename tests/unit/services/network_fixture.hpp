// A small network 1-4-3-1 in training on the scripted line target, for the tests that need one.
#pragma once

#include "nn/trainer.hpp"
#include "services/activation.hpp"
#include "services/engine_view.hpp"
#include "services/scene.hpp"
#include "services/target.hpp"
#include "unit/services/scripted.hpp"

namespace basso::services::test {

struct NetworkFixture {
  explicit NetworkFixture(nn::Precision precision = nn::Precision::float64) {
    next_target = &script;
    const Component component = target_component();
    target =
        std::make_unique<Target>(component, plugin::ParameterValues(component.table(), {}, ""), shared, 0);
    const Component activation = tanh_component();
    const plugin::ParameterValues values(activation.table(), {}, "");
    network.widths = {4, 3};
    network.activations.assign(2, engine_activation(activation, values));
    train.precision = precision;
    parameters = nn::initial_parameters(network, nn::StreamKey{5, 0, "init", "", 0, 0});
    const SetData& data = target->data(0);
    run = nn::make_training_run(network, train, data.inputs, data.outputs, 5, parameters, nn::StreamKey{});
    view = std::make_unique<EngineView>(network, train, *run, data.inputs, data.outputs, 5);
    const std::vector<nn::Numbers> numbers = nn::layer_numbers(network);
    for (std::size_t i = 0; i < 2; ++i)
      scene.hidden.push_back({activation, static_cast<std::uint32_t>(network.widths[i]), numbers[i]});
    scene.layout = nn::ParameterLayout(network);
    scene.loss = "mse";
    scene.precision = precision == nn::Precision::float64 ? "float64" : "float32";
    scene.steps = 2;
    scene.recorded_steps = {0, 1, 2};
  }

  Shared shared;
  TargetScript script = line_target();
  std::unique_ptr<Target> target;
  nn::NetworkSpec network;
  nn::TrainSpec train;
  std::vector<double> parameters;
  std::unique_ptr<nn::TrainingRun> run;
  std::unique_ptr<EngineView> view;
  SceneSpec scene;
};

}  // namespace basso::services::test
