// A host for one instance: its service lookup, and the frame around every call into the plugin.
#include "services/context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <exception>
#include <limits>
#include <string_view>

#include "plugin/known.hpp"
#include "services/tables.hpp"

namespace basso::services {
namespace {

const void* find_service(const basso_host* host, const char* name) noexcept {
  if (!host || !name) return nullptr;
  try {
    const Host& owner = Host::of(host);
    const std::string_view wanted = name;
    if (wanted == BASSO_SERVICE_TARGET_SETUP) return owner.add_set ? service_table(name) : nullptr;
    if (wanted == BASSO_SERVICE_PROBE_SETUP || wanted == BASSO_SERVICE_EMIT)
      return owner.probe ? service_table(name) : nullptr;
    return owner.lists(wanted) ? service_table(name) : nullptr;
  } catch (...) {
    return nullptr;
  }
}

}  // namespace

const void* service_table(const std::string& name) {
  static const std::map<std::string, const void*> tables = {
      {BASSO_SERVICE_LOG, &log_table()},
      {BASSO_SERVICE_RANDOM, &random_table()},
      {BASSO_SERVICE_PARALLEL, &parallel_table()},
      {BASSO_SERVICE_SCRATCH, &scratch_table()},
      {BASSO_SERVICE_FFT, &fft_table()},
      {BASSO_SERVICE_LINALG, &linalg_table()},
      {BASSO_SERVICE_DATA, &data_table()},
      {BASSO_SERVICE_TARGET_SETUP, &target_setup_table()},
      {BASSO_SERVICE_PROBE_SETUP, &probe_setup_table()},
      {BASSO_SERVICE_EMIT, &emit_table()},
      {BASSO_SERVICE_SETS, &sets_table()},
      {BASSO_SERVICE_EVALUATE, &evaluate_table()},
      {BASSO_SERVICE_DERIVATIVES, &derivatives_table()}};
  const auto found = tables.find(name);
  return found == tables.end() ? nullptr : found->second;
}

std::size_t checked_product(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t most = std::numeric_limits<std::ptrdiff_t>::max() / sizeof(double);
  if (b != 0 && a > most / b)
    throw Refusal(BASSO_ERROR_MEMORY, fmt::format("{} x {} numbers are too many", a, b));
  return static_cast<std::size_t>(a * b);
}

Host::Host(Shared& shared, const Component& component, std::uint64_t repeat, std::string label)
    : shared_(shared),
      component_(component),
      repeat_(repeat),
      label_(std::move(label)),
      kind_(component.kind()),
      id_(component.id()),
      services_(plugin::words(component.table().services)) {
  abi_.size = sizeof(basso_host);
  abi_.abi_minor = BASSO_ABI_MINOR;
  abi_.context = this;
  abi_.service = find_service;
}

Host::~Host() = default;

bool Host::lists(std::string_view service) const {
  return std::find(services_.begin(), services_.end(), service) != services_.end();
}

void Host::expect_kind(const std::string& kind) const {
  if (kind_ != kind) fail(Exit::plugin, "create", fmt::format("{}/{} is no {}", kind_, id_, kind));
}

const LoadedArray& Host::keep(std::shared_ptr<const LoadedArray> array) {
  const std::lock_guard lock(mutex_);
  arrays_.push_back(std::move(array));
  return *arrays_.back();
}

std::vector<std::filesystem::path> Host::data_set_place(const std::string& data_set) {
  const std::lock_guard lock(mutex_);
  const auto found = data_sets_.find(data_set);
  return found == data_sets_.end() ? std::vector<std::filesystem::path>{} : std::vector{found->second};
}

void Host::keep_data_set_place(const std::string& data_set, const std::filesystem::path& place) {
  const std::lock_guard lock(mutex_);
  data_sets_.emplace(data_set, place);
}

const PluginCall* Host::known(Stage stage, const char* call) const {
  return plugin::known_call(label_, kind_ + "/" + id_, call, exit_of(BASSO_ERROR_INTERNAL, stage));
}

void Host::destroy(void (*function)(void*), void* instance) noexcept {
  const plugin::CallScope scope(known(Stage::observe, "destroy"));
  const plugin::FloatEnvironment environment;
  try {
    function(instance);
  } catch (...) {
    std::terminate();  // inside the scope, so that the end has a name
  }
  finish(environment, "destroy");
}

void Host::expect_intact(const char* call, const std::string& damage) const {
  if (!damage.empty())
    fail(Exit::run_failed, call, fmt::format("{}; basso plugin check {}/{} finds where", damage, kind_, id_));
}

void Host::finish(const plugin::FloatEnvironment& environment, const char* call) {
  const std::string damage = arena_.damage();
  arena_.reset();
  const std::string changed = environment.restored();
  if (!changed.empty())
    shared_.write_log(BASSO_LOG_WARNING,
                      fmt::format("{}: {}: {} (put back by the host)", label_, call, changed));
  expect_intact(call, damage);
}

void Host::fail(Exit code, const char* call, const std::string& sentence) const {
  const bool creation = std::strcmp(call, "create") == 0;  // plain from what it says; the reader made no call
  throw plugin::PluginFailure(
      code, fmt::format("{}: {}{}", label_, creation ? "" : fmt::format("{}: ", call), sentence), label_);
}

void Host::throw_escaped(Stage stage, const char* call) const {
  fail(exit_of(BASSO_ERROR_INTERNAL, stage), call, plugin::escaped_text());
}

void Host::throw_failed(Stage stage, const char* call, std::int32_t status,
                        const std::string& sentence) const {
  Exit code = exit_of(status, stage);
  if (code == Exit::interrupted && shared_.stopping()) code = exit_of_signal(shared_.stop->load());
  fail(code, call, sentence.empty() ? fmt::format("it gave no reason (status {})", status) : sentence);
}

}  // namespace basso::services
