// The C++17 shim over <basso/services.h>: the host's services as functions on vectors and views. A status
// other than BASSO_OK becomes a `basso::failure`, which the shim hands back to the host. Every function takes
// the host that the instance was created with; <basso/services.h> says what each service means and when it
// may be used.
#ifndef BASSO_SERVICES_HPP
#define BASSO_SERVICES_HPP

#include <basso/services.h>
#include <basso/common.hpp>

#include <complex>
#include <type_traits>
#include <vector>

namespace basso {
namespace {

// The table of a service. One that is not listed in the component's registration is absent: that is the
// plugin's own error.
template <class Table>
const Table& service(const basso_host* host, const char* name) {
  const void* table = host->service(host, name);
  if (table == nullptr)
    throw failure(BASSO_ERROR_INTERNAL,
                  std::string("uses the service ") + name + " without listing it in its registration");
  return *static_cast<const Table*>(table);
}

template <class T>
view<const T> as_view(const std::vector<T>& values) noexcept {
  return {values.data(), values.size()};
}

// ---- log/1 ----

inline void log_line(const basso_host* host, basso_level level, const std::string& line) {
  service<basso_log_v1>(host, BASSO_SERVICE_LOG).write(host, level, line.c_str());
}

// ---- random/1 ----

// U[0,1).
inline std::vector<double> uniform(const basso_host* host, std::uint64_t stream, std::uint64_t row,
                                   std::size_t count) {
  std::vector<double> values(count);
  service<basso_random_v1>(host, BASSO_SERVICE_RANDOM).uniform(host, stream, row, values.data(), count);
  return values;
}

// N(0,1).
inline std::vector<double> normal(const basso_host* host, std::uint64_t stream, std::uint64_t row,
                                  std::size_t count) {
  std::vector<double> values(count);
  service<basso_random_v1>(host, BASSO_SERVICE_RANDOM).normal(host, stream, row, values.data(), count);
  return values;
}

// ---- fft/1 ----

using spectrum_values = std::vector<std::complex<double>>;

// F[k] = sum_j y_j exp(-2 pi i j k / n) of n equally spaced values, not normalised.
class fourier_plan {
 public:
  fourier_plan(const basso_host* host, std::uint64_t points)
      : host_(host), table_(&service<basso_fft_v1>(host, BASSO_SERVICE_FFT)), points_(points) {
    call(table_->plan, host_, points_, &plan_);
  }
  std::uint64_t points() const noexcept { return points_; }
  std::size_t bins() const noexcept { return static_cast<std::size_t>(points_ / 2 + 1); }

  // y [points] -> bins 0 .. n/2.
  spectrum_values forward(view<const double> y) const {
    if (y.size != points_) throw failure(BASSO_ERROR_INTERNAL, "a transform got another number of points");
    std::vector<double> pairs(2 * bins());
    call(table_->forward_real, host_, plan_, y.data, pairs.data());
    spectrum_values bins_of_y(bins());
    for (std::size_t k = 0; k < bins_of_y.size(); ++k) bins_of_y[k] = {pairs[2 * k], pairs[2 * k + 1]};
    return bins_of_y;
  }

  // Complex y [points] -> bins 0 .. n-1.
  spectrum_values forward(const spectrum_values& y) const {
    if (y.size() != points_) throw failure(BASSO_ERROR_INTERNAL, "a transform got another number of points");
    std::vector<double> in(2 * y.size()), out(2 * y.size());
    for (std::size_t j = 0; j < y.size(); ++j) in[2 * j] = y[j].real(), in[2 * j + 1] = y[j].imag();
    call(table_->transform, host_, plan_, std::int32_t{0}, in.data(), out.data());
    spectrum_values bins_of_y(y.size());
    for (std::size_t k = 0; k < bins_of_y.size(); ++k) bins_of_y[k] = {out[2 * k], out[2 * k + 1]};
    return bins_of_y;
  }

 private:
  const basso_host* host_;
  const basso_fft_v1* table_;
  const basso_fft_plan* plan_ = nullptr;
  std::uint64_t points_;
};

// F(k_m) = sum_j y_j exp(-2 pi i x_j k_m) at any points and frequencies, not normalised.
class nonuniform_plan {
 public:
  nonuniform_plan(const basso_host* host, view<const double> x, view<const double> k)
      : host_(host),
        table_(&service<basso_fft_v1>(host, BASSO_SERVICE_FFT)),
        points_(x.size),
        frequencies_(k.size) {
    call(table_->plan_nonuniform, host_, x.data, x.size, k.data, k.size, &plan_);
  }
  std::size_t points() const noexcept { return points_; }

  // y [points] -> [frequencies].
  spectrum_values forward(view<const double> y) const {
    if (y.size != points_) throw failure(BASSO_ERROR_INTERNAL, "a transform got another number of points");
    std::vector<double> pairs(2 * frequencies_);
    call(table_->forward_nonuniform, host_, plan_, y.data, pairs.data());
    spectrum_values values(frequencies_);
    for (std::size_t m = 0; m < frequencies_; ++m) values[m] = {pairs[2 * m], pairs[2 * m + 1]};
    return values;
  }

 private:
  const basso_host* host_;
  const basso_fft_v1* table_;
  const basso_fft_plan* plan_ = nullptr;
  std::size_t points_, frequencies_;
};

// The strict local maxima among magnitudes [bins], the first and the last bin excluded, ascending.
inline std::vector<std::uint64_t> peaks(const basso_host* host, const std::vector<double>& magnitudes) {
  std::vector<std::uint64_t> bins(magnitudes.size());
  std::uint64_t found = 0;
  call(service<basso_fft_v1>(host, BASSO_SERVICE_FFT).peaks, host, magnitudes.data(), magnitudes.size(),
       bins.data(), bins.size(), &found);
  bins.resize(static_cast<std::size_t>(found));
  return bins;
}

// ---- linalg/1 ----

// Largest singular value of a [rows x columns].
inline double spectral_norm(const basso_host* host, const double* a, std::uint64_t rows,
                            std::uint64_t columns) {
  double norm = 0.0;
  call(service<basso_linalg_v1>(host, BASSO_SERVICE_LINALG).spectral_norm, host, a, rows, columns, &norm);
  return norm;
}

struct principal {
  std::vector<double> direction, mean;  // [columns]
};

// The unit vector along which the rows of a [rows x columns] vary most, and the mean row.
inline principal principal_direction(const basso_host* host, const double* a, std::uint64_t rows,
                                     std::uint64_t columns) {
  principal result{std::vector<double>(static_cast<std::size_t>(columns)),
                   std::vector<double>(static_cast<std::size_t>(columns))};
  call(service<basso_linalg_v1>(host, BASSO_SERVICE_LINALG).principal_direction, host, a, rows, columns,
       result.direction.data(), result.mean.data());
  return result;
}

struct eigensystem {
  std::vector<double> values;   // [n], descending
  std::vector<double> vectors;  // [n x n], one a row
};

// Of the symmetric matrix a [n x n].
inline eigensystem symmetric_eigen(const basso_host* host, const double* a, std::uint64_t n) {
  eigensystem result{std::vector<double>(static_cast<std::size_t>(n)),
                     std::vector<double>(static_cast<std::size_t>(n * n))};
  call(service<basso_linalg_v1>(host, BASSO_SERVICE_LINALG).symmetric_eigen, host, a, n, result.values.data(),
       result.vectors.data());
  return result;
}

// ---- data/1 ----

// A data file; what the array points to belongs to the host until the instance is destroyed.
inline basso_array read_array(const basso_host* host, const char* format, const std::string& folder,
                              const std::string& name) {
  basso_array array = BASSO_ARRAY;
  call(service<basso_data_v1>(host, BASSO_SERVICE_DATA).read, host, format, folder.c_str(), name.c_str(),
       &array);
  return array;
}

// ---- parallel/1 ----

// task(index) for every index < count, on the cores that the host may use; the first exception by index is
// rethrown here as a failure.
template <class Task>
void parallel(const basso_host* host, std::uint64_t count, Task&& task) {
  using callable = std::remove_reference_t<Task>;
  std::int32_t (*const step)(void*, std::uint64_t, basso_error*) = [](void* context, std::uint64_t index,
                                                                      basso_error* error) -> std::int32_t {
    return guard(error, [&] { (*static_cast<callable*>(context))(index); });
  };
  call(service<basso_parallel_v1>(host, BASSO_SERVICE_PARALLEL).run, host, count, step,
       const_cast<void*>(static_cast<const void*>(&task)));
}

// In long calls, now and then: ends the call when the host wants to stop.
inline void stop_if_cancelled(const basso_host* host) {
  if (service<basso_parallel_v1>(host, BASSO_SERVICE_PARALLEL).cancelled(host) != 0)
    throw failure(BASSO_ERROR_CANCELLED, "stopped on request");
}

// ---- scratch/1 ----

// Memory for `count` values, not initialised, until the current call of the instance returns.
template <class T>
view<T> scratch(const basso_host* host, std::size_t count) {
  static_assert(std::is_trivial_v<T>, "scratch memory holds plain values");
  void* memory =
      service<basso_scratch_v1>(host, BASSO_SERVICE_SCRATCH).take(host, std::uint64_t{sizeof(T)} * count);
  if (memory == nullptr) throw std::bad_alloc();
  return {static_cast<T*>(memory), count};
}

}  // namespace
}  // namespace basso

#endif
