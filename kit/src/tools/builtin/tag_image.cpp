#include <boost/json.hpp>

#include <container_kit/kit/tool.h>

#include "containers/engine.h"
#include "containers/engine_choice.h"
#include "process/child.h"

namespace container_kit::kit {
namespace json = boost::json;

namespace {

class TagImageTool : public Tool {
 public:
  std::string_view name() const override { return "tag_image"; }
  std::string_view title() const override { return "Tag an image"; }
  std::string_view description() const override { return "Gives an image another name"; }
  std::string_view version() const override { return "1.0.0"; }
  const ToolInput& input() const override { return input_; }
  bool waits() const override { return true; }
  std::string output_schema() const override {
    return result_schema({{"image", FieldType::kString, "The image, by the name it had"},
                          {"tag", FieldType::kString, "Its new name"},
                          {"engine", FieldType::kString, "What named it"},
                          containers::engine_reason_field()});
  }
  ToolAnnotations annotations() const override {
    return {.destructive = false, .idempotent = true, .open_world = false};
  }

  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext& context) const override {
    const auto image = containers::image_argument(arguments, "image");
    if (!image) return image.error();
    const auto tag = containers::image_argument(arguments, "tag");
    if (!tag) return tag.error();
    const auto engine = containers::find_engine(arguments, context);
    if (!engine) return engine.error();
    const auto done = process::run_successfully({engine->path(), {"tag", *image, *tag}}, context);
    if (!done) return done.error();
    json::object result{{"image", *image}, {"tag", *tag}, {"engine", engine->name()}};
    if (!engine->reason.empty()) result["engine_reason"] = engine->reason;
    return ToolOutput{json::serialize(result), *image + " is " + *tag + " as well\n", 1};
  }

 private:
  ToolInput input_{containers::image_field("image", "The image to name"),
                   containers::image_field("tag", "The name that it gets beside its own: REPOSITORY:TAG"),
                   containers::engine_field()};
};

}  // namespace

std::unique_ptr<Tool> make_tag_image_tool() {
  return std::make_unique<TagImageTool>();
}

}  // namespace container_kit::kit
