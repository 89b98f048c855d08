# How every target of the project is built: warnings, sanitizers, and the rooms of a part.

add_library(container_kit_options INTERFACE)
target_compile_options(container_kit_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  # g++ 12 sees overlaps in "literal" + std::string where there are none (GCC bug 105651).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)
if(CONTAINER_KIT_SANITIZE)
  target_compile_options(container_kit_options INTERFACE
    -fsanitize=${CONTAINER_KIT_SANITIZE} -fno-omit-frame-pointer
    # clang 14 marks functions for it in a way that coroutines cannot have ("a difference across sections").
    $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>
    # Instrumented code hides from g++'s flow analysis what it sees in the release.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-mismatched-new-delete>)
  target_link_options(container_kit_options INTERFACE -fsanitize=${CONTAINER_KIT_SANITIZE})
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

# container_kit_part(NAME): the static library of one part from src/, with include/ public and src/ private.
# The list of sources follows the folder, so that adding a noun is adding a file.
function(container_kit_part name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/*.cpp)
  add_library(container_kit_${name} STATIC ${sources})
  add_library(ContainerKit::${name} ALIAS container_kit_${name})
  target_include_directories(container_kit_${name}
    PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
           $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_compile_features(container_kit_${name} PUBLIC cxx_std_20)
  target_link_libraries(container_kit_${name} PRIVATE $<BUILD_INTERFACE:container_kit_options>)
  container_kit_room(bench ${CONTAINER_KIT_BUILD_BENCH})
  container_kit_room(fuzz ${CONTAINER_KIT_BUILD_FUZZ})
endfunction()

# container_kit_room(ROOM WANTED): a part's benches or fuzzers, where they are asked for and the part has some.
# The room's CMakeLists.txt adds its programs; scripts/bench.sh runs every bin/*_bench, scripts/fuzz.sh every bin/*_fuzz.
function(container_kit_room room wanted)
  if(wanted AND EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${room}/CMakeLists.txt)
    add_subdirectory(${room})
  endif()
endfunction()

# container_kit_part_tests(NAME [LIBRARY ...]): one GoogleTest program from every test/**/*_test.cpp of a part.
function(container_kit_part_tests name)
  if(NOT CONTAINER_KIT_BUILD_TESTS)
    return()
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/test/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/test/(programs|.*fixtures)/")  # programs that tests start; sample projects
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_test ${sources})
  target_include_directories(${name}_test PRIVATE
    ${CMAKE_CURRENT_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR}/test)
  target_compile_definitions(${name}_test PRIVATE
    CONTAINER_KIT_TEST_DIR="${CMAKE_CURRENT_SOURCE_DIR}/test")
  target_link_libraries(${name}_test PRIVATE
    container_kit_${name} container_kit_options GTest::gtest GTest::gmock GTest::gtest_main ${ARGN})
  gtest_discover_tests(${name}_test TEST_PREFIX ${name}. NO_PRETTY_VALUES DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT 300)
endfunction()

# container_kit_install_package(): the CMake package of what is installed as a library.
function(container_kit_install_package)
  include(CMakePackageConfigHelpers)
  set(folder ${CMAKE_INSTALL_LIBDIR}/cmake/ContainerKit)
  configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/ContainerKitConfig.cmake.in
    ${PROJECT_BINARY_DIR}/ContainerKitConfig.cmake INSTALL_DESTINATION ${folder})
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/ContainerKitConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_BINARY_DIR}/ContainerKitConfig.cmake ${PROJECT_BINARY_DIR}/ContainerKitConfigVersion.cmake
    DESTINATION ${folder})
  install(EXPORT ContainerKitTargets NAMESPACE ContainerKit:: DESTINATION ${folder})
  install(EXPORT ContainerKitConfigFileTargets NAMESPACE ContainerKit:: DESTINATION ${folder})
  if(TARGET container_kit_asio)
    install(EXPORT ContainerKitAsioTargets NAMESPACE ContainerKit:: DESTINATION ${folder})
  endif()
  install(EXPORT ContainerKitMetricsServerTargets NAMESPACE ContainerKit:: DESTINATION ${folder})
  # So that what is installed can be moved.
  file(RELATIVE_PATH prefix_from_pkgconfig /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
  foreach(name IN ITEMS telemetry metrics-server config-file)
    configure_file(${PROJECT_SOURCE_DIR}/cmake/container-kit-${name}.pc.in
      ${PROJECT_BINARY_DIR}/container-kit-${name}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/container-kit-${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  endforeach()
endfunction()
