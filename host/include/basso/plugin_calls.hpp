// Which calls into plugins are in progress: what a handler of signals can say of a process that crashes or
// hangs.
#pragma once

#include <cstddef>
#include <string>

#include "basso/error.hpp"

namespace basso {

// One function of one plugin; it and its texts stay for the life of the process.
struct PluginCall {
  const char* who;        // "probe loss", "activation cube"; "plugin /path/cube.so" while that is loaded
  const char* component;  // what `basso plugin check` takes: "probe/loss", or the path
  const char* call;       // "observe": its name in the function table; "loading"
  Exit exit;              // of a process that ends in it
};

// The innermost call of this thread, or null. For handlers of signals, too.
const PluginCall* plugin_call() noexcept;
// The innermost calls of all threads, as far as there is room; returns their number. For handlers, too.
std::size_t plugin_calls(const PluginCall** calls, std::size_t room) noexcept;
// "probe loss: observe, activation cube: value_f32", each once; "" for none.
std::string plugin_calls_text();

}  // namespace basso
