// numpy's .npz files: a zip archive of .npy files. Room data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/array.hpp"
#include "data/file.hpp"

namespace basso::data {

struct NamedArray {
  std::string name;  // without .npy
  Array array;
};

// The arrays in the archive's order. Entries stored or deflated, checked by their CRC-32; zip64 archives (4
// GiB and more), encrypted entries and entries that are no .npy throw Exit::data naming the file and the
// entry.
std::vector<NamedArray> read_npz(const Path& path);

// The array of that name; throws Exit::data listing the names there are. `path` is for the message.
const Array& find_array(const std::vector<NamedArray>& arrays, std::string_view name, const Path& path);

// Stored without compression, with a fixed time stamp: the same arrays give the same bytes. Written beside
// and renamed into place.
void write_npz(const Path& path, const std::vector<NamedArray>& arrays);

}  // namespace basso::data
