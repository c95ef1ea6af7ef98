// Probes: needs are served or refused by name, series are declared before they are emitted, nothing of a
// failed observation counts.
#include "services/probe.hpp"

#include <gmock/gmock.h>

#include <cstring>

#include "unit/services/network_fixture.hpp"

namespace basso::services::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const basso_probe_setup_v1& setup(const basso_host* host) {
  return service<basso_probe_setup_v1>(host, BASSO_SERVICE_PROBE_SETUP);
}
const basso_emit_v1& emitter(const basso_host* host) {
  return service<basso_emit_v1>(host, BASSO_SERVICE_EMIT);
}
std::int32_t declare(const basso_host* host, const char* name, std::int32_t when, basso_error* error) {
  const basso_series series = BASSO_SERIES(name, when, "", "a number", nullptr, 0);
  std::uint32_t handle = 0;
  return setup(host).add_series(host, &series, &handle, error);
}

class ProbeTest : public ::testing::Test {
 protected:
  std::unique_ptr<Probe> make(ProbeScript& script, const Component& component = probe_component()) {
    next_probe = &script;
    return std::make_unique<Probe>(component, plugin::ParameterValues(component.table(), {}, ""), "mine",
                                   *f_.target, f_.scene, f_.view.get(), f_.shared, 0);
  }
  // A probe with one series "x", whose observation is the body.
  ProbeScript observing(decltype(ProbeScript::observe) body, std::int32_t when = BASSO_EACH_RECORDING) {
    ProbeScript script;
    script.create = [when](const basso_host* host, const basso_scene*, basso_error* error) {
      return declare(host, "x", when, error);
    };
    script.observe = std::move(body);
    return script;
  }
  std::string refused_need(const std::string& what, const std::string& set, Exit code) {
    ProbeScript script;
    script.create = [&](const basso_host* host, const basso_scene*, basso_error* error) {
      std::uint32_t handle = 0;
      return setup(host).need(host, what.c_str(), set.c_str(), &handle, error);
    };
    return message_of([&] { make(script); }, code);
  }
  std::string failed_observation(ProbeScript script) {
    const auto probe = make(script);
    return message_of([&] { probe->observe(0, 0, false); }, Exit::run_failed);
  }
  NetworkFixture f_;
};

TEST_F(ProbeTest, SeesTheSceneWhenItIsCreated) {
  ProbeScript script;
  bool seen = false;
  script.create = [&](const basso_host*, const basso_scene* scene, basso_error*) -> std::int32_t {
    seen = true;
    EXPECT_STREQ(scene->sets[0]->name, "train");
    EXPECT_EQ(scene->hidden_count, 2U);
    EXPECT_EQ(scene->hidden[0]->width, 4U);
    EXPECT_STREQ(scene->hidden[1]->activation, "scaled-tanh");
    EXPECT_EQ(scene->hidden[1]->numbers[0], 0.8);
    EXPECT_EQ(scene->hidden[1]->facts->upper, 1.0);
    EXPECT_EQ(scene->block_count, 8U);  // W1 b1 p1 W2 b2 p2 W3 b3
    EXPECT_STREQ(scene->blocks[3]->name, "W2");
    EXPECT_EQ(scene->blocks[3]->rows, 3U);
    EXPECT_EQ(scene->blocks[3]->columns, 4U);
    EXPECT_STREQ(scene->blocks[2]->role, "trainable");
    EXPECT_EQ(scene->parameter_count, f_.parameters.size());
    EXPECT_EQ(scene->recorded_steps[2], 2);
    EXPECT_STREQ(scene->loss, "mse");
    EXPECT_STREQ(scene->target, "scripted");
    return BASSO_OK;
  };
  make(script);
  EXPECT_TRUE(seen);
  EXPECT_EQ(script.destroyed, 1);
}

TEST_F(ProbeTest, EveryNeedIsServed) {
  std::uint32_t handle[8];
  ProbeScript script;
  script.create = [&](const basso_host* host, const basso_scene*, basso_error* error) -> std::int32_t {
    const char* names[] = {"inputs", "outputs", "latents", "predictions", "loss"};
    for (int i = 0; i < 5; ++i)
      EXPECT_EQ(setup(host).need(host, names[i], "train", &handle[i], error), BASSO_OK);
    EXPECT_EQ(setup(host).need(host, "parameters", "", &handle[5], error), BASSO_OK);
    EXPECT_EQ(setup(host).need(host, "gradient", "", &handle[6], error), BASSO_OK);
    const double points[] = {0.1, 0.9};
    EXPECT_EQ(setup(host).add_points(host, "grid", points, 2, error), BASSO_OK);
    return setup(host).need(host, "predictions", "grid", &handle[7], error);
  };
  script.observe = [&](const basso_host*, const basso_observation* at, basso_error*) -> std::int32_t {
    const auto need = [&](int i) { return at->needs[handle[i]]; };
    EXPECT_EQ(need(0).data, f_.target->data(0).inputs.data());
    EXPECT_EQ(need(1).data[2], 0.4);
    EXPECT_EQ(need(2).data[2], 2.0);
    EXPECT_EQ(need(3).rows, 5U);
    double mse = 0;
    for (std::size_t i = 0; i < 5; ++i) mse += std::pow(need(3).data[i] - need(1).data[i], 2) / 5;
    EXPECT_EQ(need(4).rows * need(4).columns, 1U);
    EXPECT_NEAR(need(4).data[0], mse, 1e-15);
    EXPECT_EQ(need(5).columns, f_.parameters.size());
    EXPECT_EQ(need(5).data[0], f_.parameters[0]);
    EXPECT_EQ(need(6).columns, f_.parameters.size());
    EXPECT_EQ(need(7).rows, 2U);
    return BASSO_OK;
  };
  const auto probe = make(script);
  f_.view->refresh();
  EXPECT_TRUE(probe->observe(0, 0, false).empty());
}

TEST_F(ProbeTest, UnknownNeedsAreRefusedByName) {
  EXPECT_THAT(
      refused_need("hessian", "train", Exit::plugin),
      AllOf(HasSubstr("probe mine (scripted): this host"), HasSubstr("'hessian'"), HasSubstr("predictions")));
  EXPECT_THAT(refused_need("outputs", "test", Exit::usage),
              AllOf(HasSubstr("no set 'test'"), HasSubstr("train")));
  f_.scene.loss = "";
  EXPECT_THAT(refused_need("loss", "train", Exit::plugin), HasSubstr("no [train]"));
  f_.scene = SceneSpec{};
  EXPECT_THAT(refused_need("predictions", "train", Exit::plugin), HasSubstr("no [network]"));
}

TEST_F(ProbeTest, OwnPointsHaveInputsAndPredictionsOnly) {
  ProbeScript script;
  script.create = [](const basso_host* host, const basso_scene*, basso_error* error) {
    const double points[] = {0.1, 0.9};
    std::uint32_t handle = 0;
    EXPECT_EQ(setup(host).add_points(host, "train", points, 2, error), BASSO_ERROR_INTERNAL);
    EXPECT_EQ(setup(host).add_points(host, "grid", points, 0, error), BASSO_ERROR_INTERNAL);
    EXPECT_EQ(setup(host).add_points(host, "grid", points, 2, error), BASSO_OK);
    return setup(host).need(host, "outputs", "grid", &handle, error);
  };
  EXPECT_THAT(message_of([&] { make(script); }, Exit::plugin), HasSubstr("'grid' have no outputs"));
}

TEST_F(ProbeTest, EmitsDeclaredSeriesInTheirOrder) {
  const std::vector<double> frequencies = {5, 10};
  ProbeScript script;
  script.create = [&](const basso_host* host, const basso_scene*, basso_error* error) -> std::int32_t {
    const basso_axis axis = BASSO_AXIS_VALUES("frequency", "cycles", 2, frequencies.data());
    const basso_axis* axes[] = {&axis};
    const basso_series series = BASSO_SERIES("magnitude", BASSO_EACH_RECORDING, "1", "an amplitude", axes, 1);
    std::uint32_t handle = 9;
    EXPECT_EQ(setup(host).add_series(host, &series, &handle, error), BASSO_OK);
    EXPECT_EQ(handle, 0U);
    EXPECT_EQ(declare(host, "magnitude", BASSO_ONCE, error), BASSO_ERROR_INTERNAL);
    return declare(host, "end", BASSO_FINAL, error);
  };
  script.observe = [](const basso_host* host, const basso_observation* at, basso_error* error) {
    const double values[] = {1, 2};
    if (at->last) {
      EXPECT_EQ(emitter(host).emit(host, 1, values, 1, error), BASSO_OK);
    }
    return emitter(host).emit(host, 0, values, 2, error);
  };
  const auto probe = make(script);
  ASSERT_EQ(probe->series().size(), 2U);
  EXPECT_EQ(probe->series()[0].count, 2U);
  EXPECT_THAT(probe->series()[0].axes[0].coordinates(), ElementsAre(5, 10));
  EXPECT_EQ(probe->series()[1].when, When::final);
  const Emissions first = probe->observe(0, 0, false);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_THAT(first[0].values, ElementsAre(1, 2));
  const Emissions last = probe->observe(2, 1, true);
  ASSERT_EQ(last.size(), 2U);
  EXPECT_EQ(last[1].series, 1U);
}

TEST_F(ProbeTest, WrongEmissionsFailTheObservationWithTheSeriesName) {
  const double values[] = {1, 2};
  EXPECT_THAT(
      failed_observation(observing([](auto...) { return BASSO_OK; })),
      AllOf(HasSubstr("probe mine (scripted): observe"), HasSubstr("'x' was declared but not emitted")));
  const auto emitting = [&](std::uint32_t series, std::uint64_t count, int times, std::int32_t when) {
    return failed_observation(observing(
        [=, &values](const basso_host* host, const basso_observation*, basso_error* error) {
          std::int32_t status = BASSO_OK;
          for (int i = 0; i < times && status == BASSO_OK; ++i)
            status = emitter(host).emit(host, series, values, count, error);
          return status;
        },
        when));
  };
  EXPECT_THAT(emitting(4, 1, 1, BASSO_EACH_RECORDING), HasSubstr("series number 4"));
  EXPECT_THAT(emitting(0, 2, 1, BASSO_EACH_RECORDING), HasSubstr("with 2 values"));
  EXPECT_THAT(emitting(0, 1, 2, BASSO_EACH_RECORDING), HasSubstr("twice"));
  EXPECT_THAT(emitting(0, 1, 1, BASSO_FINAL), HasSubstr("last observation only"));
  EXPECT_THAT(
      failed_observation(observing([](auto...) -> std::int32_t { throw std::runtime_error("oops"); })),
      AllOf(HasSubstr("exception"), HasSubstr("oops")));
  EXPECT_THAT(
      failed_observation(observing([](const basso_host*, const basso_observation*, basso_error* error) {
        return basso_fail(error, BASSO_ERROR_INTERNAL, "the matrix is singular");
      })),
      HasSubstr("the matrix is singular"));
}

TEST_F(ProbeTest, OnceIsTheFirstObservation) {
  ProbeScript script = observing(
      [](const basso_host* host, const basso_observation*, basso_error* error) {
        const double value = 1;
        return emitter(host).emit(host, 0, &value, 1, error);
      },
      BASSO_ONCE);
  const auto probe = make(script);
  EXPECT_EQ(probe->observe(0, 0, false).size(), 1U);
  EXPECT_THAT(message_of([&] { probe->observe(1, 1, false); }, Exit::run_failed),
              HasSubstr("first observation only"));
}

TEST_F(ProbeTest, AParallelTaskMayEvaluateButNotEmit) {
  struct Context {
    const basso_host* host;
    double values[3];
  };
  f_.shared.stop = nullptr;
  ProbeScript script = observing([](const basso_host* host, const basso_observation*, basso_error* error) {
    Context context{host, {}};
    const auto evaluate = [](void* c, std::uint64_t i, basso_error* e) {
      auto* in = static_cast<Context*>(c);
      const double point = 0.1 * static_cast<double>(i);
      return service<basso_evaluate_v1>(in->host, BASSO_SERVICE_EVALUATE)
          .evaluate(in->host, nullptr, &point, 1, &in->values[i], e);
    };
    const auto emit = [](void* c, std::uint64_t, basso_error* e) {
      auto* in = static_cast<Context*>(c);
      return emitter(in->host).emit(in->host, 0, in->values, 1, e);
    };
    const auto& parallel = service<basso_parallel_v1>(host, BASSO_SERVICE_PARALLEL);
    EXPECT_EQ(parallel.run(host, 3, evaluate, &context, error), BASSO_OK);
    EXPECT_EQ(parallel.run(host, 1, emit, &context, error), BASSO_ERROR_INTERNAL);
    return emitter(host).emit(host, 0, &context.values[1], 1, error);
  });
  const auto probe = make(script);
  f_.view->refresh();
  double expected = 0;
  const double point = 0.1;
  f_.view->evaluate(nullptr, &point, 1, &expected);
  EXPECT_EQ(probe->observe(0, 0, false)[0].values[0], expected);
}

TEST_F(ProbeTest, TheNetworkCanBeEvaluatedDuringObserveOnly) {
  ProbeScript script;
  script.create = [](const basso_host* host, const basso_scene*, basso_error* error) {
    const double point = 0;
    double output = 0;
    return service<basso_evaluate_v1>(host, BASSO_SERVICE_EVALUATE)
        .evaluate(host, nullptr, &point, 1, &output, error);
  };
  EXPECT_THAT(message_of([&] { make(script); }, Exit::plugin), HasSubstr("during observe only"));
}

TEST_F(ProbeTest, ReadsTheTargetsRowsWhenItIsCreated) {
  ProbeScript script;
  script.create = [](const basso_host* host, const basso_scene*, basso_error* error) {
    const auto& sets = service<basso_sets_v1>(host, BASSO_SERVICE_SETS);
    double outputs[2] = {0, 0};
    std::uint32_t lines = 9;
    EXPECT_EQ(sets.read(host, 0, 3, 2, nullptr, outputs, nullptr, error), BASSO_OK);
    EXPECT_EQ(outputs[1], 0.8);
    EXPECT_EQ(sets.lines(host, 0, 0, nullptr, nullptr, nullptr, &lines, error), BASSO_OK);
    EXPECT_EQ(lines, 0U);
    EXPECT_EQ(sets.read(host, 1, 0, 1, nullptr, outputs, nullptr, error), BASSO_ERROR_INTERNAL);
    return sets.read(host, 0, ~std::uint64_t{0}, 2, nullptr, outputs, nullptr, error);
  };
  EXPECT_THAT(message_of([&] { make(script); }, Exit::plugin), HasSubstr("has 5 rows"));
}

TEST_F(ProbeTest, PreparesAndKeepsItsState) {
  static int prepared, remembered;
  static const basso_prepare_v1 prepare = {[](void*, basso_error*) -> std::int32_t { return ++prepared, 0; }};
  static const basso_state_v1 state = {
      [](void*, std::uint8_t* buffer, std::uint64_t capacity, std::uint64_t* bytes,
         basso_error*) -> std::int32_t {
        *bytes = sizeof(remembered);
        if (capacity >= sizeof(remembered)) std::memcpy(buffer, &remembered, sizeof(remembered));
        return BASSO_OK;
      },
      [](void*, const std::uint8_t* buffer, std::uint64_t bytes, basso_error* error) -> std::int32_t {
        if (bytes != sizeof(remembered)) return basso_fail(error, BASSO_ERROR_DATA, "not a state of mine");
        std::memcpy(&remembered, buffer, sizeof(remembered));
        return BASSO_OK;
      }};
  static const basso_extension extensions[] = {{"prepare/1", &prepare}, {"state/1", &state}};
  ProbeScript script = observing([](auto...) { return BASSO_OK; });
  const auto probe = make(script, probe_component("scripted", extensions, 2));
  probe->prepare();
  EXPECT_EQ(prepared, 1);
  remembered = 42;
  ASSERT_TRUE(probe->has_state());
  const std::vector<std::uint8_t> bytes = probe->save_state();
  remembered = 0;
  probe->load_state(bytes);
  EXPECT_EQ(remembered, 42);
  EXPECT_THAT(message_of([&] { probe->load_state(std::span(bytes).first(1)); }, Exit::data),
              HasSubstr("not a state of mine"));
}

TEST_F(ProbeTest, AComponentOfAnotherKindIsRefused) {
  ProbeScript script;
  next_probe = &script;
  EXPECT_THAT(message_of([&] { make(script, target_component()); }, Exit::plugin), HasSubstr("is no probe"));
}

}  // namespace
}  // namespace basso::services::test
