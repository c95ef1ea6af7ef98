// `basso plugin check` on targets and probes in the settings that their defaults leave out: data sets that
// are missing or made up, sets that exist only where they are asked for.
#include <nlohmann/json.hpp>

#include "e2e/made_up_images.hpp"

namespace basso::test {
namespace {

using nlohmann::json;

// Check -> outcome of a command that is to pass.
std::map<std::string, std::string> outcomes(const Workplace& place, const std::string& arguments) {
  const Outcome outcome = place.basso("plugin check " + arguments + " --json", "BASSO_DATA_PATH=data");
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.error;
  std::map<std::string, std::string> map;
  const json report = json::parse(outcome.out);
  for (const json& result : report.at("results"))
    map[result.at("id")] = result.at("outcome").get<std::string>();
  return map;
}

TEST(PluginCheck, HasNothingToLookAtInATargetWhoseDataAreMissing) {
  const Workplace place;
  const auto found = outcomes(place, "target/mnist-projection --set 'dataset=\"toy\"' --only 'target.*'");
  EXPECT_GE(found.size(), 11u);
  for (const auto& [id, outcome] : found) EXPECT_EQ(outcome, "not applicable") << id;
}

TEST(PluginCheck, LooksAtATargetOnDataThatAreThere) {
  const Workplace place;
  write_images(place, 40, 40);
  const auto found = outcomes(place, "target/mnist-projection --set 'dataset=\"toy\"'");
  for (const char* id : {"target.filled", "target.finite", "target.same", "target.chunks", "target.wanted",
                         "target.threads", "target.instances"})
    EXPECT_EQ(found.at(id), "passed") << id;
  EXPECT_EQ(found.at("target.seeds"), "not applicable") << "it draws nothing";
  EXPECT_EQ(found.at("target.grids"), "not applicable") << "images form no grid";
  EXPECT_EQ(found.at("target.spectrum"), "not applicable");
}

TEST(PluginCheck, LooksAtEveryTargetThatReadsFilesOnFilesThatAreThere) {
  const Workplace place;
  write_images(place, 40, 40);
  std::string picture = "P2 7 5 9\n", records;
  for (int i = 0; i < 35; ++i) picture += std::to_string(i * i % 10) + " ";
  for (int i = 0; i < 8 * 3073; ++i) records += static_cast<char>(i % 3073 == 0 ? i / 3073 : i * i % 251);
  place.write("data/images/camera.png", picture);
  place.write("data/cifar-10-batches-bin/test_batch.bin", records);
  place.write("own.csv", "x,y\n0,1\n0.5,2\n1,0\n");
  const std::vector<std::string> targets = {
      "image --set width=6 --set height=5",
      "mnist --set 'dataset=\"toy\"' --set count=30 --set 'test_split=\"train\"'",
      "mnist-pairs --set 'dataset=\"toy\"'", "cifar-projection",
      "file --set 'points=\"" + (place.path() / "own.csv").string() + "\"'"};
  for (const std::string& arguments : targets) {
    const auto found = outcomes(place, "target/" + arguments);
    for (const char* id : {"target.filled", "target.finite", "target.same", "target.chunks", "target.wanted",
                           "target.threads", "target.instances"})
      EXPECT_EQ(found.at(id), "passed") << id << " of " << arguments;
  }
}

TEST(PluginCheck, DoesNotBlameATargetForAFileThatTheUserHasToName) {
  const Workplace place;
  const auto found = outcomes(place, "target/file");
  for (const char* id : {"lifecycle.create", "target.filled", "target.same", "parameters.drawn"})
    EXPECT_EQ(found.at(id), "not applicable") << id;
  EXPECT_EQ(found.at("parameters.table"), "passed");
}

TEST(PluginCheck, PassesAProbeThatRemembersAndOneThatWorksInParallel) {
  const Workplace place;
  const std::string fixtures = BASSO_SOURCE "/tests/checks/fixtures";
  place.write("memory.c", "#include \"" + fixtures +
                              "/sound_memory.h\"\nSOUND_STATE(sound_save, sound_load)\n"
                              "SOUND_COMPONENT(BASSO_NONE, BASSO_TABLE(extensions))\n");
  place.write("tasks.c", "#include \"" + fixtures + R"(/sound_probe.h"
typedef struct tasks { const double* values; double results[64]; } tasks;
static int32_t square(void* context, uint64_t i, basso_error* error) {
  (void)error;
  ((tasks*)context)->results[i] = ((tasks*)context)->values[i] * ((tasks*)context)->values[i];
  return BASSO_OK;
}
static int32_t square_observe(void* instance, const basso_observation* observation, basso_error* error) {
  const sound_state* self = (const sound_state*)instance;
  const basso_matrix* seen = &observation->needs[self->predictions];
  tasks all = {seen->data, {0}};
  const basso_parallel_v1* loop = BASSO_SERVICE(self->host, basso_parallel_v1, BASSO_SERVICE_PARALLEL);
  const int32_t status = loop->run(self->host, seen->rows, square, &all, error);
  double sum = 0;
  for (int i = 0; i < 64; ++i) sum += all.results[i];
  const basso_emit_v1* emit = BASSO_SERVICE(self->host, basso_emit_v1, BASSO_SERVICE_EMIT);
  return status == BASSO_OK ? emit->emit(self->host, self->mean, &sum, 1, error) : status;
}
#define sound_observe square_observe
BASSO_PROBE(sound, "sound", "1.0.0", "sum of squares", "the tests", "parallel/1", BASSO_NONE, BASSO_NONE)
BASSO_LIBRARY(&sound)
)");
  for (const std::string name : {"memory", "tasks"}) {
    const Outcome built =
        place.shell(C_COMPILER " -shared -fPIC -fvisibility=hidden -I '" BASSO_SOURCE "/sdk/include' " +
                    name + ".c -o " + name + ".so -lm");
    EXPECT_EQ(built.code, 0) << built.error;
  }
  const auto memory = outcomes(place, "memory.so"), tasks = outcomes(place, "tasks.so");
  for (const char* id : {"probe.replayed", "probe.state", "probe.refused-state"})
    EXPECT_EQ(memory.at(id), "passed") << id;
  EXPECT_EQ(tasks.at("probe.tasks"), "passed");
}

TEST(PluginCheck, LooksAtEverySetOfATarget) {
  const Workplace place;
  for (const std::string name : {"sinusoids", "flower"}) {
    const auto found = outcomes(place, "target/" + name + " --set dense_samples=300 --only 'target.*'");
    for (const char* id : {"target.seeds", "target.grids", "target.lines", "target.spectrum"})
      EXPECT_EQ(found.at(id), "passed") << name << " " << id;
  }
  const auto found = outcomes(place, "target/quantized --set dense_samples=300 --only 'target.*'");
  EXPECT_EQ(found.at("target.grids"), "passed");
}

TEST(PluginCheck, TakesExactLinesOfTheFirstOfTwoOutputsOnGridsWithTheirEndPoint) {
  const Workplace place;
  for (const std::string planes : {"1", "3"}) {
    place.write("waves.c", "#define WAVES_PLANES " + planes +
                               "\n#include \"" BASSO_SOURCE
                               "/tests/checks/fixtures/sound_waves.h\"\nWAVES_LINE(3, 0, -1)\n");
    const Outcome built = place.shell(C_COMPILER " -shared -fPIC -fvisibility=hidden -I '" BASSO_SOURCE
                                                 "/sdk/include' waves.c -o waves.so -lm");
    EXPECT_EQ(built.code, 0) << built.error;
    const auto found = outcomes(place, "./waves.so");
    for (const char* id : {"target.grids", "target.lines", "target.spectrum"})
      EXPECT_EQ(found.at(id), "passed") << planes << " " << id;
  }
}

TEST(PluginCheck, LooksAtAProbeInEachOfItsSettings) {
  const Workplace place;
  const std::string settings[] = {"spectrum --set 'at=\"lines\"'",
                                  "spectrum --set 'at=\"list\"' --set 'frequencies=[1, 3]'",
                                  "spectrum --set 'set=\"dense\"'",
                                  "loss --set 'sets=\"train test dense\"'",
                                  "predictions --set 'set=\"test\"'",
                                  "projection-spectrum --set 'set=\"test\"' --set 'coordinate=\"input\"'"};
  for (const std::string& setting : settings) {
    const auto found = outcomes(place, "probe/" + setting + " --only 'probe.*'");
    for (const char* id :
         {"probe.inputs", "probe.series", "probe.same", "probe.instances", "probe.known", "probe.replayed"})
      EXPECT_EQ(found.at(id), "passed") << setting << " " << id;
  }
}

// The clock is the test's: it stands still, or each look at it finds so many seconds more of processor time.
TEST(PluginCheck, SaysWhichOddValuesItHadNoTimeToUse) {
  const Workplace place;
  place.write("clock.c",
              "#include <time.h>\n"
              "clock_t clock(void) {\n  static clock_t now;\n  return now += SECONDS * CLOCKS_PER_SEC;\n}\n");
  const auto report_with = [&](const std::string& seconds) {
    const Outcome built =
        place.shell(C_COMPILER " -shared -fPIC -DSECONDS=" + seconds + " clock.c -o clock" + seconds + ".so");
    EXPECT_EQ(built.code, 0) << built.error;
    const Outcome outcome = place.basso("plugin check activation/snake --only parameters.odd --json",
                                        "LD_PRELOAD='" + place.path().string() + "/clock" + seconds + ".so'");
    EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.error;
    return outcome.out;
  };
  const std::string remark = "tried at creation only, not used, as 3 s of processor time were up";
  EXPECT_THAT(report_with("4"), testing::ContainsRegex("[1-9][0-9]* odd values were " + remark));
  EXPECT_THAT(report_with("0"), testing::Not(testing::HasSubstr(remark)));
}

}  // namespace
}  // namespace basso::test
