# cmake --install, in two components: `sdk` (headers for plugins, CMake package, pkg-config file) and `host` (bin/basso,
# lib/libbasso.so, lib/basso with the checker's worker and plugins/*.so, headers for embedding, experiments). The tree can
# be moved: the binary finds library and plugins from its own place. The build tree is a package of its own: -DCMAKE_PREFIX_PATH=BUILD_FOLDER.
include(CMakePackageConfigHelpers)

set(basso_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/basso)
set(basso_plugin_dir ${CMAKE_INSTALL_LIBDIR}/basso/plugins)
set(basso_binary_dir ${CMAKE_INSTALL_BINDIR})

# The package's version is the ABI's, since that is what find_package(basso 1) has to be right about.
file(STRINGS ${PROJECT_SOURCE_DIR}/sdk/include/basso/abi.h abi_line REGEX "^#define BASSO_ABI_TEXT ")
string(REGEX MATCH "[0-9]+\\.[0-9]+" basso_abi_version "${abi_line}")

# basso_module_targets(OUT dir...): the plugin modules that these source folders define.
function(basso_module_targets out)
  set(found)
  foreach(dir IN LISTS ARGN)
    get_property(subdirs DIRECTORY ${dir} PROPERTY SUBDIRECTORIES)
    get_property(targets DIRECTORY ${dir} PROPERTY BUILDSYSTEM_TARGETS)
    foreach(target IN LISTS targets)
      get_target_property(type ${target} TYPE)
      if(type STREQUAL "MODULE_LIBRARY")
        list(APPEND found ${target})
      endif()
    endforeach()
    basso_module_targets(nested ${subdirs})
    list(APPEND found ${nested})
  endforeach()
  set(${out} ${found} PARENT_SCOPE)
endfunction()

# ---- Component sdk ----

install(TARGETS basso_sdk EXPORT basso-sdk-targets)
install(DIRECTORY sdk/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk)
install(EXPORT basso-sdk-targets NAMESPACE basso:: DESTINATION ${basso_package_dir} COMPONENT sdk)

configure_package_config_file(cmake/basso-config.cmake.in ${PROJECT_BINARY_DIR}/to-install/basso-config.cmake
  INSTALL_DESTINATION ${basso_package_dir} PATH_VARS basso_plugin_dir basso_binary_dir)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/to-install/basso-config-version.cmake
  VERSION ${basso_abi_version} COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/to-install/basso-config.cmake ${PROJECT_BINARY_DIR}/to-install/basso-config-version.cmake
  sdk/cmake/BassoAddPlugin.cmake DESTINATION ${basso_package_dir} COMPONENT sdk)

cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig
  OUTPUT_VARIABLE basso_pc_to_prefix)
configure_file(cmake/basso.pc.in ${PROJECT_BINARY_DIR}/to-install/basso.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/to-install/basso.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT sdk)

# ---- Component host ----

install(TARGETS basso_host EXPORT basso-host-targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT host)
install(DIRECTORY host/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT host)
install(EXPORT basso-host-targets NAMESPACE basso:: DESTINATION ${basso_package_dir} COMPONENT host)

file(RELATIVE_PATH bin_to_lib ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
set_target_properties(basso PROPERTIES INSTALL_RPATH "$ORIGIN/${bin_to_lib}")
install(TARGETS basso RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT host)

set_target_properties(basso_plugin_worker PROPERTIES INSTALL_RPATH "$ORIGIN/..")
install(TARGETS basso_plugin_worker RUNTIME DESTINATION ${CMAKE_INSTALL_LIBDIR}/basso COMPONENT host)

basso_module_targets(basso_plugins ${PROJECT_SOURCE_DIR}/plugins)
if(basso_plugins)
  install(TARGETS ${basso_plugins} LIBRARY DESTINATION ${basso_plugin_dir} COMPONENT host)
endif()

install(DIRECTORY experiments/ DESTINATION ${CMAKE_INSTALL_DATADIR}/basso/experiments COMPONENT host)
# As in the source tree, so that links between the pages hold: --help names docs/command-line.md.
install(FILES README.md LICENSE CHANGELOG.md CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT host)
install(DIRECTORY docs experiments plugins DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT host)
install(DIRECTORY sdk/examples sdk/include DESTINATION ${CMAKE_INSTALL_DOCDIR}/sdk COMPONENT host)
install(DIRECTORY tests/consumers DESTINATION ${CMAKE_INSTALL_DOCDIR}/tests COMPONENT host)

# ---- The build tree as a package ----

set(build_package_dir ${PROJECT_BINARY_DIR}/lib/cmake/basso)
export(EXPORT basso-sdk-targets NAMESPACE basso:: FILE ${build_package_dir}/basso-sdk-targets.cmake)
export(EXPORT basso-host-targets NAMESPACE basso:: FILE ${build_package_dir}/basso-host-targets.cmake)
block()
  set(CMAKE_INSTALL_PREFIX ${PROJECT_BINARY_DIR})
  set(basso_plugin_dir lib/basso/plugins)
  set(basso_binary_dir bin)
  configure_package_config_file(cmake/basso-config.cmake.in ${build_package_dir}/basso-config.cmake
    INSTALL_DESTINATION lib/cmake/basso PATH_VARS basso_plugin_dir basso_binary_dir)
endblock()
configure_file(${PROJECT_BINARY_DIR}/to-install/basso-config-version.cmake ${build_package_dir} COPYONLY)
configure_file(sdk/cmake/BassoAddPlugin.cmake ${build_package_dir} COPYONLY)
