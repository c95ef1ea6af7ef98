// A shipped activation through its exported tables, and the formula that it is compared with.
#pragma once

#include <basso/activation.h>
#include <dlfcn.h>

#include <cmath>
#include <complex>
#include <cstring>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace basso::test {

// One activation at certain numbers.
struct Case {
  std::string id;
  std::vector<double> numbers;
  double unit;  // over which the function varies, in units of x
  // f(x), as its paper has it. In long double, its differences are derivatives to 1e-12.
  long double (*formula)(long double x, const long double* p);
  std::vector<double> breaks = {};  // where f or one of its first derivatives jumps
  double reach = 8.0;               // |x| up to which it is looked at
};
void PrintTo(const Case& which, std::ostream* out);

// Every shipped activation.
const std::vector<Case>& all_cases();
const Case& case_of(const std::string& id);
// "sine_30_30", for the name of a test.
std::string name_of(const Case& which);

class Activation {
 public:
  explicit Activation(const Case& which) {
    const std::string path = std::string(BASSO_TEST_PLUGINS) + "/" + which.id + ".so";
    library_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library_ == nullptr) throw std::runtime_error(dlerror());
    const auto entry = reinterpret_cast<basso_entry_function>(dlsym(library_, BASSO_ENTRY_SYMBOL));
    component = entry()->components[0];
    functions = static_cast<const basso_activation_v1*>(component->functions);
    std::copy(which.numbers.begin(), which.numbers.end(), numbers);
    char text[256];
    basso_error error{text, sizeof(text)};
    facts.size = sizeof(facts);
    if (functions->facts(numbers, &facts, &error) != BASSO_OK) throw std::runtime_error(text);
  }
  ~Activation() { dlclose(library_); }
  Activation(const Activation&) = delete;
  Activation& operator=(const Activation&) = delete;

  template <class Table>
  const Table* extension(const char* name) const {
    for (std::uint32_t i = 0; i < component->extension_count; ++i)
      if (std::strcmp(component->extensions[i].name, name) == 0)
        return static_cast<const Table*>(component->extensions[i].table);
    return nullptr;
  }
  double value(double x) const {
    double y;
    functions->value_f64(numbers, &x, &y, 1);
    return y;
  }
  double derivative(double x) const {
    double y = value(x), d;
    functions->derivative_f64(numbers, &x, &y, &d, 1);
    return d;
  }
  double second(double x) const {
    double d2;
    extension<basso_second_v1>("second/1")->second_f64(numbers, &x, &d2, 1);
    return d2;
  }
  std::complex<double> transform(double k) const {
    double real, imaginary;
    extension<basso_fourier_v1>("fourier/1")->transform(numbers, &k, &real, &imaginary, 1, nullptr);
    return {real, imaginary};
  }
  bool states(basso_fact fact) const { return (facts.stated & static_cast<std::uint32_t>(fact)) != 0; }

  const basso_component* component;
  const basso_activation_v1* functions;
  double numbers[BASSO_MAX_NUMBERS] = {};
  basso_facts facts{};

 private:
  void* library_;
};

// `count` numbers from `from` to `to`, both included.
inline std::vector<double> grid(double from, double to, std::size_t count) {
  std::vector<double> x(count);
  for (std::size_t i = 0; i < count; ++i)
    x[i] = from + (to - from) * static_cast<double>(i) / static_cast<double>(count - 1);
  return x;
}

}  // namespace basso::test
