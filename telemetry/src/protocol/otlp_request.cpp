#include "protocol/otlp_request.h"

#include <protozero/pbf_reader.hpp>

namespace container_kit::telemetry::protocol {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

constexpr auto kMessage = pbf_wire_type::length_delimited;

std::string_view view_of(const protozero::data_view& data) {
  return {data.data(), data.size()};
}

// ScopeSpans: 1 scope, 2 spans, 3 schema_url.
ScopeSpans read_scope_spans(pbf_reader message) {
  ScopeSpans scope;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case tag_and_type(1, kMessage):
        scope.scope = view_of(message.get_view());
        break;
      case tag_and_type(2, kMessage):
        scope.spans.push_back(view_of(message.get_view()));
        break;
      case tag_and_type(3, kMessage):
        scope.schema_url = view_of(message.get_view());
        break;
      default:
        message.skip();
    }
  }
  return scope;
}

// ResourceSpans: 1 resource, 2 scope_spans, 3 schema_url.
ResourceSpans read_resource_spans(pbf_reader message) {
  ResourceSpans resource;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case tag_and_type(1, kMessage):
        resource.resource = view_of(message.get_view());
        break;
      case tag_and_type(2, kMessage):
        resource.scopes.push_back(read_scope_spans(message.get_message()));
        break;
      case tag_and_type(3, kMessage):
        resource.schema_url = view_of(message.get_view());
        break;
      default:
        message.skip();
    }
  }
  return resource;
}

std::uint32_t count_spans(const std::vector<ResourceSpans>& resources) {
  std::size_t count = 0;
  for (const ResourceSpans& resource : resources) {
    for (const ScopeSpans& scope : resource.scopes) count += scope.spans.size();
  }
  return static_cast<std::uint32_t>(count);
}

// Those spans of the request whose numbers lie from `first` up to, not including, `last`.
OtlpPiece piece_of(const std::vector<ResourceSpans>& resources, std::size_t first, std::size_t last) {
  OtlpPiece piece;
  std::size_t number = 0;
  for (const ResourceSpans& resource : resources) {
    std::vector<ScopeSpans> scopes;
    for (const ScopeSpans& scope : resource.scopes) {
      ScopeSpans part{scope.scope, scope.schema_url, {}};
      for (const std::string_view span : scope.spans) {
        if (number >= first && number < last) part.spans.push_back(span);
        ++number;
      }
      piece.span_count += static_cast<std::uint32_t>(part.spans.size());
      if (!part.spans.empty()) scopes.push_back(std::move(part));
    }
    if (!scopes.empty()) {
      append_otlp_traces(piece.request, resource.resource, scopes, resource.schema_url);
    }
  }
  return piece;
}

}  // namespace

std::optional<std::vector<ResourceSpans>> read_otlp_traces(std::string_view request) {
  // ExportTraceServiceRequest: 1 resource_spans.
  try {
    std::vector<ResourceSpans> resources;
    pbf_reader message(request.data(), request.size());
    while (message.next()) {
      if (message.tag_and_type() == tag_and_type(1, kMessage)) {
        resources.push_back(read_resource_spans(message.get_message()));
      } else {
        message.skip();
      }
    }
    return resources;
  } catch (const protozero::exception&) {
    return std::nullopt;
  }
}

std::vector<OtlpPiece> split_otlp_traces(std::string_view request) {
  const auto resources = read_otlp_traces(request);
  if (!resources) return {};
  const std::size_t count = count_spans(*resources);
  if (count < 2) return {};
  std::vector<OtlpPiece> pieces;
  pieces.push_back(piece_of(*resources, 0, count / 2));
  pieces.push_back(piece_of(*resources, count / 2, count));
  return pieces;
}

}  // namespace container_kit::telemetry::protocol
