// Probe `information-plane`: entropy of the network's output and its mutual information with target and
// input, from histograms, T Fig 9 and section 6.4 (Xu, Zhang, Xiao 2018, Training behavior of deep neural
// network in frequency domain).
//
// Every value v is binned to Round(v/b) b; the rows of a set are equally likely. In bits:
// I(U) = -sum_u P(u) log2 P(u), I(U,V) = sum_uv P(u,v) log2(P(u,v) / (P(u) P(v))). The paper writes log; its
// authors' code takes base 2. Ties are rounded to the even multiple, as the authors' numpy does.
#include <basso/probe.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("set", "string", "\"train\"", "", "", "Name of the target's set."),
    BASSO_PARAMETER(
        "bin", "real", "0.05", "(0,inf)", "",
        "Width b of the bins of inputs, outputs and the target's values. Default: T section 6.4."),
};

using Labels = std::vector<std::size_t>;  // one a row: equal numbers where all binned values are equal

// Labels 0, 1, 2, … of rows of which `less` says the order.
template <class Less>
Labels numbered(std::size_t rows, Less less) {
  std::vector<std::size_t> order(rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), less);
  Labels labels(rows);
  for (std::size_t i = 1, label = 0; i < rows; ++i)
    labels[order[i]] = less(order[i - 1], order[i]) ? ++label : label;
  return labels;
}

// `values` [rows x columns] are finite.
Labels binned(const double* values, std::size_t rows, std::size_t columns, double bin) {
  std::vector<double> rounded(rows * columns);
  for (std::size_t i = 0; i < rounded.size(); ++i) rounded[i] = std::nearbyint(values[i] / bin);
  return numbered(rows, [&](std::size_t a, std::size_t b) {
    const double *first = &rounded[a * columns], *second = &rounded[b * columns];
    return std::lexicographical_compare(first, first + columns, second, second + columns);
  });
}

Labels pairs(const Labels& u, const Labels& v) {
  return numbered(u.size(),
                  [&](std::size_t a, std::size_t b) { return u[a] != u[b] ? u[a] < u[b] : v[a] < v[b]; });
}

std::vector<double> probabilities(const Labels& u) {
  std::vector<double> p(1 + *std::max_element(u.begin(), u.end()), 0.0);
  for (const std::size_t label : u) p[label] += 1.0;
  for (double& each : p) each /= static_cast<double>(u.size());
  return p;
}

double entropy(const Labels& u) {
  double sum = 0.0;
  for (const double p : probabilities(u)) sum -= p * std::log2(p);
  return sum;
}

double mutual_information(const Labels& u, const Labels& v) {
  const Labels uv = pairs(u, v);
  const std::vector<double> p_u = probabilities(u), p_v = probabilities(v), p_uv = probabilities(uv);
  std::vector<double> ratio(p_uv.size());  // P(u,v) / (P(u) P(v)), of each pair that occurs
  for (std::size_t i = 0; i < u.size(); ++i) ratio[uv[i]] = p_uv[uv[i]] / (p_u[u[i]] * p_v[v[i]]);
  double sum = 0.0;
  for (std::size_t pair = 0; pair < ratio.size(); ++pair) sum += p_uv[pair] * std::log2(ratio[pair]);
  return std::max(0.0, sum);  // where it is 0, rounding may leave a little less
}

class InformationPlane {
 public:
  InformationPlane(basso::probe_setup& setup, const basso::values& values)
      : setup_(setup), set_(setup.set(values.text("set"))), bin_(values.real("bin")) {
    const std::string name = values.text("set");
    predictions_ = setup.need("predictions", name);
    const std::string where = " on the set '" + name + "'";
    const std::string bins = ", bins of " + text(bin_);
    output_ = setup.each("output", "bit", "I(T_b), entropy of the network's output T" + where + bins);
    target_output_ = setup.each("target_output", "bit",
                                "I(Y_b,T_b), mutual information of target and output" + where + bins);
    input_output_ = setup.each("input_output", "bit",
                               "I(X_b,T_b), mutual information of input and output" + where + bins);
    target_ = setup.once("target", "bit", "I(Y_b), entropy of the target" + where + bins);
    input_ = setup.once("input", "bit", "I(X_b), entropy of the input" + where + bins);
  }

  void prepare() {
    const basso_set& info = setup_.info(set_);
    rows_ = static_cast<std::size_t>(info.rows);
    y_ = binned(setup_.outputs(set_).data(), rows_, info.output_dim, bin_);
    x_ = binned(setup_.inputs(set_).data(), rows_, info.input_dim, bin_);
  }

  void observe(const basso::observation& look) const {
    const basso_matrix& predictions = look[predictions_];
    const std::size_t columns = static_cast<std::size_t>(predictions.columns);
    double output, target_output, input_output;
    output = target_output = input_output = std::numeric_limits<double>::quiet_NaN();
    if (std::all_of(predictions.data, predictions.data + rows_ * columns,
                    [](double value) { return std::isfinite(value); })) {
      const Labels t = binned(predictions.data, rows_, columns, bin_);
      output = entropy(t);
      target_output = mutual_information(y_, t);
      input_output = mutual_information(x_, t);
    }
    look.emit(output_, output);
    look.emit(target_output_, target_output);
    look.emit(input_output_, input_output);
    if (!look.first()) return;
    look.emit(target_, entropy(y_));
    look.emit(input_, entropy(x_));
  }

 private:
  // As %g writes it, with a point in every locale.
  static std::string text(double number) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof(buffer), number, std::chars_format::general, 6);
    return {buffer, end.ptr};
  }

  basso::probe_setup& setup_;
  std::uint32_t set_;
  double bin_;
  std::size_t rows_ = 0;  // from prepare on
  Labels y_, x_;
  basso::need predictions_;
  basso::series output_, target_output_, input_output_, target_, input_;
};

}  // namespace

BASSO_PROBE_CLASS(information_plane, InformationPlane, "information-plane", "1.0.0",
                  "Entropy of the binned output and its mutual information with target and input, in bits",
                  "Xu, Zhang, Xiao 2018 (T), Training behavior of deep neural network in frequency domain, "
                  "Fig 9 and section 6.4",
                  "sets/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&information_plane)
