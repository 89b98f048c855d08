#include <boost/json.hpp>

#include "mcp/extras.h"

namespace container_kit::kit::mcp {
namespace json = boost::json;

namespace {

constexpr std::chrono::seconds kPatience{60};     // with a person at the other end
constexpr std::chrono::milliseconds kGlance{20};  // how often a wait looks whether it is still wanted

const json::value* progress_token(const Message& message) {
  const json::object* meta = meta_of(message);
  const json::value* token = meta == nullptr ? nullptr : meta->if_contains("progressToken");
  return token != nullptr && (token->is_string() || token->is_int64() || token->is_uint64()) ? token
                                                                                             : nullptr;
}

}  // namespace

void Dialogue::notify(std::string_view method, const json::object& params) const {
  if (request_.outlet != nullptr)
    request_.outlet->send(notification_message(method, json::serialize(params)));
}

bool Dialogue::wants_progress() const {
  return progress_token(request_.message) != nullptr;
}

void Dialogue::progress(double done, double total, std::string_view message) const {
  const json::value* token = progress_token(request_.message);
  if (token == nullptr) return;
  json::object params{{"progressToken", *token}, {"progress", done}};
  if (total > 0) params["total"] = total;
  if (!message.empty()) params["message"] = message;
  notify("notifications/progress", params);
}

void Dialogue::log(LogLevel level, std::string_view logger, const json::value& data) const {
  const auto wanted =
      request_.peer.is_modern() ? request_.peer.log_level : request_.peer.session->log_level();
  if (!wanted || level < *wanted) return;
  notify("notifications/message", {{"level", name_of(level)}, {"logger", logger}, {"data", data}});
}

telemetry::Expected<json::object, RpcError> Dialogue::ask(std::string_view method,
                                                          const json::object& params) const {
  const RpcError no_answer{error_code::kInternalError, "the client did not answer " + std::string(method)};
  if (request_.peer.is_modern() || request_.outlet == nullptr) return no_answer;
  PendingRequests& pending = request_.peer.session->pending();
  auto asked = pending.ask();
  const auto give_up = PendingRequests::Clock::now() + kPatience;
  bool is_sent = request_.outlet->send(request_message(asked.id, method, json::serialize(params)));
  while (is_sent && asked.answer.wait_for(kGlance) != std::future_status::ready) {
    is_sent = !request_.stop.stop_requested() && PendingRequests::Clock::now() < give_up;
  }
  if (!is_sent) {
    pending.forget(asked.id);
    return no_answer;
  }
  json::object response = asked.answer.get();
  if (const json::value* error = response.if_contains("error")) {
    return RpcError{error_code::kInternalError,
                    "the client refused " + std::string(method) + ": " + json::serialize(*error)};
  }
  const json::value* result = response.if_contains("result");
  if (result == nullptr || !result->is_object()) return no_answer;
  return result->get_object();
}

}  // namespace container_kit::kit::mcp
