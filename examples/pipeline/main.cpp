// A pipeline of stages, the last of which fails.

#include <iostream>
#include <stdexcept>
#include <string_view>

#include <container_kit/telemetry.h>

namespace telemetry = container_kit::telemetry;

namespace {

std::string_view stage_input(std::string_view stage) {
  return stage == "analyze" ? "/repo" : "container-kit:1.0";
}
std::string_view stage_config(std::string_view stage) {
  return stage == "scan" ? "severity=high" : "default";
}
void execute_stage_logic(std::string_view stage) {
  if (stage == "scan") throw std::runtime_error("no scanner is installed: install trivy or grype");
}

// [stage]
class Pipeline {
 public:
  Pipeline(telemetry::Manager& tm, std::string_view name) : tm_(tm), name_(name) {}

  void execute_stage(std::string_view stage) {
    tm_.instrument_pipeline_stage(name_, stage, [&] {
      // Stage context.
      tm_.add_contextual_attributes(
          {{"stage.input", stage_input(stage)}, {"stage.config", stage_config(stage)}});

      // Stage logic; what it throws fails the stage, and goes on to the caller.
      execute_stage_logic(stage);
    });
  }
  // [/stage]

  // [pipeline]
  void execute() {
    tm_.instrument_pipeline(name_, [&] {
      int index = 0;
      for (const std::string_view stage : {"analyze", "build", "scan"}) {
        const telemetry::PipelineStage place(stage, index++, 3);
        tm_.instrument_pipeline_stage(name_, place, [&] { execute_stage_logic(stage); });
      }
    });
  }
  // [/pipeline]

 private:
  telemetry::Manager& tm_;
  std::string_view name_;
};

}  // namespace

int main() {
  telemetry::Manager tm{telemetry::Config::from_env()};
  if (auto ready = tm.initialize(); !ready) {
    std::cerr << ready.error().message << '\n';
    return 1;
  }
  Pipeline pipeline(tm, "container-build");
  pipeline.execute_stage("analyze");
  try {
    pipeline.execute();
  } catch (const std::exception& error) {
    std::cout << "failed: " << error.what() << '\n';
  }
}
