// Tools made for the tests of the server: one that answers, one that waits to be let go, one that fails.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include <container_kit/kit/tool_registry.h>

namespace container_kit::kit::http {

class EchoTool : public Tool {
 public:
  std::string_view name() const override { return "echo"; }
  std::string_view description() const override { return "Says what it was told"; }
  std::string_view version() const override { return "1.2.3"; }
  const ToolInput& input() const override { return input_; }
  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext&) const override {
    const auto text = arguments.string("text");
    if (text == "throw") throw std::runtime_error("a secret");
    if (text == "outside") return ToolError{ToolErrorCode::kPathNotAllowed, "outside", "text"};
    return ToolOutput{"\"" + text + "\"", text};
  }

 private:
  ToolInput input_{{"text", FieldType::kString, "What to say", true}};
};

// Waits inside execute() until let_go(), or until it is asked to stop.
class WaitingTool : public Tool {
 public:
  std::string_view name() const override { return "wait"; }
  std::string_view description() const override { return "Waits"; }
  std::string_view version() const override { return "1"; }
  const ToolInput& input() const override { return input_; }
  ToolResult<ToolOutput> execute(const ToolArguments&, const ToolContext& context) const override {
    std::unique_lock lock(mutex_);
    ++running_;
    changed_.notify_all();
    changed_.wait(lock, context.stop, [&] { return free_; });
    --running_;
    changed_.notify_all();
    return ToolOutput{free_ ? "\"free\"" : "\"stopped\"", ""};
  }

  // Waits until `calls` are inside execute().
  bool wait_for_calls(int calls) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(5), [&] { return running_ >= calls; });
  }

  // Waits until no more than `calls` are inside execute().
  bool wait_for_at_most(int calls, std::chrono::milliseconds patience = std::chrono::seconds(5)) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return running_ <= calls; });
  }

  void let_go() const {
    const std::lock_guard lock(mutex_);
    free_ = true;
    changed_.notify_all();
  }

 private:
  ToolInput input_;
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  mutable int running_ = 0;
  mutable bool free_ = false;
};

// Waits as those do that drive an engine.
class EngineTool : public WaitingTool {
 public:
  std::string_view name() const override { return "engine"; }
  bool waits() const override { return true; }
};

}  // namespace container_kit::kit::http
