// Checkpoints as bytes and as files. See checkpoint.hpp.
#include "run/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <span>

#include "basso/error.hpp"
#include "data/hash.hpp"
#include "run/directory.hpp"
#include "services/memory.hpp"

namespace basso {

namespace {

namespace fs = std::filesystem;
static_assert(std::endian::native == std::endian::little, "the files are little-endian");

constexpr std::string_view magic = "basso checkpoint ", version = "1 ";
constexpr std::size_t hash_length = 32, head_length = magic.size() + version.size() + hash_length + 1;
constexpr double least_seconds = 5, share = 0.01;  // of the time, for checkpoints

// The content behind room for the head; in one piece of memory where `expected` bytes suffice.
class Writer {
 public:
  explicit Writer(std::size_t expected) {
    bytes_.reserve(head_length + expected);
    bytes_.resize(head_length);
  }
  template <class T>
  void array(std::span<const T> values) {
    number(values.size());
    const auto bytes = std::as_bytes(values);
    const auto* const first = reinterpret_cast<const std::uint8_t*>(bytes.data());
    bytes_.insert(bytes_.end(), first, first + bytes.size());
  }
  void text(const std::string& value) { array(std::span<const char>(value)); }
  void number(std::uint64_t value) {
    std::array<std::uint8_t, 8> bytes;
    std::memcpy(bytes.data(), &value, bytes.size());
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  std::vector<std::uint8_t> take() {
    const std::string hash = data::hash_bytes(data::Bytes(bytes_).subspan(head_length));
    const std::string head = fmt::format("{}{}{}\n", magic, version, hash);
    std::copy(head.begin(), head.end(), bytes_.begin());
    return std::move(bytes_);
  }

 private:
  std::vector<std::uint8_t> bytes_;
};

class Reader {
 public:
  Reader(data::Bytes bytes, const std::string& name) : bytes_(bytes), name_(name) {}
  template <class T>
  std::vector<T> array() {
    const std::uint64_t count = number();
    if (count > bytes_.size() / sizeof(T)) fail("it ends too early");
    std::vector<T> values(static_cast<std::size_t>(count));
    take(values.data(), values.size() * sizeof(T));
    return values;
  }
  std::string text() {
    const std::vector<char> characters = array<char>();
    return {characters.begin(), characters.end()};
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    if (bytes_.size() < sizeof(value)) fail("it ends too early");
    take(&value, sizeof(value));
    return value;
  }
  void done() const {
    if (!bytes_.empty()) fail("it has more bytes than it should");
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(Exit::data, fmt::format("{}: damaged: {}", name_, what));
  }

 private:
  void take(void* to, std::size_t count) {
    if (count > 0) std::memcpy(to, bytes_.data(), count);
    bytes_ = bytes_.subspan(count);
  }
  data::Bytes bytes_;
  const std::string& name_;
};

// "<point>-<repeat>-<step>.checkpoint"
fs::path file_name(std::uint64_t point, std::uint64_t repeat, std::int64_t step) {
  return fmt::format("{}-{}-{}.checkpoint", point, repeat, step);
}

// The step in the name of a checkpoint of this job.
std::optional<std::int64_t> step_of(const std::string& name, std::uint64_t point, std::uint64_t repeat) {
  const std::string start = fmt::format("{}-{}-", point, repeat);
  std::int64_t step = 0;
  const char* const end = name.data() + name.size();
  if (name.rfind(start, 0) != 0) return std::nullopt;
  const auto [rest, failure] = std::from_chars(name.data() + start.size(), end, step);
  if (failure != std::errc() || step < 0 ||
      std::string_view(rest, static_cast<std::size_t>(end - rest)) != ".checkpoint")
    return std::nullopt;
  return step;
}

}  // namespace

std::vector<std::uint8_t> checkpoint_bytes(const Checkpoint& checkpoint) {
  constexpr std::size_t numbers = 16, numbers_of_a_probe = 4;
  std::size_t expected = checkpoint.run.size() + sizeof(double) * (numbers + checkpoint.parameters.size() +
                                                                   checkpoint.training.size());
  for (const ProbeMemory& probe : checkpoint.probes)
    expected += probe.name.size() + probe.state.size() + sizeof(double) * numbers_of_a_probe;
  Writer out(expected);
  out.text(checkpoint.run);
  out.number(checkpoint.point);
  out.number(checkpoint.repeat);
  out.number(static_cast<std::uint64_t>(checkpoint.step));
  out.number(checkpoint.looked ? 1 : 0);
  out.array(std::span(checkpoint.parameters));
  out.array(std::span(checkpoint.training));
  out.number(checkpoint.probes.size());
  for (const ProbeMemory& probe : checkpoint.probes) {
    out.text(probe.name);
    out.number(probe.observations);
    out.array(std::span(probe.state));
  }
  return out.take();
}

Checkpoint parse_checkpoint(data::Bytes bytes, const std::string& name) {
  Reader in(bytes.subspan(std::min(bytes.size(), head_length)), name);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()),
                              std::min(bytes.size(), head_length));
  if (text.substr(0, magic.size()) != magic) in.fail("it does not begin as a checkpoint does");
  if (text.substr(magic.size(), version.size()) != version)
    in.fail("its version is not 1, the only one that this version of basso knows");
  const std::string hash = data::hash_bytes(bytes.subspan(text.size()));
  if (text.size() < head_length || text.substr(magic.size() + version.size()) != hash + "\n")
    in.fail("its bytes are not those that were written (XXH3-128)");

  Checkpoint checkpoint;
  checkpoint.run = in.text();
  checkpoint.point = in.number();
  checkpoint.repeat = in.number();
  checkpoint.step = static_cast<std::int64_t>(in.number());
  const std::uint64_t looked = in.number();
  if (looked > 1) in.fail("a yes or no is neither");
  checkpoint.looked = looked == 1;
  checkpoint.parameters = in.array<double>();
  checkpoint.training = in.array<double>();
  for (std::uint64_t left = in.number(); left > 0; --left) {
    ProbeMemory probe;
    probe.name = in.text();
    probe.observations = in.number();
    probe.state = in.array<std::uint8_t>();
    checkpoint.probes.push_back(std::move(probe));
  }
  in.done();
  return checkpoint;
}

double seconds_between(double said, double elapsed, double spent, double last) {
  return said > 0 ? said : std::max(least_seconds, (spent + last) / share - elapsed);
}

CheckpointClock::CheckpointClock(double seconds) : seconds_(seconds) { took({}); }

void CheckpointClock::took(std::chrono::duration<double> time) {
  const clock::time_point now = clock::now();
  const std::chrono::duration<double> elapsed = now - begun_;
  spent_ += time.count();
  const std::chrono::duration<double> wait(seconds_between(seconds_, elapsed.count(), spent_, time.count()));
  next_ = now + std::chrono::duration_cast<clock::duration>(wait);
}

Checkpoints::Checkpoints(const fs::path& directory, std::string run)
    : folder_(directory / "checkpoints"), run_(std::move(run)) {}

void Checkpoints::write(Checkpoint checkpoint) const {
  checkpoint.run = run_;
  try {
    data::make_folder(folder_);
    const std::vector<std::uint8_t> bytes = checkpoint_bytes(checkpoint);
    data::write_file_atomically(folder_ / file_name(checkpoint.point, checkpoint.repeat, checkpoint.step),
                                {data::Bytes(bytes)});
  } catch (const Error& error) {
    keep(1, checkpoint);  // a full disk: room for the manifest to say so
    throw CannotRecord(error);
  }
  keep(2, checkpoint);
}

std::optional<Checkpoint> Checkpoints::newest(std::uint64_t point, std::uint64_t repeat,
                                              const std::function<void(const std::string&)>& report) const {
  for (const fs::path& file : files(point, repeat)) {
    try {
      Checkpoint checkpoint =
          parse_checkpoint(data::read_file(file, services::physical_memory()), file.string());
      if (checkpoint.run == run_ && checkpoint.point == point && checkpoint.repeat == repeat)
        return checkpoint;
      throw Error(Exit::data, file.string() + ": it belongs to another run or job");
    } catch (const Error& error) {
      report(fmt::format("{}; it is left out", error.what()));
    }
  }
  return std::nullopt;
}

void Checkpoints::remove(std::uint64_t point, std::uint64_t repeat) const {
  std::error_code failure;
  for (const fs::path& file : files(point, repeat)) fs::remove(file, failure);
}

void Checkpoints::tidy() const {
  std::error_code failure;
  for (const fs::path& file : data::entries_of(folder_))
    if (data::is_part(file)) fs::remove(file, failure);
  if (fs::is_empty(folder_, failure) && !failure) fs::remove(folder_, failure);
}

std::vector<fs::path> Checkpoints::files(std::uint64_t point, std::uint64_t repeat) const {
  std::vector<std::pair<std::int64_t, fs::path>> found;
  for (const fs::path& file : data::entries_of(folder_)) {
    if (const auto step = step_of(file.filename().string(), point, repeat)) found.emplace_back(-*step, file);
  }
  std::sort(found.begin(), found.end());
  std::vector<fs::path> paths;
  for (auto& [step, path] : found) paths.push_back(std::move(path));
  return paths;
}

void Checkpoints::keep(std::size_t count, const Checkpoint& of) const {
  const std::vector<fs::path> all = files(of.point, of.repeat);
  std::error_code failure;
  for (std::size_t i = count; i < all.size(); ++i) fs::remove(all[i], failure);
}

}  // namespace basso
