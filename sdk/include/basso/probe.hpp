// The C++17 shim for probes: a probe is a plain class in an unnamed namespace,
//
//   class Peak {
//    public:
//     Peak(basso::probe_setup& setup, const basso::values& values)
//         : predictions_(setup.need("predictions", values.text("set"))),
//           peak_(setup.each("peak", "", "largest value of the network on the set")) {}
//     void observe(const basso::observation& look) {
//       const basso_matrix y = look[predictions_];
//       look.emit(peak_, *std::max_element(y.data, y.data + y.rows * y.columns));
//     }
//    private:
//     basso::need predictions_;
//     basso::series peak_;
//   };
//
// registered by BASSO_PROBE_CLASS. Optional methods: void prepare() is prepare/1; std::vector<std::uint8_t>
// save() const with void load(basso::view<const std::uint8_t>) is state/1. What the constructor or a method
// throws becomes a status and a sentence. `setup` outlives the object, so that it may keep a reference.
#ifndef BASSO_PROBE_HPP
#define BASSO_PROBE_HPP

#include <basso/probe.h>
#include <basso/target.hpp>

#include <string>
#include <vector>

namespace basso {
namespace {

// Something asked for at every observation.
struct need {
  std::uint32_t handle = 0;
};

// A declared series and the number of its values at one recording.
struct series {
  std::uint32_t handle = 0;
  std::uint64_t count = 0;
};

// What a probe's constructor talks to.
class probe_setup {
 public:
  probe_setup(const basso_host* host, const basso_scene* scene) : host_(host), scene_(scene) {}
  const basso_host* host() const noexcept { return host_; }
  const basso_scene& scene() const noexcept { return *scene_; }

  // ---- The target's sets ----

  // Position of the set with this name; the user's mistake when there is none.
  std::uint32_t set(const std::string& name) const {
    std::string known;
    for (std::uint32_t i = 0; i < scene_->set_count; ++i) {
      if (name == scene_->sets[i]->name) return i;
      known += std::string(known.empty() ? "" : ", ") + scene_->sets[i]->name;
    }
    throw failure(BASSO_ERROR_PARAMETER, "target " + std::string(scene_->target) + " has no set named '" +
                                             name + "'; its sets are: " + known);
  }
  const basso_set& info(std::uint32_t set) const { return *scene_->sets[set]; }
  // [rows x input_dim], [rows x output_dim], [rows x latent_dim] (sets/1).
  std::vector<double> inputs(std::uint32_t set) const { return read(set, info(set).input_dim, 0); }
  std::vector<double> outputs(std::uint32_t set) const { return read(set, info(set).output_dim, 1); }
  std::vector<double> latents(std::uint32_t set) const { return read(set, info(set).latent_dim, 2); }
  // The target's exact lines on this set, ascending in k; none where it states none (sets/1).
  std::vector<line> lines(std::uint32_t set) const {
    const auto& table = service<basso_sets_v1>(host_, BASSO_SERVICE_SETS);
    std::uint32_t count = 0;
    call(table.lines, host_, set, 0u, nullptr, nullptr, nullptr, &count);
    std::vector<double> k(count), real(count), imaginary(count);
    if (count > 0) call(table.lines, host_, set, count, k.data(), real.data(), imaginary.data(), &count);
    std::vector<line> result;
    for (std::size_t i = 0; i < k.size(); ++i) result.push_back({k[i], {real[i], imaginary[i]}});
    return result;
  }

  // ---- Declarations ----

  // what: "inputs", "outputs", "latents", "predictions", "loss" (of a set), "parameters", "gradient".
  basso::need need(const char* what, const std::string& set = "") {
    basso::need result;
    call(table().need, host_, what, set.c_str(), &result.handle);
    return result;
  }
  // Points of the probe's own, [rows x input_dim], as a set with this name.
  void add_points(const std::string& name, view<const double> points, std::uint64_t rows) {
    call(table().add_points, host_, name.c_str(), points.data, rows);
  }
  // A series emitted at each recording, at the first observation only, or at the last one only.
  series each(const std::string& name, const std::string& unit, const std::string& meaning,
              const std::vector<axis>& axes = {}) {
    return add(BASSO_EACH_RECORDING, name, unit, meaning, axes);
  }
  series once(const std::string& name, const std::string& unit, const std::string& meaning,
              const std::vector<axis>& axes = {}) {
    return add(BASSO_ONCE, name, unit, meaning, axes);
  }
  series at_end(const std::string& name, const std::string& unit, const std::string& meaning,
                const std::vector<axis>& axes = {}) {
    return add(BASSO_FINAL, name, unit, meaning, axes);
  }

 private:
  const basso_probe_setup_v1& table() const {
    return service<basso_probe_setup_v1>(host_, BASSO_SERVICE_PROBE_SETUP);
  }

  std::vector<double> read(std::uint32_t set, std::uint32_t width, int which) const {
    const std::uint64_t rows = info(set).rows;
    std::vector<double> values(static_cast<std::size_t>(rows * width));
    double* wanted[3] = {nullptr, nullptr, nullptr};
    wanted[which] = values.data();
    if (width > 0)
      call(service<basso_sets_v1>(host_, BASSO_SERVICE_SETS).read, host_, set, std::uint64_t{0}, rows,
           wanted[0], wanted[1], wanted[2]);
    return values;
  }

  series add(basso_when when, const std::string& name, const std::string& unit, const std::string& meaning,
             const std::vector<axis>& axes) {
    const axis_table abi_axes(axes);
    const basso_series declared =
        BASSO_SERIES(name.c_str(), when, unit.c_str(), meaning.c_str(), abi_axes.data(), abi_axes.count());
    series result{0, 1};
    for (const axis& each_axis : axes) result.count *= each_axis.length;
    call(table().add_series, host_, &declared, &result.handle);
    return result;
  }

  const basso_host* host_;
  const basso_scene* scene_;
};

// What the probe sees at one recording.
class observation {
 public:
  observation(const basso_host* host, const basso_observation* seen) : host_(host), seen_(seen) {}
  std::int64_t step() const noexcept { return seen_->step; }
  std::uint64_t recording() const noexcept { return seen_->recording; }
  bool first() const noexcept { return seen_->recording == 0; }
  bool last() const noexcept { return seen_->last != 0; }
  const basso_matrix& operator[](need wanted) const noexcept { return seen_->needs[wanted.handle]; }
  double value(need wanted) const noexcept { return (*this)[wanted].data[0]; }

  void emit(series to, double value) const { emit(to, view<const double>{&value, 1}); }
  void emit(series to, const std::vector<double>& values) const { emit(to, as_view(values)); }
  void emit(series to, view<const double> values) const {
    call(service<basso_emit_v1>(host_, BASSO_SERVICE_EMIT).emit, host_, to.handle, values.data, values.size);
  }

 private:
  const basso_host* host_;
  const basso_observation* seen_;
};

// ---- evaluate/1 and derivatives/1, during observe; parameters == nullptr means the current ones ----

// points [rows x input_dim] -> outputs [rows x output_dim].
inline void evaluate(const basso_host* host, const double* points, std::uint64_t rows, double* outputs,
                     const double* parameters = nullptr) {
  call(service<basso_evaluate_v1>(host, BASSO_SERVICE_EVALUATE).evaluate, host, parameters, points, rows,
       outputs);
}

// The activation behind hidden layer `layer` at x [count]; derivative may be nullptr.
inline void activate(const basso_host* host, std::uint32_t layer, view<const double> x, double* value,
                     double* derivative = nullptr) {
  call(service<basso_evaluate_v1>(host, BASSO_SERVICE_EVALUATE).activation, host, layer, x.data, value,
       derivative, x.size);
}

// gradient [parameter_count] = J_parameters^T cotangents [rows x output_dim].
inline void pull_to_parameters(const basso_host* host, const double* points, std::uint64_t rows,
                               const double* cotangents, double* gradient,
                               const double* parameters = nullptr) {
  call(service<basso_derivatives_v1>(host, BASSO_SERVICE_DERIVATIVES).pull_to_parameters, host, parameters,
       points, rows, cotangents, gradient);
}

// gradient [rows x input_dim] = J_inputs^T cotangents [rows x output_dim].
inline void pull_to_inputs(const basso_host* host, const double* points, std::uint64_t rows,
                           const double* cotangents, double* gradient, const double* parameters = nullptr) {
  call(service<basso_derivatives_v1>(host, BASSO_SERVICE_DERIVATIVES).pull_to_inputs, host, parameters,
       points, rows, cotangents, gradient);
}

// tangents [rows x output_dim] = J_parameters direction [parameter_count].
inline void push_parameters(const basso_host* host, const double* points, std::uint64_t rows,
                            const double* direction, double* tangents, const double* parameters = nullptr) {
  call(service<basso_derivatives_v1>(host, BASSO_SERVICE_DERIVATIVES).push_parameters, host, parameters,
       points, rows, direction, tangents);
}

// ---- Behind BASSO_PROBE_CLASS ----

template <class Probe, class = void>
struct has_prepare : std::false_type {};
template <class Probe>
struct has_prepare<Probe, std::void_t<decltype(std::declval<Probe&>().prepare())>> : std::true_type {};

template <class Probe>
struct probe_instance {
  probe_instance(const basso_host* host, const basso_scene* scene, const values& given)
      : setup(host, scene), probe(setup, given) {}
  // Once; at the first observation where the host does not know prepare/1.
  void prepare() {
    if constexpr (has_prepare<Probe>::value)
      if (!prepared) probe.prepare();
    prepared = true;
  }
  probe_setup setup;
  Probe probe;
  bool prepared = false;
};

template <class Probe>
void probe_destroy(void* instance) {
  delete static_cast<probe_instance<Probe>*>(instance);
}

template <class Probe>
std::int32_t probe_observe(void* instance, const basso_observation* seen, basso_error* error) {
  return guard(error, [&] {
    auto& self = *static_cast<probe_instance<Probe>*>(instance);
    self.prepare();
    self.probe.observe(observation(self.setup.host(), seen));
  });
}

template <class Probe, class = void>
struct has_state : std::false_type {};
template <class Probe>
struct has_state<Probe, std::void_t<decltype(std::declval<const Probe&>().save())>> : std::true_type {};

template <class Probe>
std::int32_t probe_prepare(void* instance, basso_error* error) {
  return guard(error, [&] { static_cast<probe_instance<Probe>*>(instance)->prepare(); });
}

template <class Probe>
std::int32_t probe_save(void* instance, std::uint8_t* buffer, std::uint64_t capacity, std::uint64_t* bytes,
                        basso_error* error) {
  return guard(error, [&] {
    std::vector<std::uint8_t> state;
    if constexpr (has_state<Probe>::value)
      state = static_cast<const probe_instance<Probe>*>(instance)->probe.save();
    *bytes = state.size();
    if (state.size() <= capacity) std::copy(state.begin(), state.end(), buffer);
  });
}

template <class Probe>
std::int32_t probe_load(void* instance, const std::uint8_t* buffer, std::uint64_t bytes, basso_error* error) {
  return guard(error, [&] {
    if constexpr (has_state<Probe>::value)
      static_cast<probe_instance<Probe>*>(instance)->probe.load(
          view<const std::uint8_t>{buffer, static_cast<std::size_t>(bytes)});
  });
}

template <class Probe>
struct probe_tables {
  static constexpr basso_prepare_v1 prepare = {probe_prepare<Probe>};
  static constexpr basso_state_v1 state = {probe_save<Probe>, probe_load<Probe>};
  static constexpr basso_extension state_entry = {"state/1", &state};
  static constexpr basso_extension extensions[] = {
      has_prepare<Probe>::value ? basso_extension{"prepare/1", &prepare} : state_entry, state_entry};
  static constexpr std::uint32_t extension_count =
      (has_prepare<Probe>::value ? 1u : 0u) + (has_state<Probe>::value ? 1u : 0u);
};

}  // namespace
}  // namespace basso

// Defines the component `symbol` from the class Class. parameters: BASSO_TABLE(array) or BASSO_NONE.
#define BASSO_PROBE_CLASS(symbol, Class, id, version, summary, source, services, parameters)                \
  static std::int32_t symbol##_create(const basso_host* host, const basso_value* const* given,              \
                                      const basso_scene* scene, void** instance, basso_error* error) {      \
    return basso::guard(error, [&] {                                                                        \
      *instance = new basso::probe_instance<Class>(                                                         \
          host, scene, basso::values(BASSO_TABLE_POINTER parameters, BASSO_TABLE_COUNT parameters, given)); \
    });                                                                                                     \
  }                                                                                                         \
  static const basso_probe_v1 symbol##_functions = {symbol##_create, basso::probe_destroy<Class>,           \
                                                    basso::probe_observe<Class>};                           \
  BASSO_COMPONENT(symbol, BASSO_PROBE_KIND, id, version, summary, source, services, parameters,             \
                  (basso::probe_tables<Class>::extensions, basso::probe_tables<Class>::extension_count),    \
                  &symbol##_functions)

#endif
