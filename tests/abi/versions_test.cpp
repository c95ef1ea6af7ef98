// Plugins of other versions of the ABI: archived binaries give their recorded numbers, a newer plugin works
// as far as this host knows it, and what cannot be used is refused with both versions.
#include <basso/plugin.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "nn/network.hpp"
#include "services/activation.hpp"
#include "services/probe.hpp"
#include "services/target.hpp"

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

// Everything that an archived library is asked for.
Numbers numbers_of(const fs::path& library) {
  const Catalogue catalogue({});
  const std::vector<Component> components = catalogue.load(library);
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

Numbers recorded(const fs::path& file) {
  std::ifstream in(file);
  Numbers numbers;
  std::string name, value;
  while (in >> name >> value) numbers[name] = std::strtod(value.c_str(), nullptr);
  return numbers;
}

// Exactly the recorded numbers; sums of a transform, whose order the host may change, to 1e-12.
void expect_recorded(const fs::path& library, const fs::path& file) {
  const Numbers expected = recorded(file), found = numbers_of(library);
  EXPECT_EQ(expected.size(), found.size());
  for (const auto& [name, value] : found) {
    const auto place = expected.find(name);
    char text[80];
    std::snprintf(text, sizeof(text), "%s %.17g", name.c_str(), value);
    if (place == expected.end())
      ADD_FAILURE() << library << ": not recorded: " << text;
    else if (name.find(".power.") != std::string::npos)
      EXPECT_NEAR(value, place->second, 1e-12 * std::max(1.0, place->second)) << text;
    else
      EXPECT_EQ(value, place->second) << text;
  }
}

TEST(Archive, EveryBinaryThatWasEverReleasedGivesItsRecordedNumbers) {
#if !defined(__x86_64__)
  GTEST_SKIP() << "the archive holds x86-64 binaries";
#endif
  int libraries = 0;
  for (const auto& version : fs::directory_iterator(ABI_ARCHIVE)) {
    if (!version.is_directory()) continue;
    for (const char* language : {"kept-c", "kept-cpp"}) {
      ++libraries;
      expect_recorded(version.path() / (std::string(language) + ".so"),
                      fs::path(ABI_ARCHIVE) / (std::string(language) + ".txt"));
    }
  }
  EXPECT_GE(libraries, 2);
}

TEST(Archive, ItsSourcesStillCompileAndGiveTheSameNumbers) {
  expect_recorded(ABI_LIBRARIES "/kept-c.so", ABI_ARCHIVE "/kept-c.txt");
  expect_recorded(ABI_LIBRARIES "/kept-cpp.so", ABI_ARCHIVE "/kept-cpp.txt");
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

std::string refusal(const char* folder, const std::string& kind, const std::string& id) {
  try {
    Catalogue({std::string(ABI_LIBRARIES "/") + folder}).require(kind, id);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Exit::plugin);
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

TEST(NewerPlugin, AKindThatThisHostDoesNotKnowIsRefusedWithBothVersions) {
  EXPECT_THAT(refusal("newer_kind", "encoding", "grid"),
              AllOf(HasSubstr("knows no kind encoding/2"),
                    HasSubstr("built for ABI 1.9, this host has ABI 1.0"), HasSubstr("update Basso")));
}

TEST(OlderPlugin, OfAnotherMajorVersionIsRefusedWithBothVersions) {
  EXPECT_THAT(refusal("older", "activation", "line"),
              AllOf(HasSubstr("built for ABI 0.8, this host has ABI 1.0"), HasSubstr("rebuild the plugin")));
}

}  // namespace
}  // namespace basso
