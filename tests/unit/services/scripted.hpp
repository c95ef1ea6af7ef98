// A target and a probe whose functions a test writes in place, and an activation (tanh with a trainable
// scale): components of the embedding program, called through the ABI's tables like any plugin.
#pragma once

#include <basso/plugin.h>
#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <functional>
#include <string>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "services/context.hpp"

namespace basso::services::test {

struct TargetScript {
  std::function<std::int32_t(const basso_host*, basso_error*)> create;
  std::function<std::int32_t(std::uint32_t set, std::uint64_t first, std::uint64_t rows, double* inputs,
                             double* outputs, double* latents, basso_error*)>
      fill;
  int destroyed = 0;
};

struct ProbeScript {
  std::function<std::int32_t(const basso_host*, const basso_scene*, basso_error*)> create;
  std::function<std::int32_t(const basso_host*, const basso_observation*, basso_error*)> observe;
  const basso_host* host = nullptr;
  int destroyed = 0;
};

// Tables have no context of their own: the script that the next create takes.
inline TargetScript* next_target = nullptr;
inline ProbeScript* next_probe = nullptr;

inline const basso_target_v1 target_functions = {
    [](const basso_host* host, const basso_value* const*, void** instance,
       basso_error* error) -> std::int32_t {
      *instance = next_target;
      return next_target->create(host, error);
    },
    [](void* instance) { ++static_cast<TargetScript*>(instance)->destroyed; },
    [](void* instance, std::uint32_t set, std::uint64_t first, std::uint64_t rows, double* inputs,
       double* outputs, double* latents, basso_error* error) -> std::int32_t {
      return static_cast<TargetScript*>(instance)->fill(set, first, rows, inputs, outputs, latents, error);
    }};

inline const basso_probe_v1 probe_functions = {
    [](const basso_host* host, const basso_value* const*, const basso_scene* scene, void** instance,
       basso_error* error) -> std::int32_t {
      *instance = next_probe;
      next_probe->host = host;
      return next_probe->create(host, scene, error);
    },
    [](void* instance) { ++static_cast<ProbeScript*>(instance)->destroyed; },
    [](void* instance, const basso_observation* observation, basso_error* error) -> std::int32_t {
      auto* script = static_cast<ProbeScript*>(instance);
      return script->observe(script->host, observation, error);
    }};

inline basso_component component_of(const char* kind, const char* id, const void* functions,
                                    const basso_extension* extensions = nullptr, std::uint32_t count = 0) {
  basso_component component{};
  component.size = sizeof(component);
  component.parameter_stride = sizeof(basso_parameter);
  component.kind = kind;
  component.id = id;
  component.version = "1.0.0";
  component.summary = component.source = "";
  component.services =
      "log/1 random/1 fft/1 linalg/1 data/1 parallel/1 scratch/1 sets/1 evaluate/1 derivatives/1";
  component.extensions = extensions;
  component.extension_count = count;
  component.functions = functions;
  return component;
}

inline Component target_component(const char* id = "scripted", const basso_extension* extensions = nullptr,
                                  std::uint32_t count = 0) {
  static std::deque<basso_component> tables;
  tables.push_back(component_of("target/1", id, &target_functions, extensions, count));
  return {&tables.back(), {}, "", nullptr};
}

inline Component probe_component(const char* id = "scripted", const basso_extension* extensions = nullptr,
                                 std::uint32_t count = 0) {
  static std::deque<basso_component> tables;
  tables.push_back(component_of("probe/1", id, &probe_functions, extensions, count));
  return {&tables.back(), {}, "", nullptr};
}

// f(x) = tanh(p x), p trainable.
template <class T>
void value(const double* numbers, const T* x, T* y, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) y[i] = std::tanh(static_cast<T>(numbers[0]) * x[i]);
}
template <class T>
void derivative(const double* numbers, const T*, const T* y, T* d, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) d[i] = static_cast<T>(numbers[0]) * (1 - y[i] * y[i]);
}
template <class T>
void by_scale(const double* numbers, std::uint32_t, const T* x, T* d, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const T y = std::tanh(static_cast<T>(numbers[0]) * x[i]);
    d[i] = x[i] * (1 - y * y);
  }
}
inline const basso_activation_v1 tanh_functions = {
    value<float>, value<double>, derivative<float>, derivative<double>,
    [](const double*, basso_facts* facts, basso_error*) -> std::int32_t {
      facts->stated = BASSO_FACT_UPPER;
      facts->upper = 1;
      return BASSO_OK;
    }};
inline const basso_trainable_v1 tanh_trainable = {by_scale<float>, by_scale<double>};
inline const basso_extension tanh_extensions[] = {{"trainable/1", &tanh_trainable}};
inline const basso_parameter tanh_parameters[] = {
    BASSO_PARAMETER_WITH_ROLE("scale", "real", "0.8", "(0,10]", "", "Scale.", "trainable")};

inline Component tanh_component() {
  static const basso_component table = [] {
    basso_component component =
        component_of("activation/1", "scaled-tanh", &tanh_functions, tanh_extensions, 1);
    component.parameters = tanh_parameters;
    component.parameter_count = 1;
    return component;
  }();
  return {&table, {}, "", nullptr};
}

inline std::string message_of(const std::function<void()>& action, Exit code) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

template <class Table>
const Table& service(const basso_host* host, const char* name) {
  return *static_cast<const Table*>(host->service(host, name));
}

// One set "train" of 5 rows, x = row / 10, y = 2 x, latent = row.
inline TargetScript line_target() {
  TargetScript script;
  script.create = [](const basso_host* host, basso_error* error) {
    const basso_set set = BASSO_SET("train", "train", 5, 1, 1, 1, nullptr, 0);
    return service<basso_target_setup_v1>(host, BASSO_SERVICE_TARGET_SETUP).add_set(host, &set, error);
  };
  script.fill = [](std::uint32_t, std::uint64_t first, std::uint64_t rows, double* x, double* y, double* z,
                   basso_error*) -> std::int32_t {
    for (std::uint64_t i = 0; i < rows; ++i) {
      const auto row = static_cast<double>(first + i);
      if (x) x[i] = row / 10;
      if (y) y[i] = row / 5;
      if (z) z[i] = row;
    }
    return BASSO_OK;
  };
  return script;
}

}  // namespace basso::services::test
