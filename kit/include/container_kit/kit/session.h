// A session: a piece of work that takes more than one call, with a workspace folder of its own.
//
//   created ──► completed          what it was for is done
//      │  └───► failed ──► resumed  it went wrong; its workspace stays, and it can be taken up again
//      │  └───► expired            nobody used it for its lifetime
//      └──────► resumed             it was taken up again while it was open: after a restart, by somebody
//      else
//
// created and resumed are open; completed and expired are final. A session that has ended is remembered for a
// while, its workspace is removed.
//
// Thread safety and ownership: plain values.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace container_kit::kit {

enum class SessionType { kInteractive, kWorkflow, kBatch, kApi };
enum class SessionState { kCreated, kResumed, kCompleted, kFailed, kExpired };

// The words that stand for them, in the order of the enumerations.
inline constexpr std::array<std::string_view, 4> kSessionTypes{"interactive", "workflow", "batch", "api"};
inline constexpr std::array<std::string_view, 5> kSessionStates{"created", "resumed", "completed", "failed",
                                                                "expired"};

constexpr std::string_view name_of(SessionType type) noexcept {
  return kSessionTypes[static_cast<std::size_t>(type)];
}
constexpr std::string_view name_of(SessionState state) noexcept {
  return kSessionStates[static_cast<std::size_t>(state)];
}
std::optional<SessionType> session_type_of(std::string_view name) noexcept;
std::optional<SessionState> session_state_of(std::string_view name) noexcept;

constexpr bool is_open(SessionState state) noexcept {
  return state == SessionState::kCreated || state == SessionState::kResumed;
}

using SessionTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

struct Session {
  std::string id;  // 128 random bits in lower-case hexadecimal: who knows it may use the session
  SessionType type = SessionType::kApi;
  SessionState state = SessionState::kCreated;
  SessionTime created{};
  SessionTime opened{};     // created, or taken up again after it had failed
  SessionTime last_used{};  // a call, a resume
  SessionTime expires{};    // where nobody uses it before
  std::optional<SessionTime> ended = {};
  std::int64_t resumed = 0;    // how often
  std::uint64_t bytes = 0;     // in its workspace, when that was last measured
  bool has_workspace = true;   // until it is removed
  std::string workspace = {};  // its folder, an absolute path; empty where it has none any more
  std::string reason = {};     // of a failed one
};

}  // namespace container_kit::kit
