# Every library that the host is built on, as Debian 12 packages them; docs/dependencies.md has the reasons.
find_package(Threads REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(kissfft 131 CONFIG REQUIRED COMPONENTS SHARED float)
find_package(fmt 9 REQUIRED)
find_package(CLI11 2.1 CONFIG REQUIRED)
find_package(tomlplusplus 3.3 CONFIG REQUIRED)
find_package(nlohmann_json 3.11 CONFIG REQUIRED)
find_package(hwy CONFIG REQUIRED)
# The kernels keep vectors in structures, which those of SVE, whose size no compiler knows, cannot be: NEON on arm64.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  target_compile_definitions(hwy::hwy INTERFACE "HWY_DISABLED_TARGETS=(HWY_SVE|HWY_SVE2|HWY_SVE_256|HWY_SVE2_128)")
endif()
find_package(benchmark 1.7 CONFIG REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PNG 1.6 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)

# kissfft<double> is a header-only template and trips -Wconversion: only the include folder, as a system one.
add_library(basso_kissfft INTERFACE)
target_include_directories(basso_kissfft SYSTEM INTERFACE
  $<TARGET_PROPERTY:kissfft::kissfft-float,INTERFACE_INCLUDE_DIRECTORIES>)
