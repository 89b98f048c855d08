#include "http/pipelines.h"

#include <boost/json.hpp>

#include <container_kit/kit/tool_call.h>

#include "http/accept.h"
#include "http/event_stream.h"
#include "pipeline/pipeline_tool.h"
#include "tools/argument_check.h"
#include "tools/quoted.h"

namespace container_kit::kit::http {
namespace json = boost::json;

const char* const kPipelineDocumentation =
    R"({
  "requestBody": {"required": true, "content": {"application/json": {"schema": {
    "type": "object", "additionalProperties": false, "properties": {
      "inputs": {"type": "object", "description": "As the pipeline's input_schema says"},
      "session": {"type": "string", "description": "The id of a session that the run belongs to"}}}}}},
  "responses": {
    "200": {"description": "How the run went. With Accept: text/event-stream, the events started, progress )"
    R"((done, total, stage, message) and at the end result or error, with the JSON that the whole answer )"
    R"(would have been; comments in between are signs of life",
      "content": {
        "application/json": {"schema": {
          "type": "object", "required": ["pipeline", "result", "trace_id", "duration_ms"], "properties": {
            "pipeline": {"type": "string"}, "result": {"type": "object"},
            "trace_id": {"type": ["string", "null"]}, "duration_ms": {"type": "number"}}}},
        "text/event-stream": {"schema": {"type": "string"}}}}}})";

namespace {

const pipeline::PipelineTool* find_pipeline(const ToolRegistry& tools, std::string_view name) {
  return dynamic_cast<const pipeline::PipelineTool*>(tools.find(name));
}

// What a pipeline tells of itself, as events. A runner's message begins with its stage: "build: STEP 1/3".
// The first says that the run has begun; where it never does, there are no events at all.
class ProgressEvents : public ProgressListener {
 public:
  // `begun`: a JSON object without its end, of what is known of the run already.
  ProgressEvents(EventStream& events, std::string begun) : events_(events), begun_(std::move(begun)) {}

  void run_begins(std::string_view id) override {
    events_.send("started", begun_ + ",\"run_id\":" + json::serialize(json::string(id)) + "}");
    has_begun_ = true;
  }
  bool has_begun() const { return has_begun_; }

  void report(double done, double total, std::string_view message) override {
    const auto colon = std::min(message.find(": "), message.size());
    const auto text = message.substr(std::min(colon + 2, message.size()));
    events_.send(
        "progress",
        json::serialize(json::object{
            {"done", done}, {"total", total}, {"stage", message.substr(0, colon)}, {"message", text}}));
  }

 private:
  EventStream& events_;
  const std::string begun_;
  bool has_begun_ = false;
};

std::string named(std::string_view name) {
  return "{\"pipeline\":" + json::serialize(json::string(name));
}

}  // namespace

Response list_pipelines(const ToolRegistry& tools) {
  json::array list;
  for (const auto& [name, tool] : tools.tools()) {
    const auto* found = dynamic_cast<const pipeline::PipelineTool*>(tool.get());
    if (found != nullptr) list.push_back(pipeline::describe_pipeline(*found, tools));
  }
  return {200, json::serialize(json::object{{"pipelines", std::move(list)}}), "application/json", {}};
}

Response execute_pipeline(const ExecuteSetup& setup, const Exchange& exchange) {
  const auto started = std::chrono::steady_clock::now();
  const std::string& body = exchange.request.body;
  const auto name = exchange.parameter("name");
  const auto* const found = find_pipeline(setup.tools, name);
  if (found == nullptr) {
    return error_response({404, "pipeline_not_found",
                           "there is no pipeline " + in_quotes(name) + "; GET /api/pipelines lists them",
                           "name"});
  }
  const auto read = read_body(body, setup.json_depth, {"inputs", "session"}, R"({"inputs":{...}})");
  if (!read) return error_response(read.error());
  const auto inputs = object_in(*read, "inputs");
  if (!inputs) return error_response(inputs.error());
  const auto session = text_in(*read, "session");
  if (!session) return error_response(session.error());

  std::stop_source stop;
  const auto ask_to_stop = [&stop] { stop.request_stop(); };
  const std::stop_callback when_stopping(exchange.stop, ask_to_stop);
  const std::stop_callback when_gone(exchange.stream != nullptr ? exchange.stream->gone() : std::stop_token(),
                                     ask_to_stop);
  std::optional<EventStream> events;
  std::optional<ProgressEvents> progress;
  const bool is_followed = exchange.stream != nullptr &&
                           accepted(exchange.request, kEventStreamType) == Accepted::kByName &&
                           check_arguments(found->input(), *inputs);
  if (is_followed) {
    events.emplace(*exchange.stream, EventIds::kCounted);
    std::string begun = named(name) + ",\"trace_id\":";
    append_trace_id(begun, exchange.context);
    progress.emplace(*events, std::move(begun));
  }
  const ToolCaller caller{setup.telemetry,  setup.tools,      setup.allowed_roots,
                          exchange.context, stop.get_token(), progress ? &*progress : nullptr,
                          setup.sessions,   *session};
  const auto output = call_tool(caller, name, *inputs, body.size());
  if (!output) {
    auto error = error_response(api_error(output.error()));
    return progress && progress->has_begun() ? events->last("error", error.body) : error;
  }
  std::string answer = answer_json(named(name), output->json, exchange.context, started);
  if (events) return events->last("result", answer);
  return {200, std::move(answer), "application/json", {}};
}

}  // namespace container_kit::kit::http
