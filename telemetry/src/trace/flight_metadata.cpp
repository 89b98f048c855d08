#include "trace/flight_metadata.h"

#include <algorithm>
#include <cstring>

namespace container_kit::telemetry::trace {
namespace {

struct EntryHeader {
  MetadataKind kind;
  std::uint32_t size;
};

constexpr std::size_t padded(std::size_t size) noexcept {
  return (size + 7) & ~std::size_t{7};
}

void add_entry(FlightMetadata& metadata, MetadataKind kind, std::string_view body) {
  switch (kind) {
    case MetadataKind::kService:
      metadata.service = body;
      break;
    case MetadataKind::kResource:
      metadata.resource = body;
      break;
    case MetadataKind::kScope:
      metadata.scopes.push_back({std::string(body), {}});
      break;
    case MetadataKind::kSchemaUrl:
      (metadata.scopes.empty() ? metadata.resource_schema_url : metadata.scopes.back().schema_url) = body;
      break;
  }
}

}  // namespace

bool append_metadata(FileHeader& header, std::uint8_t* file, MetadataKind kind,
                     std::string_view body) noexcept {
  const std::uint32_t used = header.metadata_bytes.load(std::memory_order_relaxed);
  const std::size_t size = sizeof(EntryHeader) + padded(body.size());
  if (used + size > header.metadata_size) return false;
  std::uint8_t* const entry = file + header.metadata_offset + used;
  const EntryHeader entry_header{kind, static_cast<std::uint32_t>(body.size())};
  std::memcpy(entry, &entry_header, sizeof entry_header);
  if (!body.empty()) std::memcpy(entry + sizeof entry_header, body.data(), body.size());
  header.metadata_bytes.store(used + static_cast<std::uint32_t>(size), std::memory_order_release);
  return true;
}

FlightMetadata read_metadata(const FileHeader& header, const std::uint8_t* file) {
  FlightMetadata metadata;
  const std::size_t used =
      std::min<std::size_t>(header.metadata_bytes.load(std::memory_order_acquire), header.metadata_size);
  const std::uint8_t* const region = file + header.metadata_offset;
  for (std::size_t at = 0; at + sizeof(EntryHeader) <= used;) {
    EntryHeader entry{};
    std::memcpy(&entry, region + at, sizeof entry);
    at += sizeof entry;
    if (entry.size > used - at) break;
    add_entry(metadata, entry.kind, {reinterpret_cast<const char*>(region + at), entry.size});
    at += padded(entry.size);
  }
  return metadata;
}

}  // namespace container_kit::telemetry::trace
