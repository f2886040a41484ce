# Fetches the packages that page/package-lock.json pins, and puts the page together
# from them as a string of C++. Without the packages the string is empty.
#
# NPM, NODE: the programs. SOURCE: page/. WORK: where packages are put. OUTPUT.
file(MAKE_DIRECTORY ${WORK})
file(GLOB sources ${SOURCE}/*)
foreach(source ${sources})
  file(COPY ${source} DESTINATION ${WORK})
endforeach()

# The programs that packages bring are not run, but for the bundler.
execute_process(
  COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --fetch-retries=1
    --fetch-timeout=60000
  WORKING_DIRECTORY ${WORK}
  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT result EQUAL 0)
  message("romanet-report is built without its page: npm ci says\n${output}"
    "It is tried again when cmake has run.")
  file(WRITE ${OUTPUT} "\"\"\n")
  return()
endif()
execute_process(COMMAND ${NODE} build.mjs ${OUTPUT}
  WORKING_DIRECTORY ${WORK} RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "the page of romanet-report could not be put together")
endif()
