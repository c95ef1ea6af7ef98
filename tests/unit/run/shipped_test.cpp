// What the repository ships, together: the experiment files load under each of their profiles, and the
// gradients of networks with each shipped activation are right.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "data/file.hpp"
#include "nn/reference.hpp"
#include "services/activation.hpp"
#include "support/temporary_directory.hpp"
#include "unit/run/experiments.hpp"

namespace basso::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> shipped_experiments() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(BASSO_SOURCE "/experiments"))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> profiles_of(const fs::path& file) {
  std::vector<std::string> names;
  const auto bytes = data::read_file(file);
  const std::string text(bytes.begin(), bytes.end()), mark = "\n[profile.";
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1))
    names.push_back(text.substr(at + mark.size(), text.find(']', at) - at - mark.size()));
  return names;
}

TEST(ShippedExperiments, LoadUnderEachOfTheirProfiles) {
  const std::vector<fs::path> files = shipped_experiments();
  EXPECT_GE(files.size(), 5u);
  for (const fs::path& file : files) {
    const std::vector<std::string> profiles = profiles_of(file);
    EXPECT_NE(std::find(profiles.begin(), profiles.end(), "reduced"), profiles.end()) << file;
    EXPECT_NO_THROW(Experiment::load(file, built_plugins(), {})) << file;
    for (const std::string& profile : profiles)
      EXPECT_NO_THROW(Experiment::load(file, built_plugins(), {{profile}, {}})) << file << ", " << profile;
  }
}

TEST(ShippedExperiments, HaveARowEachOnTheirPage) {
  const auto bytes = data::read_file(BASSO_SOURCE "/docs/experiments.md");
  const std::string page(bytes.begin(), bytes.end());
  for (const fs::path& file : shipped_experiments()) {
    const std::string name = (file.parent_path().filename() / file.filename()).string();
    EXPECT_NE(page.find("`" + name + "`"), std::string::npos) << name;
  }
}

struct Loaded {
  Component component;  // keeps the library
  nn::Activation activation;
};

std::vector<Loaded> shipped_activations() {
  std::vector<Loaded> all;
  for (const Listing& listing : built_plugins().list()) {
    if (listing.kind != "activation") continue;
    const Component component = built_plugins().require("activation", listing.id);
    // By default FINER's derivative is a surrogate, which no difference confirms.
    std::map<std::string, plugin::Given> given;
    if (listing.id == "finer") given["detached"] = {false, ""};
    all.push_back({component, services::engine_activation(component, {component.table(), given, ""})});
  }
  return all;
}

nn::NetworkSpec network_of(const nn::Activation& activation, int outputs) {
  nn::NetworkSpec network;
  network.inputs = 2;
  network.outputs = outputs;
  network.widths = {6, 5};
  network.activations = {activation, activation};
  network.init.law = nn::InitLaw::pytorch;
  return network;
}

nn::Reference<double>::Matrix normals(Eigen::Index rows, Eigen::Index columns, std::uint64_t stream) {
  nn::Reference<double>::Matrix values(rows, columns);
  nn::Stream(nn::StreamKey{.kind = "test", .id = "shipped", .stream = stream})
      .normals({values.data(), static_cast<std::size_t>(values.size())});
  return values;
}

TEST(ShippedActivations, GiveGradientsThatEqualCentralDifferencesForEveryLoss) {
  const std::vector<Loaded> activations = shipped_activations();
  EXPECT_GE(activations.size(), 4u);
  for (const auto& [component, activation] : activations) {
    for (const nn::LossKind loss :
         {nn::LossKind::mean_squared, nn::LossKind::mean_absolute, nn::LossKind::binary_cross_entropy,
          nn::LossKind::softmax_cross_entropy}) {
      const nn::NetworkSpec network = network_of(activation, 3);
      const nn::Reference<double> reference(network);
      const std::vector<double> start = nn::initial_parameters(network, {.seed = 11, .kind = "init"});
      Eigen::VectorXd theta =
          Eigen::Map<const Eigen::VectorXd>(start.data(), static_cast<Eigen::Index>(start.size()));
      const auto x = normals(4, 2, 1);
      nn::Reference<double>::Matrix y = nn::Reference<double>::Matrix::Zero(4, 3);
      for (Eigen::Index row = 0; row < 4; ++row) y(row, row % 3) = 1.0;
      Eigen::VectorXd gradient;
      reference.loss(loss, theta, x, y, &gradient);
      const auto difference = [&](Eigen::Index i, double h) {
        const double at = theta[i];
        theta[i] = at + h;
        const double above = reference.loss(loss, theta, x, y, nullptr);
        theta[i] = at - h;
        const double below = reference.loss(loss, theta, x, y, nullptr);
        theta[i] = at;
        return (above - below) / (2 * h);
      };
      for (Eigen::Index i = 0; i < theta.size(); ++i) {  // by Richardson's extrapolation
        const double expected = (4 * difference(i, 1e-6) - difference(i, 2e-6)) / 3;
        ASSERT_NEAR(gradient[i], expected, 1e-7 * (1 + gradient.cwiseAbs().maxCoeff()))
            << activation.id << ", " << nn::name(loss) << ", parameter " << i;
      }
    }
  }
}

}  // namespace
}  // namespace basso::test
