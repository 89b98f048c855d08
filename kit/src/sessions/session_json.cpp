#include "sessions/session_json.h"

#include <boost/json.hpp>

#include <container_kit/kit/timestamp.h>

#include "analyze/safe_text.h"

namespace container_kit::kit::sessions {
namespace json = boost::json;

namespace {

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value() : json::value(text);
}

}  // namespace

json::object to_json(const Session& session) {
  return {{"id", session.id},
          {"type", name_of(session.type)},
          {"state", name_of(session.state)},
          {"open", is_open(session.state)},
          {"created_at", timestamp(session.created)},
          {"last_used_at", timestamp(session.last_used)},
          {"expires_at", is_open(session.state) ? json::value(timestamp(session.expires)) : json::value()},
          {"ended_at", session.ended ? json::value(timestamp(*session.ended)) : json::value()},
          {"resumed", session.resumed},
          {"workspace", text_or_null(session.workspace)},
          {"workspace_bytes", session.bytes},
          {"reason", text_or_null(session.reason)}};
}

json::object to_json(const SessionList& list) {
  json::array sessions;
  for (const auto& session : list.sessions) sessions.push_back(to_json(session));
  return {{"sessions", std::move(sessions)}, {"total", list.total}};
}

std::string to_text(const SessionList& list) {
  std::string text;
  for (const auto& session : list.sessions) {
    std::string line = session.id;
    const auto add = [&line](std::string_view word, std::size_t width) {
      line.append("  ").append(word).append(word.size() < width ? width - word.size() : 0, ' ');
    };
    constexpr std::size_t kWidestType = 11;
    constexpr std::size_t kWidestState = 9;
    add(name_of(session.type), kWidestType);
    add(name_of(session.state), kWidestState);
    add("created " + timestamp(session.created), 0);
    add("used " + timestamp(session.last_used), 0);
    add(std::to_string(session.bytes) + " bytes", 0);
    if (!session.reason.empty()) add(analysis::printable(session.reason), 0);
    text += line + '\n';
  }
  const std::size_t shown = list.sessions.size();
  if (list.total == 0) return "no sessions\n";
  if (shown < list.total) text += "and " + std::to_string(list.total - shown) + " more\n";
  return text;
}

ToolOutputFields session_fields() {
  return {{"id", FieldType::kString, "128 random bits in hexadecimal"},
          {"type", FieldType::kString, "interactive, workflow, batch or api"},
          {"state", FieldType::kString, "created, resumed, completed, failed or expired"},
          {"open", FieldType::kBoolean, "Whether it is created or resumed"},
          {"created_at", FieldType::kString, "RFC 3339, UTC; as all times"},
          {"last_used_at", FieldType::kString, "By a call, or when it was resumed"},
          {.name = "expires_at", .description = "Where nobody uses it before", .nullable = true},
          {.name = "ended_at", .nullable = true},
          {"resumed", FieldType::kInteger, "How often"},
          {.name = "workspace", .description = "Its folder, until that is removed", .nullable = true},
          {"workspace_bytes", FieldType::kInteger, "What it held when it was last measured"},
          {.name = "reason", .description = "Why it failed", .nullable = true}};
}

ToolOutputFields session_list_fields() {
  return {{.name = "sessions",
           .type = FieldType::kObjectList,
           .description = "The newest first",
           .fields = session_fields()},
          {"total", FieldType::kInteger, "How many match, also beyond the limit"}};
}

}  // namespace container_kit::kit::sessions
