// A probe's instance with its side of the setup, emit, sets and network services.
#pragma once

#include <deque>
#include <optional>

#include "services/context.hpp"
#include "services/probe.hpp"

namespace basso::services {

class Probe::Instance final : public ProbeServices {
 public:
  Instance(const Component& component, std::string name, const Target& target, const SceneSpec& scene,
           NetworkView* network, Shared& shared, std::uint64_t repeat);
  ~Instance();
  void create(const plugin::ParameterValues& values);
  void prepare();
  Emissions observe(std::int64_t step, std::uint64_t recording, bool last);
  bool has_state() const { return state_ != nullptr; }
  std::vector<std::uint8_t> save_state();
  void load_state(std::span<const std::uint8_t> state);

  // ProbeServices
  std::uint32_t need(const std::string& what, const std::string& set) override;
  void add_points(const std::string& name, const double* points, std::uint64_t rows) override;
  std::uint32_t add_series(const basso_series& series) override;
  void emit(std::uint32_t series, const double* values, std::uint64_t count) override;
  void read(std::uint32_t set, std::uint64_t first, std::uint64_t rows, double* inputs, double* outputs,
            double* latents) override;
  void lines(std::uint32_t set, std::uint32_t capacity, double* k, double* real, double* imaginary,
             std::uint32_t& count) override;
  NetworkView& network() override;

  std::string name;
  std::vector<SeriesInfo> series;
  NetworkView* view;

 private:
  enum class What { inputs, outputs, latents, predictions, loss, parameters, gradient };
  struct Points {
    std::string name;
    std::vector<double> values;  // [rows x input_dim]
    std::uint64_t rows;
  };
  struct Need {
    What what;
    std::size_t set;       // of the target, or Target::npos
    const Points* points;  // the probe's own, or null
  };
  enum class State { idle, creating, observing };

  void refuse_without_network(const std::string& what) const;
  Need place_need(What what, const std::string& text, const std::string& set) const;
  std::vector<basso_matrix> matrices();
  basso_matrix matrix(const Need& need, double& loss);
  basso_matrix set_matrix(const Need& need, const SetInfo& info, const SetData& data, double& loss);
  std::string due_problem(const SeriesInfo& info) const;
  Emissions collect();

  Host host_;
  const Target& target_;
  Scene scene_;
  const basso_probe_v1* functions_;
  const basso_state_v1* state_;
  void* instance_ = nullptr;
  bool created_ = false;
  State phase_ = State::idle;
  std::deque<Points> points_;
  std::vector<Need> needs_;
  std::vector<double> losses_;  // one place a need
  std::vector<std::optional<std::vector<double>>> pending_;
  std::uint64_t recording_ = 0;
  bool last_ = false;
};

}  // namespace basso::services
