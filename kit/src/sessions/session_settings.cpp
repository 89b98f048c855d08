#include <charconv>
#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include <container_kit/kit/sessions.h>

namespace container_kit::kit {
namespace fs = std::filesystem;

namespace {

std::string variable(const char* name) {
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

std::optional<std::uint64_t> whole_number(std::string_view text) {
  const auto number = take_number(text);
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62U;  // SQLite's integers have a sign
  return text.empty() && number && *number >= 1 && *number <= kMost ? number : std::nullopt;
}

// 500ms, 15s, 2m, 24h; a bare number is milliseconds, as in the library's variables.
std::optional<std::chrono::milliseconds> duration(std::string_view text) {
  const auto number = take_number(text);
  constexpr std::uint64_t kMostHours = 24 * 366 * 100;
  if (!number || *number == 0) return std::nullopt;
  struct Unit {
    std::string_view name;
    std::chrono::milliseconds length;
  };
  for (const Unit& unit : {Unit{"", std::chrono::milliseconds(1)}, Unit{"ms", std::chrono::milliseconds(1)},
                           Unit{"s", std::chrono::seconds(1)}, Unit{"m", std::chrono::minutes(1)},
                           Unit{"h", std::chrono::hours(1)}}) {
    if (unit.name != text) continue;
    const auto most = static_cast<std::uint64_t>(std::chrono::hours(kMostHours) / unit.length);
    if (*number > most) return std::nullopt;
    return unit.length * static_cast<std::int64_t>(*number);
  }
  return std::nullopt;
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
std::string default_folder() {
  if (const auto own = variable("CONTAINER_KIT_STATE_DIR"); !own.empty()) {
    return (fs::absolute(own) / "sessions").string();
  }
  const auto state = variable("XDG_STATE_HOME");
  const auto home = variable("HOME");
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
  settings.folder = default_folder();
  std::string faults;
  const auto read = [&faults](const char* name, const auto& parse, auto& target, std::string_view wanted) {
    const auto text = variable(name);
    if (text.empty()) return;
    if (const auto value = parse(text)) {
      target = *value;
    } else {
      faults.append(faults.empty() ? "" : "; ").append(name).append("=").append(text);
      faults.append(" is not ").append(wanted);
    }
  };
  constexpr std::string_view kNumber = "a whole number of 1 or more";
  constexpr std::string_view kDuration = "a duration of more than 0: 500ms, 15s, 2m, 24h";
  read("CONTAINER_KIT_SESSION_LIMIT", whole_number, settings.most_open, kNumber);
  read("CONTAINER_KIT_SESSION_BYTES", whole_number, settings.bytes_each, kNumber);
  read("CONTAINER_KIT_SESSION_TOTAL_BYTES", whole_number, settings.bytes_together, kNumber);
  read("CONTAINER_KIT_SESSION_LIFETIME", duration, settings.lifetime, kDuration);
  read("CONTAINER_KIT_SESSION_HISTORY", duration, settings.history, kDuration);
  read("CONTAINER_KIT_SESSION_CLEANUP_INTERVAL", duration, settings.cleanup_interval, kDuration);
  if (faults.empty()) return settings;
  return telemetry::Error{telemetry::ErrorCode::kInvalidConfig, faults};
}

}  // namespace container_kit::kit
