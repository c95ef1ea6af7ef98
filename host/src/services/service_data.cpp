// data/1 over room data: files by format, found along the data path, read once a run, hashed for the
// manifest.
#include <fmt/format.h>

#include <cstring>
#include <span>
#include <system_error>

#include "data/cifar.hpp"
#include "data/csv.hpp"
#include "data/hash.hpp"
#include "data/idx.hpp"
#include "data/image.hpp"
#include "data/npy.hpp"
#include "data/search.hpp"
#include "plugin/growable.hpp"
#include "services/context.hpp"
#include "services/tables.hpp"

namespace basso::services {
namespace {

namespace fs = std::filesystem;

LoadedArray load_idx(const fs::path& path) {
  data::IdxArray idx = data::read_idx(path);
  LoadedArray array;
  array.shape = idx.shape;
  if (idx.type == data::IdxType::uint8) {
    array.bytes = std::move(idx.bytes);
  } else {
    array.numbers.resize(idx.size());
    for (std::size_t i = 0; i < array.numbers.size(); ++i) array.numbers[i] = idx.value(i);
  }
  return array;
}

LoadedArray load_npy(const fs::path& path) {
  data::Array npy = data::read_npy(path);
  LoadedArray array;
  array.shape = npy.shape;
  if (npy.type == data::ElementType::uint8)
    array.bytes = std::move(npy.bytes);
  else
    array.numbers = npy.to_doubles();
  return array;
}

LoadedArray load_csv(const fs::path& path) {
  data::Table table = data::read_csv(path);
  LoadedArray array;
  array.shape = {table.rows, table.width};
  array.numbers = std::move(table.values);
  return array;
}

// Records as they stand in the file: label, then pixels.
LoadedArray load_cifar(const fs::path& path) {
  const data::CifarRecords records = data::read_cifar(path);
  constexpr std::size_t width = data::cifar_pixels + 1;
  LoadedArray array;
  array.shape = {records.size(), width};
  array.bytes.resize(records.size() * width);
  for (std::size_t i = 0; i < records.size(); ++i) {
    array.bytes[i * width] = records.labels[i];
    std::memcpy(&array.bytes[i * width + 1], &records.pixels[i * data::cifar_pixels], data::cifar_pixels);
  }
  return array;
}

LoadedArray load_image(const fs::path& path) {
  const data::GreyImage image = data::read_image(path);
  LoadedArray array;
  array.shape = {image.height, image.width};
  if (image.bits == 8)
    array.bytes.assign(image.levels.begin(), image.levels.end());
  else
    array.numbers.assign(image.levels.begin(), image.levels.end());
  return array;
}

LoadedArray load(const std::string& format, const fs::path& path) {
  if (format == "idx") return load_idx(path);
  if (format == "npy") return load_npy(path);
  if (format == "csv") return load_csv(path);
  if (format == "cifar") return load_cifar(path);
  if (format == "image") return load_image(path);
  throw Refusal(BASSO_ERROR_UNSUPPORTED,
                fmt::format("this host reads no '{}' files (it reads idx, npy, csv, cifar, image)", format));
}

std::vector<std::string> candidates(const std::string& format, const std::string& name) {
  if (format == "idx") return {name, name + ".gz"};
  return {name};
}

// All files of a data set come from the folder where its first one was found: another folder of that name may
// hold other data.
fs::path find_file(Host& owner, const std::string& format, const std::string& folder,
                   const std::string& name) {
  if (fs::path(name).is_absolute()) {
    for (const std::string& candidate : candidates(format, name)) {
      std::error_code error;
      if (fs::exists(candidate, error)) return candidate;
    }
    throw Error(Exit::data,
                fmt::format("{}: there is no such file", fmt::join(candidates(format, name), " or ")));
  }
  std::vector<fs::path> search_path = owner.data_set_place(folder);
  if (search_path.empty()) {
    std::vector<std::string> given;
    for (const fs::path& directory : owner.shared().data_dirs) given.push_back(directory.string());
    search_path = data::data_search_path(given);
  }
  const fs::path found = data::find_dataset(search_path, folder, candidates(format, name));
  owner.keep_data_set_place(folder, found.parent_path().parent_path());
  return found;
}

std::int32_t read_file(const basso_host* host, const char* format, const char* folder, const char* name,
                       basso_array* array, basso_error* error) noexcept {
  return guarded(error, [&] {
    expect(format, "the format");
    expect(folder, "the folder");
    expect(name, "the file's name");
    expect(array, "the place for the array");
    if (!plugin::complete(array))
      throw Refusal(BASSO_ERROR_INTERNAL,
                    "the place for the array is shorter than the ABI says; begin with "
                    "BASSO_ARRAY, which sets its size");
    Host& owner = Host::of(host);
    const fs::path path = find_file(owner, format, folder, name);
    const LoadedArray& loaded = owner.keep(owner.shared().files.read(format, path));
    if (loaded.shape.size() > std::size(array->shape))
      throw Error(Exit::data, fmt::format("{}: has {} dimensions, at most {} are possible", loaded.path,
                                          loaded.shape.size(), std::size(array->shape)));
    array->rank = static_cast<std::uint32_t>(loaded.shape.size());
    for (std::size_t i = 0; i < loaded.shape.size(); ++i) array->shape[i] = loaded.shape[i];
    array->bytes = loaded.bytes.empty() ? nullptr : loaded.bytes.data();
    array->numbers = loaded.bytes.empty() ? loaded.numbers.data() : nullptr;
    array->path = loaded.path.c_str();
  });
}

}  // namespace

std::shared_ptr<const LoadedArray> DataFiles::read(const std::string& format, const fs::path& path) {
  const std::lock_guard lock(mutex_);
  std::weak_ptr<const LoadedArray>& known = loaded_[format + " " + path.string()];
  if (auto array = known.lock()) return array;
  auto array = std::make_shared<LoadedArray>(load(format, path));
  array->path = path.string();
  if (hashes_.count(array->path) == 0) hashes_[array->path] = data::hash_file(path);
  known = array;
  return array;
}

void DataFiles::note(const fs::path& path) {
  const std::string hash = data::hash_file(path);
  const std::lock_guard lock(mutex_);
  hashes_[path.string()] = hash;
}

std::map<std::string, std::string> DataFiles::hashes() const {
  const std::lock_guard lock(mutex_);
  return hashes_;
}

const basso_data_v1& data_table() {
  static const basso_data_v1 table = {read_file};
  return table;
}

}  // namespace basso::services
