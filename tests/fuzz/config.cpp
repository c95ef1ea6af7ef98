// Experiment files, over plugins of this program that have parameters of each type. What is accepted resolves
// to a file that is accepted, too, with the same points, and resolves to itself; its recordings can be read
// back from it.
#include <basso/plugin.hpp>

#include <cstdint>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "basso/catalogue.hpp"
#include "basso/experiment.hpp"
#include "basso/own_plugins.hpp"
#include "fuzz/targets.hpp"
#include "run/config.hpp"

namespace {

const basso_parameter all_types[] = {
    BASSO_PARAMETER("flag", "bool", "true", "", "", "A bool."),
    BASSO_PARAMETER("count", "integer", "3", "[1,64]", "", "An integer."),
    BASSO_PARAMETER("size", "real", "0.5", "(0,inf)", "m", "A real."),
    BASSO_PARAMETER("word", "string", "\"word\"", "", "", "A string."),
    BASSO_PARAMETER("which", "choice", "\"one\"", "one|two", "", "A choice."),
    BASSO_PARAMETER("sizes", "reals", "[0.5, 1.0]", "[0,1e9]", "", "Reals."),
    BASSO_PARAMETER("counts", "integers", "[2, 3]", "", "", "Integers."),
    BASSO_PARAMETER("file", "path", "\"\"", "", "", "A path.")};
const basso_parameter numbers[] = {BASSO_PARAMETER("a", "real", "1.0", "[-4,4]", "", "A number.")};

struct Line {
  template <class T>
  static T value(T x, const T* p) {
    return x * p[0];
  }
};

class NoTarget {
 public:
  NoTarget(basso::target_setup&, const basso::values&) {}
  void fill(std::uint32_t, std::uint64_t, const basso::point&) const {}
};

class NoProbe {
 public:
  NoProbe(basso::probe_setup&, const basso::values&) {}
  void observe(const basso::observation&) const {}
};

BASSO_ACTIVATION_CLASS(line, Line, "line", "1.0.0", "a x", "the tests", BASSO_TABLE(numbers))
BASSO_TARGET_CLASS(no_target, NoTarget, "points", "1.0.0", "None", "the tests", "", BASSO_TABLE(all_types))
BASSO_PROBE_CLASS(no_probe, NoProbe, "look", "1.0.0", "None", "the tests", "", BASSO_TABLE(all_types))

basso::Catalogue own_plugins() {
  basso::Catalogue catalogue({});
  catalogue.add(basso::OwnPlugins{&line, &no_target, &no_probe});
  return catalogue;
}

std::string points_text(const basso::ExperimentData& data) {
  std::string text;
  for (const basso::PointSettings& point : data.points) text += point_toml(point);
  return text;
}

}  // namespace

namespace basso::fuzz {

void config(Bytes input) {
  static const Catalogue catalogue = own_plugins();
  const std::string text = text_of(input);
  std::string resolved, points;
  const auto take = [&](const Experiment& experiment) {
    resolved = experiment.resolved_toml();
    points = points_text(experiment.data());
  };
  if (!accepts([&] { take(Experiment::parse(text, "f.toml", catalogue)); })) return;
  const bool again = accepts([&] {
    const std::string once = std::exchange(resolved, ""), same = std::exchange(points, "");
    take(Experiment::parse(once, "r.toml", catalogue));
    require(resolved == once, "a resolved file resolves to itself");
    require(points == same, "a resolved file has the points of its file");
  });
  require(again, "a resolved file is accepted");
  std::ofstream(folder() / "config.resolved.toml", std::ios::binary) << resolved;
  const bool read = accepts([&] {
    const ExperimentData description = read_description(folder());
    require(!read_recordings(folder()).empty(), "every point records");
  });
  require(read, "a resolved file describes its run");
}

}  // namespace basso::fuzz
