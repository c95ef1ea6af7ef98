// Family "target", what a target says about its data: grids and exact spectra. ABI rules: target.h
// (basso_axis, basso_set, basso_spectrum_v1).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <optional>

#include "check/behaviour.hpp"
#include "check/check.hpp"
#include "check/raw_target.hpp"
#include "check/trial.hpp"
#include "spectral/fft.hpp"

namespace basso::check {
namespace {

using services::AxisInfo;
using services::SetInfo;

constexpr std::uint64_t kMostRows = std::uint64_t{1} << 18;
// Coordinates may be computed in other ways than start + step i; lines are compared with what has gone
// through a sine.
constexpr double kCoordinateRounding = 1e-12, kValueRounding = 1e-9;

// ---- Grids ----

// Where a coordinate of the rows stands: a column of inputs or of latents.
struct Column {
  bool latent;
  std::size_t index;
};

// By its name; where a set has one coordinate only, and no name for it, that one is meant.
std::optional<Column> column_of(const SetInfo& set, const std::string& name) {
  if (set.input_names.empty() && set.input_dim == 1 && set.latent_dim == 0) return Column{false, 0};
  const auto position = [&](const std::vector<std::string>& names) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  if (const std::size_t i = position(set.input_names); i < set.input_names.size()) return Column{false, i};
  if (const std::size_t i = position(set.latent_names); i < set.latent_names.size()) return Column{true, i};
  return {};
}

std::string axis_problem(const AxisInfo& axis) {
  const std::vector<double> values = axis.coordinates();
  const double span = std::abs(values.back() - values.front());
  const auto unordered = std::adjacent_find(values.begin(), values.end(), [&](double a, double b) {
    return values.back() > values.front() ? a >= b : a <= b;
  });
  if (unordered != values.end())
    return fmt::format("its coordinates must go one way, but {} is followed by {}", unordered[0],
                       unordered[1]);
  if (axis.period > 0 && span >= axis.period * (1 - kCoordinateRounding))
    return fmt::format(
        "its coordinates {} to {} reach over the whole period {}, so that a point is there twice: leave "
        "the end point out, or state no period",
        values.front(), values.back(), axis.period);
  return "";
}

// Row by row: the axis's coordinate is what stands in the column. `below`: rows for one step of the axis.
std::string coordinates_problem(const AxisInfo& axis, const SetInfo& set, const Column& column,
                                const Rows& rows, std::uint64_t below) {
  const std::vector<double> values = axis.coordinates();
  const double largest = std::max(std::abs(values.front()), std::abs(values.back()));
  const std::vector<double>& all = column.latent ? rows.latents : rows.inputs;
  const std::uint32_t width = column.latent ? set.latent_dim : set.input_dim;
  for (std::uint64_t row = 0; row < rows.count; ++row) {
    const double stated = values[row / below % axis.length], found = all[row * width + column.index];
    if (std::abs(stated - found) <= kCoordinateRounding * largest) continue;
    return fmt::format(
        "at row {} it says {}, the {} of that name is {}: declare the points that fill writes (the last "
        "axis runs fastest)",
        row, stated, column.latent ? "latent" : "input", found);
  }
  return "";
}

std::string grid_problem(const RawTarget& target, std::size_t index) {
  const SetInfo& set = target.sets()[index];
  const Rows rows = target.fill(index, 0, std::min(set.rows, kMostRows));
  std::uint64_t below = set.rows;
  for (const AxisInfo& axis : set.axes) {
    below /= axis.length;
    const std::optional<Column> column = column_of(set, axis.name);
    std::string problem = axis_problem(axis);
    if (problem.empty() && !column)
      problem = fmt::format(
          "no input and no latent has its name, so that nobody knows whose coordinate it is: name them in "
          "input_names and latent_names (inputs: {}; latents: {})",
          set.input_names.empty() ? "no names" : fmt::format("{}", fmt::join(set.input_names, ", ")),
          set.latent_names.empty() ? "no names" : fmt::format("{}", fmt::join(set.latent_names, ", ")));
    if (problem.empty()) problem = coordinates_problem(axis, set, *column, rows, below);
    if (!problem.empty())
      return fmt::format("the axis '{}' of the set '{}': {}", axis.name, set.name, problem);
  }
  return "";
}

Finding grids(Context& context) {
  const Workbench bench(context);
  bool any = false;
  const Finding finding = in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    const RawTarget target(context.component(), configuration.values, context.seed());
    for (std::size_t i = 0; i < target.sets().size(); ++i) {
      any = any || !target.sets()[i].axes.empty();
      if (const std::string problem = grid_problem(target, i); !problem.empty()) return problem;
    }
    return passed;
  });
  if (!any && finding.empty()) throw NotApplicable("none of its sets is a grid");
  return finding;
}

// ---- Exact lines ----

using Lines = std::vector<RawTarget::Line>;

Lines all_lines(const RawTarget& target, std::size_t set) {
  std::uint32_t count = 0;
  target.lines(set, 0, count);
  return target.lines(set, count, count);
}

std::string order_problem(const Lines& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& [k, real, imaginary] = lines[i];
    if (!std::isfinite(k) || !std::isfinite(real) || !std::isfinite(imaginary) || k < 0)
      return fmt::format(
          "line {} is k = {}, {} + {} i: expected finite numbers and k >= 0 (a line at -k is the conjugate "
          "of that at k: state their sum there)",
          i, k, real, imaginary);
    if (i > 0 && k <= lines[i - 1].k)
      return fmt::format("line {} has k = {}, the one before it {}: each k once, ascending", i, k,
                         lines[i - 1].k);
  }
  return "";
}

bool equal(const RawTarget::Line& a, const RawTarget::Line& b) {
  return a.k == b.k && a.real == b.real && a.imaginary == b.imaginary;
}

std::string capacity_problem(const RawTarget& target, std::size_t set, const Lines& lines) {
  const auto whole = static_cast<std::uint32_t>(lines.size());
  for (const std::uint32_t capacity : {whole / 2, whole, whole + 3}) {
    std::uint32_t count = 0;
    const Lines some = target.lines(set, capacity, count);
    if (count != whole)
      return fmt::format(
          "asked with room for {} lines it counts {}, otherwise {}: *count is the number of all", capacity,
          count, whole);
    if (!std::equal(some.begin(), some.end(), lines.begin(), equal))
      return fmt::format(
          "asked with room for {} lines, it does not give the first of its {}: the same ones, at every call",
          capacity, whole);
  }
  return "";
}

// For each set with lines; NotApplicable where there are none.
template <class Problem>
Finding in_each_spectrum(Context& context, Problem&& problem_of) {
  const Workbench bench(context);
  if (!context.component().extension("spectrum/1")) throw NotApplicable("it has no spectrum/1");
  bool any = false;
  const Finding finding = in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    const RawTarget target(context.component(), configuration.values, context.seed());
    for (std::size_t i = 0; i < target.sets().size(); ++i) {
      const std::string name = target.sets()[i].name;
      context.doing(fmt::format("lines of the set '{}'", name));
      const Lines lines = all_lines(target, i);
      any = any || !lines.empty();
      const std::string problem = lines.empty() ? "" : problem_of(target, i, lines);
      if (!problem.empty()) return fmt::format("set '{}': {}", name, problem);
    }
    return passed;
  });
  if (!any && finding.empty()) throw NotApplicable("it states no lines with these parameters");
  return finding;
}

Finding lines(Context& context) {
  return in_each_spectrum(context, [](const RawTarget& target, std::size_t set, const Lines& all) {
    if (target.sets()[set].axes.empty())
      return std::string(
          "it states lines, but has no axis to state them along: declare the axis of its grid, or state 0 "
          "lines for this set");
    const std::string problem = order_problem(all);
    return problem.empty() ? capacity_problem(target, set, all) : problem;
  });
}

// y(t) = Re sum (real + i imaginary) exp(2 pi i k t), target.h.
double series_at(const Lines& lines, double t) {
  double sum = 0;
  for (const auto& [k, real, imaginary] : lines) {
    const double angle = 2 * std::numbers::pi * k * t;
    sum += real * std::cos(angle) - imaginary * std::sin(angle);
  }
  return sum;
}

// Where the lines and the samples differ most, as discrete spectra on steps of this length.
std::string spectra_text(double step, const std::vector<double>& said, const std::vector<double>& samples) {
  const std::size_t n = samples.size();
  const spectral::FftPlan plan(n);
  std::vector<spectral::Complex> a(plan.real_bins()), b(plan.real_bins());
  plan.real_forward(said.data(), a.data());
  plan.real_forward(samples.data(), b.data());
  std::size_t worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::abs(a[i] - b[i]) > std::abs(a[worst] - b[worst])) worst = i;
  const double scale = (worst == 0 || 2 * worst == n ? 1.0 : 2.0) / static_cast<double>(n);
  const auto polar = [&](const spectral::Complex& z) {
    return fmt::format("{:.6g} exp({:.6g} i)", scale * std::abs(z), std::arg(z));
  };
  return fmt::format("at k = {:.6g} the lines have {}, the discrete transform of the samples {}",
                     static_cast<double>(worst) / (static_cast<double>(n) * step), polar(a[worst]),
                     polar(b[worst]));
}

// The step of an axis with equal ones, else 0.
double even_step(const AxisInfo& axis) {
  const std::vector<double> values = axis.coordinates();
  const double last = static_cast<double>(values.size() - 1), step = (values.back() - values[0]) / last;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::abs(values[i] - values[0] - step * static_cast<double>(i)) >
        kValueRounding * std::abs(step * last))
      return 0;
  return values.size() > 1 ? step : 0;
}

// What is wrong with the lines along one axis of the set, of which `below` rows make one step; "" where
// nothing is: their series gives every sample, so that moduli and phases agree, on any grid.
std::string problem_along(const AxisInfo& axis, std::uint64_t below, const SetInfo& set, const Rows& rows,
                          const Lines& lines) {
  for (const auto& line : lines)
    if (const double turns = line.k * axis.period;
        std::abs(turns - std::round(turns)) > kValueRounding * turns)
      return fmt::format(
          "the line k = {} does not repeat with the period {} of the axis '{}': state lines at multiples "
          "of 1/period, or no period",
          line.k, axis.period, axis.name);
  double total = 0, worst = 0;
  for (const auto& line : lines) total += std::hypot(line.real, line.imaginary);
  std::vector<double> said, samples;  // of the first points along the axis
  for (std::uint64_t row = 0; row < rows.count; ++row) {
    const double line = series_at(lines, axis.value(row / below % axis.length));
    const double sample = rows.outputs[row * set.output_dim];
    worst = std::max(worst, std::abs(line - sample));
    if (row % below != 0 || row / below >= axis.length) continue;
    said.push_back(line);
    samples.push_back(sample);
  }
  if (worst <= kValueRounding * total) return "";
  const double step = said.size() == axis.length ? even_step(axis) : 0;
  return fmt::format(
      "along the axis '{}' the series of its lines is off the samples of output 0 by up to {:.6g}{}. A "
      "sin(2 pi k t + phi) is the line A exp(i (phi - pi/2)), t the coordinate of the axis; state no lines "
      "where they are not exact",
      axis.name, worst, step == 0 ? "" : ": " + spectra_text(step, said, samples));
}

std::string spectrum_problem(const RawTarget& target, std::size_t index, const Lines& lines) {
  const SetInfo& set = target.sets()[index];
  const Rows rows = target.fill(index, 0, std::min(set.rows, kMostRows));
  std::uint64_t below = set.rows;
  std::string problem;
  for (const AxisInfo& axis : set.axes) {  // along which of them is not said
    below /= axis.length;
    problem = problem_along(axis, below, set, rows, lines);
    if (problem.empty()) return "";
  }
  return problem + (set.axes.size() > 1 ? "; along the other axes they are wrong, too" : "");
}

Finding spectrum(Context& context) { return in_each_spectrum(context, spectrum_problem); }

}  // namespace

const std::vector<Check>& target_set_checks() {
  constexpr Scope scope = Scope::component;
  static const std::vector<Check> checks = {
      {"target.grids",
       "The axes of a grid give the coordinates of its points.",
       {"target.finite"},
       {"target"},
       scope,
       grids},
      {"target.lines",
       "Exact lines ascend in k, are the same at each call, and keep to the room that is given.",
       {"target.filled"},
       {"target"},
       scope,
       lines},
      {"target.spectrum",
       "Exact lines are the discrete spectrum of the samples.",
       {"target.grids", "target.lines"},
       {"target"},
       scope,
       spectrum}};
  return checks;
}

}  // namespace basso::check
