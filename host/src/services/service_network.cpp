// evaluate/1 and derivatives/1: the network as a function, for probes during observe.
#include "services/context.hpp"
#include "services/network_view.hpp"
#include "services/tables.hpp"

namespace basso::services {
namespace {

NetworkView& network_of(const basso_host* host) {
  ProbeServices* probe = Host::of(host).probe;
  if (!probe) throw Refusal(BASSO_ERROR_UNSUPPORTED, "this service is for probes");
  return probe->network();
}

void check_points(const NetworkView& network, const double* points, std::uint64_t rows) {
  if (rows > 0) expect(points, "the array of points");
  checked_product(rows, network.input_dim());
  checked_product(rows, network.output_dim());
}

std::int32_t evaluate(const basso_host* host, const double* parameters, const double* points,
                      std::uint64_t rows, double* outputs, basso_error* error) noexcept {
  return guarded(error, [&] {
    NetworkView& network = network_of(host);
    check_points(network, points, rows);
    expect(outputs, "the array of outputs");
    if (rows > 0) network.evaluate(parameters, points, rows, outputs);
  });
}

std::int32_t activation(const basso_host* host, std::uint32_t layer, const double* x, double* value,
                        double* derivative, std::uint64_t count, basso_error* error) noexcept {
  return guarded(error, [&] {
    expect(x, "x");
    expect(value, "the array of values");
    network_of(host).activation(layer, x, value, derivative, count);
  });
}

std::int32_t pull_to_parameters(const basso_host* host, const double* parameters, const double* points,
                                std::uint64_t rows, const double* cotangents, double* gradient,
                                basso_error* error) noexcept {
  return guarded(error, [&] {
    NetworkView& network = network_of(host);
    check_points(network, points, rows);
    expect(gradient, "the array of the gradient");
    network.pull_to_parameters(parameters, points, rows, cotangents, gradient);
  });
}

std::int32_t pull_to_inputs(const basso_host* host, const double* parameters, const double* points,
                            std::uint64_t rows, const double* cotangents, double* gradient,
                            basso_error* error) noexcept {
  return guarded(error, [&] {
    NetworkView& network = network_of(host);
    check_points(network, points, rows);
    expect(gradient, "the array of the gradient");
    network.pull_to_inputs(parameters, points, rows, cotangents, gradient);
  });
}

std::int32_t push_parameters(const basso_host* host, const double* parameters, const double* points,
                             std::uint64_t rows, const double* direction, double* tangents,
                             basso_error* error) noexcept {
  return guarded(error, [&] {
    NetworkView& network = network_of(host);
    check_points(network, points, rows);
    expect(direction, "the direction");
    expect(tangents, "the array of tangents");
    network.push_parameters(parameters, points, rows, direction, tangents);
  });
}

}  // namespace

const basso_evaluate_v1& evaluate_table() {
  static const basso_evaluate_v1 table = {evaluate, activation};
  return table;
}

const basso_derivatives_v1& derivatives_table() {
  static const basso_derivatives_v1 table = {pull_to_parameters, pull_to_inputs, push_parameters};
  return table;
}

}  // namespace basso::services
