// Content hashes of files and buffers, XXH3 with 128 bits, as 32 lower-case hexadecimal digits: room data.
// They tell files apart in manifests; they are no protection against intent.
#pragma once

#include <string>

#include "data/file.hpp"

namespace basso::data {

std::string hash_file(const Path& path);  // streamed
std::string hash_bytes(Bytes bytes);

}  // namespace basso::data
