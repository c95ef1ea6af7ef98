// Plugins of other versions of the ABI: archived binaries give their recorded numbers, a newer plugin works
// as far as this host knows it, and what cannot be used is refused with both versions.
#include <basso/plugin.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "nn/network.hpp"
#include "nn/trainer.hpp"
#include "services/activation.hpp"
#include "services/engine_view.hpp"
#include "services/probe.hpp"
#include "services/target.hpp"
#include "support/temporary_directory.hpp"

namespace basso {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

Component find(const std::vector<Component>& components, const std::string& kind) {
  for (const Component& component : components)
    if (component.kind() == kind) return component;
  throw Error(Exit::plugin, "the library has no " + kind);
}

plugin::ParameterValues defaults(const Component& component) { return {component.table(), {}, ""}; }

// ---- The archive ----

using Numbers = std::map<std::string, double>;

void record_activation(const Component& component, Numbers& numbers) {
  const nn::Activation f = services::engine_activation(component, defaults(component));
  nn::Numbers p{};
  std::copy(f.numbers.begin(), f.numbers.end(), p.begin());
  const double x[] = {-2.5, -0.1, 0.0, 0.3, 7.0};
  double y[5], d[5];
  float x32[5], y32[5], d32[5];
  std::copy(std::begin(x), std::end(x), x32);
  nn::value(f, p, x, y, 5);
  nn::derivative(f, p, x, y, d, 5);
  nn::value(f, p, x32, y32, 5);
  nn::derivative(f, p, x32, y32, d32, 5);
  for (std::size_t i = 0; i < 5; ++i) {
    const std::string place = std::to_string(i);
    numbers["activation.value_f64." + place] = y[i];
    numbers["activation.derivative_f64." + place] = d[i];
    numbers["activation.value_f32." + place] = static_cast<double>(y32[i]);
    numbers["activation.derivative_f32." + place] = static_cast<double>(d32[i]);
  }
  const services::Facts facts = services::facts_of(component, p);
  numbers["activation.stated"] = facts.facts.stated;
  numbers["activation.parity"] = facts.facts.parity;
  nn::NetworkSpec network;
  network.widths = {2, 2};
  network.activations = {f, f};
  network.init.law = nn::InitLaw::activation;
  numbers["activation.first_layer"] = nn::layer_numbers(network)[0][1];
  numbers["activation.second_layer"] = nn::layer_numbers(network)[1][1];
  const std::vector<double> start = nn::initial_parameters(network, {.seed = 4, .kind = "init"});
  numbers["activation.first_weight"] = start[0];
}

void record_probe(const Component& component, const services::Target& target, services::Shared& shared,
                  Numbers& numbers) {
  services::SceneSpec scene;
  scene.recorded_steps = {0, 10, 20};
  const auto make = [&] {
    auto probe = std::make_unique<services::Probe>(component, defaults(component), "kept", target, scene,
                                                   nullptr, shared, 0);
    probe->prepare();
    return probe;
  };
  const auto note = [&](const services::Probe& probe, const services::Emissions& emissions,
                        const std::string& when) {
    for (const services::Emission& emission : emissions)
      for (std::size_t i = 0; i < emission.values.size(); ++i)
        numbers["probe." + when + "." + probe.series()[emission.series].name + "." + std::to_string(i)] =
            emission.values[i];
  };
  const auto first = make();
  note(*first, first->observe(0, 0, false), "first");
  const auto second = make();  // takes over what the first one remembers
  second->load_state(first->save_state());
  note(*second, second->observe(10, 1, false), "second");
}

// What kept-c and kept-cpp are asked for.
Numbers numbers_of_kinds(const std::vector<Component>& components) {
  Numbers numbers;
  record_activation(find(components, "activation"), numbers);
  services::Shared shared;
  shared.seed = 11;
  const Component noise = find(components, "target");
  // The random numbers are keyed by the id: the two languages' plugins differ in nothing else.
  const services::Target target(noise, defaults(noise), shared, 0);
  const services::SetInfo& info = target.sets().at(0);
  numbers["target.rows"] = static_cast<double>(info.rows);
  numbers["target.axis_step"] = info.axes.at(0).step;
  numbers["target.line"] = target.lines(0).at(0).imaginary;
  EXPECT_EQ(info.latent_names, std::vector<std::string>{"square"});
  EXPECT_EQ(info.provenance, "the archive");
  for (std::size_t row = 0; row < info.rows; ++row) {
    numbers["target.input." + std::to_string(row)] = target.data(0).inputs[row];
    numbers["target.output." + std::to_string(row)] = target.data(0).outputs[row];
    numbers["target.latent." + std::to_string(row)] = target.data(0).latents[row];
  }
  record_probe(find(components, "probe"), target, shared, numbers);
  return numbers;
}

void record_optional_tables(const Component& component, Numbers& numbers) {
  const double p[BASSO_MAX_NUMBERS] = {}, x[] = {-1.0, 0.5};
  double second[2], real[2], imaginary[2];
  const float x32[] = {-1.0f, 0.5f};
  float second32[2];
  const auto* curvature = static_cast<const basso_second_v1*>(component.extension("second/1"));
  const auto* fourier = static_cast<const basso_fourier_v1*>(component.extension("fourier/1"));
  ASSERT_TRUE(curvature && fourier);
  curvature->second_f64(p, x, second, 2);
  curvature->second_f32(p, x32, second32, 2);
  EXPECT_EQ(fourier->transform(p, x, real, imaginary, 2, nullptr), BASSO_OK);
  for (std::size_t i = 0; i < 2; ++i) {
    numbers["tables.second_f64." + std::to_string(i)] = second[i];
    numbers["tables.second_f32." + std::to_string(i)] = static_cast<double>(second32[i]);
    numbers["tables.transform." + std::to_string(i)] = imaginary[i];
  }
}

// What kept-services is asked for: its probe over a network 1-3-1 that its target has trained for one step.
Numbers numbers_of_services(const std::vector<Component>& components) {
  const test::TemporaryDirectory folder;
  const fs::path table = folder.path() / "table.csv";
  std::ofstream(table) << "0,0\n0.25,1\n0.5,0\n0.75,-1\n";
  Numbers numbers;
  const Component softsign = find(components, "activation"), source = find(components, "target"),
                  every = find(components, "probe");
  record_optional_tables(softsign, numbers);
  services::Shared shared;
  shared.seed = 11;
  const plugin::ParameterValues values(source.table(), {{"file", {table.string(), "the test"}}}, "");
  const services::Target target(source, values, shared, 0);
  nn::NetworkSpec network;
  network.widths = {3};
  network.activations = {services::engine_activation(softsign, defaults(softsign))};
  nn::TrainSpec train;
  train.precision = nn::Precision::float64;
  const std::vector<double> start = {0.5, -0.25, 0.75, 0.125, -0.5, 0.25, 1.0, -0.5, 0.25, 0.125};
  const services::SetData& data = target.data(0);
  const auto run =
      nn::make_training_run(network, train, data.inputs, data.outputs, 4, start, nn::StreamKey{});
  services::EngineView view(network, train, *run, data.inputs, data.outputs, 4);
  services::SceneSpec scene;
  scene.hidden.push_back({softsign, 3, nn::layer_numbers(network)[0]});
  scene.layout = nn::ParameterLayout(network);
  scene.loss = "mse";
  scene.precision = "float64";
  scene.recorded_steps = {0};
  services::Probe probe(every, defaults(every), "kept", target, scene, &view, shared, 0);
  probe.prepare();
  for (const services::Emission& emission : probe.observe(0, 0, true))
    for (std::size_t i = 0; i < emission.values.size(); ++i)
      numbers["services." + std::to_string(i)] = emission.values[i];
  return numbers;
}

// Everything that an archived library is asked for.
Numbers numbers_of(const fs::path& library) {
  const Catalogue catalogue({});
  const std::vector<Component> components = catalogue.load(library);
  return library.stem() == "kept-services" ? numbers_of_services(components) : numbers_of_kinds(components);
}

Numbers recorded(const fs::path& file) {
  std::ifstream in(file);
  Numbers numbers;
  std::string name, value;
  while (in >> name >> value) numbers[name] = std::strtod(value.c_str(), nullptr);
  return numbers;
}

// Exactly the recorded numbers; what the host computes, in an order that it may change, to 1e-12.
void expect_recorded(const fs::path& library, const fs::path& file) {
  const Numbers expected = recorded(file), found = numbers_of(library);
  EXPECT_EQ(expected.size(), found.size());
  for (const auto& [name, value] : found) {
    const auto place = expected.find(name);
    char text[80];
    std::snprintf(text, sizeof(text), "%s %.17g", name.c_str(), value);
    if (place == expected.end())
      ADD_FAILURE() << library << ": not recorded: " << text;
    else if (name.find(".power.") != std::string::npos || name.rfind("services.", 0) == 0)
      EXPECT_NEAR(value, place->second, 1e-12 * std::max(1.0, std::abs(place->second))) << text;
    else
      EXPECT_EQ(value, place->second) << text;
  }
}

// The recorded numbers of every plugin of every version, frozen or not.
std::vector<fs::path> recordings() {
  std::vector<fs::path> files;
  for (const auto& version : fs::directory_iterator(ABI_VERSIONS))
    if (fs::exists(version.path() / "types.abi"))
      for (const auto& entry : fs::directory_iterator(version.path()))
        if (entry.path().filename().string().rfind("kept-", 0) == 0 && entry.path().extension() == ".txt")
          files.push_back(entry.path());
  return files;
}

TEST(Archive, EveryBinaryThatWasEverFrozenGivesItsRecordedNumbers) {
#if !defined(__x86_64__)
  GTEST_SKIP() << "the archive holds x86-64 binaries";
#endif
  std::set<fs::path> frozen;
  for (const fs::path& numbers : recordings()) {
    if (!fs::exists(numbers.parent_path() / "SHA256SUMS")) continue;
    frozen.insert(numbers.parent_path());
    expect_recorded(fs::path(numbers).replace_extension(".so"), numbers);
  }
  EXPECT_GE(frozen.size(), std::max<std::size_t>(1, BASSO_ABI_MINOR)) << "all versions but the last one";
}

TEST(Archive, ItsSourcesStillCompileAndGiveTheSameNumbers) {
  for (const fs::path& numbers : recordings())
    expect_recorded(
        fs::path(ABI_LIBRARIES) / numbers.parent_path().filename() / (numbers.stem().string() + ".so"),
        numbers);
}

// ---- Mocks ----

TEST(NewerPlugin, WorksAsFarAsThisHostKnowsIt) {
  const Catalogue catalogue({ABI_LIBRARIES "/newer"});
  const Component line = catalogue.require("activation", "line");
  EXPECT_GT(line.table().size, sizeof(basso_component));
  EXPECT_NE(line.extension("telepathy/7"), nullptr);  // listed, and never asked for
  const nn::Activation f = services::engine_activation(line, defaults(line));
  EXPECT_EQ(f.numbers[1], 3.0);  // the second of its longer parameters
  nn::Numbers p{};
  std::copy(f.numbers.begin(), f.numbers.end(), p.begin());
  const double x = 2.0;
  double y = 0.0;
  nn::value(f, p, &x, &y, 1);
  EXPECT_EQ(y, 6.0);
  EXPECT_EQ(services::facts_of(line, p).facts.lipschitz, 3.0);
  nn::NetworkSpec network;
  network.widths = {2};
  network.activations = {f};
  network.init.law = nn::InitLaw::activation;
  for (const double value : nn::initial_parameters(network, {.seed = 4, .kind = "init"}))
    EXPECT_LE(std::abs(value), 0.5);
}

TEST(NewerPlugin, OfAKindsRevisionsTheHighestKnownOneIsTaken) {
  const Catalogue catalogue({ABI_LIBRARIES "/newer"});
  const Component grid = catalogue.require("target", "grid");
  EXPECT_STREQ(grid.table().kind, "target/1");
  services::Shared shared;
  const services::Target target(grid, defaults(grid), shared, 0);
  EXPECT_EQ(target.sets()[0].axes[0].period, 1.0);
  EXPECT_EQ(target.data(0).outputs, (std::vector<double>{0, 1, 2, 3}));
}

template <class Body>
std::string refusal(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Exit::plugin);
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

std::string refusal(const char* folder, const std::string& kind, const std::string& id) {
  return refusal([&] { Catalogue({std::string(ABI_LIBRARIES "/") + folder}).require(kind, id); });
}

TEST(NewerPlugin, AKindThatThisHostDoesNotKnowIsRefusedWithBothVersions) {
  EXPECT_THAT(refusal("newer_kind", "encoding", "grid"),
              AllOf(HasSubstr("knows no kind encoding/2"),
                    HasSubstr("built for ABI 1.9, this host has ABI 1.0"), HasSubstr("update Basso")));
}

TEST(NewerPlugin, AMeaningThatAReservedFieldHasLaterIsNotOverlooked) {
  const Catalogue catalogue({ABI_LIBRARIES "/reserved"});
  const Component line = catalogue.require("activation", "line");
  nn::Numbers p{};
  EXPECT_EQ(services::facts_of(line, p).facts.stated, BASSO_FACT_LIPSCHITZ);
  p[0] = 1.0;
  EXPECT_THAT(refusal([&] { services::facts_of(line, p); }),
              HasSubstr("facts: the field `reserved` is not 0"));
  nn::NetworkSpec network;
  network.widths = {2};
  network.activations = {services::engine_activation(line, defaults(line))};
  network.init.law = nn::InitLaw::activation;
  EXPECT_THAT(refusal([&] { nn::initial_parameters(network, {.seed = 4, .kind = "init"}); }),
              HasSubstr("init: the field `reserved` is not 0"));
}

TEST(OlderPlugin, OfAnotherMajorVersionIsRefusedWithBothVersions) {
  EXPECT_THAT(refusal("older", "activation", "line"),
              AllOf(HasSubstr("built for ABI 0.8, this host has ABI 1.0"), HasSubstr("rebuild the plugin")));
}

}  // namespace
}  // namespace basso
