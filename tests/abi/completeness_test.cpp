// The gates of the ABI look at everything: what is not asserted cannot be objected to.
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

#include "abi_copy.hpp"

namespace basso::test {
namespace {

std::string headers() {
  std::string all;
  for (const char* name : {"abi.h", "activation.h", "target.h", "probe.h", "services.h"})
    all += text_of(fs::path(BASSO_SOURCE "/sdk/include/basso") / name);
  return std::regex_replace(all, std::regex(R"(/\*[^*]*\*+(?:[^/*][^*]*\*+)*/)"), "");
}

std::set<std::string> matches(const std::string& text, const char* expression) {
  const std::regex pattern(expression);
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at)
    found.insert((*at)[1]);
  return found;
}

// The assertions of all versions.
std::string stored(const char* file) {
  std::string all;
  for (const auto& entry : fs::directory_iterator(BASSO_SOURCE "/tests/abi"))
    if (fs::exists(entry.path() / file)) all += text_of(entry.path() / file);
  return all;
}

// The fields of each struct, "basso_axis, name": data and functions.
std::set<std::string> fields(const std::string& header) {
  const std::regex body(R"(typedef struct (\w+) \{([^}]*)\} \w+;)"),
      field(R"((\(\*)?(\w+)(?:\[\w+\])?(\)\([^;]*)?;)");
  std::set<std::string> found;
  for (std::sregex_iterator at(header.begin(), header.end(), body), end; at != end; ++at) {
    const std::string inside = (*at)[2];
    for (std::sregex_iterator one(inside.begin(), inside.end(), field); one != end; ++one)
      found.insert((*at)[1].str() + ", " + (*one)[2].str());
  }
  return found;
}

TEST(AbiGate, LooksAtEveryTypeTableConstantAndName) {
  const std::string header = headers(), layout = stored("layout.c"), signatures = stored("signatures.c"),
                    types = text_of(BASSO_SOURCE "/tests/abi/types.c");
  const auto structs = matches(header, R"(typedef struct (\w+) \{)");
  EXPECT_GE(structs.size(), 40u);
  EXPECT_EQ(matches(types, R"(\nSTRUCT\((\w+)\))"), structs);
  EXPECT_EQ(matches(layout, R"((?:FIXED|GROWABLE)\((\w+),)"), structs);
  EXPECT_EQ(matches(layout, R"((?:AT|SLOT)\((\w+, \w+),)"), fields(header));
  EXPECT_EQ(matches(types, R"(\nENUM\((\w+)\))"), matches(header, R"(\nenum (\w+) \{)"));
  const auto constants = matches(layout, R"(CONSTANT\((\w+),)");
  for (const std::string& name : matches(header, R"((BASSO_[A-Z0-9_]+) = [0-9]+)"))
    EXPECT_EQ(constants.count(name), 1u) << name << " is not frozen";
  const auto texts = matches(layout, R"(TEXT\((\w+),)");
  for (const std::string& name :
       matches(header, R"(#define (BASSO_(?:SERVICE_\w+|\w+_KIND|\w+_SYMBOL|MAGIC)) ")"))
    EXPECT_EQ(texts.count(name), 1u) << name << " is not frozen";
  const auto functions = matches(header, R"(\(\*(\w+)\)\((?:const|void))");
  const auto frozen = matches(signatures, R"(FUNCTION\(\w+, (\w+),)");
  for (const std::string& name : functions) {
    if (name == "task" || name == "basso_entry_function")
      continue;  // an argument; the entry, whose table is asserted
    EXPECT_EQ(frozen.count(name), 1u) << name << " is not frozen";
  }
}

}  // namespace
}  // namespace basso::test
