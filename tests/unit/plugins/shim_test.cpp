// The C++ shim for targets and probes: a plain class behind the tables, its exceptions as statuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <basso/probe.hpp>
#include <basso/target.hpp>

#include <array>
#include <stdexcept>

#include "fake_host.hpp"

namespace {

// Doubles x; declares one set of 4 rows; throws what `throws` names.
class Doubling {
 public:
  Doubling(basso::target_setup& setup, const basso::values& values) {
    switch (values.choice("throws")) {
      case 1:
        throw basso::failure(BASSO_ERROR_DATA, "no such data");
      case 2:
        throw std::bad_alloc();
      case 3:
        throw std::runtime_error("odd");
      case 4:
        basso::log_line(setup.host(), BASSO_LOG_INFO, "not listed");
        break;
      default:
        break;
    }
    setup.add(basso::point_set("train", "train", 4));
  }
  void fill(std::uint32_t, std::uint64_t row, const basso::point& point) const {
    point.inputs[0] = static_cast<double>(row);
    point.outputs[0] = 2.0 * static_cast<double>(row);
  }
};

const basso_parameter parameters[] = {BASSO_PARAMETER(
    "throws", "choice", "\"nothing\"", "nothing|failure|memory|other|service", "", "What it throws.")};
BASSO_TARGET_CLASS(doubling, Doubling, "doubling", "1.0.0", "2x", "this test", "", BASSO_TABLE(parameters))

// Counts its observations, and remembers how many it has made.
class Counting {
 public:
  Counting(basso::probe_setup& setup, const basso::values&)
      : count_(setup.each("count", "", "observations so far")) {}
  void prepare() { seen_ = 10; }
  void observe(const basso::observation& look) { look.emit(count_, static_cast<double>(++seen_)); }
  std::vector<std::uint8_t> save() const { return {1, seen_}; }
  void load(basso::view<const std::uint8_t> state) {
    if (state.size != 2 || state[0] != 1)
      throw basso::failure(BASSO_ERROR_DATA, "a state of another version");
    seen_ = state[1];
  }

 private:
  basso::series count_;
  std::uint8_t seen_ = 0;
};
BASSO_PROBE_CLASS(counting, Counting, "counting", "1.0.0", "counts", "this test", "", BASSO_NONE)

class Shim : public testing::Test {
 protected:
  template <class Table>
  const Table& table(const basso_component& component, const char* extension = nullptr) {
    if (extension == nullptr) return *static_cast<const Table*>(component.functions);
    for (std::uint32_t i = 0; i < component.extension_count; ++i)
      if (std::string(component.extensions[i].name) == extension)
        return *static_cast<const Table*>(component.extensions[i].table);
    throw std::runtime_error(extension);
  }
  std::int32_t create(double throws, void** instance) {
    basso_value value{};
    value.number = throws;
    const basso_value* values[] = {&value};
    return table<basso_target_v1>(doubling).create(&host.abi, values, instance, &error);
  }

  basso::test::FakeHost host{1};
  std::array<char, 256> text{};
  basso_error error{text.data(), 256};
};

TEST_F(Shim, WhatAConstructorThrowsBecomesAStatusAndASentence) {
  void* instance = nullptr;
  EXPECT_EQ(create(1, &instance), BASSO_ERROR_DATA);
  EXPECT_STREQ(text.data(), "no such data");
  EXPECT_EQ(create(2, &instance), BASSO_ERROR_MEMORY);
  EXPECT_EQ(create(3, &instance), BASSO_ERROR_INTERNAL);
  EXPECT_STREQ(text.data(), "odd");
  EXPECT_EQ(create(4, &instance), BASSO_ERROR_INTERNAL);
  EXPECT_THAT(text.data(), testing::HasSubstr("uses the service log/1 without listing it"));
  EXPECT_EQ(instance, nullptr);
}

TEST_F(Shim, RowsAreHandedOutInRangeAndUnwantedArraysMayBeNull) {
  void* instance = nullptr;
  ASSERT_EQ(create(0, &instance), BASSO_OK);
  const auto& target = table<basso_target_v1>(doubling);
  std::array<double, 2> outputs{};
  EXPECT_EQ(target.fill(instance, 0, 2, 2, nullptr, outputs.data(), nullptr, &error), BASSO_OK);
  EXPECT_EQ(outputs, (std::array<double, 2>{4.0, 6.0}));
  EXPECT_EQ(target.fill(instance, 0, 3, 2, nullptr, outputs.data(), nullptr, &error), BASSO_ERROR_INTERNAL);
  EXPECT_EQ(target.fill(instance, 1, 0, 1, nullptr, outputs.data(), nullptr, &error), BASSO_ERROR_INTERNAL);
  target.destroy(instance);
}

TEST_F(Shim, OnlyTheMethodsThatAClassHasBecomeOptionalTables) {
  EXPECT_EQ(doubling.extension_count, 0u);
  ASSERT_EQ(counting.extension_count, 2u);
  EXPECT_STREQ(counting.extensions[0].name, "prepare/1");
  EXPECT_STREQ(counting.extensions[1].name, "state/1");
}

TEST_F(Shim, AProbesStateIsSavedAndLoadedAndARefusedOneSaysWhy) {
  basso_scene scene{};
  const basso_observation observation{};
  void* instance = nullptr;
  const auto& probe = table<basso_probe_v1>(counting);
  const auto& state = table<basso_state_v1>(counting, "state/1");
  ASSERT_EQ(probe.create(&host.abi, nullptr, &scene, &instance, &error), BASSO_OK);
  ASSERT_EQ(table<basso_prepare_v1>(counting, "prepare/1").prepare(instance, &error), BASSO_OK);
  ASSERT_EQ(probe.observe(instance, &observation, &error), BASSO_OK);
  EXPECT_EQ(host.emitted.at(0), std::vector<double>{11.0});

  std::array<std::uint8_t, 8> bytes{};
  std::uint64_t length = 0;
  EXPECT_EQ(state.save(instance, bytes.data(), 1, &length, &error), BASSO_OK);
  EXPECT_EQ(length, 2u);
  EXPECT_EQ(bytes[0], 0);  // too little room: nothing was written
  EXPECT_EQ(state.save(instance, bytes.data(), bytes.size(), &length, &error), BASSO_OK);
  EXPECT_EQ(bytes[1], 11);
  bytes[1] = 41;
  EXPECT_EQ(state.load(instance, bytes.data(), 2, &error), BASSO_OK);
  host.emitted.clear();
  ASSERT_EQ(probe.observe(instance, &observation, &error), BASSO_OK);
  EXPECT_EQ(host.emitted.at(0), std::vector<double>{42.0});
  EXPECT_EQ(state.load(instance, bytes.data(), 1, &error), BASSO_ERROR_DATA);
  EXPECT_STREQ(text.data(), "a state of another version");
  probe.destroy(instance);
}

}  // namespace
