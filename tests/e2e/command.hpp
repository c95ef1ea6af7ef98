// Runs the basso binary in a folder of its own and keeps what it says. No setting of the user's reaches it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "support/temporary_directory.hpp"

namespace basso::test {

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Outcome {
  int code = -1;
  std::string out, error;
};

class Workplace {
 public:
  const std::filesystem::path& path() const { return folder_.path(); }
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path() / name).parent_path());
    std::ofstream(path() / name, std::ios::binary) << text;
    return path() / name;
  }
  std::string read(const std::string& name) const { return text_of(path() / name); }
  bool exists(const std::string& name) const { return std::filesystem::exists(path() / name); }

  // `arguments` as a shell reads them; `environment`: "NAME=value" words before the command.
  Outcome basso(const std::string& arguments, const std::string& environment = "") const {
    return shell(environment + " '" BASSO_BINARY "' " + arguments);
  }
  Outcome shell(const std::string& command) const {
    const std::string home =
        "export HOME='" + path().string() + "/home'; unset XDG_DATA_HOME BASSO_PLUGIN_PATH; ";
    const std::string line =
        "cd '" + path().string() + "' && { " + home + command + " ; } >stdout.txt 2>stderr.txt";
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read("stdout.txt"),
            read("stderr.txt")};
  }

 private:
  TemporaryDirectory folder_;
};

// The last line of a text.
inline std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

// An experiment that takes milliseconds. What is appended belongs to its last table, [[probe]].
inline const std::string tiny = R"([experiment]
name = "tiny"
repeats = 2

[target]
plugin = "sinusoids"
frequencies = [1.0, 3.0]
samples = 20

[network]
widths = [8, 8]
activation = "relu"

[train]
steps = 20
optimizer = { kind = "adam", learning_rate = 1e-2 }

[record]
every = 5

[[probe]]
name = "loss"
plugin = "loss"
)";

inline const std::string spectrum = R"(
[[probe]]
name = "spectrum"
plugin = "spectrum"
at = "lines"
)";

// The text with one part replaced by another; the part must be there.
inline std::string with(std::string text, const std::string& part, const std::string& other) {
  const std::size_t at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return at == std::string::npos ? text : text.replace(at, part.size(), other);
}

}  // namespace basso::test
