// Requests that take more than one round: an InputRequiredResult says what is missing, and the client sends
// the request again with it (2026-07-28, patterns, MRTR).
#include <map>
#include <mutex>

#include "mcp/testing/fixtures.h"
#include "mcp/tool_result.h"

namespace container_kit::kit::mcp::testing {
namespace json = boost::json;

namespace {

constexpr std::string_view kPrefix = "test_input_required_result_";

// The states that were given out, each good for one use. One that was tampered with is none of them.
class States {
 public:
  std::string issue(int round) {
    std::string state = "round-" + std::to_string(round) + '-' + SessionTable::make()->id();
    const std::lock_guard lock(mutex_);
    if (rounds_.size() >= kMost) rounds_.clear();
    rounds_[state] = round;
    return state;
  }
  // 0 where the state is none of ours.
  int redeem(const std::string& state) {
    const std::lock_guard lock(mutex_);
    const auto found = rounds_.find(state);
    if (found == rounds_.end()) return 0;
    const int round = found->second;
    rounds_.erase(found);
    return round;
  }

 private:
  static constexpr std::size_t kMost = 1000;
  std::mutex mutex_;
  std::map<std::string, int> rounds_;
};

States& states() {
  static States all;
  return all;
}

json::object elicitation(std::string_view question, std::string_view field,
                         std::string_view type = "string") {
  return {{"method", "elicitation/create"},
          {"params",
           {{"message", question},
            {"requestedSchema",
             {{"type", "object"}, {"properties", {{field, {{"type", type}}}}}, {"required", {field}}}}}}};
}

json::object sampling(std::string_view question, int tokens) {
  return {{"method", "sampling/createMessage"},
          {"params",
           {{"messages", {{{"role", "user"}, {"content", text_block(question)}}}}, {"maxTokens", tokens}}}};
}

json::object roots() {
  return {{"method", "roots/list"}, {"params", json::object()}};
}

Outcome input_required(json::object requests, const std::string& state = {}) {
  json::object result{{"resultType", "input_required"},
                      {"inputRequests", std::move(requests)},
                      {"_meta", {{"io.modelcontextprotocol/serverInfo", server_info()}}}};
  if (!state.empty()) result["requestState"] = state;
  return json::serialize(result);
}

// What came with the request.
class Responses {
 public:
  explicit Responses(const Dialogue& dialogue) : params_(dialogue.request().message.params) {}

  bool are_malformed() const {
    const json::value* all = params_.if_contains("inputResponses");
    if (all == nullptr) return false;
    if (!all->is_object()) return true;
    for (const auto& [key, value] : all->get_object()) {
      if (!value.is_object()) return true;
    }
    return false;
  }
  // Null where there is none of that name.
  const json::object* find(std::string_view name) const {
    const json::value* all = params_.if_contains("inputResponses");
    const json::value* one = all == nullptr ? nullptr : all->as_object().if_contains(name);
    return one == nullptr ? nullptr : one->if_object();
  }
  std::string state() const {
    const json::value* state = params_.if_contains("requestState");
    return state != nullptr && state->is_string() ? std::string(state->get_string()) : std::string();
  }
  bool has_state() const { return params_.contains("requestState"); }

 private:
  const json::object& params_;
};

std::string content_of(const json::object& response, std::string_view field) {
  const json::value* content = response.if_contains("content");
  const json::value* value =
      content == nullptr || !content->is_object() ? nullptr : content->get_object().if_contains(field);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

RpcError bad_state() {
  return invalid_params("'requestState' is not what this server gave out");
}

Outcome greet(const Dialogue& dialogue, const Responses& responses) {
  const json::object* name = responses.find("user_name");
  if (name == nullptr) return input_required({{"user_name", elicitation("What is your name?", "name")}});
  return text_result(dialogue, "Hello, " + content_of(*name, "name") + "!");
}

// Asks one thing, and answers with what came.
Outcome once(const Dialogue& dialogue, const Responses& responses, std::string_view key,
             json::object request) {
  const json::object* response = responses.find(key);
  if (response == nullptr) return input_required({{key, std::move(request)}});
  return text_result(dialogue, "The client answered: " + json::serialize(*response));
}

Outcome with_state(const Dialogue& dialogue, const Responses& responses) {
  if (responses.find("confirm") == nullptr) {
    return input_required({{"confirm", elicitation("Please confirm", "ok", "boolean")}}, states().issue(1));
  }
  if (states().redeem(responses.state()) == 0) return bad_state();
  return text_result(dialogue, "state-ok");
}

Outcome with_several(const Dialogue& dialogue, const Responses& responses) {
  const bool has_all = responses.find("user_name") != nullptr && responses.find("greeting") != nullptr &&
                       responses.find("client_roots") != nullptr;
  if (!has_all) {
    return input_required({{"user_name", elicitation("What is your name?", "name")},
                           {"greeting", sampling("Generate a greeting", 50)},
                           {"client_roots", roots()}},
                          states().issue(1));
  }
  if (states().redeem(responses.state()) == 0) return bad_state();
  return text_result(dialogue, "Everything that was asked for is there");
}

Outcome in_rounds(const Dialogue& dialogue, const Responses& responses) {
  const int round = responses.has_state() ? states().redeem(responses.state()) : 0;
  if (responses.has_state() && round == 0) return bad_state();
  if (round == 1 && responses.find("step1") != nullptr) {
    return input_required({{"step2", elicitation("Step 2: What is your favorite color?", "color")}},
                          states().issue(2));
  }
  if (round == 2 && responses.find("step2") != nullptr) return text_result(dialogue, "Both steps are done");
  return input_required({{"step1", elicitation("Step 1: What is your name?", "name")}}, states().issue(1));
}

// Asks only for what the client says it can give.
Outcome by_capabilities(const Dialogue& dialogue) {
  const json::object& can = dialogue.request().peer.capabilities;
  json::object requests;
  if (can.contains("elicitation")) requests["user_name"] = elicitation("What is your name?", "name");
  if (can.contains("sampling")) requests["greeting"] = sampling("Generate a greeting", 50);
  if (can.contains("roots")) requests["client_roots"] = roots();
  return requests.empty() ? text_result(dialogue, "There is nothing to ask this client")
                          : input_required(std::move(requests));
}

}  // namespace

json::array round_tools() {
  json::array all;
  const auto add = [&all](const std::string& name) {
    all.push_back({{"name", name},
                   {"description", "Asks for more in its result"},
                   {"inputSchema", {{"type", "object"}, {"properties", json::object()}}}});
  };
  for (const char* name : {"elicitation", "sampling", "list_roots", "request_state", "multiple_inputs",
                           "multi_round", "tampered_state", "capabilities"}) {
    add(std::string(kPrefix) + name);
  }
  add("test_streaming_elicitation");
  return all;
}

Reply answer_round_tool(const Dialogue& dialogue, std::string_view name) {
  const bool is_streaming = name == "test_streaming_elicitation";
  if (!is_streaming && name.substr(0, kPrefix.size()) != kPrefix) return std::nullopt;
  const Responses responses(dialogue);
  if (responses.are_malformed())
    return Outcome(invalid_params("'inputResponses' must be an object of objects"));
  if (is_streaming) return greet(dialogue, responses);
  name.remove_prefix(kPrefix.size());
  if (name == "elicitation") return greet(dialogue, responses);
  if (name == "sampling") {
    return once(dialogue, responses, "capital_question", sampling("What is the capital of France?", 100));
  }
  if (name == "list_roots") return once(dialogue, responses, "client_roots", roots());
  if (name == "request_state" || name == "tampered_state") return with_state(dialogue, responses);
  if (name == "multiple_inputs") return with_several(dialogue, responses);
  if (name == "multi_round") return in_rounds(dialogue, responses);
  if (name == "capabilities") return by_capabilities(dialogue);
  return std::nullopt;
}

Reply answer_round_prompt(const Dialogue& dialogue) {
  const Responses responses(dialogue);
  if (responses.are_malformed())
    return Outcome(invalid_params("'inputResponses' must be an object of objects"));
  const json::object* context = responses.find("user_context");
  if (context == nullptr) {
    return input_required({{"user_context", elicitation("What context should the prompt use?", "context")}});
  }
  return complete(
      dialogue,
      {{"messages",
        {{{"role", "user"}, {"content", text_block("Context: " + content_of(*context, "context"))}}}}});
}

}  // namespace container_kit::kit::mcp::testing
