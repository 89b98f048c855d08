#include <boost/json.hpp>

#include <container_kit/kit/tool.h>

#include "analyze/safe_text.h"
#include "generate/generate.h"
#include "tools/analyses.h"
#include "tools/new_files.h"

namespace container_kit::kit {
namespace json = boost::json;

namespace {

using generate::Generated;

constexpr std::int64_t kHighestPort = 65'535;

ToolOutputFields generated_fields() {
  const auto text = [](const char* name, const char* description = "") {
    return OutputField{name, FieldType::kString, description};
  };
  return {text("path", "The repository"),
          text("ecosystem"),
          text("dockerfile", "The text of the Dockerfile"),
          text("dockerignore", "The text of the .dockerignore"),
          {.name = "port",
           .type = FieldType::kInteger,
           .description = "It listens on, if on any",
           .nullable = true},
          text("user", "Numeric"),
          {.name = "command", .type = FieldType::kStringList},
          {.name = "decisions",
           .type = FieldType::kObjectList,
           .fields = {text("what"), text("source", "The file it came from, or empty")}},
          {.name = "warnings", .type = FieldType::kStringList},
          {.name = "written", .type = FieldType::kStringList, .description = "Files; none in a dry run"}};
}

json::array list_of(const std::vector<std::string>& texts) {
  json::array list;
  for (const auto& text : texts) list.emplace_back(analysis::valid_utf8(text));
  return list;
}

json::object to_json(const Generated& generated, const std::string& path,
                     const std::vector<std::string>& written) {
  json::array decisions;
  for (const auto& decision : generated.decisions) {
    decisions.push_back(json::object{{"what", analysis::valid_utf8(decision.what)},
                                     {"source", analysis::valid_utf8(decision.source)}});
  }
  return {{"path", analysis::valid_utf8(path)},
          {"ecosystem", generated.ecosystem},
          {"dockerfile", generated.dockerfile},
          {"dockerignore", generated.dockerignore},
          {"port", generated.port == 0 ? json::value() : json::value(generated.port)},
          {"user", generated.user},
          {"command", list_of(generated.command)},
          {"decisions", std::move(decisions)},
          {"warnings", list_of(generated.warnings)},
          {"written", list_of(written)}};
}

std::string to_text(const Generated& generated, const std::vector<std::string>& written) {
  std::string text = generated.dockerfile + "\n# .dockerignore\n" + generated.dockerignore + "\n";
  for (const auto& decision : generated.decisions) {
    text += "- " + analysis::printable(decision.what);
    text += decision.source.empty() ? "\n" : "  (" + analysis::printable(decision.source) + ")\n";
  }
  for (const auto& warning : generated.warnings) text += "! " + analysis::printable(warning) + "\n";
  for (const auto& name : written) text += "wrote " + name + "\n";
  if (written.empty())
    text += "nothing was written: a dry run; dry_run=false (--no-dry-run) writes the files\n";
  return text;
}

class GenerateDockerfileTool : public Tool {
 public:
  std::string_view name() const override { return "generate_dockerfile"; }
  std::string_view title() const override { return "Generate a Dockerfile"; }
  std::string_view description() const override {
    return "Makes a Dockerfile and a .dockerignore for a repository: built in stages, with caches, without "
           "root; says "
           "which file each decision came from";
  }
  std::string_view version() const override { return "1.0.0"; }
  const ToolInput& input() const override { return input_; }
  std::string output_schema() const override { return result_schema(generated_fields()); }
  ToolAnnotations annotations() const override {
    return {.read_only = false, .destructive = true, .idempotent = true, .open_world = false};
  }

  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext& context) const override {
    const auto inspected = inspect_for(context, arguments.string("path"));
    if (!inspected) return inspected.error();
    const auto& inspection = *inspected;
    if (context.stop.stop_requested()) return context.stopped();
    // Before it is found out whether one could be made: who has a Dockerfile needs none.
    const bool keeps = !arguments.boolean("dry_run", true) && !arguments.boolean("overwrite");
    if (keeps && inspection->tree->has_file("Dockerfile")) {
      return ToolError{
          ToolErrorCode::kConflict,
          "there is a Dockerfile already; overwrite=true replaces it, dry_run=true writes nothing",
          "overwrite"};
    }
    const auto generated = generate::generate(*inspection, wishes_of(arguments));
    if (!generated) return generated.error();
    std::vector<std::string> written;
    if (!arguments.boolean("dry_run", true)) {
      if (auto error = write(*inspection, *generated, arguments.boolean("overwrite"), written))
        return std::move(*error);
    }
    return ToolOutput{json::serialize(to_json(*generated, inspection->analysis.path, written)),
                      to_text(*generated, written), generated->decisions.size()};
  }

 private:
  static generate::Wishes wishes_of(const ToolArguments& arguments) {
    return {arguments.string("base_image"), arguments.string("platform"),
            static_cast<std::uint16_t>(arguments.integer("port"))};
  }

  // A .dockerignore that is there was written by somebody who knew why; it stays unless overwriting is asked
  // for.
  static std::optional<ToolError> write(const analysis::Inspection& inspection, const Generated& generated,
                                        bool overwrite, std::vector<std::string>& written) {
    std::vector<NewFile> files{{"Dockerfile", generated.dockerfile}};
    if (overwrite || !inspection.tree->has_file(".dockerignore")) {
      files.push_back({".dockerignore", generated.dockerignore});
    }
    const auto existing = overwrite ? Existing::kReplace : Existing::kRefuse;
    if (auto error = write_new_files(inspection.tree->root(), files, existing)) return error;
    for (const auto& file : files) written.push_back(file.name);
    return std::nullopt;
  }

  ToolInput input_{
      {.name = "path", .description = "The repository's folder", .required = true},
      {.name = "base_image", .description = "Image that the last stage runs on, instead of the usual one"},
      {.name = "port",
       .type = FieldType::kInteger,
       .description = "Port that the program listens on",
       .minimum = 1,
       .maximum = kHighestPort},
      {.name = "platform", .description = "Platform of the image, such as linux/arm64"},
      {.name = "dry_run",
       .type = FieldType::kBoolean,
       .description = "Answer only; write nothing",
       .otherwise = true},
      {.name = "overwrite",
       .type = FieldType::kBoolean,
       .description = "Replace files that exist",
       .otherwise = false}};
};

}  // namespace

std::unique_ptr<Tool> make_generate_dockerfile_tool() {
  return std::make_unique<GenerateDockerfileTool>();
}

}  // namespace container_kit::kit
