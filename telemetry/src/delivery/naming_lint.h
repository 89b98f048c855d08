// NamingLint: tells, once each, of names that do not follow the conventions, with a better one.
//
// It reads finished spans on the exporter's thread, so that it costs the program's own threads nothing.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace container_kit::telemetry::delivery {

class NamingLint {
 public:
  // Names that are remembered, good ones among them, of spans and of attributes each; those beyond are not
  // looked at.
  static constexpr std::size_t kMostNames = 4'096;

  // A line for each name of the span, of its attributes and of its events' attributes that was not seen
  // before and has a better one. `span`: an OTLP Span message.
  std::vector<std::string> look(std::string_view span);

 private:
  using Names = std::unordered_set<std::string>;
  static bool is_new(Names& names, const std::string& name);
  void look_at_key(const std::string& key, const std::string& span_name, std::vector<std::string>& lines);

  Names span_names_;
  Names keys_;
};

}  // namespace container_kit::telemetry::delivery
