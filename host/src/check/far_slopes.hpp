// Derivatives at large arguments, for check_activation_slopes.cpp.
#pragma once

#include "check/activation_subject.hpp"

namespace basso::check::activation {

// A finding where `slope` is no derivative of `f` at arguments from 1,000 to 2^30, of both signs.
Finding far_slopes(const Context& context, const Subject& subject, const Setting& setting,
                   const ArrayFunction<double>& f, const ArrayFunction<double>& slope);

}  // namespace basso::check::activation
