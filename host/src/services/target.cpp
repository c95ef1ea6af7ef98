// Targets: creation with its checks, filling in chunks, exact lines.
#include "services/target.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "services/fenced.hpp"
#include "services/memory.hpp"

namespace basso::services {
namespace {

constexpr std::uint64_t kChunk = std::uint64_t{1} << 16;       // rows between two looks at the stop flag
constexpr std::uint64_t kChunkBytes = std::uint64_t{4} << 20;  // unless one row has more

// The numbers of a row: at least one input and one output.
std::uint64_t rows_at_once(const SetInfo& info) {
  const std::uint64_t bytes = info.bytes() / info.rows;
  return std::clamp<std::uint64_t>(kChunkBytes / bytes, 1, kChunk);
}

}  // namespace

Target::Target(const Component& component, const plugin::ParameterValues& values, Shared& shared,
               std::uint64_t repeat)
    : host_(shared, component, repeat, "target " + component.id()),
      functions_(static_cast<const basso_target_v1*>(component.table().functions)) {
  host_.expect_kind("target");
  for (const std::string& path : values.paths()) shared.files.note(path);
  create(values);
  try {
    check_declarations();
    abi_sets_ = std::make_unique<AbiSets>(sets_);
    filled_ = std::make_unique<Filled[]>(sets_.size());
  } catch (...) {
    host_.destroy(functions_->destroy, instance_);
    throw;
  }
}

Target::~Target() { host_.destroy(functions_->destroy, instance_); }

void Target::create(const plugin::ParameterValues& values) {
  host_.add_set = [this](const basso_set& set) {
    SetInfo info = copy_set(set);
    if (find(info.name) != npos)
      throw Refusal(BASSO_ERROR_INTERNAL, fmt::format("two sets are named '{}'", info.name));
    sets_.push_back(std::move(info));
  };
  host_.call(Stage::create, "create", [&](basso_error* error) {
    return functions_->create(host_.abi(), values.abi(), &instance_, error);
  });
  host_.add_set = nullptr;
}

void Target::check_declarations() const {
  const auto fail = [&](const std::string& what) { host_.fail(Exit::plugin, "create", what); };
  if (find("train") == npos) fail("it declared no set named 'train'");
  for (const SetInfo& set : sets_) {
    if (set.output_dim != sets_.front().output_dim)
      fail(fmt::format("the set '{}' has {} outputs, '{}' has {}", set.name, set.output_dim,
                       sets_.front().name, sets_.front().output_dim));
    if (set.input_dim != sets_.front().input_dim)
      fail(fmt::format("the set '{}' has {} inputs, '{}' has {}", set.name, set.input_dim, sets_.front().name,
                       sets_.front().input_dim));
  }
  if (bytes() > physical_memory())
    host_.fail(Exit::usage, "create",
               fmt::format("its sets need {} MiB, this machine has {} MiB: ask for fewer rows", bytes() >> 20,
                           physical_memory() >> 20));
}

std::uint64_t Target::bytes() const {
  std::uint64_t sum = 0;
  for (const SetInfo& set : sets_)
    sum = sum + set.bytes() < sum ? std::numeric_limits<std::uint64_t>::max() : sum + set.bytes();
  return sum;
}

std::size_t Target::find(const std::string& name) const {
  for (std::size_t i = 0; i < sets_.size(); ++i)
    if (sets_[i].name == name) return i;
  return npos;
}

const SetData& Target::data(std::size_t set) const {
  std::call_once(filled_[set].data_once, [&] { fill(set, filled_[set].data); });
  return filled_[set].data;
}

const std::vector<Line>& Target::lines(std::size_t set) const {
  std::call_once(filled_[set].lines_once, [&] { filled_[set].lines = read_lines(set); });
  return filled_[set].lines;
}

void Target::fill(std::size_t set, SetData& data) const {
  const SetInfo& info = sets_[set];
  const double unwritten = std::nan("");  // so that a row left out is found out
  data.inputs.reserve(info.rows * info.input_dim);
  data.outputs.reserve(info.rows * info.output_dim);
  data.latents.reserve(info.rows * info.latent_dim);
  const std::uint64_t chunk = rows_at_once(info);
  for (std::uint64_t first = 0; first < info.rows; first += chunk) {
    const std::uint64_t rows = std::min(chunk, info.rows - first);
    Fenced<double> inputs("the inputs", rows * info.input_dim, unwritten);
    Fenced<double> outputs("the outputs", rows * info.output_dim, unwritten);
    Fenced<double> latents("the latents", rows * info.latent_dim, unwritten);
    fill_rows(set, first, rows, inputs.data(), outputs.data(), latents.data());
    for (const auto& [from, to] : {std::pair(&inputs, &data.inputs), std::pair(&outputs, &data.outputs),
                                   std::pair(&latents, &data.latents)}) {
      host_.expect_intact("fill", from->damage());
      to->insert(to->end(), from->begin(), from->end());
    }
  }
  check_finite(info, data.inputs, info.input_dim, "input");
  check_finite(info, data.outputs, info.output_dim, "output");
  check_finite(info, data.latents, info.latent_dim, "latent");
}

void Target::fill_rows(std::size_t set, std::uint64_t first, std::uint64_t rows, double* inputs,
                       double* outputs, double* latents) const {
  const std::lock_guard lock(calls_);
  host_.call(Stage::fill, "fill", [&](basso_error* error) {
    if (host_.shared().stopping()) return basso_fail(error, BASSO_ERROR_CANCELLED, "the run is to stop");
    return functions_->fill(instance_, static_cast<std::uint32_t>(set), first, rows, inputs, outputs, latents,
                            error);
  });
}

void Target::check_finite(const SetInfo& info, const std::vector<double>& values, std::uint64_t columns,
                          const char* what) const {
  const auto bad = std::find_if(values.begin(), values.end(), [](double v) { return !std::isfinite(v); });
  if (bad == values.end()) return;
  const auto index = static_cast<std::uint64_t>(bad - values.begin());
  host_.fail(Exit::run_failed, "fill",
             fmt::format("{} {} of row {} of the set '{}' is {}, every value must be written and finite",
                         what, index % columns, index / columns, info.name, *bad));
}

std::vector<Line> Target::read_lines(std::size_t set) const {
  const auto* spectrum = static_cast<const basso_spectrum_v1*>(host_.component().extension("spectrum/1"));
  if (!spectrum) return {};
  const auto read = [&](std::uint32_t capacity, double* k, double* real, double* imaginary) {
    std::uint32_t count = 0;
    host_.call(Stage::fill, "lines", [&](basso_error* error) {
      return spectrum->lines(instance_, static_cast<std::uint32_t>(set), capacity, k, real, imaginary, &count,
                             error);
    });
    return count;
  };
  const std::lock_guard lock(calls_);
  const std::uint32_t count = read(0, nullptr, nullptr, nullptr);
  Fenced<double> k("k", count, 0), real("the real parts", count, 0),
      imaginary("the imaginary parts", count, 0);
  if (count > 0 && read(count, k.data(), real.data(), imaginary.data()) != count)
    host_.fail(Exit::run_failed, "lines", "the number of lines changed from one call to the next");
  for (Fenced<double>* array : {&k, &real, &imaginary}) host_.expect_intact("lines", array->damage());
  std::vector<Line> lines;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!std::isfinite(k[i]) || !std::isfinite(real[i]) || !std::isfinite(imaginary[i]) || k[i] < 0 ||
        (i > 0 && k[i] <= k[i - 1]))
      host_.fail(Exit::run_failed, "lines", "the lines must be finite and ascend in k >= 0");
    lines.push_back({k[i], real[i], imaginary[i]});
  }
  return lines;
}

}  // namespace basso::services
