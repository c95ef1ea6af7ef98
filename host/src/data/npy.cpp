// numpy's .npy files (see npy.hpp).
#include "data/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "basso/error.hpp"

namespace basso::data {
namespace {

constexpr std::string_view magic("\x93NUMPY", 6);

[[noreturn]] void fail(const std::string& name, const std::string& what) {
  throw Error(Exit::data, name + ": " + what);
}

// Reads the header's Python dictionary: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }.
class DictionaryReader {
 public:
  DictionaryReader(std::string_view text, const std::string& name) : text_(text), rest_(text), name_(name) {}

  NpyHeader read() {
    std::optional<ElementType> type;
    std::optional<bool> fortran_order;
    std::optional<Shape> shape;
    expect('{');
    while (!take('}')) {
      const std::string_view key = quoted();
      expect(':');
      if (key == "descr" && !type) {
        type = element_type();
      } else if (key == "fortran_order" && !fortran_order) {
        fortran_order = boolean();
      } else if (key == "shape" && !shape) {
        shape = tuple();
      } else {
        malformed();
      }
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (!rest_.empty() || !type || !fortran_order || !shape) malformed();
    return {*type, *fortran_order, *shape, 0};
  }

 private:
  [[noreturn]] void malformed() const {
    fail(name_, fmt::format("malformed .npy header at character {}; expected a dictionary with descr, "
                            "fortran_order and shape",
                            text_.size() - rest_.size()));
  }

  void skip_space() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n')) rest_.remove_prefix(1);
  }

  bool take(char c) {
    skip_space();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char c) {
    if (!take(c)) malformed();
  }

  std::string_view quoted() {
    skip_space();
    if (rest_.empty() || (rest_.front() != '\'' && rest_.front() != '"')) malformed();
    const std::size_t end = rest_.find(rest_.front(), 1);
    if (end == std::string_view::npos) malformed();
    const std::string_view word = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return word;
  }

  ElementType element_type() {
    skip_space();
    if (!rest_.empty() && rest_.front() == '[')
      fail(name_, "a structured array; expected numbers of one type");
    const std::string_view descr = quoted();
    using enum ElementType;
    for (const ElementType type :
         {float64, float32, int64, int32, int16, int8, uint64, uint32, uint16, uint8, boolean}) {
      if (descr == descr_of(type)) return type;
    }
    fail(name_,
         fmt::format("elements of type '{}'; expected little-endian real numbers (<f8, <f4, <i8, |u1 and "
                     "the like): convert with numpy's astype",
                     descr));
  }

  bool boolean() {
    skip_space();
    for (const auto& [word, value] : {std::pair<std::string_view, bool>{"True", true}, {"False", false}}) {
      if (rest_.starts_with(word)) {
        rest_.remove_prefix(word.size());
        return value;
      }
    }
    malformed();
  }

  Shape tuple() {
    Shape shape;
    expect('(');
    while (!take(')')) {
      skip_space();
      std::uint64_t extent = 0;
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), extent);
      if (error != std::errc()) malformed();
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
      shape.push_back(extent);
      if (!take(',')) {
        expect(')');
        break;
      }
    }
    return shape;
  }

  std::string_view text_, rest_;
  const std::string& name_;
};

// Fortran order (first index fastest) to C order.
std::vector<std::uint8_t> to_c_order(Bytes elements, const Shape& shape, std::size_t width) {
  std::vector<std::uint8_t> out(elements.size());
  std::vector<std::uint64_t> position(shape.size(), 0);
  for (std::size_t from = 0; from < elements.size(); from += width) {
    std::uint64_t to = 0;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) to = to * shape[axis] + position[axis];
    std::copy_n(&elements[from], width, &out[to * width]);
    for (std::size_t axis = 0; axis < shape.size() && ++position[axis] == shape[axis]; ++axis)
      position[axis] = 0;
  }
  return out;
}

}  // namespace

NpyHeader parse_npy_header(Bytes content, const std::string& name) {
  const std::string_view text(reinterpret_cast<const char*>(content.data()), content.size());
  if (text.size() < 10) fail(name, fmt::format("{} bytes are too few for a .npy file", text.size()));
  if (!text.starts_with(magic)) fail(name, "not a .npy file: it does not begin with \\x93NUMPY");
  const std::uint8_t major = content[6], minor = content[7];
  if (major < 1 || major > 3 || minor != 0) {
    fail(name, fmt::format(".npy version {}.{}; expected 1.0, 2.0 or 3.0", major, minor));
  }
  const std::size_t begin = major == 1 ? 10 : 12;  // the length takes 2 bytes in version 1, later 4
  if (content.size() < begin) fail(name, "truncated in the .npy header");
  std::size_t length = 0;
  for (std::size_t i = begin; i-- > 8;) length = length << 8 | content[i];
  if (length > content.size() - begin) fail(name, "truncated in the .npy header");
  NpyHeader header = DictionaryReader(text.substr(begin, length), name).read();
  header.content_offset = begin + length;
  return header;
}

Array parse_npy(Bytes content, const std::string& name) {
  NpyHeader header = parse_npy_header(content, name);
  const Bytes elements = content.subspan(header.content_offset);
  const std::size_t width = bytes_of(header.type);
  std::uint64_t expected = width;
  try {
    expected = bytes_of(header.shape, width);
  } catch (const Error& error) {
    fail(name, error.what());
  }
  if (elements.size() != expected) {
    fail(name,
         fmt::format("the .npy header announces {} bytes of elements, {} follow", expected, elements.size()));
  }
  Array array{header.type, std::move(header.shape), {}};
  if (header.fortran_order) {
    array.bytes = to_c_order(elements, array.shape, width);
  } else {
    array.bytes.assign(elements.begin(), elements.end());
  }
  return array;
}

Array read_npy(const Path& path) { return parse_npy(read_file(path), path.string()); }

std::string npy_header(ElementType type, const Shape& shape) {
  std::string dictionary = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                       descr_of(type), fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  const std::size_t before = magic.size() + 4;
  const std::size_t total = (before + dictionary.size() + 1 + 63) / 64 * 64;
  const std::size_t length = total - before;
  if (length > 0xffff) {
    throw Error(Exit::usage,
                fmt::format("an array of {} dimensions does not fit a .npy header", shape.size()));
  }
  dictionary.resize(length - 1, ' ');
  std::string header(magic);
  header += {'\x01', '\x00', static_cast<char>(length & 0xff), static_cast<char>(length >> 8)};
  return header + dictionary + '\n';
}

void write_npy(const Path& path, const Array& array) {
  const std::string header = npy_header(array.type, array.shape);
  write_file_atomically(
      path, {Bytes(reinterpret_cast<const std::uint8_t*>(header.data()), header.size()), Bytes(array.bytes)});
}

void write_npy(const Path& path, const Shape& shape, std::span<const double> values) {
  write_npy(path, Array::of(shape, values));
}

}  // namespace basso::data
