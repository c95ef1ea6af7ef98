// Experiment and probe held together, and emissions compared by their bits.
#include "check/session.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace basso::check {
namespace {

services::Shared& with_seed(services::Shared& shared, std::uint64_t seed) {
  shared.seed = seed;
  return shared;
}

Setting as_long_as(int recordings, Setting setting) {
  setting.recordings = recordings;
  return setting;
}

}  // namespace

Session::Session(const Workbench& bench, const Component& component, const Configuration& configuration,
                 std::uint64_t seed)
    : recordings_(configuration.recordings),
      around_(with_seed(shared_, seed), as_long_as(recordings_, bench.setting())),
      probe_(component, configuration.values, component.id(), around_.target(), around_.scene(),
             &around_.view(), shared_, 0) {
  probe_.prepare();
}

services::Emissions Session::observe(int recording, bool last) {
  const std::int64_t step = std::int64_t{recording} * Experiment::steps_between;
  around_.train(static_cast<int>(step - around_.step()));
  return probe_.observe(step, static_cast<std::uint64_t>(recording), last);
}

services::Emissions Session::observe(int recording, std::span<const double> parameters) {
  around_.run().set_parameters(parameters);
  around_.view().refresh();
  return probe_.observe(std::int64_t{recording} * Experiment::steps_between,
                        static_cast<std::uint64_t>(recording), recording + 1 == recordings_);
}

std::vector<double> Session::parameters() {
  std::vector<double> values(around_.run().layout().size());
  around_.run().parameters(values);
  return values;
}

const std::vector<double>& values_of(const services::Emissions& emissions, std::size_t series) {
  return std::find_if(emissions.begin(), emissions.end(),
                      [&](const auto& emission) { return emission.series == series; })
      ->values;
}

Configuration briefly(Configuration configuration) {
  configuration.recordings = kFewRecordings;
  return configuration;
}

std::vector<services::Emissions> observe_all(Session& session) {
  std::vector<services::Emissions> all;
  for (int recording = 0; recording < session.recordings(); ++recording)
    all.push_back(session.observe(recording));
  return all;
}

std::string difference(const std::vector<services::SeriesInfo>& series, int recording,
                       const services::Emissions& one, const services::Emissions& other) {
  for (std::size_t i = 0; i < std::min(one.size(), other.size()); ++i) {
    const std::size_t entry = first_difference(one[i].values, other[i].values);
    if (one[i].series == other[i].series && entry == no_difference) continue;
    const std::string name = series[one[i].series].name;
    if (one[i].series != other[i].series || one[i].values.size() != other[i].values.size())
      return fmt::format("the series '{}' at recording {} has another shape", name, recording);
    return fmt::format("entry {} of the series '{}' at recording {} is {}, and {}", entry, name, recording,
                       one[i].values[entry], other[i].values[entry]);
  }
  if (one.size() == other.size()) return "";
  return fmt::format("at recording {} there are {} series, and {}", recording, one.size(), other.size());
}

std::string difference(const std::vector<services::SeriesInfo>& series,
                       const std::vector<services::Emissions>& one,
                       const std::vector<services::Emissions>& other) {
  std::string text;
  for (std::size_t i = 0; i < one.size() && text.empty(); ++i)
    text = difference(series, static_cast<int>(i), one[i], other[i]);
  return text;
}

}  // namespace basso::check
