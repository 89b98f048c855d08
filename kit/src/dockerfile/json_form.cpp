#include "dockerfile/json_form.h"

#include <array>
#include <cstdint>

#include "dockerfile/lines.h"

namespace container_kit::kit::dockerfile {
namespace {

constexpr unsigned kNoDigit = 16;

unsigned hex_digit(char byte) {
  if (byte >= '0' && byte <= '9') return static_cast<unsigned>(byte - '0');
  if (byte >= 'a' && byte <= 'f') return static_cast<unsigned>(byte - 'a' + 10);
  if (byte >= 'A' && byte <= 'F') return static_cast<unsigned>(byte - 'A' + 10);
  return kNoDigit;
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto tail = [&](unsigned shift) { text += static_cast<char>(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0U | (code >> 6U));
    tail(0);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0U | (code >> 12U));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0U | (code >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

// RFC 8259, as far as an array of strings needs it.
class Reader {
 public:
  Reader(std::string_view text, TextStore& store) : text_(text), store_(store) {}

  std::optional<std::pmr::vector<JsonString>> array() {
    if (!take('[')) return std::nullopt;
    std::pmr::vector<JsonString> strings(store_.memory());
    if (take(']')) return at_end(std::move(strings));
    do {
      skip_space();
      const auto offset = at_;
      const auto string = read_string();
      if (!string) return std::nullopt;
      strings.push_back({*string, offset});
    } while (take(','));
    if (!take(']')) return std::nullopt;
    return at_end(std::move(strings));
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  bool take(char wanted) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  std::optional<std::pmr::vector<JsonString>> at_end(std::pmr::vector<JsonString> strings) {
    skip_space();
    if (at_ != text_.size()) return std::nullopt;
    return std::optional(std::move(strings));
  }

  static bool is_itself(char byte) {
    return static_cast<unsigned char>(byte) >= 0x20 && byte != '"' && byte != '\\';
  }

  // Up to the first byte that is not itself.
  std::string_view plain_part() {
    const auto begin = at_;
    while (at_ < text_.size() && is_itself(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  std::optional<std::string_view> read_string() {
    if (at_ >= text_.size() || text_[at_++] != '"') return std::nullopt;
    const auto first = plain_part();
    if (at_ < text_.size() && text_[at_] == '"') {
      ++at_;
      return first;
    }
    std::string decoded(first);
    while (at_ < text_.size() && text_[at_] == '\\') {
      ++at_;
      if (!read_escape(decoded)) return std::nullopt;
      decoded += plain_part();
    }
    if (at_ >= text_.size() || text_[at_++] != '"') return std::nullopt;
    return store_.keep(decoded);
  }

  bool read_escape(std::string& out) {
    if (at_ >= text_.size()) return false;
    const char byte = text_[at_++];
    if (byte == 'u') return read_unicode(out);
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kBytes = "\"\\/\b\f\n\r\t";
    const auto found = kNames.find(byte);
    if (found == std::string_view::npos) return false;
    out += kBytes[found];
    return true;
  }

  bool read_unicode(std::string& out) {
    auto code = four_digits();
    if (!code) return false;
    constexpr std::uint32_t kHigh = 0xD800;
    constexpr std::uint32_t kLow = 0xDC00;
    constexpr std::uint32_t kReplacement = 0xFFFD;
    if (*code >= kHigh && *code < kLow && text_.substr(at_).starts_with("\\u")) {
      const auto before = at_;
      at_ += 2;
      const auto low = four_digits();
      if (!low) return false;
      if (*low >= kLow && *low < kLow + 0x400) {
        code = 0x10000 + ((*code - kHigh) << 10U) + (*low - kLow);
      } else {
        at_ = before;
      }
    }
    append_utf8(out, *code >= kHigh && *code < 0xE000 ? kReplacement : *code);
    return true;
  }

  std::optional<std::uint32_t> four_digits() {
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i) {
      const auto digit = at_ < text_.size() ? hex_digit(text_[at_++]) : kNoDigit;
      if (digit == kNoDigit) return std::nullopt;
      code = code * 16 + digit;
    }
    return code;
  }

  std::string_view text_;
  TextStore& store_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<std::pmr::vector<JsonString>> json_form_of(std::string_view text, TextStore& store) {
  return Reader(text, store).array();
}

std::string json_quoted(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "\"";
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\') {
      out.append({'\\', byte});
    } else if (code < 0x20) {
      out.append("\\u00").append({kDigits[code / 16], kDigits[code % 16]});
    } else {
      out += byte;
    }
  }
  return out + '"';
}

}  // namespace container_kit::kit::dockerfile
