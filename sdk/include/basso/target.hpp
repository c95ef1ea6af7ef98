// The C++17 shim for targets: a target is a plain class in an unnamed namespace,
//
//   class Line {
//    public:
//     Line(basso::target_setup& setup, const basso::values& values) : slope_(values.real("slope")) {
//       basso::point_set train("train", "train", 100);
//       train.axes = {basso::axis::steps("x", "", 100, 0.0, 0.01)};
//       train.input_names = {"x"};  // whose coordinate the axis is
//       setup.add(train);
//     }
//     void fill(std::uint32_t set, std::uint64_t row, const basso::point& point) const {…}  // one row
//     std::vector<basso::line> lines(std::uint32_t set) const {…}  // optional: the exact spectrum,
//     spectrum/1
//   };
//
// registered by BASSO_TARGET_CLASS. What the constructor or a method throws becomes a status and a sentence;
// the destructor frees. The constructor's `setup` outlives the object, so that it may keep a reference.
#ifndef BASSO_TARGET_HPP
#define BASSO_TARGET_HPP

#include <basso/target.h>
#include <basso/services.hpp>

#include <algorithm>
#include <complex>
#include <string>
#include <vector>

namespace basso {
namespace {

// One axis of a grid or of a series (basso_axis), owning what it names.
struct axis {
  std::string name, unit;
  std::uint64_t length = 0;
  std::vector<double> values;  // [length], or empty: start + step * i
  double start = 0.0, step = 0.0, period = 0.0;
  std::vector<std::string> labels;  // [length], or empty

  static axis steps(std::string name, std::string unit, std::uint64_t length, double start, double step,
                    double period = 0.0) {
    axis result(std::move(name), std::move(unit), length);
    result.start = start;
    result.step = step;
    result.period = period;
    return result;
  }
  static axis listed(std::string name, std::string unit, std::vector<double> values) {
    axis result(std::move(name), std::move(unit), values.size());
    result.values = std::move(values);
    return result;
  }
  // Entries that have names rather than values; their values are 1, 2, 3, …
  static axis labelled(std::string name, std::vector<std::string> labels) {
    axis result(std::move(name), "", labels.size());
    result.start = result.step = 1.0;
    result.labels = std::move(labels);
    return result;
  }

 private:
  axis(std::string name_, std::string unit_, std::uint64_t length_)
      : name(std::move(name_)), unit(std::move(unit_)), length(length_) {}
};

// Axes as the ABI passes them; borrows from the `axis` objects, which must outlive it.
class axis_table {
 public:
  explicit axis_table(const std::vector<axis>& axes) : labels_(axes.size()) {
    axes_.reserve(axes.size());
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const axis& from = axes[i];
      basso_axis to =
          BASSO_AXIS(from.name.c_str(), from.unit.c_str(), from.length, from.start, from.step, from.period);
      if (!from.values.empty()) to.values = from.values.data();
      for (const std::string& label : from.labels) labels_[i].push_back(label.c_str());
      if (!from.labels.empty()) to.labels = labels_[i].data();
      axes_.push_back(to);
    }
    for (const basso_axis& entry : axes_) pointers_.push_back(&entry);
  }
  axis_table(const axis_table&) = delete;
  axis_table& operator=(const axis_table&) = delete;
  const basso_axis* const* data() const noexcept { return pointers_.data(); }
  std::uint32_t count() const noexcept { return static_cast<std::uint32_t>(pointers_.size()); }

 private:
  std::vector<std::vector<const char*>> labels_;
  std::vector<basso_axis> axes_;
  std::vector<const basso_axis*> pointers_;
};

// A named set of points to be declared (basso_set).
struct point_set {
  point_set(std::string name_, std::string role_, std::uint64_t rows_)
      : name(std::move(name_)), role(std::move(role_)), rows(rows_) {}
  std::string name, role;
  std::uint64_t rows;
  std::uint32_t input_dim = 1, output_dim = 1, latent_dim = 0;
  std::vector<axis> axes;                 // empty: the rows form no grid
  std::vector<std::string> input_names;   // [input_dim], or empty
  std::vector<std::string> latent_names;  // [latent_dim], or empty
  std::string provenance;
};

// One row of a set, to be filled in whole.
struct point {
  view<double> inputs, outputs, latents;
};

// A line of a Fourier series: Re(amplitude exp(2 pi i k t)), k in cycles per unit of the axis.
struct line {
  double k;
  std::complex<double> amplitude;
};

// What a target's constructor talks to.
class target_setup {
 public:
  explicit target_setup(const basso_host* host) : host_(host) {}
  const basso_host* host() const noexcept { return host_; }

  // Declares the next set; positions count from 0.
  std::uint32_t add(const point_set& set) {
    const axis_table axes(set.axes);
    const std::vector<const char*> inputs = texts(set.input_names), latents = texts(set.latent_names);
    basso_set declared = BASSO_SET(set.name.c_str(), set.role.c_str(), set.rows, set.input_dim,
                                   set.output_dim, set.latent_dim, axes.data(), axes.count());
    if (!inputs.empty()) declared.input_names = inputs.data();
    if (!latents.empty()) declared.latent_names = latents.data();
    declared.provenance = set.provenance.c_str();
    call(service<basso_target_setup_v1>(host_, BASSO_SERVICE_TARGET_SETUP).add_set, host_, &declared);
    shapes_.push_back({set.rows, set.input_dim, set.output_dim, set.latent_dim});
    return static_cast<std::uint32_t>(shapes_.size() - 1);
  }

  struct shape {
    std::uint64_t rows;
    std::size_t inputs, outputs, latents;
  };
  const std::vector<shape>& shapes() const noexcept { return shapes_; }

 private:
  static std::vector<const char*> texts(const std::vector<std::string>& names) {
    std::vector<const char*> result;
    for (const std::string& name : names) result.push_back(name.c_str());
    return result;
  }

  const basso_host* host_;
  std::vector<shape> shapes_;
};

// ---- Behind BASSO_TARGET_CLASS ----

template <class Target>
struct target_instance {
  target_instance(const basso_host* host, const values& given) : setup(host), target(setup, given) {}
  target_setup setup;
  Target target;
};

template <class Target>
void target_destroy(void* instance) {
  delete static_cast<target_instance<Target>*>(instance);
}

// Hands out row after row, with spare room for an array that the host does not want: so every chunking gives
// the same bytes.
template <class Target>
std::int32_t target_fill(void* instance, std::uint32_t set, std::uint64_t first, std::uint64_t rows,
                         double* inputs, double* outputs, double* latents, basso_error* error) {
  return guard(error, [&] {
    auto& self = *static_cast<target_instance<Target>*>(instance);
    const auto& shape = self.setup.shapes().at(set);
    if (first > shape.rows || rows > shape.rows - first)
      throw failure(BASSO_ERROR_INTERNAL, "rows were asked for beyond the end of the set");
    std::vector<double> spare(std::max({shape.inputs, shape.outputs, shape.latents}));
    const auto part = [&](double* array, std::size_t width, std::uint64_t row) {
      return view<double>{array != nullptr ? array + row * width : spare.data(), width};
    };
    for (std::uint64_t i = 0; i < rows; ++i)
      self.target.fill(set, first + i,
                       point{part(inputs, shape.inputs, i), part(outputs, shape.outputs, i),
                             part(latents, shape.latents, i)});
  });
}

template <class Target, class = void>
struct has_lines : std::false_type {};
template <class Target>
struct has_lines<Target, std::void_t<decltype(std::declval<const Target&>().lines(0u))>> : std::true_type {};

template <class Target>
std::int32_t target_lines(void* instance, std::uint32_t set, std::uint32_t capacity, double* k, double* real,
                          double* imaginary, std::uint32_t* count, basso_error* error) {
  return guard(error, [&] {
    std::vector<line> lines;
    if constexpr (has_lines<Target>::value)
      lines = static_cast<const target_instance<Target>*>(instance)->target.lines(set);
    *count = static_cast<std::uint32_t>(lines.size());
    for (std::size_t i = 0; i < lines.size() && i < capacity; ++i) {
      k[i] = lines[i].k;
      real[i] = lines[i].amplitude.real();
      imaginary[i] = lines[i].amplitude.imag();
    }
  });
}

template <class Target>
struct target_tables {
  static constexpr basso_spectrum_v1 spectrum = {target_lines<Target>};
  static constexpr basso_extension extensions[] = {{"spectrum/1", &spectrum}};
  static constexpr std::uint32_t extension_count = has_lines<Target>::value ? 1 : 0;
};

}  // namespace
}  // namespace basso

// Defines the component `symbol` from the class Class. parameters: BASSO_TABLE(array) or BASSO_NONE.
#define BASSO_TARGET_CLASS(symbol, Class, id, version, summary, source, services, parameters)              \
  static std::int32_t symbol##_create(const basso_host* host, const basso_value* const* given,             \
                                      void** instance, basso_error* error) {                               \
    return basso::guard(error, [&] {                                                                       \
      *instance = new basso::target_instance<Class>(                                                       \
          host, basso::values(BASSO_TABLE_POINTER parameters, BASSO_TABLE_COUNT parameters, given));       \
    });                                                                                                    \
  }                                                                                                        \
  static const basso_target_v1 symbol##_functions = {symbol##_create, basso::target_destroy<Class>,        \
                                                     basso::target_fill<Class>};                           \
  BASSO_COMPONENT(symbol, BASSO_TARGET_KIND, id, version, summary, source, services, parameters,           \
                  (basso::target_tables<Class>::extensions, basso::target_tables<Class>::extension_count), \
                  &symbol##_functions)

#endif
