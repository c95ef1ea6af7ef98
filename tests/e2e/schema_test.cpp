// plugin info --json-schema: the schema of a plugin's parameters, judged by python3-jsonschema, an
// independent validator.
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "support/python.hpp"

namespace basso::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json schema_of(const Workplace& place, const std::string& name) {
  const Outcome outcome = place.basso("plugin info --json-schema " + name);
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  return json::parse(outcome.out);
}

TEST(JsonSchema, HoldsTypesRangesDefaultsUnitsAndDocumentation) {
  const Workplace place;
  const json sinusoids = schema_of(place, "target/sinusoids");
  EXPECT_EQ(sinusoids.at("additionalProperties"), false);
  const json& frequencies = sinusoids.at("properties").at("frequencies");
  EXPECT_EQ(frequencies.at("type"), "array");
  EXPECT_EQ(frequencies.at("items"), json::parse(R"({"type": "number", "minimum": 0})"));
  EXPECT_EQ(frequencies.at("default").size(), 10u);
  EXPECT_EQ(frequencies.at("unit"), "cycles per unit of z");
  EXPECT_THAT(frequencies.at("description").get<std::string>(), HasSubstr("ascending"));
  const json& samples = sinusoids.at("properties").at("samples");
  EXPECT_EQ(samples.at("type"), "integer");
  EXPECT_EQ(samples.at("minimum"), 1);
  const json omega = schema_of(place, "activation/sine").at("properties").at("omega");
  EXPECT_EQ(omega.at("exclusiveMinimum"), 0);
  EXPECT_EQ(omega.at("default"), 30.0);
}

TEST(JsonSchema, AChoiceListsItsValues) {
  const Workplace place;
  const json at = schema_of(place, "probe/spectrum").at("properties").at("at");
  EXPECT_THAT(at.at("enum").get<std::vector<std::string>>(), testing::Contains("lines"));
  EXPECT_TRUE(at.at("default").is_string());
}

TEST(JsonSchema, ExcludesPlainJson) {
  EXPECT_EQ(Workplace().basso("plugin info relu --json --json-schema").code, 2);
}

// Every shipped plugin: the schema is a valid one, its defaults satisfy it, an unknown key does not.
TEST(JsonSchema, OfEveryShippedPluginIsSoundByAnIndependentValidator) {
  if (std::system(BASSO_TEST_PYTHON " -c 'import jsonschema' 2>/dev/null") != 0)
    GTEST_SKIP() << "python3-jsonschema is not installed";
  const Workplace place;
  json schemas = json::array();
  for (const json& entry : json::parse(place.basso("plugin list --json").out))
    schemas.push_back(
        schema_of(place, entry.at("kind").get<std::string>() + "/" + entry.at("id").get<std::string>()));
  ASSERT_GE(schemas.size(), 10u);
  const auto file = place.write("schemas.json", schemas.dump());
  const std::string printed = run_python(R"(
import json, jsonschema
checked = 0
for schema in json.load(open(')" + file.string() +
                                         R"(')):
    validator = jsonschema.Draft202012Validator
    validator.check_schema(schema)
    defaults = {name: p["default"] for name, p in schema["properties"].items() if "default" in p}
    validator(schema).validate(defaults)
    assert not validator(schema).is_valid({**defaults, "no_such_parameter": 1}), schema["title"]
    for name, p in schema["properties"].items():
        wrong = 3 if p["type"] == "string" else "text"
        assert not validator(schema).is_valid({name: wrong}), (schema["title"], name)
    checked += 1
print(checked)
)");
  EXPECT_EQ(last_line(printed), std::to_string(schemas.size()));
}

}  // namespace
}  // namespace basso::test
