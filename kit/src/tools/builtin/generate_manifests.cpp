#include <cerrno>

#include <boost/json.hpp>
#include <fcntl.h>
#include <sys/stat.h>

#include <container_kit/kit/tool.h>

#include "analyze/open_beneath.h"
#include "analyze/safe_text.h"
#include "generate/generate.h"
#include "generate/safe_words.h"
#include "manifests/manifests.h"
#include "tools/analyses.h"
#include "tools/new_files.h"

namespace container_kit::kit {
namespace json = boost::json;

namespace {

using manifests::Manifest;
using manifests::Workload;

constexpr const char* kFolder = "k8s";
constexpr std::int64_t kHighestPort = 65'535;
constexpr std::int64_t kMostReplicas = 1000;

ToolOutputFields manifest_fields() {
  return {{"path", FieldType::kString, "The repository"},
          {"name", FieldType::kString, "Of all objects"},
          {.name = "manifests",
           .type = FieldType::kObjectList,
           .description = "By file name",
           .fields = {{"file"}, {"text"}}},
          {.name = "decisions", .type = FieldType::kStringList},
          {.name = "written", .type = FieldType::kStringList, .description = "Files; none in a dry run"}};
}

// The folders beyond /tmp that a program writes to, as our own Dockerfiles lay it out.
std::vector<std::string> writable_folders(const std::string& ecosystem) {
  if (ecosystem == "PHP") return {"/var/run/apache2", "/var/lock/apache2"};
  if (ecosystem == "Ruby") return {"/app/tmp", "/app/log"};
  return {};
}

// "10001:10001" is 10001.
std::int64_t number_of_user(const std::string& user) {
  const auto numbers = generate::numbers_of(user);
  return numbers.empty() ? Workload{}.user : numbers.front();
}

json::array list_of(const std::vector<std::string>& texts) {
  json::array list;
  for (const auto& text : texts) list.emplace_back(analysis::valid_utf8(text));
  return list;
}

struct Answer {
  std::string path;
  std::string name;
  std::vector<Manifest> manifests;
  std::vector<std::string> decisions;
  std::vector<std::string> written;
};

json::object to_json(const Answer& answer) {
  json::array files;
  for (const auto& manifest : answer.manifests) {
    files.push_back(json::object{{"file", manifest.file}, {"text", manifest.text}});
  }
  return {{"path", analysis::valid_utf8(answer.path)},
          {"name", answer.name},
          {"manifests", std::move(files)},
          {"decisions", list_of(answer.decisions)},
          {"written", list_of(answer.written)}};
}

std::string to_text(const Answer& answer) {
  std::string text;
  for (const auto& manifest : answer.manifests)
    text += "# " + manifest.file + "\n---\n" + manifest.text + "\n";
  for (const auto& decision : answer.decisions) text += "# " + analysis::printable(decision) + "\n";
  for (const auto& name : answer.written) text += "# wrote " + name + "\n";
  if (answer.written.empty())
    text += "# nothing was written: a dry run; dry_run=false (--no-dry-run) writes the files\n";
  return text;
}

class GenerateManifestsTool : public Tool {
 public:
  std::string_view name() const override { return "generate_manifests"; }
  std::string_view title() const override { return "Generate Kubernetes manifests"; }
  std::string_view description() const override {
    return "Makes Kubernetes manifests with a kustomization for a repository's image: the restricted pod "
           "security "
           "profile, probes, requests and limits, autoscaling";
  }
  std::string_view version() const override { return "1.0.0"; }
  const ToolInput& input() const override { return input_; }
  std::string output_schema() const override { return result_schema(manifest_fields()); }
  ToolAnnotations annotations() const override {
    return {.read_only = false, .destructive = true, .idempotent = true, .open_world = false};
  }

  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext& context) const override {
    const auto inspected = inspect_for(context, arguments.string("path"));
    if (!inspected) return inspected.error();
    const auto& inspection = *inspected;
    if (context.stop.stop_requested()) return context.stopped();
    Answer answer{inspection->analysis.path, {}, {}, {}, {}};
    const auto workload = workload_of(arguments, *inspection, answer.decisions);
    if (!workload) return workload.error();
    answer.name = workload->name;
    answer.manifests = manifests::make_manifests(*workload);
    if (!arguments.boolean("dry_run", true)) {
      if (auto error = write(inspection->tree->root(), arguments.boolean("overwrite"), answer))
        return std::move(*error);
    }
    const auto count = answer.manifests.size();
    return ToolOutput{json::serialize(to_json(answer)), to_text(answer), count};
  }

 private:
  static ToolResult<Workload> workload_of(const ToolArguments& arguments,
                                          const analysis::Inspection& inspection,
                                          std::vector<std::string>& decisions) {
    Workload workload;
    const auto folder = analysis::file_name_of(inspection.analysis.path);
    workload.name = arguments.string("name", generate::label_of(folder));
    workload.image = arguments.string("image");
    workload.space = arguments.string("namespace");
    workload.host = arguments.string("host");
    workload.health_path = arguments.string("health_path");
    workload.cpu = arguments.string("cpu", workload.cpu);
    workload.memory = arguments.string("memory", workload.memory);
    workload.replicas = arguments.integer("replicas", workload.replicas);
    workload.max_replicas =
        arguments.integer("max_replicas", std::max(workload.replicas, workload.max_replicas));
    take_from_repository(arguments, inspection, workload, decisions);
    for (const auto& entry : arguments.list("env")) {
      const auto equals = entry.find('=');
      workload.config.emplace_back(entry.substr(0, equals),
                                   equals == std::string::npos ? std::string() : entry.substr(equals + 1));
    }
    if (auto error = manifests::check(workload)) return std::move(*error);
    return workload;
  }

  // Port and user as the Dockerfile has them that we would make.
  static void take_from_repository(const ToolArguments& arguments, const analysis::Inspection& inspection,
                                   Workload& workload, std::vector<std::string>& decisions) {
    const auto wished = static_cast<std::uint16_t>(arguments.integer("port"));
    const auto generated = generate::generate(inspection, {"", "", wished});
    if (generated) {
      workload.port = generated->port;
      workload.user = number_of_user(generated->user);
      workload.writable = writable_folders(generated->ecosystem);
      decisions.push_back("port and user are those of generate_dockerfile for " + generated->ecosystem);
    } else if (!inspection.analysis.ports.empty()) {
      workload.port = inspection.analysis.ports.front().number;
      decisions.push_back("the port was found in " + inspection.analysis.ports.front().source);
    }
    if (wished != 0) workload.port = wished;
    if (arguments.has("user")) workload.user = arguments.integer("user");
    if (workload.port == 0)
      decisions.emplace_back("it listens on no port, so there are no probes and no Service");
    if (workload.port != 0 && workload.health_path.empty()) {
      decisions.emplace_back("the probes try the port; give health_path to have them ask the program");
    }
  }

  static std::optional<ToolError> write(int repository, bool overwrite, Answer& answer) {
    constexpr mode_t kMode = 0755;
    if (::mkdirat(repository, kFolder, kMode) != 0 && errno != EEXIST) {
      return ToolError{ToolErrorCode::kInternal, "the folder k8s could not be made", "path"};
    }
    const auto folder =
        analysis::open_beneath(repository, kFolder, O_RDONLY | O_DIRECTORY, analysis::Links::kRefuse);
    if (folder.error != 0) {
      return ToolError{ToolErrorCode::kConflict,
                       "k8s is no folder of its own: a file or a link; move it away", "path"};
    }
    std::vector<NewFile> files;
    for (const auto& manifest : answer.manifests) files.push_back({manifest.file, manifest.text});
    const auto existing = overwrite ? Existing::kReplace : Existing::kRefuse;
    if (auto error = write_new_files(folder.fd.get(), files, existing)) return error;
    for (const auto& file : files) answer.written.push_back(std::string(kFolder) + "/" + file.name);
    return std::nullopt;
  }

  ToolInput input_{
      {.name = "path", .description = "The repository's folder", .required = true},
      {.name = "image", .description = "Image to run, with a tag or digest", .required = true},
      {.name = "name", .description = "Name of all objects; the folder's name where none is given"},
      {.name = "namespace", .description = "Namespace, for the kustomization"},
      {.name = "host", .description = "Host name of an Ingress; none is made without it"},
      {.name = "port",
       .type = FieldType::kInteger,
       .description = "Port that the program listens on",
       .minimum = 1,
       .maximum = kHighestPort},
      {.name = "health_path", .description = "Path that probes ask for, such as /health"},
      {.name = "user",
       .type = FieldType::kInteger,
       .description = "Number of the user to run as",
       .minimum = 1,
       .maximum = 2'147'483'647},
      {.name = "replicas",
       .type = FieldType::kInteger,
       .description = "Pods at least",
       .otherwise = std::int64_t{2},
       .minimum = 1,
       .maximum = kMostReplicas},
      {.name = "max_replicas",
       .type = FieldType::kInteger,
       .description = "Pods at most",
       .minimum = 1,
       .maximum = kMostReplicas},
      {.name = "cpu", .description = "CPU that a pod asks for", .otherwise = "100m"},
      {.name = "memory", .description = "Memory that a pod asks for", .otherwise = "128Mi"},
      {.name = "env",
       .type = FieldType::kStringList,
       .description = "NAME=value of the ConfigMap",
       .max_items = 100},
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

std::unique_ptr<Tool> make_generate_manifests_tool() {
  return std::make_unique<GenerateManifestsTool>();
}

}  // namespace container_kit::kit
