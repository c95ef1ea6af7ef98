// basso probe: further probes over the networks that a run stored.
#include <nlohmann/json.hpp>

#include "command.hpp"

namespace basso::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string stored = "\n[snapshot]\nevery = 5\n";

TEST(Probe, GivesTheBytesOfARunWithTheProbeAndPrintsItsSeries) {
  const Workplace place;
  place.write("with.toml", tiny + spectrum + stored);
  place.write("without.toml", tiny + stored);
  place.write("more.toml", spectrum);
  ASSERT_EQ(place.basso("run with.toml --out a").code, 0);
  ASSERT_EQ(place.basso("run without.toml --out b").code, 0);
  const Outcome outcome = place.basso("probe b --probes more.toml --threads 2");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.error, "");
  EXPECT_THAT(outcome.out, HasSubstr("spectrum.normalised\n"));
  EXPECT_EQ(place.shell("diff -r a/series b/series && diff a/series.json b/series.json").code, 0)
      << place.read("stdout.txt");
  EXPECT_EQ(json::parse(place.read("b/manifest.json")).at("replays").size(), 1u);
  EXPECT_EQ(place.basso("verify b").code, 0) << place.read("stdout.txt") << place.read("stderr.txt");

  const Outcome again = place.basso("probe b --probes more.toml");
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.error, HasSubstr("there is a series spectrum."));
}

TEST(Probe, MayLookAtOtherStepsThanTheRunRecords) {
  const Workplace place;
  place.write("a.toml", tiny + "\n[snapshot]\nevery = 4\n");
  place.write("more.toml", spectrum);
  ASSERT_EQ(place.basso("run a.toml --out r").code, 0);
  ASSERT_EQ(place.basso("probe r --probes more.toml").code, 0);
  const Outcome outcome = place.basso("verify r");
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.error;
}

TEST(Probe, ThatCrashesSaysThatTheRunIsAsItWas) {
  const Workplace place;
  place.write("a.toml", tiny + stored);
  place.write("more.toml", "[[probe]]\nname = \"faulty\"\nplugin = \"faulty\"\n");
  ASSERT_EQ(place.basso("run a.toml --out r").code, 0);
  ASSERT_EQ(place.shell("cp -r r before").code, 0);
  const Outcome crash = place.basso("probe r --probes more.toml --plugin-dir '" E2E_FAULTY "'",
                                    "BASSO_FAULT='probe observe 2 crash' BASSO_FAULT_MARK=mark");
  EXPECT_EQ(crash.code, 1) << crash.error;
  EXPECT_THAT(crash.error,
              HasSubstr("probe faulty: observe: crashed (SIGSEGV); basso plugin check probe/faulty "
                        "finds where; what the run has recorded is as it was\n"));
  EXPECT_EQ(place.shell("diff -r --exclude lock --exclude '*.part' before r").code, 0)
      << place.read("stdout.txt");
  EXPECT_EQ(place.basso("verify r").code, 0) << place.read("stdout.txt");
}

TEST(Probe, SaysAtOnceThatASeriesOfMoreStepsThanSnapshotsCannotBeMadeAgain) {
  const Workplace place;
  place.write("a.toml", tiny + spectrum + "\n[snapshot]\nevery = 10\n");  // recorded every 5 steps
  place.write("more.toml", spectrum);
  ASSERT_EQ(place.basso("run a.toml --out r").code, 0);
  for (const bool deleted : {false, true}) {
    if (deleted) std::filesystem::remove(place.path() / "r/series/spectrum.normalised.npy");
    const Outcome outcome = place.basso("probe r --probes more.toml");
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.error,
                HasSubstr("recorded at steps without a snapshot (5, 15): it cannot be made again"));
  }
}

TEST(Probe, AddsTheSeriesWithoutAJobWhoseSnapshotIsDamagedAndSaysSo) {
  const Workplace place;
  place.write("a.toml", tiny + stored);
  place.write("more.toml", spectrum);
  ASSERT_EQ(place.basso("run a.toml --out r").code, 0);
  place.write("r/snapshots/point-0/repeat-1/step-10.npz", "no archive");
  const Outcome outcome = place.basso("probe r --probes more.toml");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.error, HasSubstr("repeat-1/step-10.npz"));
  EXPECT_THAT(outcome.error, HasSubstr("; in the series added it is missing (NaN)\n"));
  EXPECT_THAT(outcome.out, HasSubstr("spectrum.normalised\n"));
  EXPECT_EQ(
      place
          .shell("/usr/bin/python3 -c \"import numpy; a = numpy.load('r/series/spectrum.normalised.npy'); "
                 "assert numpy.isfinite(a[0]).all() and numpy.isnan(a[1, 2:]).all()\"")
          .code,
      0)
      << place.read("stderr.txt");
}

TEST(Probe, RefusesWhatItCannotAnswer) {
  const Workplace place;
  place.write("a.toml", tiny);  // steps 0, 1, 10, 20
  place.write("more.toml", "[record]\nevery = 5\n" + spectrum);
  ASSERT_EQ(place.basso("run a.toml --out r").code, 0);
  const Outcome missing = place.basso("probe r --probes more.toml");
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.error, HasSubstr("no snapshots of the steps 5, 15; it has 0, 1, 10, 20"));
  place.write("more.toml", spectrum);
  EXPECT_EQ(place.basso("probe . --probes more.toml").code, 2);
  EXPECT_EQ(place.basso("probe r --probes absent.toml").code, 2);
  std::filesystem::remove(place.path() / "r/snapshots/point-0/repeat-0/step-10.npz");
  std::filesystem::remove(place.path() / "r/snapshots/point-0/repeat-1/step-20.npz");
  const Outcome lost = place.basso("probe r --probes more.toml");
  EXPECT_EQ(lost.code, 4) << lost.error;
  EXPECT_THAT(lost.error, HasSubstr("repeat-0/step-10.npz"));
  EXPECT_THAT(lost.error, HasSubstr("no series was added"));
  EXPECT_FALSE(place.exists("r/series/spectrum.normalised.npy"));
  EXPECT_FALSE(place.exists("r/series/spectrum.normalised.npy.part"));
}

}  // namespace
}  // namespace basso::test
