// Targets: declarations are checked, data is filled once and finite, failures carry the right exit code.
#include "services/target.hpp"

#include <gmock/gmock.h>

#include <array>
#include <thread>

#include "basso/plugin_calls.hpp"
#include "plugin/growable.hpp"
#include "unit/services/scripted.hpp"

namespace basso::services::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class TargetTest : public ::testing::Test {
 protected:
  std::unique_ptr<Target> make(TargetScript& script, const Component& component = target_component()) {
    next_target = &script;
    return std::make_unique<Target>(component, plugin::ParameterValues(component.table(), {}, ""), shared_,
                                    0);
  }
  std::string refusal(TargetScript& script, Exit code) {
    return message_of([&] { make(script); }, code);
  }
  // What is said about a target that declares these sets.
  std::string refusal_of(const std::vector<basso_set>& sets, Exit code = Exit::plugin) {
    TargetScript script = line_target();
    script.create = [sets](const basso_host* host, basso_error* error) {
      for (const basso_set& set : sets)
        if (const auto status =
                service<basso_target_setup_v1>(host, BASSO_SERVICE_TARGET_SETUP).add_set(host, &set, error);
            status != BASSO_OK)
          return status;
      return std::int32_t{BASSO_OK};
    };
    return refusal(script, code);
  }
  Shared shared_;
};

TEST_F(TargetTest, CopiesItsDeclarationsDeeply) {
  TargetScript script = line_target();
  script.create = [](const basso_host* host, basso_error* error) {
    std::string name = "train", axis_name = "z", label = "first";
    const double values[] = {0.0, 0.5};
    const char* labels[] = {label.c_str(), "second"};
    basso_axis axis = BASSO_AXIS_VALUES(axis_name.c_str(), "turns", 2, values);
    axis.period = 1;
    axis.labels = labels;
    const basso_axis* axes[] = {&axis};
    const char* latents[] = {axis_name.c_str()};
    basso_set set = BASSO_SET(name.c_str(), "train", 2, 1, 1, 1, axes, 1);
    set.latent_names = latents;
    set.provenance = "made here";
    const auto status =
        service<basso_target_setup_v1>(host, BASSO_SERVICE_TARGET_SETUP).add_set(host, &set, error);
    name = axis_name = label = "overwritten";
    return status;
  };
  const auto target = make(script);
  ASSERT_EQ(target->sets().size(), 1U);
  const SetInfo& info = target->sets()[0];
  EXPECT_EQ(info.name, "train");
  EXPECT_EQ(info.provenance, "made here");
  EXPECT_EQ(info.axes[0].name, "z");
  EXPECT_EQ(info.axes[0].labels[0], "first");
  const basso_set& abi = *target->abi_sets()[0];
  EXPECT_STREQ(abi.axes[0]->labels[1], "second");
  EXPECT_EQ(abi.axes[0]->values[1], 0.5);
  EXPECT_EQ(abi.axes[0]->period, 1.0);
  EXPECT_EQ(info.latent_names[0], "z");
  EXPECT_STREQ(abi.latent_names[0], "z");
  EXPECT_EQ(target->bytes(), 2U * 3 * 8);
}

TEST_F(TargetTest, FillsASetOnceInChunksAndDestroysItsInstance) {
  TargetScript script = line_target();
  int fills = 0;
  const auto fill = script.fill;
  script.fill = [&](auto... arguments) { return ++fills, fill(arguments...); };
  {
    const auto target = make(script);
    EXPECT_EQ(fills, 0);
    EXPECT_EQ(target->data(0).outputs, (std::vector<double>{0, 0.2, 0.4, 0.6, 0.8}));
    EXPECT_EQ(target->data(target->train()).latents[4], 4.0);
    EXPECT_EQ(fills, 1);
    EXPECT_EQ(target->find("test"), Target::npos);
  }
  EXPECT_EQ(script.destroyed, 1);
}

TEST_F(TargetTest, AFailingCreationMapsItsStatusToTheExitCode) {
  const auto failing = [&](std::int32_t status, Exit code) {
    TargetScript script = line_target();
    script.create = [status](const basso_host*, basso_error* error) {
      return basso_fail(error, status, "the list of amplitudes is empty");
    };
    EXPECT_EQ(refusal(script, code), "target scripted: the list of amplitudes is empty");
    EXPECT_EQ(script.destroyed, 0);
  };
  failing(BASSO_ERROR_PARAMETER, Exit::usage);
  failing(BASSO_ERROR_DATA, Exit::data);
  failing(BASSO_ERROR_UNSUPPORTED, Exit::plugin);
  failing(BASSO_ERROR_MEMORY, Exit::plugin);
  failing(BASSO_ERROR_INTERNAL, Exit::plugin);
  failing(BASSO_ERROR_CANCELLED, Exit::interrupted);
  failing(77, Exit::plugin);
  TargetScript silent = line_target();
  silent.create = [](const basso_host*, basso_error*) { return std::int32_t{BASSO_ERROR_INTERNAL}; };
  EXPECT_THAT(refusal(silent, Exit::plugin), HasSubstr("gave no reason"));
  TargetScript throwing = line_target();
  throwing.create = [](const basso_host*, basso_error*) -> std::int32_t { throw std::runtime_error("oops"); };
  EXPECT_THAT(refusal(throwing, Exit::plugin), AllOf(HasSubstr("exception"), HasSubstr("oops")));
}

TEST_F(TargetTest, RefusesDeclarationsThatDoNotFit) {
  const basso_set train = BASSO_SET("train", "train", 5, 1, 1, 0, nullptr, 0);
  const auto with = [&](auto change) {
    basso_set set = train;
    change(set);
    return set;
  };
  EXPECT_THAT(refusal_of({}), HasSubstr("no set named 'train'"));
  EXPECT_THAT(refusal_of({train, train}), HasSubstr("two sets are named 'train'"));
  EXPECT_THAT(refusal_of({with([](basso_set& s) { s.rows = 0; })}), HasSubstr("none may be 0"));
  EXPECT_THAT(refusal_of({with([](basso_set& s) { s.role = "training"; })}), HasSubstr("role 'training'"));
  EXPECT_THAT(refusal_of({with([](basso_set& s) { s.name = "a b"; })}), HasSubstr("no proper name"));
  EXPECT_THAT(refusal_of({with([](basso_set& s) { s.size = 8; })}), HasSubstr("shorter than"));
  EXPECT_THAT(refusal_of({train, with([](basso_set& s) { s.name = "test", s.output_dim = 2; })}),
              HasSubstr("has 2 outputs"));
  EXPECT_THAT(refusal_of({train, with([](basso_set& s) { s.name = "test", s.input_dim = 3; })}),
              HasSubstr("has 3 inputs"));
  EXPECT_THAT(refusal_of({with([](basso_set& s) { s.rows = ~std::uint64_t{0}; })}), HasSubstr("too many"));
  EXPECT_THAT(refusal_of({with([](basso_set& s) { s.rows = std::uint64_t{1} << 50; })}, Exit::usage),
              HasSubstr("MiB"));
  const basso_axis axis = BASSO_AXIS("z", "", 4, 0, 0.25, 1);
  const basso_axis* axes[] = {&axis, &axis};
  EXPECT_THAT(refusal_of({with([&](basso_set& s) { s.axes = axes, s.axis_count = 1; })}),
              HasSubstr("multiply to 4, it has 5 rows"));
  EXPECT_THAT(refusal_of({with([&](basso_set& s) { s.axes = axes, s.axis_count = 2; })}),
              HasSubstr("two axes 'z'"));
  EXPECT_THAT(refusal_of({with([&](basso_set& s) { s.axis_count = 1; })}), HasSubstr("NULL"));
  const char* names[] = {"x", "x"};
  EXPECT_THAT(refusal_of({with([&](basso_set& s) { s.latent_names = names, s.latent_dim = 2; })}),
              HasSubstr("a name of a latent coordinate is 'x'"));
  EXPECT_THAT(refusal_of({with([](basso_set& s) { s.reserved = 1; })}), HasSubstr("`reserved` is not 0"));
  basso_axis reserved = axis;
  reserved.reserved = 1;
  axes[0] = &reserved;
  EXPECT_THAT(refusal_of({with([&](basso_set& s) { s.axes = axes, s.axis_count = 1; })}),
              HasSubstr("`reserved` of an axis is not 0"));
}

TEST_F(TargetTest, ReadsADeclaredStructAsFarAsItsSizeSays) {
  struct Longer {
    basso_set known;
    std::uint64_t of_a_later_abi[4];
  };
  Longer longer{BASSO_SET("train", "train", 5, 1, 1, 1, nullptr, 0), {1, 2, 3, 4}};
  longer.known.size = sizeof(Longer);
  TargetScript script = line_target();
  script.create = [&](const basso_host* host, basso_error* error) {
    return service<basso_target_setup_v1>(host, BASSO_SERVICE_TARGET_SETUP)
        .add_set(host, &longer.known, error);
  };
  const auto target = make(script);
  EXPECT_EQ(target->sets()[0].rows, 5U);
  EXPECT_EQ(target->abi_sets()[0]->size, sizeof(basso_set));

  basso_set shorter = longer.known;
  shorter.size = offsetof(basso_set, provenance);
  shorter.provenance = "behind the end";
  EXPECT_EQ(plugin::grown(shorter).provenance, nullptr);
  EXPECT_EQ(plugin::grown(shorter).rows, 5U);
}

TEST_F(TargetTest, AValueThatIsMissingOrNotFiniteIsNamed) {
  TargetScript script = line_target();
  script.fill = [](std::uint32_t, std::uint64_t, std::uint64_t, double* x, double* y, double* z,
                   basso_error*) {
    std::fill_n(x, 5, 1.0);
    std::fill_n(z, 5, 1.0);
    std::fill_n(y, 3, 1.0);  // the last two are left out
    return std::int32_t{BASSO_OK};
  };
  const auto target = make(script);
  EXPECT_THAT(message_of([&] { target->data(0); }, Exit::run_failed),
              AllOf(HasSubstr("target scripted: fill: output 0 of row 3 of the set 'train'")));
  TargetScript corrupt = line_target();
  corrupt.fill = [](std::uint32_t, std::uint64_t, std::uint64_t, double*, double*, double*,
                    basso_error* error) {
    return basso_fail(error, BASSO_ERROR_DATA, "the file ended early");
  };
  const auto other = make(corrupt);
  EXPECT_THAT(message_of([&] { other->data(0); }, Exit::data), HasSubstr("the file ended early"));
}

TEST_F(TargetTest, WhatIsWrittenBesideAnArrayIsFound) {
  const auto said = [&](int array, std::ptrdiff_t place) {
    TargetScript script = line_target();
    const auto fill = script.fill;
    script.fill = [&](std::uint32_t set, std::uint64_t first, std::uint64_t rows, double* x, double* y,
                      double* z, basso_error* error) {
      std::array{x, y, z}[static_cast<std::size_t>(array)][place] = 1;
      return fill(set, first, rows, x, y, z, error);
    };
    const auto target = make(script);
    return message_of([&] { target->data(0); }, Exit::run_failed);
  };
  EXPECT_EQ(said(0, -1),
            "target scripted: fill: something was written before the inputs; basso plugin check "
            "target/scripted finds where");
  EXPECT_THAT(said(1, 5), HasSubstr("fill: something was written behind the end of the outputs;"));
  EXPECT_THAT(said(2, 68), HasSubstr("fill: something was written behind the end of the latents;"));
}

TEST_F(TargetTest, TheCallInProgressIsKnown) {
  TargetScript script = line_target();
  const auto fill = script.fill;
  std::string inside, elsewhere;
  script.fill = [&](auto... arguments) {
    const PluginCall* call = plugin_call();
    inside = call ? std::string(call->who) + ": " + call->call + ", " + call->component : "";
    std::thread([&] { elsewhere = plugin_call() ? "the same" : plugin_calls_text(); }).join();
    return fill(arguments...);
  };
  EXPECT_EQ(plugin_calls_text(), "");
  make(script)->data(0);
  EXPECT_EQ(inside, "target scripted: fill, target/scripted");
  EXPECT_EQ(elsewhere, "target scripted: fill");
  EXPECT_EQ(plugin_call(), nullptr);
}

TEST_F(TargetTest, GivesItsExactLinesWhereItStatesThem) {
  static bool sorted;
  static const basso_spectrum_v1 spectrum = {[](void*, std::uint32_t, std::uint32_t capacity, double* k,
                                                double* real, double* imaginary, std::uint32_t* count,
                                                basso_error*) -> std::int32_t {
    *count = 2;
    for (std::uint32_t i = 0; i < 2 && i < capacity; ++i) {
      k[i] = sorted ? 5.0 * (i + 1) : 5;
      real[i] = 0;
      imaginary[i] = -1;
    }
    return BASSO_OK;
  }};
  static const basso_extension extensions[] = {{"spectrum/1", &spectrum}};
  const Component component = target_component("scripted", extensions, 1);
  TargetScript script = line_target();
  sorted = true;
  const auto target = make(script, component);
  ASSERT_EQ(target->lines(0).size(), 2U);
  EXPECT_EQ(target->lines(0)[1].k, 10.0);
  EXPECT_EQ(target->lines(0)[1].imaginary, -1.0);
  sorted = false;
  const auto unsorted = make(script, component);
  EXPECT_THAT(message_of([&] { unsorted->lines(0); }, Exit::run_failed), HasSubstr("ascend"));
  EXPECT_TRUE(make(script)->lines(0).empty());
}

}  // namespace
}  // namespace basso::services::test
