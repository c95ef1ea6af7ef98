// Each optimiser over many steps against numpy (optimizer_reference.py), and Adam's first step in closed
// form.
#include "nn/optimizer.hpp"

#include <gtest/gtest.h>
#include <stdio.h>

#include <array>
#include <cmath>
#include <string>

#include "basso/error.hpp"

namespace basso::nn {
namespace {

constexpr int steps = 40;
using Path = std::array<std::array<double, 3>, steps>;

Path numpy_path(const std::string& kind) {
  const std::string command =
      BASSO_TEST_PYTHON " " BASSO_NN_TEST_DIR "/optimizer_reference.py " + kind + " " + std::to_string(steps);
  Path path{};
  FILE* const pipe = popen(command.c_str(), "r");
  if (!pipe) throw std::runtime_error("cannot start: " + command);
  int read = 0;
  for (auto& p : path) read += fscanf(pipe, "%lf %lf %lf", &p[0], &p[1], &p[2]);
  EXPECT_EQ(read, 3 * steps) << command;
  EXPECT_EQ(pclose(pipe), 0) << command;
  return path;
}

template <class T>
Path our_path(const OptimizerSpec& spec, double decay, double clip) {
  Optimizer<T> optimizer(spec, 3);
  Buffer<T> p(3), g(3);
  const double start[] = {0.5, -1.0, 2.0}, centre[] = {1.0, 0.0, -0.5};
  std::copy_n(start, 3, p.data());
  Path path{};
  for (int t = 1; t <= steps; ++t) {
    for (size_t i = 0; i < 3; ++i) g[i] = static_cast<T>(std::sinh(static_cast<double>(p[i]) - centre[i]));
    optimizer.begin(t);
    EXPECT_TRUE(std::isfinite(optimizer.update(p.data(), g.data(), 0, 3, decay, clip)));
    for (size_t i = 0; i < 3; ++i) path[static_cast<size_t>(t - 1)][i] = static_cast<double>(p[i]);
  }
  return path;
}

void compare(const std::string& kind, const OptimizerSpec& spec, double decay = 0.0,
             double clip = std::numeric_limits<double>::infinity()) {
  SCOPED_TRACE(kind);
  const Path reference = numpy_path(kind);
  const Path wide = our_path<double>(spec, decay, clip);
  const Path narrow = our_path<float>(spec, decay, clip);
  for (size_t t = 0; t < steps; ++t)
    for (size_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(wide[t][i], reference[t][i], 1e-13) << "step " << t + 1;
      EXPECT_NEAR(narrow[t][i], reference[t][i], 2e-5) << "step " << t + 1;
    }
}

OptimizerSpec spec_of(OptimizerKind kind) {
  OptimizerSpec spec;
  spec.kind = kind;
  spec.rate = 0.05;
  spec.momentum = 0.8;
  spec.epsilon = 1e-4;
  return spec;
}

TEST(Optimizer, GradientDescentFollowsNumpy) {
  compare("gradient_descent", spec_of(OptimizerKind::gradient_descent));
}

TEST(Optimizer, MomentumFollowsNumpyPlainAndNesterov) {
  OptimizerSpec spec = spec_of(OptimizerKind::momentum);
  compare("momentum", spec);
  spec.nesterov = true;
  compare("nesterov", spec);
}

TEST(Optimizer, AdamFollowsNumpyInBothForms) {
  OptimizerSpec spec = spec_of(OptimizerKind::adam);
  compare("adam_pytorch", spec);
  spec.form = AdamForm::tensorflow;
  compare("adam_tensorflow", spec);
}

TEST(Optimizer, DecayIsAddedToTheGradientAndTheCutComesLast) {
  compare("decay_clip", spec_of(OptimizerKind::gradient_descent), 0.1, 0.9);
}

TEST(Optimizer, AdamsFirstStepIsTheRateTimesTheSignUpToEpsilon) {
  for (const AdamForm form : {AdamForm::pytorch, AdamForm::tensorflow}) {
    OptimizerSpec spec;
    spec.rate = 0.125;
    spec.form = form;
    Optimizer<double> optimizer(spec, 2);
    Buffer<double> p(2), g(2);
    g[0] = 3.0;
    g[1] = -0.5;
    optimizer.begin(1);
    optimizer.update(p.data(), g.data(), 0, 2, 0.0);
    // m̂/(√v̂ + ε) = g/(|g| + ε); in the ε-hat form ε counts 1/√(1-β2) times as much.
    const double epsilon = form == AdamForm::pytorch ? 1e-8 : 1e-8 / std::sqrt(1e-3);
    EXPECT_NEAR(p[0], -0.125 * 3.0 / (3.0 + epsilon), 1e-15);
    EXPECT_NEAR(p[1], 0.125 * 0.5 / (0.5 + epsilon), 1e-15);
  }
}

TEST(Optimizer, ItsStateMovesToAnotherObjectExactly) {
  for (const OptimizerKind kind :
       {OptimizerKind::gradient_descent, OptimizerKind::momentum, OptimizerKind::adam}) {
    Optimizer<float> first(spec_of(kind), 5), second(spec_of(kind), 5);
    Buffer<float> p(5), q(5), g(5);
    for (size_t i = 0; i < 5; ++i) g[i] = 0.1f * static_cast<float>(i) - 0.2f;
    first.begin(1);
    first.update(p.data(), g.data(), 0, 5, 0.0);
    std::vector<double> state(first.state_size());
    first.export_state(state);
    second.import_state(state);
    std::copy_n(p.data(), 5, q.data());
    first.begin(2);
    second.begin(2);
    first.update(p.data(), g.data(), 0, 5, 0.0);
    second.update(q.data(), g.data(), 0, 5, 0.0);
    for (size_t i = 0; i < 5; ++i) EXPECT_EQ(p[i], q[i]);
  }
}

TEST(Optimizer, RefusesSettingsThatCannotBeUsed) {
  const auto refused = [](auto&& change) {
    OptimizerSpec spec;
    change(spec);
    try {
      validate(spec);
    } catch (const Error& e) {
      return e.code() == Exit::usage;
    }
    return false;
  };
  EXPECT_TRUE(refused([](OptimizerSpec& s) { s.rate = -1.0; }));
  EXPECT_TRUE(refused([](OptimizerSpec& s) { s.rate = std::nan(""); }));
  EXPECT_TRUE(refused([](OptimizerSpec& s) { s.momentum = 1.0; }));
  EXPECT_TRUE(refused([](OptimizerSpec& s) { s.beta1 = 1.0; }));
  EXPECT_TRUE(refused([](OptimizerSpec& s) { s.beta2 = -0.1; }));
  EXPECT_TRUE(refused([](OptimizerSpec& s) { s.epsilon = 0.0; }));
}

}  // namespace
}  // namespace basso::nn
