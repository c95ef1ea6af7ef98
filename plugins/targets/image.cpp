// Target `image`: position to grey level, X Figs 2 and 3 and T Fig 2 (Xu 2018, Understanding training and
// generalization in deep learning by Fourier analysis, and Xu, Zhang, Xiao 2018).
#include <basso/target.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER(
        "name", "string", "\"camera.png\"", "", "",
        "A grey image, PNG or PGM, of the folder \"images\" along the data path, where scripts/get-data "
        "images puts a photograph that is free to use. The papers' images are not given."),
    BASSO_PARAMETER("file", "path", "\"\"", "", "", "An image of one's own, in place of `name`."),
    BASSO_PARAMETER(
        "width", "integer", "64", "[0,4096]", "pixels",
        "Columns after resizing by area averaging; 0: as in the file. The papers give no size; the authors' "
        "later code has 75 x 60."),
    BASSO_PARAMETER("height", "integer", "64", "[0,4096]", "pixels", "Rows, as `width`."),
    BASSO_PARAMETER(
        "low", "real", "-1.0", "[-1e6,1e6]", "",
        "Coordinate x of the first column, and y of the first row. The papers give none; the authors' later "
        "code has 0."),
    BASSO_PARAMETER(
        "high", "real", "1.0", "[-1e6,1e6]", "",
        "Coordinate x of the last column; rows are as far apart as columns. The authors' later code has "
        "(width - 1)/224."),
    BASSO_PARAMETER("train", "choice", "\"odd-columns\"", "odd-columns|all", "",
                    "Pixels of the set \"train\": columns 1, 3, 5, … of 0 to width - 1 (X Fig 2: horizontal "
                    "index odd), or "
                    "all. The set \"test\" has all."),
    BASSO_PARAMETER(
        "row", "integer", "-1", "[-1,4095]", "",
        "Row, from 0 at the top, whose pixels are the set \"row\", for the spectrum along x (X Fig 2b). -1, "
        "the default: the middle one, height/2; the papers do not say which."),
};

[[noreturn]] void bad_parameter(const std::string& sentence) {
  throw basso::failure(BASSO_ERROR_PARAMETER, sentence);
}

// Grey levels [height x width].
struct Picture {
  std::size_t height, width;
  std::vector<double> level;
};

Picture transposed(const Picture& from) {
  Picture to{from.width, from.height, std::vector<double>(from.level.size())};
  for (std::size_t y = 0; y < from.height; ++y)
    for (std::size_t x = 0; x < from.width; ++x) to.level[x * to.width + y] = from.level[y * from.width + x];
  return to;
}

// Each new pixel is the mean over the part of the row that it covers: width/columns old pixels, the outer two
// in part.
Picture with_columns(const Picture& from, std::size_t columns) {
  Picture to{from.height, columns, std::vector<double>(from.height * columns)};
  const double scale = static_cast<double>(from.width) / static_cast<double>(columns);
  for (std::size_t x = 0; x < columns; ++x) {
    const double begin = static_cast<double>(x) * scale, end = static_cast<double>(x + 1) * scale;
    for (auto old = static_cast<std::size_t>(begin); old < from.width && static_cast<double>(old) < end;
         ++old) {
      const double left = std::max(begin, static_cast<double>(old));
      const double right = std::min(end, static_cast<double>(old + 1));
      for (std::size_t y = 0; y < from.height; ++y)
        to.level[y * columns + x] += (right - left) / scale * from.level[y * from.width + old];
    }
  }
  return to;
}

Picture resized(const Picture& from, std::size_t height, std::size_t width) {
  return transposed(with_columns(transposed(with_columns(from, width)), height));
}

class Image {
 public:
  Image(basso::target_setup& setup, const basso::values& values) : low_(values.real("low")) {
    const double high = values.real("high");
    if (!(low_ < high)) bad_parameter("low: must be less than high");
    read(setup.host(), values);
    if (picture_.width < 2) bad_parameter("width: is 1; at least 2 columns are needed");
    step_ = (high - low_) / static_cast<double>(picture_.width - 1);
    const std::int64_t row = values.integer("row");
    row_ = row < 0 ? picture_.height / 2 : static_cast<std::size_t>(row);
    if (row_ >= picture_.height)
      bad_parameter("row: is " + std::to_string(row_) + ", the image has rows 0 to " +
                    std::to_string(picture_.height - 1));
    const bool odd = values.choice("train") == 0;
    add(setup, "train", "train", odd ? Part{0, picture_.height, 1, 2, picture_.width / 2} : whole());
    add(setup, "test", "test", whole());
    add(setup, "row", "manifold", {row_, 1, 0, 1, picture_.width});
  }

  void fill(std::uint32_t set, std::uint64_t row, const basso::point& point) const {
    const Part& part = parts_[set];
    const std::size_t y = part.first_row + row / part.columns;
    const std::size_t x = part.first_column + part.column_step * (row % part.columns);
    point.inputs[0] = coordinate(x);
    point.inputs[1] = coordinate(y);
    point.outputs[0] = picture_.level[y * picture_.width + x];
  }

 private:
  struct Part {
    std::size_t first_row, rows, first_column, column_step, columns;
  };
  Part whole() const { return {0, picture_.height, 0, 1, picture_.width}; }

  double coordinate(std::size_t i) const { return low_ + static_cast<double>(i) * step_; }

  void read(const basso_host* host, const basso::values& values) {
    const std::string own = values.text("file"), name = values.text("name");
    if (own.empty() && name.empty()) bad_parameter("name: is empty; name an image such as \"camera.png\"");
    const basso_array levels = basso::read_array(host, "image", "images", own.empty() ? name : own);
    picture_ = {static_cast<std::size_t>(levels.shape[0]), static_cast<std::size_t>(levels.shape[1]), {}};
    const std::size_t pixels = picture_.height * picture_.width;
    if (levels.bytes != nullptr)
      picture_.level.assign(levels.bytes, levels.bytes + pixels);
    else
      picture_.level.assign(levels.numbers, levels.numbers + pixels);
    const auto height = static_cast<std::size_t>(values.integer("height"));
    const auto width = static_cast<std::size_t>(values.integer("width"));
    picture_ = resized(picture_, height == 0 ? picture_.height : height, width == 0 ? picture_.width : width);
    const std::string path = levels.path;
    provenance_ = path.substr(path.rfind('/') + 1) + ", " + std::to_string(picture_.width) + " x " +
                  std::to_string(picture_.height) + " pixels";
    normalise(path);
  }

  // X section 5.1.2: subtracted by its mean and then divided by the largest absolute value.
  void normalise(const std::string& path) {
    double mean = 0.0, largest = 0.0;
    for (const double level : picture_.level) mean += level / static_cast<double>(picture_.level.size());
    for (double& level : picture_.level) largest = std::max(largest, std::abs(level -= mean));
    if (!(largest > 1e-9 * std::max(mean, 1e-9)))
      throw basso::failure(BASSO_ERROR_DATA,
                           path + ": all pixels are equally grey; take an image with a picture on it");
    for (double& level : picture_.level) level /= largest;
  }

  void add(basso::target_setup& setup, const char* name, const char* role, const Part& part) {
    basso::point_set set(name, role, part.rows * part.columns);
    set.input_dim = 2;
    set.input_names = {"x", "y"};
    const auto axis = [&](const char* of, std::size_t first, std::size_t step, std::size_t length) {
      return basso::axis::steps(of, "", length, coordinate(first), static_cast<double>(step) * step_);
    };
    if (part.rows > 1) set.axes.push_back(axis("y", part.first_row, 1, part.rows));
    set.axes.push_back(axis("x", part.first_column, part.column_step, part.columns));
    set.provenance = provenance_;
    setup.add(set);
    parts_.push_back(part);
  }

  Picture picture_{};  // normalised
  double low_, step_ = 0.0;
  std::size_t row_ = 0;
  std::string provenance_;
  std::vector<Part> parts_;  // of each set
};

}  // namespace

BASSO_TARGET_CLASS(
    image, Image, "image", "1.0.0",
    "A grey image: position to grey level, minus the mean over the largest magnitude",
    "Xu 2018 (X), Understanding training and generalization in deep learning by Fourier analysis, Figs 2 and "
    "3; Xu, Zhang, Xiao 2018, Training behavior of deep neural network in frequency domain, Fig 2",
    "data/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&image)
