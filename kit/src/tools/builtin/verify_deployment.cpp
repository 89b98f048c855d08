#include <boost/json.hpp>

#include <container_kit/kit/tool.h>

#include "containers/cluster.h"
#include "generate/safe_words.h"
#include "process/child.h"
#include "tools/quoted.h"

namespace container_kit::kit {
namespace json = boost::json;

namespace {

// A member of an object within an object, or 0.
std::int64_t number(const json::value& of, std::string_view object, std::string_view name) {
  const json::value* const outer = of.is_object() ? of.get_object().if_contains(object) : nullptr;
  const json::value* const inner =
      outer != nullptr && outer->is_object() ? outer->get_object().if_contains(name) : nullptr;
  return inner != nullptr && inner->is_int64() ? inner->get_int64() : 0;
}

// A proxy or another program of that name may answer with anything.
bool is_deployment(const json::value& state) {
  const json::object* const object = state.if_object();
  const json::value* const kind = object == nullptr ? nullptr : object->if_contains("kind");
  const json::value* const spec = object == nullptr ? nullptr : object->if_contains("spec");
  return kind != nullptr && *kind == json::value("Deployment") && spec != nullptr && spec->is_object();
}

class VerifyDeploymentTool : public Tool {
 public:
  std::string_view name() const override { return "verify_deployment"; }
  std::string_view title() const override { return "Verify a deployment"; }
  std::string_view description() const override {
    return "Waits until a Kubernetes deployment has rolled out, and says how many of its pods are ready";
  }
  std::string_view version() const override { return "1.0.0"; }
  const ToolInput& input() const override { return input_; }
  std::string output_schema() const override {
    return result_schema({{"deployment", FieldType::kString, "Its name"},
                          {"ready", FieldType::kBoolean, "It has rolled out, with every pod available"},
                          {"wanted", FieldType::kInteger, "Pods that there should be"},
                          {"available", FieldType::kInteger, "Pods that serve"},
                          {"message", FieldType::kString, "What kubectl says of the rollout"}});
  }
  ToolAnnotations annotations() const override {
    return {.read_only = true, .destructive = false, .idempotent = true};
  }
  std::chrono::milliseconds deadline() const override { return std::chrono::minutes(15); }

  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext& context) const override {
    const std::string deployment = arguments.string("deployment");
    if (!generate::is_label(deployment)) {
      return ToolError{
          ToolErrorCode::kInvalidArgument,
          in_quotes(deployment) + " is not the name of a deployment: lower-case letters, digits, dashes",
          "deployment"};
    }
    const auto cluster = containers::find_cluster(arguments);
    if (!cluster) return cluster.error();
    std::vector<std::string> words{"rollout", "status", "deployment/" + deployment,
                                   "--timeout=" + std::to_string(arguments.integer("timeout_seconds")) + "s"};
    words.insert(words.end(), cluster->arguments.begin(), cluster->arguments.end());
    int lines = 0;
    process::ChildRequest request{cluster->kubectl, std::move(words)};
    request.on_line = [&](std::string_view line) { context.progress(++lines, 0, line.substr(0, 120)); };
    const auto rollout = process::run_child(request, context);
    if (!rollout) return rollout.error();
    return look(deployment, *cluster, *rollout, context);
  }

 private:
  static ToolResult<ToolOutput> look(const std::string& deployment, const containers::Cluster& cluster,
                                     const process::ChildResult& rollout, const ToolContext& context) {
    std::vector<std::string> words{"get", "deployment/" + deployment, "--output=json"};
    words.insert(words.end(), cluster.arguments.begin(), cluster.arguments.end());
    const auto got = process::run_successfully({cluster.kubectl, std::move(words)}, context);
    if (!got) return got.error();
    boost::system::error_code problem;
    const json::value state = json::parse(got->output, problem);
    if (problem || !is_deployment(state)) {
      return ToolError{ToolErrorCode::kProgramFailed,
                       "kubectl answered with something else than the JSON of a deployment; try: kubectl get "
                       "deployment/" +
                           deployment + " --output=json",
                       ""};
    }
    const std::int64_t wanted = number(state, "spec", "replicas");
    const std::int64_t available = number(state, "status", "availableReplicas");
    const bool ready = rollout.exit_code == 0 && available >= wanted;
    const json::object result{{"deployment", deployment},
                              {"ready", ready},
                              {"wanted", wanted},
                              {"available", available},
                              {"message", rollout.tail}};
    const std::string pods = std::to_string(available) + " of " + std::to_string(wanted) + " pods available";
    return ToolOutput{json::serialize(result),
                      deployment + (ready ? " is ready: " : " is not ready: ") + pods + "\n" + rollout.tail,
                      static_cast<std::size_t>(available)};
  }

  ToolInput input_{{.name = "deployment", .description = "Its name", .required = true, .max_length = 63},
                   {.name = "timeout_seconds",
                    .type = FieldType::kInteger,
                    .description = "How long to wait for it",
                    .otherwise = std::int64_t{120},
                    .minimum = 1,
                    .maximum = 840},
                   containers::namespace_field(),
                   containers::cluster_field()};
};

}  // namespace

std::unique_ptr<Tool> make_verify_deployment_tool() {
  return std::make_unique<VerifyDeploymentTool>();
}

}  // namespace container_kit::kit
