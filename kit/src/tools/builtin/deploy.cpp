#include <boost/json.hpp>

#include <container_kit/kit/tool.h>

#include "analyze/path_guard.h"
#include "containers/cluster.h"
#include "containers/manifest_folder.h"
#include "process/child.h"

namespace container_kit::kit {
namespace json = boost::json;

namespace {

// "deployment.apps/shop created" is what kubectl says of each.
json::array resources_in(std::string_view output) {
  json::array resources;
  while (!output.empty()) {
    const std::string_view line = output.substr(0, output.find('\n'));
    output.remove_prefix(std::min(output.size(), line.size() + 1));
    const std::size_t space = line.find(' ');
    if (line.find('/') >= space || space == std::string_view::npos) continue;
    resources.push_back({{"resource", line.substr(0, space)}, {"result", line.substr(space + 1)}});
  }
  return resources;
}

class DeployTool : public Tool {
 public:
  std::string_view name() const override { return "deploy"; }
  std::string_view title() const override { return "Deploy"; }
  std::string_view description() const override {
    return "Applies a folder of Kubernetes manifests by kubectl; by itself it only asks the cluster what "
           "would "
           "happen";
  }
  std::string_view version() const override { return "1.0.0"; }
  const ToolInput& input() const override { return input_; }
  std::string output_schema() const override {
    return result_schema({{"dry_run", FieldType::kBoolean, "Nothing was changed"},
                          {.name = "resources",
                           .type = FieldType::kObjectList,
                           .description = "In kubectl's order",
                           .fields = {{"resource", FieldType::kString, "deployment.apps/shop"},
                                      {"result", FieldType::kString, "created, configured, unchanged"}}}});
  }
  ToolAnnotations annotations() const override { return {.destructive = true, .idempotent = true}; }
  std::chrono::milliseconds deadline() const override { return std::chrono::minutes(5); }

  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext& context) const override {
    const auto guard = analysis::PathGuard::open(context.allowed_roots);
    if (!guard) return guard.error();
    const auto folder = guard->resolve(arguments.string("path"));
    if (!folder) return folder.error();
    const auto cluster = containers::find_cluster(arguments);
    if (!cluster) return cluster.error();
    const bool dry_run = arguments.boolean("dry_run");
    const bool has_kustomization = containers::has_kustomization(*folder);
    const containers::ScratchFolder scratch;
    if (auto made = scratch.check(); !made) return made.error();
    const auto safe = has_kustomization ? containers::check_kustomization(*guard, *folder)
                                        : containers::copy_manifests(*folder, scratch);
    if (!safe) return safe.error();
    std::vector<std::string> words{"apply", has_kustomization ? "--kustomize=." : "--filename=."};
    words.insert(words.end(), cluster->arguments.begin(), cluster->arguments.end());
    if (dry_run) words.emplace_back("--dry-run=server");
    const int where = has_kustomization ? folder->fd.get() : scratch.fd();
    const auto done = process::run_successfully({cluster->kubectl, words, where}, context);
    if (!done) return done.error();
    json::array resources = resources_in(done->output);
    const std::size_t count = resources.size();
    const json::object result{{"dry_run", dry_run}, {"resources", std::move(resources)}};
    return ToolOutput{json::serialize(result), done->tail, count};
  }

 private:
  ToolInput input_{{.name = "path", .description = "The folder with the manifests", .required = true},
                   {.name = "dry_run",
                    .type = FieldType::kBoolean,
                    .description = "Only ask the cluster what would happen",
                    .otherwise = true},
                   containers::namespace_field(),
                   containers::cluster_field()};
};

}  // namespace

std::unique_ptr<Tool> make_deploy_tool() {
  return std::make_unique<DeployTool>();
}

}  // namespace container_kit::kit
