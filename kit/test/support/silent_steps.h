// Steps of an analysis that nobody watches.
#pragma once

#include <container_kit/kit/analyze.h>

namespace container_kit::kit {

class SilentSteps final : public StepObserver {
 public:
  std::unique_ptr<StepScope> begin(std::string_view) override { return std::make_unique<Scope>(); }

 private:
  class Scope final : public StepScope {
   public:
    void attribute(std::string_view, std::int64_t) override {}
  };
};

}  // namespace container_kit::kit
