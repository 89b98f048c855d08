#include <algorithm>

#include <container_kit/kit/session.h>

namespace container_kit::kit {

namespace {

template <typename T, std::size_t N>
std::optional<T> value_of(const std::array<std::string_view, N>& names, std::string_view name) noexcept {
  const auto* const found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<T>(found - names.begin());
}

}  // namespace

std::optional<SessionType> session_type_of(std::string_view name) noexcept {
  return value_of<SessionType>(kSessionTypes, name);
}

std::optional<SessionState> session_state_of(std::string_view name) noexcept {
  return value_of<SessionState>(kSessionStates, name);
}

}  // namespace container_kit::kit
