// All that a plugin in C++17 includes: the C header and the shim's classes for its three kinds.
#ifndef BASSO_PLUGIN_HPP
#define BASSO_PLUGIN_HPP

#include <basso/plugin.h>
#include <basso/activation.hpp>
#include <basso/common.hpp>
#include <basso/dual.hpp>
#include <basso/math.hpp>
#include <basso/probe.hpp>
#include <basso/target.hpp>

#endif
