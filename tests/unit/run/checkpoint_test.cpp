// Checkpoints as bytes and as files: what was written comes back, what is damaged never does.
#include "run/checkpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>

#include "basso/error.hpp"
#include "data/hash.hpp"
#include "support/temporary_directory.hpp"

namespace basso::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

Checkpoint example(std::int64_t step = 7) {
  Checkpoint checkpoint;
  checkpoint.run = "of-this-run";
  checkpoint.point = 2;
  checkpoint.repeat = 1;
  checkpoint.step = step;
  checkpoint.looked = true;
  checkpoint.parameters = {0.5, -0.0, std::numeric_limits<double>::denorm_min()};
  checkpoint.training = {7.0, 0.25};
  checkpoint.probes = {{"loss", 3, {}}, {"stages", 2, {1, 2, 255}}};
  return checkpoint;
}

std::string refusal(const Bytes& bytes) {
  try {
    parse_checkpoint(bytes, "c");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Exit::data);
    return error.what();
  }
  return "";
}

TEST(Checkpoint, ComesBackAsItWas) {
  const Checkpoint back = parse_checkpoint(checkpoint_bytes(example()), "c");
  EXPECT_EQ(checkpoint_bytes(back), checkpoint_bytes(example()));
  EXPECT_EQ(back.run, "of-this-run");
  EXPECT_EQ(back.point, 2u);
  EXPECT_EQ(back.repeat, 1u);
  EXPECT_EQ(back.step, 7);
  EXPECT_TRUE(back.looked);
  EXPECT_EQ(back.parameters, example().parameters);
  EXPECT_TRUE(std::signbit(back.parameters[1]));
  EXPECT_EQ(back.training, example().training);
  ASSERT_EQ(back.probes.size(), 2u);
  EXPECT_EQ(back.probes[1].name, "stages");
  EXPECT_EQ(back.probes[1].observations, 2u);
  EXPECT_THAT(back.probes[1].state, ElementsAre(1, 2, 255));
}

TEST(Checkpoint, IsRefusedWithAnyByteChangedAndAtAnyOtherLength) {
  const Bytes sound = checkpoint_bytes(example());
  for (std::size_t i = 0; i < sound.size(); ++i) {
    Bytes bytes = sound;
    bytes[i] ^= 0x10;
    EXPECT_THAT(refusal(bytes), HasSubstr("c: damaged: ")) << "byte " << i;
  }
  for (std::size_t length = 0; length < sound.size(); ++length)
    EXPECT_THAT(refusal({sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(length)}),
                HasSubstr("c: damaged: "));
  Bytes longer = sound;
  longer.push_back(0);
  EXPECT_THAT(refusal(longer), HasSubstr("not those that were written"));
}

// The rest as given, under a head that fits it.
Bytes with_head(const std::string& version, const Bytes& content) {
  const std::string head = "basso checkpoint " + version + " " + data::hash_bytes(content) + "\n";
  Bytes bytes(head.begin(), head.end());
  bytes.insert(bytes.end(), content.begin(), content.end());
  return bytes;
}

TEST(Checkpoint, OfAnotherVersionIsRefused) {
  EXPECT_THAT(refusal(with_head("2", {1, 2, 3})), HasSubstr("its version is not 1"));
}

TEST(Checkpoint, ThatPromisesMoreThanItHasIsRefusedBeforeMemoryIsTaken) {
  for (const std::uint64_t promised : {std::uint64_t{1}, std::uint64_t{1} << 60, ~std::uint64_t{0}}) {
    Bytes content(8);
    std::memcpy(content.data(), &promised, 8);
    EXPECT_THAT(refusal(with_head("1", content)), HasSubstr("it ends too early"));
  }
  Bytes content = checkpoint_bytes(example());
  content.erase(content.begin(), std::find(content.begin(), content.end(), '\n') + 1);
  content.push_back(0);
  EXPECT_THAT(refusal(with_head("1", content)), HasSubstr("more bytes than it should"));
}

class CheckpointFiles : public testing::Test {
 protected:
  void SetUp() override {
    for (const std::int64_t step : {std::int64_t{9}, std::int64_t{10}, std::int64_t{100}})
      checkpoints.write(example(step));
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(directory.file("checkpoints")))
      all.push_back(entry.path().filename());
    std::sort(all.begin(), all.end());
    return all;
  }
  std::optional<Checkpoint> newest() {
    return checkpoints.newest(2, 1, [this](const std::string& line) { reports.push_back(line); });
  }
  void damage(const std::string& name) const {
    std::ofstream(directory.file("checkpoints/" + name), std::ios::binary) << "basso checkpoint 1 nonsense";
  }

  const TemporaryDirectory directory;
  const Checkpoints checkpoints{directory.path(), "of-this-run"};
  std::vector<std::string> reports;
};

TEST_F(CheckpointFiles, KeepTheTwoNewestOfAJobByNumberNotByText) {
  EXPECT_THAT(names(), ElementsAre("2-1-10.checkpoint", "2-1-100.checkpoint"));
  EXPECT_EQ(newest()->step, 100);
  EXPECT_FALSE(checkpoints.newest(2, 2, [](const std::string&) {}));
  EXPECT_FALSE(checkpoints.newest(2, 11, [](const std::string&) {}));
  std::ofstream(directory.file("checkpoints/2-1--9223372036854775808.checkpoint"))
      << "no step has this number";
  EXPECT_EQ(newest()->step, 100);
  EXPECT_TRUE(reports.empty());
}

TEST_F(CheckpointFiles, ADamagedOneIsReportedAndTheOneBeforeIsTaken) {
  damage("2-1-100.checkpoint");
  EXPECT_EQ(newest()->step, 10);
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_THAT(reports[0], HasSubstr("2-1-100.checkpoint: damaged: "));
  EXPECT_THAT(reports[0], HasSubstr("it is left out"));
  damage("2-1-10.checkpoint");
  EXPECT_FALSE(newest());
}

TEST_F(CheckpointFiles, OneOfAnotherRunOrJobIsLeftOut) {
  fs::copy_file(directory.file("checkpoints/2-1-100.checkpoint"),
                directory.file("checkpoints/3-1-100.checkpoint"));
  const auto report = [this](const std::string& line) { reports.push_back(line); };
  EXPECT_FALSE(checkpoints.newest(3, 1, report));
  EXPECT_FALSE(Checkpoints(directory.path(), "another").newest(2, 1, report));
  ASSERT_EQ(reports.size(), 3u);
  EXPECT_THAT(reports[0], HasSubstr("belongs to another run or job"));
}

TEST_F(CheckpointFiles, AreTidiedUp) {
  std::ofstream(directory.file("checkpoints/2-1-101.checkpoint.part77")) << "half";
  checkpoints.tidy();
  EXPECT_THAT(names(), ElementsAre("2-1-10.checkpoint", "2-1-100.checkpoint"));
  checkpoints.remove(2, 1);
  checkpoints.tidy();
  EXPECT_FALSE(fs::exists(directory.file("checkpoints")));
}

TEST(CheckpointClock, ObeysTheSecondsGivenAndElseTakesAHundredthOfTheTime) {
  EXPECT_EQ(seconds_between(0.5, 9.0, 4.0, 2.0), 0.5);
  EXPECT_EQ(seconds_between(0, 10.0, 0.25, 0.25), 40.0);  // 0.5 s at 50 s
  EXPECT_EQ(seconds_between(0, 1000.0, 0.5, 0.25), 5.0);
  EXPECT_TRUE(CheckpointClock(1e-9).due());
  EXPECT_FALSE(CheckpointClock(0).due());
}

}  // namespace
}  // namespace basso::test
