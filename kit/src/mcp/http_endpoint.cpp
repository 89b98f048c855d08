#include "mcp/http_endpoint.h"

#include <boost/json.hpp>

#include "http/accept.h"
#include "http/event_stream.h"
#include "mcp/header_check.h"

namespace container_kit::kit::mcp {

namespace {

using http::Exchange;
using http::FirstLook;
using http::Response;

constexpr std::string_view kVersionHeader = "MCP-Protocol-Version";
constexpr std::string_view kSessionHeader = "Mcp-Session-Id";
constexpr int kAccepted = 202;
constexpr int kBadRequest = 400;
constexpr int kNotFound = 404;
constexpr int kNotAcceptable = 406;

constexpr std::string_view kEventName = "message";

Response json_response(int status, std::string body) {
  return {status, std::move(body), "application/json", {}};
}

Response refused(int status, std::string message, const boost::json::value& id = nullptr) {
  return json_response(status, error_message(id, {error_code::kInvalidRequest, std::move(message)}));
}

Response accepted() {
  return {kAccepted, "", "", {}};
}

bool accepts(const http::Request& request, std::string_view type) {
  return http::accepted(request, type) != http::Accepted::kNo;
}

http::Headers session_header(const Peer& peer) {
  if (peer.is_modern()) return {};
  return {{std::string(kSessionHeader), peer.session->id()}};
}

// Messages before the answer, as events on the answer's stream. It begins with the first of them.
class EventOutlet : public Outlet {
 public:
  EventOutlet(http::ResponseStream& stream, const Peer& peer)
      : events_(stream, http::EventIds::kNone, session_header(peer)) {}

  bool send(const std::string& message) override { return events_.send(kEventName, message); }

 private:
  http::EventStream events_;
};

}  // namespace

// A request between its first look and its answer.
struct HttpEndpoint::Call {
  Message message;
  Peer peer;
};

HttpEndpoint::HttpEndpoint(const ServiceSetup& setup, const HttpLimits& limits)
    : service_(setup), json_depth_(limits.json_depth), sessions_(limits.sessions, limits.session_idle) {}

HttpEndpoint::~HttpEndpoint() {
  end_sessions();
}

FirstLook HttpEndpoint::post(const Exchange& exchange) {
  const auto& request = exchange.request;
  if (!accepts(request, "application/json") && !accepts(request, http::kEventStreamType)) {
    return refused(kNotAcceptable, "accept application/json and text/event-stream");
  }
  auto message = parse_message(request.body, json_depth_);
  if (!message) return json_response(kBadRequest, error_message(message.error().id, message.error().error));
  const bool is_modern_header = request.header(kVersionHeader) == kModernVersion;
  if (is_modern(*message) || is_modern_header) return post_modern(exchange, std::move(*message));
  return post_legacy(exchange, std::move(*message));
}

FirstLook HttpEndpoint::post_modern(const Exchange& exchange, Message message) {
  if (message.kind == MessageKind::kNotification) return accepted();
  if (message.kind == MessageKind::kResponse) {
    return refused(kBadRequest, "this era of MCP has no requests that a client answers");
  }
  auto peer = modern_peer(message);
  if (!peer) return json_response(peer.error().http_status, error_message(message.id, peer.error()));
  const auto& parameters = service_.header_parameters(message);
  if (const auto wrong = refuse_headers(exchange.request, message, peer->version, parameters)) {
    return json_response(wrong->http_status, error_message(message.id, *wrong));
  }
  return answer_or_defer(exchange, std::make_shared<Call>(Call{std::move(message), std::move(*peer)}));
}

FirstLook HttpEndpoint::post_legacy(const Exchange& exchange, Message message) {
  const auto version = exchange.request.header(kVersionHeader);
  if (!version.empty() && !is_legacy_version(version)) {
    return refused(kBadRequest, "this server does not speak the version that MCP-Protocol-Version names",
                   message.id);
  }
  if (message.method == "initialize" && message.kind == MessageKind::kRequest) {
    return begin_session(exchange, std::move(message));
  }
  const auto id = exchange.request.header(kSessionHeader);
  if (id.empty())
    return refused(kBadRequest, "the header Mcp-Session-Id is missing; begin with initialize", message.id);
  auto session = sessions_.find(id);
  if (!session)
    return refused(kNotFound, "there is no such session; begin again with initialize", message.id);
  if (message.kind != MessageKind::kRequest) {
    service_.take(message, *session);
    return accepted();
  }
  Peer peer{session->version(), session->capabilities(), session->log_level(), std::move(session)};
  return answer_or_defer(exchange, std::make_shared<Call>(Call{std::move(message), std::move(peer)}));
}

FirstLook HttpEndpoint::begin_session(const Exchange& exchange, Message message) {
  const auto session = SessionTable::make();
  const Call call{std::move(message), Peer{{}, {}, std::nullopt, session}};
  Response response = answer(exchange, call);
  if (session->version().empty()) return response;  // it was refused
  end(sessions_.add(session));
  response.headers.emplace_back(kSessionHeader, session->id());
  return response;
}

FirstLook HttpEndpoint::answer_or_defer(const Exchange& exchange, std::shared_ptr<Call> call) {
  if (!Service::blocks(call->message)) return answer(exchange, *call);
  const auto where = service_.waits(call->message) ? http::RunsOn::kWaitingThread : http::RunsOn::kToolThread;
  return http::Later{[this, call = std::move(call)](const Exchange& later) { return answer(later, *call); },
                     where};
}

// In the stateless era a client that closes the connection cancels its request; before, it did not
// (2025-11-25, transports, "Sending Messages to the Server", 6).
Response HttpEndpoint::answer(const Exchange& exchange, const Call& call) {
  std::stop_source stop;
  const std::stop_callback when_stopping(exchange.stop, [&stop] { stop.request_stop(); });
  const bool ends_with_client = call.peer.is_modern() && exchange.stream != nullptr;
  const std::stop_callback when_gone(ends_with_client ? exchange.stream->gone() : std::stop_token(),
                                     [&stop] { stop.request_stop(); });
  std::optional<CallTable::Entry> entry;
  if (!call.peer.is_modern()) entry.emplace(call.peer.session->calls(), key_of(call.message.id));
  const std::stop_callback when_cancelled(entry ? entry->stop().get_token() : std::stop_token(),
                                          [&stop] { stop.request_stop(); });
  std::optional<EventOutlet> outlet;
  if (exchange.stream != nullptr && accepts(exchange.request, http::kEventStreamType)) {
    outlet.emplace(*exchange.stream, call.peer);
  }
  const Request request{call.message,     call.peer,        Transport::kTcp,
                        exchange.context, stop.get_token(), outlet ? &*outlet : nullptr};
  Answer answer = service_.answer(request);
  if (exchange.stream != nullptr && exchange.stream->is_open())
    return {200, http::event_of(kEventName, answer.message), "", {}};
  if (!accepts(exchange.request, "application/json")) {
    return {answer.http_status,
            http::event_of(kEventName, answer.message),
            std::string(http::kEventStreamType),
            {}};
  }
  return json_response(answer.http_status, std::move(answer.message));
}

Response HttpEndpoint::remove(const Exchange& exchange) {
  if (exchange.request.header(kVersionHeader) == kModernVersion) {
    auto response = refused(405, "this era of MCP has no sessions to end");
    response.headers.emplace_back("Allow", "POST");
    return response;
  }
  const auto id = exchange.request.header(kSessionHeader);
  if (id.empty()) return refused(kBadRequest, "the header Mcp-Session-Id is missing");
  const auto session = sessions_.remove(id);
  if (!session) return refused(kNotFound, "there is no such session");
  end({session});
  return {204, "", "", {}};
}

void HttpEndpoint::end(const std::vector<std::shared_ptr<Session>>& sessions) {
  for (const auto& session : sessions) {
    session->calls().cancel_all();
    service_.session_ended(*session, Transport::kTcp);
  }
}

}  // namespace container_kit::kit::mcp
