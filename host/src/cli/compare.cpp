// basso compare: what differs between two runs.
#include "basso/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "basso/error.hpp"
#include "cli/crash.hpp"
#include "cli/terminal.hpp"
#include "cli/verbs.hpp"

namespace basso::cli {
namespace {

using nlohmann::ordered_json;

ordered_json texts_json(const std::vector<TextDifference>& rows) {
  ordered_json list = ordered_json::array();
  for (const auto& [key, a, b] : rows) list.push_back({{"key", key}, {"a", a}, {"b", b}});
  return list;
}

// JSON has no infinite numbers: they are text.
ordered_json number_json(double value) {
  return std::isinf(value) ? ordered_json("infinity") : ordered_json(value);
}

ordered_json series_json(const SeriesComparison& series) {
  ordered_json json{{"name", series.name}};
  if (!series.unlike.empty()) {
    json["unlike"] = series.unlike;
    return json;
  }
  json["values"] = series.values;
  json["differing"] = series.differing;
  json["one_missing"] = series.one_missing;
  json["beyond"] = series.beyond;
  json["largest_absolute"] = number_json(series.largest_absolute);
  json["where_absolute"] = series.where_absolute;
  json["largest_relative"] = number_json(series.largest_relative);
  json["where_relative"] = series.where_relative;
  json["where_missing"] = series.where_missing;
  return json;
}

std::string as_json(const CompareArguments& arguments, const Comparison& comparison) {
  ordered_json json{{"a", arguments.a.string()},
                    {"b", arguments.b.string()},
                    {"absolute", arguments.tolerance.absolute},
                    {"relative", arguments.tolerance.relative},
                    {"agree", comparison.agree()},
                    {"origin", texts_json(comparison.origin)},
                    {"configuration", texts_json(comparison.configuration)},
                    {"verdicts", texts_json(comparison.verdicts)},
                    {"series", ordered_json::array()}};
  for (const SeriesComparison& series : comparison.series) json["series"].push_back(series_json(series));
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

constexpr std::size_t widest_cell = 60;

std::string cell(const std::string& text) {
  if (text.empty()) return "–";
  if (display_width(text) <= widest_cell) return text;
  std::size_t end = widest_cell - 1;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not within a character
  return text.substr(0, end) + "…";
}

void print_texts(const std::string& title, const std::vector<TextDifference>& differences) {
  if (differences.empty()) {
    fmt::print("{}: no difference\n\n", title);
    return;
  }
  std::vector<std::vector<std::string>> rows{{title, "first", "second"}};
  for (const auto& [key, a, b] : differences) rows.push_back({key, cell(a), cell(b)});
  fmt::print("{}\n", columns(rows));
}

std::string amount(double value, const std::string& where) {
  return where.empty() ? "–" : fmt::format("{:.3g} at {}", value, where);
}

void print_series(const std::vector<SeriesComparison>& all, const Tolerance& tolerance) {
  std::vector<std::vector<std::string>> rows{
      {"series", "values", "differ", "beyond", "largest absolute difference", "largest relative difference"}};
  std::vector<std::string> unlike;
  for (const SeriesComparison& series : all) {
    if (!series.unlike.empty()) unlike.push_back(series.name + ": " + series.unlike);
    if (series.one_missing > 0)
      unlike.push_back(fmt::format("{}: {} in one run only, the first at {}", series.name,
                                   plural(static_cast<std::int64_t>(series.one_missing), "value"),
                                   series.where_missing));
    if (series.differing > 0)
      rows.push_back({series.name, grouped(static_cast<std::int64_t>(series.values)),
                      grouped(static_cast<std::int64_t>(series.differing)),
                      grouped(static_cast<std::int64_t>(series.beyond)),
                      amount(series.largest_absolute, series.where_absolute),
                      amount(series.largest_relative, series.where_relative)});
  }
  if (rows.size() > 1) fmt::print("{}", columns(rows));
  for (const std::string& line : unlike) fmt::print("{}\n", line);
  const auto equal = std::count_if(all.begin(), all.end(), [](const SeriesComparison& series) {
    return series.unlike.empty() && series.differing == 0;
  });
  const auto agree = std::count_if(all.begin(), all.end(), std::mem_fn(&SeriesComparison::agrees));
  fmt::print("{} of {} series have equal values{}\n", equal, all.size(),
             tolerance.absolute > 0 || tolerance.relative > 0
                 ? fmt::format(", {} agree within the tolerance", agree)
                 : "");
}

}  // namespace

int compare(const CompareArguments& arguments) {
  for (const auto& directory : {arguments.a, arguments.b}) note_silent_end(directory, true);
  const Comparison comparison = compare_runs(arguments.a, arguments.b, arguments.tolerance);
  if (arguments.json) {
    fmt::print("{}\n", as_json(arguments, comparison));
  } else {
    print_texts("origin", comparison.origin);
    print_texts("configuration", comparison.configuration);
    print_texts("verdicts", comparison.verdicts);
    print_series(comparison.series, arguments.tolerance);
  }
  return static_cast<int>(comparison.agree() ? Exit::ok : Exit::claim_failed);
}

}  // namespace basso::cli
