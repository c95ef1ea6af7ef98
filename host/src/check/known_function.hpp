// A network whose function is known in closed form, for probes to look at.
#pragma once

#include <map>
#include <vector>

#include "check/scene.hpp"
#include "services/network_view.hpp"

namespace basso::check {

// f(z; theta) = theta_0 + theta_1 s(z), s a sum of sines, z in [0, 1) the input itself or the angle of a
// point (cos 2 pi z, sin 2 pi z); every output has this value. All further parameters are 0 and have no
// influence; there are as many as the scene's network has. Loss and gradient are those of the mean squared
// error against `outputs` at `inputs`. All of it in float64; every activation is tanh.
class KnownFunction final : public services::NetworkView {
 public:
  // inputs [rows x input_dim] and outputs [rows x output_dim] of the set "train".
  KnownFunction(std::uint32_t input_dim, std::uint32_t output_dim, std::size_t parameter_count,
                std::vector<double> inputs, std::vector<double> outputs);
  // The function from now on: constant + amplitude s(z).
  void become(double constant, double amplitude, std::vector<Sine> sines = {{4}});

  std::uint32_t input_dim() const override { return input_dim_; }
  std::uint32_t output_dim() const override { return output_dim_; }
  std::size_t parameter_count() const override { return parameters_.size(); }
  void refresh() override;
  std::span<const double> parameters() override { return parameters_; }
  std::span<const double> predictions(const double* points, std::uint64_t rows) override;
  std::span<const double> gradient() override;
  double loss(const double* predictions, const double* outputs, std::uint64_t rows) const override;
  void evaluate(const double* parameters, const double* points, std::uint64_t rows, double* outputs) override;
  void activation(std::uint32_t layer, const double* x, double* value, double* derivative,
                  std::uint64_t count) override;
  void pull_to_parameters(const double* parameters, const double* points, std::uint64_t rows,
                          const double* cotangents, double* gradient) override;
  void pull_to_inputs(const double* parameters, const double* points, std::uint64_t rows,
                      const double* cotangents, double* gradient) override;
  void push_parameters(const double* parameters, const double* points, std::uint64_t rows,
                       const double* direction, double* tangents) override;

 private:
  double place(const double* point) const;                          // z
  double shape(double z) const;                                     // s(z)
  double slope(double z) const;                                     // ds/dz
  double total(const double* cotangents, std::uint64_t row) const;  // over the outputs of one row

  std::uint32_t input_dim_, output_dim_;
  std::vector<Sine> sines_;
  std::vector<double> parameters_, gradient_, inputs_, outputs_;
  std::map<const double*, std::vector<double>> predictions_;  // of this observation
};

}  // namespace basso::check
