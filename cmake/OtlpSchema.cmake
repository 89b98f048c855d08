# otlp_schema: the official OTLP schema of traces and metrics, generated from Debian's opentelemetry-proto, for tests and
# fuzzers that must not read what we wrote with our own reader alone. OTLP_SCHEMA_FOUND says whether it is there.
find_package(Protobuf QUIET)
find_path(OTLP_SCHEMA_DIR opentelemetry/proto/collector/trace/v1/trace_service.proto)
if(Protobuf_FOUND AND OTLP_SCHEMA_DIR)
  set(OTLP_SCHEMA_FOUND ON)
else()
  set(OTLP_SCHEMA_FOUND OFF)
  message(STATUS "opentelemetry-proto or protobuf is not installed: tests that decode OTLP with the schema are skipped")
endif()

if(OTLP_SCHEMA_FOUND AND NOT TARGET otlp_schema)
  set(generated ${PROJECT_BINARY_DIR}/otlp_schema)
  file(MAKE_DIRECTORY ${generated})
  set(schema_sources "")
  foreach(proto IN ITEMS collector/trace/v1/trace_service collector/metrics/v1/metrics_service trace/v1/trace
                         metrics/v1/metrics resource/v1/resource common/v1/common)
    set(proto opentelemetry/proto/${proto})
    add_custom_command(
      OUTPUT ${generated}/${proto}.pb.cc ${generated}/${proto}.pb.h
      COMMAND protobuf::protoc --proto_path=${OTLP_SCHEMA_DIR} --cpp_out=${generated} ${proto}.proto
      DEPENDS ${OTLP_SCHEMA_DIR}/${proto}.proto)
    list(APPEND schema_sources ${generated}/${proto}.pb.cc)
  endforeach()
  add_library(otlp_schema STATIC ${schema_sources})
  target_include_directories(otlp_schema SYSTEM PUBLIC ${generated})
  target_link_libraries(otlp_schema PUBLIC protobuf::libprotobuf)
endif()
