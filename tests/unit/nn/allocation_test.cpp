// A training step allocates nothing: every way to the heap is counted, in all modes.
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "nn/trainer.hpp"
#include "unit/nn/activations.hpp"
#include "unit/nn/helped.hpp"

namespace {
std::atomic<long> allocations{0};
}

#if defined(__has_feature)
#define ALLOCATION_TEST_SANITIZED __has_feature(address_sanitizer)  // Clang's way to ask
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ALLOCATION_TEST_SANITIZED 1
#else
#define ALLOCATION_TEST_SANITIZED 0
#endif

#if ALLOCATION_TEST_SANITIZED
// The sanitizers own malloc and call this for each allocation.
extern "C" void __sanitizer_malloc_hook(const volatile void*, size_t) { ++allocations; }
#else
// glibc's own functions under their internal names; operator new comes here too.
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void* malloc(size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* old, size_t size) {
  ++allocations;
  return __libc_realloc(old, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
}
#endif

namespace basso::nn {
namespace {

TEST(Allocation, TheCounterSeesAllocations) {
  const long before = allocations;
  std::vector<double>* const v = new std::vector<double>(100);
  EXPECT_GE(allocations - before, 2);
  delete v;
}

TEST(Allocation, AStepAllocatesNothingInAnyMode) {
  for (const Activation& f : {testing::relu(), testing::scaled(1.0, 2.0)})
    for (const LossKind loss : {LossKind::mean_squared, LossKind::mean_absolute,
                                LossKind::binary_cross_entropy, LossKind::softmax_cross_entropy})
      for (const OptimizerKind kind :
           {OptimizerKind::gradient_descent, OptimizerKind::momentum, OptimizerKind::adam})
        for (const size_t batch : {0u, 7u})
          for (const Precision precision : {Precision::float32, Precision::float64}) {
            const NetworkSpec spec = testing::network(2, {70, 5}, 3, f);
            TrainSpec train;
            train.loss = loss;
            train.optimizer.kind = kind;
            train.optimizer.nesterov = true;
            train.batch = batch;
            train.precision = precision;
            train.l2 = 0.01;
            train.clip = 10.0;
            std::vector<double> x(40), y(60, 0.0);
            for (size_t i = 0; i < 40; ++i) x[i] = std::sin(static_cast<double>(i));
            for (size_t i = 0; i < 20; ++i) y[3 * i] = 1.0;
            const auto run =
                make_training_run(spec, train, x, y, 20, initial_parameters(spec, StreamKey{.kind = "init"}),
                                  StreamKey{.kind = "batch"});
            const long before = allocations;
            for (int i = 0; i < 10; ++i) run->step();  // three epochs and more
            EXPECT_EQ(allocations - before, 0) << name(loss) << ", batch " << batch;
            EXPECT_TRUE(run->finite()) << run->failure();
          }
}

TEST(Allocation, AStepWithAFrequencyWeightedLossAllocatesNothing) {
  std::vector<double> x(30), y(30);
  for (size_t i = 0; i < 30; ++i) {
    x[i] = static_cast<double>(i) / 30;
    y[i] = std::sin(2 * std::numbers::pi * x[i]) + std::sin(6 * std::numbers::pi * x[i]);
  }
  const NetworkSpec spec = testing::network(1, {70, 5}, 1, testing::tanh());
  TrainSpec train;
  train.frequencies = FrequencySchedule{FrequencySchedule::Order::low_to_high, {1, 3}, 0.1, 2, 2};
  for (const Precision precision : {Precision::float32, Precision::float64}) {
    train.precision = precision;
    const auto run = make_training_run(spec, train, x, y, 30,
                                       initial_parameters(spec, StreamKey{.kind = "init"}), StreamKey{});
    const long before = allocations;
    for (int i = 0; i < 12; ++i) run->step();
    EXPECT_EQ(allocations - before, 0);
    EXPECT_EQ(run->state()[2], 2.0);  // through both stages
  }
}

// On no thread, whether it works or waits.
TEST(Allocation, AStepThatATeamSharesAllocatesNothing) {
  const size_t rows = 310;
  std::vector<double> x(rows * 70), y(rows);
  for (size_t i = 0; i < x.size(); ++i) x[i] = std::sin(static_cast<double>(i));
  for (size_t i = 0; i < rows; ++i) y[i] = std::sin(0.1 * static_cast<double>(i));
  for (const Activation& f : {testing::relu(), testing::scaled(1.0, 2.0)})
    for (const size_t batch : {size_t{0}, size_t{205}}) {
      const NetworkSpec spec = testing::network(70, {150, 90}, 1, f);
      TrainSpec train;
      train.batch = batch;
      testing::Helped helped(1);
      const auto run =
          make_training_run(spec, train, x, y, rows, initial_parameters(spec, StreamKey{.kind = "init"}),
                            StreamKey{.kind = "batch"}, &helped.helped());
      const long before = allocations;
      for (int i = 0; i < 130; ++i) run->step();  // past a change of the order of units
      EXPECT_EQ(allocations - before, 0) << f.id << ", batch " << batch;
      EXPECT_TRUE(run->finite()) << run->failure();
    }
}

}  // namespace
}  // namespace basso::nn
