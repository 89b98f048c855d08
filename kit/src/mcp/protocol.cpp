#include "mcp/protocol.h"

#include <algorithm>

#include <boost/json.hpp>

#include "tools/quoted.h"

namespace container_kit::kit::mcp {
namespace json = boost::json;

namespace {

constexpr std::string_view kProtocolVersion = "io.modelcontextprotocol/protocolVersion";
constexpr std::string_view kClientCapabilities = "io.modelcontextprotocol/clientCapabilities";
constexpr std::string_view kLogLevel = "io.modelcontextprotocol/logLevel";
constexpr int kBadRequest = 400;

RpcError malformed(std::string_view key, std::string_view what) {
  std::string message = "params._meta needs ";
  message.append(what).append(" '").append(key).append("' on every request");
  return {error_code::kInvalidParams, std::move(message), nullptr, kBadRequest};
}

}  // namespace

bool is_legacy_version(std::string_view version) {
  return version != kModernVersion &&
         std::find(kVersions.begin(), kVersions.end(), version) != kVersions.end();
}

const json::object* meta_of(const Message& message) {
  const json::value* meta = message.params.if_contains("_meta");
  return meta == nullptr ? nullptr : meta->if_object();
}

bool is_modern(const Message& message) {
  const json::object* meta = meta_of(message);
  return meta != nullptr && meta->contains(kProtocolVersion);
}

telemetry::Expected<Peer, RpcError> modern_peer(const Message& message) {
  const json::object* meta = meta_of(message);
  const json::value* version = meta == nullptr ? nullptr : meta->if_contains(kProtocolVersion);
  if (version == nullptr || !version->is_string()) return malformed(kProtocolVersion, "the string");
  const json::value* capabilities = meta->if_contains(kClientCapabilities);
  if (capabilities == nullptr || !capabilities->is_object())
    return malformed(kClientCapabilities, "the object");
  Peer peer{std::string(version->get_string()), capabilities->get_object(), std::nullopt, nullptr};
  if (const json::value* level = meta->if_contains(kLogLevel)) {
    if (level->is_string()) peer.log_level = log_level_of(level->get_string());
    if (!peer.log_level) return invalid_params("'" + std::string(kLogLevel) + "' must be a log level");
  }
  return peer;
}

// 2026-07-28, Streamable HTTP, "Protocol Version Header": an unknown method is 404. Before, it was an answer.
RpcError method_not_found(const Message& message, const Peer& peer) {
  constexpr int kNotFound = 404;
  constexpr int kOk = 200;
  return {error_code::kMethodNotFound, "there is no method " + in_quotes(message.method), nullptr,
          peer.is_modern() ? kNotFound : kOk};
}

RpcError invalid_params(std::string message) {
  return {error_code::kInvalidParams, std::move(message)};
}

}  // namespace container_kit::kit::mcp
