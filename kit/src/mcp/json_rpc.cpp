#include "mcp/json_rpc.h"

#include <boost/json.hpp>

namespace container_kit::kit::mcp {
namespace json = boost::json;

namespace {

constexpr int kBadRequest = 400;

BadMessage bad(int code, std::string message, json::value id = nullptr) {
  return {{code, std::move(message), nullptr, kBadRequest}, std::move(id)};
}

bool is_id(const json::value& value) {
  return value.is_string() || value.is_int64() || value.is_uint64();
}

telemetry::Expected<json::value, BadMessage> parse_json(std::string_view bytes, std::size_t depth) {
  json::parse_options options;
  options.max_depth = depth;
  json::parser parser({}, options);
  json::error_code error;
  const std::size_t good = parser.write_some(bytes.data(), bytes.size(), error);
  if (error == json::error::too_deep) {
    return bad(error_code::kInvalidRequest,
               "the JSON is nested more than " + std::to_string(depth) + " levels deep");
  }
  const bool is_followed =
      !error && good < bytes.size() && bytes.find_first_not_of(" \t\r\n", good) != std::string_view::npos;
  if (is_followed) error = json::error::extra_data;
  if (error) {
    return bad(error_code::kParseError,
               "not valid JSON: " + error.message() + " at byte " + std::to_string(good));
  }
  return parser.release();
}

telemetry::Expected<Message, BadMessage> read_response(json::object&& body, json::value id) {
  const bool has_result = body.contains("result");
  const json::value* error = body.if_contains("error");
  if (has_result == (error != nullptr)) {
    return bad(error_code::kInvalidRequest, "a message has a method, or either a result or an error");
  }
  if (error != nullptr && !error->is_object()) {
    return bad(error_code::kInvalidRequest, "'error' must be an object");
  }
  return Message{MessageKind::kResponse, std::move(id), {}, {}, std::move(body), 0};
}

// The id, or null; what is no id is an error.
telemetry::Expected<json::value, BadMessage> read_id(const json::object& body) {
  const json::value* id = body.if_contains("id");
  if (id == nullptr) return json::value(nullptr);
  if (!is_id(*id)) return bad(error_code::kInvalidRequest, "'id' must be a string or an integer");
  return *id;
}

telemetry::Expected<Message, BadMessage> read_message(json::object&& body) {
  auto id = read_id(body);
  if (!id) return std::move(id).error();
  const json::value* version = body.if_contains("jsonrpc");
  if (version == nullptr || *version != json::value("2.0")) {
    return bad(error_code::kInvalidRequest, R"('jsonrpc' must be "2.0")", *id);
  }
  const json::value* method = body.if_contains("method");
  if (method == nullptr) return read_response(std::move(body), *id);
  if (!method->is_string()) return bad(error_code::kInvalidRequest, "'method' must be a string", *id);
  Message message{id->is_null() ? MessageKind::kNotification : MessageKind::kRequest,
                  *id,
                  std::string(method->get_string()),
                  {},
                  {}};
  if (json::value* params = body.if_contains("params")) {
    if (!params->is_object()) return bad(error_code::kInvalidParams, "'params' must be an object", *id);
    message.params = std::move(params->get_object());
  }
  return message;
}

std::string quoted_json(std::string_view text) {
  return json::serialize(json::string(text));
}

std::string id_member(const json::value& id) {
  return id.is_null() ? std::string() : ",\"id\":" + json::serialize(id);
}

}  // namespace

telemetry::Expected<Message, BadMessage> parse_message(std::string_view bytes, std::size_t depth) {
  auto value = parse_json(bytes, depth);
  if (!value) return std::move(value).error();
  if (value->is_array()) {
    return bad(error_code::kInvalidRequest, "send one message at a time: batches are not taken");
  }
  if (!value->is_object()) return bad(error_code::kInvalidRequest, "a message is an object");
  auto message = read_message(std::move(value->get_object()));
  if (message) message->size = bytes.size();
  return message;
}

std::string result_message(const json::value& id, std::string_view result) {
  std::string message = "{\"jsonrpc\":\"2.0\"" + id_member(id);
  return message.append(",\"result\":").append(result).append("}");
}

std::string error_message(const json::value& id, const RpcError& error) {
  std::string message = "{\"jsonrpc\":\"2.0\"" + id_member(id) + ",\"error\":{\"code\":";
  message.append(std::to_string(error.code)).append(",\"message\":").append(quoted_json(error.message));
  if (!error.data.is_null()) message.append(",\"data\":").append(json::serialize(error.data));
  return message.append("}}");
}

std::string request_message(const json::value& id, std::string_view method, std::string_view params) {
  std::string message = "{\"jsonrpc\":\"2.0\"" + id_member(id) + ",\"method\":" + quoted_json(method);
  return message.append(",\"params\":").append(params).append("}");
}

std::string notification_message(std::string_view method, std::string_view params) {
  return request_message(nullptr, method, params);
}

std::string key_of(const json::value& id) {
  if (id.is_string()) return "s:" + std::string(id.get_string());
  return "i:" + json::serialize(id);
}

}  // namespace container_kit::kit::mcp
