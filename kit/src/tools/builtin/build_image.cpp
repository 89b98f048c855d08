#include <algorithm>
#include <charconv>
#include <filesystem>

#include <boost/json.hpp>

#include <container_kit/kit/tool.h>

#include "analyze/path_guard.h"
#include "analyze/read_file.h"
#include "containers/engine.h"
#include "containers/engine_choice.h"
#include "containers/scratch_folder.h"
#include "dockerfile/dockerfile_source.h"
#include "generate/safe_words.h"
#include "process/child.h"
#include "tools/quoted.h"

namespace container_kit::kit {
namespace json = boost::json;

namespace {

using containers::BuildOptions;

ToolError invalid(std::string_view field, std::string message) {
  return {ToolErrorCode::kInvalidArgument, std::move(message), std::string(field)};
}

std::string first_line_of(const std::string& path) {
  std::string text;
  constexpr std::size_t kMost = 128;
  if (std::FILE* const file = std::fopen(path.c_str(), "re")) {
    char buffer[kMost];
    text.assign(buffer, std::fread(buffer, 1, sizeof buffer, file));
    std::fclose(file);
  }
  return text.substr(0, text.find('\n'));
}

// The step that a line of the engine's output begins: "STEP 2/7: RUN make" (podman, buildah) or
// "#8 [build 2/7] RUN make" (BuildKit).
struct Step {
  int number = 0;  // from 1; 0: no step
  int total = 0;
};

Step step_of(std::string_view line) {
  const std::size_t slash = line.find('/');
  const bool is_step = line.substr(0, 5) == "STEP " || (line.substr(0, 1) == "#" && line.find('[') < slash);
  if (!is_step || slash == std::string_view::npos) return {};
  std::size_t begin = slash;
  while (begin > 0 && line[begin - 1] >= '0' && line[begin - 1] <= '9') --begin;
  Step step;
  const char* const end = line.data() + line.size();
  const bool is_read =
      std::from_chars(line.data() + begin, line.data() + slash, step.number).ec == std::errc() &&
      std::from_chars(line.data() + slash + 1, end, step.total).ec == std::errc();
  return is_read ? step : Step{};
}

// NAME=VALUE, where NAME is what ARG declares.
bool is_build_argument(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || (text[0] >= '0' && text[0] <= '9')) return false;
  return text.substr(0, equals).find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

// A file within the folder: relative, without "..".
bool is_within(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.front() == '-') return false;
  const std::filesystem::path parts(path);
  return std::none_of(parts.begin(), parts.end(), [](const auto& part) { return part == ".."; });
}

ToolResult<BuildOptions> options_of(const ToolArguments& arguments) {
  auto tag = containers::image_argument(arguments, "tag");
  if (!tag) return tag.error();
  BuildOptions options{arguments.string("dockerfile"), *tag,
                       arguments.string("platform"),   arguments.string("target"),
                       arguments.list("build_args"),   {}};
  if (!is_within(options.dockerfile)) {
    return invalid("dockerfile",
                   in_quotes(options.dockerfile) + " must be a path within the folder that is built");
  }
  if (!options.platform.empty() && !generate::is_platform(options.platform)) {
    return invalid("platform", in_quotes(options.platform) + " is no platform; write it as linux/arm64");
  }
  if (options.target.starts_with('-')) return invalid("target", "'target' must not begin with a dash");
  for (const auto& argument : options.build_args) {
    if (!is_build_argument(argument)) {
      return invalid("build_args", in_quotes(argument) + " is not NAME=VALUE");
    }
  }
  return options;
}

class BuildImageTool : public Tool {
 public:
  std::string_view name() const override { return "build_image"; }
  std::string_view title() const override { return "Build an image"; }
  std::string_view description() const override {
    return "Builds an image from a folder with a Dockerfile, by docker, podman or buildah";
  }
  std::string_view version() const override { return "1.0.0"; }
  const ToolInput& input() const override { return input_; }
  std::string output_schema() const override {
    return result_schema({{"image", FieldType::kString, "The name that the image was given"},
                          {"id", FieldType::kString, "sha256:..."},
                          {"engine", FieldType::kString, "What built it"},
                          containers::engine_reason_field(),
                          {"log", FieldType::kString, "The last lines that the engine wrote"}});
  }
  ToolAnnotations annotations() const override { return {.destructive = false, .idempotent = true}; }
  std::chrono::milliseconds deadline() const override { return std::chrono::minutes(30); }

  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext& context) const override {
    auto options = options_of(arguments);
    if (!options) return options.error();
    const auto guard = analysis::PathGuard::open(context.allowed_roots);
    if (!guard) return guard.error();
    const auto folder = guard->resolve(arguments.string("path"));
    if (!folder) return folder.error();
    const containers::ScratchFolder scratch;
    if (auto made = scratch.check(); !made) return made.error();
    if (auto copied = copy_dockerfile(*folder, *options, scratch); !copied) return copied.error();
    const auto engine = containers::find_engine(arguments, context);
    if (!engine) return engine.error();
    return build(*engine, *options, folder->fd.get(), context);
  }

 private:
  // What the engine reads is a copy, made beneath the folder: a link that takes the file's place meanwhile
  // leads it nowhere. What is ignored is looked for beside the Dockerfile, and so goes with it.
  static ToolResult<void> copy_dockerfile(const analysis::GuardedDirectory& folder, BuildOptions& options,
                                          const containers::ScratchFolder& scratch) {
    const auto read = [&](const std::string& name) {
      return analysis::read_file(folder,
                                 {name, "dockerfile", "a Dockerfile", dockerfile::kLargestDockerfile});
    };
    const auto text = read(options.dockerfile);
    if (!text) return text.error();
    if (!*text) {
      return ToolError{
          ToolErrorCode::kPathNotFound,
          "there is no " + in_quotes(options.dockerfile) + " in the folder; generate_dockerfile writes one",
          "dockerfile"};
    }
    for (const auto& name : {options.dockerfile + ".dockerignore", std::string(".dockerignore")}) {
      const auto ignored = read(name);
      if (!ignored) return ignored.error();
      if (!*ignored) continue;
      if (auto written = scratch.write("Dockerfile.dockerignore", **ignored); !written) return written;
      break;
    }
    options.dockerfile = scratch.path() + "/Dockerfile";
    options.id_file = scratch.path() + "/id";
    return scratch.write("Dockerfile", **text);
  }

  static ToolResult<ToolOutput> build(const containers::Engine& engine, const BuildOptions& options,
                                      int folder, const ToolContext& context) {
    int steps = 0;
    process::ChildRequest request{.program = engine.path(),
                                  .arguments = containers::build_arguments(engine.program, options),
                                  .folder = folder};
    request.on_line = [&](std::string_view line) {
      const Step step = step_of(line);
      if (step.number != 0) context.progress(++steps, std::max(step.total, steps), line.substr(0, 120));
    };
    const auto done = process::run_successfully(request, context);
    if (!done) return done.error();
    const std::string id = first_line_of(options.id_file);
    telemetry::Manager::add_contextual_attributes(
        {{"container.image.name", options.tag}, {"container.image.id", id}});
    json::object result{{"image", options.tag}, {"id", id}, {"engine", engine.name()}, {"log", done->tail}};
    std::string text = "built " + options.tag + " (" + id + ") by " + engine.name() + "\n";
    if (!engine.reason.empty()) {
      result["engine_reason"] = engine.reason;
      text += engine.reason + "\n";
    }
    return ToolOutput{json::serialize(result), std::move(text), 1};
  }

  ToolInput input_{{.name = "path", .description = "The folder to build", .required = true},
                   containers::image_field("tag", "The name that the image gets: REPOSITORY:TAG"),
                   {.name = "dockerfile",
                    .description = "The Dockerfile, relative to the folder",
                    .otherwise = "Dockerfile"},
                   {.name = "platform", .description = "Such as linux/arm64; the engine's own if left out"},
                   {.name = "target", .description = "The stage to build; the last if left out"},
                   {.name = "build_args", .type = FieldType::kStringList, .description = "Each NAME=VALUE"},
                   containers::engine_field()};
};

}  // namespace

std::unique_ptr<Tool> make_build_image_tool() {
  return std::make_unique<BuildImageTool>();
}

}  // namespace container_kit::kit
