// Probe `hessian`: the largest eigenvalue of the loss's Hessian in the parameters, by Lanczos: how sharp the
// minimum is in which the network ends (Xu 2018, Understanding training and generalization in deep learning
// by Fourier analysis, "Sharp/flat minima and generalization": small weights give flat minima).
//
// With J the Jacobian of all outputs in the parameters, c = dL/df and C = d2L/df2,
//   H v = J^T C J v + sum_i c_i (d2 f_i / d theta2) v.
// The first term is exact. The second is the central difference of theta -> J(theta)^T c along v with
// |step| = 1e-5 (1 + |theta|): its error is some 1e-10 (1 + |theta|)^2 of the third derivative and 1e-11 of
// |J^T c| / (1 + |theta|). Across kinks (ReLU) it counts the slope's jump where a kink lies within the step
// of a point, which is rare; derivatives are in float64, c is taken at the network's own values. The penalty
// l2 is no part of it.
#include <basso/probe.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("set", "string", "\"train\"", "", "",
                    "Name of the target's set on which the loss is taken."),
    BASSO_PARAMETER(
        "iterations", "integer", "60", "[1,500]", "",
        "Steps of Lanczos at most; each costs some five passes over the set and keeps one vector as long as "
        "the parameters."),
    BASSO_PARAMETER(
        "tolerance", "real", "1e-4", "(0,1)", "",
        "Lanczos ends where the residual is below this share of the largest modulus found. It bounds the "
        "eigenvalue's error, which mostly is nearer to the square of it."),
};

// Each task keeps a vector as long as the parameters.
constexpr std::size_t most_tasks = 16, fewest_rows_a_task = 64;

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void add(Vector& to, double scale, const Vector& what) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += scale * what[i];
}

// First and second derivative of the training's loss (mean over samples and outputs; softmax: over samples)
// in the network's outputs.
class LossCurvature {
 public:
  LossCurvature(const std::string& loss, std::size_t rows, std::size_t outputs)
      : loss_(loss),
        outputs_(outputs),
        scale_(1.0 / static_cast<double>(loss == "softmax" ? rows : rows * outputs)) {}

  static bool knows(const std::string& loss) {
    return loss == "mse" || loss == "mae" || loss == "bce" || loss == "softmax";
  }

  // c at outputs f for the target y, one row; targets of softmax sum to 1.
  void slope(const double* f, const double* y, double* c) const {
    const Vector p = probabilities(f);
    for (std::size_t i = 0; i < outputs_; ++i) {
      const double r = f[i] - y[i];
      if (loss_ == "mse") c[i] = 2.0 * r;
      if (loss_ == "mae") c[i] = r > 0.0 ? 1.0 : (r < 0.0 ? -1.0 : 0.0);
      if (loss_ == "bce" || loss_ == "softmax") c[i] = p[i] - y[i];
      c[i] *= scale_;
    }
  }

  // u <- C u, one row.
  void curve(const double* f, double* u) const {
    const Vector p = probabilities(f);
    double mean = 0.0;
    for (std::size_t i = 0; i < outputs_; ++i) mean += p[i] * u[i];
    for (std::size_t i = 0; i < outputs_; ++i) {
      if (loss_ == "mse") u[i] *= 2.0;
      if (loss_ == "mae") u[i] = 0.0;
      if (loss_ == "bce") u[i] *= p[i] * (1.0 - p[i]);
      if (loss_ == "softmax") u[i] = p[i] * (u[i] - mean);
      u[i] *= scale_;
    }
  }

 private:
  // Of logits: the sigmoid of each, or all of them normalised.
  Vector probabilities(const double* f) const {
    Vector p(outputs_, 0.0);
    if (loss_ == "bce")
      for (std::size_t i = 0; i < outputs_; ++i) p[i] = 1.0 / (1.0 + std::exp(-f[i]));
    if (loss_ != "softmax") return p;
    const double top = *std::max_element(f, f + outputs_);
    double sum = 0.0;
    for (std::size_t i = 0; i < outputs_; ++i) sum += p[i] = std::exp(f[i] - top);
    for (double& each : p) each /= sum;
    return p;
  }

  std::string loss_;
  std::size_t outputs_;
  double scale_;
};

class Hessian {
 public:
  Hessian(basso::probe_setup& setup, const basso::values& values)
      : host_(setup.host()),
        set_(setup.set(values.text("set"))),
        rows_(static_cast<std::size_t>(setup.info(set_).rows)),
        inputs_(setup.info(set_).input_dim),
        outputs_(setup.info(set_).output_dim),
        loss_(setup.scene().loss, rows_, outputs_),
        iterations_(static_cast<std::size_t>(values.integer("iterations"))),
        tolerance_(values.real("tolerance")) {
    if (!LossCurvature::knows(setup.scene().loss))
      throw basso::failure(
          BASSO_ERROR_UNSUPPORTED,
          std::string("needs a training by the loss mse, mae, bce or softmax, and this one has ") +
              (*setup.scene().loss == '\0' ? "none" : setup.scene().loss));
    predictions_ = setup.need("predictions", values.text("set"));
    parameters_ = setup.need("parameters");
    points_ = setup.inputs(set_);
    y_ = setup.outputs(set_);
    const std::string of = std::string(" of the Hessian of the loss (") + setup.scene().loss +
                           ") on the set '" + values.text("set") + "'";
    largest_ = setup.each("largest", "", "largest eigenvalue" + of + " in all parameters, by Lanczos");
    smallest_ = setup.each(
        "smallest", "",
        "smallest Ritz value" + of + ", an upper bound of its smallest eigenvalue; below 0 at a saddle");
    residual_ = setup.each("residual", "",
                           "|H v - lambda v| of the pair behind `largest`: some eigenvalue lies within it");
  }

  void observe(const basso::observation& look) const {
    Vector theta(look[parameters_].data, look[parameters_].data + look[parameters_].columns);
    const Operator h{*this, theta, look[predictions_].data};
    const Ritz found = lanczos(h, theta.size());
    look.emit(largest_, found.largest);
    look.emit(smallest_, found.smallest);
    look.emit(residual_, found.residual);
  }

 private:
  struct Ritz {
    double largest, smallest, residual;
  };

  // v -> H v at `theta`, where the network has the values f [rows x outputs].
  struct Operator {
    const Hessian& of;
    const Vector& theta;
    const double* f;

    // Tasks of some rows; their parts are added up in order.
    Vector operator()(const Vector& v) const {
      const std::size_t rows_a_task = std::max((of.rows_ + most_tasks - 1) / most_tasks, fewest_rows_a_task);
      const std::size_t tasks = (of.rows_ + rows_a_task - 1) / rows_a_task;
      const double length = std::sqrt(dot(theta, theta)), step = 1e-5 * (1.0 + length);
      Vector plus = theta, minus = theta;
      add(plus, step, v);
      add(minus, -step, v);
      std::vector<Vector> parts(tasks);
      basso::parallel(of.host_, tasks, [&](std::uint64_t task) {
        basso::stop_if_cancelled(of.host_);
        const std::size_t first = static_cast<std::size_t>(task) * rows_a_task;
        parts[static_cast<std::size_t>(task)] =
            rows(first, std::min(rows_a_task, of.rows_ - first), v, plus, minus, step);
      });
      for (std::size_t task = 1; task < tasks; ++task) add(parts[0], 1.0, parts[task]);
      return parts[0];
    }

    Vector rows(std::size_t first, std::size_t count, const Vector& v, const Vector& plus,
                const Vector& minus, double step) const {
      const std::size_t width = of.outputs_;
      const double* x = &of.points_[first * of.inputs_];
      Vector u(count * width), c(count * width), result(v.size()), ahead(v.size()), behind(v.size());
      basso::push_parameters(of.host_, x, count, v.data(), u.data());
      for (std::size_t i = 0; i < count; ++i) {
        const double* values = f + (first + i) * width;
        of.loss_.curve(values, &u[i * width]);
        of.loss_.slope(values, &of.y_[(first + i) * width], &c[i * width]);
      }
      basso::pull_to_parameters(of.host_, x, count, u.data(), result.data());
      basso::pull_to_parameters(of.host_, x, count, c.data(), ahead.data(), plus.data());
      basso::pull_to_parameters(of.host_, x, count, c.data(), behind.data(), minus.data());
      for (std::size_t i = 0; i < result.size(); ++i) result[i] += (ahead[i] - behind[i]) / (2.0 * step);
      return result;
    }
  };

  // With full reorthogonalisation, from a fixed random start.
  Ritz lanczos(const Operator& h, std::size_t size) const {
    const std::size_t most = std::min(iterations_, size);
    std::vector<Vector> basis = {basso::normal(host_, 0, 0, size)};
    const double start = std::sqrt(dot(basis[0], basis[0]));
    for (double& each : basis[0]) each /= start;
    Vector diagonal, off;
    for (;;) {
      Vector w = h(basis.back());
      diagonal.push_back(dot(w, basis.back()));
      for (int pass = 0; pass < 2; ++pass)
        for (const Vector& v : basis) add(w, -dot(w, v), v);
      const double rest = std::sqrt(dot(w, w));
      const Ritz found = ritz(diagonal, off, rest);
      const double scale = std::max(std::fabs(found.largest), std::fabs(found.smallest));
      if (!(found.residual > tolerance_ * scale) || diagonal.size() == most) return found;
      for (double& each : w) each /= rest;
      off.push_back(rest);
      basis.push_back(std::move(w));
    }
  }

  // Of the tridiagonal matrix; `rest` couples it to what is not in it yet.
  Ritz ritz(const Vector& diagonal, const Vector& off, double rest) const {
    const std::size_t n = diagonal.size();
    Vector matrix(n * n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      matrix[i * n + i] = diagonal[i];
      if (i > 0) matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = off[i - 1];
    }
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const double each : matrix)
      if (!std::isfinite(each)) return {nan, nan, nan};
    const basso::eigensystem pairs = basso::symmetric_eigen(host_, matrix.data(), n);
    return {pairs.values.front(), pairs.values.back(), rest * std::fabs(pairs.vectors[n - 1])};
  }

  const basso_host* host_;
  std::uint32_t set_;
  std::size_t rows_, inputs_, outputs_;
  LossCurvature loss_;
  std::size_t iterations_;
  double tolerance_;
  basso::need predictions_, parameters_;
  Vector points_, y_;  // [rows x inputs], [rows x outputs]
  basso::series largest_, smallest_, residual_;
};

}  // namespace

BASSO_PROBE_CLASS(hessian, Hessian, "hessian", "1.0.0",
                  "Largest eigenvalue of the loss's Hessian in the parameters: how sharp the minimum is",
                  "Xu 2018, Understanding training and generalization in deep learning by Fourier analysis, "
                  "discussion of sharp and flat minima",
                  "derivatives/1 linalg/1 parallel/1 random/1 sets/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&hessian)
