#include "support/encoders_driver.h"

#include <stdexcept>

#include "protocol/jaeger_thrift.h"
#include "protocol/otlp_json.h"
#include "protocol/zipkin_json.h"
#include "support/json_check.h"
#include "support/thrift_tree.h"

namespace container_kit::telemetry::test {
namespace {

// Fields 1 and 2 of a Span.
constexpr std::string_view kIds =
    "\x0A\x10"
    "0123456789abcdef"
    "\x12\x08"
    "01234567";

// Takes one piece off the front: its length in one byte, 255 for all that is left, and its bytes.
std::string take_piece(std::string_view& bytes) {
  constexpr std::size_t kAll = 255;
  const std::size_t size = bytes.empty() ? 0 : static_cast<unsigned char>(bytes[0]);
  const std::size_t wanted = size == kAll ? bytes.size() : size;
  bytes.remove_prefix(bytes.empty() ? 0 : 1);
  std::string piece(bytes.substr(0, wanted));
  bytes.remove_prefix(piece.size());
  return piece;
}

std::string check_jaeger(const std::string& batch, std::size_t spans) {
  try {
    return read_thrift(batch)[2].items.size() == spans ? "" : "Jaeger: spans are missing";
  } catch (const std::exception& problem) {
    return std::string("Jaeger: ") + problem.what();
  }
}

}  // namespace

std::string check_encoders(std::string_view resource, std::string_view scope,
                           const std::vector<std::string>& spans) {
  const protocol::ScopeSpans scopes[] = {{scope, scope, {spans.begin(), spans.end()}}, {}};
  const std::span<const protocol::ScopeSpans> all(scopes);
  std::string jaeger;
  std::string zipkin;
  std::string json;
  const std::size_t torn_for_jaeger = protocol::append_jaeger_batch(jaeger, resource, all);
  const std::size_t torn_for_zipkin = protocol::append_zipkin_spans(zipkin, resource, all);
  const std::size_t torn_for_json = protocol::append_otlp_traces_json(json, resource, all);
  if (!is_json(zipkin)) return "Zipkin: no JSON: " + zipkin;
  if (!is_json(json)) return "OTLP: no JSON: " + json;
  // OTLP/JSON shows all of a span; the others need not notice that what they leave out is torn.
  if (torn_for_jaeger > torn_for_json || torn_for_zipkin > torn_for_json) return "whole for OTLP/JSON alone";
  return check_jaeger(jaeger, spans.size() - torn_for_jaeger);
}

std::string drive_encoders(std::string_view bytes) {
  const std::string resource = take_piece(bytes);
  const std::string scope = take_piece(bytes);
  std::vector<std::string> spans;
  while (!bytes.empty()) {
    const bool has_ids = static_cast<unsigned char>(bytes[0]) % 2 == 0;
    bytes.remove_prefix(1);
    spans.push_back(has_ids ? std::string(kIds) + take_piece(bytes) : take_piece(bytes));
  }
  return check_encoders(resource, scope, spans);
}

}  // namespace container_kit::telemetry::test
