// Colours and text.
#include "report/style.hpp"
#include "report/canvas.hpp"

#include <gmock/gmock.h>

namespace basso::report {
namespace {

using testing::ElementsAre;

TEST(Style, ViridisHasItsPublishedEndsAndMiddle) {
  EXPECT_EQ(viridis(0), "#440154");
  EXPECT_EQ(viridis(0.5), "#21908d");
  EXPECT_EQ(viridis(1), "#fde725");
  EXPECT_EQ(viridis(7), viridis(1));
}

TEST(Style, ManyOrderedLinesRunFromDarkToBrightAndFewDifferInHue) {
  EXPECT_EQ(line_colours(6, true).front(), viridis(0));
  EXPECT_EQ(line_colours(6, true).back(), viridis(0.9));
  EXPECT_EQ(line_colours(2, true), line_colours(2, false));
}

TEST(Style, TextIsBrokenBetweenWordsAndCutByCharactersNotBytes) {
  EXPECT_THAT(wrap("one two three four", 9), ElementsAre("one two", "three", "four"));
  EXPECT_THAT(wrap("", 9), ElementsAre());
  EXPECT_THAT(wrap("αβγδ εζ", 7), ElementsAre("αβγδ εζ"));
  EXPECT_EQ(cut("αβγδε", 5), "αβγδε");
  EXPECT_EQ(cut("αβγδε", 4), "αβγ…");
}

TEST(Style, PartsAreBrokenAfterCommasAndNothingIsLost) {
  EXPECT_THAT(wrap_parts("activation = tanh, learning rate = 0.1", 20),
              ElementsAre("activation = tanh,", "learning rate = 0.1"));
  EXPECT_THAT(wrap_parts("a, b, c", 20), ElementsAre("a, b, c"));
  EXPECT_THAT(wrap_parts("activation = tanh", 9), ElementsAre("activati", "on", "= tanh"));
  EXPECT_THAT(wrap_parts("αβγδε", 2), ElementsAre("α", "β", "γ", "δε"));
}

TEST(Style, QuotesAndControlCharactersCannotLeaveAQuotedText) {
  EXPECT_EQ(in_quotes("it's\nhere"), "'it''s here'");
}

TEST(Style, RowsOfPanelsAreAsFullAsTheyCanBeAlike) {
  const auto columns = [](std::size_t panels) { return panel_columns(panels, 4); };
  for (std::size_t panels = 1; panels <= 4; ++panels) EXPECT_EQ(columns(panels), panels);
  EXPECT_EQ(columns(5), 3u);
  EXPECT_EQ(columns(6), 3u);
  EXPECT_EQ(columns(7), 4u);
  EXPECT_EQ(columns(9), 3u);
  EXPECT_EQ(columns(12), 4u);
}

}  // namespace
}  // namespace basso::report
