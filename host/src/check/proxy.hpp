// A host between the real one and the plugin. The component that proxied() gives behaves as the given one;
// what passes between it and the host is rearranged as the policy says. The host's own classes
// (services::Target, services::Probe, …) take it like any other. Even the default policy hands out guarded
// structs, so a check that uses a proxy needs "abi.truncated".
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "basso/catalogue.hpp"

namespace basso::check {

struct Policy {
  // Every struct that the plugin is given is a copy that may only be read and ends at a guard page, this many
  // bytes longer than ours (they hold garbage, and `size` counts them).
  std::uint32_t growth = 0;
  // Every growable struct that the plugin is to fill says this size (0: our own); 1024 bytes may be written.
  std::uint32_t room_size = 0;
  std::uint32_t abi_minor = BASSO_ABI_MINOR;  // that the host claims
  std::set<std::string> hidden_tables;        // optional tables that this host does not know
  std::string refused_service;  // every call of it that can fail does: this host does not serve it
  // This call of a service that can fail does fail, counted from 0 over the proxy's life; -1: none.
  std::int64_t failing_call = -1;
  std::uint32_t error_capacity = 4096;  // of the message buffer that the plugin gets
};

// What went through. Of the proxy made last.
struct Traffic {
  std::int64_t service_calls = 0;    // those that can fail
  bool failed = false;               // a service call was made to fail
  std::set<std::string> not_listed;  // services that were asked for without being listed
  std::int32_t status = 0;           // of the plugin's last call
  bool has_sentence = false;         // whether that call left one
  std::string damage;                // what was written outside of what may be written
};

// There is one proxy at a time: making the next one ends the last one's use. `component` must outlive it.
Component proxied(const Component& component, const Policy& policy);
const Traffic& traffic();
// Counts from 0 again, also towards failing_call.
void restart_traffic();

}  // namespace basso::check
