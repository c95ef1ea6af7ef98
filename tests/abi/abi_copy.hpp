// The plugin headers and the stored versions of the ABI, copied, and scripts/abi-gate over the copy.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

#include "support/temporary_directory.hpp"

namespace basso::test {

namespace fs = std::filesystem;

inline std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Verdict {
  int status;
  std::string words;
};

// A copy of the headers and of the stored versions, to be changed.
class Copy {
 public:
  Copy() {
    fs::copy(BASSO_SOURCE "/sdk/include", include(), fs::copy_options::recursive);
    fs::create_directory(abi());
    for (const auto& entry : fs::directory_iterator(BASSO_SOURCE "/tests/abi")) {
      const bool version = entry.is_directory() && std::isdigit(entry.path().filename().string()[0]);
      if (version || entry.path().filename() == "types.c" || entry.path().filename() == "freeze.h")
        fs::copy(entry.path(), abi() / entry.path().filename(), fs::copy_options::recursive);
    }
  }
  fs::path include() const { return folder_.path() / "include"; }
  fs::path abi() const { return folder_.path() / "abi"; }

  // `from` stands in the header exactly once.
  void replace(const std::string& header, const std::string& from, const std::string& to) const {
    const fs::path file = include() / "basso" / header;
    std::string text = text_of(file);
    const std::size_t place = text.find(from);
    ASSERT_NE(place, std::string::npos) << from;
    ASSERT_EQ(text.find(from, place + 1), std::string::npos) << from << " stands there twice";
    std::ofstream(file, std::ios::binary) << text.replace(place, from.size(), to);
  }
  void state_version_1(int minor) const {
    const std::string text = text_of(include() / "basso/abi.h"), number = std::to_string(minor);
    std::string raised = std::regex_replace(text, std::regex("#define BASSO_ABI_MINOR +[0-9]+"),
                                            "#define BASSO_ABI_MINOR " + number);
    raised = std::regex_replace(raised, std::regex("#define BASSO_ABI_TEXT \"1\\.[0-9]+\""),
                                "#define BASSO_ABI_TEXT \"1." + number + "\"");
    ASSERT_NE(raised, text);
    std::ofstream(include() / "basso/abi.h", std::ios::binary) << raised;
  }
  // What scripts/abi-gate says about it.
  Verdict gate(const std::string& arguments = "") const {
    const fs::path said = folder_.path() / "said.txt";
    const std::string command = std::string("CC='" C_COMPILER "' CXX='" CXX_COMPILER "' '") + BASSO_SOURCE +
                                "/scripts/abi-gate' --include '" + include().string() + "' --abi '" +
                                abi().string() + "' " + arguments + " 2>'" + said.string() + "'";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(said)};
  }

 private:
  TemporaryDirectory folder_;
};

}  // namespace basso::test
