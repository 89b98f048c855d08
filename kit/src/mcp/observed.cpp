#include "mcp/observed.h"

#include <algorithm>
#include <array>
#include <vector>

#include <boost/json.hpp>

#include <container_kit/telemetry/version.h>

namespace container_kit::kit::mcp {
namespace json = boost::json;

namespace {

constexpr std::array<double, 14> kBoundaries{0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300};
constexpr std::string_view kOther = "_other";

telemetry::InstrumentOptions seconds(std::string_view description) {
  telemetry::InstrumentOptions options;
  options.unit = "s";
  options.description = description;
  options.boundaries.emplace(kBoundaries.begin(), kBoundaries.end());
  return options;
}

std::string_view name_of(Transport transport) {
  return transport == Transport::kPipe ? "pipe" : "tcp";
}

// params._meta as the propagator reads it: traceparent, tracestate and baggage are reserved there.
struct MetaCarrier {
  const json::object* meta;

  std::string_view get(std::string_view name) const {
    const json::value* value = meta == nullptr ? nullptr : meta->if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
  }
};

}  // namespace

Instruments::Instruments(telemetry::Manager& telemetry)
    : telemetry_(telemetry),
      tracer_(telemetry.tracing().tracer({"container-kit.mcp", telemetry::version()})),
      operation_duration_(telemetry.metrics().meter().histogram<double>(
          "mcp.server.operation.duration", seconds("Duration of the answers to MCP requests"))),
      session_duration_(telemetry.metrics().meter().histogram<double>("mcp.server.session.duration",
                                                                      seconds("Duration of MCP sessions"))) {}

void Instruments::session_ended(const Session& session, Transport transport) {
  const std::chrono::duration<double> lasted = Session::Clock::now() - session.started();
  session_duration_.record(lasted.count(), {{"mcp.protocol.version", session.version()},
                                            {"network.transport", name_of(transport)}});
}

ObservedRequest::ObservedRequest(Instruments& instruments, const Request& request, ObservedNames names)
    : instruments_(instruments),
      request_(request),
      method_(names.method.empty() ? kOther : names.method),
      tool_(names.tool),
      parent_(instruments.telemetry_.propagator().extract(MetaCarrier{meta_of(request.message)},
                                                          request.ambient)) {
  telemetry::SpanOptions options;
  options.kind = telemetry::SpanKind::kServer;
  options.parent = &parent_;
  std::vector<telemetry::Link> links;
  const auto& ambient = request.ambient.span_context();
  if (ambient.is_valid() && ambient.span_id != parent_.span_context().span_id) links.push_back({ambient});
  options.links = links;
  span_ = instruments.tracer_.start_span(tool_.empty() ? method_ : method_ + ' ' + tool_, options);
  if (!span_.is_recording()) return;
  span_.set_attributes({{"mcp.method.name", method_}, {"network.transport", name_of(request.transport)}});
  if (!request.message.id.is_null()) {
    const auto& id = request.message.id;
    span_.set_attribute("jsonrpc.request.id",
                        id.is_string() ? std::string(id.get_string()) : json::serialize(id));
  }
  if (request.peer.session && !request.peer.session->id().empty()) {
    span_.set_attribute("mcp.session.id", request.peer.session->id());
  }
  if (!tool_.empty()) {
    span_.set_attributes({{"gen_ai.tool.name", tool_}, {"gen_ai.operation.name", "execute_tool"}});
  }
}

telemetry::Context ObservedRequest::context() const {
  return span_.as_context().has_span() ? span_.as_context() : parent_;
}

// What initialize agreed on is known by its end.
std::string_view ObservedRequest::version() const {
  const auto& peer = request_.peer;
  const std::string_view said = peer.session && peer.version.empty() ? peer.session->version() : peer.version;
  const auto* const known = std::find(kVersions.begin(), kVersions.end(), said);
  return known == kVersions.end() ? kOther : *known;
}

void ObservedRequest::finish(std::string_view error_type, std::string_view description) {
  span_.set_attribute("mcp.protocol.version", version());
  if (!error_type.empty()) {
    span_.set_attribute("error.type", error_type);
    span_.set_status(telemetry::StatusCode::kError, description);
  }
  span_.end();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started_;
  std::vector<telemetry::Attribute> labels{{"mcp.method.name", method_},
                                           {"mcp.protocol.version", version()},
                                           {"network.transport", name_of(request_.transport)}};
  if (!tool_.empty()) labels.push_back({"gen_ai.tool.name", tool_});
  if (!error_type.empty()) labels.push_back({"error.type", error_type});
  instruments_.operation_duration_.record(took.count(), labels);
}

}  // namespace container_kit::kit::mcp
