// Probe `accuracy`: the share of a set that the network classifies as the target does (Rahaman et al. 2019,
// Figs 7 and 9; Xu 2018, Understanding training and generalization in deep learning by Fourier analysis, Fig
// 4), beside what always saying the most frequent class would reach.
#include <basso/probe.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER(
        "sets", "string", "\"train\"", "", "",
        "Names of the target's sets, separated by blanks: \"train test\". There is one series for each, of "
        "the same name."),
    BASSO_PARAMETER(
        "rule", "choice", "\"automatic\"", "automatic|largest|threshold|nearest", "",
        "What the class is. largest: the position of the largest output (one-hot targets); threshold: "
        "whether a value lies above `threshold`; nearest: the value nearest to the network's among those "
        "that the target takes on \"train\" (digits as one number). automatic: largest for several outputs, "
        "threshold for one."),
    BASSO_PARAMETER("threshold", "real", "0.5", "(-inf,inf)", "",
                    "Border of the two classes for rule = \"threshold\"; 0 for targets of -1 and 1. With the "
                    "loss bce the outputs are logits, and their sigmoid is what is compared. Default: R "
                    "Experiment 6."),
};

enum class Rule { automatic, largest, threshold, nearest };  // as in the table

class Accuracy {
 public:
  Accuracy(basso::probe_setup& setup, const basso::values& values)
      : rule_(static_cast<Rule>(values.choice("rule"))), threshold_(values.real("threshold")) {
    if (rule_ == Rule::automatic) rule_ = setup.info(0).output_dim > 1 ? Rule::largest : Rule::threshold;
    if (rule_ == Rule::largest && setup.info(0).output_dim == 1)
      throw basso::failure(BASSO_ERROR_PARAMETER,
                           "rule: of one output the largest says nothing; take \"threshold\" or \"nearest\"");
    set_border(std::string(setup.scene().loss) == "bce");
    if (rule_ == Rule::nearest) {
      classes_ = setup.outputs(setup.set("train"));
      std::sort(classes_.begin(), classes_.end());
      classes_.erase(std::unique(classes_.begin(), classes_.end()), classes_.end());
    }
    std::istringstream names(values.text("sets"));
    for (std::string name; names >> name;) add(setup, name);
    if (sets_.empty()) throw basso::failure(BASSO_ERROR_PARAMETER, "sets: names no set; name at least one");
  }

  void observe(const basso::observation& look) const {
    for (const Entry& entry : sets_) {
      const basso_matrix& y = look[entry.predictions];
      const std::vector<double> predicted = classes(y.data, y.rows, y.columns, border_);
      double right = 0.0;
      for (std::size_t i = 0; i < predicted.size(); ++i)
        right += predicted[i] == entry.classes[i] ? 1.0 : 0.0;
      look.emit(entry.accuracy, right / static_cast<double>(predicted.size()));
      if (look.first()) look.emit(entry.majority, entry.largest_share);
    }
  }

 private:
  struct Entry {
    basso::need predictions;
    basso::series accuracy, majority;
    std::vector<double> classes;  // of the target
    double largest_share;         // of the most frequent of them
  };

  // The network's border: sigmoid(f) > t exactly where f > log(t/(1-t)).
  void set_border(bool logits) {
    border_ = threshold_;
    if (!logits || rule_ != Rule::threshold) return;
    if (!(threshold_ > 0.0 && threshold_ < 1.0))
      throw basso::failure(BASSO_ERROR_PARAMETER,
                           "threshold: with the loss bce it is a probability, between 0 and 1");
    border_ = std::log(threshold_ / (1.0 - threshold_));
  }

  void add(basso::probe_setup& setup, const std::string& name) {
    const std::uint32_t set = setup.set(name);
    const basso_set& info = setup.info(set);
    Entry entry{setup.need("predictions", name), {}, {}, {}, 0.0};
    const std::vector<double> y = setup.outputs(set);
    entry.classes = classes(y.data(), info.rows, info.output_dim, threshold_);
    std::map<double, double> counts;
    for (const double each : entry.classes)
      entry.largest_share = std::max(entry.largest_share, counts[each] += 1.0);
    entry.largest_share /= static_cast<double>(entry.classes.size());
    const std::string of = rule_ == Rule::largest || info.output_dim == 1 ? "rows" : "values";
    const std::string where = " of the set '" + name + "'";
    entry.accuracy = setup.each(
        name, "", "share of the " + of + where + " whose class, by " + text(rule_) + ", is the target's");
    entry.majority =
        setup.once(name + "_majority", "",
                   "share of the " + of + where + " that are of the target's most frequent class");
    sets_.push_back(entry);
  }

  static std::string text(Rule rule) {
    if (rule == Rule::largest) return "the largest output";
    return rule == Rule::nearest ? "the nearest value of the target" : "the threshold";
  }

  // The class of each row, or of each value: a number that says which. NaN, which no class equals, where y
  // is.
  std::vector<double> classes(const double* y, std::uint64_t rows, std::uint64_t columns,
                              double border) const {
    std::vector<double> result;
    if (rule_ == Rule::largest) {
      for (; rows > 0; --rows, y += columns) result.push_back(largest(y, columns));
      return result;
    }
    for (const double* end = y + rows * columns; y != end; ++y)
      result.push_back(std::isnan(*y) || rule_ == Rule::nearest ? nearest(*y) : (*y > border ? 1.0 : 0.0));
    return result;
  }

  static double largest(const double* y, std::uint64_t columns) {
    const double* const nan = std::find_if(y, y + columns, [](double each) { return std::isnan(each); });
    return nan != y + columns ? *nan : static_cast<double>(std::max_element(y, y + columns) - y);
  }

  // The lower one of two that are equally near.
  double nearest(double y) const {
    if (std::isnan(y)) return y;
    const auto above = std::lower_bound(classes_.begin(), classes_.end(), y);
    if (above == classes_.begin()) return *above;
    if (above == classes_.end()) return classes_.back();
    return y - above[-1] <= *above - y ? above[-1] : *above;
  }

  Rule rule_;
  double threshold_, border_ = 0.0;  // of the target's values and of the network's
  std::vector<double> classes_;      // for Rule::nearest, ascending
  std::vector<Entry> sets_;
};

}  // namespace

BASSO_PROBE_CLASS(accuracy, Accuracy, "accuracy", "1.0.0",
                  "The share of a set that is classified as the target says",
                  "Rahaman et al. 2019, Experiment 6, Figs 7 and 9; Xu 2018, Understanding training and "
                  "generalization in deep learning by Fourier analysis, Fig 4",
                  "sets/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&accuracy)
