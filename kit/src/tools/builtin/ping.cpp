#include <boost/json.hpp>

#include <container_kit/kit/tool.h>

namespace container_kit::kit {

namespace {

class PingTool : public Tool {
 public:
  std::string_view name() const override { return "ping"; }
  std::string_view title() const override { return "Ping"; }
  std::string_view description() const override {
    return "Answers at once, with the message it was given: shows that calls arrive and answers return";
  }
  std::string_view version() const override { return "1.0.0"; }
  const ToolInput& input() const override { return input_; }
  std::string output_schema() const override {
    return result_schema({{"message", FieldType::kString, "The message that was given, or pong"}});
  }
  ToolAnnotations annotations() const override {
    return {.read_only = true, .destructive = false, .idempotent = true, .open_world = false};
  }
  std::chrono::milliseconds deadline() const override { return std::chrono::seconds(1); }

  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext&) const override {
    const auto message = arguments.string("message");
    return ToolOutput{boost::json::serialize(boost::json::object{{"message", message}}), message + '\n'};
  }

 private:
  ToolInput input_{
      {.name = "message", .description = "What to answer with", .otherwise = "pong", .max_length = 1024}};
};

}  // namespace

std::unique_ptr<Tool> make_ping_tool() {
  return std::make_unique<PingTool>();
}

}  // namespace container_kit::kit
