// A target that has only what every target must have.
#pragma once

#include "basso/catalogue.hpp"

namespace basso::check {

// (x, y) on the unit circle -> (x y, y), on the set "train", 12 rows in no order, without axes, latents and
// names. It has no parameters.
Component plain_target();

}  // namespace basso::check
