#include <boost/json.hpp>

#include <container_kit/kit/tool.h>

#include "containers/engine.h"
#include "containers/engine_choice.h"
#include "process/child.h"

namespace container_kit::kit {
namespace json = boost::json;

namespace {

// The last "sha256:..." that the engine wrote: docker says "1.2: digest: sha256:... size: 528" at its end.
std::string digest_in(std::string_view text) {
  constexpr std::string_view kAlgorithm = "sha256:";
  constexpr std::size_t kDigits = 64;
  const std::size_t at = text.rfind(kAlgorithm);
  if (at == std::string_view::npos) return {};
  const std::string_view digest = text.substr(at, kAlgorithm.size() + kDigits);
  const bool is_whole =
      digest.find_first_not_of("0123456789abcdef", kAlgorithm.size()) == std::string_view::npos;
  return is_whole && digest.size() == kAlgorithm.size() + kDigits ? std::string(digest) : std::string();
}

class PushImageTool : public Tool {
 public:
  std::string_view name() const override { return "push_image"; }
  std::string_view title() const override { return "Push an image"; }
  std::string_view description() const override {
    return "Sends an image to its registry; log in with the engine first where that is needed";
  }
  std::string_view version() const override { return "1.0.0"; }
  const ToolInput& input() const override { return input_; }
  std::string output_schema() const override {
    return result_schema(
        {{"image", FieldType::kString, "The image"},
         {"digest", FieldType::kString, "As the registry has it, where the engine says so", false},
         {"engine", FieldType::kString, "What sent it"},
         containers::engine_reason_field(),
         {"log", FieldType::kString, "The last lines that the engine wrote"}});
  }
  ToolAnnotations annotations() const override { return {.destructive = true, .idempotent = true}; }
  std::chrono::milliseconds deadline() const override { return std::chrono::minutes(15); }

  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext& context) const override {
    const auto image = containers::image_argument(arguments, "image");
    if (!image) return image.error();
    const auto engine = containers::find_engine(arguments, context);
    if (!engine) return engine.error();
    int lines = 0;
    process::ChildRequest request{engine->path(), {"push", *image}};
    request.on_line = [&](std::string_view line) { context.progress(++lines, 0, line.substr(0, 120)); };
    const auto done = process::run_successfully(request, context);
    if (!done) return done.error();
    json::object result{{"image", *image}, {"engine", engine->name()}, {"log", done->tail}};
    if (!engine->reason.empty()) result["engine_reason"] = engine->reason;
    std::string text = "pushed " + *image;
    if (const std::string digest = digest_in(done->tail); !digest.empty()) {
      result["digest"] = digest;
      text += "@" + digest;
    }
    return ToolOutput{json::serialize(result), text + "\n", 1};
  }

 private:
  ToolInput input_{containers::image_field("image", "REGISTRY/REPOSITORY:TAG"), containers::engine_field()};
};

}  // namespace

std::unique_ptr<Tool> make_push_image_tool() {
  return std::make_unique<PushImageTool>();
}

}  // namespace container_kit::kit
