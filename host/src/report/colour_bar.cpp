// See colour_bar.hpp.
#include "report/colour_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/style.hpp"

namespace basso::report {
namespace {

constexpr std::size_t most_ticks = 8;

// Round numbers beside the colours, and the ends, which push out a round number that is too near; those of a
// logarithmic axis.
std::vector<Tick> colour_ticks(double low, double high, const Range& values, bool logarithmic) {
  std::vector<Tick> ticks;
  const auto add = [&](double value) {
    const double finest = 1e-9 * (high - low);
    const bool below = value <= low && values.low < low - finest,
               above = value >= high && values.high > high + finest;
    ticks.push_back(
        {value, fmt::format("{}{:.5g}", below ? "≤ " : (above ? "≥ " : ""), value == 0 ? 0.0 : value)});
  };
  if (logarithmic) {
    const std::vector<double> numbers = logarithmic_numbers(low, high, most_ticks);
    const double factor = std::pow(high / low, 0.05);  // an end pushes out a number that is too near
    if (values.low < low) add(low);
    for (const double value : numbers)
      if (!(values.low < low && value < low * factor) && !(values.high > high && value > high / factor))
        add(value);
    if (values.high > high) add(high);
    return ticks;
  }
  add(low);
  for (const double value : round_numbers(low, high, most_ticks)) {
    const double room = 0.05 * (high - low);
    if (value > low + room && value < high - room) add(value);
  }
  add(high);
  return ticks;
}

}  // namespace

void Range::add(double value) {
  if (!std::isfinite(value)) return;
  low = std::min(low, value);
  high = std::max(high, value);
}

void Range::add(const Range& other) {
  low = std::min(low, other.low);
  high = std::max(high, other.high);
}

std::vector<double> round_ends(const Range& range) {
  if (!(range.low <= range.high)) return {0.0, 1.0};
  if (range.low == range.high) return {range.low, range.low + std::max(1e-12, std::abs(range.low))};
  const double step = round_step(range.high - range.low, most_ticks);
  const double low = std::floor(range.low / step + 1e-9) * step,
               high = std::ceil(range.high / step - 1e-9) * step;
  const bool near = std::isfinite(low) && std::isfinite(high);
  return near ? std::vector<double>{low, high} : std::vector<double>{range.low, range.high};
}

void begin_colours(Canvas& canvas, const std::string& palette, const std::vector<double>& range,
                   bool logarithmic) {
  canvas.command("set palette " + palette);
  canvas.command(
      fmt::format("set cbrange [{:.8g}:{:.8g}]", std::min(range[0], range[1]), std::max(range[0], range[1])));
  canvas.command(
      "set object 1 rectangle from graph 0,0 to graph 1,1 behind fillcolor rgb '#d4d4d4' linewidth 0");
  if (logarithmic) canvas.command("set logscale cb");
  canvas.command("unset colorbox");
}

void draw_colour_bar(Canvas& canvas, const std::vector<double>& range, const Range& values, bool logarithmic,
                     const std::string& title) {
  const Box strip = canvas.strip();
  canvas.command(fmt::format("set colorbox user origin {} size {}",
                             canvas.screen(strip.left + 20, strip.bottom),
                             canvas.screen_size(18, strip.top - strip.bottom)));
  std::string list;
  std::size_t longest = 0;
  for (const Tick& tick :
       colour_ticks(std::min(range[0], range[1]), std::max(range[0], range[1]), values, logarithmic)) {
    longest = std::max(longest, code_points(tick.label));
    list += fmt::format("{}{} {:.10g}", list.empty() ? "" : ", ", in_quotes(tick.label), tick.position);
  }
  canvas.command(fmt::format("set cbtics noenhanced ({})", list));
  const double beside = strip.left + 66 + 8.8 * static_cast<double>(longest);  // bar and numbers
  canvas.command(fmt::format(
      "set label 93 {} at {} center rotate noenhanced font '{},{}'", in_quotes(title),
      canvas.screen(std::min(strip.right - 14, beside), (strip.bottom + strip.top) / 2), font, text_points));
}

}  // namespace basso::report
