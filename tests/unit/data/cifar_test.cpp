// CIFAR-10's binary records.
#include "data/cifar.hpp"

#include <gmock/gmock.h>

#include "unit/data/files.hpp"

namespace basso::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ByteVector two_records() {
  ByteVector bytes;
  for (const std::uint8_t label : ByteVector{7, 9}) {
    bytes.push_back(label);
    for (std::size_t i = 0; i < cifar_pixels; ++i)
      bytes.push_back(static_cast<std::uint8_t>(i / 1024 * 10 + label));
  }
  return bytes;
}

class Cifar : public testing::Test {
 protected:
  std::string data_error(const ByteVector& bytes) {
    write_bytes(path_, bytes);
    return error_of(Exit::data, [&] { read_cifar(path_); });
  }
  test::TemporaryDirectory directory_;
  Path path_ = directory_.file("data_batch_1.bin");
};

TEST_F(Cifar, RecordsAreALabelAndThreePlanes) {
  write_bytes(path_, two_records());
  const CifarRecords records = read_cifar(path_);
  EXPECT_EQ(records.size(), 2U);
  EXPECT_THAT(records.labels, ElementsAre(7, 9));
  ASSERT_EQ(records.pixels.size(), 2 * cifar_pixels);
  EXPECT_EQ(records.pixels[0], 7);                         // red
  EXPECT_EQ(records.pixels[1024], 17);                     // green
  EXPECT_EQ(records.pixels[cifar_pixels + 2048], 20 + 9);  // blue of the second
}

TEST_F(Cifar, ASizeThatIsNoWholeNumberOfRecordsIsAnError) {
  const ByteVector bytes = two_records();
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{1}, std::size_t{3072}, std::size_t{3074}, bytes.size() - 1}) {
    EXPECT_THAT(data_error({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)}),
                HasSubstr("records of 3073 bytes"));
  }
}

TEST_F(Cifar, ALabelAboveNineIsAnError) {
  ByteVector bytes = two_records();
  bytes[3073] = 10;
  EXPECT_THAT(data_error(bytes), HasSubstr("record 1 has label 10"));
}

}  // namespace
}  // namespace basso::data
