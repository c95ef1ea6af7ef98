// Figures that another file describes than the run.
#include <gmock/gmock.h>

#include <fstream>

#include "basso/error.hpp"
#include "unit/report/pictures.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;

class Description : public testing::Test {
 protected:
  Description() {
    run.sweep = {{"target.petals", {}, {"0", "4"}, {0, 4}}};
    run.points.resize(2);
    run.declare("a", "recording", {0, 100, 200}, {});
    run.create_with("[[figure]]\nname = \"own\"\nkind = \"lines\"\nseries = [\"p.a\"]\n");
    for (std::size_t point = 0; point < 2; ++point)
      run.fill(0, point, 0, [](std::int64_t step, std::size_t) { return static_cast<double>(step); });
  }

  std::vector<std::filesystem::path> plot(const std::string& text) {
    std::ofstream(other.file("other.toml")) << text;
    return plot_runs({run.directory.path()}, other.file("figures"), other.file("other.toml"));
  }

  std::string refusal(const std::string& text) {
    try {
      plot(text);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Exit::usage);
      return error.what();
    }
    return "";
  }

  DrawnRun run;
  TemporaryDirectory other;
};

TEST_F(Description, SaysWhatIsDrawnInPlaceOfTheRunAndKnowsItsSweep) {
  const auto files = plot(
      "[experiment]\nname = \"passed-over\"\n[[figure]]\nname = \"other\"\nkind = \"lines\"\n"
      "title = \"Of four petals\"\nseries = [\"p.a\"]\nselect = { petals = 4 }\n");
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0], other.file("figures") / "other.png");
  EXPECT_THAT(file_text(files[1]), HasSubstr("Of four petals"));
  EXPECT_THAT(file_text(files[1]), HasSubstr("petals = 4"));
  EXPECT_FALSE(std::filesystem::exists(run.figure("own.png")));
}

TEST_F(Description, IsRefusedWhereItHasNoFiguresOrFiguresThatAreNone) {
  EXPECT_THAT(refusal("[experiment]\nname = \"a\"\n"), HasSubstr("other.toml: no [[figure]] table"));
  EXPECT_THAT(refusal("[[figure]]\nname = \"f\"\nkind = \"pie\"\nseries = [\"p.a\"]\n"),
              HasSubstr("other.toml:3"));
  EXPECT_THAT(refusal("[[figure]]\nname = \"f\"\nkind = \"lines\"\nseries = [\"p.b\"]\n"), HasSubstr("p.b"));
}

}  // namespace
}  // namespace basso::test
