// Files by descriptor and the atomic writer.
#include "data/file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/data/files.hpp"

namespace basso::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ReadFile, GivesTheBytesWithinTheLimit) {
  const test::TemporaryDirectory directory;
  write_bytes(directory.file("f"), {1, 2, 3});
  EXPECT_THAT(read_file(directory.file("f")), ElementsAre(1, 2, 3));
  EXPECT_THAT(error_of(Exit::data, [&] { read_file(directory.file("f"), 2); }),
              HasSubstr("3 bytes, expected at most 2"));
}

TEST(ReadFile, RefusesWhatIsNoRegularFileWithoutWaiting) {
  const test::TemporaryDirectory directory;
  const auto pipe = directory.file("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(error_of(Exit::data, [&] { read_file(pipe); }), HasSubstr("not a regular file"));
  EXPECT_THAT(error_of(Exit::data, [&] { read_file(directory.path()); }), HasSubstr("not a regular file"));
}

TEST(WriteFileAtomically, ReplacesTheOldFileAndLeavesNoOther) {
  const test::TemporaryDirectory directory;
  const ByteVector first = {1, 2, 3}, second = {4, 5};
  write_file_atomically(directory.file("f"), {first});
  write_file_atomically(directory.file("f"), {second, first});
  EXPECT_THAT(read_bytes(directory.file("f")), ElementsAre(4, 5, 1, 2, 3));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()), {}), 1);
}

TEST(WriteFileAtomically, NamesTheFileThatItWouldBecome) {
  const test::TemporaryDirectory directory;
  std::filesystem::create_directory(directory.file("f.part" + std::to_string(::getpid())));
  EXPECT_THAT(error_of(Exit::run_failed, [&] { write_file_atomically(directory.file("f"), {Bytes()}); }),
              testing::StartsWith(directory.file("f").string() + ": cannot write"));
}

TEST(Parts, AreKnownByTheirNames) {
  for (const char* name : {"f.npy.part", "f.json.part12", "a/f.part3"}) EXPECT_TRUE(is_part(name)) << name;
  for (const char* name : {"f.npy", "f.partial", "f.part1-2", "part", "f.part1/f", ".partx"})
    EXPECT_FALSE(is_part(name)) << name;
}

TEST(Folders, AreMadeOnceAndListedByName) {
  const test::TemporaryDirectory directory;
  const Path folder = directory.file("folder");
  EXPECT_THAT(entries_of(folder), testing::IsEmpty());
  make_folder(folder);
  make_folder(folder);
  write_bytes(folder / "b", {1});
  write_bytes(folder / "a", {1});
  EXPECT_THAT(entries_of(folder), ElementsAre(folder / "a", folder / "b"));
  EXPECT_THAT(error_of(Exit::run_failed, [&] { make_folder(folder / "a"); }), HasSubstr("a: cannot be made"));
  EXPECT_THAT(error_of(Exit::run_failed, [&] { make_folder(folder / "c" / "d"); }),
              HasSubstr("d: cannot be made"));
}

TEST(FileTest, MovesKeepTheDescriptor) {
  const test::TemporaryDirectory directory;
  File a = File::create(directory.file("f"));
  File b = std::move(a);
  const ByteVector bytes = {9, 8};
  b.write_at(3, bytes);
  a = std::move(b);
  EXPECT_EQ(a.size(), 5U);
  ByteVector back(10);
  EXPECT_EQ(a.read_at(3, back.data(), back.size()), 2U);
  EXPECT_EQ(back[0], 9);
}

}  // namespace
}  // namespace basso::data
