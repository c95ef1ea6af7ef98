// Activation, target and probe `faulty`: sound, but for one fault in one of their calls, which the
// environment chooses, so that configuration and library are the same with it and without: BASSO_FAULT="probe
// observe 3 crash" is a crash in the third call of the probe's observe. BASSO_FAULT_MARK names a file that is
// made just before.
#include <basso/plugin.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>

namespace {

// ---- The fault ----

struct Fault {
  std::string kind, call, how;
  long nth = 0;
  std::string mark;
  std::atomic<long> calls{0};

  Fault() {
    const char* const text = std::getenv("BASSO_FAULT");
    const char* const file = std::getenv("BASSO_FAULT_MARK");
    if (text) std::istringstream(text) >> kind >> call >> nth >> how;
    if (file) mark = file;
  }
  bool due(const char* in_kind, const char* in_call) {
    if (kind != in_kind || call != in_call || ++calls != nth) return false;
    close(open(mark.c_str(), O_CREAT | O_WRONLY, 0600));
    return true;
  }
};

Fault& fault() {
  static auto& one = *new Fault;  // destroyed with the process, as exit() is one of the faults
  return one;
}

int descend(volatile int* above) {
  volatile int here[256] = {*above};
  return *above < 0 ? 0 : descend(here) + here[0];
}

// Whatever needs no array and no status.
void strike(const std::string& how) {
  volatile int depth = 0;
  int* volatile nowhere = reinterpret_cast<int*>(8);
  if (how == "crash") *nowhere = 1;
  if (how == "abort") std::abort();
  if (how == "overflow") descend(&depth);
  if (how == "throw") throw std::runtime_error("the moon is not full");
  if (how == "exit") std::exit(0);
  if (how == "quick_exit") std::quick_exit(0);
  if (how == "_exit") _exit(0);
  if (how == "kill") raise(SIGKILL);
  while (how == "hang") usleep(1000);
}

// At the end of each call. `array` is what it has written, or null.
template <class T>
int32_t end_of(const char* kind, const char* call, T* array, uint64_t count, basso_error* error) {
  if (!fault().due(kind, call)) return BASSO_OK;
  const std::string& how = fault().how;
  strike(how);
  if (how == "status") return basso_fail(error, BASSO_ERROR_INTERNAL, "the moon is not full");
  if (array && how == "below") array[-1] = T(1);
  if (array && how == "above") array[count] = T(1);
  if (array && how == "nan") array[0] = std::numeric_limits<T>::quiet_NaN();
  return BASSO_OK;
}
int32_t end_of(const char* kind, const char* call, basso_error* error) {
  return end_of<double>(kind, call, nullptr, 0, error);
}

__attribute__((constructor)) void loaded() { end_of("plugin", "loading", nullptr); }

// ---- Activation: x where positive, else p x with p trained ----

template <class T>
void value(const char* call, const double* numbers, const T* x, T* y, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) y[i] = x[i] < 0 ? static_cast<T>(numbers[0]) * x[i] : x[i];
  end_of("activation", call, y, count, nullptr);
}
template <class T>
void derivative(const char* call, const double* numbers, const T* x, T* d, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) d[i] = x[i] < 0 ? static_cast<T>(numbers[0]) : (x[i] - x[i]) + T(1);
  end_of("activation", call, d, count, nullptr);
}
template <class T>
void by_parameter(const char* call, const T* x, T* d, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) d[i] = x[i] < 0 ? x[i] : x[i] - x[i];
  end_of("activation", call, d, count, nullptr);
}

void bent_value_f32(const double* numbers, const float* x, float* y, uint64_t count) {
  value("value_f32", numbers, x, y, count);
}
void bent_value_f64(const double* numbers, const double* x, double* y, uint64_t count) {
  value("value_f64", numbers, x, y, count);
}
void bent_derivative_f32(const double* numbers, const float* x, const float*, float* d, uint64_t count) {
  derivative("derivative_f32", numbers, x, d, count);
}
void bent_derivative_f64(const double* numbers, const double* x, const double*, double* d, uint64_t count) {
  derivative("derivative_f64", numbers, x, d, count);
}
void bent_parameter_f32(const double*, uint32_t, const float* x, float* d, uint64_t count) {
  by_parameter("parameter_f32", x, d, count);
}
void bent_parameter_f64(const double*, uint32_t, const double* x, double* d, uint64_t count) {
  by_parameter("parameter_f64", x, d, count);
}
int32_t bent_facts(const double*, basso_facts* facts, basso_error* error) {
  facts->stated = BASSO_FACT_KINKS;
  facts->kink_count = 1;
  return end_of("activation", "facts", error);
}
int32_t bent_numbers(const double*, const basso_layer*, double* result, basso_error* error) {
  return end_of("activation", "numbers", result, BASSO_MAX_NUMBERS, error);
}
int32_t bent_init(const double*, const basso_layer* layer, basso_init* init, basso_error* error) {
  init->weight_law = init->bias_law = BASSO_LAW_UNIFORM;
  init->weight_scale = init->bias_scale = 1 / std::sqrt(static_cast<double>(layer->inputs));
  return end_of("activation", "init", &init->weight_scale, 1, error);
}

const basso_parameter bent_parameters[] = {BASSO_PARAMETER_WITH_ROLE(
    "slope", "real", "0.25", "[-1,1]", "", "The slope below zero, trained.", "trainable")};
const basso_trainable_v1 bent_trainable = {bent_parameter_f32, bent_parameter_f64};
const basso_layers_v1 bent_layers = {bent_numbers, bent_init};
const basso_extension bent_extensions[] = {{"trainable/1", &bent_trainable}, {"layers/1", &bent_layers}};
BASSO_ACTIVATION(bent, "faulty", "1.0.0", "x or p x", "the tests", BASSO_TABLE(bent_parameters),
                 BASSO_TABLE(bent_extensions))

// ---- Target: one period of a sine ----

constexpr uint64_t rows_of_wave = 48;
const double full_turn = 8 * std::atan(1.0);

int32_t wave_create(const basso_host* host, const basso_value* const*, void** instance, basso_error* error) {
  const auto* setup = BASSO_SERVICE(host, basso_target_setup_v1, BASSO_SERVICE_TARGET_SETUP);
  const basso_axis axis =
      BASSO_AXIS("t", "", rows_of_wave, 0.0, 1.0 / static_cast<double>(rows_of_wave), 1.0);
  const basso_axis* const axes[] = {&axis};
  const char* const names[] = {"t"};
  basso_set set = BASSO_SET("train", "train", rows_of_wave, 1, 1, 0, axes, 1);
  set.input_names = names;
  *instance = nullptr;
  const int32_t status = setup->add_set(host, &set, error);
  return status == BASSO_OK ? end_of("target", "create", error) : status;
}
void wave_destroy(void*) { end_of("target", "destroy", nullptr); }
int32_t wave_fill(void*, uint32_t, uint64_t first, uint64_t rows, double* inputs, double* outputs, double*,
                  basso_error* error) {
  for (uint64_t i = 0; i < rows; ++i) {
    const double t = static_cast<double>(first + i) / static_cast<double>(rows_of_wave);
    if (inputs) inputs[i] = t;
    if (outputs) outputs[i] = std::sin(full_turn * t);
  }
  return end_of("target", "fill", outputs, rows, error);
}
int32_t wave_lines(void*, uint32_t, uint32_t capacity, double* k, double* real, double* imaginary,
                   uint32_t* count, basso_error* error) {
  *count = 1;
  if (capacity == 0) return BASSO_OK;
  k[0] = 1;
  real[0] = 0;
  imaginary[0] = -1;
  return end_of("target", "lines", real, 1, error);
}

const basso_spectrum_v1 wave_spectrum = {wave_lines};
const basso_extension wave_extensions[] = {{"spectrum/1", &wave_spectrum}};
BASSO_TARGET(wave, "faulty", "1.0.0", "sin(2 pi t)", "the tests", "", BASSO_NONE,
             BASSO_TABLE(wave_extensions))

// ---- Probe: the sum of squares of the predictions, and of all those before ----

struct Sum {
  const basso_host* host;
  uint32_t predictions, now, all;
  double before;
};

int32_t sum_create(const basso_host* host, const basso_value* const*, const basso_scene*, void** instance,
                   basso_error* error) {
  const auto* setup = BASSO_SERVICE(host, basso_probe_setup_v1, BASSO_SERVICE_PROBE_SETUP);
  const auto* sets = BASSO_SERVICE(host, basso_sets_v1, BASSO_SERVICE_SETS);
  const basso_series now = BASSO_SERIES("now", BASSO_EACH_RECORDING, "", "sum of squares", nullptr, 0);
  const basso_series all = BASSO_SERIES("all", BASSO_EACH_RECORDING, "", "sum of all so far", nullptr, 0);
  std::array<double, 8> k, real, imaginary;
  uint32_t count = 0;
  auto* const self = new Sum{host, 0, 0, 0, 0};
  int32_t status = setup->need(host, "predictions", "train", &self->predictions, error);
  if (status == BASSO_OK) status = setup->add_series(host, &now, &self->now, error);
  if (status == BASSO_OK) status = setup->add_series(host, &all, &self->all, error);
  if (status == BASSO_OK)
    status = sets->lines(host, 0, 8, k.data(), real.data(), imaginary.data(), &count, error);
  if (status == BASSO_OK) status = end_of("probe", "create", error);
  if (status != BASSO_OK) delete self;
  *instance = self;
  return status;
}
void sum_destroy(void* instance) {
  delete static_cast<Sum*>(instance);
  end_of("probe", "destroy", nullptr);
}
int32_t sum_prepare(void*, basso_error* error) { return end_of("probe", "prepare", error); }

struct Squares {
  const basso_matrix* values;
  double* squares;
};
int32_t square_one(void* context, uint64_t index, basso_error* error) {
  const auto* const squares = static_cast<const Squares*>(context);
  const double y = squares->values->data[index];
  squares->squares[index] = y * y;
  return end_of("probe", "task", error);
}
int32_t sum_observe(void* instance, const basso_observation* observation, basso_error* error) {
  auto* const self = static_cast<Sum*>(instance);
  const auto* scratch = BASSO_SERVICE(self->host, basso_scratch_v1, BASSO_SERVICE_SCRATCH);
  const auto* parallel = BASSO_SERVICE(self->host, basso_parallel_v1, BASSO_SERVICE_PARALLEL);
  const auto* emit = BASSO_SERVICE(self->host, basso_emit_v1, BASSO_SERVICE_EMIT);
  const basso_matrix& values = observation->needs[self->predictions];
  auto* const squares = static_cast<double*>(scratch->take(self->host, values.rows * sizeof(double)));
  if (!squares) return basso_fail(error, BASSO_ERROR_MEMORY, "out of memory");
  Squares context{&values, squares};
  int32_t status = parallel->run(self->host, values.rows, square_one, &context, error);
  if (status != BASSO_OK) return status;
  double sum = 0;
  for (uint64_t i = 0; i < values.rows; ++i) sum += squares[i];
  const double all = self->before + sum;
  status = emit->emit(self->host, self->now, &sum, 1, error);
  if (status == BASSO_OK) status = emit->emit(self->host, self->all, &all, 1, error);
  if (status == BASSO_OK) status = end_of("probe", "observe", squares, values.rows, error);
  self->before = all;
  return status;
}
int32_t sum_save(void* instance, uint8_t* buffer, uint64_t capacity, uint64_t* bytes, basso_error* error) {
  const auto* const self = static_cast<const Sum*>(instance);
  const auto* const state = reinterpret_cast<const uint8_t*>(&self->before);
  *bytes = sizeof(double);
  if (capacity < sizeof(double)) return BASSO_OK;
  for (uint64_t i = 0; i < sizeof(double); ++i) buffer[i] = state[i];
  return end_of("probe", "save", buffer, sizeof(double), error);
}
int32_t sum_load(void* instance, const uint8_t* buffer, uint64_t bytes, basso_error* error) {
  auto* const state = reinterpret_cast<uint8_t*>(&static_cast<Sum*>(instance)->before);
  if (bytes != sizeof(double)) return basso_fail(error, BASSO_ERROR_DATA, "its state has another length");
  for (uint64_t i = 0; i < bytes; ++i) state[i] = buffer[i];
  return end_of("probe", "load", error);
}

const basso_prepare_v1 sum_preparation = {sum_prepare};
const basso_state_v1 sum_state = {sum_save, sum_load};
const basso_extension sum_extensions[] = {{"prepare/1", &sum_preparation}, {"state/1", &sum_state}};
BASSO_PROBE(sum, "faulty", "1.0.0", "Sum of squares", "the tests", "sets/1 scratch/1 parallel/1", BASSO_NONE,
            BASSO_TABLE(sum_extensions))

}  // namespace

BASSO_LIBRARY(&bent, &wave, &sum)
