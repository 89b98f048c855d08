// The pipeline from a repository to a container that runs; docs/pipelines.md.
#include "pipeline/pipeline_tool.h"

namespace container_kit::kit {

namespace {

// Read when it is first run: a program that starts need not.
constexpr std::string_view kDefinition = R"(
pipeline: container-build
stages:
  - name: analyze
    tool: analyze
    arguments: {path: "${inputs.path}"}
  - name: generate
    tool: generate_dockerfile
    arguments: {path: "${inputs.path}", port: "${inputs.port}", dry_run: false}
    skip_on: [conflict]
  - name: lint
    tool: lint_dockerfile
    arguments: {path: "${inputs.path}"}
    check: result.counts.error == 0
    complaint: "the Dockerfile has errors; container-kit run lint_dockerfile shows them"
  - name: build
    tool: build_image
    arguments: {path: "${inputs.path}", tag: "${inputs.tag}", engine: "${inputs.engine}"}
    when: inputs.tag
    otherwise: no tag was given
    programs: [docker, podman, buildah]
  - name: scan
    tool: scan_image
    arguments: {image: "${inputs.tag}", fail_on: "${inputs.fail_on}"}
    when: stages.build.status == "succeeded"
    otherwise: no image was built
    programs: [trivy, grype]
    check: result.passed
    complaint: the image has vulnerabilities that are too grave
  - name: deploy
    tool: deploy
    arguments: {path: "${inputs.manifests}", dry_run: "${not inputs.apply}"}
    when: inputs.manifests
    otherwise: no manifests were given
    programs: [kubectl]
)";

ToolInput inputs() {
  return {{.name = "path", .description = "The repository's folder", .required = true},
          {.name = "tag", .description = "The image's name, REPOSITORY:TAG; without one nothing is built"},
          {.name = "port",
           .type = FieldType::kInteger,
           .description = "The port that the container listens on; found out if left out"},
          {.name = "engine",
           .description = "What builds the image; the first that is installed if left out",
           .choices = {"docker", "podman", "buildah"}},
          {.name = "fail_on",
           .description = "The least severity of a vulnerability that stops it",
           .choices = {"low", "medium", "high", "critical", "none"},
           .otherwise = "critical"},
          {.name = "manifests",
           .description = "The folder with Kubernetes manifests to deploy; without one nothing is deployed"},
          {.name = "apply",
           .type = FieldType::kBoolean,
           .description = "Deploy, rather than only ask the cluster",
           .otherwise = false}};
}

}  // namespace

std::unique_ptr<Tool> make_container_build_tool() {
  return pipeline::make_pipeline_tool(
      "container-build",
      "Analyses a repository, writes a Dockerfile where there is none, lints it, builds and scans the image, "
      "and deploys",
      inputs(), kDefinition);
}

}  // namespace container_kit::kit
