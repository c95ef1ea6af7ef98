# basso_precompile(TARGET header...): compiles these headers once for all files of the target. basso_precompile(TARGET
# FROM other): takes them from a target with the same compiler options. Parsing the standard library, fmt and GoogleTest
# is a third of the time of a build without. Sources include what they use all the same: the preset clang builds
# without precompiled headers and sees to that.
function(basso_precompile target)
  cmake_parse_arguments(ARG "" "FROM" "" ${ARGN})
  if(ARG_FROM)
    target_precompile_headers(${target} REUSE_FROM ${ARG_FROM})
  else()
    target_precompile_headers(${target} PRIVATE ${ARG_UNPARSED_ARGUMENTS})
  endif()
  # What ccache needs to handle them: GCC keeps their mark when it preprocesses, Clang leaves the time of day out.
  target_compile_options(${target} PRIVATE
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>
    "$<$<COMPILE_LANG_AND_ID:CXX,Clang>:SHELL:-Xclang -fno-pch-timestamp>")
endfunction()
