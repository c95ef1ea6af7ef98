// The proxy's side of the host's services: every call that can fail is counted, and fails where the policy
// says so. Part of proxy.hpp.
#pragma once

#include <basso/abi.h>

#include <cstdint>

namespace basso::check {

// The table through which the plugin reaches `real`, the host's own table of that name.
const void* watched_table(const char* name, const void* real);
// Asked for each call of a service that can fail, before it is made: BASSO_OK, or the status with which it is
// to fail. Defined by proxy.cpp.
std::int32_t status_of_call(const char* service);

}  // namespace basso::check
