// The services of the fake host.
#include "fake_host.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>

namespace basso::test {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

FakeHost& self(const basso_host* host) { return *static_cast<FakeHost*>(host->context); }

Eigen::Map<const RowMajor> matrix(const double* a, std::uint64_t rows, std::uint64_t columns) {
  return {a, static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns)};
}

std::int32_t add_set(const basso_host* host, const basso_set* set, basso_error*) {
  Set copy;
  copy.name = set->name;
  copy.role = set->role;
  copy.provenance = set->provenance;
  copy.rows = set->rows;
  copy.input_dim = set->input_dim;
  copy.output_dim = set->output_dim;
  copy.latent_dim = set->latent_dim;
  for (std::uint32_t i = 0; i < set->axis_count; ++i) copy.axes.push_back(copy_axis(*set->axes[i]));
  for (std::uint32_t i = 0; set->input_names != nullptr && i < set->input_dim; ++i)
    copy.input_names.emplace_back(set->input_names[i]);
  for (std::uint32_t i = 0; set->latent_names != nullptr && i < set->latent_dim; ++i)
    copy.latent_names.emplace_back(set->latent_names[i]);
  self(host).sets.push_back(copy);
  return BASSO_OK;
}

std::int32_t need(const basso_host* host, const char* what, const char* set, std::uint32_t* handle,
                  basso_error*) {
  *handle = static_cast<std::uint32_t>(self(host).needs.size());
  self(host).needs.emplace_back(what, set);
  return BASSO_OK;
}

// Points of the probe's own are one more set, without outputs.
std::int32_t add_points(const basso_host* host, const char* name, const double* points, std::uint64_t rows,
                        basso_error* error) {
  for (const Set& other : self(host).sets)
    if (other.name == name)
      return basso_fail(error, BASSO_ERROR_INTERNAL, "there is a set of this name already");
  Set set;
  set.name = name;
  set.rows = rows;
  set.input_dim = self(host).sets.at(0).input_dim;
  set.output_dim = self(host).sets.at(0).output_dim;
  set.inputs.assign(points, points + rows * set.input_dim);
  self(host).sets.push_back(set);
  return BASSO_OK;
}

std::int32_t add_series(const basso_host* host, const basso_series* series, std::uint32_t* handle,
                        basso_error*) {
  Series copy{series->name, series->unit, series->meaning, series->when, {}};
  for (std::uint32_t i = 0; i < series->axis_count; ++i) copy.axes.push_back(copy_axis(*series->axes[i]));
  *handle = static_cast<std::uint32_t>(self(host).series.size());
  self(host).series.push_back(copy);
  return BASSO_OK;
}

std::int32_t emit(const basso_host* host, std::uint32_t series, const double* values, std::uint64_t count,
                  basso_error* error) {
  FakeHost& fake = self(host);
  std::uint64_t expected = 1;
  for (const Axis& axis : fake.series.at(series).axes) expected *= axis.length;
  if (count != expected)
    return basso_fail(error, BASSO_ERROR_INTERNAL, "an emission has another shape than declared");
  if (!fake.emitted.emplace(series, std::vector<double>(values, values + count)).second)
    return basso_fail(error, BASSO_ERROR_INTERNAL, "emitted twice");
  return BASSO_OK;
}

std::int32_t read_set(const basso_host* host, std::uint32_t set, std::uint64_t first, std::uint64_t rows,
                      double* inputs, double* outputs, double* latents, basso_error*) {
  const Set& from = self(host).sets.at(set);
  const auto copy = [&](const std::vector<double>& all, std::uint64_t width, double* to) {
    if (to != nullptr && width > 0) std::memcpy(to, &all.at(first * width), rows * width * sizeof(double));
  };
  copy(from.inputs, from.input_dim, inputs);
  copy(from.outputs, from.output_dim, outputs);
  copy(from.latents, from.latent_dim, latents);
  return BASSO_OK;
}

std::int32_t lines(const basso_host* host, std::uint32_t set, std::uint32_t capacity, double* k, double* real,
                   double* imaginary, std::uint32_t* count, basso_error*) {
  const Set& from = self(host).sets.at(set);
  *count = static_cast<std::uint32_t>(from.line_k.size());
  for (std::size_t i = 0; i < from.line_k.size() && i < capacity; ++i) {
    k[i] = from.line_k[i];
    real[i] = from.line_amplitude[i].real();
    imaginary[i] = from.line_amplitude[i].imag();
  }
  return BASSO_OK;
}

std::uint64_t mix(std::uint64_t x) {  // splitmix64's finaliser
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

void bits(const basso_host* host, std::uint64_t stream, std::uint64_t row, std::uint64_t* values,
          std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i)
    values[i] = mix(mix(mix(self(host).seed + 1) ^ (stream + 2)) ^ (row + 3)) ^ mix(i + 0x9e3779b97f4a7c15u);
}

void uniform(const basso_host* host, std::uint64_t stream, std::uint64_t row, double* values,
             std::uint64_t count) {
  std::vector<std::uint64_t> raw(count);
  bits(host, stream, row, raw.data(), count);
  for (std::uint64_t i = 0; i < count; ++i) values[i] = static_cast<double>(mix(raw[i]) >> 11) * 0x1p-53;
}

void normal(const basso_host* host, std::uint64_t stream, std::uint64_t row, double* values,
            std::uint64_t count) {
  std::vector<double> u(2 * count);
  uniform(host, stream, row, u.data(), u.size());
  for (std::uint64_t i = 0; i < count; ++i)
    values[i] = std::sqrt(-2.0 * std::log(1.0 - u[2 * i])) * std::cos(2.0 * std::numbers::pi * u[2 * i + 1]);
}

std::int32_t plan_nonuniform(const basso_host* host, const double* x, std::uint64_t points, const double* k,
                             std::uint64_t frequencies, const basso_fft_plan** plan, basso_error*) {
  FakeHost& fake = self(host);
  fake.plan_points.emplace_back(x, x + points);
  fake.plan_frequencies.emplace_back(k, k + frequencies);
  *plan = reinterpret_cast<const basso_fft_plan*>(fake.plan_points.size());  // its number, from 1
  return BASSO_OK;
}

std::int32_t plan_regular(const basso_host* host, std::uint64_t n, const basso_fft_plan** plan,
                          basso_error* error) {
  std::vector<double> x(n), k(n / 2 + 1);
  for (std::uint64_t j = 0; j < n; ++j) x[j] = static_cast<double>(j) / static_cast<double>(n);
  for (std::uint64_t m = 0; m < k.size(); ++m) k[m] = static_cast<double>(m);
  return plan_nonuniform(host, x.data(), n, k.data(), k.size(), plan, error);
}

std::int32_t transform(const basso_host* host, const basso_fft_plan* plan, const double* y, double* output,
                       basso_error*) {
  const std::size_t which = reinterpret_cast<std::size_t>(plan) - 1;
  const std::vector<double>& x = self(host).plan_points[which];
  const auto values = direct_transform(x, {y, y + x.size()}, self(host).plan_frequencies[which]);
  for (std::size_t m = 0; m < values.size(); ++m) {
    output[2 * m] = values[m].real();
    output[2 * m + 1] = values[m].imag();
  }
  return BASSO_OK;
}

std::int32_t complex_transform(const basso_host* host, const basso_fft_plan* plan, std::int32_t inverse,
                               const double* input, double* output, basso_error*) {
  const std::size_t n = self(host).plan_points[reinterpret_cast<std::size_t>(plan) - 1].size();
  for (std::size_t k = 0; k < n; ++k) {
    std::complex<double> sum = 0.0;
    for (std::size_t j = 0; j < n; ++j) {
      const double turns = static_cast<double>(j * k % n) / static_cast<double>(n);
      sum += std::complex<double>(input[2 * j], input[2 * j + 1]) *
             std::polar(1.0, (inverse != 0 ? 2.0 : -2.0) * std::numbers::pi * turns);
    }
    output[2 * k] = sum.real();
    output[2 * k + 1] = sum.imag();
  }
  return BASSO_OK;
}

std::int32_t peaks(const basso_host*, const double* magnitudes, std::uint64_t count, std::uint64_t* bins,
                   std::uint64_t capacity, std::uint64_t* found, basso_error*) {
  *found = 0;
  for (std::uint64_t i = 1; i + 1 < count; ++i) {
    if (!(magnitudes[i - 1] < magnitudes[i] && magnitudes[i] > magnitudes[i + 1])) continue;
    if (*found < capacity) bins[*found] = i;
    ++*found;
  }
  return BASSO_OK;
}

std::int32_t symmetric_eigen(const basso_host*, const double* a, std::uint64_t n, double* values,
                             double* vectors, basso_error*) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix(a, n, n));  // ascending
  for (std::uint64_t i = 0; i < n; ++i) {
    const auto from = static_cast<Eigen::Index>(n - 1 - i);
    values[i] = solver.eigenvalues()(from);
    if (vectors == nullptr) continue;
    Eigen::VectorXd vector = solver.eigenvectors().col(from);
    Eigen::Index largest = 0;
    vector.cwiseAbs().maxCoeff(&largest);
    if (vector(largest) < 0.0) vector = -vector;
    Eigen::Map<Eigen::VectorXd>(vectors + i * n, vector.size()) = vector;
  }
  return BASSO_OK;
}

std::int32_t spectral_norm(const basso_host*, const double* a, std::uint64_t rows, std::uint64_t columns,
                           double* norm, basso_error*) {
  *norm = Eigen::JacobiSVD<Eigen::MatrixXd>(matrix(a, rows, columns)).singularValues()(0);
  return BASSO_OK;
}

std::int32_t principal_direction(const basso_host*, const double* a, std::uint64_t rows,
                                 std::uint64_t columns, double* direction, double* mean, basso_error*) {
  const auto data = matrix(a, rows, columns);
  const Eigen::RowVectorXd mean_row = data.colwise().mean();
  const Eigen::MatrixXd centred = data.rowwise() - mean_row;
  // Of X^T X, or where X is wide, of X X^T: the left singular vector u gives X^T u.
  const bool wide = columns > rows;
  const Eigen::MatrixXd gram =
      wide ? (centred * centred.transpose()).eval() : (centred.transpose() * centred).eval();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram);
  Eigen::VectorXd first = solver.eigenvectors().rightCols<1>();
  if (wide) first = (centred.transpose() * first).normalized();
  Eigen::Index largest = 0;
  first.cwiseAbs().maxCoeff(&largest);
  if (first(largest) < 0.0) first = -first;
  for (Eigen::Index i = 0; i < first.size(); ++i) {
    direction[i] = first(i);
    mean[i] = mean_row(i);
  }
  return BASSO_OK;
}

std::int32_t read_file(const basso_host* host, const char*, const char* folder, const char* name,
                       basso_array* array, basso_error* error) {
  FakeHost& fake = self(host);
  const auto file = fake.files.find(name[0] == '/' ? name : std::string(folder) + "/" + name);
  if (file == fake.files.end()) return basso_fail(error, BASSO_ERROR_DATA, "no such file");
  array->rank = static_cast<std::uint32_t>(file->second.shape.size());
  for (std::size_t i = 0; i < file->second.shape.size(); ++i) array->shape[i] = file->second.shape[i];
  array->bytes = file->second.bytes.empty() ? nullptr : file->second.bytes.data();
  array->numbers = file->second.bytes.empty() ? file->second.numbers.data() : nullptr;
  array->path = file->first.c_str();
  return BASSO_OK;
}

std::int32_t run_tasks(const basso_host*, std::uint64_t count,
                       std::int32_t (*task)(void*, std::uint64_t, basso_error*), void* context,
                       basso_error* error) {
  for (std::uint64_t i = 0; i < count; ++i)
    if (const std::int32_t status = task(context, i, error); status != BASSO_OK) return status;
  return BASSO_OK;
}

std::int32_t cancelled(const basso_host*) { return 0; }

void* take(const basso_host* host, std::uint64_t bytes) {
  FakeHost& fake = self(host);
  if (bytes > fake.scratch_limit) return nullptr;
  return fake.scratch.emplace_back(bytes / sizeof(double) + 1).data();
}

const void* find_service(const basso_host*, const char* name) {
  static const basso_target_setup_v1 target_setup = {add_set};
  static const basso_probe_setup_v1 probe_setup = {need, add_points, add_series};
  static const basso_emit_v1 emitting = {emit};
  static const basso_sets_v1 sets = {read_set, lines};
  static const basso_random_v1 random = {uniform, normal, bits};
  static const basso_fft_v1 fft = {plan_regular,    transform, complex_transform,
                                   plan_nonuniform, transform, peaks};
  static const basso_linalg_v1 linalg = {symmetric_eigen, spectral_norm, principal_direction};
  static const basso_data_v1 data = {read_file};
  static const basso_parallel_v1 parallel = {run_tasks, cancelled};
  static const basso_scratch_v1 scratch = {take};
  static const std::map<std::string, const void*> tables = {{BASSO_SERVICE_TARGET_SETUP, &target_setup},
                                                            {BASSO_SERVICE_PROBE_SETUP, &probe_setup},
                                                            {BASSO_SERVICE_EMIT, &emitting},
                                                            {BASSO_SERVICE_SETS, &sets},
                                                            {BASSO_SERVICE_RANDOM, &random},
                                                            {BASSO_SERVICE_FFT, &fft},
                                                            {BASSO_SERVICE_LINALG, &linalg},
                                                            {BASSO_SERVICE_DATA, &data},
                                                            {BASSO_SERVICE_EVALUATE, &fake_evaluate()},
                                                            {BASSO_SERVICE_DERIVATIVES, &fake_derivatives()},
                                                            {BASSO_SERVICE_PARALLEL, &parallel},
                                                            {BASSO_SERVICE_SCRATCH, &scratch}};
  const auto found = tables.find(name);
  return found == tables.end() ? nullptr : found->second;
}

}  // namespace

FakeHost::FakeHost(std::uint64_t seed_)
    : abi{static_cast<std::uint32_t>(sizeof(basso_host)), BASSO_ABI_MINOR, this, find_service}, seed(seed_) {}

Axis copy_axis(const basso_axis& axis) {
  Axis copy{axis.name, axis.unit, {}, axis.start, axis.step, axis.period, axis.length, {}};
  if (axis.values != nullptr) copy.values.assign(axis.values, axis.values + axis.length);
  for (std::uint64_t i = 0; axis.labels != nullptr && i < axis.length; ++i)
    copy.labels.emplace_back(axis.labels[i]);
  return copy;
}

std::vector<std::complex<double>> direct_transform(const std::vector<double>& x, const std::vector<double>& y,
                                                   const std::vector<double>& k) {
  std::vector<std::complex<double>> result;
  for (const double frequency : k) {
    std::complex<double> sum = 0.0;
    for (std::size_t j = 0; j < x.size(); ++j)
      sum += y[j] * std::polar(1.0, -2.0 * std::numbers::pi * std::fmod(x[j] * frequency, 1.0));
    result.push_back(sum);
  }
  return result;
}

}  // namespace basso::test
