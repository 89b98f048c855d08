#include "http/execute.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include <boost/json.hpp>

#include <container_kit/kit/tool_call.h>

#include "tools/quoted.h"

namespace container_kit::kit::http {
namespace json = boost::json;

namespace {

ApiError invalid_request(std::string field, std::string message) {
  return {400, "invalid_request", std::move(message), std::move(field)};
}

telemetry::Expected<json::value, ApiError> parse(std::string_view body, std::size_t depth) {
  json::parse_options options;
  options.max_depth = depth;
  json::parser parser({}, options);
  json::error_code error;
  const std::size_t good = parser.write_some(body.data(), body.size(), error);
  if (error == json::error::too_deep) {
    return ApiError{400, "json_too_deep",
                    "the JSON is nested more than " + std::to_string(depth) + " levels deep", ""};
  }
  if (!error && good < body.size() && body.find_first_not_of(" \t\r\n", good) != std::string_view::npos) {
    error = json::error::extra_data;
  }
  if (error) {
    return ApiError{400, "malformed_json",
                    "the body is not valid JSON: " + error.message() + " at byte " + std::to_string(good),
                    ""};
  }
  return parser.release();
}

std::string milliseconds(std::chrono::steady_clock::duration took) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.3f",
                                   std::chrono::duration<double, std::milli>(took).count());
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

void append_trace_id(std::string& json, const telemetry::Context& context) {
  if (!context.has_span()) {
    json += "null";
    return;
  }
  json += '"';
  json += context.span_context().trace_id.to_hex();
  json += '"';
}

telemetry::Expected<json::object, ApiError> read_body(std::string_view body, std::size_t json_depth,
                                                      std::initializer_list<std::string_view> fields,
                                                      std::string_view form) {
  auto parsed = parse(body, json_depth);
  if (!parsed) return parsed.error();
  json::object* object = parsed->if_object();
  if (object == nullptr) return invalid_request("", "the body must be an object: " + std::string(form));
  for (const auto& entry : *object) {
    if (std::find(fields.begin(), fields.end(), std::string_view(entry.key())) != fields.end()) continue;
    std::string known;
    for (const auto field : fields) known.append(known.empty() ? "" : " and ").append(in_quotes(field));
    return invalid_request(shortened(entry.key()), "unknown field " + in_quotes(entry.key()) + "; there " +
                                                       (fields.size() == 1 ? "is " : "are ") + known);
  }
  return std::move(*object);
}

telemetry::Expected<json::object, ApiError> object_in(const json::object& body, std::string_view field) {
  const json::value* value = body.if_contains(field);
  if (value == nullptr) return json::object();
  if (value->is_object()) return value->get_object();
  return invalid_request(std::string(field), in_quotes(field) + " must be an object");
}

telemetry::Expected<std::string, ApiError> text_in(const json::object& body, std::string_view field) {
  const json::value* value = body.if_contains(field);
  if (value == nullptr) return std::string();
  if (value->is_string()) return std::string(value->get_string());
  return invalid_request(std::string(field), in_quotes(field) + " must be a string");
}

std::string answer_json(std::string begun, std::string_view result, const telemetry::Context& context,
                        std::chrono::steady_clock::time_point started) {
  constexpr std::size_t kRest = 128;
  begun.reserve(begun.size() + result.size() + kRest);
  begun.append(",\"result\":").append(result);
  begun.append(",\"trace_id\":");
  append_trace_id(begun, context);
  begun.append(",\"duration_ms\":").append(milliseconds(std::chrono::steady_clock::now() - started));
  return begun.append("}");
}

Response answer_of(const ExecuteSetup& setup, const Exchange& exchange, const ToolCall& call,
                   std::chrono::steady_clock::time_point started, const std::stop_token& stop) {
  const ToolCaller caller{setup.telemetry, setup.tools,    setup.allowed_roots, exchange.context, stop,
                          nullptr,         setup.sessions, call.session};
  const auto output = call_tool(caller, call.name, call.arguments, exchange.request.body.size());
  if (!output) return error_response(api_error(output.error()));
  std::string answer = "{\"tool\":" + json::serialize(json::string(call.name));
  return {
      200, answer_json(std::move(answer), output->json, exchange.context, started), "application/json", {}};
}

telemetry::Expected<ToolCall, ApiError> read_call(std::string_view body, std::size_t json_depth) {
  const auto call =
      read_body(body, json_depth, {"tool", "arguments", "session"}, R"({"tool":"...","arguments":{...}})");
  if (!call) return call.error();
  const json::value* name = call->if_contains("tool");
  if (name == nullptr) return invalid_request("tool", "'tool' is required: the name of the tool to run");
  if (!name->is_string()) return invalid_request("tool", "'tool' must be a string");
  auto arguments = object_in(*call, "arguments");
  if (!arguments) return arguments.error();
  auto session = text_in(*call, "session");
  if (!session) return session.error();
  const std::string_view wanted = name->get_string();
  return ToolCall{std::string(wanted), std::move(*arguments), std::move(*session)};
}

FirstLook execute(const ExecuteSetup& setup, const Exchange& exchange) {
  const auto started = std::chrono::steady_clock::now();
  auto call = read_call(exchange.request.body, setup.json_depth);
  if (!call) return error_response(call.error());
  const Tool* const tool = setup.tools.find(call->name);
  if (tool == nullptr || !tool->waits()) return answer_of(setup, exchange, *call, started, exchange.stop);
  return Later{[setup, started, call = std::move(*call)](const Exchange& later) {
                 std::stop_source stop;
                 const auto ask_to_stop = [&stop] { stop.request_stop(); };
                 const std::stop_callback when_stopping(later.stop, ask_to_stop);
                 const std::stop_callback when_gone(
                     later.stream != nullptr ? later.stream->gone() : std::stop_token(), ask_to_stop);
                 return answer_of(setup, later, call, started, stop.get_token());
               },
               RunsOn::kWaitingThread};
}

}  // namespace container_kit::kit::http
