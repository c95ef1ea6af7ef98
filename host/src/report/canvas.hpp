// One picture in the making: a header, panels in a grid, and the gnuplot script that draws them as PNG and
// SVG. Lengths are in pixels from the lower left corner. Room report.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "report/gnuplot.hpp"
#include "report/scale.hpp"

namespace basso::report {

struct Box {
  double left, bottom, right, top;
};

// Rows and columns of panels with room for axis titles, and a strip at the right for a legend or colours.
struct Grid {
  std::size_t columns = 1, rows = 1;
  double panel_height = 470;        // of the plotting area
  double shape = 0;                 // its height over its width, where above 0, in place of panel_height
  double left = 0;                  // more room for tick labels at the left of each column
  double strip = 30;                // width at the right
  std::vector<std::string> titles;  // one a panel, broken into lines; none: no room above the panels
};

// Pixels for Grid::left that a tick label of this length needs.
double room_for_label(const std::string& label);
// Panels a row, of at most so many, where all rows are as full as they can be alike: 3 of 5 or 6, 4 of 7
// or 8.
std::size_t panel_columns(std::size_t panels, std::size_t most);
// Widens the strip until no panel is wider than this.
void narrow_panels(Grid& grid, double width);

class Canvas {
 public:
  // `subtitle`: lines below the title, broken where they are too long.
  Canvas(const std::string& title, const std::vector<std::string>& subtitle, const Grid& grid);

  Box panel(std::size_t number) const;  // row by row from the top left
  // The whole strip at the right, beside the plotting areas of the first row.
  Box strip() const;

  // Begins a panel: gnuplot's settings are at their defaults but for the place and the style.
  void begin_panel(std::size_t number);
  // Once a row: below its middle and left of its first panel.
  void axis_titles(std::size_t number, const std::string& x, const std::string& y);
  void ticks(char axis, const std::vector<Tick>& ticks);
  // At most `most` of them with labels.
  void logarithmic_ticks(char axis, double low, double high, std::size_t most);
  void command(const std::string& line) { script_ += line + '\n'; }
  // Writes columns of equal length into a data file and returns its name in quotes.
  std::string table(const std::vector<std::vector<double>>& columns);
  // A matrix [rows x columns] for `plot … matrix`.
  std::string matrix(const std::vector<double>& values, std::size_t columns);
  // "screen x, screen y" of a point.
  std::string screen(double x, double y) const;
  std::string screen_size(double width, double height) const;

  // Writes both files, each at once complete. Throws what run_gnuplot throws.
  void draw(const std::filesystem::path& png, const std::filesystem::path& svg) const;

 private:
  std::string write_data(const std::string& text);

  Grid grid_;
  std::vector<std::vector<std::string>> titles_;  // lines of each panel
  double above_ = 12;                             // the panels, for their titles
  int height_ = 0;
  double body_top_ = 0;  // of the first row of cells
  std::string script_;
  std::string header_;
  std::size_t data_files_ = 0;
  TemporaryFolder folder_;
};

}  // namespace basso::report
