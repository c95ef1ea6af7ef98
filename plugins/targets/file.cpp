// Target `file`: points and values of one's own, from .npy or CSV files.
#include <basso/target.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER(
        "points", "path", "\"\"", "", "",
        "Points of the set \"train\", one a row: a .npy file of one or two dimensions, or a CSV file."),
    BASSO_PARAMETER("values", "path", "\"\"", "", "",
                    "Values there, one row for each point. Empty, the default: the last column of `points`."),
    BASSO_PARAMETER("test_points", "path", "\"\"", "", "",
                    "Points of a set \"test\", as `points`. Empty, the default: no such set."),
    BASSO_PARAMETER("test_values", "path", "\"\"", "", "", "Values there, as `values`."),
    BASSO_PARAMETER(
        "period", "real", "0.0", "[0,inf)", "",
        "Period of the points in one dimension, for spectra; 0, the default: they are not periodic."),
};

[[noreturn]] void bad_data(const std::string& sentence) { throw basso::failure(BASSO_ERROR_DATA, sentence); }

// [rows x columns] of the host's file.
struct Table {
  std::string path;
  std::uint64_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> numbers;
};

Table read_table(const basso_host* host, const std::string& path) {
  const bool npy = path.size() > 4 && path.compare(path.size() - 4, 4, ".npy") == 0;
  const basso_array array = basso::read_array(host, npy ? "npy" : "csv", "", path);
  if (array.rank < 1 || array.rank > 2)
    bad_data(path + ": has " + std::to_string(array.rank) +
             " dimensions; expected [rows] or [rows x columns]");
  Table table{
      path, array.shape[0], array.rank == 1 ? std::size_t{1} : static_cast<std::size_t>(array.shape[1]), {}};
  const std::size_t count = static_cast<std::size_t>(table.rows) * table.columns;
  if (count == 0) bad_data(path + ": holds no numbers");
  if (array.bytes != nullptr)
    table.numbers.assign(array.bytes, array.bytes + count);
  else
    table.numbers.assign(array.numbers, array.numbers + count);
  for (std::size_t i = 0; i < count; ++i)
    if (!std::isfinite(table.numbers[i]))
      bad_data(path + ": row " + std::to_string(i / table.columns) + ", column " +
               std::to_string(i % table.columns) + " (from 0) is " + std::to_string(table.numbers[i]) +
               "; expected finite numbers");
  return table;
}

class File {
 public:
  File(basso::target_setup& setup, const basso::values& values) : period_(values.real("period")) {
    if (*values.text("points") == '\0')
      throw basso::failure(BASSO_ERROR_PARAMETER,
                           "points: no file is named; expected a .npy or CSV file with one point a row");
    add(setup, "train", values.text("points"), values.text("values"));
    if (*values.text("test_points") != '\0')
      add(setup, "test", values.text("test_points"), values.text("test_values"));
    else if (*values.text("test_values") != '\0')
      throw basso::failure(BASSO_ERROR_PARAMETER, "test_values: are given without test_points");
  }

  void fill(std::uint32_t set, std::uint64_t row, const basso::point& point) const {
    const Pairs& pairs = sets_[set];
    const double* input = &pairs.points.numbers[row * pairs.points.columns];
    for (std::size_t i = 0; i < point.inputs.size; ++i) point.inputs[i] = input[i];
    const double* output = pairs.values.columns == 0 ? input + point.inputs.size
                                                     : &pairs.values.numbers[row * pairs.values.columns];
    for (std::size_t i = 0; i < point.outputs.size; ++i) point.outputs[i] = output[i];
  }

 private:
  struct Pairs {
    Table points, values;  // without values: the last column of points
  };

  void add(basso::target_setup& setup, const char* name, const std::string& points,
           const std::string& values) {
    Pairs pairs{read_table(setup.host(), points), {}};
    const Table& p = pairs.points;
    basso::point_set set(name, name, p.rows);
    if (values.empty()) {
      if (p.columns < 2)
        bad_data(points + ": has one column, and no file of values is named; expected points and a value");
      set.input_dim = static_cast<std::uint32_t>(p.columns - 1);
    } else {
      pairs.values = read_table(setup.host(), values);
      set.input_dim = static_cast<std::uint32_t>(p.columns);
      set.output_dim = static_cast<std::uint32_t>(pairs.values.columns);
      if (pairs.values.rows != p.rows)
        bad_data(values + " has " + std::to_string(pairs.values.rows) + " rows, " + points + " has " +
                 std::to_string(p.rows) + ": expected one row of values for each point");
    }
    if (!sets_.empty()) require_same_columns(setup, points, set);
    if (set.input_dim == 1) add_axis(set, p);
    set.provenance = points.substr(points.rfind('/') + 1);
    setup.add(set);
    sets_.push_back(std::move(pairs));
  }

  static void require_same_columns(const basso::target_setup& setup, const std::string& points,
                                   const basso::point_set& set) {
    const auto& train = setup.shapes().front();
    if (train.inputs != set.input_dim || train.outputs != set.output_dim)
      bad_data(points + ": " + std::to_string(set.input_dim) + " inputs and " +
               std::to_string(set.output_dim) + " outputs, those of the set \"train\" are " +
               std::to_string(train.inputs) + " and " + std::to_string(train.outputs));
  }

  // Points that ascend are a grid, with equal steps or not.
  void add_axis(basso::point_set& set, const Table& points) const {
    std::vector<double> x;
    for (std::size_t row = 0; row < points.rows; ++row) x.push_back(points.numbers[row * points.columns]);
    for (std::size_t i = 1; i < x.size(); ++i)
      if (!(x[i - 1] < x[i])) return;
    if (period_ > 0.0 && !(x.back() - x.front() < period_ * (1.0 - 1e-12)))
      throw basso::failure(
          BASSO_ERROR_PARAMETER,
          "period: the points of " + points.path + " reach over the whole period; leave the end point out");
    set.axes = {basso::axis::listed("x", "", std::move(x))};
    set.axes[0].period = period_;
    set.input_names = {"x"};
  }

  double period_;
  std::vector<Pairs> sets_;
};

}  // namespace

BASSO_TARGET_CLASS(file, File, "file", "1.0.0", "Points and values of one's own, from .npy or CSV files",
                   "the user's data", "data/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&file)
