# cmake -DSOURCE=DIR -DGIT=git -DFILE=commit.cpp -P BassoCommit.cmake: states the commit of the source tree in a file, at each
# build, as commits come between configurations. "-dirty": files that Git knows differ from it. A copy without Git has none.
cmake_minimum_required(VERSION 3.25)
set(commit "")
if(GIT AND EXISTS ${SOURCE}/.git)
  set(ENV{GIT_OPTIONAL_LOCKS} 0)
  execute_process(COMMAND ${GIT} describe --always --dirty --abbrev=40 --exclude=* WORKING_DIRECTORY ${SOURCE}
    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
file(CONFIGURE OUTPUT ${FILE} @ONLY CONTENT
  "// Made by each build.\n#include \"run/provenance.hpp\"\n\nstd::string basso::build_commit() { return \"@commit@\"; }\n")
