// Family "probe", spectra: relations that hold for what a series along frequencies declares to be.
//   a magnitude       the series `magnitude` along an axis `frequency` in cycles per window or per unit
//   a relative error  a series whose name begins with relative_error, along such an axis
// docs/checking.md, "What series declare". They are asked of probes that look at the target's sets, where the
// frequency of a function is known.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "check/behaviour.hpp"
#include "check/check.hpp"
#include "check/session.hpp"
#include "check/stand.hpp"
#include "check/trial.hpp"
#include "check/watch.hpp"
#include "plugin/known.hpp"

namespace basso::check {
namespace {

using services::AxisInfo;
using services::Emissions;
using services::SeriesInfo;

const AxisInfo* frequency_axis(const SeriesInfo& series) {
  const AxisInfo* found = nullptr;
  for (const AxisInfo& axis : series.axes) {
    if (axis.name == "frequency" && !found)
      found = &axis;
    else if (axis.length != 1)
      return nullptr;
  }
  const bool in_cycles =
      found && (found->unit == "cycles per window" || found->unit.rfind("cycles per unit", 0) == 0);
  return in_cycles && series.when == services::When::each_recording && series.unit.empty() ? found : nullptr;
}

bool is_magnitude(const SeriesInfo& series) { return frequency_axis(series) && series.name == "magnitude"; }
bool is_relative_error(const SeriesInfo& series) {
  return frequency_axis(series) && series.name.rfind("relative_error", 0) == 0;
}

// What the probe emits first of constant + amplitude s(z), the target multiplied by `scale`.
class Emitted {
 public:
  Emitted(Context& context, const Workbench& bench, const Configuration& configuration)
      : context_(context), component_(watched(context.component())), configuration_(configuration) {
    setting_ = bench.setting();
    if (setting_.inputs != Inputs::line) throw NotApplicable("it observes no network of one input");
    series_ = Stand(context_, component_, configuration_.values, setting_).series();
    for (const char* need : {"parameters", "gradient"})
      if (seen().needs.count(need))
        throw NotApplicable(fmt::format("it needs {}, which a function does not have", need));
    const std::vector<std::string> services = plugin::words(component_.table().services);
    const bool evaluates = std::any_of(services.begin(), services.end(), [](const std::string& service) {
      return service == "evaluate/1" || service == "derivatives/1";
    });
    if (seen().own_points || evaluates)
      throw NotApplicable("it may look at points of its own, whose window is not known");
  }

  const std::vector<SeriesInfo>& series() const { return series_; }
  Emissions operator()(double constant, double amplitude, std::vector<Sine> sines, double scale = 1) const {
    Setting setting = setting_;
    setting.scale = scale;
    Stand stand(context_, component_, configuration_.values, setting);
    stand.network().become(constant, amplitude, std::move(sines));
    return stand.observe(0, false);
  }

 private:
  Context& context_;
  Component component_;
  const Configuration& configuration_;
  Setting setting_;
  std::vector<SeriesInfo> series_;
};

// body(emitted, position, axis) for each series that `applies`, in each configuration.
template <class Body>
Finding for_series(Context& context, bool (*applies)(const SeriesInfo&), const char* missing, Body&& body) {
  const Workbench bench(context);
  bool any = false;
  Finding finding = in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    const Emitted emitted(context, bench, configuration);
    for (std::size_t i = 0; i < emitted.series().size(); ++i) {
      if (!applies(emitted.series()[i])) continue;
      any = true;
      Finding wrong = body(emitted, i, *frequency_axis(emitted.series()[i]));
      if (!wrong.empty()) return wrong;
    }
    return passed;
  });
  if (!any && finding.empty()) throw NotApplicable(missing);
  return finding;
}

constexpr double kLarge = 0x1p20;    // so that the target, of modulus 1.5, does not count beside it
constexpr double kTolerance = 1e-3;  // of what is 1; authors add 1e-5 to a denominator
constexpr double kTimesPhase = 4;    // by a sine's phase, since points without a grid and windows leak

// The position of the largest number among the values.
std::size_t peak_of(const std::vector<double>& values) {
  std::size_t peak = 0;
  for (std::size_t i = 1; i < values.size(); ++i)
    if (!(values[i] <= values[peak])) peak = std::isnan(values[i]) ? peak : i;
  return peak;
}

// The whole frequencies of the axis that 20 points tell apart: the least, the middle and the largest one.
std::set<double> bins_of(const AxisInfo& axis) {
  std::vector<double> bins;
  for (const double k : axis.coordinates())
    if (k >= 1 && k <= 8 && k == std::round(k)) bins.push_back(k);
  if (bins.empty()) return {};
  std::sort(bins.begin(), bins.end());
  return {bins.front(), bins[bins.size() / 2], bins.back()};
}

Finding peak(Context& context) {
  return for_series(
      context, is_magnitude, "it has no series `magnitude` along `frequency`",
      [&](const Emitted& emitted, std::size_t position, const AxisInfo& axis) -> Finding {
        for (const double k : bins_of(axis)) {
          context.doing(fmt::format("observation of a sine of frequency {}", k));
          const auto emissions = emitted(0, kLarge, {{k, 1, 0.3}});
          const double found = axis.coordinates()[peak_of(values_of(emissions, position))];
          if (found != k)
            return fmt::format(
                "where the network computes {} sin(2 pi {} z + 0.3), z in [0, 1), its series 'magnitude' is "
                "largest at the frequency {}: let each entry be the modulus at the frequency that its axis "
                "states, in {}",
                kLarge, k, found, axis.unit);
          const auto peak_at = [&](double phase) {
            const auto values = values_of(emitted(0, kLarge, {{k, 1, phase}}), position);
            return values[peak_of(values_of(emissions, position))];
          };
          const double sine = peak_at(0), cosine = peak_at(std::numbers::pi / 2);
          if (!(std::max(sine, cosine) <= kTimesPhase * std::min(sine, cosine)))
            return fmt::format(
                "its series 'magnitude' at the frequency {0} is {1} where the network computes {2} sin(2 pi "
                "{0} z), and {3} where it computes the cosine: a modulus has both the real and the imaginary "
                "part",
                k, sine, kLarge, cosine);
        }
        return passed;
      });
}

// The first entry in which `other` is not `factor` times `one`; small entries, which rounding may make, are
// left out.
std::size_t not_multiple(const std::vector<double>& one, const std::vector<double>& other, double factor) {
  const double largest = std::abs(one[peak_of(one)]);
  for (std::size_t i = 0; i < one.size(); ++i)
    if (std::abs(one[i]) > kTolerance * largest &&
        !(std::abs(other[i] - factor * one[i]) <= kTolerance * std::abs(factor * one[i])))
      return i;
  return no_difference;
}

Finding scaled_magnitude(const Emitted& emitted, std::size_t position, const AxisInfo& axis) {
  const auto at = [&](double factor) {
    return values_of(emitted(factor * kLarge, factor * kLarge, {{4}, {1, 0.5, 1}}), position);
  };
  const std::vector<double> one = at(1);
  for (const double factor : {2.0, -1.0}) {
    const std::vector<double> other = at(factor);
    const std::size_t entry = not_multiple(one, other, std::abs(factor));
    if (entry != no_difference)
      return fmt::format(
          "its series 'magnitude' at the frequency {} is {}, and {} where the network computes {} times as "
          "much: a magnitude is a modulus and becomes {} times as large. Emit no power and no signed value "
          "under this name",
          axis.value(entry), one[entry], other[entry], factor, std::abs(factor));
  }
  return passed;
}

// Entries of the axis at which the target has a line.
std::vector<std::size_t> lines_on(const AxisInfo& axis) {
  std::vector<std::size_t> entries;
  for (std::size_t i = 0; i < axis.length; ++i)
    for (const Sine& line : kTarget)
      if (axis.value(i) == line.frequency) entries.push_back(i);
  return entries;
}

const std::vector<Sine> kTargetSines(kTarget.begin(), kTarget.end());

Finding scaled_error(const Emitted& emitted, std::size_t position, const AxisInfo& axis) {
  const std::string name = emitted.series()[position].name;
  const std::vector<double> one = values_of(emitted(0.25, 0.5, kTargetSines), position);
  constexpr double scale = 1024;
  const std::vector<double> other =
      values_of(emitted(scale * 0.25, scale * 0.5, kTargetSines, scale), position);
  for (const std::size_t i : lines_on(axis))
    if (!(std::abs(other[i] - one[i]) <= kTolerance) && !(std::isnan(one[i]) && std::isnan(other[i])))
      return fmt::format(
          "its series '{}' at the frequency {} is {}, and {} where network and target are both multiplied by "
          "{}: divide by the modulus of the target's component",
          name, axis.value(i), one[i], other[i], scale);
  return passed;
}

Finding scaled(Context& context) {
  const auto applies = [](const SeriesInfo& series) {
    return is_magnitude(series) || is_relative_error(series);
  };
  return for_series(context, applies, "it has no series `magnitude` or `relative_error…` along `frequency`",
                    [&](const Emitted& emitted, std::size_t position, const AxisInfo& axis) {
                      context.doing("observation of a function and of its multiple");
                      return is_magnitude(emitted.series()[position])
                                 ? scaled_magnitude(emitted, position, axis)
                                 : scaled_error(emitted, position, axis);
                    });
}

Finding error(Context& context) {
  return for_series(
      context, is_relative_error, "it has no series `relative_error…` along `frequency`",
      [&](const Emitted& emitted, std::size_t position, const AxisInfo& axis) -> Finding {
        context.doing("observation of a network that computes the target, and of one that computes 0");
        const Emissions target = emitted(0, 1, kTargetSines), zero = emitted(0, 0, kTargetSines);
        for (const std::size_t i : lines_on(axis))
          for (const double expected : {0.0, 1.0}) {
            const double value = values_of(expected == 0 ? target : zero, position)[i];
            if (!(std::abs(std::abs(value) - expected) <= kTolerance))
              return fmt::format(
                  "its series '{}' at the frequency {}, where the target has a line, is {} where the network "
                  "computes {}; it should be {}: take the modulus of the difference over the target's "
                  "modulus",
                  emitted.series()[position].name, axis.value(i), value,
                  expected == 0 ? "the target" : "the function 0", expected);
          }
        return passed;
      });
}

}  // namespace

const std::vector<Check>& probe_spectrum_checks() {
  constexpr Scope scope = Scope::component;
  static const std::vector<Check> checks = {
      {"probe.peak",
       "The magnitude along frequency of a sine is largest at the sine's frequency.",
       {"probe.known"},
       {"probe"},
       scope,
       peak},
      {"probe.scaled",
       "Magnitudes grow with the function; relative errors stay where the target grows, too.",
       {"probe.known"},
       {"probe"},
       scope,
       scaled},
      {"probe.error",
       "A relative error is 0 where the network is the target, and 1 where it is 0.",
       {"probe.known"},
       {"probe"},
       scope,
       error}};
  return checks;
}

}  // namespace basso::check
