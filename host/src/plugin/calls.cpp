// The calls that have a name, and looks at those in progress.
#include "plugin/calls.hpp"

#include <map>
#include <mutex>
#include <set>

namespace basso {

namespace plugin {

const PluginCall* known_call(const std::string& who, const std::string& component, const std::string& call,
                             Exit exit) {
  // Never destroyed: a handler may look at them until the process has ended. As many as there are plugins
  // under different names, not as there are instances.
  static std::mutex mutex;
  static auto& known = *new std::map<std::array<std::string, 3>, PluginCall>;
  const std::lock_guard lock(mutex);
  const auto [found, fresh] = known.try_emplace({who, component, call});
  const auto& [texts, value] = *found;
  if (fresh) found->second = {texts[0].c_str(), texts[1].c_str(), texts[2].c_str(), exit};
  return &value;
}

}  // namespace plugin

const PluginCall* plugin_call() noexcept {
  const plugin::CallSlot* slot = plugin::own_slot;
  return slot && slot != &plugin::nameless_slot ? slot->call.load() : nullptr;
}

std::size_t plugin_calls(const PluginCall** calls, std::size_t room) noexcept {
  std::size_t count = 0;
  for (const plugin::CallSlot& slot : plugin::call_slots) {
    const PluginCall* call = slot.call.load();
    if (call && count < room) calls[count++] = call;
  }
  return count;
}

std::string plugin_calls_text() {
  std::array<const PluginCall*, plugin::call_slots.size()> calls{};
  const std::size_t count = plugin_calls(calls.data(), calls.size());
  const std::set<const PluginCall*> different(calls.begin(), calls.begin() + count);
  std::string text;
  for (const PluginCall* call : different)
    text += (text.empty() ? "" : ", ") + std::string(call->who) + ": " + call->call;
  return text;
}

}  // namespace basso
