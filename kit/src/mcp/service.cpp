#include "mcp/service.h"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include <container_kit/telemetry/version.h>

#include "mcp/tool_result.h"
#include "tools/quoted.h"

namespace container_kit::kit::mcp {
namespace json = boost::json;

namespace {

constexpr const char* kInstructions =
    "Container Kit turns a source repository into a container. Paths must lie in the folders the server was "
    "started for. Begin with analyze.";

// Nothing here changes while the process lives.
constexpr const char* kCacheHints = R"(,"ttlMs":300000,"cacheScope":"public")";

// For the members of a result in the era of the request.
std::string result(const Request& request, std::string_view members) {
  return result_of(request.peer.is_modern(), members);
}

json::object tool_entry(const Tool& tool) {
  json::object described = describe(tool);
  json::object entry{{"name", described["name"]},
                     {"title", described["title"]},
                     {"description", described["description"]},
                     {"inputSchema", described["input_schema"]}};
  if (!described["output_schema"].is_null()) entry["outputSchema"] = described["output_schema"];
  entry["annotations"] = described["annotations"];
  entry["_meta"] = {{"container-kit.io/version", described["version"]},
                    {"container-kit.io/deadlineMs", described["deadline_ms"]}};
  return entry;
}

json::array tools_of(const ServiceSetup& setup) {
  json::array tools;
  for (const auto& [name, tool] : setup.tools.tools()) tools.push_back(tool_entry(*tool));
  if (setup.extras != nullptr) {
    for (auto& tool : setup.extras->tools()) tools.push_back(std::move(tool));
  }
  return tools;
}

constexpr std::array<std::string_view, 17> kMethods{"initialize",
                                                    "ping",
                                                    "server/discover",
                                                    "tools/list",
                                                    "tools/call",
                                                    "prompts/list",
                                                    "prompts/get",
                                                    "resources/list",
                                                    "resources/read",
                                                    "resources/subscribe",
                                                    "resources/unsubscribe",
                                                    "resources/templates/list",
                                                    "logging/setLevel",
                                                    "completion/complete",
                                                    "subscriptions/listen",
                                                    "tasks/get",
                                                    "tasks/cancel"};

// The method where MCP has it, else nothing: it becomes a label.
std::string_view known_method(std::string_view method) {
  const auto* const found = std::find(kMethods.begin(), kMethods.end(), method);
  return found == kMethods.end() ? std::string_view() : *found;
}

std::string_view string_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

RpcError unsupported_version(const std::string& requested) {
  json::array supported(kVersions.begin(), kVersions.end());
  constexpr int kBadRequest = 400;
  return {error_code::kUnsupportedVersion, "this server does not speak that version of MCP this way",
          json::object{{"supported", std::move(supported)}, {"requested", requested}}, kBadRequest};
}

// The session of work that a call belongs to; none of MCP's. Empty where it names none, nothing where what it
// names is no string.
std::optional<std::string> session_of(const Message& message) {
  const json::object* meta = meta_of(message);
  const json::value* session = meta == nullptr ? nullptr : meta->if_contains("container-kit.io/session");
  if (session == nullptr) return std::string();
  if (!session->is_string()) return std::nullopt;
  return std::string(session->get_string());
}

// Progress of a tool on its way to the client.
class ToClient : public ProgressListener {
 public:
  explicit ToClient(const Dialogue& dialogue) : dialogue_(dialogue) {}
  void report(double done, double total, std::string_view message) override {
    dialogue_.progress(done, total, message);
  }
  // MCP's progress must increase: 0 is below what the first stage tells.
  void run_begins(std::string_view id) override {
    dialogue_.progress(0, 0,
                       "run " + std::string(id) + " begins; resume=" + std::string(id) +
                           " goes on with it, should it be stopped");
  }

 private:
  const Dialogue& dialogue_;
};

}  // namespace

Service::Service(const ServiceSetup& setup) : setup_(setup), instruments_(setup.telemetry) {
  const json::array tools = tools_of(setup);
  tools_ = json::serialize(tools);
  for (const auto& tool : tools) {
    auto parameters = header_parameters_of(tool.at("inputSchema").as_object());
    if (!parameters.empty()) header_parameters_.emplace(tool.at("name").as_string(), std::move(parameters));
  }
}

const std::vector<HeaderParameter>& Service::header_parameters(const Message& message) const {
  static const std::vector<HeaderParameter> none;
  if (message.method != "tools/call") return none;
  const auto found = header_parameters_.find(string_in(message.params, "name"));
  return found == header_parameters_.end() ? none : found->second;
}

bool Service::blocks(const Message& message) {
  return message.method == "tools/call" || message.method == "prompts/get" ||
         message.method == "resources/read";
}

bool Service::waits(const Message& message) const {
  if (message.method != "tools/call") return false;
  const Tool* const tool = setup_.tools.find(string_in(message.params, "name"));
  return tool != nullptr && tool->waits();
}

Answer Service::answer(const Request& request) {
  const auto& message = request.message;
  const bool is_call = message.method == "tools/call";
  const auto name = is_call ? string_in(message.params, "name") : std::string_view();
  ObservedRequest observed(
      instruments_, request,
      {known_method(message.method), !is_call                             ? ""
                                     : setup_.tools.find(name) != nullptr ? name
                                                                          : kUnknownTool});
  Ended ended;
  Outcome outcome = RpcError{error_code::kInternalError, "the server failed to answer; its trace says more"};
  try {
    outcome = dispatch(request, observed.context(), ended);
  } catch (const std::exception& error) {
    ended.description = error.what();
  }
  if (!outcome) {
    ended.error_type = std::to_string(outcome.error().code);
    if (ended.description.empty()) ended.description = outcome.error().message;
  }
  observed.finish(ended.error_type, ended.description);
  if (!outcome) return {error_message(message.id, outcome.error()), outcome.error().http_status};
  return {result_message(message.id, *outcome)};
}

Outcome Service::dispatch(const Request& request, const telemetry::Context& context, Ended& ended) {
  if (request.peer.is_modern() && request.peer.version != kModernVersion) {
    return unsupported_version(request.peer.version);
  }
  if (request.message.method == "tools/call") return call_tool(request, context, ended);
  return own_method(request);
}

Outcome Service::own_method(const Request& request) {
  struct Entry {
    std::string_view name;
    bool modern;
    bool legacy;
    Method answer;
  };
  static constexpr std::array<Entry, 5> kOwn{{{"initialize", false, true, &Service::initialize},
                                              {"server/discover", true, false, &Service::discover},
                                              {"tools/list", true, true, &Service::list_tools},
                                              {"logging/setLevel", false, true, &Service::set_log_level},
                                              {"ping", false, true, nullptr}}};
  for (const Entry& entry : kOwn) {
    if (entry.name != request.message.method || !(request.peer.is_modern() ? entry.modern : entry.legacy))
      continue;
    return entry.answer == nullptr ? Outcome("{}") : (this->*entry.answer)(request);
  }
  if (setup_.extras != nullptr) {
    if (auto theirs = setup_.extras->answer(Dialogue(request))) return std::move(*theirs);
  }
  return method_not_found(request.message, request.peer);
}

// 2025-11-25, Lifecycle: the version asked for where it is spoken here, else the newest of its era.
Outcome Service::initialize(const Request& request) {
  const auto& params = request.message.params;
  const auto wanted = string_in(params, "protocolVersion");
  if (wanted.empty()) return invalid_params("'protocolVersion' is required");
  const json::value* capabilities_of_client = params.if_contains("capabilities");
  if (capabilities_of_client == nullptr || !capabilities_of_client->is_object()) {
    return invalid_params("'capabilities' must be an object");
  }
  Session& session = *request.peer.session;
  if (!session.version().empty()) {
    return RpcError{error_code::kInvalidRequest, "this session has been initialized already"};
  }
  const std::string version(is_legacy_version(wanted) ? wanted : kLegacyVersion);
  session.agree(version, capabilities_of_client->get_object());
  return json::serialize(json::object{{"protocolVersion", version},
                                      {"capabilities", capabilities(false)},
                                      {"serverInfo", server_info()},
                                      {"instructions", kInstructions}});
}

Outcome Service::discover(const Request& request) {
  std::string members =
      "\"supportedVersions\":" + json::serialize(json::array(kVersions.begin(), kVersions.end()));
  members.append(",\"capabilities\":").append(json::serialize(capabilities(true)));
  members.append(",\"instructions\":")
      .append(json::serialize(json::string(kInstructions)))
      .append(kCacheHints);
  return result(request, members);
}

Outcome Service::list_tools(const Request& request) {
  if (request.message.params.contains("cursor")) {
    return invalid_params("there is no such cursor: the list has one page");
  }
  return result(request, "\"tools\":" + tools_ + (request.peer.is_modern() ? kCacheHints : ""));
}

Outcome Service::set_log_level(const Request& request) {
  const auto level = log_level_of(string_in(request.message.params, "level"));
  if (!level) {
    return invalid_params(
        "'level' must be one of debug, info, notice, warning, error, critical, alert, emergency");
  }
  request.peer.session->set_log_level(*level);
  return Outcome("{}");
}

Outcome Service::call_tool(const Request& request, const telemetry::Context& context, Ended& ended) {
  const auto& params = request.message.params;
  const std::string name(string_in(params, "name"));
  if (name.empty()) return invalid_params("'name' is required: the tool to call");
  const json::value* arguments = params.if_contains("arguments");
  if (arguments != nullptr && !arguments->is_object()) return invalid_params("'arguments' must be an object");
  auto session = session_of(request.message);
  if (!session) return invalid_params("'container-kit.io/session' must be a string");
  const Dialogue dialogue(request);
  if (setup_.tools.find(name) == nullptr) {
    if (setup_.extras != nullptr) {
      if (auto theirs = setup_.extras->answer(dialogue)) return std::move(*theirs);
    }
    return invalid_params("there is no tool " + in_quotes(name) + "; tools/list names them");
  }
  ToClient progress(dialogue);
  const ToolCaller caller{setup_.telemetry,     setup_.tools,
                          setup_.allowed_roots, context,
                          request.stop,         dialogue.wants_progress() ? &progress : nullptr,
                          setup_.sessions,      std::move(*session)};
  const json::object none;
  const json::object& given = arguments == nullptr ? none : arguments->get_object();
  const auto output = kit::call_tool(caller, name, given, request.message.size);
  if (output) return result(request, members_of(*output));
  ended = {"tool_error", output.error().message};
  dialogue.log(
      LogLevel::kError, name,
      json::object{{"code", kit::name_of(output.error().code)}, {"message", output.error().message}});
  return result(request, members_of(output.error()));
}

void Service::take(const Message& message, Session& session) {
  if (message.kind == MessageKind::kResponse) {
    if (message.id.is_int64()) session.pending().take(message.id.get_int64(), message.outcome);
    return;
  }
  if (message.method != "notifications/cancelled") return;
  const json::value* id = message.params.if_contains("requestId");
  if (id != nullptr && (id->is_string() || id->is_int64() || id->is_uint64()))
    session.calls().cancel(key_of(*id));
}

json::object Service::capabilities(bool is_modern) const {
  json::object all{{"tools", json::object()}, {"logging", json::object()}};
  if (setup_.extras != nullptr) {
    for (auto& [name, value] : setup_.extras->capabilities(is_modern)) all[name] = std::move(value);
  }
  return all;
}

}  // namespace container_kit::kit::mcp
