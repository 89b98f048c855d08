#include "mcp/testing/fixtures.h"

namespace container_kit::kit::mcp::testing {
namespace json = boost::json;

namespace {

json::object tool(std::string_view name, std::string_view description, std::string_view argument_name = {}) {
  json::object schema{{"type", "object"}, {"properties", json::object()}};
  if (!argument_name.empty()) {
    schema["properties"] = {{argument_name, {{"type", "string"}}}};
    schema["required"] = {argument_name};
  }
  return {{"name", name}, {"description", description}, {"inputSchema", std::move(schema)}};
}

Outcome failed(const Dialogue& dialogue, std::string_view why) {
  return complete(dialogue, {{"content", {text_block(why)}}, {"isError", true}});
}

Outcome sample(const Dialogue& dialogue) {
  const auto answer =
      dialogue.ask("sampling/createMessage",
                   {{"messages", {{{"role", "user"}, {"content", text_block(argument(dialogue, "prompt"))}}}},
                    {"maxTokens", 100}});
  if (!answer) return failed(dialogue, answer.error().message);
  const json::value* content = answer->if_contains("content");
  const bool has_text = content != nullptr && content->is_object() && content->get_object().contains("text");
  return text_result(dialogue,
                     "LLM response: " + (has_text ? json::value_to<std::string>(content->at("text")) : ""));
}

// `before`: what the answer begins with.
Outcome elicit(const Dialogue& dialogue, std::string_view question, json::object schema,
               std::string_view before) {
  const auto answer =
      dialogue.ask("elicitation/create", {{"message", question}, {"requestedSchema", std::move(schema)}});
  if (!answer) return failed(dialogue, answer.error().message);
  const json::value* action = answer->if_contains("action");
  const json::value* content = answer->if_contains("content");
  std::string text(before);
  text += "action=" + (action != nullptr && action->is_string() ? std::string(action->get_string()) : "none");
  text += ", content=" + (content != nullptr ? json::serialize(*content) : "{}");
  return text_result(dialogue, text);
}

json::object parsed(const char* text) {
  return json::parse(text).as_object();
}

json::object user_schema() {
  return parsed(R"({"type": "object",
    "properties": {"username": {"type": "string", "description": "User's response"},
                   "email": {"type": "string", "description": "User's email address"}},
    "required": ["username", "email"]})");
}

json::object defaults_schema() {
  return parsed(R"({"type": "object",
    "properties": {"name": {"type": "string", "default": "John Doe"},
                   "age": {"type": "integer", "default": 30},
                   "score": {"type": "number", "default": 95.5},
                   "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
                   "verified": {"type": "boolean", "default": true}},
    "required": []})");
}

json::object enums_schema() {
  return parsed(R"({"type": "object",
    "properties": {
      "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
      "titledSingle": {"type": "string", "oneOf": [{"const": "value1", "title": "First Option"},
                                                   {"const": "value2", "title": "Second Option"},
                                                   {"const": "value3", "title": "Third Option"}]},
      "legacyEnum": {"type": "string", "enum": ["opt1", "opt2", "opt3"],
                     "enumNames": ["Option One", "Option Two", "Option Three"]},
      "untitledMulti": {"type": "array", "items": {"type": "string", "enum": ["option1", "option2", "option3"]}},
      "titledMulti": {"type": "array", "items": {"anyOf": [{"const": "value1", "title": "First Choice"},
                                                           {"const": "value2", "title": "Second Choice"},
                                                           {"const": "value3", "title": "Third Choice"}]}}},
    "required": []})");
}

}  // namespace

json::array asking_tools() {
  return {tool("test_sampling", "Asks the client's model", "prompt"),
          tool("test_elicitation", "Asks the client's user", "message"),
          tool("test_elicitation_sep1034_defaults", "Asks with defaults"),
          tool("test_elicitation_sep1330_enums", "Asks with choices")};
}

Reply answer_asking_tool(const Dialogue& dialogue, std::string_view name) {
  if (name == "test_sampling") return sample(dialogue);
  if (name == "test_elicitation") {
    return elicit(dialogue, argument(dialogue, "message"), user_schema(), "User response: ");
  }
  if (name == "test_elicitation_sep1034_defaults") {
    return elicit(dialogue, "Please look at these", defaults_schema(), "Elicitation completed: ");
  }
  if (name == "test_elicitation_sep1330_enums") {
    return elicit(dialogue, "Please choose", enums_schema(), "Elicitation completed: ");
  }
  return std::nullopt;
}

}  // namespace container_kit::kit::mcp::testing
