// See interrupted_runs.hpp.
#include "interrupted_runs.hpp"

#include <basso/probe.hpp>

#include <cstring>

#include "basso/experiment.hpp"
#include "basso/own_plugins.hpp"

namespace basso::test {

namespace {

// A probe that remembers (the sum of the steps that it has seen), and at which a test steps in.
struct Witness {
  Witness(basso::probe_setup& setup, const basso::values&)
      : sum(setup.each("sum", "", "Sum of the steps seen.")) {}
  void observe(const basso::observation& seen) {
    total += static_cast<double>(seen.step());
    std::int64_t now = seen.step();
    const bool due = event_step.compare_exchange_strong(now, -1);
    if (due) event(true);
    seen.emit(sum, total);
    if (due) event(false);
  }
  std::vector<std::uint8_t> save() const {
    std::vector<std::uint8_t> bytes(sizeof(total));
    std::memcpy(bytes.data(), &total, sizeof(total));
    return bytes;
  }
  void load(basso::view<const std::uint8_t> bytes) {
    if (bytes.size != sizeof(total)) throw basso::failure(BASSO_ERROR_DATA, "no state of this probe");
    std::memcpy(&total, bytes.data, sizeof(total));
  }
  basso::series sum;
  double total = 0;
};

BASSO_PROBE_CLASS(witness, Witness, "witness", "1.0.0", "Sum of the steps seen", "", "", BASSO_NONE)

}  // namespace

void fail_observation(std::int32_t status, const std::string& why) { throw basso::failure(status, why); }

const Catalogue& plugins() {
  static const Catalogue catalogue = [] {
    Catalogue all({BASSO_TEST_PLUGINS});
    all.add(OwnPlugins{&witness});
    return all;
  }();
  return catalogue;
}

Case brief() {
  Case what;
  what.experiment = "repeats = 1";
  what.train = "steps = 9";
  what.record = "every = 3";
  return what;
}

std::string text_of(const Case& what, const std::string& seconds) {
  return "[experiment]\nname = \"t\"\nseed = 5\n" + what.experiment + "\n[target]\n" + what.target +
         "\n[network]\n" + what.network + "\n[train]\n" + what.train + "\n[record]\n" + what.record +
         "\n[checkpoint]\nseconds = " + seconds + "\n" + what.probes +
         "[[probe]]\nname = \"witness\"\nplugin = \"witness\"\nrecord = { every = 1 }\n";
}

RunOptions options_of(int threads, const std::atomic<int>* stop) {
  RunOptions options;
  options.threads = threads;
  options.stop = stop;
  return options;
}

RunResult run(const std::string& text, const std::filesystem::path& out, RunOptions options) {
  options.out = out;
  return run_experiment(Experiment::parse(text, "t.toml", plugins()), plugins(), options);
}

std::vector<std::string> differences(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(a / "series")) {
    const std::filesystem::path name = entry.path().filename();
    if (bytes_of(entry.path()) != bytes_of(b / "series" / name)) names.push_back(name);
  }
  return names;
}

}  // namespace basso::test
