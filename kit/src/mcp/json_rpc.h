// JSON-RPC 2.0 messages as MCP uses them: bytes in, a message or what is wrong with them out, and back.
//
// MCP is stricter than JSON-RPC: an id is a string or an integer and never null, params are an object, and
// there are no batches. An error answer to bytes whose id could not be read has no id member: MCP's schema
// does not know JSON-RPC's null (schema 2026-07-28, JSONRPCErrorResponse).
//
// Thread safety: values and pure functions. Nothing throws for any bytes, but for memory.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <container_kit/telemetry/expected.h>

namespace container_kit::kit::mcp {

// JSON-RPC's codes, and those that MCP 2026-07-28 reserves.
namespace error_code {
inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kInternalError = -32603;
inline constexpr int kHeaderMismatch = -32020;
inline constexpr int kMissingClientCapability = -32021;
inline constexpr int kUnsupportedVersion = -32022;
inline constexpr int kResourceNotFound = -32002;  // 2025-11-25 and earlier
}  // namespace error_code

struct RpcError {
  int code;
  std::string message;
  boost::json::value data = nullptr;  // null: the answer has none
  int http_status = 200;              // of an answer over HTTP
};

enum class MessageKind { kRequest, kNotification, kResponse };

struct Message {
  MessageKind kind = MessageKind::kRequest;
  boost::json::value id;        // null for a notification
  std::string method;           // empty for a response
  boost::json::object params;   // empty where the message has none
  boost::json::object outcome;  // of a response: the whole message, with its result or error
  std::size_t size = 0;         // of its text, in bytes
};

struct BadMessage {
  RpcError error;         // its http_status is 400
  boost::json::value id;  // null where it could not be read
};

// `depth`: how deep the JSON may be nested. The size is the transport's to limit.
telemetry::Expected<Message, BadMessage> parse_message(std::string_view bytes, std::size_t depth);

// Each is one line without a line break at its end. `result` and `params` are JSON text without line breaks.
std::string result_message(const boost::json::value& id, std::string_view result);
std::string error_message(const boost::json::value& id, const RpcError& error);
std::string request_message(const boost::json::value& id, std::string_view method, std::string_view params);
std::string notification_message(std::string_view method, std::string_view params);

// The id as a key: "s:..." or "i:...".
std::string key_of(const boost::json::value& id);

}  // namespace container_kit::kit::mcp
