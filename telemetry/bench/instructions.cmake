# Counts the instructions of a full span, where that means something: in the release, without sanitizers. Another
# compiler than the baseline's is told apart when the test runs.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT CONTAINER_KIT_SANITIZE)
  add_executable(span_full_instructions ${CMAKE_CURRENT_LIST_DIR}/span_full_instructions.cpp)
  target_include_directories(span_full_instructions PRIVATE ${CMAKE_CURRENT_LIST_DIR}/../src)
  target_link_libraries(span_full_instructions PRIVATE container_kit_telemetry container_kit_options)

  set(measure ${PROJECT_SOURCE_DIR}/scripts/instructions.sh)
  set(arguments $<TARGET_FILE:span_full_instructions> "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}")
  add_test(NAME telemetry.span_full_instructions COMMAND ${measure} ${arguments})
  set_tests_properties(telemetry.span_full_instructions PROPERTIES LABELS ci SKIP_RETURN_CODE 77 TIMEOUT 300)
  add_custom_target(update-instructions COMMAND ${measure} --update ${arguments} VERBATIM)
  add_dependencies(update-instructions span_full_instructions)
endif()
