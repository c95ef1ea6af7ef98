// PNG, the part of image.hpp that libpng does: room data.
#pragma once

#include "data/image.hpp"

namespace basso::data {

GreyImage parse_png(Bytes content, const std::string& name);

}  // namespace basso::data
