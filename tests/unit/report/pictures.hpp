// Looking at figures from a test: the pixels of a PNG, the words of an SVG, and run directories of known
// series to draw.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "basso/run.hpp"
#include "data/hash.hpp"
#include "unit/run/synthetic_run.hpp"

namespace basso::test {

inline std::string file_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Pixels within 3 of a colour, and where they lie on average: row 0 is at the top.
struct Patch {
  double count = 0, row = 0, column = 0;
};

struct Picture {
  std::size_t width = 0, height = 0;
  std::vector<Patch> patches;
};

// The pixels of a PNG of 8 bits a channel, without interlacing: [height x width x channels].
struct Pixels {
  std::size_t width = 0, height = 0, channels = 0;
  std::vector<std::uint8_t> bytes;
};

inline Pixels decode_png(const std::string& png) {
  const auto byte = [&png](std::size_t at) { return static_cast<std::uint8_t>(png.at(at)); };
  const auto number = [&byte](std::size_t at) {
    return std::size_t{byte(at)} << 24 | std::size_t{byte(at + 1)} << 16 | std::size_t{byte(at + 2)} << 8 |
           byte(at + 3);
  };
  if (png.substr(1, 3) != "PNG" || byte(24) != 8 || byte(28) != 0) throw std::runtime_error("not such a PNG");
  Pixels pixels{number(16), number(20), byte(25) == 2 ? 3U : 4U, {}};
  std::string packed;
  for (std::size_t at = 8; at < png.size(); at += 12 + number(at)) {
    if (png.substr(at + 4, 4) == "IDAT") packed += png.substr(at + 8, number(at));
  }
  const std::size_t line = pixels.width * pixels.channels;
  std::vector<std::uint8_t> rows(pixels.height * (line + 1));
  uLongf size = rows.size();
  if (uncompress(rows.data(), &size, reinterpret_cast<const Bytef*>(packed.data()), packed.size()) != Z_OK)
    throw std::runtime_error("its pixels cannot be unpacked");
  pixels.bytes.resize(pixels.height * line);
  for (std::size_t y = 0; y < pixels.height; ++y) {
    const std::uint8_t filter = rows[y * (line + 1)];
    for (std::size_t i = 0; i < line; ++i) {
      const int left = i < pixels.channels ? 0 : pixels.bytes[y * line + i - pixels.channels];
      const int up = y == 0 ? 0 : pixels.bytes[(y - 1) * line + i];
      const int corner =
          y == 0 || i < pixels.channels ? 0 : pixels.bytes[(y - 1) * line + i - pixels.channels];
      const int to_left = std::abs(up - corner), to_up = std::abs(left - corner),
                to_corner = std::abs(left + up - 2 * corner);
      const int paeth = to_left <= to_up && to_left <= to_corner ? left : (to_up <= to_corner ? up : corner);
      const std::array<int, 5> guesses{0, left, up, (left + up) / 2, paeth};
      pixels.bytes[y * line + i] =
          static_cast<std::uint8_t>(rows[y * (line + 1) + 1 + i] + guesses.at(filter));
    }
  }
  return pixels;
}

inline Picture look_at(const std::filesystem::path& png, const std::vector<std::string>& colours) {
  const Pixels pixels = decode_png(file_text(png));
  Picture picture{pixels.width, pixels.height, {}};
  for (const std::string& colour : colours) {
    Patch patch;
    for (std::size_t at = 0; at < pixels.width * pixels.height; ++at) {
      bool same = true;
      for (std::size_t channel = 0; channel < 3; ++channel) {
        const int wanted = std::stoi(colour.substr(1 + 2 * channel, 2), nullptr, 16);
        same = same && std::abs(pixels.bytes[at * pixels.channels + channel] - wanted) <= 3;
      }
      if (!same) continue;
      patch.count += 1;
      const std::size_t row = at / pixels.width;
      patch.row += static_cast<double>(row);
      patch.column += static_cast<double>(at % pixels.width);
    }
    patch.row /= std::max(1.0, patch.count);
    patch.column /= std::max(1.0, patch.count);
    picture.patches.push_back(patch);
  }
  return picture;
}

inline constexpr const char* dark = "#440154";    // viridis, low end
inline constexpr const char* bright = "#fde725";  // viridis, high end
inline constexpr const char* grey = "#d4d4d4";    // not recorded

// A synthetic run with a manifest, whose [[figure]] tables are given as TOML. Its series are p.<output>.
class DrawnRun : public SyntheticRun {
 public:
  void create_with(const std::string& figures, const std::string& state = "finished") {
    create(figures);
    std::ofstream(directory.file("manifest.json"))
        << R"({"schema": 1, "state": ")" << state << R"(", "started": "", "finished": null, "seconds": 0,
  "basso": {"version": "", "commit": "", "compiler": "", "build_type": "", "flags": "", "hash": ""},
  "host": {"kernels": ""}, "plugins": [], "data": [], "verdicts": [], "profiles": ["reduced"], "set": [],
  "config_hash": ")"
        << data::hash_file(directory.file("config.resolved.toml")) << "\"}\n";
  }
  std::filesystem::path figure(const std::string& file) const { return directory.path() / "figures" / file; }
};

}  // namespace basso::test
