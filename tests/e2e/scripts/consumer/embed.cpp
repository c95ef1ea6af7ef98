// A program that embeds the installed library: loads one plugin that came with it and one of its own.
// usage: embed PLUGIN_FOLDER...
#include <cstdio>
#include <filesystem>
#include <vector>

#include <basso/activation.h>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"

int main(int argc, char** argv) {
  try {
    const basso::Catalogue catalogue(std::vector<std::filesystem::path>(argv + 1, argv + argc));
    for (const char* id : {"relu", "cube"}) {
      const basso::Component component = catalogue.require("activation", id);
      const auto* functions = static_cast<const basso_activation_v1*>(component.table().functions);
      const double numbers[BASSO_MAX_NUMBERS] = {};
      const double x = 2;
      double y = 0;
      functions->value_f64(numbers, &x, &y, 1);
      std::printf("%s(2) = %g\n", id, y);
    }
  } catch (const basso::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.code());
  }
}
