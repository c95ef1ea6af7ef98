// plugin list, plugin info, config, doctor: text for people, JSON for programs.
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "command.hpp"

namespace basso::test {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

json json_of(const Outcome& outcome) {
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  const json parsed = json::parse(outcome.out, nullptr, false);
  EXPECT_FALSE(parsed.is_discarded()) << outcome.out;
  return parsed;
}

TEST(PluginList, NamesEveryShippedPluginWithItsLibrary) {
  const Workplace place;
  const json list = json_of(place.basso("plugin list --json"));
  std::vector<std::string> names;
  for (const json& entry : list) {
    names.push_back(entry.at("kind").get<std::string>() + "/" + entry.at("id").get<std::string>());
    EXPECT_TRUE(std::filesystem::exists(entry.at("library").get<std::string>()));
    EXPECT_EQ(entry.at("refused"), "") << names.back();
  }
  for (const char* name : {"activation/relu",
                           "activation/tanh",
                           "activation/sigmoid",
                           "activation/sine",
                           "target/sinusoids",
                           "target/flower",
                           "target/quantized",
                           "target/flipped-spectrum",
                           "target/delta",
                           "target/white-noise",
                           "target/image",
                           "target/mnist",
                           "target/mnist-pairs",
                           "target/cifar-projection",
                           "target/file",
                           "target/mnist-projection",
                           "probe/loss",
                           "probe/spectrum",
                           "probe/projection-spectrum",
                           "probe/spectral-norm",
                           "probe/weights",
                           "probe/parameter-fraction",
                           "probe/predictions",
                           "probe/accuracy",
                           "probe/decision-map",
                           "probe/extrapolation",
                           "probe/frequency-gradient",
                           "probe/gaussian-filter",
                           "probe/gradient-priority",
                           "probe/hessian",
                           "probe/information-plane",
                           "probe/initial-rate",
                           "probe/input-gradient",
                           "probe/kernel-spectrum",
                           "probe/predicted-rate",
                           "probe/radial-spectrum",
                           "probe/relu-transform",
                           "probe/relu-decay",
                           "probe/lipschitz",
                           "probe/composition-kernel",
                           "probe/robustness",
                           "probe/stage-ratios"}) {
    EXPECT_THAT(names, Contains(name));
  }
}

TEST(PluginList, IsACatalogueByKindWithALineForEach) {
  const Workplace place;
  const Outcome text = place.basso("plugin list");
  EXPECT_THAT(text.out, HasSubstr("mnist-projection"));
  EXPECT_THAT(text.out, Not(HasSubstr("\x1b"))) << "no colours into a file";
  std::istringstream lines(text.out);
  std::vector<std::string> headings;
  std::set<std::size_t> columns;  // where the summaries begin
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    if (line[0] != ' ') headings.push_back(line);
    if (line[0] == ' ') columns.insert(line.find_first_not_of(' ', line.find(' ', 2)));
  }
  EXPECT_THAT(headings, testing::ElementsAre("activations", "probes", "targets"));
  EXPECT_EQ(columns.size(), 1u) << text.out;
  EXPECT_THAT(text.out, HasSubstr(" Gaussian: f(x) = exp(-(scale x)^2)\n"));

  for (const json& entry : json_of(place.basso("plugin list --json"))) {
    const std::string name = entry.at("kind").get<std::string>() + "/" + entry.at("id").get<std::string>();
    const json info = json_of(place.basso("plugin info --json " + name));
    for (const auto& [key, value] : info.items()) EXPECT_EQ(entry.at(key), value) << name << ' ' << key;
  }
}

TEST(PluginList, SurvivesAPluginThatEndsTheProcess) {
  const Workplace place;
  const Outcome outcome = place.basso("plugin list --plugin-dir '" E2E_PLUGINS "/exiting'");
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_THAT(outcome.out, HasSubstr("it ends the process that loads it"));
  EXPECT_THAT(outcome.out, HasSubstr("exiting/exiting.so"));
  EXPECT_THAT(outcome.out, HasSubstr("ReLU: f(x) = max(0, x)\n"));
}

TEST(PluginList, ShowsShadowedAndRefusedLibraries) {
  const Workplace place;
  place.write("plugins/text.so", "this is no library");
  std::filesystem::copy_file(E2E_PLUGINS "/cube/cube.so", place.path() / "plugins" / "cube.so");
  const Outcome outcome = place.basso("plugin list --plugin-dir plugins --plugin-dir '" E2E_PLUGINS "/cube'");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("refused: "));
  EXPECT_THAT(outcome.out, HasSubstr("text.so"));
  EXPECT_THAT(outcome.out, HasSubstr("shadowed"));
}

TEST(PluginInfo, ShowsParametersWithTypeDefaultRangeUnitAndDocumentation) {
  const Workplace place;
  const json info = json_of(place.basso("plugin info activation/sine --json"));
  EXPECT_EQ(info.at("kind"), "activation");
  const json& omega = info.at("parameters").at(0);
  EXPECT_EQ(omega.at("name"), "omega");
  EXPECT_EQ(omega.at("type"), "real");
  EXPECT_EQ(omega.at("default"), "30.0");
  EXPECT_NE(omega.at("documentation"), "");
  EXPECT_THAT(info.at("optional_tables").get<std::vector<std::string>>(), Contains("layers/1"));
  EXPECT_EQ(info.at("facts").at("lower bound"), "-1");
  EXPECT_EQ(info.at("library_hash").get<std::string>().size(), 32u);

  const Outcome text = place.basso("plugin info sine");
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.out, HasSubstr("omega = 30.0   (real in "));
}

TEST(PluginInfo, WorksForEveryShippedPlugin) {
  const Workplace place;
  for (const json& entry : json_of(place.basso("plugin list --json"))) {
    const std::string name = entry.at("kind").get<std::string>() + "/" + entry.at("id").get<std::string>();
    const json info = json_of(place.basso("plugin info --json " + name));
    EXPECT_NE(info.at("summary"), "") << name;
    EXPECT_EQ(place.basso("plugin info " + name).code, 0) << name;
  }
}

// Every series that `run --dry-run` lists for the experiment has its line in docs/series.md; how many there
// are.
int series_on_the_page(const Workplace& place, const std::string& experiment) {
  place.write("all.toml", experiment);
  const Outcome outcome = place.basso("run all.toml --dry-run");
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  const std::string page = text_of(BASSO_SOURCE "/docs/series.md");
  std::istringstream lines(outcome.out);
  int count = 0;
  for (std::string word, name; lines >> word;) {
    if (word != "series" || !(lines >> name) || name.find('.') == std::string::npos) continue;
    if (name.find_first_of("0123456789") == 0) continue;  // the bytes of all series
    const std::size_t dot = name.find('.');
    const std::size_t begin = page.find("## probe/" + name.substr(0, dot) + "\n");
    EXPECT_NE(begin, std::string::npos) << name;
    if (begin == std::string::npos) continue;
    const std::string section = page.substr(begin, page.find("\n## ", begin) - begin);
    EXPECT_THAT(section, HasSubstr("`" + name.substr(dot + 1) + "`")) << name;
    ++count;
  }
  return count;
}

// A probe of this id with further lines of its own.
std::string probe_table(const std::string& id, const std::string& parameters = "") {
  return "[[probe]]\nname = \"" + id + "\"\nplugin = \"" + id + "\"\n" + parameters + "\n";
}

TEST(SeriesPage, HasEverySeriesOfEveryShippedProbe) {
  const Workplace place;
  const std::string bare = with(tiny, "[[probe]]\nname = \"loss\"\nplugin = \"loss\"\n", "");
  std::string line = with(bare, "\"sinusoids\"\nfrequencies = [1.0, 3.0]\nsamples = 20",
                          "\"quantized\"\nsamples = 20\ndense_samples = 100");
  for (const char* id : {"accuracy", "extrapolation", "gaussian-filter", "gradient-priority", "hessian",
                         "information-plane", "initial-rate", "input-gradient", "loss", "parameter-fraction",
                         "spectral-norm", "spectrum", "stage-ratios", "weights"})
    line += probe_table(id);
  line += probe_table("kernel-spectrum", "eigenvectors = true");
  line += probe_table("predictions", "event = \"loss\"");
  line += probe_table("projection-spectrum", "coordinate = \"input\"");
  line += probe_table("robustness", "at = \"all\"");
  EXPECT_EQ(series_on_the_page(place, line), 67);
  const std::string shallow = with(with(bare, "[8, 8]", "[8]"), "\"relu\"", "\"tanh\"");
  EXPECT_EQ(
      series_on_the_page(place, shallow + probe_table("frequency-gradient") +
                                    probe_table("predicted-rate", "theory = \"line\"\nlearning_rate = 0.1")),
      6);
  const std::string plane = with(bare, "\"sinusoids\"", "\"flower\"");
  EXPECT_EQ(series_on_the_page(place, plane + probe_table("decision-map") +
                                          probe_table("radial-spectrum", "neighbours = [1]") +
                                          probe_table("composition-kernel", "phases = true")),
            8);
  EXPECT_EQ(series_on_the_page(place, bare + probe_table("relu-transform", "phases = true") +
                                          probe_table("relu-decay") + probe_table("lipschitz")),
            11);
  EXPECT_THAT(place.basso("plugin info probe/spectrum").out, HasSubstr("docs/series.md"));
}

TEST(PluginInfo, TakesALibraryByItsPath) {
  const Workplace place;
  const Outcome outcome = place.basso("plugin info '" E2E_PLUGINS "/cube/cube.so'");
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_THAT(outcome.out, HasSubstr("activation/cube"));
  EXPECT_THAT(outcome.out, HasSubstr("odd"));
}

TEST(PluginInfo, OfAnUnknownNameListsTheFoldersSearchedAndTheNearestName) {
  const Workplace place;
  const Outcome outcome = place.basso("plugin info activation/reluu");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.error, HasSubstr("relu"));
  EXPECT_THAT(outcome.error, HasSubstr("basso/plugins"));
}

TEST(Config, CheckAcceptsEveryShippedExperimentWithEachOfItsProfiles) {
  const Workplace place;
  int count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(BASSO_SOURCE "/experiments")) {
    if (entry.path().extension() != ".toml") continue;
    const Outcome outcome = place.basso("config check '" + entry.path().string() + "'", "BASSO_DATA_PATH=");
    if (outcome.code == 4) {  // where the data set is not installed
      EXPECT_THAT(outcome.error, HasSubstr("scripts/get-data "));
      EXPECT_THAT(outcome.error, HasSubstr("what can be checked without data is valid"));
    } else {
      EXPECT_EQ(outcome.code, 0) << outcome.error;
      EXPECT_THAT(outcome.out, HasSubstr(": valid"));
    }
    ++count;
  }
  EXPECT_GE(count, 5);
}

TEST(Config, ShowIsAFixedPoint) {
  const Workplace place;
  place.write("a.toml", tiny + spectrum);
  const Outcome first = place.basso("config show a.toml --set train.steps=7");
  ASSERT_EQ(first.code, 0) << first.error;
  EXPECT_THAT(first.out, HasSubstr("steps = 7"));
  place.write("b.toml", first.out);
  EXPECT_EQ(place.basso("config show b.toml").out, first.out);
}

TEST(Doctor, ListsFoldersProcessorAndVersions) {
  const Workplace place;
  place.write("data/toys/one.txt", "1");
  const json report =
      json_of(place.basso("doctor --json --data-dir data --plugin-dir '" E2E_PLUGINS "/cube'"));
  EXPECT_EQ(report.at("abi"), "1.0");
  EXPECT_GE(report.at("threads"), 1);
  EXPECT_THAT(report.at("plugin_folders").at(0).at("contents").get<std::vector<std::string>>(),
              Contains("cube.so"));
  EXPECT_THAT(report.at("data_folders").at(0).at("contents").get<std::vector<std::string>>(),
              Contains("toys"));
  EXPECT_NE(report.at("gnuplot"), "");
  EXPECT_THAT(place.basso("doctor", "PATH=/nowhere").out, HasSubstr("gnuplot-nox"));
}

}  // namespace
}  // namespace basso::test
