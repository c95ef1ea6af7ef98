// Family "probe": what a probe emits, and what it leaves alone. ABI rules: probe.h, services.h.
#include <fmt/format.h>

#include <algorithm>

#include "check/behaviour.hpp"
#include "check/check.hpp"
#include "check/known_function.hpp"
#include "check/plain_target.hpp"
#include "check/session.hpp"
#include "check/trial.hpp"
#include "check/watch.hpp"

namespace basso::check {
namespace {

using services::Emissions;

Finding inputs(Context& context) {
  const Component component = watched(context.component());
  const Workbench bench(context);
  for (const Configuration& configuration : configurations(context, bench)) {
    context.doing("an observation, where everything that it is shown may only be read");
    try {
      Session session(bench, component, briefly(configuration), context.seed());
      observe_all(session);
    } catch (const Error&) {  // the next check tells
    }
  }
  return passed;  // a write or a look too far is a crash, which names the matrix
}

Finding series(Context& context) {
  const Component component = watched(context.component());
  const Workbench bench(context);
  return in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    Session session(bench, component, configuration, context.seed());
    if (session.series().empty())
      return "it declares no series: declare what it emits with add_series of probe-setup/1 in create";
    context.doing("observations");
    observe_all(session);
    if (seen().refused.empty()) return passed;
    return fmt::format(
        "a service refused something and it went on as if nothing had been ({}): emit each series once when "
        "it "
        "is due, with as many values as its axes have entries, and return the status of a service that fails",
        seen().refused);
  });
}

Finding same(Context& context) {
  const Workbench bench(context);
  return in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    context.doing("observations by two instances, one after the other");
    const auto emitted = [&] {
      Session session(bench, context.component(), configuration, context.seed());
      return std::pair(observe_all(session), session.series());
    };
    fill_memory(Filled::one);
    const auto [one, declared] = emitted();
    fill_memory(Filled::other);
    const std::string text = difference(declared, one, emitted().first);
    if (text.empty()) return passed;
    return fmt::format(
        "two instances that see the same network with the same seed differ: {}. Draw random numbers from "
        "random/1, set every value that is emitted or computed with, and keep nothing in static variables",
        text);
  });
}

// An instance with the first configuration and one with each: what a static variable keeps of the parameters
// differs, too.
Finding instances(Context& context) {
  const Workbench bench(context);
  const Configuration first = configurations(context, bench).front();
  return in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    const auto one_session = [&] {
      return std::make_unique<Session>(bench, context.component(), briefly(first), context.seed());
    };
    const auto other_session = [&] {
      return std::make_unique<Session>(bench, context.component(), briefly(configuration),
                                       context.seed() + 1);
    };
    const auto one_alone = observe_all(*one_session()), other_alone = observe_all(*other_session());
    const auto a = one_session(), b = other_session();
    const auto difference_of = [&](const std::vector<Emissions>& one, const std::vector<Emissions>& other) {
      const std::string text = difference(a->series(), one_alone, one);
      return text.empty() ? difference(b->series(), other_alone, other) : text;
    };
    context.doing("observations by two instances in turn");
    std::vector<Emissions> one, other;
    for (int i = 0; i < std::max(a->recordings(), b->recordings()); ++i) {
      if (i < a->recordings()) one.push_back(a->observe(i));
      if (i < b->recordings()) other.push_back(b->observe(i));
    }
    std::string text = difference_of(one, other);
    if (text.empty()) {
      context.doing("observations by two instances at the same time");
      const auto c = one_session(), d = other_session();
      auto beside = std::async(std::launch::async, [&] { return observe_all(*d); });
      one = observe_all(*c);
      text = difference_of(one, beside.get());
    }
    if (text.empty()) return passed;
    return fmt::format(
        "beside a second instance it emits other values than alone: {}. Keep what belongs to an instance in "
        "the instance, not in static variables",
        text);
  });
}

Finding threads(Context& context) {
  const Workbench bench(context);
  return in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    const auto made = [&] {
      return std::make_unique<Session>(bench, context.component(), briefly(configuration), context.seed());
    };
    const auto here = observe_all(*made());
    context.doing("creation and observations, each on another thread");
    const auto session = elsewhere(made);
    std::vector<Emissions> there;
    for (int i = 0; i < session->recordings(); ++i)
      there.push_back(elsewhere([&] { return session->observe(i); }));
    const std::string text = difference(session->series(), here, there);
    if (text.empty()) return passed;
    return fmt::format(
        "called from another thread each time, it emits other values: {}. Keep what belongs to an instance "
        "in "
        "the instance, not in thread-local variables",
        text);
  });
}

Finding tasks(Context& context) {
  const Workbench bench(context);
  bool any = false;
  const Finding finding = in_each(context, bench, [&](const Configuration& configuration) -> Finding {
    Session plain(bench, context.component(), briefly(configuration), context.seed());
    const auto expected = observe_all(plain);
    context.doing("parallel tasks on another thread, the last one first");
    const Component component = watched(context.component(), Tasks::backwards_elsewhere);
    Session session(bench, component, briefly(configuration), context.seed());
    const std::string text = difference(session.series(), expected, observe_all(session));
    any = any || seen().loops > 0;
    if (text.empty()) return passed;
    return fmt::format(
        "where the tasks of its parallel loop run on another thread, the last one first, it emits other "
        "values: "
        "{}. Let each task write to a place of its own, and add up afterwards in a fixed order",
        text);
  });
  if (!any && finding.empty()) throw NotApplicable("it runs no parallel loop");
  return finding;
}

// ---- Other experiments ----

// Where creation is not refused, `recordings` observations must not fail.
Finding use(Context& context, const std::string& what, const services::Target& target,
            const services::SceneSpec& scene, services::NetworkView* network, services::Shared& shared) {
  const plugin::ParameterValues values(context.component().table(), context.given(), ".");
  context.doing("creation for " + what);
  std::unique_ptr<services::Probe> probe;
  try {
    probe = std::make_unique<services::Probe>(context.component(), values, context.id(), target, scene,
                                              network, shared, 0);
  } catch (const Error&) {  // a refusal is right; what it says is looked at by lifecycle.errors
    return passed;
  }
  context.doing("observation of " + what);
  try {
    probe->prepare();
    for (std::size_t i = 0; i < scene.recorded_steps.size(); ++i)
      probe->observe(scene.recorded_steps[i], i, i + 1 == scene.recorded_steps.size());
  } catch (const Error& error) {
    return fmt::format(
        "it accepts {} in create, but then fails: {}. Refuse in create what cannot be observed", what,
        error.what());
  }
  return passed;
}

// Nothing that a probe may expect without asking: no grid, no latent, no name, two outputs.
Finding use_on_plain_target(Context& context, services::Shared& shared) {
  const Component component = plain_target();
  const services::Target target(component, plugin::ParameterValues(component.table(), {}, ""), shared, 0);
  const Experiment around(shared, {Inputs::ring});
  nn::NetworkSpec network;
  network.inputs = network.outputs = 2;
  for (const auto& layer : around.scene().hidden) network.widths.push_back(static_cast<int>(layer.width));
  network.activations.resize(network.widths.size());
  services::SceneSpec scene = around.scene();
  scene.layout = nn::ParameterLayout(network);
  const services::SetData& train = target.data(target.train());
  KnownFunction view(2, 2, scene.layout.size(), train.inputs, train.outputs);
  view.become(0, 1);
  return use(context, "a target with two outputs, without grid, latents and names", target, scene, &view,
             shared);
}

Finding scenes(Context& context) {
  services::Shared shared(1);
  shared.seed = context.seed();
  if (Finding finding = use_on_plain_target(context, shared); !finding.empty()) return finding;
  for (const Inputs inputs : {Inputs::line, Inputs::ring})
    for (const Bend bend : {Bend::smooth, Bend::kinked})
      for (const int layers : {2, 1}) {
        Experiment around(shared, {inputs, bend, layers});
        const std::string what =
            fmt::format("an experiment with {} input{}, {} and {} hidden layer{}", static_cast<int>(inputs),
                        inputs == Inputs::line ? "" : "s", bend == Bend::smooth ? "tanh" : "ReLU", layers,
                        layers == 1 ? "" : "s");
        Finding finding = use(context, what, around.target(), around.scene(), &around.view(), shared);
        services::SceneSpec untrained = around.scene();
        untrained.loss.clear();
        untrained.steps = 0;
        untrained.recorded_steps = {0};
        if (finding.empty())
          finding =
              use(context, what + " without training", around.target(), untrained, &around.view(), shared);
        services::SceneSpec empty;
        empty.recorded_steps = {0};
        if (finding.empty())
          finding = use(context, "an experiment without a network", around.target(), empty, nullptr, shared);
        if (!finding.empty()) return finding;
      }
  return passed;
}

}  // namespace

const std::vector<Check>& probe_checks() {
  constexpr Scope scope = Scope::component;
  static const std::vector<Check> checks = {
      {"probe.inputs",
       "It only reads what it is shown, and nothing beyond its end.",
       {"lifecycle.use"},
       {"probe"},
       scope,
       inputs},
      {"probe.series",
       "It emits each declared series when it is due, in its shape, and nothing else.",
       {"probe.inputs"},
       {"probe"},
       scope,
       series},
      {"probe.same",
       "The same seeds and the same network give the same emissions.",
       {"probe.series"},
       {"probe"},
       scope,
       same},
      {"probe.threads", "Its calls may come from any thread.", {"probe.same"}, {"probe"}, scope, threads},
      {"probe.instances",
       "Two instances, in turn or at the same time, emit what each of them emits alone.",
       {"probe.threads"},
       {"probe"},
       scope,
       instances},
      {"probe.tasks",
       "Its parallel tasks may run in any order and on any thread.",
       {"probe.threads"},
       {"probe"},
       scope,
       tasks},
      {"probe.scenes",
       "An experiment that it cannot observe is refused in create.",
       {"probe.series"},
       {"probe"},
       scope,
       scenes}};
  return checks;
}

}  // namespace basso::check
