// Runs that did not come to their end: what a process that was brought down could not write itself, what one
// that was killed has left, and how to go on.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "basso/error.hpp"
#include "basso/run.hpp"
#include "data/file.hpp"
#include "plugin/text.hpp"
#include "run/lock.hpp"
#include "run/log.hpp"
#include "run/manifest.hpp"

namespace basso {

namespace {

namespace fs = std::filesystem;

// Of log.txt, as far as it can be shown; "" where there is none.
std::string last_line(const fs::path& log) {
  constexpr std::size_t most = 400;
  std::string text;
  try {
    const data::File file = data::File::open_to_read(log);
    std::vector<std::uint8_t> bytes(std::min<std::uint64_t>(file.size(), most));
    const std::size_t count = file.read_at(file.size() - bytes.size(), bytes.data(), bytes.size());
    text.assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
  } catch (const Error&) {
    return "";
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  text.erase(0, text.rfind('\n') + 1);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; },
      '?');
  return text;
}

// "<time> failed: …": what `Log` got as the last word on a run.
bool tells_the_end(const std::string& line) {
  const std::string said = line.substr(std::min(line.find(' '), line.size()));
  return said.starts_with(" failed") || said.starts_with(" finished") || said.starts_with(" interrupted");
}

}  // namespace

std::string way_on(const fs::path& directory, const std::set<std::string>& blamed) {
  const std::string name = plugin::shell_word(directory.string());
  std::string command = "basso resume " + name, without;
  std::vector<std::string> kept;
  for (const std::string& who : blamed) {
    const std::string probe = "probe ";
    if (who.rfind(probe, 0) == 0) {
      command += " --drop " + who.substr(probe.size());
      without = without.empty() ? " without this probe" : " without these probes";
    } else {
      kept.push_back(who);
    }
  }
  std::string text =
      fmt::format("what was recorded is in {}; {} goes on{}", directory.string(), command, without);
  if (!kept.empty())
    text +=
        fmt::format("{} with {} as it is; once that is mended, begin anew: basso run {}/config.resolved.toml",
                    without.empty() ? "" : ",", fmt::join(kept, ", "), name);
  return text;
}

std::string silent_end(const fs::path& directory) {
  std::string since;
  try {
    const StoredManifest manifest = read_manifest(directory);
    if (manifest.state != "running" || RunLock::is_held(directory)) return "";
    if (read_manifest(directory).state != "running") return "";  // it has come to its end meanwhile
    since = manifest.resumed.empty() ? manifest.started : manifest.resumed.back();
  } catch (const Error&) {
    return "";
  }
  const std::string line = last_line(directory / "log.txt");
  if (tells_the_end(line))
    return fmt::format(
        "{}: this run ended, as its log says (\"{}\"), but its manifest could not be written: was the "
        "disk full?",
        directory.string(), line);
  return fmt::format(
      "{}: the process that wrote this run since {} ended without a word: it was killed, or the "
      "machine stopped{}",
      directory.string(), since, line.empty() ? "" : "; its log ends with \"" + line + '"');
}

void record_sudden_end(const fs::path& directory, const std::string& state, const std::string& sentence) {
  read_manifest(directory);  // no lock is made in a folder that is no run directory
  const RunLock lock(directory);
  Log(directory / "log.txt").write(state + ": " + sentence);
  if (read_manifest(directory).state == "running") end_manifest(directory, state, sentence);
}

}  // namespace basso
