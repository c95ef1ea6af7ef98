// A target or a probe under test: loaded from the build tree, created on a fake host, its answers as values.
#pragma once

#include <basso/catalogue.hpp>
#include <memory>

#include "fake_host.hpp"
#include "plugin/parameters.hpp"

namespace basso::test {

using Given = std::map<std::string, plugin::Plain>;

// What a call that failed said.
struct Refusal {
  std::int32_t status = BASSO_OK;
  std::string sentence;
};

Component component(const std::string& kind, const std::string& id);

class TargetUnderTest {
 public:
  // Creates it, and reads all of its sets; a failure of create is left in refusal().
  TargetUnderTest(const std::string& id, const Given& given, std::uint64_t seed = 1,
                  std::map<std::string, Bytes> files = {});
  ~TargetUnderTest();
  const Refusal& refusal() const { return refusal_; }
  const std::vector<Set>& sets() const { return host_.sets; }
  const Set& set(const std::string& name) const;
  // Rows first .. first+rows-1 of a set: inputs, outputs, latents one after the other; "" arrays are not
  // wanted.
  std::vector<double> rows(std::uint32_t set, std::uint64_t first, std::uint64_t rows, bool inputs = true,
                           bool outputs = true, bool latents = true);

 private:
  Component component_;
  FakeHost host_;
  Refusal refusal_;
  void* instance_ = nullptr;
};

// A network's linear maps, as far as probes of parameters see them.
struct Layer {
  std::uint64_t rows, columns;
};

class ProbeUnderTest {
 public:
  using Emitted = std::map<std::string, std::vector<double>>;

  ProbeUnderTest(const std::string& id, const Given& given, std::vector<Set> sets,
                 std::vector<Layer> layers = {}, std::string loss = "mse", std::string activation = "tanh");
  ~ProbeUnderTest();
  const Refusal& refusal() const { return refusal_; }
  const Series& series(const std::string& name) const;
  bool has(const std::string& name) const;
  // One observation. seen: "predictions:train" -> values, "loss:test" -> {value}, "parameters:" -> values.
  Emitted observe(const std::map<std::string, std::vector<double>>& seen, std::uint64_t recording = 0,
                  bool last = false);
  // One observation of the function that `host.network` computes, wherever the probe looks at it.
  Emitted observe_network(const std::vector<double>& parameters, std::uint64_t recording = 0,
                          bool last = false);
  std::vector<std::uint8_t> save() const;
  void load(const std::vector<std::uint8_t>& state);
  FakeHost& host() { return host_; }

 private:
  Component component_;
  FakeHost host_;
  std::string loss_, activation_;
  std::vector<std::string> block_names_;
  std::vector<basso_block> blocks_;
  std::vector<const basso_block*> block_pointers_;
  std::vector<basso_hidden> hidden_;
  std::vector<const basso_hidden*> hidden_pointers_;
  std::vector<std::vector<basso_axis>> axes_;
  std::vector<std::vector<const basso_axis*>> axis_pointers_;
  std::vector<std::vector<const char*>> input_names_, latent_names_;
  std::vector<basso_set> sets_;
  std::vector<const basso_set*> set_pointers_;
  basso_scene scene_{};
  Refusal refusal_;
  void* instance_ = nullptr;
};

// start + step * i.
std::vector<double> even(std::size_t count, double start, double step);
// A set on the periodic grid z = j/count with the values y (several outputs: row by row).
Set periodic_set(const std::string& name, const std::string& role, std::vector<double> y,
                 std::uint32_t outputs = 1);

}  // namespace basso::test
