// TOML as a tree with positions, and what is refused before the parser sees it.
#include "run/toml_reader.hpp"

#include <gtest/gtest.h>

#include "basso/error.hpp"
#include "support/temporary_directory.hpp"

#include <fstream>

namespace basso {
namespace {

std::string refusal(const std::string& text) {
  try {
    parse_toml(text, "f.toml");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Exit::usage);
    return error.what();
  }
  ADD_FAILURE() << "accepted: " << text;
  return "";
}

TEST(TomlReader, KeepsTheOrderAndThePlaceOfEveryValue) {
  const Node root = parse_toml("zebra = 1\n[apple]\nb = [1, 2.5]\n  a = true\n", "f.toml");
  ASSERT_EQ(root.table().size(), 2u);
  EXPECT_EQ(root.table()[0].key, "zebra");
  const Node& apple = *root.find("apple");
  EXPECT_EQ(apple.table()[0].key, "b");
  EXPECT_EQ(apple.find("a")->where, "f.toml:4:3");
  EXPECT_EQ(std::get<double>(apple.find("b")->array()[1].value), 2.5);
}

TEST(TomlReader, NamesLineAndColumnOfAMistake) {
  EXPECT_EQ(refusal("a = 1\nb = = 2\n").rfind("f.toml:2:", 0), 0u);
  EXPECT_EQ(refusal("a = 1\na = 2\n").rfind("f.toml:2:", 0), 0u);
}

TEST(TomlReader, RefusesControlBytesAndInvalidUtf8BeforeParsing) {
  EXPECT_EQ(refusal("a = 1\nb\x01 = 2\n").rfind("f.toml:2:2: control byte 0x01", 0), 0u);
  EXPECT_NE(refusal(std::string("a = \"\0\"", 7)).find("control byte 0x00"), std::string::npos);
  EXPECT_NE(refusal("\xEF\xBB\xBD\x0E").find("control byte 0x0E"), std::string::npos);
  for (const char* broken :
       {"a = '\xFF'", "a = '\xC0\x80'", "a = '\xED\xA0\x80'", "a = '\xF5\x80\x80\x80'", "a = '\xE2\x82"}) {
    EXPECT_NE(refusal(broken).find("not valid UTF-8"), std::string::npos);
  }
}

TEST(TomlReader, SurvivesTheInputsThatEndAssertingBuilds) {
  refusal("[$net]");
  refusal("[&");
}

TEST(TomlReader, HasNoUseForDates) { EXPECT_NE(refusal("a = 2020-01-01").find("dates"), std::string::npos); }

TEST(TomlReader, WritesValuesThatReadBack) {
  const std::string text = "{ a = [1, 2.5, \"q\\\"\\\\\\n\"], \"odd key\" = { b = true } }";
  EXPECT_EQ(toml_inline(parse_toml_value(text, "here")), text);
}

TEST(TomlReader, RefusesKeysThatWouldUseUpTheStack) {
  std::string key = "a";
  for (int i = 0; i < 50'000; ++i) key += i % 2 == 0 ? ".a" : " . \"a\"";
  EXPECT_EQ(refusal("x = 1\n" + key + " = 1\n").rfind("f.toml:2:", 0), 0u);
  EXPECT_NE(refusal("x = { " + key + " = 1 }\n").find("a key of more than 64 parts"), std::string::npos);
  EXPECT_NE(refusal("[" + key + "]\n").find("a key of more than 64 parts"), std::string::npos);
  EXPECT_THROW(parse_dotted_key(key, "--set"), Error);
  EXPECT_THROW(parse_toml_value("{ " + key + " = 1 }", "--set a"), Error);
  std::string sentences = "text = \"";
  for (int i = 0; i < 200; ++i) sentences += "See Fig. 3. Then 1.5 more. ";
  EXPECT_NO_THROW(parse_toml(sentences + "\"\n", "f.toml"));
}

TEST(TomlReader, TakesOneValueOnly) {
  EXPECT_THROW(parse_toml_value("1\nb = 2", "--set a=1"), Error);
  EXPECT_THROW(parse_toml_value("flower", "--set target.plugin=flower"), Error);
}

TEST(TomlReader, SplitsDottedKeys) {
  EXPECT_EQ(parse_dotted_key("a.\"b.c\".d", "x"), (std::vector<std::string>{"a", "b.c", "d"}));
  EXPECT_THROW(parse_dotted_key("a..b", "x"), Error);
  EXPECT_THROW(parse_dotted_key("a.\"b", "x"), Error);
}

TEST(TomlReader, RefusesAMissingFileAFolderAndOneThatIsTooLarge) {
  const test::TemporaryDirectory directory;
  EXPECT_THROW(read_experiment_file(directory.file("none.toml")), Error);
  EXPECT_THROW(read_experiment_file(directory.path()), Error);
  std::ofstream(directory.file("large.toml")) << std::string(largest_experiment_file + 1, ' ');
  EXPECT_THROW(read_experiment_file(directory.file("large.toml")), Error);
}

}  // namespace
}  // namespace basso
