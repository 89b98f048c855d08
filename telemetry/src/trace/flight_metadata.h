// What a flight buffer says about its process: its service, its resource, and the scopes that span records
// name by number. A sequence of entries, each {kind: 4 bytes, size: 4 bytes, body, padding to 8}, which only
// grows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trace/flight_layout.h"

namespace container_kit::telemetry::trace {

enum class MetadataKind : std::uint32_t {
  kService = 1,    // the service's name
  kResource = 2,   // an OTLP Resource message
  kScope = 3,      // an OTLP InstrumentationScope message; the n-th is scope number n, beginning with 0
  kSchemaUrl = 4,  // of the scope before it, or of the resource where there is none yet
};

struct FlightMetadata {
  struct Scope {
    std::string message;
    std::string schema_url;
  };
  std::string service;
  std::string resource;
  std::string resource_schema_url;
  std::vector<Scope> scopes;
};

// Appends an entry; false where there is no room. One thread at a time. Readers see whole entries only.
bool append_metadata(FileHeader& header, std::uint8_t* file, MetadataKind kind,
                     std::string_view body) noexcept;

// Precondition: the header's metadata region lies within the file.
FlightMetadata read_metadata(const FileHeader& header, const std::uint8_t* file);

}  // namespace container_kit::telemetry::trace
