// The C++17 shim for activations: a class with static functions becomes an "activation/1" component.
//
//   struct Sine {                                              // in an anonymous namespace
//     // f(x); p are the numbers as T, p[0] the first.
//     template <class T> static T value(T x, const T* p);
//     // Optional: f'(x), with y = f(x). Without it, `value` is differentiated (<basso/dual.hpp>).
//     template <class T> static T derivative(T x, T y, const T* p);
//     // Optional: what is known about f, through basso::state_…
//     static void facts(const double* p, basso_facts& facts);
//     // Optional; what the class has is what the component offers:
//     template <class T> static T second(T x, const T* p);                   // "second/1": f''(x)
//     template <class T> static T by_trainable(T x, const T* p);             // "trainable/1": df/dp for the
//                                                                              // one trainable parameter
//     static std::complex<double> fourier(double k, const double* p);        // "fourier/1", k != 0
//     static basso_init init(const double* p, const basso_layer& layer);     // "layers/1": how a map starts
//     … static void numbers(const basso_layer& layer, double* p);              // … and what it changes in p
//   };
//   BASSO_ACTIVATION_CLASS(sine, Sine, "sine", "1.0.0", "summary", "source", BASSO_TABLE(parameters))
//   BASSO_LIBRARY(&sine)
//
// Every function may leave out its p. facts, fourier, init and numbers may throw. The array functions come
// from the loops of <basso/loops.h>, so value, derivative and second must be free of branches that cannot be
// turned into a selection; basso::exp and its neighbours (<basso/math.h>) vectorise, std::exp does not.
#ifndef BASSO_ACTIVATION_HPP
#define BASSO_ACTIVATION_HPP

#include <basso/loops.h>
#include <basso/common.hpp>
#include <basso/dual.hpp>

#include <complex>
#include <cstring>
#include <initializer_list>

namespace basso {
namespace {

// ---- Facts ----

inline void state_lower(basso_facts& facts, double lower) {
  facts.stated |= BASSO_FACT_LOWER;
  facts.lower = lower;
}
inline void state_bounds(basso_facts& facts, double lower, double upper) {
  state_lower(facts, lower);
  facts.stated |= BASSO_FACT_UPPER;
  facts.upper = upper;
}
inline void state_lipschitz(basso_facts& facts, double constant) {
  facts.stated |= BASSO_FACT_LIPSCHITZ;
  facts.lipschitz = constant;
}
inline void state_parity(basso_facts& facts, int parity) {
  facts.stated |= BASSO_FACT_PARITY;
  facts.parity = parity;
}
inline void state_monotone(basso_facts& facts, int direction) {
  facts.stated |= BASSO_FACT_MONOTONE;
  facts.monotone = direction;
}
// f' exists everywhere but here (ascending, at most 16); none: f is differentiable.
inline void state_kinks(basso_facts& facts, std::initializer_list<double> kinks) {
  if (kinks.size() > sizeof(facts.kinks) / sizeof(facts.kinks[0]))
    throw failure(BASSO_ERROR_INTERNAL, "more than 16 kinks were stated");
  facts.stated |= BASSO_FACT_KINKS;
  facts.kink_count = 0;
  for (const double kink : kinks) facts.kinks[facts.kink_count++] = kink;
}
inline void state_piecewise_linear(basso_facts& facts) { facts.stated |= BASSO_FACT_PIECEWISE_LINEAR; }
inline void state_zero_below(basso_facts& facts, double x) {
  facts.stated |= BASSO_FACT_ZERO_BELOW;
  facts.zero_below = x;
}
inline void state_zero_above(basso_facts& facts, double x) {
  facts.stated |= BASSO_FACT_ZERO_ABOVE;
  facts.zero_above = x;
}

// ---- A law of initialisation ----

inline basso_init law(basso_law weights, double weight_scale, basso_law biases, double bias_scale) {
  basso_init init{};
  init.weight_law = weights;
  init.weight_scale = weight_scale;
  init.bias_law = biases;
  init.bias_scale = bias_scale;
  return init;
}

// ---- From class to component ----

// has_value<Class, void, Arguments...>: whether Class::value(Arguments...) compiles; likewise for the others.
#define BASSO_DETECT(function)                                                                       \
  template <class Class, class Void, class... Arguments>                                             \
  struct has_##function : std::false_type {};                                                        \
  template <class Class, class... Arguments>                                                         \
  struct has_##function<Class, std::void_t<decltype(Class::function(std::declval<Arguments>()...))>, \
                        Arguments...> : std::true_type {};
BASSO_DETECT(value)
BASSO_DETECT(derivative)
BASSO_DETECT(second)
BASSO_DETECT(by_trainable)
BASSO_DETECT(facts)
BASSO_DETECT(fourier)
BASSO_DETECT(init)
BASSO_DETECT(numbers)
#undef BASSO_DETECT

template <class Class, class T>
BASSO_INLINE T value_of(T x, const T* p) {
  if constexpr (has_value<Class, void, T, const T*>::value)
    return Class::value(x, p);
  else
    return (void)p, Class::value(x);
}

template <class Class, class T>
BASSO_INLINE T derivative_of(T x, T y, const T* p) {
  if constexpr (has_derivative<Class, void, T, T, const T*>::value) {
    return Class::derivative(x, y, p);
  } else if constexpr (has_derivative<Class, void, T, T>::value) {
    return (void)p, Class::derivative(x, y);
  } else {
    dual<T> numbers[BASSO_MAX_NUMBERS];
    for (int k = 0; k < BASSO_MAX_NUMBERS; ++k) numbers[k] = p[k];
    const T slope = value_of<Class, dual<T>>(dual<T>(x, T(1)), numbers).slope;
    return (void)y, x == x ? slope : x;
  }
}

template <class Class>
constexpr bool offers_second =
    has_second<Class, void, double, const double*>::value || has_second<Class, void, double>::value;

template <class Class, class T>
BASSO_INLINE T second_of(T x, const T* p) {
  if constexpr (has_second<Class, void, T, const T*>::value)
    return Class::second(x, p);
  else if constexpr (offers_second<Class>)
    return (void)p, Class::second(x);
  else
    return (void)p, x;  // never offered
}

template <class Class>
constexpr bool offers_trainable = has_by_trainable<Class, void, double, const double*>::value;

template <class Class, class T>
BASSO_INLINE T by_trainable_of(T x, const T* p) {
  if constexpr (offers_trainable<Class>)
    return Class::by_trainable(x, p);
  else
    return (void)p, x;  // never offered
}

template <class Class>
std::int32_t facts_of(const double* p, basso_facts* facts, basso_error* error) {
  return guard(error, [&] {
    if constexpr (has_facts<Class, void, const double*, basso_facts&>::value)
      Class::facts(p, *facts);
    else if constexpr (has_facts<Class, void, basso_facts&>::value)
      (void)p, Class::facts(*facts);
    else
      (void)p, (void)facts;  // nothing is stated
  });
}

template <class Class>
constexpr bool offers_fourier =
    has_fourier<Class, void, double, const double*>::value || has_fourier<Class, void, double>::value;

template <class Class>
std::int32_t fourier_of(const double* p, const double* k, double* real, double* imaginary,
                        std::uint64_t count, basso_error* error) {
  return guard(error, [&] {
    for (std::uint64_t i = 0; i < count; ++i) {
      std::complex<double> transform;
      if constexpr (has_fourier<Class, void, double, const double*>::value)
        transform = Class::fourier(k[i], p);
      else
        (void)p, transform = Class::fourier(k[i]);
      real[i] = transform.real();
      imaginary[i] = transform.imag();
    }
  });
}

template <class Class>
constexpr bool offers_layers = has_init<Class, void, const double*, const basso_layer&>::value;

template <class Class>
std::int32_t layer_numbers_of(const double*, const basso_layer* layer, double* result, basso_error* error) {
  return guard(error, [&] {
    if constexpr (has_numbers<Class, void, const basso_layer&, double*>::value)
      Class::numbers(*layer, result);
    else
      (void)layer, (void)result;  // `result` arrives as a copy of the numbers
  });
}

template <class Class>
std::int32_t layer_init_of(const double* p, const basso_layer* layer, basso_init* init, basso_error* error) {
  return guard(error, [&] {
    basso_init law = Class::init(p, *layer);
    law.size = init->size;
    *init = law;
  });
}

template <class Class>
constexpr basso_fourier_v1 fourier_table() {
  if constexpr (offers_fourier<Class>)
    return {fourier_of<Class>};
  else
    return {};
}

template <class Class>
constexpr basso_layers_v1 layers_table() {
  if constexpr (offers_layers<Class>)
    return {layer_numbers_of<Class>, layer_init_of<Class>};
  else
    return {};
}

// The extensions that the class has, at the front of `items`.
struct extension_list {
  basso_extension items[4];
  std::uint32_t count;
};
template <class Class>
constexpr extension_list extensions_of(const basso_second_v1* second, const basso_trainable_v1* trainable,
                                       const basso_fourier_v1* fourier, const basso_layers_v1* layers) {
  extension_list list{};
  if (offers_second<Class>) list.items[list.count++] = {"second/1", second};
  if (offers_trainable<Class>) list.items[list.count++] = {"trainable/1", trainable};
  if (offers_fourier<Class>) list.items[list.count++] = {"fourier/1", fourier};
  if (offers_layers<Class>) list.items[list.count++] = {"layers/1", layers};
  return list;
}

}  // namespace
}  // namespace basso

#define BASSO_VALUE_OF(T, x, p) basso::value_of<basso_class, T>(x, p)
#define BASSO_DERIVATIVE_OF(T, x, y, p) basso::derivative_of<basso_class, T>(x, y, p)
#define BASSO_SECOND_OF(T, x, p) basso::second_of<basso_class, T>(x, p)
#define BASSO_BY_TRAINABLE_OF(T, x, p) basso::by_trainable_of<basso_class, T>(x, p)

// Defines the component `symbol` from `Class`. parameters: BASSO_TABLE(array) or BASSO_NONE.
#define BASSO_ACTIVATION_CLASS(symbol, Class, id, version, summary, source, parameters)             \
  namespace symbol##_loops {                                                                        \
    using basso_class = Class;                                                                      \
    BASSO_ELEMENTWISE(symbol, BASSO_VALUE_OF, BASSO_DERIVATIVE_OF)                                  \
    BASSO_SECOND(symbol, BASSO_SECOND_OF)                                                           \
    BASSO_TRAINABLE(symbol, BASSO_BY_TRAINABLE_OF)                                                  \
    static constexpr basso_fourier_v1 fourier = basso::fourier_table<Class>();                      \
    static constexpr basso_layers_v1 layers = basso::layers_table<Class>();                         \
    static constexpr basso::extension_list extensions =                                             \
        basso::extensions_of<Class>(&symbol##_second, &symbol##_trainable, &fourier, &layers);      \
    static const basso_activation_v1 functions = {symbol##_value_f32, symbol##_value_f64,           \
                                                  symbol##_derivative_f32, symbol##_derivative_f64, \
                                                  basso::facts_of<Class>};                          \
  }                                                                                                 \
  BASSO_COMPONENT(symbol, BASSO_ACTIVATION_KIND, id, version, summary, source, "", parameters,      \
                  (symbol##_loops::extensions.items, symbol##_loops::extensions.count),             \
                  &symbol##_loops::functions)

#endif
