// The parts of the ABI that this host serves; everything else is refused by name.
#include "plugin/known.hpp"

#include <basso/plugin.h>

#include <map>

namespace basso::plugin {
namespace {

template <class Table>
constexpr std::size_t slots() {
  static_assert(sizeof(Table) % sizeof(void (*)()) == 0);
  return sizeof(Table) / sizeof(void (*)());
}

}  // namespace

const std::vector<KnownKind>& known_kinds() {
  static const std::vector<KnownKind> kinds = {{"activation", 1, slots<basso_activation_v1>()},
                                               {"target", 1, slots<basso_target_v1>()},
                                               {"probe", 1, slots<basso_probe_v1>()}};
  return kinds;
}

const KnownKind* find_kind(std::string_view name) {
  for (const KnownKind& kind : known_kinds())
    if (kind.name == name) return &kind;
  return nullptr;
}

std::size_t extension_slots(std::string_view name) {
  static const std::map<std::string_view, std::size_t> known = {
      {"trainable/1", slots<basso_trainable_v1>()}, {"layers/1", slots<basso_layers_v1>()},
      {"fourier/1", slots<basso_fourier_v1>()},     {"second/1", slots<basso_second_v1>()},
      {"spectrum/1", slots<basso_spectrum_v1>()},   {"prepare/1", slots<basso_prepare_v1>()},
      {"state/1", slots<basso_state_v1>()}};
  const auto found = known.find(name);
  return found == known.end() ? 0 : found->second;
}

const std::vector<std::string>& known_services() {
  static const std::vector<std::string> services = {
      BASSO_SERVICE_TARGET_SETUP, BASSO_SERVICE_PROBE_SETUP, BASSO_SERVICE_EMIT, BASSO_SERVICE_SETS,
      BASSO_SERVICE_EVALUATE,     BASSO_SERVICE_DERIVATIVES, BASSO_SERVICE_LOG,  BASSO_SERVICE_RANDOM,
      BASSO_SERVICE_FFT,          BASSO_SERVICE_LINALG,      BASSO_SERVICE_DATA, BASSO_SERVICE_PARALLEL,
      BASSO_SERVICE_SCRATCH};
  return services;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> list;
  std::size_t begin = 0;
  while ((begin = text.find_first_not_of(' ', begin)) != std::string_view::npos) {
    const std::size_t end = text.find(' ', begin);
    list.emplace_back(text.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos) break;
    begin = end;
  }
  return list;
}

}  // namespace basso::plugin
