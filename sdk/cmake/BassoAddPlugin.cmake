# basso_add_plugin(NAME file... [LINK target...]): a plugin library NAME.so from C or C++ files.
#
# The library exports basso_plugin_entry and nothing else (a version script sees to it), shares no definition with other
# libraries of the process, and keeps IEEE arithmetic. Inside the Basso repository and outside (find_package(basso))
# alike; it is put into ${CMAKE_BINARY_DIR}/lib/basso/plugins, which `basso --plugin-dir` or BASSO_PLUGIN_PATH may name.

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
  target_link_libraries(${name} PRIVATE basso::sdk $<TARGET_NAME_IF_EXISTS:basso_options> ${ARG_LINK})
  target_compile_options(${name} PRIVATE
    -fno-math-errno -fno-trapping-math
    $<$<CONFIG:Release>:-O3>
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  target_link_options(${name} PRIVATE -Wl,--version-script=${CMAKE_BINARY_DIR}/basso-plugin.map)
  if(NOT flags MATCHES "-fsanitize")
    target_link_options(${name} PRIVATE -Wl,-z,defs)
  endif()
  set_target_properties(${name} PROPERTIES
    PREFIX ""
    SUFFIX ".so"
    C_VISIBILITY_PRESET hidden
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON
    LINK_DEPENDS ${CMAKE_BINARY_DIR}/basso-plugin.map
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/basso/plugins)
  if(NOT DEFINED CMAKE_CXX_STANDARD)
    target_compile_features(${name} PRIVATE cxx_std_17)
  endif()
endfunction()
