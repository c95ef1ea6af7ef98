// One instance of a target: its declared sets, their data, and its exact lines.
#pragma once

#include <basso/target.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "basso/catalogue.hpp"
#include "plugin/parameters.hpp"
#include "services/context.hpp"
#include "services/declaration.hpp"

namespace basso::services {

// Rows as the target filled them, every value finite.
struct SetData {
  std::vector<double> inputs;   // [rows x input_dim]
  std::vector<double> outputs;  // [rows x output_dim]
  std::vector<double> latents;  // [rows x latent_dim]
};

// One line of an exact spectrum, as spectrum/1 defines it.
struct Line {
  double k, real, imaginary;
};

class Target {
 public:
  // Creates the instance and checks what it declares. Throws Error: code 2 for a parameter, 4 for data, 3 for
  // the rest, "target sinusoids: <its sentence>".
  Target(const Component& component, const plugin::ParameterValues& values, Shared& shared,
         std::uint64_t repeat);
  ~Target();
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  const std::string& id() const { return host_.id(); }
  // Valid, at the same place, for the target's life.
  const std::vector<SetInfo>& sets() const { return sets_; }
  const std::vector<const basso_set*>& abi_sets() const { return abi_sets_->pointers(); }
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  std::size_t find(const std::string& name) const;  // npos where there is none
  std::size_t train() const { return find("train"); }
  // Filled at the first call, then kept. Thread-safe.
  const SetData& data(std::size_t set) const;
  // Has the plugin fill rows into the caller's arrays, each [rows x dimension] or null; nothing is kept. For
  // measuring and checking. Thread-safe.
  void fill_rows(std::size_t set, std::uint64_t first, std::uint64_t rows, double* inputs, double* outputs,
                 double* latents) const;
  // Ascending in k; empty where none are known. Thread-safe.
  const std::vector<Line>& lines(std::size_t set) const;
  // Memory of all sets together once filled.
  std::uint64_t bytes() const;

 private:
  struct Filled {
    std::once_flag data_once, lines_once;
    SetData data;
    std::vector<Line> lines;
  };
  void create(const plugin::ParameterValues& values);
  void check_declarations() const;
  void fill(std::size_t set, SetData& data) const;
  void check_finite(const SetInfo& info, const std::vector<double>& values, std::uint64_t columns,
                    const char* what) const;
  std::vector<Line> read_lines(std::size_t set) const;

  mutable Host host_;
  mutable std::mutex calls_;  // calls on one instance never overlap
  const basso_target_v1* functions_;
  void* instance_ = nullptr;
  std::vector<SetInfo> sets_;
  std::unique_ptr<AbiSets> abi_sets_;
  std::unique_ptr<Filled[]> filled_;
};

}  // namespace basso::services
