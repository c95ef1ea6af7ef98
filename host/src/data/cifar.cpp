// CIFAR-10's binary records (see cifar.hpp).
#include "data/cifar.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "basso/error.hpp"

namespace basso::data {

CifarRecords read_cifar(const Path& path) {
  constexpr std::size_t record = 1 + cifar_pixels;
  const auto bytes = read_file(path);
  if (bytes.empty() || bytes.size() % record != 0) {
    throw Error(Exit::data,
                fmt::format("{}: {} bytes, expected a whole number of CIFAR-10 records of {} bytes",
                            path.string(), bytes.size(), record));
  }
  CifarRecords records;
  records.labels.resize(bytes.size() / record);
  records.pixels.resize(records.labels.size() * cifar_pixels);
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::uint8_t* from = &bytes[i * record];
    if (from[0] > 9) {
      throw Error(Exit::data,
                  fmt::format("{}: record {} has label {}, expected 0 to 9", path.string(), i, from[0]));
    }
    records.labels[i] = from[0];
    std::copy_n(from + 1, cifar_pixels, &records.pixels[i * cifar_pixels]);
  }
  return records;
}

}  // namespace basso::data
