// The proxy's side of the host's services: every call that can fail is counted, and one of them fails where
// the policy says so. Part of proxy.hpp.
#pragma once

namespace basso::check {

// The table through which the plugin reaches `real`, the host's own table of that name.
const void* watched_table(const char* name, const void* real);
// Told of each call of a service that can fail, before it is made: true makes it fail. Defined by proxy.cpp.
bool service_call_fails();

}  // namespace basso::check
