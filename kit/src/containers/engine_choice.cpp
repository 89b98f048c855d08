#include "containers/engine_choice.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "process/child.h"

namespace container_kit::kit::containers {
namespace {

using std::chrono::steady_clock;

constexpr std::array<std::string_view, 3> kEngines{"docker", "podman", "buildah"};
constexpr std::string_view kAdvice =
    "install a container engine: docker, podman or buildah (Debian: apt-get install buildah)";
constexpr std::chrono::seconds kPatience{3};
constexpr std::chrono::seconds kHolds{30};

// What each engine's path last said of itself; empty: it works.
class Findings {
 public:
  std::optional<std::string> of(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const auto found = all_.find(path);
    if (found == all_.end() || steady_clock::now() >= found->second.until) return std::nullopt;
    return found->second.complaint;
  }
  void keep(const std::string& path, const std::string& complaint) {
    const std::lock_guard lock(mutex_);
    all_[path] = {complaint, steady_clock::now() + kHolds};
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    all_.clear();
  }

 private:
  struct Finding {
    std::string complaint;
    steady_clock::time_point until;
  };
  std::mutex mutex_;
  std::map<std::string, Finding> all_;
};

Findings& findings() {
  static Findings all;
  return all;
}

std::string last_line_of(std::string_view tail) {
  while (tail.ends_with('\n')) tail.remove_suffix(1);
  return std::string(tail.substr(tail.rfind('\n') + 1));
}

// Empty where it works. `version` of docker asks the daemon; that of the others shows that they start.
ToolResult<std::string> ask(const process::Program& engine, const ToolContext& context) {
  auto shorter = context;
  shorter.deadline = std::min(context.deadline, steady_clock::now() + kPatience);
  const auto answer = process::run_child({engine.path, {"version"}}, shorter);
  if (!answer && context.stop.stop_requested()) return answer.error();
  if (!answer) return engine.name + " did not answer: " + answer.error().message;
  if (answer->exit_code == 0) return std::string();
  return engine.name + " does not work: " + last_line_of(answer->tail);
}

ToolResult<std::string> complaint_of(const process::Program& engine, const ToolContext& context) {
  if (auto known = findings().of(engine.path)) return std::move(*known);
  auto complaint = ask(engine, context);
  if (complaint) findings().keep(engine.path, *complaint);
  return complaint;
}

std::vector<process::Program> installed() {
  std::vector<process::Program> all;
  for (const auto name : kEngines) {
    if (auto found = process::find_program({name}, {}, {})) all.push_back(std::move(*found));
  }
  return all;
}

}  // namespace

ToolResult<Engine> find_engine(const ToolArguments& arguments, const ToolContext& context) {
  const std::vector<std::string_view> names(kEngines.begin(), kEngines.end());
  const auto wanted = arguments.string("engine");
  const auto all = installed();
  if (!wanted.empty() || all.size() < 2) {
    auto only = process::find_program(names, wanted, kAdvice);
    if (!only) return std::move(only).error();
    return Engine{std::move(*only), {}};
  }
  std::string reason;
  for (const auto& engine : all) {
    const auto complaint = complaint_of(engine, context);
    if (!complaint) return complaint.error();
    if (complaint->empty()) return Engine{engine, reason};
    reason += (reason.empty() ? "" : "; ") + *complaint;
  }
  return Engine{all.front(), {}};
}

void forget_engines() {
  findings().clear();
}

}  // namespace container_kit::kit::containers
