// numpy's .npz files (see npz.hpp). Field names and offsets are those of PKWARE's APPNOTE 6.3.
#include "data/npz.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <set>
#include <utility>

#include "basso/error.hpp"
#include "data/npy.hpp"

namespace basso::data {
namespace {

constexpr std::uint32_t local_signature = 0x04034b50, central_signature = 0x02014b50,
                        end_signature = 0x06054b50;
constexpr std::size_t local_size = 30, central_size = 46, end_size = 22;  // of the fixed parts
constexpr std::uint16_t stored = 0, deflated = 8;
constexpr std::uint16_t dos_date = 0x0021;  // 1 January 1980, the first that a zip file can say

std::uint32_t crc_of(std::uint32_t start, Bytes bytes) {
  return static_cast<std::uint32_t>(crc32_z(start, bytes.data(), bytes.size()));
}

class Reader {
 public:
  Reader(Bytes archive, std::string name) : archive_(archive), name_(std::move(name)) {}

  std::vector<NamedArray> read() {
    const std::size_t end = find_end();
    const std::uint64_t entries = number(end + 10, 2);
    std::uint64_t at = number(end + 16, 4);
    if (number(end + 4, 2) != 0 || number(end + 8, 2) != entries) fail("an archive in several parts");
    if (entries == 0xffff || at == 0xffffffff || number(end + 12, 4) == 0xffffffff) fail_zip64();
    std::vector<NamedArray> arrays;
    for (std::uint64_t i = 0; i < entries; ++i) at = read_entry(at, arrays);
    return arrays;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw Error(Exit::data, name_ + ": " + what); }
  [[noreturn]] void fail_zip64() const {
    fail("a zip64 archive (arrays of 4 GiB and more); save the arrays as separate .npy files");
  }

  std::uint64_t number(std::uint64_t at, std::size_t count) const {
    if (at > archive_.size() || count > archive_.size() - at) fail("truncated zip archive");
    std::uint64_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = value << 8 | archive_[at + i];
    return value;
  }

  Bytes part(std::uint64_t at, std::uint64_t count) const {
    if (at > archive_.size() || count > archive_.size() - at) fail("truncated zip archive");
    return archive_.subspan(at, count);
  }

  // The end record, followed by a comment of up to 65535 bytes that reaches to the end of the file.
  std::size_t find_end() const {
    if (archive_.size() >= end_size) {
      const std::size_t last = archive_.size() - end_size;
      for (std::size_t back = 0; back <= std::min<std::size_t>(last, 0xffff); ++back) {
        if (number(last - back, 4) == end_signature && number(last - back + 20, 2) == back)
          return last - back;
      }
    }
    fail("not a zip archive, or truncated: no end record; expected a .npz file");
  }

  // Reads the entry at `at` in the central directory; returns where the next one begins.
  std::uint64_t read_entry(std::uint64_t at, std::vector<NamedArray>& arrays) const {
    if (number(at, 4) != central_signature) fail("corrupt zip directory");
    const std::uint64_t flags = number(at + 8, 2), method = number(at + 10, 2), crc = number(at + 16, 4);
    const std::uint64_t packed = number(at + 20, 4), unpacked = number(at + 24, 4);
    const std::uint64_t name_size = number(at + 28, 2), local = number(at + 42, 4);
    const Bytes raw_name = part(at + central_size, name_size);
    std::string name(raw_name.begin(), raw_name.end());
    if (packed == 0xffffffff || unpacked == 0xffffffff || local == 0xffffffff) fail_zip64();
    if (flags & 1) fail(fmt::format("entry '{}' is encrypted", name));
    if (number(local, 4) != local_signature) fail(fmt::format("entry '{}' has no local header", name));
    // The local sizes may be absent or zip64 (numpy writes them so); its name and extra field only are
    // skipped.
    const std::uint64_t content = local + local_size + number(local + 26, 2) + number(local + 28, 2);
    // Entries that share their bytes would multiply deflate's largest ratio.
    if (packed > archive_.size() - std::min<std::uint64_t>(taken_, archive_.size()))
      fail(fmt::format("entry '{}' overlaps others", name));
    taken_ += packed;
    const auto bytes = unpack(name, method, part(content, packed), unpacked);
    if (crc_of(0, bytes) != crc) fail(fmt::format("entry '{}' is corrupt: its CRC-32 differs", name));
    const std::string shown = fmt::format("{}: entry '{}'", name_, name);
    if (!name.ends_with(".npy")) throw Error(Exit::data, shown + " is no .npy array");
    Array array = parse_npy(bytes, shown);
    name.resize(name.size() - 4);
    if (!names_.insert(name).second) fail(fmt::format("two arrays are named '{}'", name));
    arrays.push_back({std::move(name), std::move(array)});
    return at + central_size + name_size + number(at + 30, 2) + number(at + 32, 2);
  }

  std::vector<std::uint8_t> unpack(const std::string& name, std::uint64_t method, Bytes packed,
                                   std::uint64_t unpacked) const {
    const auto corrupt = [&] {
      fail(fmt::format("entry '{}' is corrupt: its size is not what it says", name));
    };
    if (method == stored) {
      if (packed.size() != unpacked) corrupt();
      return {packed.begin(), packed.end()};
    }
    if (method != deflated) fail(fmt::format("entry '{}' uses zip method {}; expected 0 or 8", name, method));
    if (unpacked / 1032 > packed.size())
      corrupt();  // deflate's largest ratio, checked before memory is taken
    std::vector<std::uint8_t> bytes(unpacked);
    std::uint8_t nothing = 0;
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) fail("zlib cannot be initialised");
    stream.next_in = const_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = bytes.empty() ? &nothing : bytes.data();
    stream.avail_out = static_cast<uInt>(bytes.size());
    const int status = inflate(&stream, Z_FINISH);
    const bool complete = status == Z_STREAM_END && stream.avail_out == 0 && stream.avail_in == 0;
    inflateEnd(&stream);
    if (!complete) corrupt();
    return bytes;
  }

  Bytes archive_;
  std::string name_;
  mutable std::set<std::string> names_;
  mutable std::uint64_t taken_ = 0;  // bytes of the entries read so far
};

void put(std::string& out, std::uint64_t value, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

// What the local and the central header of a stored entry share: version needed to name length, extra length
// 0.
std::string common_fields(std::uint32_t crc, std::uint64_t size, std::size_t name_size) {
  std::string fields;
  put(fields, 20, 2);  // version needed
  put(fields, 0, 2);   // flags
  put(fields, stored, 2);
  put(fields, 0, 2);  // time
  put(fields, dos_date, 2);
  put(fields, crc, 4);
  put(fields, size, 4);
  put(fields, size, 4);
  put(fields, name_size, 2);
  put(fields, 0, 2);
  return fields;
}

Bytes as_bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

std::vector<NamedArray> read_npz(const Path& path) { return Reader(read_file(path), path.string()).read(); }

const Array& find_array(const std::vector<NamedArray>& arrays, std::string_view name, const Path& path) {
  std::string names;
  for (const NamedArray& named : arrays) {
    if (named.name == name) return named.array;
    names += (names.empty() ? "" : ", ") + named.name;
  }
  throw Error(Exit::data,
              fmt::format("{}: no array is named '{}'; there are: {}", path.string(), name, names));
}

void write_npz(const Path& path, const std::vector<NamedArray>& arrays) {
  std::vector<std::string> heads;  // a local header, the name and the .npy header of each array
  std::string directory;
  std::uint64_t offset = 0;
  for (const auto& [name, array] : arrays) {
    const std::string file = name + ".npy";
    const std::string header = npy_header(array.type, array.shape);
    const std::uint64_t size = header.size() + array.bytes.size();
    if (size + offset >= 0xfffffff0 || file.size() > 0xffff || arrays.size() >= 0xffff) {
      throw Error(Exit::run_failed, path.string() + ": the arrays do not fit a zip archive below 4 GiB");
    }
    const std::string fields =
        common_fields(crc_of(crc_of(0, as_bytes(header)), array.bytes), size, file.size());
    std::string head;
    put(head, local_signature, 4);
    head += fields + file + header;

    put(directory, central_signature, 4);
    put(directory, 20, 2);  // version made by
    directory += fields;
    directory.append(10, '\0');  // comment length, disk, internal and external attributes
    put(directory, offset, 4);
    directory += file;
    offset += head.size() + array.bytes.size();
    heads.push_back(std::move(head));
  }
  std::string end;
  put(end, end_signature, 4);
  put(end, 0, 4);  // disks
  put(end, arrays.size(), 2);
  put(end, arrays.size(), 2);
  put(end, directory.size(), 4);
  put(end, offset, 4);
  put(end, 0, 2);  // comment length

  std::vector<Bytes> parts;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    parts.push_back(as_bytes(heads[i]));
    parts.emplace_back(arrays[i].array.bytes);
  }
  parts.push_back(as_bytes(directory));
  parts.push_back(as_bytes(end));
  write_file_atomically(path, parts);
}

}  // namespace basso::data
