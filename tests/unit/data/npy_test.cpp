// .npy files, exchanged with numpy both ways.
#include "data/npy.hpp"

#include <gmock/gmock.h>

#include <limits>

#include "support/python.hpp"
#include "unit/data/files.hpp"

namespace basso::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Npy : public testing::Test {
 protected:
  // Runs Python with numpy in the test's directory.
  std::string numpy(const std::string& script) {
    return test::run_python("import numpy as np, os\nos.chdir('" + directory_.path().string() + "')\n" +
                            script);
  }
  std::string read_error(const std::string& name) {
    return error_of(Exit::data, [&] { read_npy(directory_.file(name)); });
  }
  test::TemporaryDirectory directory_;
};

TEST_F(Npy, NumpyReadsWhatIsWritten) {
  write_npy(directory_.file("a.npy"), {2, 3}, std::vector<double>{0.1, -2, 3e300, 4, std::nan(""), -0.0});
  write_npy(directory_.file("scalar.npy"), {}, std::vector<double>{7.5});
  write_npy(directory_.file("line.npy"), {4}, std::vector<double>{1, 2, 3, 4});
  write_npy(directory_.file("empty.npy"), {3, 0}, {});
  write_npy(directory_.file("f.npy"), Array::of({2}, std::vector<float>{0.1f, -1.0f}));
  write_npy(directory_.file("i.npy"), Array::of({2}, std::vector<std::int64_t>{-1, 1LL << 60}));
  EXPECT_EQ(numpy(R"(
a = np.load('a.npy')
assert a.dtype == np.float64 and a.shape == (2, 3) and a.flags.c_contiguous
np.testing.assert_array_equal(a, [[0.1, -2, 3e300], [4, np.nan, -0.0]])
assert np.load('scalar.npy').shape == () and np.load('scalar.npy') == 7.5
assert np.load('line.npy').tolist() == [1, 2, 3, 4]
assert np.load('empty.npy').shape == (3, 0)
assert np.load('f.npy').dtype == np.float32 and np.load('f.npy')[0] == np.float32(0.1)
assert np.load('i.npy').dtype == np.int64 and np.load('i.npy').tolist() == [-1, 2**60]
for name in os.listdir('.'):
    head = open(name, 'rb').read(10)
    assert head[6:8] == b'\1\0' and (10 + int.from_bytes(head[8:10], 'little')) % 64 == 0, name
)"),
            "");
}

TEST_F(Npy, WhatNumpyWritesIsReadInEveryTypeAndOrder) {
  numpy(R"(
for t in ['f8', 'f4', 'i8', 'i4', 'i2', 'i1', 'u8', 'u4', 'u2', 'u1', '?']:
    np.save(t.replace('?', 'b1') + '.npy', np.array([[0, 1, 2], [3, 100, 5]]).astype(t))
np.save('fortran.npy', np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)))
np.save('scalar.npy', np.float64(2.5))
np.save('empty.npy', np.zeros((0, 5)))
with open('v2.npy', 'wb') as f: np.lib.format.write_array(f, np.arange(3.0), version=(2, 0))
with open('v3.npy', 'wb') as f: np.lib.format.write_array(f, np.arange(3.0), version=(3, 0))
)");
  for (const char* type : {"f8", "f4", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1"}) {
    const Array array = read_npy(directory_.file(std::string(type) + ".npy"));
    EXPECT_EQ(descr_of(array.type).substr(1), type);
    EXPECT_THAT(array.shape, ElementsAre(2, 3));
    EXPECT_THAT(array.to_doubles(), ElementsAre(0, 1, 2, 3, 100, 5)) << type;
  }
  EXPECT_THAT(read_npy(directory_.file("b1.npy")).to_doubles(), ElementsAre(0, 1, 1, 1, 1, 1));
  const auto fortran = read_npy(directory_.file("fortran.npy"));
  EXPECT_THAT(fortran.shape, ElementsAre(2, 3, 4));
  const auto values = fortran.to_doubles();
  for (std::size_t i = 0; i < 24; ++i) EXPECT_EQ(values[i], static_cast<double>(i));
  EXPECT_THAT(read_npy(directory_.file("scalar.npy")).shape, IsEmpty());
  EXPECT_THAT(read_npy(directory_.file("scalar.npy")).to_doubles(), ElementsAre(2.5));
  EXPECT_THAT(read_npy(directory_.file("empty.npy")).to_doubles(), IsEmpty());
  EXPECT_THAT(read_npy(directory_.file("v2.npy")).to_doubles(), ElementsAre(0, 1, 2));
  EXPECT_THAT(read_npy(directory_.file("v3.npy")).to_doubles(), ElementsAre(0, 1, 2));
}

TEST_F(Npy, TypesThatAreNotRealLittleEndianNumbersAreRefusedByName) {
  numpy(R"(
np.save('big.npy', np.arange(3, dtype='>f8'))
np.save('complex.npy', np.array([1j]))
np.save('text.npy', np.array(['a']))
np.save('record.npy', np.zeros(2, dtype=[('a', 'f8'), ('b', 'i4')]))
)");
  EXPECT_THAT(read_error("big.npy"), HasSubstr("'>f8'"));
  EXPECT_THAT(read_error("complex.npy"), HasSubstr("'<c16'"));
  EXPECT_THAT(read_error("text.npy"), HasSubstr("'<U1'"));
  EXPECT_THAT(read_error("record.npy"), HasSubstr("structured"));
}

TEST_F(Npy, EveryTruncationAndEveryTrailingByteIsADataError) {
  write_npy(directory_.file("a.npy"), {2, 3}, std::vector<double>{1, 2, 3, 4, 5, 6});
  ByteVector bytes = read_bytes(directory_.file("a.npy"));
  every_truncation_is_an_error(bytes, read_npy);
  bytes.push_back(0);
  write_bytes(directory_.file("a.npy"), bytes);
  EXPECT_THAT(read_error("a.npy"), HasSubstr("announces 48 bytes of elements, 49 follow"));
}

TEST_F(Npy, AChangedByteOfTheHeaderIsAnErrorOrKeepsTheNumberOfBytes) {
  write_npy(directory_.file("a.npy"), {2, 3}, std::vector<double>{1, 2, 3, 4, 5, 6});
  const auto accept = [](std::size_t, const Array& array) { EXPECT_EQ(array.bytes.size(), 48U); };
  every_changed_byte_is_an_error_or_accepted(read_bytes(directory_.file("a.npy")), read_npy, accept);
}

TEST_F(Npy, AShapeBeyond64BitsIsADataError) {
  const std::string header = npy_header(ElementType::float64, {1ULL << 40, 1ULL << 40});
  write_bytes(directory_.file("a.npy"), {header.begin(), header.end()});
  EXPECT_THAT(read_error("a.npy"), HasSubstr("larger than 64 bits can count"));
}

TEST(ArrayTest, RefusesTheWrongNumberOfValuesAndTheWrongType) {
  EXPECT_THROW(Array::of({2, 2}, std::vector<double>{1, 2, 3}), Error);
  const Array array = Array::of({1}, std::vector<double>{1});
  EXPECT_THROW(array.floats(), Error);
  EXPECT_THROW(array.integers(), Error);
  EXPECT_THAT(Array::of({2}, std::vector<std::int64_t>{3, -4}).integers(), ElementsAre(3, -4));
  EXPECT_THAT(Array::of({1}, std::vector<float>{0.5f}).floats(), ElementsAre(0.5f));
}

TEST(WriteNpy, FailsWithPathAndReasonAndLeavesNothingBehind) {
  const test::TemporaryDirectory directory;
  const auto path = directory.file("absent/a.npy");
  const std::string message =
      error_of(Exit::run_failed, [&] { write_npy(path, {1}, std::vector<double>{1.0}); });
  EXPECT_THAT(message, HasSubstr(path.string()));
  EXPECT_THAT(message, HasSubstr("No such file or directory"));
  std::filesystem::create_directory(directory.file("taken"));
  EXPECT_THROW(write_npy(directory.file("taken"), {1}, std::vector<double>{1.0}), Error);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()), {}), 1);
}

}  // namespace
}  // namespace basso::data
