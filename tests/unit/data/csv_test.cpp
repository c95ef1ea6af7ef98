// The reader of numeric tables.
#include "data/csv.hpp"

#include <gmock/gmock.h>

#include <clocale>

#include "unit/data/files.hpp"

namespace basso::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsNan;

std::string parse_error(const std::string& text) {
  return error_of(Exit::data, [&] { parse_csv(text, "t.csv"); });
}

TEST(Csv, CommasSpacesAndTabsSeparateCells) {
  for (const char* text : {"1,2.5\n-3,4e2\n", "1 2.5\n-3\t 4e2", " 1 , 2.5 \r\n\r\n-3,+4e2\r\n",
                           "\xef\xbb\xbf"
                           "1,2.5\n-3,400"}) {
    const Table table = parse_csv(text, "t.csv");
    EXPECT_THAT(table.columns, IsEmpty());
    EXPECT_EQ(table.rows, 2U);
    EXPECT_EQ(table.width, 2U);
    EXPECT_THAT(table.values, ElementsAre(1, 2.5, -3, 400)) << text;
  }
}

TEST(Csv, AFirstLineWithoutNumbersIsTheHeader) {
  const Table table = parse_csv("# made by hand\n\nx,\"y value\" # unit: m\n1,2 # first\n3,4\n", "t.csv");
  EXPECT_THAT(table.columns, ElementsAre("x", "y value"));
  EXPECT_THAT(table.values, ElementsAre(1, 2, 3, 4));
}

TEST(Csv, InfinityAndNaNAreNumbers) {
  EXPECT_THAT(parse_csv("inf,-inf,nan", "t.csv").values,
              ElementsAre(std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
                          IsNan()));
}

TEST(Csv, ErrorsHaveLineAndColumn) {
  EXPECT_THAT(parse_error("1,2\n3,x4\n"), HasSubstr("t.csv:2:3: 'x4' is not a number"));
  EXPECT_THAT(parse_error("1 2\n\n3   4e\n"), HasSubstr("t.csv:3:5: '4e' is not a number"));
  EXPECT_THAT(parse_error("a,b\n1,2,3\n"), HasSubstr("t.csv:2:1: 3 cells, expected 2"));
  EXPECT_THAT(parse_error("1,x\n"), HasSubstr("t.csv:1:3: 'x' is not a number"));
  EXPECT_THAT(parse_error("1,2\n3,\n"), HasSubstr("t.csv:2:"));
  EXPECT_THAT(parse_error("1\n1e999\n"), HasSubstr("'1e999' is not a number"));
  EXPECT_THAT(parse_error("x;y\n1;2\n"), HasSubstr("t.csv:1:2: ';' separates no cells: expected commas"));
  EXPECT_THAT(parse_error("1 2\n1,5;2,5\n"), HasSubstr("t.csv:2:4: ';' separates no cells"));
  EXPECT_THAT(parse_error("a,b\n"), HasSubstr("no line of numbers"));
  EXPECT_THAT(parse_error(""), HasSubstr("no line of numbers"));
}

TEST(Csv, TheLocaleDoesNotMatter) {
  const std::string before = std::setlocale(LC_NUMERIC, nullptr);
  for (const char* locale : {"de_DE.UTF-8", "C.UTF-8", "C"}) {
    std::setlocale(LC_NUMERIC, locale);
    EXPECT_THAT(parse_csv("1.5 2.5", "t.csv").values, ElementsAre(1.5, 2.5));
  }
  std::setlocale(LC_NUMERIC, before.c_str());
}

TEST(Csv, AFileIsReadWhole) {
  const test::TemporaryDirectory directory;
  const std::string text = "t,f\n0.5,1\n";
  write_bytes(directory.file("a.csv"), {text.begin(), text.end()});
  EXPECT_THAT(read_csv(directory.file("a.csv")).values, ElementsAre(0.5, 1));
  EXPECT_THAT(error_of(Exit::data, [&] { read_csv(directory.file("b.csv")); }), HasSubstr("b.csv"));
}

}  // namespace
}  // namespace basso::data
