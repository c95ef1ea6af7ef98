// plugin info --json-schema: the schema of a plugin's parameters, judged by python3-jsonschema, an
// independent validator.
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

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

// What the independent validator says about values of one parameter each: "true" or "false", one a line.
// `values` is a list of [name, value].
std::vector<bool> judged(const Workplace& place, const json& schema, const json& values) {
  const auto file = place.write("judge.json", json{{"schema", schema}, {"values", values}}.dump());
  std::istringstream printed(run_python(R"(
import json, jsonschema
given = json.load(open(')" + file.string() +
                                        R"('))
jsonschema.Draft202012Validator.check_schema(given["schema"])
for name, value in given["values"]:
    print(int(jsonschema.Draft202012Validator(given["schema"]).is_valid({name: value})))
)"));
  std::vector<bool> verdicts;
  for (int verdict = 0; printed >> verdict;) verdicts.push_back(verdict == 1);
  EXPECT_EQ(verdicts.size(), values.size());
  return verdicts;
}

// Values of every type, good and bad: the schema and the program agree about each.
TEST(JsonSchema, AcceptsWhatTheProgramAcceptsForEveryType) {
  const Workplace place;
  place.write("types.toml", with(tiny, "plugin = \"sinusoids\"\nfrequencies = [1.0, 3.0]\nsamples = 20",
                                 "plugin = \"types\""));
  const std::string plugins = " --plugin-dir '" E2E_PLUGINS "/types'";
  const json schema = json::parse(place.basso("plugin info target/types --json-schema" + plugins).out);
  const json values = json::parse(R"([
    ["a_bool", true], ["a_bool", false], ["a_bool", 1], ["a_bool", "true"],
    ["an_integer", 1], ["an_integer", 8], ["an_integer", 0], ["an_integer", 9], ["an_integer", 2.5],
    ["an_integer", "3"], ["an_integer", true], ["an_integer", [3]],
    ["any_integer", -1000000], ["any_integer", 0.5],
    ["a_real", 0.25], ["a_real", 0], ["a_real", 1], ["a_real", -0.1], ["a_real", 1.5], ["a_real", "0.5"],
    ["a_half_open_real", 0], ["a_half_open_real", 1e300], ["a_half_open_real", -1e-300],
    ["any_real", 7], ["any_real", -7.5], ["any_real", true], ["any_real", [1.0]],
    ["a_string", ""], ["a_string", "words"], ["a_string", 3], ["a_string", ["words"]],
    ["a_choice", "two"], ["a_choice", "three"], ["a_choice", ""], ["a_choice", 1],
    ["some_reals", []], ["some_reals", [0, 0.5, 1]], ["some_reals", [0.5, 1.5]], ["some_reals", 0.5],
    ["some_reals", ["0.5"]],
    ["some_integers", [2, 9]], ["some_integers", [1]], ["some_integers", [2.5]], ["some_integers", 2],
    ["some_integers", []],
    ["a_path", "data/file.csv"], ["a_path", 1], ["no_such_parameter", 1]])");
  const std::vector<bool> verdicts = judged(place, schema, values);
  ASSERT_EQ(verdicts.size(), values.size());
  std::set<std::string> accepted, refused;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto name = values[i][0].get<std::string>();
    // JSON's numbers, strings and lists are TOML's, too.
    const Outcome outcome = place.basso("config show types.toml --set 'target." + name + "=" +
                                        values[i][1].dump() + "'" + plugins);
    ASSERT_TRUE(outcome.code == 0 || outcome.code == 2) << outcome.error;
    EXPECT_EQ(verdicts[i], outcome.code == 0) << values[i] << "; the program: " << outcome.error;
    (verdicts[i] ? accepted : refused).insert(name);
  }
  for (const auto& [name, parameter] : schema.at("properties").items()) {
    EXPECT_EQ(accepted.count(name), 1u) << name;
    EXPECT_EQ(refused.count(name), 1u) << name;
  }
}

// Every parameter of every shipped plugin: the default and the ends of a closed range are valid, what is
// beyond an end, of another type or no choice is not. Types and ranges are those that `plugin info --json`
// prints.
TEST(JsonSchema, OfEveryShippedPluginKeepsTypesAndRanges) {
  const Workplace place;
  json plugins = json::array();
  for (const json& entry : json::parse(place.basso("plugin list --json").out)) {
    const std::string name = entry.at("kind").get<std::string>() + "/" + entry.at("id").get<std::string>();
    plugins.push_back({{"schema", schema_of(place, name)},
                       {"info", json::parse(place.basso("plugin info --json " + name).out)}});
  }
  ASSERT_GE(plugins.size(), 10u);
  const auto file = place.write("plugins.json", plugins.dump());
  const std::string printed = run_python(R"(
import json, jsonschema, math

def cases(parameter, default):
    "Values with whether each is valid."
    kind, text = parameter["type"], parameter["range"]
    yield default, True
    yield {"a": 1}, False
    yield None, False
    if kind in ("string", "path", "choice"):
        yield 3, False
        yield ["text"], False
        for choice in text.split("|") if kind == "choice" else []:
            yield choice, True
            yield choice + "?", False
        return
    yield "text", False
    if kind == "bool":
        yield True, True
        yield 0, False
        return
    numbers = [(True, False), ("1", False)]
    if kind.startswith("integer"):
        numbers.append((1.5, False))
    low, high = (float(end) for end in text[1:-1].split(",")) if text else (-math.inf, math.inf)
    if math.isfinite(low):
        numbers += [(low, text[0] == "["), (low - 1, False)]
    if math.isfinite(high):
        numbers += [(high, text[-1] == "]"), (high + 1, False)]
    yield from [([n], valid) for n, valid in numbers] if kind.endswith("s") else numbers
    yield (1 if kind.endswith("s") else [1]), False

plugins = count = 0
for plugin in json.load(open(')" + file.string() +
                                         R"(')):
    schema, info = plugin["schema"], plugin["info"]
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    defaults = {name: p["default"] for name, p in schema["properties"].items() if "default" in p}
    validator.validate(defaults)
    validator.validate({})
    assert not validator.is_valid({**defaults, "no_such_parameter": 1}), schema["title"]
    assert set(schema["properties"]) == {p["name"] for p in info["parameters"]}, schema["title"]
    for p in info["parameters"]:
        for value, valid in cases(p, defaults.get(p["name"], 1)):
            assert validator.is_valid({p["name"]: value}) == valid, (schema["title"], p, value)
            count += 1
    plugins += 1
assert count > 300, count
print(plugins)
)");
  EXPECT_EQ(last_line(printed), std::to_string(plugins.size()));
}

}  // namespace
}  // namespace basso::test
