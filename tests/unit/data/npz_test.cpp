// .npz archives, exchanged with numpy both ways.
#include "data/npz.hpp"

#include <gmock/gmock.h>

#include "support/python.hpp"
#include "unit/data/files.hpp"

namespace basso::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Npz : public testing::Test {
 protected:
  std::string numpy(const std::string& script) {
    return test::run_python("import numpy as np, os, zipfile\nos.chdir('" + directory_.path().string() +
                            "')\n" + script);
  }
  std::string read_error(const std::string& name) {
    return error_of(Exit::data, [&] { read_npz(directory_.file(name)); });
  }
  static std::vector<NamedArray> sample() {
    return {{"W1", Array::of({2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6})},
            {"b1", Array::of({3}, std::vector<double>{0.1, 0.2, 0.3})},
            {"step", Array::of({}, std::vector<std::int64_t>{1LL << 40})}};
  }
  test::TemporaryDirectory directory_;
};

TEST_F(Npz, NumpyReadsWhatIsWritten) {
  write_npz(directory_.file("a.npz"), sample());
  write_npz(directory_.file("none.npz"), {});
  EXPECT_EQ(numpy(R"(
z = np.load('a.npz')
assert z.files == ['W1', 'b1', 'step']
assert z['W1'].dtype == np.float32 and z['W1'].tolist() == [[1, 2, 3], [4, 5, 6]]
assert z['b1'].dtype == np.float64 and z['b1'].tolist() == [0.1, 0.2, 0.3]
assert z['step'].dtype == np.int64 and z['step'] == 2**40 and z['step'].shape == ()
assert zipfile.ZipFile('a.npz').testzip() is None
assert np.load('none.npz').files == []
)"),
            "");
}

TEST_F(Npz, WhatNumpyWritesIsReadStoredAndDeflated) {
  numpy(R"(
arrays = dict(W1=np.arange(6.0).reshape(2, 3), b1=np.ones(1000, np.float32), n=np.int64(5), e=np.zeros((0, 2)))
np.savez('stored.npz', **arrays)
np.savez_compressed('deflated.npz', **arrays)
)");
  for (const char* name : {"stored.npz", "deflated.npz"}) {
    const auto path = directory_.file(name);
    const auto arrays = read_npz(path);
    ASSERT_EQ(arrays.size(), 4U) << name;
    EXPECT_THAT(find_array(arrays, "W1", path).to_doubles(), ElementsAre(0, 1, 2, 3, 4, 5));
    EXPECT_EQ(find_array(arrays, "b1", path).floats(), std::vector<float>(1000, 1.0f));
    EXPECT_THAT(find_array(arrays, "n", path).integers(), ElementsAre(5));
    EXPECT_THAT(find_array(arrays, "e", path).shape, ElementsAre(0, 2));
    EXPECT_THAT(error_of(Exit::data, [&] { find_array(arrays, "W2", path); }), HasSubstr("W1, b1, n, e"));
  }
}

TEST_F(Npz, TheSameArraysGiveTheSameBytes) {
  write_npz(directory_.file("a.npz"), sample());
  write_npz(directory_.file("b.npz"), read_npz(directory_.file("a.npz")));
  EXPECT_EQ(read_bytes(directory_.file("a.npz")), read_bytes(directory_.file("b.npz")));
}

TEST_F(Npz, EveryTruncationIsADataError) {
  write_npz(directory_.file("a.npz"), {{"x", Array::of({2}, std::vector<double>{1, 2})}});
  every_truncation_is_an_error(read_bytes(directory_.file("a.npz")), read_npz);
  numpy("np.savez_compressed('c.npz', x=np.arange(20.0))");
  every_truncation_is_an_error(read_bytes(directory_.file("c.npz")), read_npz);
}

TEST_F(Npz, AChangedByteIsAnErrorOrLeavesTheNumbersAlone) {
  write_npz(directory_.file("a.npz"), {{"x", Array::of({2}, std::vector<double>{1, 2})}});
  numpy("np.savez_compressed('c.npz', x=np.array([1.0, 2.0]))");
  const auto accept = [](std::size_t at, const std::vector<NamedArray>& arrays) {
    for (const NamedArray& named : arrays)
      EXPECT_THAT(named.array.to_doubles(), ElementsAre(1, 2)) << "byte " << at;
  };
  for (const char* name : {"a.npz", "c.npz"}) {
    every_changed_byte_is_an_error_or_accepted(read_bytes(directory_.file(name)), read_npz, accept);
  }
}

TEST_F(Npz, WhatCannotBeReadIsNamed) {
  numpy(R"(
with zipfile.ZipFile('text.npz', 'w') as z: z.writestr('readme.txt', 'hello')
with zipfile.ZipFile('bzip2.npz', 'w', zipfile.ZIP_BZIP2) as z: z.writestr('x.npy', 'hello')
with zipfile.ZipFile('bad.npz', 'w') as z: z.writestr('x.npy', 'hello')
open('plain.npz', 'w').write('x' * 100)
np.savez('big.npz', x=np.arange(3.0))
raw = bytearray(open('big.npz', 'rb').read())
end = raw.rfind(b'PK\5\6')
raw[end + 16:end + 20] = b'\xff' * 4
open('zip64.npz', 'wb').write(raw)
)");
  EXPECT_THAT(read_error("text.npz"), HasSubstr("entry 'readme.txt' is no .npy array"));
  EXPECT_THAT(read_error("bzip2.npz"), HasSubstr("zip method 12"));
  EXPECT_THAT(read_error("bad.npz"), HasSubstr("entry 'x.npy': 5 bytes are too few"));
  EXPECT_THAT(read_error("plain.npz"), HasSubstr("not a zip archive"));
  EXPECT_THAT(read_error("zip64.npz"), HasSubstr("zip64"));
}

}  // namespace
}  // namespace basso::data
