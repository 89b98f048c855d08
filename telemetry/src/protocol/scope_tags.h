// What formats without scopes say of a span's scope: tags on each span of it (OpenTelemetry, "Transformation
// to non-OTLP formats").
#pragma once

#include "protocol/otlp_reader.h"

namespace container_kit::telemetry::protocol {

// Calls `use` with the scope's tags: name and version, each by its deprecated alias as well, the attributes,
// and how many of them were dropped.
template <typename Use>
void for_each_scope_tag(const OtlpScope& scope, Use use) {
  const auto text = [&use](std::string_view key, std::string_view value) {
    if (!value.empty()) use(OtlpAttribute{key, {OtlpValue::Type::kString, 0, 0, value}});
  };
  text("otel.scope.name", scope.name);
  text("otel.scope.version", scope.version);
  text("otel.library.name", scope.name);
  text("otel.library.version", scope.version);
  for (const OtlpAttribute& attribute : scope.attributes) use(attribute);
}

}  // namespace container_kit::telemetry::protocol
