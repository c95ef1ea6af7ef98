// Declarations of plugins, checked field by field: names, lengths, finite coordinates, sizes without
// overflow.
#include "services/declaration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "plugin/growable.hpp"
#include "services/status.hpp"
#include "services/tables.hpp"

namespace basso::services {
namespace {

constexpr std::uint32_t kMostAxes = 8;
constexpr std::uint64_t kMostEntries = std::uint64_t{1} << 32;

[[noreturn]] void refuse(const std::string& what) { throw Refusal(BASSO_ERROR_INTERNAL, what); }

std::string text(const char* field) { return field ? field : ""; }

bool good_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

AxisInfo copy_axis(const basso_axis* declared, const std::string& owner) {
  if (!plugin::complete(declared)) refuse(owner + ": an axis is missing or incomplete");
  const basso_axis axis = plugin::grown(*declared);
  AxisInfo info;
  if (axis.reserved != 0) refuse(owner + ": the field `reserved` of an axis is not 0");
  info.name = text(axis.name);
  info.unit = text(axis.unit);
  info.length = axis.length;
  info.start = axis.start;
  info.step = axis.step;
  info.period = axis.period;
  const std::string name = fmt::format("{}: axis '{}'", owner, info.name);
  if (info.name.empty()) refuse(owner + ": an axis has no name");
  if (info.length == 0 || info.length > kMostEntries)
    refuse(fmt::format("{} has {} entries", name, info.length));
  if (!std::isfinite(info.start) || !std::isfinite(info.step) || !std::isfinite(info.period) ||
      info.period < 0)
    refuse(name + ": start, step and period must be finite, the period not negative");
  if (axis.values) {
    info.values.assign(axis.values, axis.values + info.length);
    if (!std::all_of(info.values.begin(), info.values.end(), [](double v) { return std::isfinite(v); }))
      refuse(name + " has a value that is not finite");
  }
  for (std::uint64_t i = 0; axis.labels && i < info.length; ++i) info.labels.push_back(text(axis.labels[i]));
  return info;
}

// Names of the inputs or of the latents; each may stand for one coordinate only.
std::vector<std::string> copy_names(const char* const* names, std::uint32_t count, const std::string& owner) {
  std::vector<std::string> list;
  for (std::uint32_t i = 0; names && i < count; ++i) {
    list.push_back(text(names[i]));
    if (list.back().empty() || std::find(list.begin(), list.end() - 1, list.back()) != list.end() - 1)
      refuse(fmt::format("{} is '{}': every name must be there, and each only once", owner, list.back()));
  }
  return list;
}

std::vector<AxisInfo> copy_axes(const basso_axis* const* axes, std::uint32_t count,
                                const std::string& owner) {
  if (count > kMostAxes || (count > 0 && !axes))
    refuse(
        fmt::format("{}: {} axes (at most {} are possible, and none may be NULL)", owner, count, kMostAxes));
  std::vector<AxisInfo> list;
  for (std::uint32_t i = 0; i < count; ++i) {
    list.push_back(copy_axis(axes[i], owner));
    for (std::uint32_t j = 0; j < i; ++j)
      if (list[j].name == list[i].name) refuse(fmt::format("{}: two axes '{}'", owner, list[i].name));
  }
  return list;
}

std::uint64_t entries(const std::vector<AxisInfo>& axes) {
  std::uint64_t product = 1;
  for (const AxisInfo& axis : axes) product = checked_product(product, axis.length);
  return product;
}

}  // namespace

double AxisInfo::value(std::uint64_t i) const {
  if (!values.empty()) return values[i];
  const auto position = static_cast<double>(i);
  return step == 0 ? position : start + step * position;
}

std::vector<double> AxisInfo::coordinates() const {
  std::vector<double> all(length);
  for (std::uint64_t i = 0; i < length; ++i) all[i] = value(i);
  return all;
}

std::uint64_t SetInfo::bytes() const {
  return rows * (std::uint64_t{input_dim} + output_dim + latent_dim) * sizeof(double);
}

SetInfo copy_set(const basso_set& declared) {
  static const std::array<const char*, 5> roles = {"train", "test", "manifold", "dense", "outside"};
  if (!plugin::complete(&declared)) refuse("a declared set is shorter than the ABI says");
  const basso_set set = plugin::grown(declared);
  SetInfo info;
  info.name = text(set.name);
  info.role = text(set.role);
  info.provenance = text(set.provenance);
  info.rows = set.rows;
  info.input_dim = set.input_dim;
  info.output_dim = set.output_dim;
  info.latent_dim = set.latent_dim;
  const std::string owner = fmt::format("the set '{}'", info.name);
  if (!good_name(info.name)) refuse(owner + " has no proper name (letters, digits, '-' and '_')");
  if (std::find(roles.begin(), roles.end(), info.role) == roles.end())
    refuse(fmt::format("{} has the role '{}' (train, test, manifold, dense and outside exist)", owner,
                       info.role));
  if (set.reserved != 0) refuse(owner + ": its field `reserved` is not 0");
  if (info.rows == 0 || info.input_dim == 0 || info.output_dim == 0)
    refuse(fmt::format("{} has {} rows of {} inputs and {} outputs; none may be 0", owner, info.rows,
                       info.input_dim, info.output_dim));
  checked_product(info.rows, std::uint64_t{info.input_dim} + info.output_dim + info.latent_dim);
  info.axes = copy_axes(set.axes, set.axis_count, owner);
  if (!info.axes.empty() && entries(info.axes) != info.rows)
    refuse(fmt::format("{}: the lengths of its axes multiply to {}, it has {} rows", owner,
                       entries(info.axes), info.rows));
  info.input_names = copy_names(set.input_names, info.input_dim, owner + ": a name of an input");
  info.latent_names =
      copy_names(set.latent_names, info.latent_dim, owner + ": a name of a latent coordinate");
  return info;
}

SeriesInfo copy_series(const basso_series& declared) {
  if (!plugin::complete(&declared)) refuse("a declared series is shorter than the ABI says");
  const basso_series series = plugin::grown(declared);
  SeriesInfo info;
  info.name = text(series.name);
  info.unit = text(series.unit);
  info.meaning = text(series.meaning);
  const std::string owner = fmt::format("the series '{}'", info.name);
  if (!good_name(info.name)) refuse(owner + " has no proper name (letters, digits, '-' and '_')");
  if (series.reserved != 0) refuse(owner + ": its field `reserved` is not 0");
  if (info.meaning.empty()) refuse(owner + " does not say what one value means");
  if (series.when < BASSO_EACH_RECORDING || series.when > BASSO_FINAL)
    refuse(fmt::format("{} has the unknown time of emission {}", owner, series.when));
  info.when = static_cast<When>(series.when);
  info.axes = copy_axes(series.axes, series.axis_count, owner);
  info.count = entries(info.axes);
  return info;
}

AbiSets::AbiSets(const std::vector<SetInfo>& sets) {
  for (const SetInfo& info : sets) {
    basso_set set{};
    set.size = sizeof(set);
    set.axis_count = static_cast<std::uint32_t>(info.axes.size());
    set.name = info.name.c_str();
    set.role = info.role.c_str();
    set.rows = info.rows;
    set.input_dim = info.input_dim;
    set.output_dim = info.output_dim;
    set.latent_dim = info.latent_dim;
    set.axes = add_axes(info.axes);
    set.input_names = add_names(info.input_names);
    set.provenance = info.provenance.c_str();
    set.latent_names = add_names(info.latent_names);
    sets_.push_back(set);
    pointers_.push_back(&sets_.back());
  }
}

const basso_axis* const* AbiSets::add_axes(const std::vector<AxisInfo>& axes) {
  std::vector<const basso_axis*> list;
  for (const AxisInfo& info : axes) {
    basso_axis axis{};
    axis.size = sizeof(axis);
    axis.name = info.name.c_str();
    axis.unit = info.unit.c_str();
    axis.length = info.length;
    axis.values = info.values.empty() ? nullptr : info.values.data();
    axis.start = info.start;
    axis.step = info.step;
    axis.period = info.period;
    axis.labels = add_names(info.labels);
    axes_.push_back(axis);
    list.push_back(&axes_.back());
  }
  if (list.empty()) return nullptr;
  axis_lists_.push_back(std::move(list));
  return axis_lists_.back().data();
}

const char* const* AbiSets::add_names(const std::vector<std::string>& names) {
  if (names.empty()) return nullptr;
  std::vector<const char*> list;
  for (const std::string& name : names) list.push_back(name.c_str());
  name_lists_.push_back(std::move(list));
  return name_lists_.back().data();
}

}  // namespace basso::services
