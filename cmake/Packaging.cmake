# Debian packages by CPack: `make package`. container-kit has the program, libcontainer-kit-dev the library, its headers
# and its CMake and pkg-config files. Included last, when everything that is installed is known.
set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL runtime dev)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_CONTACT "Container Kit's maintainers <container-kit@localhost>")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)

set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME container-kit)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION
  "A server and a command line whose tools look into a source repository, and
 which can always say what it is doing.")

set(CPACK_DEBIAN_DEV_PACKAGE_NAME libcontainer-kit-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS
  "libcurl4-openssl-dev | libcurl4-gnutls-dev | libcurl4-nss-dev, zlib1g-dev, libzstd-dev")
set(CPACK_DEBIAN_DEV_PACKAGE_SUGGESTS "libssl-dev, libyaml-cpp-dev, libboost1.81-dev")
set(CPACK_DEBIAN_DEV_DESCRIPTION
  "The telemetry library: traces and metrics by OpenTelemetry for any C++20
 program. Headers, static libraries, files for CMake and pkg-config.")
include(CPack)
