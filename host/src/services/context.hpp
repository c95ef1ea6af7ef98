// The host as one instance of a target or a probe sees it: its basso_host, and everything that its services
// need to know.
#pragma once

#include <basso/services.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "basso/catalogue.hpp"
#include "plugin/calls.hpp"
#include "plugin/float_environment.hpp"
#include "services/arena.hpp"
#include "services/shared.hpp"
#include "services/status.hpp"

struct basso_fft_plan;

namespace basso::services {

class NetworkView;

// What the services of a probe act on. Every function may throw; the services turn that into a status.
class ProbeServices {
 public:
  virtual std::uint32_t need(const std::string& what, const std::string& set) = 0;
  virtual void add_points(const std::string& name, const double* points, std::uint64_t rows) = 0;
  virtual std::uint32_t add_series(const basso_series& series) = 0;
  virtual void emit(std::uint32_t series, const double* values, std::uint64_t count) = 0;
  virtual void read(std::uint32_t set, std::uint64_t first, std::uint64_t rows, double* inputs,
                    double* outputs, double* latents) = 0;
  virtual void lines(std::uint32_t set, std::uint32_t capacity, double* k, double* real, double* imaginary,
                     std::uint32_t& count) = 0;
  virtual NetworkView& network() = 0;  // refuses outside observe and without a network

 protected:
  ~ProbeServices() = default;
};

// Owns the basso_host of one instance and what its services hand out. Calls on it follow the ABI's thread
// rule: one at a time but for parallel tasks.
class Host {
 public:
  // `label` names the instance in messages: "target sinusoids".
  Host(Shared& shared, const Component& component, std::uint64_t repeat, std::string label);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host();

  const basso_host* abi() const { return &abi_; }
  static Host& of(const basso_host* host) { return *static_cast<Host*>(host->context); }

  // Calls the plugin: body(basso_error*) -> status. Scratch is taken back, the floating-point environment is
  // compared and restored. Throws Error with the exit code of the stage: "<label>: <call>: <its sentence>".
  template <class Body>
  void call(Stage stage, const char* name, Body&& body) {
    const plugin::CallScope scope(known(stage, name));
    const plugin::FloatEnvironment environment;
    ErrorText text;
    std::int32_t status = BASSO_OK;
    try {
      status = body(text.abi());
    } catch (...) {
      finish(environment, name);
      throw_escaped(stage, name);
    }
    finish(environment, name);
    if (status != BASSO_OK) throw_failed(stage, name, status, text.sentence());
  }
  // The instance's last call, which has no status: an exception out of it ends the process.
  void destroy(void (*function)(void*), void* instance) noexcept;
  // Throws Error(Exit::plugin) where the component is of another kind.
  void expect_kind(const std::string& kind) const;
  [[noreturn]] void fail(Exit code, const char* call, const std::string& sentence) const;
  // Throws Error(Exit::run_failed) where memory that the plugin was given was damaged (Fenced, Arena).
  void expect_intact(const char* call, const std::string& damage) const;

  Shared& shared() const { return shared_; }
  const Component& component() const { return component_; }
  const std::string& label() const { return label_; }
  const std::string& kind() const { return kind_; }
  const std::string& id() const { return id_; }
  std::uint64_t repeat() const { return repeat_; }
  // Whether the component's registration lists the service; one that it does not list is not served.
  bool lists(std::string_view service) const;
  Arena& arena() { return arena_; }

  // Set during a target's create, empty otherwise.
  std::function<void(const basso_set&)> add_set;
  ProbeServices* probe = nullptr;  // of a probe's instance

  // Plans and arrays that live until the instance is destroyed.
  const basso_fft_plan* fft_plan(std::uint64_t n);
  const basso_fft_plan* nonuniform_plan(const double* x, std::uint64_t points, const double* k,
                                        std::uint64_t frequencies);
  const LoadedArray& keep(std::shared_ptr<const LoadedArray> array);
  // The search folder where this data set's first file was found, alone; empty before.
  std::vector<std::filesystem::path> data_set_place(const std::string& data_set);
  void keep_data_set_place(const std::string& data_set, const std::filesystem::path& place);

 private:
  const PluginCall* known(Stage stage, const char* call) const;
  void finish(const plugin::FloatEnvironment& environment, const char* call);
  [[noreturn]] void throw_escaped(Stage stage, const char* call) const;
  [[noreturn]] void throw_failed(Stage stage, const char* call, std::int32_t status,
                                 const std::string& sentence) const;

  Shared& shared_;
  Component component_;
  std::uint64_t repeat_;
  std::string label_, kind_, id_;
  std::vector<std::string> services_;  // as listed
  basso_host abi_{};
  Arena arena_;
  std::mutex mutex_;  // guards what follows
  std::map<std::uint64_t, const basso_fft_plan*> by_size_;
  std::vector<std::unique_ptr<basso_fft_plan, void (*)(basso_fft_plan*)>> plans_;
  std::vector<std::shared_ptr<const LoadedArray>> arrays_;
  std::map<std::string, std::filesystem::path> data_sets_;  // name -> search folder
};

// The table of a service by name, or nullptr. Setup tables included: their functions refuse when they are not
// due.
const void* service_table(const std::string& name);

}  // namespace basso::services
