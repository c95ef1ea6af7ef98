// Family "probe", relations between what a probe emits in two situations of which one follows from the other
// (metamorphic relations), as far as they hold for every probe or for a value a layer: a series whose one
// axis is `layer`. ABI rules: probe.h ("What an observation emits depends only on …").
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "check/behaviour.hpp"
#include "check/check.hpp"
#include "check/session.hpp"
#include "check/stand.hpp"
#include "check/trial.hpp"
#include "check/watch.hpp"

namespace basso::check {
namespace {

using services::Emissions;
using services::SeriesInfo;

// ---- Every probe ----

struct Known {
  const char* name;
  double constant, amplitude;
};
constexpr Known functions[] = {{"the function 0", 0, 0},
                               {"the constant 1", 1, 0},
                               {"the sine sin(2 pi 4 z)", 0, 1},
                               {"the sine, 2^20 times as large", 0, 0x1p20},
                               {"the sine, 2^20 times as small", 0, 0x1p-20},
                               {"the sine on a constant 2^20 times as large", 0x1p20, 1}};

// What no figure shows and no claim can judge, said once.
void remark_on_infinities(Context& context, const std::vector<SeriesInfo>& series, const Emissions& emissions,
                          const char* function) {
  for (const auto& [position, values] : emissions)
    if (context.remarks().empty() &&
        std::any_of(values.begin(), values.end(), [](double value) { return std::isinf(value); }))
      context.remark(fmt::format(
          "its series '{}' is infinite where the network computes {}; NaN says that nothing is defined",
          series[position].name, function));
}

Finding known(Context& context) {
  const Workbench bench(context);
  return in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    const Setting& setting = bench.setting();
    for (const Known& function : functions) {
      context.doing(fmt::format("observation of a network that computes {}", function.name));
      Stand one(context, context.component(), configuration.values, setting),
          other(context, context.component(), configuration.values, setting);
      one.network().become(function.constant, function.amplitude);
      other.network().become(function.constant, function.amplitude);
      try {
        for (int i = 0; i < setting.recordings; ++i) {
          const bool last = i + 1 == setting.recordings;
          const Emissions emitted = one.observe(i, last);
          if (last && std::abs(function.constant + function.amplitude) <= 1)
            remark_on_infinities(context, one.series(), emitted, function.name);
          if (i > 0) continue;
          const std::string text = difference(one.series(), i, emitted, other.observe(i, last));
          if (!text.empty())
            return fmt::format(
                "two instances that see a network that computes {} differ: {}. Set every value that is "
                "emitted, also where there is nothing to measure (to NaN)",
                function.name, text);
        }
      } catch (const Error& error) {
        return fmt::format(
            "it fails where the network computes {}: {}. A network in training may come to any "
            "function; emit NaN where a measure is not defined",
            function.name, error.what());
      }
    }
    return passed;
  });
}

// What a probe asks for and emits with one of its parameters naming this set; nothing where it refuses that.
struct Look {
  std::set<std::string> needs;
  std::vector<SeriesInfo> series;
  std::vector<Emissions> emitted;
};
std::optional<Look> look_at(Context& context, const Workbench& bench, const std::string& parameter,
                            const std::string& set) {
  Drawn values = context.given();
  values[parameter] = {set, "drawn by the checker"};
  context.doing("observations with " + describe(values));
  const Component component = watched(context.component());
  try {
    const Configuration configuration{{component.table(), values, "."}, ""};
    Session session(bench, component, configuration, context.seed());
    Look look{seen().need_names, session.series(), {}};
    look.emitted = observe_all(session);
    return look;
  } catch (const Error&) {
    return std::nullopt;
  }
}

Finding sets(Context& context) {
  const Workbench bench(context);
  const Drawn fixed = context.given();
  bool any = false;
  for (const plugin::ParameterSpec& spec : plugin::parameter_specs(context.component().table())) {
    if (!names_set(context.component().table(), spec) || fixed.count(spec.name) > 0) continue;
    std::vector<std::pair<std::string, Look>> looks;
    for (const std::string& set : kSets)
      if (std::optional<Look> look = look_at(context, bench, spec.name, set))
        looks.emplace_back(set, std::move(*look));
    any = any || looks.size() > 1;
    const bool same = std::all_of(looks.begin(), looks.end(), [&](const auto& each) {
      const Look &one = looks.front().second, &other = each.second;
      return one.needs == other.needs && one.series.size() == other.series.size() &&
             difference(one.series, one.emitted, other.emitted).empty();
    });
    if (looks.size() > 1 && same)
      return fmt::format(
          "with {0} = \"{1}\" it asks for the same and emits the same as with {0} = \"{2}\": pass the value "
          "of "
          "{0} on to need of probe-setup/1, or to what else looks at a set, in place of a fixed name",
          spec.name, looks.front().first, looks.back().first);
  }
  if (!any) throw NotApplicable("no parameter of it names one of the checker's sets by default");
  return passed;
}

// Without those that are due at the end.
Emissions but_final(const std::vector<SeriesInfo>& series, Emissions emissions) {
  std::erase_if(emissions,
                [&](const auto& emission) { return series[emission.series].when == services::When::final; });
  return emissions;
}

Finding last(Context& context) {
  const Workbench bench(context);
  return in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    for (const int end : {0, configuration.recordings / 3}) {
      Session whole(bench, context.component(), configuration, context.seed()),
          ended(bench, context.component(), configuration, context.seed());
      const std::string what =
          fmt::format("a run that train.stop_when ends at recording {} of {}", end, configuration.recordings);
      for (int i = 0; i <= end; ++i) {
        context.doing(what);
        const Emissions expected = whole.observe(i, false);
        Emissions emitted;
        try {
          emitted = ended.observe(i, i == end);
        } catch (const Error& error) {
          return fmt::format(
              "it fails in {}: {}. The last observation is the one whose `last` is 1, not the one that the "
              "scene's recordings count to: emit final series there",
              what, error.what());
        }
        const std::string text = difference(whole.series(), i, expected, but_final(ended.series(), emitted));
        if (!text.empty())
          return fmt::format(
              "in a run that goes on and in {} it differs: {}. Let `last` decide about the final series only",
              what, text);
      }
    }
    return passed;
  });
}

// ---- Hidden units ----

bool is_by_layer(const SeriesInfo& series) {
  return series.when == services::When::each_recording && series.axes.size() == 1 &&
         series.axes.front().name == "layer";
}

// The same network with the units of every hidden layer in the opposite order.
std::vector<double> permuted(const nn::ParameterLayout& layout, const std::vector<double>& parameters) {
  std::vector<double> result(parameters.size());
  for (const auto& block : layout.blocks()) {
    const bool hidden_rows = block.layer + 1 < layout.layers(),
               hidden_columns = block.kind == nn::ParameterLayout::Kind::weight && block.layer > 0;
    for (int row = 0; row < block.rows; ++row)
      for (int column = 0; column < block.cols; ++column) {
        const int from_row = hidden_rows ? block.rows - 1 - row : row,
                  from_column = hidden_columns ? block.cols - 1 - column : column;
        const auto at = [&](int r, int c) {
          return block.offset + static_cast<std::size_t>(r * block.cols + c);
        };
        result[at(row, column)] = parameters[at(from_row, from_column)];
      }
  }
  return result;
}

// The first entry in which they differ by more than rounding, the largest modulus being the scale.
std::size_t first_apart(const std::vector<double>& one, const std::vector<double>& other) {
  constexpr double rounding = 1e-6;
  double largest = 0;
  for (const double value : one)
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  for (std::size_t i = 0; i < one.size(); ++i) {
    const bool same = one[i] == other[i] || (std::isnan(one[i]) && std::isnan(other[i]));
    if (!same && !(std::abs(one[i] - other[i]) <= rounding * largest)) return i;
  }
  return no_difference;
}

Finding permutation(Context& context) {
  const Component component = watched(context.component());
  const Workbench bench(context);
  bool any = false;
  Finding finding = in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    const auto made = [&] {
      return std::make_unique<Session>(bench, component, briefly(configuration), context.seed());
    };
    Session trained(bench, component, briefly(configuration), context.seed());
    if (std::none_of(trained.series().begin(), trained.series().end(), is_by_layer)) return passed;
    observe_all(trained);  // so that no bias is 0
    const std::vector<double> parameters = trained.parameters();
    context.doing("observation of a network whose hidden units are in another order");
    const Emissions one = made()->observe(0, parameters),
                    other = made()->observe(0, permuted(trained.layout(), parameters));
    if (seen().draws > 0) return passed;  // a drawn direction distinguishes units
    for (std::size_t i = 0; i < trained.series().size(); ++i) {
      const SeriesInfo& series = trained.series()[i];
      if (!is_by_layer(series)) continue;
      any = true;
      const std::size_t entry = first_apart(values_of(one, i), values_of(other, i));
      if (entry != no_difference)
        return fmt::format(
            "with the units of each hidden layer in the opposite order, which is the same network, entry {} "
            "of its series '{}' is {} instead of {}: one value a layer takes in all of the layer, a weight "
            "being [fan-out x fan-in], row by row. What belongs to single units needs an axis for them",
            entry, series.name, values_of(other, i)[entry], values_of(one, i)[entry]);
    }
    return passed;
  });
  if (!any && finding.empty()) throw NotApplicable("it has no series whose one axis is `layer`");
  return finding;
}

}  // namespace

const std::vector<Check>& probe_relation_checks() {
  constexpr Scope scope = Scope::component;
  static const std::vector<Check> checks = {
      {"probe.known",
       "Of a constant, a single sine, and very large and small functions it emits the same each time.",
       {"probe.series"},
       {"probe"},
       scope,
       known},
      {"probe.sets",
       "A parameter that names a set decides which one it looks at.",
       {"probe.same"},
       {"probe"},
       scope,
       sets},
      {"probe.last",
       "A run that ends early changes nothing but when final series are emitted.",
       {"probe.same"},
       {"probe"},
       scope,
       last},
      {"probe.permuted",
       "One value for each layer does not depend on the order of hidden units.",
       {"probe.same"},
       {"probe"},
       scope,
       permutation}};
  return checks;
}

}  // namespace basso::check
