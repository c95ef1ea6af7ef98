// The .npz files of snapshots/: W1, b1, … in the user's order of units; order1, … of the hidden layers; step.
#include "run/snapshots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

#include "basso/error.hpp"
#include "data/file.hpp"
#include "data/npz.hpp"

namespace basso {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t header_bytes = 300;         // of one array: .npy's and zip's
constexpr std::uint64_t largest_file = 0xfffffff0;  // what zip's fields of 32 bits can say
constexpr const char *name_start = "step-", *name_end = ".npz";

using Kind = nn::ParameterLayout::Kind;

data::Shape shape_of(const nn::ParameterLayout::Block& block) {
  data::Shape shape{static_cast<std::uint64_t>(block.rows)};
  if (block.kind == Kind::weight) shape.push_back(static_cast<std::uint64_t>(block.cols));
  return shape;
}

// Of the hidden layer behind each map but the last.
std::vector<std::size_t> hidden_widths(const nn::ParameterLayout& layout) {
  std::vector<std::size_t> widths;
  for (int map = 0; map + 1 < layout.layers(); ++map)
    widths.push_back(static_cast<std::size_t>(layout.weights(map).rows));
  return widths;
}

std::string order_name(std::size_t layer) { return fmt::format("order{}", layer + 1); }

data::Array array_of(const data::Shape& shape, std::span<const double> values, bool float32) {
  if (!float32) return data::Array::of(shape, values);
  std::vector<float> rounded(values.size());  // they are numbers of float32 already
  std::transform(values.begin(), values.end(), rounded.begin(),
                 [](double v) { return static_cast<float>(v); });
  return data::Array::of(shape, std::span<const float>(rounded));
}

data::Array array_of(std::span<const double> whole_numbers) {
  const std::vector<std::int64_t> numbers(whole_numbers.begin(), whole_numbers.end());
  return data::Array::of({numbers.size()}, std::span<const std::int64_t>(numbers));
}

// Throws where the array has another shape.
std::vector<double> take(const std::vector<data::NamedArray>& arrays, const std::string& name,
                         const data::Shape& shape, const fs::path& file) {
  const data::Array& array = data::find_array(arrays, name, file);
  if (array.shape == shape) return array.to_doubles();
  throw Error(Exit::data, fmt::format("{}: array '{}' has shape [{}]; this network needs [{}]", file.string(),
                                      name, fmt::join(array.shape, " x "), fmt::join(shape, " x ")));
}

}  // namespace

std::vector<std::int64_t> snapshot_steps(const PointSettings& point) {
  return point.train ? point.snapshot.steps(point.train->steps) : std::vector<std::int64_t>{};
}

std::uint64_t snapshot_bytes(const PointSettings& point, const nn::ParameterLayout& layout) {
  const std::uint64_t count = snapshot_steps(point).size();
  if (count == 0) return 0;
  std::uint64_t bytes =
      layout.size() * (point.train->precision == "float64" ? 8u : 4u) + layout.blocks().size() * header_bytes;
  for (const std::size_t width : hidden_widths(layout)) bytes += width * 8 + header_bytes;
  if (bytes > largest_file)
    throw Error(Exit::usage,
                fmt::format("snapshot: the network's {} parameters do not fit a file of 4 GiB; take "
                            "a smaller one, or none with snapshot.steps = []",
                            layout.size()));
  return count * bytes;
}

Snapshots::Snapshots(const fs::path& run_directory, const PointSettings& settings, std::size_t point,
                     std::size_t repeat)
    : folder_(run_directory / "snapshots" / fmt::format("point-{}", point) /
              fmt::format("repeat-{}", repeat)),
      digits_(static_cast<int>(std::to_string(settings.train ? settings.train->steps : 0).size())),
      float32_(settings.train && settings.train->precision == "float32") {}

fs::path Snapshots::file(std::int64_t step) const {
  return folder_ / fmt::format("{}{:0{}}{}", name_start, step, digits_, name_end);
}

void Snapshots::write(std::int64_t step, const nn::TrainingRun& training) const {
  for (const fs::path& folder : {folder_.parent_path().parent_path(), folder_.parent_path(), folder_})
    data::make_folder(folder);
  const nn::ParameterLayout& layout = training.layout();
  std::vector<double> parameters(layout.size());
  training.parameters(parameters);
  std::vector<data::NamedArray> arrays;
  for (const nn::ParameterLayout::Block& block : layout.blocks()) {
    const std::span<const double> values(parameters.data() + block.offset, block.size());
    arrays.push_back({block.name, array_of(shape_of(block), values, float32_)});
  }
  const std::vector<double> order = training.unit_order();
  std::span<const double> rest = order;
  for (const std::size_t width : hidden_widths(layout)) {
    arrays.push_back({order_name(arrays.size() - layout.blocks().size()), array_of(rest.first(width))});
    rest = rest.subspan(width);
  }
  arrays.push_back({"step", data::Array::of({}, std::span<const std::int64_t>(&step, 1))});
  data::write_npz(file(step), arrays);
}

std::vector<std::int64_t> Snapshots::stored() const {
  std::error_code failure;
  const std::vector<fs::path> entries = data::entries_of(folder_, failure);
  if (failure && failure != std::errc::no_such_file_or_directory)
    throw Error(Exit::data, fmt::format("{}: cannot be listed: {}", folder_.string(), failure.message()));
  std::vector<std::int64_t> steps;
  for (const fs::path& path : entries) {
    const std::string name = path.filename().string();
    std::int64_t step = 0;
    if (!name.starts_with(name_start)) continue;
    const char* const first = name.data() + std::string(name_start).size();
    const auto [rest, problem] = std::from_chars(first, name.data() + name.size(), step);
    if (problem == std::errc() && path == file(step)) steps.push_back(step);
  }
  std::sort(steps.begin(), steps.end());
  return steps;
}

void Snapshots::show(std::int64_t step, nn::TrainingRun& training) const {
  const fs::path from = file(step);
  const nn::ParameterLayout& layout = training.layout();
  const std::vector<data::NamedArray> arrays = data::read_npz(from);
  if (take(arrays, "step", {}, from)[0] != static_cast<double>(step))
    throw Error(Exit::data, fmt::format("{}: holds the network of another step", from.string()));
  std::vector<double> parameters, order;
  for (const nn::ParameterLayout::Block& block : layout.blocks()) {
    const std::vector<double> values = take(arrays, block.name, shape_of(block), from);
    parameters.insert(parameters.end(), values.begin(), values.end());
  }
  const std::vector<std::size_t> widths = hidden_widths(layout);
  for (std::size_t layer = 0; layer < widths.size(); ++layer) {
    const std::vector<double> units = take(arrays, order_name(layer), {widths[layer]}, from);
    order.insert(order.end(), units.begin(), units.end());
  }
  try {
    training.show(parameters, order);
  } catch (const Error& error) {
    throw Error(Exit::data, fmt::format("{}: {}", from.string(), error.what()));
  }
}

}  // namespace basso
