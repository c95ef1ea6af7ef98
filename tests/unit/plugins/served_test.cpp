// The shipped targets and probes behind the real services and the real engine: every probe on one small
// network, and what they record against values computed here from the engine's own predictions and
// parameters.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <fstream>
#include <map>

#include "harness.hpp"
#include "nn/trainer.hpp"
#include "services/activation.hpp"
#include "services/engine_view.hpp"
#include "services/probe.hpp"
#include "support/python.hpp"
#include "support/temporary_directory.hpp"

namespace basso::test {
namespace {

using Reals = std::vector<double>;

plugin::ParameterValues given(const Component& of, const Given& parameters) {
  std::map<std::string, plugin::Given> written;
  for (const auto& [key, value] : parameters) written[key] = {value, "test"};
  return {of.table(), written, "/"};
}

// tanh 2-6-5-1 on a flower of 30 points, five steps of Adam in float64.
class Served : public testing::Test {
 protected:
  Served() {
    network.inputs = 2;
    network.widths = {6, 5};
    const Component tanh = component("activation", "tanh");
    network.activations.assign(2, services::engine_activation(tanh, given(tanh, {})));
    train.precision = nn::Precision::float64;
    nn::StreamKey key{};
    run = nn::make_training_run(network, train, data.inputs, data.outputs, 30,
                                nn::initial_parameters(network, key), key);
    for (int i = 0; i < 5; ++i) run->step();
    view = std::make_unique<services::EngineView>(network, train, *run, data.inputs, data.outputs, 30);
    view->refresh();
    const auto numbers = nn::layer_numbers(network);
    for (std::size_t layer = 0; layer < 2; ++layer)
      scene.hidden.push_back({tanh, static_cast<std::uint32_t>(network.widths[layer]), numbers[layer]});
    scene.layout = run->layout();
    scene.loss = "mse";
    scene.precision = "float64";
    scene.steps = 5;
    scene.recorded_steps = {5};
    parameters.resize(scene.layout.size());
    run->parameters(parameters);
    predictions.resize(30);
    run->predict(data.inputs, 30, predictions);
  }

  std::map<std::string, Reals> observe(const std::string& id, const Given& parameters_given = {}) {
    const Component plugin = component("probe", id);
    services::Probe probe(plugin, given(plugin, parameters_given), id, target, scene, view.get(), shared, 0);
    probe.prepare();
    std::map<std::string, Reals> result;
    for (const auto& emission : probe.observe(5, 0, true))
      result[probe.series()[emission.series].name] = emission.values;
    return result;
  }

  // numpy's network of the same parameters: x, y, theta and f(theta, x).
  std::string in_numpy() const {
    std::ostringstream script;
    script.precision(17);
    script << "import numpy as np\n";
    for (const auto& [name, values] :
         {std::pair("x", &data.inputs), std::pair("y", &data.outputs), std::pair("theta", &parameters)}) {
      script << name << " = np.array([";
      for (const double value : *values) script << value << ",";
      script << "], dtype=np.longdouble)\n";
    }
    script << "x = x.reshape(30, 2)\n"
              "def f(t, x):\n"
              "  at = 0\n"
              "  for rows, columns in ((6, 2), (5, 6), (1, 5)):\n"
              "    w = t[at:at + rows * columns].reshape(rows, columns)\n"
              "    b = t[at + rows * columns:at + rows * columns + rows]\n"
              "    x, at = x @ w.T + b, at + rows * columns + rows\n"
              "    if rows > 1: x = np.tanh(x)\n"
              "  return x[:, 0]\n";
    return script.str();
  }

  services::Shared shared{1};
  const Component flower = component("target", "flower");
  services::Target target{flower,
                          given(flower, {{"samples", std::int64_t{30}},
                                         {"frequencies", Reals{2, 5}},
                                         {"dense_samples", std::int64_t{90}}}),
                          shared, 0};
  const services::SetData& data = target.data(target.train());
  nn::NetworkSpec network;
  nn::TrainSpec train;
  std::unique_ptr<nn::TrainingRun> run;
  std::unique_ptr<services::EngineView> view;
  services::SceneSpec scene;
  Reals parameters, predictions;
};

TEST_F(Served, PredictionsAndLossAreTheEngines) {
  const auto seen = observe("predictions");
  EXPECT_EQ(seen.at("prediction"), predictions);
  EXPECT_EQ(seen.at("target"), data.outputs);
  double loss = 0.0;
  for (std::size_t j = 0; j < 30; ++j) loss += std::pow(predictions[j] - data.outputs[j], 2) / 30.0;
  EXPECT_NEAR(observe("loss").at("train")[0], loss, 1e-12);
}

TEST_F(Served, SpectraAreTheDirectSumsOfThePredictionsAlongTheCurve) {
  const auto f = direct_transform(data.latents, predictions, {2.0, 5.0});
  const auto spectrum = observe("spectrum", {{"at", std::string("lines")}});
  const auto projected = observe("projection-spectrum", {{"frequencies", Reals{2.0, 5.0}}});
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_NEAR(spectrum.at("normalised")[i], std::abs(f[i]) / 15.0, 1e-12);
    EXPECT_NEAR(projected.at("magnitude")[i], std::abs(f[i]) / 30.0, 1e-12);
    EXPECT_NEAR(projected.at("relative_error")[i], spectrum.at("relative_error")[i], 1e-10);
  }
  EXPECT_NEAR(spectrum.at("target_power_below_nyquist")[0], 1.0, 1e-12);  // two sines of amplitude 1
  EXPECT_NEAR(spectrum.at("target_power_above_nyquist")[0], 0.0, 1e-12);
}

TEST_F(Served, NormsAndMagnitudesAreThoseOfTheEnginesParameters) {
  const auto norms = observe("spectral-norm").at("norm");
  const auto means = observe("weights").at("weight_mean");
  for (std::size_t layer = 0; layer < 3; ++layer) {
    const auto& block = scene.layout.weights(static_cast<int>(layer));
    const Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>> w(
        &parameters[block.offset], block.rows, block.cols);
    EXPECT_NEAR(norms[layer], Eigen::JacobiSVD<Eigen::MatrixXd>(w).singularValues()(0), 1e-10 * norms[layer]);
    EXPECT_NEAR(means[layer], w.cwiseAbs().mean(), 1e-14);
  }
}

TEST_F(Served, TheHessiansEigenvaluesAreThoseOfNumpysDifferencesOfTheLoss) {
  const auto seen = observe("hessian", {{"tolerance", 1e-9}, {"iterations", std::int64_t{59}}});
  std::istringstream said(run_python(in_numpy() +
                                     "n, h = len(theta), np.longdouble(1e-4)\n"
                                     "e = np.eye(n, dtype=np.longdouble) * h\n"
                                     "L = lambda t: np.mean((f(t, x) - y) ** 2)\n"
                                     "H = np.zeros((n, n))\n"
                                     "for i, a in enumerate(e):\n"
                                     "  for j, b in enumerate(e[:i + 1]):\n"
                                     "    H[i, j] = (L(theta + a + b) - L(theta + a - b) - L(theta - a + b)\n"
                                     "               + L(theta - a - b)) / (4 * h * h)\n"
                                     "w = np.linalg.eigvalsh(H)\n"
                                     "print(repr(float(w[-1])), repr(float(w[0])))\n"));
  double largest = -1.0, smallest = 1.0;
  said >> largest >> smallest;
  EXPECT_NEAR(seen.at("largest")[0], largest, 1e-6 * largest);
  EXPECT_GE(seen.at("smallest")[0], smallest - 1e-6 * largest);  // a bound from above
  EXPECT_NEAR(seen.at("smallest")[0], smallest, 1e-3 * largest);
  EXPECT_LT(seen.at("residual")[0], 1e-8 * largest);
}

TEST_F(Served, InputGradientsAreNumpysDifferences) {
  const auto seen = observe("input-gradient");
  std::istringstream said(run_python(
      in_numpy() +
      "g = [(f(theta, x + d) - f(theta, x - d)) / 2e-6 for d in np.eye(2, dtype=np.longdouble) * 1e-6]\n"
      "s = g[0] ** 2 + g[1] ** 2\n"
      "print(repr(float(s.mean())), repr(float(np.sqrt(s.max()))))\n"));
  for (const char* series : {"mean_square", "largest"}) {
    double expected = -1.0;
    said >> expected;
    EXPECT_NEAR(seen.at(series)[0], expected, 1e-9 * expected) << series;
  }
}

// The flow of L on the periodic curve, by hand: dh = h(theta - s grad L) - h(theta) for a small s.
TEST_F(Served, StageRatiosAreThoseOfASmallStepDownTheGradientByNumpy) {
  const auto seen = observe("stage-ratios", {{"density", std::string("uniform")}});
  std::istringstream said(
      run_python(in_numpy() +
                 "L = lambda t: np.mean((f(t, x) - y) ** 2)\n"
                 "g = np.array([(L(theta + d) - L(theta - d)) / 2e-6 for d in np.eye(len(theta), "
                 "dtype=np.longdouble) * 1e-6])\n"
                 "q = lambda t: np.abs(np.fft.fft((f(t, x) - y).astype(float))) ** 2 / 900\n"
                 "k = np.abs(np.fft.fftfreq(30, 1 / 30))\n"
                 "rate = (q(theta - 1e-5 * g) - q(theta + 1e-5 * g)) / 2e-5\n"
                 "print(repr(float(L(theta))), repr(float(rate.sum())))\n"
                 "for eta in (1, 2, 4): print(repr(float(abs(rate[k >= eta].sum()) / abs(rate.sum()))))\n"));
  double loss = -1.0, rate = 1.0;
  said >> loss >> rate;
  EXPECT_NEAR(seen.at("loss")[0], loss, 1e-12);
  EXPECT_NEAR(seen.at("rate")[0], rate, 1e-6 * std::abs(rate));
  ASSERT_EQ(seen.at("ratio").size(), 3u);
  for (const double ratio : seen.at("ratio")) {
    double expected = -1.0;
    said >> expected;
    EXPECT_NEAR(ratio, expected, 1e-6);
  }
}

// h' of the flow by hand, for the experiment's target and for single waves along the curve.
TEST_F(Served, InitialRatesAreThoseOfASmallStepDownTheGradientByNumpy) {
  const auto seen = observe("initial-rate", {{"frequencies", std::vector<std::int64_t>{2, 5}}});
  std::istringstream said(
      run_python(in_numpy() +
                 "e = np.eye(len(theta), dtype=np.longdouble) * 1e-6\n"
                 "def transforms(y, k):\n"
                 "  L = lambda t: np.mean((f(t, x) - y) ** 2)\n"
                 "  g = np.array([(L(theta + d) - L(theta - d)) / 2e-6 for d in e])\n"
                 "  F = lambda t: np.fft.fft((f(t, x) - y).astype(float))[k] / 15\n"
                 "  return F(theta), (F(theta - 1e-5 * g) - F(theta + 1e-5 * g)) / 2e-5\n"
                 "for k in (2, 5): print(abs(transforms(np.sin(2 * np.pi * k * np.arange(30) / 30), k)[1]))\n"
                 "for k in (2, 5):\n"
                 "  h, change = transforms(y, k)\n"
                 "  print(-(np.conj(h) * change).real / abs(h) ** 2)\n"));
  for (const char* series : {"rate", "convergence_speed"})
    for (const double measured : seen.at(series)) {
      double expected = -1e9;
      said >> expected;
      EXPECT_NEAR(measured, expected, 1e-6 * std::abs(expected)) << series;
    }
}

// The same numbers whatever the number of threads, and what is left at distance 0 is everything.
TEST_F(Served, RobustnessIsThatOfTheEnginesNetwork) {
  const Given given = {{"directions", std::int64_t{8}}, {"distances", Reals{0.0, 0.5}}};
  const auto alone = observe("robustness", given).at("retained");
  for (const std::size_t k : {0u, 1u}) EXPECT_NEAR(alone[k], 1.0, 1e-12);
  services::Shared threads(3);
  const Component plugin = component("probe", "robustness");
  services::Probe probe(plugin, ::basso::test::given(plugin, given), "robustness", target, scene, view.get(),
                        threads, 0);
  probe.prepare();
  EXPECT_EQ(probe.observe(5, 0, true).at(0).values, alone);
}

void write_idx(const std::filesystem::path& path, const std::vector<std::uint8_t>& shape,
               const std::vector<std::uint8_t>& bytes) {
  std::ofstream file(path, std::ios::binary);
  const auto put = [&file](std::uint8_t byte) { file.put(static_cast<char>(byte)); };
  for (const std::size_t byte : {std::size_t{0}, std::size_t{0}, std::size_t{8}, shape.size()})
    put(static_cast<std::uint8_t>(byte));
  for (const std::uint8_t length : shape)
    for (const std::uint8_t byte : {std::uint8_t{0}, std::uint8_t{0}, std::uint8_t{0}, length}) put(byte);
  for (const std::uint8_t byte : bytes) put(byte);
}

TEST(ServedData, ImagesComeFromIdxFilesAndAMissingDataSetIsADataErrorWithTheCommandThatGetsIt) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory.file("mnist"));
  write_idx(directory.file("mnist") / "train-images-idx3-ubyte", {3, 1, 2}, {0, 0, 51, 102, 255, 255});
  write_idx(directory.file("mnist") / "train-labels-idx1-ubyte", {3}, {7, 1, 4});
  services::Shared shared(1);
  shared.data_dirs = {directory.path()};
  const Component images = component("target", "mnist-projection");
  const services::Target target(images, given(images, {}), shared, 0);
  EXPECT_EQ(target.data(0).inputs, (Reals{0.0, 0.0, 0.2, 0.4, 1.0, 1.0}));
  EXPECT_EQ(target.data(0).outputs, (Reals{7.0, 1.0, 4.0}));
  EXPECT_EQ(target.data(0).latents.front(), 0.0);
  EXPECT_EQ(target.data(0).latents.back(), 1.0);
  EXPECT_EQ(target.sets()[0].provenance, "MNIST training images 0 to 2");
  try {
    const services::Target missing(images, given(images, {{"dataset", std::string("no-such-set")}}), shared,
                                   0);
    FAIL() << "a missing data set was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Exit::data);
    EXPECT_NE(std::string(error.what()).find("no-such-set"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace basso::test
