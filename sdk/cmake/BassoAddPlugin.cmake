# basso_add_plugin(NAME file... [LINK target...]): a plugin library NAME.so from C or C++ files.
#
# The library exports basso_plugin_entry and nothing else (a version script sees to it), shares no definition with other
# libraries of the process, and keeps IEEE arithmetic. Inside the Basso repository and outside (find_package(basso))
# alike. It is put into the current build folder, which `basso --plugin-dir` or BASSO_PLUGIN_PATH may name, or into
# BASSO_PLUGIN_OUTPUT_DIRECTORY where that is set. Optimised unless the configuration is Debug.
#
# basso_test_plugin(NAME file.toml): tests NAME.check, the plugin's own checks, and NAME.run, which runs the experiment
# and wants its claims to hold. Without the basso program they are reported as skipped.

function(basso_add_plugin name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  if(NOT ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "basso_add_plugin(${name}): name at least one source file after the plugin's name")
  endif()

  string(TOUPPER "${CMAKE_BUILD_TYPE}" config)
  get_directory_property(options COMPILE_OPTIONS)
  set(flags "${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS} ${CMAKE_C_FLAGS_${config}} ${CMAKE_CXX_FLAGS_${config}} ${options}")
  if(flags MATCHES
     "(-Ofast|-ffast-math|-funsafe-math-optimizations|-ffinite-math-only|-fassociative-math|-freciprocal-math)")
    message(FATAL_ERROR "basso_add_plugin(${name}): ${CMAKE_MATCH_1} is forbidden for plugins: it breaks NaN, infinities "
                        "and equal bits, and sets flush-to-zero in the whole process. Remove it from the compile flags.")
  endif()

  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/basso-plugin.map
       CONTENT "{\n  global: basso_plugin_entry;\n  local: *;\n};\n" @ONLY)

  add_library(${name} MODULE ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE basso::sdk $<TARGET_NAME_IF_EXISTS:basso_options> ${ARG_LINK} m)
  target_compile_options(${name} PRIVATE
    -fno-math-errno -fno-trapping-math
    $<$<NOT:$<CONFIG:Debug>>:-O3>
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  target_link_options(${name} PRIVATE -Wl,--as-needed -Wl,--version-script=${CMAKE_BINARY_DIR}/basso-plugin.map)
  if(NOT flags MATCHES "-fsanitize")
    target_link_options(${name} PRIVATE -Wl,-z,defs)
  endif()
  if(DEFINED BASSO_PLUGIN_OUTPUT_DIRECTORY)
    set(folder ${BASSO_PLUGIN_OUTPUT_DIRECTORY})
  else()
    set(folder ${CMAKE_CURRENT_BINARY_DIR})
  endif()
  set_target_properties(${name} PROPERTIES
    PREFIX ""
    SUFFIX ".so"
    C_VISIBILITY_PRESET hidden
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON
    LINK_DEPENDS ${CMAKE_BINARY_DIR}/basso-plugin.map
    LIBRARY_OUTPUT_DIRECTORY ${folder})
  if(CMAKE_CXX_COMPILER_LOADED AND NOT DEFINED CMAKE_CXX_STANDARD)
    target_compile_features(${name} PRIVATE cxx_std_17)
  endif()
endfunction()

function(basso_test_plugin name experiment)
  cmake_path(ABSOLUTE_PATH experiment BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  if(basso_PROGRAM)
    add_test(NAME ${name}.check COMMAND ${basso_PROGRAM} plugin check $<TARGET_FILE:${name}>)
    set(run ${CMAKE_CURRENT_BINARY_DIR}/${name}-run)
    add_test(NAME ${name}.run COMMAND sh -c
      "rm -rf '${run}' && '${basso_PROGRAM}' run '${experiment}' --plugin-dir '$<TARGET_FILE_DIR:${name}>' --out '${run}' --check")
  else()
    foreach(test IN ITEMS check run)
      add_test(NAME ${name}.${test} COMMAND sh -c "echo 'no basso program was found: put it on PATH' && exit 77")
      set_tests_properties(${name}.${test} PROPERTIES SKIP_RETURN_CODE 77)
    endforeach()
  endif()
endfunction()
