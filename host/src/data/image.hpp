// Grey images in PNG and PGM files: room data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/file.hpp"

namespace basso::data {

struct GreyImage {
  std::uint64_t height = 0, width = 0;
  unsigned bits = 8;                  // of a level: 8 or 16
  std::vector<std::uint16_t> levels;  // [height x width], rows from the top, as they stand in the file
};

// PNG (grey, 8 or 16 bits, also interlaced) or PGM (P2 and P5, one image; the largest level decides: above
// 255 there are 16 bits), told apart by their first bytes. Everything else (colour, transparency, fewer bits,
// other formats), and content that is truncated, corrupt, or smaller than its header says, throws Exit::data
// naming `name`. The size in the header is compared with the content before memory is taken for it.
GreyImage parse_image(Bytes content, const std::string& name);
GreyImage read_image(const Path& path);

}  // namespace basso::data
