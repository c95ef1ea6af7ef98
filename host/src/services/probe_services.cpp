// The services of a probe's instance: its needs and series while it is created, its matrices and emissions
// while it observes, the target's data at any time.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "services/probe_instance.hpp"
#include "services/tables.hpp"

namespace basso::services {

void Probe::Instance::refuse_without_network(const std::string& what) const {
  if (!scene_.spec().has_network())
    throw Refusal(BASSO_ERROR_UNSUPPORTED,
                  fmt::format("'{}' was asked for, but the experiment has no [network]", what));
}

std::uint32_t Probe::Instance::need(const std::string& what, const std::string& set) {
  static const std::array<std::pair<const char*, What>, 7> known = {{{"inputs", What::inputs},
                                                                     {"outputs", What::outputs},
                                                                     {"latents", What::latents},
                                                                     {"predictions", What::predictions},
                                                                     {"loss", What::loss},
                                                                     {"parameters", What::parameters},
                                                                     {"gradient", What::gradient}}};
  if (phase_ != State::creating)
    throw Refusal(BASSO_ERROR_UNSUPPORTED, "needs are declared during create only");
  const auto found = std::find_if(known.begin(), known.end(), [&](const auto& k) { return what == k.first; });
  if (found == known.end()) {
    std::vector<const char*> names;
    for (const auto& entry : known) names.push_back(entry.first);
    throw Refusal(BASSO_ERROR_UNSUPPORTED, fmt::format("this host does not know the need '{}' (it knows {})",
                                                       what, fmt::join(names, ", ")));
  }
  needs_.push_back(place_need(found->second, what, set));
  return static_cast<std::uint32_t>(needs_.size() - 1);
}

Probe::Instance::Need Probe::Instance::place_need(What what, const std::string& text,
                                                  const std::string& set) const {
  Need need{what, Target::npos, nullptr};
  if (what >= What::predictions) refuse_without_network(text);
  if ((what == What::loss || what == What::gradient) && scene_.spec().loss.empty())
    throw Refusal(BASSO_ERROR_UNSUPPORTED,
                  fmt::format("'{}' was asked for, but the experiment has no [train]", text));
  if (what == What::parameters && scene_.spec().fitted)
    throw Refusal(BASSO_ERROR_UNSUPPORTED,
                  "'parameters' was asked for, but nearest neighbours have none; a dense network has");
  if (what == What::gradient && scene_.spec().loss == "frequency-weighted")
    throw Refusal(
        BASSO_ERROR_UNSUPPORTED,
        "'gradient' was asked for, but the weights of the frequency-weighted loss change in training");
  if (what == What::parameters || what == What::gradient) return need;
  need.set = target_.find(set);
  for (const Points& points : points_)
    if (points.name == set) need.points = &points;
  if (need.set == Target::npos && !need.points) {
    std::vector<std::string> names;
    for (const SetInfo& info : target_.sets()) names.push_back(info.name);
    throw Refusal(BASSO_ERROR_PARAMETER, fmt::format("the target {} has no set '{}' (it has {})",
                                                     target_.id(), set, fmt::join(names, ", ")));
  }
  if (need.points && what != What::inputs && what != What::predictions)
    throw Refusal(BASSO_ERROR_UNSUPPORTED, fmt::format("the probe's own points '{}' have no {}", set, text));
  return need;
}

void Probe::Instance::add_points(const std::string& points_name, const double* points, std::uint64_t rows) {
  if (phase_ != State::creating)
    throw Refusal(BASSO_ERROR_UNSUPPORTED, "points are registered during create only");
  bool known = target_.find(points_name) != Target::npos;
  for (const Points& other : points_) known = known || other.name == points_name;
  if (known || points_name.empty())
    throw Refusal(BASSO_ERROR_INTERNAL, fmt::format("there is a set '{}' already", points_name));
  const std::size_t count = checked_product(rows, target_.sets().front().input_dim);
  if (count == 0) throw Refusal(BASSO_ERROR_INTERNAL, fmt::format("the set '{}' has no rows", points_name));
  if (!std::all_of(points, points + count, [](double value) { return std::isfinite(value); }))
    throw Refusal(BASSO_ERROR_INTERNAL,
                  fmt::format("the set '{}' has a point that is not finite", points_name));
  points_.push_back({points_name, {points, points + count}, rows});
}

std::uint32_t Probe::Instance::add_series(const basso_series& declared) {
  if (phase_ != State::creating)
    throw Refusal(BASSO_ERROR_UNSUPPORTED, "series are declared during create only");
  SeriesInfo info = copy_series(declared);
  for (const SeriesInfo& other : series)
    if (other.name == info.name)
      throw Refusal(BASSO_ERROR_INTERNAL, fmt::format("two series are named '{}'", info.name));
  series.push_back(std::move(info));
  return static_cast<std::uint32_t>(series.size() - 1);
}

void Probe::Instance::emit(std::uint32_t index, const double* values, std::uint64_t count) {
  if (phase_ != State::observing)
    throw Refusal(BASSO_ERROR_UNSUPPORTED, "series are emitted during observe only");
  if (index >= series.size())
    throw Refusal(BASSO_ERROR_INTERNAL, fmt::format("series number {} was not declared", index));
  const SeriesInfo& info = series[index];
  if (const std::string problem = due_problem(info); !problem.empty())
    throw Refusal(BASSO_ERROR_INTERNAL,
                  fmt::format("the series '{}' was emitted, but {}", info.name, problem));
  if (pending_[index])
    throw Refusal(BASSO_ERROR_INTERNAL,
                  fmt::format("the series '{}' was emitted twice in one observation", info.name));
  if (count != info.count)
    throw Refusal(BASSO_ERROR_INTERNAL,
                  fmt::format("the series '{}' was emitted with {} values, its axes have {} entries",
                              info.name, count, info.count));
  pending_[index].emplace(values, values + count);
}

void Probe::Instance::read(std::uint32_t set, std::uint64_t first, std::uint64_t rows, double* inputs,
                           double* outputs, double* latents) {
  if (set >= target_.sets().size())
    throw Refusal(BASSO_ERROR_INTERNAL, fmt::format("there is no set number {}", set));
  const SetInfo& info = target_.sets()[set];
  if (first > info.rows || rows > info.rows - first)
    throw Refusal(BASSO_ERROR_INTERNAL, fmt::format("the set '{}' has {} rows; {} from row {} were asked for",
                                                    info.name, info.rows, rows, first));
  const SetData& data = target_.data(set);
  const auto copy = [&](const std::vector<double>& from, std::uint64_t columns, double* to) {
    if (to) std::copy_n(from.data() + first * columns, rows * columns, to);
  };
  copy(data.inputs, info.input_dim, inputs);
  copy(data.outputs, info.output_dim, outputs);
  copy(data.latents, info.latent_dim, latents);
}

void Probe::Instance::lines(std::uint32_t set, std::uint32_t capacity, double* k, double* real,
                            double* imaginary, std::uint32_t& count) {
  if (set >= target_.sets().size())
    throw Refusal(BASSO_ERROR_INTERNAL, fmt::format("there is no set number {}", set));
  const std::vector<Line>& all = target_.lines(set);
  count = static_cast<std::uint32_t>(all.size());
  for (std::size_t i = 0; i < std::min<std::size_t>(capacity, all.size()); ++i) {
    k[i] = all[i].k;
    real[i] = all[i].real;
    imaginary[i] = all[i].imaginary;
  }
}

NetworkView& Probe::Instance::network() {
  if (phase_ != State::observing)
    throw Refusal(BASSO_ERROR_UNSUPPORTED, "the network can be evaluated during observe only");
  refuse_without_network("the network");
  if (!view) throw Refusal(BASSO_ERROR_UNSUPPORTED, "no network is attached");
  return *view;
}

std::vector<basso_matrix> Probe::Instance::matrices() {
  std::vector<basso_matrix> all;
  for (std::size_t i = 0; i < needs_.size(); ++i) {
    if (needs_[i].what >= What::predictions && !view)
      host_.fail(Exit::run_failed, "observe", "no network is attached");
    all.push_back(matrix(needs_[i], losses_[i]));
  }
  return all;
}

// `loss` is where a loss is kept during the observation.
basso_matrix Probe::Instance::matrix(const Need& need, double& loss) {
  if (need.what == What::parameters) return {view->parameters().data(), 1, view->parameter_count()};
  if (need.what == What::gradient) return {view->gradient().data(), 1, view->parameter_count()};
  if (!need.points) return set_matrix(need, target_.sets()[need.set], target_.data(need.set), loss);
  const Points& points = *need.points;
  if (need.what == What::inputs) return {points.values.data(), points.rows, target_.sets().front().input_dim};
  return {view->predictions(points.values.data(), points.rows).data(), points.rows, view->output_dim()};
}

basso_matrix Probe::Instance::set_matrix(const Need& need, const SetInfo& info, const SetData& data,
                                         double& loss) {
  if (need.what == What::inputs) return {data.inputs.data(), info.rows, info.input_dim};
  if (need.what == What::outputs) return {data.outputs.data(), info.rows, info.output_dim};
  if (need.what == What::latents) return {data.latents.data(), info.rows, info.latent_dim};
  const std::span<const double> predictions = view->predictions(data.inputs.data(), info.rows);
  if (need.what == What::predictions) return {predictions.data(), info.rows, info.output_dim};
  loss = view->loss(predictions.data(), data.outputs.data(), info.rows);
  return {&loss, 1, 1};
}

}  // namespace basso::services
