// Runs a Python script from a test, for references by numpy and scipy. Their absence fails the test.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "support/temporary_directory.hpp"

namespace basso::test {

// What the script prints on stdout; a script that fails is a failure of the test, with what it said on
// stderr. BASSO_TEST_PYTHON is the interpreter that CMake found (Debian's, with python3-numpy and
// python3-scipy).
inline std::string run_python(const std::string& script) {
  const TemporaryDirectory directory;
  const std::string source = directory.file("script.py").string();
  std::ofstream(source) << script;
  const std::string command = std::string(BASSO_TEST_PYTHON) + " '" + source + "' 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) {
    ADD_FAILURE() << "cannot start " << command;
    return {};
  }
  std::string output;
  std::array<char, 4096> buffer;
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe))
    output.append(buffer.data(), n);
  EXPECT_EQ(::pclose(pipe), 0) << command << " said:\n" << output;
  return output;
}

}  // namespace basso::test
