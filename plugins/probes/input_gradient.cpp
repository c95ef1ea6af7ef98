// Probe `input-gradient`: how fast the network changes along its inputs: the mean of |grad_x f(x)|^2 over a
// set, E |grad_x f|^2, by which Wu, Zhu and E 2017 (Towards understanding generalization of deep learning)
// and after them Xu 2018 (Understanding training and generalization in deep learning by Fourier analysis,
// section 5.3) measure complexity; and the largest |grad_x f(x)|, which bounds the Lipschitz constant from
// below. High frequencies make both large: for f = sum_k f~(k) exp(i k x) the mean of |f'|^2 is sum_k k^2
// |f~(k)|^2.
#include <basso/probe.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("set", "string", "\"train\"", "", "",
                    "Name of the target's set whose points are averaged over."),
};

constexpr std::size_t rows_a_task = 256;

class InputGradient {
 public:
  InputGradient(basso::probe_setup& setup, const basso::values& values)
      : host_(setup.host()), set_(setup.set(values.text("set"))) {
    if (setup.scene().block_count == 0)
      throw basso::failure(BASSO_ERROR_UNSUPPORTED,
                           "needs a network of the kind dense: add one as [network]");
    const basso_set& info = setup.info(set_);
    inputs_ = info.input_dim;
    outputs_ = info.output_dim;
    points_ = setup.inputs(set_);
    const std::string where = std::string(" over the points of the set '") + info.name + "'";
    const std::string sum = outputs_ > 1 ? ", added up over the outputs" : "";
    mean_ = setup.each("mean_square", "", "mean of |grad_x f|^2" + where + sum);
    largest_ = setup.each("largest", "",
                          "largest of |grad_x f|" + where + sum + (sum.empty() ? "" : " in the square"));
  }

  void observe(const basso::observation& look) const {
    const std::size_t rows = points_.size() / inputs_, tasks = (rows + rows_a_task - 1) / rows_a_task;
    std::vector<double> squares(rows);  // |grad f|^2 at each point
    basso::parallel(host_, tasks, [&](std::uint64_t task) {
      const std::size_t first = static_cast<std::size_t>(task) * rows_a_task;
      add_squares(first, std::min(rows_a_task, rows - first), &squares[first]);
    });
    double sum = 0.0, largest = 0.0;
    for (const double square : squares) {
      sum += square;
      largest = square > largest || std::isnan(square) ? square : largest;
    }
    look.emit(mean_, sum / static_cast<double>(rows));
    look.emit(largest_, std::sqrt(largest));
  }

 private:
  // A cotangent that is 1 for one output of every row gives that output's gradient at every row.
  void add_squares(std::size_t first, std::size_t rows, double* squares) const {
    std::vector<double> gradient(rows * inputs_);
    for (std::size_t output = 0; output < outputs_; ++output) {
      std::vector<double> cotangents(rows * outputs_, 0.0);
      for (std::size_t i = 0; i < rows; ++i) cotangents[i * outputs_ + output] = 1.0;
      basso::pull_to_inputs(host_, &points_[first * inputs_], rows, cotangents.data(), gradient.data());
      for (std::size_t i = 0; i < gradient.size(); ++i) squares[i / inputs_] += gradient[i] * gradient[i];
    }
  }

  const basso_host* host_;
  std::uint32_t set_;
  std::size_t inputs_, outputs_;
  std::vector<double> points_;  // [rows x inputs]
  basso::series mean_, largest_;
};

}  // namespace

BASSO_PROBE_CLASS(
    input_gradient, InputGradient, "input-gradient", "1.0.0",
    "Mean of |grad_x f|^2 over a set, and the largest |grad_x f|",
    "Xu 2018, Understanding training and generalization in deep learning by Fourier analysis, section 5.3; "
    "Wu, Zhu and E 2017",
    "derivatives/1 parallel/1 sets/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&input_gradient)
