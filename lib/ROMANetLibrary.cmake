# How a library or a program of this project is declared.
#
# Everything links the shared libLLVM.so and libMLIR.so. A static archive of MLIR
# next to libMLIR.so would give every type a second identity, so the helpers of
# AddMLIR that pull archives in are not used.

function(romanet_compile_options target)
  llvm_update_compile_flags(${target})
  if(ROMANET_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${ROMANET_SANITIZE} -fno-omit-frame-pointer
      -fno-sanitize-recover=all)
    target_link_options(${target} PUBLIC -fsanitize=${ROMANET_SANITIZE})
  endif()
endfunction()

# romanet_add_library(name sources... [CORE] [DEPENDS ...] [LINK ...])
# CORE: free of IR, links LLVM alone. Every library is installed.
function(romanet_add_library name)
  cmake_parse_arguments(ARG "CORE" "" "DEPENDS;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  romanet_compile_options(${name})
  if(ARG_CORE)
    target_link_libraries(${name} PUBLIC ${ARG_LINK} LLVM)
    if(ROMANET_CORE_ASSERTIONS)
      target_compile_options(${name} PRIVATE -UNDEBUG)
    endif()
  else()
    target_link_libraries(${name} PUBLIC ${ARG_LINK} MLIR LLVM)
  endif()
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  target_include_directories(${name} SYSTEM INTERFACE $<INSTALL_INTERFACE:include>)
  set_property(GLOBAL APPEND PROPERTY ROMANET_LIBRARIES ${name})
endfunction()

# romanet_add_tool(name sources... [LINK ...])
function(romanet_add_tool name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  romanet_compile_options(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
endfunction()
