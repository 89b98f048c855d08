#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <variant>

#include <unistd.h>

#include <container_kit/kit/sessions.h>

namespace container_kit::kit {
namespace fs = std::filesystem;

namespace {

using Number = std::uint64_t SessionSettings::*;
using Duration = std::chrono::milliseconds SessionSettings::*;

struct Variable {
  const char* name;
  std::variant<Number, Duration> field;
  const char* description;
};

constexpr const char* kStateFolder = "CONTAINER_KIT_STATE_DIR";
constexpr std::array<Variable, 6> kVariables{{
    {"CONTAINER_KIT_SESSION_LIMIT", &SessionSettings::most_open, "How many sessions may be open at a time"},
    {"CONTAINER_KIT_SESSION_BYTES", &SessionSettings::bytes_each, "How much one workspace may hold"},
    {"CONTAINER_KIT_SESSION_TOTAL_BYTES", &SessionSettings::bytes_together,
     "How much all workspaces together may hold"},
    {"CONTAINER_KIT_SESSION_LIFETIME", &SessionSettings::lifetime,
     "How long after its last use a session expires"},
    {"CONTAINER_KIT_SESSION_HISTORY", &SessionSettings::history, "How long ended sessions are listed"},
    {"CONTAINER_KIT_SESSION_CLEANUP_INTERVAL", &SessionSettings::cleanup_interval,
     "Between two cleanings while serving"},
}};

// From the longest on. A bare number is milliseconds, as in the library's variables.
struct Unit {
  std::string_view name;
  std::chrono::milliseconds length;
};
constexpr std::array<Unit, 5> kUnits{{{"h", std::chrono::hours(1)},
                                      {"m", std::chrono::minutes(1)},
                                      {"s", std::chrono::seconds(1)},
                                      {"ms", std::chrono::milliseconds(1)},
                                      {"", std::chrono::milliseconds(1)}}};

std::string value_of(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

// The number that a text begins with; what follows it is left in `text`.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool read(std::string_view text, std::uint64_t& target) {
  const auto number = take_number(text);
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62U;  // SQLite's integers have a sign
  if (!text.empty() || !number || *number < 1 || *number > kMost) return false;
  target = *number;
  return true;
}

bool read(std::string_view text, std::chrono::milliseconds& target) {
  const auto number = take_number(text);
  constexpr std::uint64_t kMostHours = 24 * 366 * 100;
  if (!number || *number == 0) return false;
  for (const Unit& unit : kUnits) {
    if (unit.name != text) continue;
    if (*number > static_cast<std::uint64_t>(std::chrono::hours(kMostHours) / unit.length)) return false;
    target = unit.length * static_cast<std::int64_t>(*number);
    return true;
  }
  return false;
}

std::string allowed_in(const std::variant<Number, Duration>& field) {
  return std::holds_alternative<Number>(field) ? "a whole number of 1 or more"
                                               : "a duration of more than 0: 500ms, 15s, 2m, 24h";
}

std::string printed(std::uint64_t number) {
  return std::to_string(number);
}

std::string printed(std::chrono::milliseconds duration) {
  for (const Unit& unit : kUnits) {
    if (duration % unit.length != std::chrono::milliseconds(0)) continue;
    return std::to_string(duration / unit.length) + std::string(unit.name);
  }
  return {};
}

// Whether a folder of that name could be made, or is there and can be written to.
bool could_be_made(fs::path path) {
  std::error_code problem;
  while (!path.empty() && !fs::exists(fs::symlink_status(path, problem)) && path != path.root_path()) {
    path = path.parent_path();
  }
  return ::access(path.c_str(), W_OK | X_OK) == 0;
}

// Empty where there is no such folder.
std::string folder_of_sessions() {
  if (const auto own = value_of(kStateFolder); !own.empty()) {
    return (fs::absolute(own) / "sessions").string();
  }
  const auto state = value_of("XDG_STATE_HOME");
  const auto home = value_of("HOME");
  std::vector<fs::path> candidates;
  if (!state.empty()) candidates.emplace_back(fs::path(state) / "container-kit/sessions");
  if (!home.empty()) candidates.emplace_back(fs::path(home) / ".local/state/container-kit/sessions");
  for (const auto& candidate : candidates) {
    if (candidate.is_absolute() && could_be_made(candidate)) return candidate.string();
  }
  return {};
}

}  // namespace

telemetry::Expected<SessionSettings> SessionSettings::from_environment() {
  SessionSettings settings;
  settings.folder = folder_of_sessions();
  std::string faults;
  for (const auto& [name, field, description] : kVariables) {
    const auto text = value_of(name);
    if (text.empty()) continue;
    if (std::visit([&](auto member) { return read(text, settings.*member); }, field)) continue;
    faults.append(faults.empty() ? "" : "; ").append(name).append("=").append(text);
    faults.append(" is not ").append(allowed_in(field));
  }
  if (faults.empty()) return settings;
  return telemetry::Error{telemetry::ErrorCode::kInvalidConfig, faults};
}

std::vector<SessionVariable> session_variables() {
  const SessionSettings defaults;
  std::vector<SessionVariable> all{{kStateFolder,
                                    "$XDG_STATE_HOME/container-kit, else $HOME/.local/state/container-kit, "
                                    "the first that can be written to",
                                    "a folder's path",
                                    "Where sessions and what pipelines have done are kept, on a local disk"}};
  for (const auto& [name, field, description] : kVariables) {
    const auto otherwise = std::visit([&](auto member) { return printed(defaults.*member); }, field);
    all.push_back({name, otherwise, allowed_in(field), description});
  }
  return all;
}

}  // namespace container_kit::kit
