// A complex series, recorded as modulus and, if asked for, argument; what the probes relu-transform and
// composition-kernel share.
#pragma once

#include <basso/probe.hpp>

#include <complex>
#include <optional>
#include <string>
#include <vector>

#define PHASES_PARAMETER \
  BASSO_PARAMETER("phases", "bool", "false", "", "", "Also records the arguments of the complex values.")

namespace {

struct ComplexSeries {
  // `declare`: setup.each, once or at_end with the axes given, as (name, unit, meaning).
  template <class Declare>
  void add(const std::string& name, const std::string& meaning, bool with_phase, Declare&& declare) {
    modulus = declare(name, "", "modulus of " + meaning);
    if (with_phase) phase = declare(name + "_phase", "radians", "argument of " + meaning);
  }

  void emit(const basso::observation& look, const std::vector<std::complex<double>>& values) const {
    std::vector<double> moduli, arguments;
    for (const std::complex<double>& each : values) {
      moduli.push_back(std::abs(each));
      arguments.push_back(std::arg(each));
    }
    look.emit(modulus, moduli);
    if (phase) look.emit(*phase, arguments);
  }

  basso::series modulus;
  std::optional<basso::series> phase;
};

}  // namespace
