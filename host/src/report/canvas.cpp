// Layout and the gnuplot script. See canvas.hpp.
#include "report/canvas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <system_error>
#include <vector>

#include "basso/error.hpp"
#include "data/file.hpp"
#include "report/style.hpp"

namespace basso::report {
namespace {

constexpr double left_label = 98;  // tick labels and the axis title left of the first column
constexpr double left_ticks = 66;  // tick labels left of the other columns
constexpr double below = 66;       // tick labels and the axis title below a panel
constexpr double line_height = 21, title_line = 18;
constexpr double character_width = 8.2;  // of text, on average
constexpr std::size_t title_columns = 95, subtitle_columns = 148;

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw Error(Exit::run_failed, fmt::format("cannot write {}: is the disk full?", file.string()));
}

// gnuplot embeds heat maps as small images, which viewers would blur when they enlarge them.
void sharpen_images(const std::filesystem::path& svg) {
  const std::vector<std::uint8_t> bytes = data::read_file(svg);
  std::string text(bytes.begin(), bytes.end());
  const std::string from = "<image ", to = "<image style='image-rendering:pixelated' ";
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  write_file(svg, text);
}

// Beside its place under one name, so that what a failure leaves there goes with the next drawing.
void move_into_place(const std::filesystem::path& from, const std::filesystem::path& to) {
  const std::vector<std::uint8_t> bytes = data::read_file(from);
  const std::filesystem::path beside = to.string() + ".part";
  try {
    data::File::create(beside).write_at(0, bytes);
    data::rename_into_place(beside, to);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(beside, ignored);
    throw;
  }
}

double panel_width(const Grid& grid) {
  const auto columns = static_cast<double>(grid.columns);
  const double margins = left_label + left_ticks * (columns - 1) + grid.left * columns + grid.strip;
  return (width_pixels - margins) / columns;
}

}  // namespace

void narrow_panels(Grid& grid, double width) {
  grid.strip += std::max(0.0, panel_width(grid) - width) * static_cast<double>(grid.columns);
}

Canvas::Canvas(const std::string& title, const std::vector<std::string>& subtitle, const Grid& grid)
    : grid_(grid) {
  if (grid_.shape > 0) grid_.panel_height = grid_.shape * panel_width(grid_);
  std::vector<std::pair<std::string, bool>> lines;  // text, is title
  for (const std::string& line : wrap(title, title_columns)) lines.emplace_back(line, true);
  for (const std::string& text : subtitle) {
    for (const std::string& line : wrap(text, subtitle_columns)) lines.emplace_back(line, false);
  }
  double header = 16;
  std::vector<double> drops;
  for (const auto& line : lines) {
    header += line.second ? line_height + 6 : line_height;
    drops.push_back(header - 8);
  }
  const auto room =
      static_cast<std::size_t>(std::max(8.0, (panel_width(grid_) + left_ticks - 16) / character_width));
  for (const std::string& text : grid_.titles) {
    titles_.push_back(wrap_parts(text, room));
    above_ = std::max(above_, 12 + title_line * static_cast<double>(titles_.back().size()));
  }
  const double row = grid_.panel_height + below + above_;
  height_ = static_cast<int>(std::lround(header + 4 + static_cast<double>(grid_.rows) * row + 8));
  body_top_ = height_ - header - 4;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    header_ += fmt::format("set label {} {} at {} left noenhanced font '{}{},{}' textcolor rgb '{}' front\n",
                           i + 1, in_quotes(lines[i].first), screen(24, height_ - drops[i]), font,
                           lines[i].second ? ":Bold" : "", lines[i].second ? title_points : text_points,
                           lines[i].second ? "#000000" : "#444444");
  }
}

Box Canvas::panel(std::size_t number) const {
  const std::size_t column = number % grid_.columns, row_number = number / grid_.columns;
  const double width = panel_width(grid_), row = grid_.panel_height + below + above_;
  const double left =
      left_label + grid_.left + static_cast<double>(column) * (width + left_ticks + grid_.left);
  const double top = body_top_ - static_cast<double>(row_number) * row - above_;
  return {left, top - grid_.panel_height, left + width, top};
}

std::size_t panel_columns(std::size_t panels, std::size_t most) {
  const std::size_t rows = (panels + most - 1) / most;
  return (panels + rows - 1) / rows;
}

double room_for_label(const std::string& label) {
  constexpr std::size_t numbers = 6;
  constexpr double character = 7.5, most = 320;
  const std::size_t length = code_points(label);
  return length <= numbers ? 0 : std::min(most, character * static_cast<double>(length - numbers));
}

Box Canvas::strip() const {
  const Box first = panel(0);
  return {width_pixels - grid_.strip, first.bottom, static_cast<double>(width_pixels), first.top};
}

std::string Canvas::screen(double x, double y) const {
  return fmt::format("screen {:.6f}, screen {:.6f}", x / width_pixels, y / height_);
}

std::string Canvas::screen_size(double width, double height) const {
  return fmt::format("screen {:.6f}, screen {:.6f}", width / width_pixels, height / height_);
}

void Canvas::begin_panel(std::size_t number) {
  const Box box = panel(number);
  command("reset");
  if (number == 0) command(header_);
  command(fmt::format("set lmargin at screen {:.6f}\nset rmargin at screen {:.6f}", box.left / width_pixels,
                      box.right / width_pixels));
  command(fmt::format("set bmargin at screen {:.6f}\nset tmargin at screen {:.6f}", box.bottom / height_,
                      box.top / height_));
  command("set border 15 linecolor rgb '#555555' linewidth 1");
  command(fmt::format("set tics font '{},{}' nomirror out scale 0.6", font, tick_points));
  command("set datafile missing 'nan'\nunset key");
  if (number >= titles_.size()) return;
  const std::vector<std::string>& lines = titles_[number];
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const double up = 14 + title_line * static_cast<double>(lines.size() - 1 - i);
    command(fmt::format("set label {} {} at {} center noenhanced font '{},{}'", 100 + i, in_quotes(lines[i]),
                        screen((box.left + box.right) / 2, box.top + up), font, text_points));
  }
}

void Canvas::axis_titles(std::size_t number, const std::string& x, const std::string& y) {
  if (number % grid_.columns != 0) return;
  const Box first = panel(number), last = panel(number + grid_.columns - 1);
  command(fmt::format("set label 91 {} at {} center noenhanced font '{},{}'", in_quotes(x),
                      screen((first.left + last.right) / 2, first.bottom - 48), font, text_points));
  command(fmt::format("set label 92 {} at {} center rotate noenhanced font '{},{}'", in_quotes(y),
                      screen(first.left - grid_.left - 80, (first.bottom + first.top) / 2), font,
                      text_points));
}

void Canvas::logarithmic_ticks(char axis, double low, double high, std::size_t most) {
  std::string list;
  const auto tick = [&list](const std::string& label, double value) {
    list += fmt::format("{}'{}' {:.10g} {}", list.empty() ? "" : ", ", label, value, label.empty() ? 1 : 0);
  };
  const std::vector<double> labelled = logarithmic_numbers(low, high, most);
  const auto is_labelled = [&](double value) {
    return std::any_of(labelled.begin(), labelled.end(),
                       [&](double one) { return std::abs(one - value) < 1e-9 * value; });
  };
  for (const double value : labelled) tick(fmt::format("{:.6g}", value), value);
  const int last_digit = high / low < 1e15 ? 9 : 1;  // marks between powers of ten only where there is room
  for (double exponent = std::floor(std::log10(low)); exponent <= std::log10(high); ++exponent) {
    for (int digit = 1; digit <= last_digit; ++digit) {
      const double value = digit * std::pow(10.0, exponent);
      if (!is_labelled(value)) tick("", value);
    }
  }
  command(fmt::format("set logscale {0}\nset {0}tics noenhanced ({1})", axis, list));
}

void Canvas::ticks(char axis, const std::vector<Tick>& ticks) {
  std::string list;
  for (const Tick& tick : ticks) {
    list += fmt::format("{}{} {:.6f}", list.empty() ? "" : ", ", in_quotes(tick.label), tick.position);
  }
  command(fmt::format("set {}tics noenhanced ({})", axis, list));
}

std::string Canvas::write_data(const std::string& text) {
  const std::filesystem::path file = folder_.path() / fmt::format("data-{}.txt", ++data_files_);
  write_file(file, text);
  return in_quotes(file.string());
}

std::string Canvas::table(const std::vector<std::vector<double>>& columns) {
  std::string text;
  for (std::size_t row = 0; row < columns.front().size(); ++row) {
    for (const auto& column : columns) text += fmt::format("{:.8g} ", column[row]);
    text += '\n';
  }
  return write_data(text);
}

std::string Canvas::matrix(const std::vector<double>& values, std::size_t columns) {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    text += fmt::format("{:.8g}{}", values[i], (i + 1) % columns == 0 ? '\n' : ' ');
  }
  return write_data(text);
}

void Canvas::draw(const std::filesystem::path& png, const std::filesystem::path& svg) const {
  const std::string picture = (folder_.path() / "picture").string();
  std::string script;
  for (const std::string terminal : {"png", "svg"}) {
    script += fmt::format("set terminal {} size {},{} enhanced font '{},{}' background rgb 'white'\n",
                          terminal == "png" ? "pngcairo" : "svg", width_pixels, height_, font, text_points);
    script += fmt::format("set output {}\nset multiplot\n{}unset multiplot\nset output\n",
                          in_quotes(picture + "." + terminal), script_);
  }
  write_file(folder_.path() / "script.gp", script);
  run_gnuplot(folder_.path() / "script.gp");
  sharpen_images(picture + ".svg");
  move_into_place(picture + ".png", png);
  move_into_place(picture + ".svg", svg);
}

}  // namespace basso::report
