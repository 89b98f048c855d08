#include <condition_variable>
#include <mutex>

#include "mcp/testing/fixtures.h"

namespace container_kit::kit::mcp::testing {
namespace json = boost::json;

namespace {

constexpr std::chrono::milliseconds kPause{50};

json::object tool(std::string_view name, std::string_view description, json::object properties = {}) {
  return {{"name", name},
          {"description", description},
          {"inputSchema", {{"type", "object"}, {"properties", std::move(properties)}}}};
}

// The keywords that a server must hand on as they are.
json::object schema_tool() {
  return {{"name", "json_schema_2020_12_tool"},
          {"description", "Has an input schema with keywords of JSON Schema 2020-12"},
          {"inputSchema", json::parse(R"({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "$defs": {"address": {"$anchor": "addressDef", "type": "object",
                                  "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
            "properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"},
                           "contactMethod": {"type": "string", "enum": ["phone", "email"]},
                           "phone": {"type": "string"}, "email": {"type": "string"}},
            "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
            "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
            "then": {"required": ["phone"]},
            "else": {"required": ["email"]},
            "additionalProperties": false})")}};
}

// A pause that ends early where nobody waits for the answer any more.
void pause(const Dialogue& dialogue) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, dialogue.request().stop, kPause, [] { return false; });
}

Outcome with_logging(const Dialogue& dialogue) {
  for (const char* text : {"Tool execution started", "Tool processing data", "Tool execution completed"}) {
    dialogue.log(LogLevel::kInfo, "test_tool_with_logging", text);
    pause(dialogue);
  }
  return text_result(dialogue, "Logged three messages");
}

Outcome with_progress(const Dialogue& dialogue) {
  constexpr double kTotal = 100;
  for (const double done : {0.0, kTotal / 2, kTotal}) {
    dialogue.progress(done, kTotal, "");
    pause(dialogue);
  }
  return text_result(dialogue, "Reported progress three times");
}

Outcome failing(const Dialogue& dialogue) {
  return complete(
      dialogue,
      {{"content", {text_block("This tool intentionally returns an error for testing")}}, {"isError", true}});
}

Outcome needing_sampling(const Dialogue& dialogue) {
  if (dialogue.request().peer.capabilities.contains("sampling"))
    return text_result(dialogue, "Sampling is declared");
  constexpr int kBadRequest = 400;
  return RpcError{error_code::kMissingClientCapability, "this tool needs a client that can sample",
                  json::object{{"requiredCapabilities", {{"sampling", json::object()}}}}, kBadRequest};
}

}  // namespace

json::array plain_tools() {
  return {tool("test_simple_text", "Answers with text"),
          tool("test_image_content", "Answers with an image"),
          tool("test_audio_content", "Answers with sound"),
          tool("test_embedded_resource", "Answers with a resource"),
          tool("test_multiple_content_types", "Answers with text, an image and a resource"),
          tool("test_tool_with_logging", "Logs while it runs"),
          tool("test_logging_tool", "Logs while it runs"),
          tool("test_error_handling", "Fails"),
          tool("test_tool_with_progress", "Reports progress"),
          tool("test_missing_capability", "Needs a client that can sample"),
          tool("test_header_parameter", "Has an argument that HTTP clients repeat in a header",
               {{"region", {{"type", "string"}, {"x-mcp-header", "Region"}}}}),
          schema_tool()};
}

Reply answer_plain_tool(const Dialogue& dialogue, std::string_view name) {
  if (name == "test_simple_text") return text_result(dialogue, "This is a simple text response for testing.");
  if (name == "test_image_content") return content_result(dialogue, {image_block()});
  if (name == "test_audio_content") {
    return content_result(
        dialogue, {json::object{{"type", "audio"}, {"data", wav_base64()}, {"mimeType", "audio/wav"}}});
  }
  if (name == "test_embedded_resource") {
    return content_result(dialogue, {resource_block("test://embedded-resource", "text/plain",
                                                    "This is an embedded resource content.")});
  }
  if (name == "test_multiple_content_types") {
    return content_result(dialogue, {text_block("Multiple content types test:"), image_block(),
                                     resource_block("test://mixed-content-resource", "application/json",
                                                    R"({"test":"data","value":123})")});
  }
  if (name == "test_tool_with_logging" || name == "test_logging_tool") return with_logging(dialogue);
  if (name == "test_error_handling") return failing(dialogue);
  if (name == "test_tool_with_progress") return with_progress(dialogue);
  if (name == "test_missing_capability") return needing_sampling(dialogue);
  if (name == "test_header_parameter")
    return text_result(dialogue, "Region: " + argument(dialogue, "region"));
  if (name == "json_schema_2020_12_tool") return text_result(dialogue, "The schema is what matters");
  return std::nullopt;
}

}  // namespace container_kit::kit::mcp::testing
