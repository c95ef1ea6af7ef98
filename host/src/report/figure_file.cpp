// Reading what a run directory says about its figures: config.resolved.toml and manifest.json. Both were
// written by a run and are checked only as far as drawing needs it. Room report.
#include <fmt/format.h>
#include <toml++/toml.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "basso/error.hpp"
#include "report/figure.hpp"

namespace basso::report {
namespace {

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    const std::filesystem::path directory = file.parent_path();
    throw Error(Exit::data, fmt::format("{} is not a run directory: it has no {}", directory.string(),
                                        file.filename().string()));
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

// Typed access to one [[figure]] table.
class FigureTable {
 public:
  FigureTable(const toml::table& table, std::string where) : table_(table), where_(std::move(where)) {}

  std::string text(const char* key) const { return value<std::string>(key, "a string").value_or(""); }
  bool flag(const char* key) const { return value<bool>(key, "true or false").value_or(false); }
  std::vector<double> numbers(const char* key) const { return list<double>(key, "a list of numbers"); }
  std::vector<std::int64_t> integers(const char* key) const {
    return list<std::int64_t>(key, "a list of integers");
  }
  std::vector<std::string> texts(const char* key) const {
    return list<std::string>(key, "a list of strings");
  }

  Selection selection(const char* key) const {
    Selection result;
    if (!table_.contains(key)) return result;
    const toml::table* axes = table_[key].as_table();
    if (axes == nullptr) fail(key, "a table");
    for (const auto& [axis, node] : *axes) {
      auto& entries = result[std::string(axis.str())];
      if (const toml::array* many = node.as_array()) {
        for (const toml::node& one : *many) entries.push_back(entry(one, key));
      } else {
        entries.push_back(entry(node, key));
      }
    }
    return result;
  }

 private:
  [[noreturn]] void fail(const char* key, const char* expected) const {
    throw Error(Exit::usage, fmt::format("{}: {} must be {}", where_, key, expected));
  }

  std::variant<double, std::string> entry(const toml::node& node, const char* key) const {
    if (const auto number = node.value<double>()) return *number;
    if (const auto text = node.value<std::string>()) return *text;
    fail(key, "numbers or strings by axis");
  }

  template <class T>
  std::optional<T> value(const char* key, const char* expected) const {
    if (!table_.contains(key)) return std::nullopt;
    const auto result = table_[key].value<T>();
    if (!result) fail(key, expected);
    return result;
  }

  template <class T>
  std::vector<T> list(const char* key, const char* expected) const {
    std::vector<T> result;
    if (!table_.contains(key)) return result;
    const toml::array* array = table_[key].as_array();
    if (array == nullptr) fail(key, expected);
    for (const toml::node& node : *array) {
      const auto one = node.value<T>();
      if (!one) fail(key, expected);
      result.push_back(*one);
    }
    return result;
  }

  const toml::table& table_;
  std::string where_;
};

Figure read_figure(const toml::table& table, const std::string& file) {
  const FigureTable unnamed(table, file + ": [[figure]]");
  Figure figure;
  figure.name = unnamed.text("name");
  if (figure.name.empty() || figure.name.find('/') != std::string::npos) {
    throw Error(Exit::usage, fmt::format("{}: a [[figure]] needs a name without slashes", file));
  }
  const FigureTable keys(table, fmt::format("{}: figure {}", file, figure.name));
  figure.kind = keys.text("kind");
  figure.title = keys.text("title");
  figure.series = keys.texts("series");
  figure.x = keys.text("x");
  figure.y = keys.text("y");
  figure.select = keys.selection("select");
  figure.steps = keys.integers("steps");
  figure.color_range = keys.numbers("color_range");
  figure.log_x = keys.flag("log_x");
  figure.log_y = keys.flag("log_y");
  figure.note = keys.text("note");
  if (!figure.color_range.empty() &&
      (figure.color_range.size() != 2 || figure.color_range[0] == figure.color_range[1])) {
    throw Error(Exit::usage,
                fmt::format("{}: figure {}: color_range must be two different numbers", file, figure.name));
  }
  return figure;
}

}  // namespace

Source read_source(const std::filesystem::path& directory) {
  std::error_code failure;
  if (!std::filesystem::is_directory(directory, failure)) {
    throw Error(Exit::usage, fmt::format("{} is not a run directory: no such folder", directory.string()));
  }
  Source source{directory, std::filesystem::weakly_canonical(directory).filename().string(), {}};
  const auto manifest = nlohmann::json::parse(read_text(directory / "manifest.json"), nullptr, false);
  if (!manifest.is_object()) {
    throw Error(Exit::data,
                fmt::format("{}/manifest.json is damaged: it is not a JSON object", directory.string()));
  }
  if (const auto profiles = manifest.find("profiles"); profiles != manifest.end() && profiles->is_array()) {
    for (const auto& profile : *profiles) {
      if (profile.is_string()) source.profiles.push_back(profile.get<std::string>());
    }
  }
  return source;
}

std::vector<Figure> read_figures(const std::filesystem::path& directory) {
  const std::string file = (directory / "config.resolved.toml").string();
  const std::string text = read_text(file);
  std::vector<Figure> figures;
  try {
    const toml::table document = toml::parse(text, file);
    if (const toml::array* tables = document["figure"].as_array()) {
      for (const toml::node& node : *tables) {
        if (const toml::table* table = node.as_table()) figures.push_back(read_figure(*table, file));
      }
    }
  } catch (const toml::parse_error& error) {
    throw Error(Exit::data, fmt::format("{}:{}: {}", file, error.source().begin.line, error.description()));
  }
  return figures;
}

}  // namespace basso::report
