#include "mcp/testing/fixtures.h"

#include <algorithm>

#include <container_kit/kit/conformance.h>

#include "mcp/tool_result.h"

namespace container_kit::kit {
namespace mcp::testing {
namespace json = boost::json;

namespace {

class Fixtures : public Extras {
 public:
  json::object capabilities(bool is_modern) const override {
    return {{"prompts", json::object()},
            {"resources", is_modern ? json::object() : json::object{{"subscribe", true}}},
            {"completions", json::object()}};
  }

  json::array tools() const override {
    json::array all = plain_tools();
    for (const auto& more : {asking_tools(), round_tools()}) all.insert(all.end(), more.begin(), more.end());
    std::sort(all.begin(), all.end(), [](const json::value& a, const json::value& b) {
      return a.at("name").as_string() < b.at("name").as_string();
    });
    return all;
  }

  std::optional<Outcome> answer(const Dialogue& dialogue) const override {
    const auto& message = dialogue.request().message;
    if (message.method == "tools/call") return call_tool(dialogue);
    if (message.method == "completion/complete") {
      return complete(dialogue,
                      {{"completion", {{"values", json::array()}, {"total", 0}, {"hasMore", false}}}});
    }
    if (auto reply = answer_prompts(dialogue)) return reply;
    return answer_resources(dialogue);
  }

 private:
  static Reply call_tool(const Dialogue& dialogue) {
    const std::string name(dialogue.request().message.params.at("name").as_string());
    if (auto reply = answer_plain_tool(dialogue, name)) return reply;
    if (auto reply = answer_asking_tool(dialogue, name)) return reply;
    return answer_round_tool(dialogue, name);
  }
};

}  // namespace

std::string png_base64() {
  return "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC";
}

std::string wav_base64() {
  return "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQIAAAAAAA==";
}

Outcome complete(const Dialogue& dialogue, const json::object& members) {
  const std::string text = json::serialize(members);
  return result_of(dialogue.request().peer.is_modern(), std::string_view(text).substr(1, text.size() - 2));
}

Outcome content_result(const Dialogue& dialogue, json::array content) {
  return complete(dialogue, {{"content", std::move(content)}});
}

Outcome text_result(const Dialogue& dialogue, std::string_view text) {
  return content_result(dialogue, {text_block(text)});
}

json::object text_block(std::string_view text) {
  return {{"type", "text"}, {"text", text}};
}

json::object image_block() {
  return {{"type", "image"}, {"data", png_base64()}, {"mimeType", "image/png"}};
}

json::object resource_block(std::string_view uri, std::string_view type, std::string_view text) {
  return {{"type", "resource"}, {"resource", {{"uri", uri}, {"mimeType", type}, {"text", text}}}};
}

std::string argument(const Dialogue& dialogue, std::string_view name) {
  const json::value* arguments = dialogue.request().message.params.if_contains("arguments");
  if (arguments == nullptr || !arguments->is_object()) return {};
  const json::value* value = arguments->get_object().if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace mcp::testing

std::shared_ptr<const mcp::Extras> conformance_fixtures() {
  return std::make_shared<mcp::testing::Fixtures>();
}

}  // namespace container_kit::kit
