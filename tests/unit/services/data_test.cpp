// data/1: formats, the search along the data path, hashes for the manifest, and what is said when a file is
// not there.
#include <gmock/gmock.h>

#include <fstream>

#include "data/hash.hpp"
#include "data/npy.hpp"
#include "support/temporary_directory.hpp"
#include "unit/services/scripted.hpp"

namespace basso::services::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class DataTest : public ::testing::Test {
 protected:
  DataTest() : host_(shared_, target_component(), 0, "target scripted") {
    shared_.data_dirs = {directory_.path()};
    std::filesystem::create_directories(directory_.path() / "set");
  }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(directory_.path() / "set" / name, std::ios::binary) << bytes;
  }
  std::int32_t read(const std::string& format, const std::string& name, const std::string& folder = "set") {
    array_ = {};
    array_.size = sizeof(array_);
    return service<basso_data_v1>(host_.abi(), BASSO_SERVICE_DATA)
        .read(host_.abi(), format.c_str(), folder.c_str(), name.c_str(), &array_, error_.abi());
  }
  basso::test::TemporaryDirectory directory_;
  Shared shared_;
  Host host_;
  ErrorText error_;
  basso_array array_{};
};

TEST_F(DataTest, ReadsIdxBytesAndHashesTheFile) {
  const std::string bytes(
      "\0\0\x08\x02\0\0\0\x02\0\0\0\x03"
      "abcdef",
      18);
  write("images", bytes);
  ASSERT_EQ(read("idx", "images"), BASSO_OK) << error_.sentence();
  EXPECT_EQ(array_.rank, 2U);
  EXPECT_EQ(array_.shape[0], 2U);
  EXPECT_EQ(array_.shape[1], 3U);
  EXPECT_EQ(array_.bytes[5], 'f');
  EXPECT_EQ(array_.numbers, nullptr);
  const std::string path = (directory_.path() / "set/images").string();
  EXPECT_EQ(array_.path, path);
  ASSERT_EQ(shared_.files.hashes().size(), 1U);
  EXPECT_EQ(shared_.files.hashes().at(path), data::hash_file(path));
  const std::uint8_t* first = array_.bytes;
  ASSERT_EQ(read("idx", "images"), BASSO_OK);
  EXPECT_EQ(array_.bytes, first);  // one copy in memory
}

TEST_F(DataTest, ReadsNumbersFromCsvNpyAndRecordsFromCifar) {
  write("table.csv", "a,b\n1,2.5\n-3,4\n");
  ASSERT_EQ(read("csv", "table.csv"), BASSO_OK) << error_.sentence();
  EXPECT_EQ(array_.shape[0] * 10 + array_.shape[1], 22U);
  EXPECT_EQ(array_.numbers[1], 2.5);
  const double values[] = {1, 2, 3};
  data::write_npy(directory_.path() / "set/x.npy", {3}, values);
  ASSERT_EQ(read("npy", (directory_.path() / "set/x.npy").string()), BASSO_OK) << error_.sentence();
  EXPECT_EQ(array_.rank, 1U);
  EXPECT_EQ(array_.numbers[2], 3.0);
  std::string records(2 * 3073, 'p');
  records[0] = 4;
  records[3073] = 9;
  records[3074] = 'q';
  write("batch.bin", records);
  ASSERT_EQ(read("cifar", "batch.bin"), BASSO_OK) << error_.sentence();
  EXPECT_EQ(array_.shape[1], 3073U);
  EXPECT_EQ(array_.bytes[3073], 9);
  EXPECT_EQ(array_.bytes[3074], 'q');
}

TEST_F(DataTest, AMissingOrCorruptFileSaysWhereItWasLookedForAndWhatToDo) {
  EXPECT_EQ(read("idx", "train-images-idx3-ubyte", "mnist-of-nobody"), BASSO_ERROR_DATA);
  EXPECT_THAT(error_.sentence(), AllOf(HasSubstr(directory_.path().string()), HasSubstr("mnist-of-nobody")));
  EXPECT_EQ(read("idx", "/nowhere/at/all"), BASSO_ERROR_DATA);
  EXPECT_THAT(error_.sentence(), HasSubstr("/nowhere/at/all"));
  write("short", std::string("\0\0\x08\x01\0\0\0\x09"
                             "abc",
                             11));
  EXPECT_EQ(read("idx", "short"), BASSO_ERROR_DATA);
  EXPECT_THAT(error_.sentence(), HasSubstr("short"));
  EXPECT_EQ(read("jpeg2000", "short"), BASSO_ERROR_UNSUPPORTED);
  EXPECT_THAT(error_.sentence(), HasSubstr("it reads idx, npy, csv, cifar, image"));
}

TEST_F(DataTest, WantsAnArrayThatSaysHowLongItIs) {
  write("numbers.csv", "1,2\n");
  ASSERT_EQ(read("csv", "numbers.csv"), BASSO_OK) << error_.sentence();
  basso_array array{};
  EXPECT_EQ(service<basso_data_v1>(host_.abi(), BASSO_SERVICE_DATA)
                .read(host_.abi(), "csv", "set", "numbers.csv", &array, error_.abi()),
            BASSO_ERROR_INTERNAL);
  EXPECT_THAT(error_.sentence(), HasSubstr("BASSO_ARRAY"));
  EXPECT_EQ(array.numbers, nullptr);
  array = BASSO_ARRAY;
  EXPECT_EQ(service<basso_data_v1>(host_.abi(), BASSO_SERVICE_DATA)
                .read(host_.abi(), "csv", "set", "numbers.csv", &array, nullptr),
            BASSO_OK);
  EXPECT_EQ(array.numbers[1], 2.0);
}

}  // namespace
}  // namespace basso::services::test
