// ELF notes: components are read without running code, and no damaged file does more than be refused.
#include "plugin/elf_note.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace basso::plugin {
namespace {

const std::filesystem::path kFixtures = PLUGIN_FIXTURES;

std::vector<unsigned char> bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(ElfNote, NamesEveryComponentOfALibrary) {
  const Notes notes = read_notes(kFixtures / "good.so");
  EXPECT_EQ(notes.problem, "");
  ASSERT_EQ(notes.notes.size(), 2U);
  EXPECT_EQ(notes.notes[0].kind_and_revision(), "activation/1");
  EXPECT_EQ(notes.notes[0].id, "identity");
  EXPECT_EQ(notes.notes[1].kind, "target");
  EXPECT_EQ(notes.notes[1].abi(), "1.0");
}

TEST(ElfNote, IsReadWithoutBindingTheLibrary) {
  const Notes notes = read_notes(kFixtures / "unresolved.so");
  ASSERT_EQ(notes.notes.size(), 1U);
  EXPECT_EQ(notes.notes[0].id, "broken");
}

TEST(ElfNote, RefusesWhatIsNoPluginWithTheReason) {
  EXPECT_NE(read_notes(kFixtures / "absent.so").problem.find("No such file"), std::string::npos);
  EXPECT_NE(read_notes("/").problem.find("not a"), std::string::npos);
  EXPECT_NE(read_notes("/etc/passwd").problem.find("no ELF file"), std::string::npos);
  EXPECT_NE(read_notes("/proc/self/exe").problem.find(".note.basso"), std::string::npos);
}

TEST(ElfNote, RefusesAFileCutAtAnyLength) {
  const std::vector<unsigned char> whole = bytes_of(kFixtures / "good.so");
  ASSERT_GT(whole.size(), 1000U);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    // A fresh buffer of exactly that length, so that a sanitizer sees any read beyond it.
    const std::vector<unsigned char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    ASSERT_NE(read_notes(std::span(cut)).problem, "") << length;
  }
}

TEST(ElfNote, SurvivesAnyByteChanged) {
  std::vector<unsigned char> image = bytes_of(kFixtures / "good.so");
  for (std::size_t at = 0; at < image.size(); ++at) {
    const unsigned char saved = image[at];
    for (const int value : {0x00, 0x01, 0x7f, 0xff}) {
      image[at] = static_cast<unsigned char>(value);
      const Notes notes = read_notes(std::span<const unsigned char>(image));
      ASSERT_TRUE(!notes.problem.empty() || (!notes.notes.empty() && notes.notes.size() <= 2)) << at;
    }
    image[at] = saved;
  }
}

}  // namespace
}  // namespace basso::plugin
