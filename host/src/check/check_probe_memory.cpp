// Family "probe", what a probe remembers: state/1, interruption and replay. ABI rules: probe.h
// (basso_state_v1; "What an observation emits depends only on …").
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "check/behaviour.hpp"
#include "check/check.hpp"
#include "check/session.hpp"
#include "check/trial.hpp"
#include "check/watch.hpp"

namespace basso::check {
namespace {

using Bytes = std::vector<std::uint8_t>;
using services::Emissions;

// A training observed live, with what a run stores of it.
struct Live {
  std::vector<Emissions> emissions;
  std::vector<std::vector<double>> parameters;  // at each recording
};

Live observe_live(Session& session) {
  Live live;
  for (int i = 0; i < session.recordings(); ++i) {
    live.emissions.push_back(session.observe(i));
    live.parameters.push_back(session.parameters());
  }
  return live;
}

// With state/1 the recordings are replayed in order by one instance, otherwise each by an instance of its
// own, the last one first.
Finding replayed(Context& context) {
  const Workbench bench(context);
  return in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    const auto session = [&] {
      return std::make_unique<Session>(bench, context.component(), configuration, context.seed());
    };
    const auto observer = session();
    const Live live = observe_live(*observer);
    context.doing("a replay over stored parameters");
    auto replay = session();
    for (int i = 0; i < observer->recordings(); ++i) {
      const int recording = observer->has_state() ? i : observer->recordings() - 1 - i;
      if (!observer->has_state()) replay = session();
      const auto at = static_cast<std::size_t>(recording);
      const std::string text = difference(observer->series(), recording, live.emissions[at],
                                          replay->observe(recording, live.parameters[at]));
      if (!text.empty())
        return fmt::format("live and replayed over the stored parameters{} it differs: {}. {}",
                           observer->has_state() ? "" : ", each recording by a fresh instance,", text,
                           observer->has_state()
                               ? "Let nothing but parameters, step, seeds and the saved state count"
                               : "If an observation depends on earlier ones, offer state/1 (save and load)");
    }
    return passed;
  });
}

void require_state(Context& context) {
  if (!context.component().extension("state/1")) throw NotApplicable("it has no state/1");
}

// Interrupted before recording `cut`: a fresh instance loads the state and goes on; the old one goes on, too.
std::string resume_problem(Session& before, Session& after, const std::vector<Emissions>& expected, int cut) {
  for (int i = 0; i < cut; ++i) before.observe(i);
  const Bytes state = before.probe().save_state();
  after.probe().load_state(state);
  if (after.probe().save_state() != state)
    return "the state that it saves right after load is not the one that was loaded";
  for (int i = cut; i < before.recordings(); ++i) {
    const Emissions& wanted = expected[static_cast<std::size_t>(i)];
    if (const std::string text = difference(after.series(), i, wanted, after.observe(i)); !text.empty())
      return fmt::format("without and with an interruption before recording {} it differs: {}", cut, text);
    if (const std::string text = difference(before.series(), i, wanted, before.observe(i)); !text.empty())
      return fmt::format("having saved its state before recording {}, it differs: {}", cut, text);
  }
  return "";
}

Finding state(Context& context) {
  require_state(context);
  const Component component = watched(context.component());
  const Workbench bench(context);
  return in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    const auto session = [&] {
      return std::make_unique<Session>(bench, component, configuration, context.seed());
    };
    const auto expected = observe_all(*session());
    const int end = configuration.recordings;
    for (const int cut : std::set{0, 1, end / 2 - 1, end - 1}) {
      context.doing(fmt::format("saving and loading its state before recording {}", cut));
      std::string problem = resume_problem(*session(), *session(), expected, cut);
      if (problem.empty()) problem = seen().state;
      if (!problem.empty())
        return problem + ". Save everything that later observations depend on, and restore all of it";
    }
    return passed;
  });
}

// Bytes that cannot be a state of this probe, with what they are.
std::vector<std::pair<std::string, Bytes>> wrong_states(const Bytes& sound) {
  std::vector<std::pair<std::string, Bytes>> wrong;
  for (const std::size_t length : {std::size_t{0}, sound.size() / 2, sound.size() - 1})
    wrong.emplace_back(fmt::format("the first {} of the {} bytes of a state", length, sound.size()),
                       Bytes(sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(length)));
  wrong.emplace_back(fmt::format("{} bytes 0xFF", sound.size()), Bytes(sound.size(), 0xFF));
  Bytes longer = sound;
  longer.push_back(0);
  wrong.emplace_back("a state with one byte more", longer);
  return wrong;
}

Finding refused_state(Context& context) {
  require_state(context);
  const Component component = watched(context.component());
  const Workbench bench(context);
  return in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    Session used(bench, component, briefly(configuration), context.seed());
    for (int i = 0; i + 1 < used.recordings(); ++i) used.observe(i);
    const Bytes sound = used.probe().save_state();
    if (sound.empty()) return "its state has no bytes: at least the version of its format belongs there";
    for (const auto& [what, bytes] : wrong_states(sound)) {
      context.doing("loading " + what);
      Session fresh(bench, component, briefly(configuration), context.seed());
      try {
        fresh.probe().load_state(bytes);
      } catch (const Error&) {  // as it should be
        continue;
      }
      return fmt::format(
          "it loads {} without complaint: put a version first, compare the length with the one that is "
          "expected, and return BASSO_ERROR_DATA with a sentence",
          what);
    }
    return passed;
  });
}

}  // namespace

const std::vector<Check>& probe_memory_checks() {
  constexpr Scope scope = Scope::component;
  static const std::vector<Check> checks = {
      {"probe.replayed",
       "Over stored parameters it emits what it emitted in training.",
       {"probe.same"},
       {"probe"},
       scope,
       replayed},
      {"probe.state",
       "Its state, saved and loaded in the middle, goes on as if nothing had happened.",
       {"probe.replayed"},
       {"probe"},
       scope,
       state},
      {"probe.refused-state",
       "It refuses bytes that are no state of its own.",
       {"probe.state"},
       {"probe"},
       scope,
       refused_state}};
  return checks;
}

}  // namespace basso::check
