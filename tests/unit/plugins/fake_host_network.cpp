// The fake host's network, a function of the test: its values, and its derivatives by central differences.
#include <algorithm>

#include "fake_host.hpp"

namespace basso::test {
namespace {

FakeHost& self(const basso_host* host) { return *static_cast<FakeHost*>(host->context); }

std::int32_t evaluate(const basso_host* host, const double* parameters, const double* points,
                      std::uint64_t rows, double* outputs, basso_error*) {
  const FakeHost& fake = self(host);
  for (std::uint64_t i = 0; i < rows; ++i)
    for (const double y : fake.network(parameters != nullptr ? parameters : fake.parameters.data(),
                                       points + i * fake.sets[0].input_dim))
      *outputs++ = y;
  return BASSO_OK;
}

std::int32_t activation(const basso_host*, std::uint32_t, const double*, double*, double*, std::uint64_t,
                        basso_error* error) {
  return basso_fail(error, BASSO_ERROR_UNSUPPORTED, "the fake host has no layers");
}

// d f / d v_i of one row's outputs, v its parameters or its inputs.
template <class Function>
std::vector<double> difference(std::vector<double> v, std::size_t i, Function f) {
  v[i] += 1.0;
  const std::vector<double> ahead = f(v.data());
  v[i] -= 2.0;
  std::vector<double> result = f(v.data());
  for (std::size_t o = 0; o < result.size(); ++o) result[o] = (ahead[o] - result[o]) / 2.0;
  return result;
}

std::vector<double> given_or_current(const FakeHost& fake, const double* parameters) {
  return parameters == nullptr ? fake.parameters
                               : std::vector<double>(parameters, parameters + fake.parameters.size());
}

// visit(row, j, d f(row) / d theta_j), all rows and parameters.
template <class Visit>
void each_derivative(const FakeHost& fake, const double* parameters, const double* points, std::uint64_t rows,
                     Visit visit) {
  const std::vector<double> theta = given_or_current(fake, parameters);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < theta.size(); ++j)
      visit(i, j, difference(theta, j, [&](const double* at) {
              return fake.network(at, points + i * fake.sets[0].input_dim);
            }));
}

std::int32_t pull_to_parameters(const basso_host* host, const double* parameters, const double* points,
                                std::uint64_t rows, const double* cotangents, double* gradient,
                                basso_error*) {
  std::fill_n(gradient, self(host).parameters.size(), 0.0);
  each_derivative(self(host), parameters, points, rows,
                  [&](std::size_t i, std::size_t j, const std::vector<double>& slopes) {
                    for (std::size_t o = 0; o < slopes.size(); ++o)
                      gradient[j] += cotangents[i * slopes.size() + o] * slopes[o];
                  });
  return BASSO_OK;
}

std::int32_t push_parameters(const basso_host* host, const double* parameters, const double* points,
                             std::uint64_t rows, const double* direction, double* tangents, basso_error*) {
  std::fill_n(tangents, rows * self(host).sets[0].output_dim, 0.0);
  each_derivative(self(host), parameters, points, rows,
                  [&](std::size_t i, std::size_t j, const std::vector<double>& slopes) {
                    for (std::size_t o = 0; o < slopes.size(); ++o)
                      tangents[i * slopes.size() + o] += direction[j] * slopes[o];
                  });
  return BASSO_OK;
}

std::int32_t pull_to_inputs(const basso_host* host, const double* parameters, const double* points,
                            std::uint64_t rows, const double* cotangents, double* gradient, basso_error*) {
  const FakeHost& fake = self(host);
  const std::vector<double> theta = given_or_current(fake, parameters);
  const std::size_t inputs = fake.sets[0].input_dim;
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < inputs; ++j) {
      const std::vector<double> slopes =
          difference({points + i * inputs, points + (i + 1) * inputs}, j,
                     [&](const double* at) { return fake.network(theta.data(), at); });
      gradient[i * inputs + j] = 0.0;
      for (std::size_t o = 0; o < slopes.size(); ++o)
        gradient[i * inputs + j] += cotangents[i * slopes.size() + o] * slopes[o];
    }
  return BASSO_OK;
}

}  // namespace

const basso_evaluate_v1& fake_evaluate() {
  static const basso_evaluate_v1 table = {evaluate, activation};
  return table;
}

const basso_derivatives_v1& fake_derivatives() {
  static const basso_derivatives_v1 table = {pull_to_parameters, pull_to_inputs, push_parameters};
  return table;
}

}  // namespace basso::test
