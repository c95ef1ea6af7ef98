// What a run directory says of itself: series.json, with small files behind it, manifest.json, checkpoints.
#include <algorithm>
#include <fstream>

#include "data/hash.hpp"
#include "data/npy.hpp"
#include "fuzz/targets.hpp"
#include "run/checkpoint.hpp"
#include "run/manifest.hpp"
#include "run/stored_series.hpp"
#include "run/verify_series.hpp"

namespace basso::fuzz {

namespace {

void write(const char* name, Bytes input) {
  std::ofstream(folder() / name, std::ios::binary)
      .write(reinterpret_cast<const char*>(input.data()), static_cast<std::streamsize>(input.size()));
}

// A run of two jobs that have ended after recordings at 0 and 5, with the series a.b.
void lay_down_files() {
  static bool done = false;
  if (std::exchange(done, true)) return;
  std::filesystem::create_directories(folder() / "series");
  data::write_npy(folder() / "series/recorded.npy", {2}, std::vector{2.0, 2.0});
  data::write_npy(folder() / "series/ended.npy", {2}, std::vector{5.0, 5.0});
  data::write_npy(folder() / "series/a.b.npy", {2, 2}, std::vector{1.0, 2.0, 3.0, 4.0});
  std::ofstream(folder() / "config.resolved.toml")
      << "[experiment]\nname = \"f\"\nrepeats = 2\n[train]\nsteps = 5\n[record]\nevery = 5\n[[probe]]\nname "
         "= \"a\"\n";
}

}  // namespace

void series(Bytes input) {
  lay_down_files();
  write("series.json", input);
  accepts([&] {
    const SeriesIndex index = read_series_index(folder());
    for (const StoredSeries& stored : index.series) {
      accepts([&] {
        const StoredSeries read = read_stored_series(folder(), index, stored.series.name);
        require(read.series.data.size() == data::bytes_of(read.shape(), 1),
                "a series has the values of its shape");
      });
    }
    accepts([&] { (void)read_ended(folder(), index); });
    StoredManifest finished;
    finished.state = "finished";
    (void)verify_series(folder(), finished);
  });
}

void manifest(Bytes input) {
  write("manifest.json", input);
  accepts([&] { (void)read_manifest(folder()); });
}

// As it is, and behind a head that fits it.
void checkpoint(Bytes input) {
  accepts([&] { (void)parse_checkpoint(input, "c"); });
  const std::string head = "basso checkpoint 1 " + data::hash_bytes(input) + "\n";
  std::vector<std::uint8_t> bytes(head.begin(), head.end());
  bytes.insert(bytes.end(), input.begin(), input.end());
  accepts([&] {
    require(checkpoint_bytes(parse_checkpoint(bytes, "c")) == bytes, "what is read is what was written");
  });
}

}  // namespace basso::fuzz
