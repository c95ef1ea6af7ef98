// Shapes, parameter layout and initial parameters of a fully connected network.
#include "nn/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "basso/error.hpp"

namespace basso::nn {
namespace {

constexpr int max_width = 1 << 20;
constexpr uint64_t max_parameters = uint64_t{1} << 31;

int fan_in(const NetworkSpec& spec, size_t map) { return map == 0 ? spec.inputs : spec.widths[map - 1]; }
int fan_out(const NetworkSpec& spec, size_t map) {
  return map == spec.widths.size() ? spec.outputs : spec.widths[map];
}

void check_width(const std::string& what, int width) {
  if (width < 1 || width > max_width)
    throw Error(Exit::usage, fmt::format("{} is {}; expected 1 to {}", what, width, max_width));
}

void check_activation(const Activation& f, size_t layer) {
  const std::string who = fmt::format("activation '{}' of hidden layer {}", f.id, layer + 1);
  if (!f.functions) throw Error(Exit::plugin, who + " has no function table");
  if (f.numbers.size() != BASSO_MAX_NUMBERS)
    throw Error(Exit::plugin, fmt::format("{} brings {} numbers; expected {} (padded with zeros)", who,
                                          f.numbers.size(), BASSO_MAX_NUMBERS));
  if (!f.trainables.empty() && !f.trainable)
    throw Error(Exit::plugin, who + " has trainable parameters but no trainable/1 table");
  for (const Activation::Trainable& t : f.trainables)
    if (t.position >= BASSO_MAX_NUMBERS || !(t.lower <= t.upper))
      throw Error(Exit::plugin,
                  fmt::format("{}: trainable '{}' has position {} and range [{}, {}]; expected a "
                              "position below {} and a range that is not empty",
                              who, t.name, t.position, t.lower, t.upper, BASSO_MAX_NUMBERS));
}

basso_layer describe(const NetworkSpec& spec, size_t map) {
  basso_layer layer{};
  layer.size = sizeof(basso_layer);
  layer.index = static_cast<uint32_t>(map);
  layer.count = static_cast<uint32_t>(spec.widths.size() + 1);
  layer.inputs = static_cast<uint32_t>(fan_in(spec, map));
  layer.outputs = static_cast<uint32_t>(fan_out(spec, map));
  return layer;
}

// Calls one function of a layers/1 table and turns a failure into the plugin's own sentence.
template <class Call>
void ask(const Activation& f, Function function, const char* what, size_t map, Call&& call) {
  char text[1024] = "";
  basso_error error{text, sizeof text};
  const plugin::CallScope scope(f.call(function));
  int32_t status = BASSO_OK;
  try {
    status = call(&error);
  } catch (...) {
    status = basso_fail(&error, BASSO_ERROR_INTERNAL, plugin::escaped_text().c_str());
  }
  if (status == BASSO_OK) return;
  throw plugin::PluginFailure(status == BASSO_ERROR_PARAMETER ? Exit::usage : Exit::plugin,
                              fmt::format("activation '{}', {} of linear map {}: {}", f.id, what, map + 1,
                                          text[0] ? text : "failed without a message"),
                              "activation " + f.id);
}

// Of what one of these functions gave.
[[noreturn]] void refuse(const Activation& f, const std::string& what) {
  throw plugin::PluginFailure(Exit::plugin, fmt::format("activation '{}': {}", f.id, what),
                              "activation " + f.id);
}

// How one block is drawn: a normal law when std > 0, a uniform one when bound > 0, else zeros.
struct Law {
  double std = 0.0;
  double bound = 0.0;
};

Law from_plugin(int32_t law, double scale, const Activation& f) {
  if (!(scale >= 0.0) || !std::isfinite(scale))
    refuse(f,
           fmt::format("its initialisation law has scale {}; expected a finite number, 0 or above", scale));
  if (law == BASSO_LAW_NORMAL) return {scale, 0.0};
  if (law == BASSO_LAW_UNIFORM) return {0.0, scale};
  refuse(f, fmt::format("unknown initialisation law {}; this host knows normal (1) and uniform (2)", law));
}

struct MapLaws {
  Law weights;
  Law biases;
};

// The law of an activation covers the output's map too: the last hidden layer's activation is asked for it.
MapLaws activation_laws(const NetworkSpec& spec, size_t map) {
  if (spec.activations.empty())
    throw Error(Exit::usage,
                "init = \"activation\" needs a hidden layer, since its activation gives the law");
  const Activation& f = spec.activations[std::min(map, spec.activations.size() - 1)];
  if (!f.layers)
    throw Error(Exit::plugin,
                fmt::format("activation '{}' gives no initialisation law (it lacks layers/1); choose "
                            "another init, such as \"pytorch\" or \"he\"",
                            f.id));
  union {
    basso_init init;
    unsigned char bytes[1024];
  } room;
  std::memset(&room, 0, sizeof room);
  room.init.size = sizeof(basso_init);
  alignas(8) const basso_layer layer = describe(spec, map);
  ask(f, Function::init, "initialisation law", map,
      [&](basso_error* error) { return f.layers->init(f.numbers.data(), &layer, &room.init, error); });
  if (room.init.reserved != 0) refuse(f, "init: the field `reserved` is not 0");
  return {from_plugin(room.init.weight_law, room.init.weight_scale, f),
          from_plugin(room.init.bias_law, room.init.bias_scale, f)};
}

// The numbers of one layer as layers/1 gives them, between marks that it must leave alone.
Numbers asked_numbers(const Activation& f, const NetworkSpec& spec, size_t layer_index) {
  constexpr double mark = 0.78125;
  std::array<double, BASSO_MAX_NUMBERS + 2> fenced;
  fenced.front() = fenced.back() = mark;
  std::copy_n(f.numbers.begin(), BASSO_MAX_NUMBERS, fenced.begin() + 1);
  alignas(8) const basso_layer layer = describe(spec, layer_index);
  ask(f, Function::numbers, "numbers", layer_index, [&](basso_error* error) {
    return f.layers->numbers(f.numbers.data(), &layer, fenced.data() + 1, error);
  });
  if (fenced.front() != mark || fenced.back() != mark)
    refuse(f, fmt::format("numbers: something was written {} its result for layer {}; basso plugin check "
                          "activation/{} finds where",
                          fenced.back() != mark ? "behind the end of" : "before", layer_index + 1, f.id));
  Numbers numbers;
  std::copy_n(fenced.begin() + 1, BASSO_MAX_NUMBERS, numbers.begin());
  return numbers;
}

MapLaws laws(const NetworkSpec& spec, size_t map) {
  const double in = fan_in(spec, map);
  const double out = fan_out(spec, map);
  switch (spec.init.law) {
    case InitLaw::normal:
      return {{spec.init.weight_std, 0.0}, {spec.init.bias_std, 0.0}};
    case InitLaw::pytorch:
      return {{0.0, 1.0 / std::sqrt(in)}, {0.0, 1.0 / std::sqrt(in)}};
    case InitLaw::he:
      return {{std::sqrt(2.0 / in), 0.0}, {}};
    case InitLaw::glorot:
      return {{0.0, std::sqrt(6.0 / (in + out))}, {}};
    case InitLaw::activation:
      return activation_laws(spec, map);
    case InitLaw::given:
      break;
  }
  return {};
}

void draw(const Law& law, StreamKey key, size_t block, std::span<double> out) {
  key.row = block;
  Stream stream(key);
  if (law.std > 0.0) {
    stream.normals(out);
    for (double& x : out) x *= law.std;
  } else if (law.bound > 0.0) {
    stream.uniforms(out);
    for (double& x : out) x = law.bound * (2.0 * x - 1.0);
  }
}

void take_given(const ParameterLayout::Block& block, const std::vector<GivenArray>& given,
                std::span<double> out) {
  const auto found =
      std::find_if(given.begin(), given.end(), [&](const GivenArray& a) { return a.name == block.name; });
  if (found == given.end()) {
    if (block.kind == ParameterLayout::Kind::trainable) return;
    throw Error(Exit::data, fmt::format("given parameters: array '{}' [{}] is missing", block.name,
                                        fmt::join(std::vector<int>{block.rows, block.cols}, " x ")));
  }
  std::vector<size_t> expected{static_cast<size_t>(block.rows)};
  if (block.kind == ParameterLayout::Kind::weight) expected.push_back(static_cast<size_t>(block.cols));
  if (found->shape != expected || found->values.size() != block.size())
    throw Error(Exit::data,
                fmt::format("given parameters: array '{}' has shape [{}]; this network needs [{}]",
                            block.name, fmt::join(found->shape, " x "), fmt::join(expected, " x ")));
  for (const double v : found->values)
    if (!std::isfinite(v))
      throw Error(Exit::data,
                  fmt::format("given parameters: array '{}' holds a value that is not finite", block.name));
  std::copy(found->values.begin(), found->values.end(), out.begin());
}

}  // namespace

void validate(const NetworkSpec& spec) {
  check_width("the number of network inputs", spec.inputs);
  check_width("the number of network outputs", spec.outputs);
  if (spec.widths.size() > 1000)
    throw Error(Exit::usage, fmt::format("{} hidden layers; expected at most 1000", spec.widths.size()));
  for (size_t l = 0; l < spec.widths.size(); ++l) check_width(fmt::format("width {}", l + 1), spec.widths[l]);
  if (spec.activations.size() != spec.widths.size())
    throw Error(Exit::usage, fmt::format("{} activations for {} hidden layers; expected one for each layer",
                                         spec.activations.size(), spec.widths.size()));
  uint64_t parameters = 0;
  for (size_t map = 0; map <= spec.widths.size(); ++map)
    parameters += (static_cast<uint64_t>(fan_in(spec, map)) + 1) * static_cast<uint64_t>(fan_out(spec, map));
  if (parameters > max_parameters)
    throw Error(Exit::usage,
                fmt::format("{} parameters; this engine takes at most {}: ask for fewer or narrower layers",
                            parameters, max_parameters));
  for (size_t l = 0; l < spec.activations.size(); ++l) check_activation(spec.activations[l], l);
  for (const double std : {spec.init.weight_std, spec.init.bias_std})
    if (!(std >= 0.0) || !std::isfinite(std))
      throw Error(Exit::usage,
                  fmt::format("initial standard deviation {}; expected a finite number, 0 or above", std));
}

ParameterLayout::ParameterLayout(const NetworkSpec& spec)
    : layers_(static_cast<int>(spec.widths.size()) + 1) {
  const auto add = [this](const char* prefix, Kind kind, int layer, int rows, int cols) {
    blocks_.push_back({fmt::format("{}{}", prefix, layer + 1), kind, layer, rows, cols, size_});
    size_ += blocks_.back().size();
  };
  for (int layer = 0; layer < layers_; ++layer) {
    const auto map = static_cast<size_t>(layer);
    weight_.push_back(blocks_.size());
    add("W", Kind::weight, layer, fan_out(spec, map), fan_in(spec, map));
    add("b", Kind::bias, layer, fan_out(spec, map), 1);
    if (map < spec.activations.size() && !spec.activations[map].trainables.empty())
      add("p", Kind::trainable, layer, static_cast<int>(spec.activations[map].trainables.size()), 1);
  }
}

const ParameterLayout::Block* ParameterLayout::trainables(int layer) const {
  const size_t next = weight_[static_cast<size_t>(layer)] + 2;
  return next < blocks_.size() && blocks_[next].kind == Kind::trainable ? &blocks_[next] : nullptr;
}

std::vector<Numbers> layer_numbers(const NetworkSpec& spec) {
  std::vector<Numbers> result(spec.activations.size());
  for (size_t l = 0; l < result.size(); ++l) {
    const Activation& f = spec.activations[l];
    std::copy_n(f.numbers.begin(), BASSO_MAX_NUMBERS, result[l].begin());
    if (!f.layers) continue;
    result[l] = asked_numbers(f, spec, l);
    for (const double number : result[l])
      if (!std::isfinite(number))
        refuse(f, fmt::format("layers/1 gave the number {} for layer {}; all of them must be finite", number,
                              l + 1));
    for (const Activation::Trainable& t : f.trainables)
      if (result[l][t.position] != f.numbers[t.position])
        refuse(f,
               fmt::format("layers/1 changed the trainable number '{}' of layer {}; only other numbers may "
                           "depend on the layer",
                           t.name, l + 1));
  }
  return result;
}

std::vector<double> initial_parameters(const NetworkSpec& spec, const StreamKey& key) {
  validate(spec);
  const ParameterLayout layout(spec);
  const std::vector<Numbers> numbers = layer_numbers(spec);
  std::vector<double> parameters(layout.size(), 0.0);
  for (size_t i = 0; i < layout.blocks().size(); ++i) {
    const ParameterLayout::Block& block = layout.blocks()[i];
    const std::span<double> out(parameters.data() + block.offset, block.size());
    const auto map = static_cast<size_t>(block.layer);
    if (block.kind == ParameterLayout::Kind::trainable) {
      for (size_t j = 0; j < out.size(); ++j)
        out[j] = numbers[map][spec.activations[map].trainables[j].position];
    } else if (spec.init.law != InitLaw::given) {
      const MapLaws law = laws(spec, map);
      draw(block.kind == ParameterLayout::Kind::weight ? law.weights : law.biases, key, i, out);
    }
    if (spec.init.law == InitLaw::given) take_given(block, spec.init.given, out);
  }
  return parameters;
}

}  // namespace basso::nn
