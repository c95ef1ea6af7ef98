// Family "activation": the list of its checks. ABI rules: activation.h.
#include "check/activation_checks.hpp"

namespace basso::check {

const std::vector<Check>& activation_checks() {
  using namespace activation;
  constexpr Scope scope = Scope::component;
  const std::vector<const char*> of = {"activation"};
  const auto check = [&](const char* id, const char* explanation, std::vector<const char*> needs,
                         Finding (*run)(Context&), bool also_alone = false) {
    return Check{id, explanation, std::move(needs), of, scope, run, also_alone};
  };
  static const std::vector<Check> checks = {
      check("activation.calls", "The array functions return from calls with ordinary arguments.",
            {"lifecycle.create"}, calls),
      check("activation.alignment", "Its arrays need no alignment beyond that of an element.",
            {"activation.calls"}, alignment),
      check("activation.edges", "Nothing outside the arrays is read or written, and inputs are only read.",
            {"activation.alignment"}, edges),
      check("activation.repeat", "The same call gives the same bytes each time.", {"activation.edges"},
            repeat),
      check("activation.lengths", "Every element is computed, whatever the length of the array.",
            {"activation.repeat"}, lengths),
      check("activation.position", "The bits of a result do not depend on its place in the array.",
            {"activation.lengths"}, position),
      check("activation.in-place", "The result may lie over an input, with the same bytes.",
            {"activation.lengths"}, in_place),
      check("activation.environment", "No call changes the floating-point environment.", {"activation.edges"},
            environment),
      check("activation.allocations", "The array functions do not allocate memory.", {"activation.edges"},
            allocations),
      check("activation.threads", "Calls from several threads at once give the same bytes.",
            {"activation.repeat"}, threads),
      check("activation.nan", "NaN gives NaN, and does not touch its neighbours.", {"activation.repeat"},
            nan),
      check("activation.finite", "No argument up to 2^40 (float64: 2^320) gives NaN.", {"activation.nan"},
            finite),
      check("activation.subnormal", "Subnormal arguments give what the numbers around them give.",
            {"activation.finite"}, subnormal),
      check("activation.infinity", "An infinity gives the limit where there is one.", {"activation.finite"},
            infinity),
      check("activation.isolated", "No result stands alone among those of neighbouring arguments.",
            {"activation.finite"}, isolated),
      check("activation.facts",
            "What it states about itself is well-formed and holds for all trainable values.",
            {"activation.repeat"}, facts),
      check("activation.float64", "The float64 functions compute in float64.",
            {"activation.finite", "activation.facts"}, float64),
      check("activation.kinks",
            "There is no kink but the stated ones, where the derivative is that of either side.",
            {"activation.float64", "activation.isolated"}, kinks),
      check("activation.derivative", "The derivative agrees with differences of the value.",
            {"activation.kinks"}, derivative, true),
      check("activation.second", "second/1 agrees with differences of the derivative.",
            {"activation.derivative"}, second, true),
      check("activation.trainable",
            "trainable/1 agrees with differences of the value in each trainable parameter.",
            {"activation.float64"}, trainable),
      check("activation.float32", "float32 agrees with float64 but for rounding.",
            {"activation.float64", "activation.isolated"}, float32),
      check("activation.bounds", "No value lies beyond the stated bounds.", {"activation.facts"}, bounds),
      check("activation.lipschitz",
            "No two values are further apart than the stated Lipschitz constant allows.",
            {"activation.facts"}, lipschitz),
      check("activation.parity", "The function is even or odd as stated.", {"activation.facts"}, parity),
      check("activation.monotone", "The function rises or falls as stated.", {"activation.facts"}, monotone),
      check("activation.piecewise-linear", "The function is linear between its kinks as stated.",
            {"activation.kinks"}, piecewise_linear, true),
      check("activation.zeros", "Value and derivative are exactly 0 where they are stated to be.",
            {"activation.facts"}, zeros),
      check("activation.fourier", "fourier/1 agrees with quadrature of the value.", {"activation.kinks"},
            fourier, true),
      check("activation.layers", "layers/1 gives numbers inside their ranges and known laws.",
            {"activation.facts"}, layers),
      check("activation.speed",
            "The array functions vectorise: one instruction stores several elements, and none takes 12 "
            "times as long as the SDK's tanh.",
            {"activation.repeat"}, speed)};
  return checks;
}

}  // namespace basso::check
