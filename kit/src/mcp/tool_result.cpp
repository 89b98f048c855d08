#include "mcp/tool_result.h"

#include <boost/json.hpp>

#include <container_kit/telemetry/version.h>

namespace container_kit::kit::mcp {
namespace json = boost::json;

namespace {

std::string text_content(std::string_view text) {
  return R"("content":[{"type":"text","text":)" + json::serialize(json::string(text)) + "}]";
}

// A line break inside a message would end it on stdio; JSON allows one only between its tokens.
std::string on_one_line(const std::string& text) {
  return text.find_first_of("\r\n") == std::string::npos ? text : json::serialize(json::parse(text));
}

// What every result of the stateless era has beside its own members.
const std::string& modern_members() {
  static const std::string members =
      R"("resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":)" +
      json::serialize(server_info()) + "}";
  return members;
}

}  // namespace

json::object server_info() {
  return {{"name", "container-kit"}, {"title", "Container Kit"}, {"version", telemetry::version()}};
}

std::string result_of(bool is_modern, std::string_view members) {
  std::string text = "{";
  if (is_modern) text.append(modern_members()).append(members.empty() ? "" : ",");
  return text.append(members).append("}");
}

std::string members_of(const ToolOutput& output) {
  const std::string text = on_one_line(output.json);
  std::string members = text_content(text);
  if (!text.empty() && text.front() == '{') members.append(",\"structuredContent\":").append(text);
  return members.append(",\"isError\":false");
}

std::string members_of(const ToolError& error) {
  std::string text(name_of(error.code));
  text.append(": ").append(error.message);
  return text_content(text) + ",\"isError\":true";
}

}  // namespace container_kit::kit::mcp
