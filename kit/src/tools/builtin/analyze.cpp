#include <boost/json/serialize.hpp>

#include <container_kit/kit/analysis_json.h>
#include <container_kit/kit/analyze.h>
#include <container_kit/kit/tool.h>

namespace container_kit::kit {

namespace {

// Each step of the analysis as a span below that of the tool.
class StepSpan : public StepScope {
 public:
  StepSpan(const telemetry::Tracing& tracing, std::string_view name) : span_(tracing.start_span(name)) {}
  void attribute(std::string_view key, std::int64_t value) override { span_.set_attribute(key, value); }

 private:
  telemetry::ActiveSpan span_;
};

class StepSpans : public StepObserver {
 public:
  explicit StepSpans(const telemetry::Tracing& tracing) : tracing_(tracing) {}
  std::unique_ptr<StepScope> begin(std::string_view name) override {
    return std::make_unique<StepSpan>(tracing_, name);
  }

 private:
  const telemetry::Tracing& tracing_;
};

class AnalyzeTool : public Tool {
 public:
  std::string_view name() const override { return "analyze"; }
  std::string_view description() const override {
    return "Says what a source repository is made of: languages, package managers, frameworks, entry points, "
           "ports";
  }
  std::string_view version() const override { return "1.0.0"; }
  const ToolInput& input() const override { return input_; }

  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext& context) const override {
    StepSpans steps(context.telemetry.tracing());
    const auto analysis = analyze({context.allowed_roots, arguments.string("path"), {}}, steps);
    if (!analysis) return analysis.error();
    return ToolOutput{boost::json::serialize(to_json(*analysis)), to_text(*analysis)};
  }

 private:
  ToolInput input_{{"path", FieldType::kString, "The repository's folder", true}};
};

}  // namespace

std::unique_ptr<Tool> make_analyze_tool() {
  return std::make_unique<AnalyzeTool>();
}

}  // namespace container_kit::kit
