// The checks of the family "activation", file by file. Their list with what each one asserts is in
// check_activation.cpp.
#pragma once

#include "check/check.hpp"

namespace basso::check::activation {

// check_activation_calls.cpp: how arrays are read and written.
Finding calls(Context& context);
Finding alignment(Context& context);
Finding edges(Context& context);
Finding repeat(Context& context);
Finding lengths(Context& context);
Finding position(Context& context);
Finding in_place(Context& context);
// check_activation_manners.cpp: what else a call does.
Finding environment(Context& context);
Finding allocations(Context& context);
Finding threads(Context& context);
// check_activation_speed.cpp
Finding speed(Context& context);
// check_activation_special.cpp: arguments that are not ordinary numbers.
Finding nan(Context& context);
Finding finite(Context& context);
Finding infinity(Context& context);
Finding subnormal(Context& context);
// check_activation_isolated.cpp
Finding isolated(Context& context);
// check_activation_precision.cpp, check_activation_slopes.cpp: whether the numbers are right.
Finding float32(Context& context);
Finding float64(Context& context);
Finding derivative(Context& context);
Finding second(Context& context);
Finding trainable(Context& context);
// check_activation_facts.cpp, check_activation_kinks.cpp: whether what it states about itself is true.
Finding facts(Context& context);
Finding bounds(Context& context);
Finding lipschitz(Context& context);
Finding parity(Context& context);
Finding monotone(Context& context);
Finding zeros(Context& context);
Finding kinks(Context& context);
Finding piecewise_linear(Context& context);
// check_activation_tables.cpp: closed-form transform and rules by layer.
Finding fourier(Context& context);
Finding layers(Context& context);

}  // namespace basso::check::activation
