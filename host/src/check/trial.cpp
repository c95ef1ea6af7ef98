// Drawing of configurations: what creation refuses as a matter of parameters is not tried further.
#include "check/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>

namespace basso::check {

std::vector<Configuration> configurations(Context& context, const Workbench& bench) {
  const Component& component = context.component();
  const Drawn given = context.given();
  std::vector<Configuration> list = {{{component.table(), given, "."}, "", kManyRecordings}};
  if (component.table().parameter_count == 0) return list;
  nn::Stream random = context.random(1);
  const int draws = context.thorough() ? 20 : 2;
  for (int i = 0; i < draws; ++i) {
    const Drawn drawn = draw_parameters(component.table(), random, given);
    context.doing("creation with " + describe(drawn));
    try {
      bench.create_and_destroy(component, drawn);
    } catch (const Error& error) {
      if (error.code() != Exit::usage) throw;
      continue;
    } catch (const NotApplicable&) {  // data that are not on this machine
      continue;
    }
    list.push_back({{component.table(), drawn, "."}, fmt::format("with {}: ", describe(drawn))});
  }
  return list;
}

std::string use_of(const Configuration& configuration) {
  const std::string& text = configuration.text;
  return text.empty() ? "use with its defaults" : "use " + text.substr(0, text.rfind(": "));
}

std::size_t first_difference(std::span<const double> one, std::span<const double> other) {
  const std::size_t common = std::min(one.size(), other.size());
  for (std::size_t i = 0; i < common; ++i)
    if (std::bit_cast<std::uint64_t>(one[i]) != std::bit_cast<std::uint64_t>(other[i])) return i;
  return one.size() == other.size() ? no_difference : common;
}

}  // namespace basso::check
