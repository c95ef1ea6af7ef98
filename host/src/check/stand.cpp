// The surroundings are an Experiment's, its network is not looked at.
#include "check/stand.hpp"

namespace basso::check {

Stand::Stand(const Context& context, const Component& component, const plugin::ParameterValues& values,
             const Setting& setting)
    : around_(with_seed(context.seed()), setting),
      network_(around_.target().sets().front().input_dim, 1, around_.scene().layout.size(), train().inputs,
               train().outputs),
      probe_(component, values, context.id(), around_.target(), around_.scene(), &network_, shared_, 0) {
  probe_.prepare();
}

services::Emissions Stand::observe(int recording, bool last) {
  network_.refresh();
  return probe_.observe(std::int64_t{recording} * Experiment::steps_between,
                        static_cast<std::uint64_t>(recording), last);
}

services::Shared& Stand::with_seed(std::uint64_t seed) {
  shared_.seed = seed;
  return shared_;
}

}  // namespace basso::check
