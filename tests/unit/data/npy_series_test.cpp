// Series files: NaN at first, written in place, readable by numpy at every moment.
#include "data/npy_series.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmath>
#include <csignal>
#include <vector>

#include "data/npy.hpp"
#include "support/python.hpp"
#include "unit/data/files.hpp"

namespace basso::data {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsNan;

class Series : public testing::Test {
 protected:
  test::TemporaryDirectory directory_;
  Path path_ = directory_.file("loss.npy");
};

TEST_F(Series, IsFullOfNaNAtFirstWithAllItsBytesOnTheDisk) {
  const NpySeries series = NpySeries::create(path_, {3, 100000});
  EXPECT_EQ(series.size(), 300000U);
  std::vector<double> values(300000);
  series.read_at(0, values);
  EXPECT_THAT(values, Each(IsNan()));
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_GE(status.st_blocks * 512, 300000 * 8);  // not sparse
}

TEST_F(Series, NumpyReadsItBeforeBetweenAndAfterWrites) {
  const NpySeries series = NpySeries::create(path_, {2, 3});
  const auto numpy = [&] {
    return test::run_python("import numpy as np\na = np.load('" + path_.string() +
                            "')\nprint(a.dtype, a.shape, *a.ravel())");
  };
  EXPECT_EQ(numpy(), "float64 (2, 3) nan nan nan nan nan nan\n");
  series.write_at(2, std::vector<double>{0.5, -1.0});
  EXPECT_EQ(numpy(), "float64 (2, 3) nan nan 0.5 -1.0 nan nan\n");
  series.write_at(0, std::vector<double>{1.0, 2.0});
  series.write_at(4, std::vector<double>{3.0, 4.0});
  series.sync();
  EXPECT_EQ(numpy(), "float64 (2, 3) 1.0 2.0 0.5 -1.0 3.0 4.0\n");
}

TEST_F(Series, GoesOnAfterItWasClosed) {
  NpySeries::create(path_, {4}).write_at(1, std::vector<double>{1.5});
  const NpySeries again = NpySeries::open(path_, {4});
  again.write_at(3, std::vector<double>{2.5});
  EXPECT_THAT(read_npy(path_).to_doubles(), ElementsAre(IsNan(), 1.5, IsNan(), 2.5));
}

TEST_F(Series, IsRefusedWhereTheFileIsNotOfItsShape) {
  NpySeries::create(path_, {4});
  EXPECT_THAT(error_of(Exit::data, [&] { NpySeries::open(path_, {2, 2}); }), HasSubstr("expected <f8"));
  write_npy(path_, Array::of({4}, std::vector<float>(4)));
  EXPECT_THAT(error_of(Exit::data, [&] { NpySeries::open(path_, {4}); }), HasSubstr("a <f4 array"));
  NpySeries::create(directory_.file("b.npy"), {4});
  std::filesystem::resize_file(directory_.file("b.npy"), 100 + 24);
  EXPECT_THROW(NpySeries::open(directory_.file("b.npy"), {4}), Error);
}

TEST_F(Series, IsNeverLaidOverAnExistingFile) {
  NpySeries::create(path_, {4});
  const std::string message = error_of(Exit::run_failed, [&] { NpySeries::create(path_, {4}); });
  EXPECT_THAT(message, HasSubstr(path_.string()));
  EXPECT_THAT(message, HasSubstr("File exists"));
}

TEST_F(Series, WritesAndReadsStayInsideTheShape) {
  const NpySeries series = NpySeries::create(path_, {4});
  std::vector<double> two(2);
  for (const std::uint64_t first : {std::uint64_t{3}, std::uint64_t{5}, ~std::uint64_t{0}}) {
    EXPECT_THAT(error_of(Exit::run_failed, [&] { series.write_at(first, two); }), HasSubstr(path_.string()));
    EXPECT_THAT(error_of(Exit::run_failed, [&] { series.read_at(first, two); }), HasSubstr(path_.string()));
  }
  series.write_at(4, {});
}

// Limits the size of files for its lifetime, so that a write beyond fails as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_F(Series, AWriteThatTheSystemRefusesIsARunThatFailedWithPathAndReason) {
  const FileSizeLimit limit(65536);
  const std::string message = error_of(Exit::run_failed, [&] { NpySeries::create(path_, {100000}); });
  EXPECT_THAT(message, HasSubstr(path_.string()));
  EXPECT_THAT(message, HasSubstr("File too large"));
}

TEST_F(Series, AShapeBeyond64BitsIsRefusedBeforeTheFileIsMade) {
  EXPECT_THROW(NpySeries::create(path_, {~std::uint64_t{0}, 8}), Error);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(Series, ASingleNumberHasAnEmptyShape) {
  NpySeries::create(path_, {}).write_at(0, std::vector<double>{6.0});
  EXPECT_THAT(read_npy(path_).to_doubles(), ElementsAre(6.0));
}

}  // namespace
}  // namespace basso::data
