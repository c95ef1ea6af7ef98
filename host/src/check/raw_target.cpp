// The target's functions through services::Host, which gives it the services that a run gives it.
#include "check/raw_target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <memory>

#include "check/check.hpp"
#include "check/trial.hpp"

namespace basso::check {
namespace {

using services::SetInfo;
using services::Stage;

// A NaN that no computation gives: what is still there after a call was not written.
constexpr std::uint64_t unwritten_bits = 0x7FF8'BA55'0DEA'D000;

// An array of a fill: guarded, or absent.
class Array {
 public:
  Array(const char* name, bool wanted, std::uint64_t rows, std::uint32_t dimension) {
    if (!wanted || dimension == 0) return;
    memory_ = std::make_unique<Guarded>(name, rows * dimension * sizeof(double));
    for (double& value : memory_->as<double>()) value = std::bit_cast<double>(unwritten_bits);
  }
  double* data() const { return memory_ ? static_cast<double*>(memory_->data()) : nullptr; }
  std::string damage() const { return memory_ ? memory_->damage() : ""; }
  std::vector<double> values() const {
    if (!memory_) return {};
    const auto all = memory_->as<double>();
    return {all.begin(), all.end()};
  }

 private:
  std::unique_ptr<Guarded> memory_;
};

void check_edges(const services::Host& host, const char* call, std::initializer_list<const Array*> arrays) {
  for (const Array* array : arrays)
    if (const std::string damage = array->damage(); !damage.empty())
      host.fail(Exit::run_failed, call, damage);
}

}  // namespace

bool is_unwritten(double value) { return std::bit_cast<std::uint64_t>(value) == unwritten_bits; }

RawTarget::RawTarget(const Component& component, const plugin::ParameterValues& values, std::uint64_t seed,
                     std::uint64_t repeat)
    : host_(shared_, component, repeat, "target " + component.id()),
      functions_(static_cast<const basso_target_v1*>(component.table().functions)) {
  shared_.seed = seed;
  host_.add_set = [this](const basso_set& set) { sets_.push_back(services::copy_set(set)); };
  host_.call(Stage::create, "create", [&](basso_error* error) {
    return functions_->create(host_.abi(), values.abi(), &instance_, error);
  });
  host_.add_set = nullptr;
}

RawTarget::~RawTarget() { functions_->destroy(instance_); }

Rows RawTarget::fill(std::size_t set, std::uint64_t first, std::uint64_t rows, Wanted wanted) const {
  const SetInfo& info = sets_[set];
  const Array inputs("inputs", wanted.inputs, rows, info.input_dim);
  const Array outputs("outputs", wanted.outputs, rows, info.output_dim);
  const Array latents("latents", wanted.latents, rows, info.latent_dim);
  host_.call(Stage::fill, "fill", [&](basso_error* error) {
    return functions_->fill(instance_, static_cast<std::uint32_t>(set), first, rows, inputs.data(),
                            outputs.data(), latents.data(), error);
  });
  check_edges(host_, "fill", {&inputs, &outputs, &latents});
  return {first, rows, inputs.values(), outputs.values(), latents.values()};
}

std::vector<RawTarget::Line> RawTarget::lines(std::size_t set, std::uint32_t capacity,
                                              std::uint32_t& count) const {
  const auto* table = static_cast<const basso_spectrum_v1*>(host_.component().extension("spectrum/1"));
  if (!table) throw NotApplicable("it has no spectrum/1");
  const bool any = capacity > 0;
  const Array k("k", any, capacity, 1), real("real", any, capacity, 1),
      imaginary("imaginary", any, capacity, 1);
  count = 0;
  host_.call(Stage::fill, "lines", [&](basso_error* error) {
    return table->lines(instance_, static_cast<std::uint32_t>(set), capacity, k.data(), real.data(),
                        imaginary.data(), &count, error);
  });
  check_edges(host_, "lines", {&k, &real, &imaginary});
  std::vector<Line> lines;
  for (std::uint32_t i = 0; i < std::min(count, capacity); ++i)
    lines.push_back({k.data()[i], real.data()[i], imaginary.data()[i]});
  return lines;
}

std::string place(const SetInfo& set, const char* what, std::uint64_t first, std::size_t index,
                  std::uint32_t dimension) {
  return fmt::format("{} {} of row {} of the set '{}'", what, index % dimension, first + index / dimension,
                     set.name);
}

std::string difference(const SetInfo& set, const Rows& one, const Rows& other) {
  const auto compare = [&](const char* what, const std::vector<double>& a, const std::vector<double>& b,
                           std::uint32_t dimension) -> std::string {
    const std::size_t i = first_difference(a, b);
    if (i == no_difference) return "";
    return fmt::format("{} is {}, and {}", place(set, what, one.first, i, dimension), a[i], b[i]);
  };
  std::string text = compare("input", one.inputs, other.inputs, set.input_dim);
  if (text.empty()) text = compare("output", one.outputs, other.outputs, set.output_dim);
  if (text.empty()) text = compare("latent", one.latents, other.latents, set.latent_dim);
  return text;
}

}  // namespace basso::check
