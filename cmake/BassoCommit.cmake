# cmake -DSOURCE=DIR -DGIT=git -DFILE=commit.cpp -P BassoCommit.cmake: states in a file the last commit that changed what is
# built, at each build, as commits come between configurations. "-dirty": files that Git knows differ from it. A copy without
# Git has none. Other commits (pages, tests, results) leave the library as it is, so that its runs can go on.
cmake_minimum_required(VERSION 3.25)
set(commit "")
set(built host sdk plugins cmake CMakeLists.txt CMakePresets.json)
if(GIT AND EXISTS ${SOURCE}/.git)
  set(ENV{GIT_OPTIONAL_LOCKS} 0)
  execute_process(COMMAND ${GIT} log -1 --format=%H -- ${built} WORKING_DIRECTORY ${SOURCE}
    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  execute_process(COMMAND ${GIT} diff --quiet HEAD -- ${built} WORKING_DIRECTORY ${SOURCE} RESULT_VARIABLE differs ERROR_QUIET)
  if(commit AND NOT differs EQUAL 0)
    string(APPEND commit "-dirty")
  endif()
endif()
file(CONFIGURE OUTPUT ${FILE} @ONLY CONTENT
  "// Made by each build.\n#include \"run/provenance.hpp\"\n\nstd::string basso::build_commit() { return \"@commit@\"; }\n")
