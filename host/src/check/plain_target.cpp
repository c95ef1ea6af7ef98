// One component of the ABI, without any plugin.
#include "check/plain_target.hpp"

#include <basso/services.h>

#include <cmath>

namespace basso::check {
namespace {

std::int32_t create(const basso_host* host, const basso_value* const*, void** instance, basso_error* error) {
  static int nothing = 0;
  *instance = &nothing;
  const basso_set set = BASSO_SET("train", "train", 12, 2, 2, 0, nullptr, 0);
  const auto* setup = BASSO_SERVICE(host, basso_target_setup_v1, BASSO_SERVICE_TARGET_SETUP);
  return setup->add_set(host, &set, error);
}

void destroy(void*) {}

std::int32_t fill(void*, std::uint32_t, std::uint64_t first, std::uint64_t rows, double* inputs,
                  double* outputs, double*, basso_error*) {
  for (std::uint64_t i = 0; i < rows; ++i) {
    const double angle = 2.4 * static_cast<double>(first + i), x = std::cos(angle), y = std::sin(angle);
    if (inputs) inputs[2 * i] = x, inputs[2 * i + 1] = y;
    if (outputs) outputs[2 * i] = x * y, outputs[2 * i + 1] = y;
  }
  return BASSO_OK;
}

}  // namespace

Component plain_target() {
  static const basso_target_v1 functions = {create, destroy, fill};
  static const basso_component table = [] {
    basso_component component{};
    component.size = sizeof(component);
    component.parameter_stride = sizeof(basso_parameter);
    component.kind = BASSO_TARGET_KIND;
    component.id = "checker-plain";
    component.version = "1.0.0";
    component.summary = component.source = component.services = "";
    component.functions = &functions;
    return component;
  }();
  return {&table, {}, "", nullptr};
}

}  // namespace basso::check
