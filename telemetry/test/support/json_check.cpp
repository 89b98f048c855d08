#include "support/json_check.h"

#include "base/utf8.h"

namespace container_kit::telemetry::test {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

class Checker {
 public:
  explicit Checker(std::string_view text) : rest_(text) {}

  bool value() {
    space();
    if (rest_.empty()) return false;
    switch (rest_[0]) {
      case '{':
        return list('{', '}', true);
      case '[':
        return list('[', ']', false);
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }
  bool at_end() {
    space();
    return rest_.empty();
  }

 private:
  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void space() {
    while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_[0]) != std::string_view::npos) {
      rest_.remove_prefix(1);
    }
  }
  bool word(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  bool list(char open, char close, bool has_keys) {
    if (!take(open)) return false;
    space();
    if (take(close)) return true;
    do {
      space();
      if (has_keys && !(string() && (space(), take(':')))) return false;
      if (!value()) return false;
      space();
    } while (take(','));
    return take(close);
  }
  bool string() {
    if (!take('"')) return false;
    while (!rest_.empty() && rest_[0] != '"') {
      if (static_cast<unsigned char>(rest_[0]) < 0x20) return false;
      if (take('\\') && !escape()) return false;
      if (!rest_.empty() && rest_[0] != '"' && rest_[0] != '\\') plain();
    }
    return take('"');
  }
  // One character that stands for itself, unless it has to be looked at again.
  void plain() {
    if (static_cast<unsigned char>(rest_[0]) >= 0x20) rest_.remove_prefix(1);
  }
  bool escape() {
    if (rest_.empty()) return false;
    const char kind = rest_[0];
    rest_.remove_prefix(1);
    if (kind != 'u') return std::string_view("\"\\/bfnrt").find(kind) != std::string_view::npos;
    const std::string_view digits = rest_.substr(0, 4);
    if (digits.size() < 4 || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
      return false;
    }
    rest_.remove_prefix(4);
    return true;
  }
  bool digits() {
    if (rest_.empty() || !is_digit(rest_[0])) return false;
    while (!rest_.empty() && is_digit(rest_[0])) rest_.remove_prefix(1);
    return true;
  }
  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      return digits();
    }
    return true;
  }

  std::string_view rest_;
};

}  // namespace

bool is_json(std::string_view text) {
  Checker checker(text);
  return base::is_valid_utf8(text) && checker.value() && checker.at_end();
}

}  // namespace container_kit::telemetry::test
