// JSON for people and scripts who read our health: objects and arrays written in order, texts escaped (RFC
// 8259).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace container_kit::telemetry::base {

// Appends `text` as a JSON string; what is not UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

// Writes one JSON value, member by member. The caller pairs begin and end.
class JsonText {
 public:
  JsonText& begin_object(std::string_view key = {});
  JsonText& end_object();
  JsonText& begin_array(std::string_view key = {});
  JsonText& end_array();
  JsonText& member(std::string_view key, std::string_view value);
  JsonText& member(std::string_view key, const char* value) { return member(key, std::string_view(value)); }
  JsonText& member(std::string_view key, bool value);
  JsonText& member(std::string_view key, std::uint64_t value);
  std::string take() { return std::move(out_); }

 private:
  void lead(std::string_view key);

  std::string out_;
  bool first_ = true;
};

}  // namespace container_kit::telemetry::base
