#include <boost/json.hpp>
#include <unistd.h>

#include <container_kit/kit/tool_registry.h>
#include <container_kit/telemetry/version.h>

namespace container_kit::kit {
namespace json = boost::json;

namespace {

json::object telemetry_status(const telemetry::Health& health) {
  return {{"tracing", health.tracing_enabled},
          {"metrics", health.metrics_enabled},
          {"spans_started", health.spans_started},
          {"spans_exported", health.spans_exported},
          {"spans_dropped", health.spans_dropped}};
}

std::string lines_of(const json::object& status) {
  std::string lines = "container-kit ";
  lines.append(status.at("version").get_string()).append(", up for ");
  lines.append(json::serialize(status.at("uptime_seconds"))).append(" s\n");
  for (const auto& tool : status.at("tools").get_array()) {
    lines.append("tool       ").append(tool.at("name").get_string()).append(" ");
    lines.append(tool.at("version").get_string()).append("\n");
  }
  for (const auto& [name, value] : status.at("telemetry").get_object()) {
    lines.append("telemetry  ").append(name).append(" ").append(json::serialize(value)).append("\n");
  }
  return lines;
}

class ServerStatusTool : public Tool {
 public:
  std::string_view name() const override { return "server_status"; }
  std::string_view title() const override { return "Status of the server"; }
  std::string_view description() const override {
    return "Says which version runs, for how long, with which tools, and what telemetry is doing";
  }
  std::string_view version() const override { return "1.0.0"; }
  const ToolInput& input() const override { return input_; }
  std::string output_schema() const override {
    return result_schema({{"version", FieldType::kString, "Of Container Kit"},
                          {"process_id", FieldType::kInteger, ""},
                          {"uptime_seconds", FieldType::kInteger, ""},
                          {"tools", FieldType::kObjectList, "By name", true, false, {{"name"}, {"version"}}},
                          {"telemetry",
                           FieldType::kObject,
                           "What telemetry is doing; GET /health/telemetry says more",
                           true,
                           false,
                           {{"tracing", FieldType::kBoolean},
                            {"metrics", FieldType::kBoolean},
                            {"spans_started", FieldType::kInteger},
                            {"spans_exported", FieldType::kInteger},
                            {"spans_dropped", FieldType::kInteger}}}});
  }
  ToolAnnotations annotations() const override {
    return {.read_only = true, .destructive = false, .idempotent = true, .open_world = false};
  }
  std::chrono::milliseconds deadline() const override { return std::chrono::seconds(5); }

  ToolResult<ToolOutput> execute(const ToolArguments&, const ToolContext& context) const override {
    const auto uptime = std::chrono::steady_clock::now() - made_;
    json::array tools;
    if (context.tools != nullptr) {
      for (const auto& [name, tool] : context.tools->tools()) {
        tools.push_back({{"name", name}, {"version", tool->version()}});
      }
    }
    const json::object status{
        {"version", telemetry::version()},
        {"process_id", ::getpid()},
        {"uptime_seconds", std::chrono::duration_cast<std::chrono::seconds>(uptime).count()},
        {"tools", std::move(tools)},
        {"telemetry", telemetry_status(context.telemetry.health())}};
    return ToolOutput{json::serialize(status), lines_of(status)};
  }

 private:
  ToolInput input_;
  // The tools are made when the program starts.
  std::chrono::steady_clock::time_point made_ = std::chrono::steady_clock::now();
};

}  // namespace

std::unique_ptr<Tool> make_server_status_tool() {
  return std::make_unique<ServerStatusTool>();
}

}  // namespace container_kit::kit
