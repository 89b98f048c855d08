#include <boost/json.hpp>

#include <container_kit/kit/sessions.h>
#include <container_kit/kit/tool.h>

#include "sessions/session_json.h"

namespace container_kit::kit {

namespace {

constexpr std::string_view kOpen = "open";

// The five states, and a word for the two that are open.
std::vector<std::string> states() {
  std::vector<std::string> all(kSessionStates.begin(), kSessionStates.end());
  all.emplace_back(kOpen);
  return all;
}

class ListSessionsTool : public Tool {
 public:
  std::string_view name() const override { return "list_sessions"; }
  std::string_view title() const override { return "List sessions"; }
  std::string_view description() const override {
    return "Lists the sessions of work, open and ended ones, with their state and workspace, the newest "
           "first";
  }
  std::string_view version() const override { return "1.0.0"; }
  const ToolInput& input() const override { return input_; }
  std::string output_schema() const override { return result_schema(sessions::session_list_fields()); }
  ToolAnnotations annotations() const override {
    return {.read_only = true, .destructive = false, .idempotent = true, .open_world = false};
  }
  std::chrono::milliseconds deadline() const override { return std::chrono::seconds(10); }

  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext& context) const override {
    if (context.sessions == nullptr) {
      return ToolError{ToolErrorCode::kUnavailable, "this program has no sessions", ""};
    }
    const auto state = arguments.string("state");
    const auto list = context.sessions->list({.type = session_type_of(arguments.string("type")),
                                              .state = session_state_of(state),
                                              .only_open = state == kOpen,
                                              .limit = static_cast<std::size_t>(arguments.integer("limit"))});
    if (!list) return list.error();
    return ToolOutput{boost::json::serialize(sessions::to_json(*list)), sessions::to_text(*list),
                      list->sessions.size()};
  }

 private:
  ToolInput input_{{.name = "type",
                    .description = "Only those of this type",
                    .choices = {kSessionTypes.begin(), kSessionTypes.end()}},
                   {.name = "state", .description = "Only those in this state", .choices = states()},
                   {.name = "limit",
                    .type = FieldType::kInteger,
                    .description = "At most so many",
                    .otherwise = std::int64_t{100},
                    .minimum = 1,
                    .maximum = 1000}};
};

}  // namespace

std::unique_ptr<Tool> make_list_sessions_tool() {
  return std::make_unique<ListSessionsTool>();
}

}  // namespace container_kit::kit
