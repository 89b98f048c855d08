#include "protocol/otlp_json_response.h"

#include <charconv>

namespace container_kit::telemetry::protocol {
namespace {

constexpr std::size_t kLongestMessage = 1'024;

void append_utf8(std::string& out, unsigned code) {
  constexpr unsigned kReplacement = 0xFFFD;
  if (code >= 0xD800 && code <= 0xDFFF) code = kReplacement;  // half of a pair
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// Takes keys and values off a JSON text, one behind the other, however they are nested.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }

  // The next string, or number; what stands between them is passed over. Empty at the end.
  std::string scalar() {
    while (!text_.empty() && text_.front() != '"' && !is_number(text_.front())) text_.remove_prefix(1);
    if (text_.empty()) return {};
    return text_.front() == '"' ? string() : number();
  }
  // Whether a colon comes next: the string before it was a key.
  bool was_key() {
    const std::size_t next = text_.find_first_not_of(" \t\r\n");
    return next != std::string_view::npos && text_[next] == ':';
  }

 private:
  static bool is_number(char c) { return (c >= '0' && c <= '9') || c == '-'; }

  std::string number() {
    std::string digits;
    for (; !text_.empty() && is_number(text_.front()); text_.remove_prefix(1)) digits += text_.front();
    return digits;
  }
  std::string string() {
    std::string out;
    text_.remove_prefix(1);
    while (!text_.empty() && text_.front() != '"') {
      const bool is_escape = text_.front() == '\\' && text_.size() > 1;
      if (is_escape) {
        unescape(out);
      } else {
        out += text_.front();
        text_.remove_prefix(1);
      }
    }
    text_.remove_prefix(text_.empty() ? 0 : 1);
    return out;
  }
  void unescape(std::string& out) {
    constexpr std::string_view kNames = "bfnrt";
    constexpr std::string_view kMeanings = "\b\f\n\r\t";
    const char name = text_[1];
    text_.remove_prefix(2);
    if (const std::size_t found = kNames.find(name); found != std::string_view::npos) {
      out += kMeanings[found];
    } else if (name == 'u') {
      constexpr std::size_t kDigits = 4;
      const std::string_view digits = text_.substr(0, kDigits);
      unsigned code = 0;
      std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
      append_utf8(out, code);
      text_.remove_prefix(digits.size());
    } else {
      out += name;
    }
  }

  std::string_view text_;
};

}  // namespace

PartialSuccess parse_otlp_json_response(std::string_view text) {
  PartialSuccess result;
  Scanner scanner(text);
  while (!scanner.at_end()) {
    const std::string key = scanner.scalar();
    if (!scanner.was_key()) continue;
    if (key == "rejectedSpans" || key == "rejectedDataPoints") {
      const std::string value = scanner.scalar();
      std::from_chars(value.data(), value.data() + value.size(), result.rejected);
    } else if (key == "errorMessage") {
      result.message = scanner.scalar().substr(0, kLongestMessage);
    }
  }
  return result;
}

}  // namespace container_kit::telemetry::protocol
