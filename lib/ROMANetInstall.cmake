# What is installed, by `cmake --install` or from the Debian packages that `cpack` makes.
# Each component becomes a package:
#   tools        romanet              programs and the plugin
#   development  libromanet-dev       find_package(ROMANet): libraries and headers
#   runtime      libromanet-runtime   find_package(ROMANetRuntime), see lib/Runtime
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS romanet-opt romanet-search romanet-sweep romanet-translate romanet-report
  romanet-reduce romanet-lsp-server COMPONENT tools)
install(TARGETS ROMANetPlugin LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT tools)
install(FILES docs/report.schema.json docs/sweep.schema.json
  DESTINATION ${CMAKE_INSTALL_DATADIR}/romanet COMPONENT tools)

set(ROMANET_CONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/ROMANet)
get_property(ROMANET_LIBRARIES GLOBAL PROPERTY ROMANET_LIBRARIES)
install(TARGETS ${ROMANET_LIBRARIES} EXPORT ROMANetTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
# The header of the runtime comes with the runtime.
install(DIRECTORY include/romanet ${PROJECT_BINARY_DIR}/include/romanet
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
  FILES_MATCHING PATTERN "*.h" PATTERN "*.td" PATTERN "*.inc" PATTERN CMakeFiles EXCLUDE
  PATTERN Runtime EXCLUDE)
install(EXPORT ROMANetTargets DESTINATION ${ROMANET_CONFIG_DIR} COMPONENT development)
# In a folder where find_package does not look: it finds packages beside the folders of PATH, and
# the build is none.
set(package ${PROJECT_BINARY_DIR}/installed-package)
configure_package_config_file(lib/ROMANetConfig.cmake.in
  ${package}/ROMANetConfig.cmake INSTALL_DESTINATION ${ROMANET_CONFIG_DIR})
write_basic_package_version_file(${package}/ROMANetConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${package}/ROMANetConfig.cmake ${package}/ROMANetConfigVersion.cmake
  DESTINATION ${ROMANET_CONFIG_DIR} COMPONENT development)

foreach(component tools development runtime)
  string(TOUPPER ${component} upper)
  set(package libromanet-runtime)
  if(component STREQUAL tools)
    set(package romanet)
  elseif(component STREQUAL development)
    set(package libromanet-dev)
  endif()
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${package})
  install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package}
    RENAME copyright COMPONENT ${component})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "The ROMANet developers <romanet@localhost>")
set(CPACK_COMPONENTS_ALL tools development runtime)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_COMPONENT_TOOLS_DESCRIPTION
  "Schedules of neural networks for DRAM traffic: programs and the plugin of mlir-opt")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
  "Schedules of neural networks for DRAM traffic: libraries and headers for compilers")
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION
  "Schedules of neural networks for DRAM traffic: what programs that count their traffic link")
# The shared libraries of LLVM and MLIR in the version that was built against are found in
# what they say about themselves; the libraries of the development package are static.
set(CPACK_DEBIAN_TOOLS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_TOOLS_PACKAGE_RECOMMENDS "mlir-${LLVM_VERSION_MAJOR}-tools")
math(EXPR next_minor "${LLVM_VERSION_MINOR} + 1")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libmlir-${LLVM_VERSION_MAJOR}-dev \
(>= 1:${LLVM_VERSION_MAJOR}.${LLVM_VERSION_MINOR}), libmlir-${LLVM_VERSION_MAJOR}-dev \
(<< 1:${LLVM_VERSION_MAJOR}.${next_minor}~), mlir-${LLVM_VERSION_MAJOR}-tools")
include(CPack)
