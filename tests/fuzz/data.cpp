// Data files: IDX (plain and gzip), PNG and PGM, CSV, .npy, .npz, CIFAR records. What is read has the sizes
// that it states.
#include "data/cifar.hpp"
#include "data/csv.hpp"
#include "data/idx.hpp"
#include "data/image.hpp"
#include "data/npy.hpp"
#include "data/npy_series.hpp"
#include "data/npz.hpp"
#include "fuzz/targets.hpp"

namespace basso::fuzz {

namespace {

void require_sound(const data::Array& array) {
  require(array.bytes.size() == data::bytes_of(array.shape, data::bytes_of(array.type)),
          "an array has the bytes of its shape");
  require(array.to_doubles().size() == array.size(), "an array has the elements of its shape");
}

}  // namespace

void idx(Bytes input) {
  accepts([&] {
    const data::IdxArray array = data::read_idx(file_of(input));
    require(array.size() > 0, "no dimension is 0");
    (void)array.value(0);
    (void)array.value(array.size() - 1);
  });
}

void image(Bytes input) {
  accepts([&] {
    const data::GreyImage image = data::parse_image(input, "i");
    require(image.levels.size() == image.height * image.width, "an image has the levels of its size");
    for (const std::uint16_t level : image.levels)
      require(image.bits == 16 || level < 256, "levels have the bits that the image states");
  });
}

void csv(Bytes input) {
  accepts([&] {
    const data::Table table = data::parse_csv(text_of(input), "c");
    require(table.values.size() == table.rows * table.width, "a table has the values of its size");
    require(table.columns.empty() || table.columns.size() == table.width, "each column has a name, or none");
  });
}

// As an array, and as a series of the shape that it states.
void npy(Bytes input) {
  const bool sound = accepts([&] {
    const data::Array array = data::parse_npy(input, "a");
    require_sound(array);
    const std::string header = data::npy_header(array.type, array.shape);
    std::vector<std::uint8_t> again(header.begin(), header.end());
    again.insert(again.end(), array.bytes.begin(), array.bytes.end());
    const data::Array copy = data::parse_npy(again, "again");
    require(copy.shape == array.shape && copy.bytes == array.bytes, "what is written reads back");
  });
  accepts([&] {
    const data::NpyHeader header = data::parse_npy_header(input, "s");
    const data::NpySeries series = data::NpySeries::open_to_read(file_of(input), header.shape);
    require(sound, "a series is an array");
    std::vector<double> values(series.size());
    series.read_at(0, values);
  });
}

void npz(Bytes input) {
  accepts([&] {
    for (const data::NamedArray& named : data::read_npz(file_of(input))) require_sound(named.array);
  });
}

void cifar(Bytes input) {
  accepts([&] {
    const data::CifarRecords records = data::read_cifar(file_of(input));
    require(records.pixels.size() == records.size() * data::cifar_pixels, "each label has its pixels");
    for (const std::uint8_t label : records.labels) require(label < 10, "labels are 0 to 9");
  });
}

}  // namespace basso::fuzz
