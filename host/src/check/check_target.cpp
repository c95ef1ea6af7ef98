// Family "target": the data that a target gives. ABI rules: target.h (basso_target_v1, basso_set).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "check/behaviour.hpp"
#include "check/check.hpp"
#include "check/process.hpp"
#include "check/raw_target.hpp"
#include "check/target_pieces.hpp"
#include "check/trial.hpp"
#include "check/watch.hpp"
#include "data/hash.hpp"

namespace basso::check {
namespace {

using plugin::ParameterValues;
using services::SetInfo;

// The first value of which `wrong` holds: "output 0 of row 5 of the set 'train'", or "".
template <class Wrong>
std::string find(const SetInfo& set, const Rows& rows, Wrong&& wrong) {
  const auto look = [&](const char* what, const std::vector<double>& values,
                        std::uint32_t dimension) -> std::string {
    const auto found = std::find_if(values.begin(), values.end(), wrong);
    if (found == values.end()) return "";
    return place(set, what, rows.first, static_cast<std::size_t>(found - values.begin()), dimension);
  };
  std::string text = look("input", rows.inputs, set.input_dim);
  if (text.empty()) text = look("output", rows.outputs, set.output_dim);
  return text.empty() ? look("latent", rows.latents, set.latent_dim) : text;
}

Finding filled(Context& context) {
  const Workbench bench(context);
  return in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    const RawTarget target(context.component(), configuration.values, context.seed());
    for (const Piece& piece : pieces_of(target, kMany)) {
      const SetInfo& set = target.sets()[piece.set];
      const std::uint64_t end = piece.first + piece.rows;
      for (const std::uint64_t first : {piece.first, end - 1}) {
        context.doing(fmt::format("fill of the set '{}', {} rows from row {}", set.name, end - first, first));
        const Rows written = target.fill(piece.set, first, end - first);
        if (const std::string where = find(set, written, is_unwritten); !where.empty())
          return fmt::format(
              "asked for {} rows from row {} on, it leaves {} unwritten: write every row that was asked "
              "for, the first one at the begin of the arrays",
              end - first, first, where);
      }
    }
    return passed;
  });
}

Finding finite(Context& context) {
  const Workbench bench(context);
  return in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    const RawTarget target(context.component(), configuration.values, context.seed());
    for (const Piece& piece : pieces_of(target, kMany)) {
      const SetInfo& set = target.sets()[piece.set];
      const Rows rows = target.fill(piece.set, piece.first, piece.rows);
      const std::string where = find(set, rows, [](double value) { return !std::isfinite(value); });
      if (!where.empty())
        return where +
               " is not a finite number: refuse such parameters in create (BASSO_ERROR_PARAMETER), or "
               "leave such points out of the set";
    }
    return passed;
  });
}

// Everything that a fresh instance gives, of sets up to `most` numbers.
std::vector<Rows> data_of(Context& context, const Component& component, const ParameterValues& values,
                          std::uint64_t seed, std::uint64_t repeat, std::uint64_t most) {
  context.doing(fmt::format("creation and filling with seed {}, repeat {}", seed, repeat));
  const RawTarget target(component, values, seed, repeat);
  return fill_all(target, pieces_of(target, most));
}

// "outputs of the set 'train'" -> hash of their bytes.
std::vector<std::string> hashes_of(Context& context, const ParameterValues& values) {
  context.doing(fmt::format("creation and filling with seed {}, in two processes", context.seed()));
  const RawTarget target(context.component(), values, context.seed());
  std::vector<std::string> lines;
  for (const Piece& piece : pieces_of(target, kMany)) {
    const SetInfo& set = target.sets()[piece.set];
    const Rows rows = target.fill(piece.set, piece.first, piece.rows);
    for (const auto& [name, numbers] :
         {std::pair("inputs", &rows.inputs), std::pair("outputs", &rows.outputs),
          std::pair("latents", &rows.latents)}) {
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(numbers->data());
      lines.push_back(fmt::format("{} of rows {} to {} of the set '{}': {}", name, piece.first,
                                  piece.first + piece.rows - 1, set.name,
                                  data::hash_bytes({bytes, numbers->size() * sizeof(double)})));
    }
  }
  return lines;
}

// The part "target.hashes" of target.same.
Finding hashes(Context& context) {
  for (const std::string& line : hashes_of(context, {context.component().table(), context.given(), "."}))
    context.remark(line);
  return passed;
}

// What only one process sees must not go into the data: another one makes the same instance.
Finding same_elsewhere(Context& context, const Configuration& configuration) {
  Order order = context.order();
  order.check = "target.hashes";
  order.set.clear();
  for (const auto& [name, literal] : configuration.values.toml()) order.set.push_back(name + "=" + literal);
  const Answer answer = run_in_worker(std::filesystem::read_symlink("/proc/self/exe"), order);
  if (answer.letter != 'P')
    return "in another process the same creation and filling went wrong: " + answer.text;
  const std::vector<std::string> here = hashes_of(context, configuration.values);
  if (answer.remarks.size() != here.size())
    return "another process with the same seed and parameters declares other sets. Let them depend on the "
           "parameters only";
  const auto [mine, other] = std::mismatch(here.begin(), here.end(), answer.remarks.begin());
  if (mine == here.end()) return passed;
  return fmt::format(
      "another process with the same seed, repeat and parameters gets other {}. Draw random numbers from "
      "random/1 alone; nothing that differs from process to process may go in: no device or generator of "
      "random numbers of its own, no time, process number or address",
      mine->substr(0, mine->rfind(": ")));
}

Finding same(Context& context) {
  const Workbench bench(context);
  return in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    fill_memory(Filled::one);
    const auto one = data_of(context, context.component(), configuration.values, context.seed(), 0, kMany);
    fill_memory(Filled::other);
    const RawTarget target(context.component(), configuration.values, context.seed());
    const std::vector<Piece> pieces = pieces_of(target, kMany);
    if (pieces.size() != one.size())
      return "two instances with the same seed and parameters declare sets of different sizes";
    const std::string text = difference(target, pieces, one, fill_all(target, pieces));
    if (text.empty()) return same_elsewhere(context, configuration);
    return fmt::format(
        "two instances with the same seed, repeat and parameters differ: {}. Draw random numbers from "
        "random/1, keep nothing in static variables, and read nothing that was not written before",
        text);
  });
}

bool equal(const std::vector<Rows>& one, const std::vector<Rows>& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](const Rows& a, const Rows& b) {
    return first_difference(a.inputs, b.inputs) == no_difference &&
           first_difference(a.outputs, b.outputs) == no_difference &&
           first_difference(a.latents, b.latents) == no_difference;
  });
}

// Whether another seed and another repeat give other data, where random numbers are drawn. Some of the eight
// do, also where little depends on what is drawn; and with some parameters, also where noise = 0 is one.
Finding seeds(Context& context) {
  const Component component = watched(context.component());
  const Workbench bench(context);
  bool used = false;
  std::string unused;  // the first finding
  const Finding finding = in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    const std::uint64_t before = seen().draws, seed = context.seed();
    const auto data = [&](std::uint64_t by_seed, std::uint64_t by_repeat) {
      return data_of(context, component, configuration.values, seed + by_seed, by_repeat, kFew);
    };
    const auto one = data(0, 0);
    if (seen().draws == before) return passed;
    const auto varies = [&](std::uint64_t by_seed, std::uint64_t by_repeat) {
      for (std::uint64_t i = 1; i <= 8; ++i)
        if (!equal(one, data(by_seed * i, by_repeat * i))) return true;
      return false;
    };
    const bool by_seed = varies(1, 0), by_both = by_seed && varies(0, 1);
    used = used || by_both;
    if (by_both || !unused.empty()) return passed;
    unused = fmt::format(
        "{}it draws random numbers from random/1, but another {} gives exactly the same data: use what is "
        "drawn (or do not draw), and draw nothing from a generator of its own with a constant seed",
        configuration.text, by_seed ? "repeat" : "seed");
    return passed;
  });
  if (!finding.empty()) return finding;
  if (!used && unused.empty()) throw NotApplicable("it draws no random numbers with these parameters");
  return used ? passed : unused;
}

Finding threads(Context& context) {
  const Workbench bench(context);
  return in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    const RawTarget target(context.component(), configuration.values, context.seed());
    const std::vector<Piece> pieces = pieces_of(target, kFew);
    const auto here = fill_all(target, pieces);
    context.doing("fill from another thread than that of create");
    const std::string text =
        difference(target, pieces, here, elsewhere([&] { return fill_all(target, pieces); }));
    if (text.empty()) return passed;
    return fmt::format(
        "filled from another thread than that of create, its data differ: {}. Keep what belongs to an "
        "instance in the instance, not in thread-local variables",
        text);
  });
}

Finding instances(Context& context) {
  const Component& component = context.component();
  const Workbench bench(context);
  const std::vector<Configuration> list = configurations(context, bench);
  const RawTarget first(component, list.front().values, context.seed(), 0);
  const std::vector<Piece> pieces = pieces_of(first, kFew);
  const auto alone = fill_all(first, pieces);
  for (const Configuration& other : list) {
    context.doing("fills of two instances in turn, and from two threads at the same time");
    const RawTarget second(component, other.values, context.seed(), 1);
    const std::vector<Piece> other_pieces = pieces_of(second, kFew);
    const auto other_alone = fill_all(second, other_pieces);
    std::string text = difference(first, pieces, alone, fill_all(first, pieces));
    constexpr int rounds = 8;
    for (int i = 0; i < rounds && text.empty(); ++i) {
      auto beside = std::async(std::launch::async, [&] { return fill_all(second, other_pieces); });
      text = difference(first, pieces, alone, fill_all(first, pieces));
      const std::string there = difference(second, other_pieces, other_alone, beside.get());
      if (text.empty()) text = there;
    }
    if (!text.empty())
      return fmt::format(
          "{}beside a second instance its data change: {}. Keep what belongs to an instance in the "
          "instance, not in static variables",
          other.text, text);
  }
  return passed;
}

}  // namespace

const std::vector<Check>& target_parts() {
  static const std::vector<Check> parts = {
      {"target.hashes", "Gives the hashes of its data.", {}, {"target"}, Scope::component, hashes}};
  return parts;
}

const std::vector<Check>& target_checks() {
  constexpr Scope scope = Scope::component;
  static const std::vector<Check> checks = {
      {"target.filled",
       "It writes every row that is asked for, and nothing else.",
       {"lifecycle.create"},
       {"target"},
       scope,
       filled},
      {"target.finite", "Every value is finite.", {"target.filled"}, {"target"}, scope, finite},
      {"target.same",
       "The same seed, repeat and parameters give the same data, in every process.",
       {"target.filled"},
       {"target"},
       scope,
       same},
      {"target.seeds",
       "Where it draws random numbers, another seed or repeat gives other data.",
       {"target.same"},
       {"target"},
       scope,
       seeds},
      {"target.threads", "Any thread gets the same data.", {"target.filled"}, {"target"}, scope, threads},
      {"target.instances",
       "Instances do not disturb each other, also when they are used at the same time.",
       {"target.same", "target.threads"},
       {"target"},
       scope,
       instances}};
  return checks;
}

}  // namespace basso::check
