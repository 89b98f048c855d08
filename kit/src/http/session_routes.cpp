#include "http/session_routes.h"

#include <charconv>
#include <functional>

#include <boost/json.hpp>

#include "http/execute.h"
#include "http/openapi.h"
#include "http/query.h"
#include "sessions/session_json.h"
#include "tools/quoted.h"

namespace container_kit::kit::http {
namespace json = boost::json;

namespace {

constexpr std::size_t kMost = 1000;
constexpr std::size_t kLongestReason = 1024;

// Where SESSION and LIST stand, the schemas that the tool list_sessions has, too.
constexpr const char* kListDocumentation = R"({
  "parameters": [
    {"name": "type", "in": "query", "schema": {"enum": ["interactive", "workflow", "batch", "api"]}},
    {"name": "state", "in": "query",
     "schema": {"enum": ["created", "resumed", "completed", "failed", "expired", "open"]}},
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}}],
  "responses": {"200": {"description": "The newest first", "content": {"application/json": {"schema": LIST}}}}})";
constexpr const char* kCreateDocumentation = R"({
  "requestBody": {"required": true, "content": {"application/json": {"schema": {
    "type": "object", "additionalProperties": false, "properties": {
      "type": {"enum": ["interactive", "workflow", "batch", "api"], "default": "api"}}}}}},
  "responses": {"201": {"description": "It is open", "content": {"application/json": {"schema": SESSION}}}}})";
constexpr const char* kShowDocumentation = R"({
  "responses": {"200": {"description": "It is known", "content": {"application/json": {"schema": SESSION}}}}})";
constexpr const char* kChangeDocumentation = R"({
  "requestBody": {"required": true, "content": {"application/json": {"schema": {
    "type": "object", "required": ["state"], "additionalProperties": false, "properties": {
      "state": {"enum": ["resumed", "completed", "failed"]},
      "reason": {"type": "string", "maxLength": 1024, "description": "Why it failed"}}}}}},
  "responses": {"200": {"description": "As it is now", "content": {"application/json": {"schema": SESSION}}}}})";
constexpr const char* kRemoveDocumentation = R"({"responses": {"204": {"description": "It is gone"}}})";

std::string with_schemas(std::string text) {
  const auto put = [&text](std::string_view mark, const std::string& schema) {
    if (const auto at = text.find(mark); at != std::string::npos) text.replace(at, mark.size(), schema);
  };
  put("SESSION", result_schema(sessions::session_fields()));
  put("LIST", result_schema(sessions::session_list_fields()));
  return text;
}

ApiError invalid(std::string field, std::string message) {
  return {400, "invalid_request", std::move(message), std::move(field)};
}

template <std::size_t N>
std::string one_of(const std::array<std::string_view, N>& names) {
  std::string text;
  for (const auto name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

Response answer(int status, const ToolResult<Session>& session) {
  if (!session) return error_response(api_error(session.error()));
  return {status, json::serialize(sessions::to_json(*session)), "application/json", {}};
}

telemetry::Expected<SessionFilter, ApiError> filter_of(const Request& request) {
  SessionFilter filter;
  for (const auto& [name, value] : query_of(request.target)) {
    if (name == "type") {
      filter.type = session_type_of(value);
      if (!filter.type) return invalid(name, "'type' is one of " + one_of(kSessionTypes));
    } else if (name == "state") {
      filter.only_open = value == "open";
      filter.state = session_state_of(value);
      if (!filter.state && !filter.only_open) {
        return invalid(name, "'state' is one of " + one_of(kSessionStates) + ", open");
      }
    } else if (name == "limit") {
      const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), filter.limit);
      if (problem != std::errc() || end != value.data() + value.size() || filter.limit < 1 ||
          filter.limit > kMost) {
        return invalid(name, "'limit' is a number from 1 to " + std::to_string(kMost));
      }
    } else {
      return invalid(shortened(name),
                     "unknown parameter " + in_quotes(name) + "; there are 'type', 'state' and 'limit'");
    }
  }
  return filter;
}

Response list(Sessions& sessions, const Exchange& exchange) {
  const auto filter = filter_of(exchange.request);
  if (!filter) return error_response(filter.error());
  const auto found = sessions.list(*filter);
  if (!found) return error_response(api_error(found.error()));
  return {200, json::serialize(sessions::to_json(*found)), "application/json", {}};
}

Response create(Sessions& sessions, const Exchange& exchange, std::size_t depth) {
  const auto body = read_body(exchange.request.body, depth, {"type"}, R"({"type":"api"})");
  if (!body) return error_response(body.error());
  const auto name = text_in(*body, "type");
  if (!name) return error_response(name.error());
  const auto type = body->empty() ? std::optional(SessionType::kApi) : session_type_of(*name);
  if (!type) return error_response(invalid("type", "'type' is one of " + one_of(kSessionTypes)));
  const auto session = sessions.create(*type);
  auto response = answer(201, session);
  if (session) response.headers.emplace_back("Location", "/api/sessions/" + session->id);
  return response;
}

Response change(Sessions& sessions, const Exchange& exchange, std::size_t depth) {
  const auto body = read_body(exchange.request.body, depth, {"state", "reason"}, R"({"state":"completed"})");
  if (!body) return error_response(body.error());
  const auto name = text_in(*body, "state");
  if (!name) return error_response(name.error());
  const auto text = text_in(*body, "reason");
  if (!text) return error_response(text.error());
  const auto state = session_state_of(*name);
  const std::string& reason = *text;
  if (reason.size() > kLongestReason) {
    return error_response(
        invalid("reason", "'reason' has " + std::to_string(kLongestReason) + " bytes at most"));
  }
  if (!reason.empty() && state != SessionState::kFailed) {
    return error_response(invalid("reason", "'reason' belongs to the state failed alone"));
  }
  const auto id = exchange.parameter("id");
  if (state == SessionState::kResumed) return answer(200, sessions.resume(id));
  if (state == SessionState::kCompleted) return answer(200, sessions.complete(id));
  if (state == SessionState::kFailed) return answer(200, sessions.fail(id, reason));
  return error_response(invalid("state", "'state' is one of resumed, completed, failed"));
}

Response remove(Sessions& sessions, const Exchange& exchange) {
  const auto removed = sessions.remove(exchange.parameter("id"));
  if (!removed) return error_response(api_error(removed.error()));
  return {204, "", "", {}};
}

}  // namespace

// All of them wait for the disk, so they run where tools do.
std::vector<Route> session_routes(const std::shared_ptr<Sessions>& sessions, std::size_t depth) {
  using Work = std::function<Response(Sessions&, const Exchange&)>;
  std::vector<Route> routes;
  const auto add = [&](std::string method, std::string path, const std::string& documentation, Work work) {
    routes.push_back({.method = std::move(method),
                      .path = std::move(path),
                      .runs_on = RunsOn::kToolThread,
                      .handler =
                          [sessions, work = std::move(work)](const Exchange& exchange) {
                            if (sessions) {
                              const telemetry::ContextScope scope(exchange.context);
                              return work(*sessions, exchange);
                            }
                            return unavailable("unavailable", "this server has no sessions");
                          },
                      .documentation = documentation});
  };
  const std::string all = "/api/sessions";
  const std::string one = "/api/sessions/{id}";
  add("GET", all, operation("Lists sessions", with_schemas(kListDocumentation)), list);
  add("POST", all, operation("Makes a session, with a workspace", with_schemas(kCreateDocumentation)),
      [depth](Sessions& its, const Exchange& exchange) { return create(its, exchange, depth); });
  add("GET", one, operation("Shows a session", with_schemas(kShowDocumentation)),
      [](Sessions& its, const Exchange& exchange) {
        return answer(200, its.find(exchange.parameter("id")));
      });
  add("PATCH", one, operation("Resumes, completes or fails a session", with_schemas(kChangeDocumentation)),
      [depth](Sessions& its, const Exchange& exchange) { return change(its, exchange, depth); });
  add("DELETE", one, operation("Removes a session with its workspace", kRemoveDocumentation), remove);
  return routes;
}

}  // namespace container_kit::kit::http
