// What a figure of kind "lines" shows, before it is drawn: its lines by panel, and the texts around them.
// Room report.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/figure.hpp"

namespace basso::report {

struct Line {
  std::size_t panel = 0;
  std::size_t run = 0;
  std::string identity;  // lines of one identity have one colour, in every panel and run
  std::vector<double> x, median, low, high;
};

// A value beside the lines of a panel, or beside the one of this identity.
struct Reference {
  std::size_t panel = 0;
  std::string identity;  // empty: of all lines of the panel
  double value = 0;
};

struct Picture {
  std::vector<Line> lines;
  std::vector<Reference> references;
  std::vector<std::string> panel_titles;
  std::vector<std::string> identities;  // in the order of their first appearance
  std::string x_title, y_title, legend_title, repeats, meaning;
  std::vector<Tick> x_names;  // of an axis whose entries are no numbers
  bool ordered = false;       // identities are the ascending entries of one axis
  bool bands = false;
};

// The lines of all runs and series of the figure.
Picture collect_lines(const Figure& figure, const std::vector<Source>& runs);

}  // namespace basso::report
