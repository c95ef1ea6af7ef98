// A host for one instance of a target or a probe, as small and as obvious as can be: transforms are direct
// sums, norms are Eigen's SVD, the network is a function of the test, data are its arrays. The plugins are
// tested against it at the ABI, independently of the real services.
#pragma once

#include <basso/services.h>

#include <complex>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace basso::test {

struct Axis {
  std::string name, unit;
  std::vector<double> values;
  double start = 0.0, step = 0.0, period = 0.0;
  std::uint64_t length = 0;
  std::vector<std::string> labels;
};

// A set of points with its data, as a target declares it or as a test makes it up for a probe.
struct Set {
  std::string name = "train", role = "train", provenance;
  std::uint64_t rows = 0;
  std::uint32_t input_dim = 1, output_dim = 1, latent_dim = 0;
  std::vector<Axis> axes;
  std::vector<std::string> input_names, latent_names;
  std::vector<double> inputs, outputs, latents;
  std::vector<double> line_k;
  std::vector<std::complex<double>> line_amplitude;
};

struct Series {
  std::string name, unit, meaning;
  std::int32_t when = 0;
  std::vector<Axis> axes;
};

// A data file: its bytes, or where it has none, its numbers.
struct Bytes {
  std::vector<std::uint64_t> shape;
  std::vector<std::uint8_t> bytes;
  std::vector<double> numbers = {};
};

// Everything that an instance says to its host, and what the host answers from. One a target or probe.
struct FakeHost {
  explicit FakeHost(std::uint64_t seed);
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  basso_host abi;
  std::uint64_t seed;
  std::vector<Set> sets;                                   // declared by a target, or given to a probe
  std::vector<std::pair<std::string, std::string>> needs;  // (what, set)
  std::vector<Series> series;
  std::map<std::uint32_t, std::vector<double>> emitted;  // during one observation
  std::map<std::string, Bytes> files;                    // "folder/name", or an absolute name
  std::deque<std::vector<double>> scratch;
  std::uint64_t scratch_limit = std::uint64_t{1} << 30;  // bytes; more is refused
  std::deque<std::vector<double>> plan_points, plan_frequencies;
  // evaluate/1: one row's outputs from parameters and inputs. derivatives/1 takes central differences with
  // steps of 1, which are exact for functions that are quadratic at most. parallel/1 runs its tasks in turn.
  std::function<std::vector<double>(const double* parameters, const double* x)> network;
  std::vector<double> parameters;  // the current ones
};

// Its tables evaluate/1 and derivatives/1.
const basso_evaluate_v1& fake_evaluate();
const basso_derivatives_v1& fake_derivatives();

Axis copy_axis(const basso_axis& axis);

// F(k_m) = sum_j y_j exp(-2 pi i x_j k_m), term by term.
std::vector<std::complex<double>> direct_transform(const std::vector<double>& x, const std::vector<double>& y,
                                                   const std::vector<double>& k);

}  // namespace basso::test
