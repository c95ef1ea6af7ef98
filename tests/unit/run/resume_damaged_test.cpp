// Checkpoints that are damaged, or of another run, are left out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "interrupted_runs.hpp"
#include "support/temporary_directory.hpp"

namespace basso::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

class Damaged : public testing::Test {
 protected:
  void SetUp() override {
    text = text_of(brief());
    run(text, directory.file("whole"), options_of(1));
    event = [&](bool inside) {
      if (!inside) stop = SIGTERM;
    };
    event_step = 5;
    run(text, directory.file("r"), options_of(1, &stop));
  }
  void damage(const char* name) const {
    const fs::path file = directory.file("r/checkpoints") / name;
    std::string bytes = bytes_of(file);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    std::ofstream(file, std::ios::binary) << bytes;
  }

  const TemporaryDirectory directory;
  std::string text;
  std::atomic<int> stop{0};
};

TEST_F(Damaged, CheckpointsAreReportedAndLeftOut) {
  damage("0-0-5.checkpoint");
  const RunResult result = resume_run(directory.file("r"), plugins(), options_of(1));
  ASSERT_EQ(result.notes.size(), 1u);
  EXPECT_THAT(result.notes[0], HasSubstr("0-0-5.checkpoint: damaged: "));
  EXPECT_EQ(result.state, "finished");
  EXPECT_THAT(bytes_of(directory.file("r/log.txt")), HasSubstr("goes on from step 4"));
  EXPECT_THAT(differences(directory.file("whole"), directory.file("r")), IsEmpty());
}

TEST_F(Damaged, AllOfThemTheJobBeginsAgain) {
  damage("0-0-5.checkpoint");
  damage("0-0-4.checkpoint");
  const RunResult result = resume_run(directory.file("r"), plugins(), options_of(1));
  EXPECT_EQ(result.notes.size(), 2u);
  EXPECT_THAT(differences(directory.file("whole"), directory.file("r")), IsEmpty());
}

TEST_F(Damaged, OnesOfAnotherRunAreLeftOut) {
  Case other = brief();
  other.experiment += "\ntitle = \"another\"";
  stop = 0;
  event_step = 7;
  run(text_of(other), directory.file("other"), options_of(1, &stop));
  fs::copy(directory.file("other/checkpoints"), directory.file("r/checkpoints"), fs::copy_options::recursive);
  const RunResult result = resume_run(directory.file("r"), plugins(), options_of(1));
  ASSERT_EQ(result.notes.size(), 2u);
  EXPECT_THAT(result.notes[0], HasSubstr("belongs to another run"));
  EXPECT_THAT(differences(directory.file("whole"), directory.file("r")), IsEmpty());
}

}  // namespace
}  // namespace basso::test
