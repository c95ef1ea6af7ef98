# cmake --install: bin/basso, lib/libbasso.so, lib/basso (the checker's worker and plugins/*.so), the headers, the experiments, and the CMake
# package `basso`. The tree can be moved: the binary finds library and plugins from its own place.
include(CMakePackageConfigHelpers)

set(basso_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/basso)
set(basso_plugin_dir ${CMAKE_INSTALL_LIBDIR}/basso/plugins)

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

install(TARGETS basso_sdk EXPORT basso-targets)
install(DIRECTORY sdk/include/ host/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES sdk/cmake/BassoAddPlugin.cmake DESTINATION ${basso_package_dir})

install(TARGETS basso_host EXPORT basso-targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})

file(RELATIVE_PATH bin_to_lib ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
set_target_properties(basso PROPERTIES INSTALL_RPATH "$ORIGIN/${bin_to_lib}")
install(TARGETS basso RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

set_target_properties(basso_plugin_worker PROPERTIES INSTALL_RPATH "$ORIGIN/..")
install(TARGETS basso_plugin_worker RUNTIME DESTINATION ${CMAKE_INSTALL_LIBDIR}/basso)

basso_module_targets(basso_plugins ${PROJECT_SOURCE_DIR}/plugins)
if(basso_plugins)
  install(TARGETS ${basso_plugins} LIBRARY DESTINATION ${basso_plugin_dir})
endif()

install(DIRECTORY experiments/ DESTINATION ${CMAKE_INSTALL_DATADIR}/basso/experiments)
install(FILES LICENSE CHANGELOG.md CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR})

install(EXPORT basso-targets NAMESPACE basso:: DESTINATION ${basso_package_dir})
configure_package_config_file(cmake/basso-config.cmake.in ${PROJECT_BINARY_DIR}/cmake/basso-config.cmake
  INSTALL_DESTINATION ${basso_package_dir} PATH_VARS basso_plugin_dir)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/basso-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cmake/basso-config.cmake ${PROJECT_BINARY_DIR}/cmake/basso-config-version.cmake
  DESTINATION ${basso_package_dir})
