#include "mcp/testing/fixtures.h"

namespace container_kit::kit::mcp::testing {
namespace json = boost::json;

namespace {

// Lists and resources of the stateless era say how long they may be kept.
Outcome listed(const Dialogue& dialogue, json::object members) {
  if (dialogue.request().peer.is_modern()) {
    members["ttlMs"] = 60'000;
    members["cacheScope"] = "private";
  }
  return complete(dialogue, members);
}

std::string string_of(const Dialogue& dialogue, std::string_view name) {
  const json::value* value = dialogue.request().message.params.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

json::object prompt(std::string_view name, std::string_view description,
                    std::initializer_list<std::string_view> arguments = {}) {
  json::array list;
  for (const auto each : arguments) {
    list.push_back({{"name", each}, {"description", "An argument"}, {"required", true}});
  }
  return {{"name", name}, {"description", description}, {"arguments", std::move(list)}};
}

json::object said(json::object content) {
  return {{"role", "user"}, {"content", std::move(content)}};
}

Outcome messages(const Dialogue& dialogue, json::array all) {
  return complete(dialogue, {{"messages", std::move(all)}});
}

Outcome get_prompt(const Dialogue& dialogue) {
  const std::string name = string_of(dialogue, "name");
  if (name == "test_simple_prompt") {
    return messages(dialogue, {said(text_block("This is a simple prompt for testing."))});
  }
  if (name == "test_prompt_with_arguments") {
    return messages(dialogue, {said(text_block("Prompt with arguments: arg1='" + argument(dialogue, "arg1") +
                                               "', arg2='" + argument(dialogue, "arg2") + "'"))});
  }
  if (name == "test_prompt_with_embedded_resource") {
    return messages(dialogue, {said(resource_block(argument(dialogue, "resourceUri"), "text/plain",
                                                   "Embedded resource content for testing.")),
                               said(text_block("Please process the embedded resource above."))});
  }
  if (name == "test_prompt_with_image") {
    return messages(dialogue, {said(image_block()), said(text_block("Please analyze the image above."))});
  }
  if (name == "test_input_required_result_prompt") return *answer_round_prompt(dialogue);
  return invalid_params("there is no such prompt");
}

json::object resource(std::string_view uri, std::string_view name, std::string_view type) {
  return {{"uri", uri}, {"name", name}, {"description", "For testing"}, {"mimeType", type}};
}

Outcome contents(const Dialogue& dialogue, json::object one) {
  return listed(dialogue, {{"contents", {std::move(one)}}});
}

Outcome read_resource(const Dialogue& dialogue) {
  const std::string uri = string_of(dialogue, "uri");
  if (uri == "test://static-text" || uri == "test://watched-resource") {
    return contents(dialogue, {{"uri", uri},
                               {"mimeType", "text/plain"},
                               {"text", "This is the content of the static text resource."}});
  }
  if (uri == "test://static-binary") {
    return contents(dialogue, {{"uri", uri}, {"mimeType", "image/png"}, {"blob", png_base64()}});
  }
  constexpr std::string_view kBefore = "test://template/";
  constexpr std::string_view kAfter = "/data";
  const bool is_templated = uri.size() > kBefore.size() + kAfter.size() && uri.rfind(kBefore, 0) == 0 &&
                            uri.compare(uri.size() - kAfter.size(), kAfter.size(), kAfter) == 0;
  if (is_templated) {
    const std::string id = uri.substr(kBefore.size(), uri.size() - kBefore.size() - kAfter.size());
    const json::object data{{"id", id}, {"templateTest", true}, {"data", "Data for ID: " + id}};
    return contents(dialogue,
                    {{"uri", uri}, {"mimeType", "application/json"}, {"text", json::serialize(data)}});
  }
  const bool is_modern = dialogue.request().peer.is_modern();
  return RpcError{is_modern ? error_code::kInvalidParams : error_code::kResourceNotFound,
                  "there is no such resource", json::object{{"uri", uri}}};
}

}  // namespace

Reply answer_prompts(const Dialogue& dialogue) {
  const std::string& method = dialogue.request().message.method;
  if (method == "prompts/get") return get_prompt(dialogue);
  if (method != "prompts/list") return std::nullopt;
  return listed(dialogue, {{"prompts",
                            {prompt("test_input_required_result_prompt", "Asks for more in its result"),
                             prompt("test_prompt_with_arguments", "Takes arguments", {"arg1", "arg2"}),
                             prompt("test_prompt_with_embedded_resource", "Has a resource", {"resourceUri"}),
                             prompt("test_prompt_with_image", "Has an image"),
                             prompt("test_simple_prompt", "Is simple")}}});
}

Reply answer_resources(const Dialogue& dialogue) {
  const auto& request = dialogue.request();
  const std::string& method = request.message.method;
  if (method == "resources/list") {
    return listed(dialogue, {{"resources",
                              {resource("test://static-binary", "Static binary", "image/png"),
                               resource("test://static-text", "Static text", "text/plain"),
                               resource("test://watched-resource", "Watched", "text/plain")}}});
  }
  if (method == "resources/templates/list") {
    return listed(dialogue, {{"resourceTemplates",
                              {{{"uriTemplate", "test://template/{id}/data"},
                                {"name", "Templated"},
                                {"description", "For testing"},
                                {"mimeType", "application/json"}}}}});
  }
  if (method == "resources/read") return read_resource(dialogue);
  const bool is_subscription = method == "resources/subscribe" || method == "resources/unsubscribe";
  if (is_subscription && !request.peer.is_modern()) return Outcome("{}");
  return std::nullopt;
}

}  // namespace container_kit::kit::mcp::testing
