#include "dockerfile/shell.h"

#include <algorithm>
#include <array>
#include <utility>

namespace container_kit::kit::dockerfile {
namespace {

constexpr std::size_t kUsualWords = 8;
constexpr std::size_t kUsualCommands = 8;
constexpr int kDeepest = 32;  // of scripts in scripts; what nests deeper is skipped

// Words that begin or join compound commands where a command's name may stand.
constexpr std::array<std::string_view, 12> kReserved{"if",    "then", "elif", "else", "fi", "while",
                                                     "until", "do",   "done", "{",    "}",  "!"};

// What a byte is where nothing quotes it. A script is asked about byte by byte, hence the table.
enum class Kind : unsigned char { kItself, kBlank, kOperator, kQuoting };

constexpr std::array<Kind, 256> kKinds = [] {
  std::array<Kind, 256> kinds{};
  const auto set = [&](std::string_view bytes, Kind kind) {
    for (const char byte : bytes) kinds[static_cast<unsigned char>(byte)] = kind;
  };
  set(" \t\r", Kind::kBlank);
  set(";&|()\n<>", Kind::kOperator);
  set("\\'\"$`", Kind::kQuoting);
  return kinds;
}();

Kind kind_of(char byte) {
  return kKinds[static_cast<unsigned char>(byte)];
}

bool is_blank(char byte) {
  return kind_of(byte) == Kind::kBlank;
}

bool is_operator(char byte) {
  return kind_of(byte) == Kind::kOperator;
}

bool is_name_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
         byte == '_';
}

bool is_assignment(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == 0 || equals == std::string_view::npos) return false;
  for (std::size_t i = 0; i < equals; ++i) {
    const char byte = text[i];
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
    const bool digit = byte >= '0' && byte <= '9';
    if (!letter && (i == 0 || !digit)) return false;
  }
  return true;
}

class Reader {
 public:
  Reader(std::string_view text, std::size_t base, int depth, bool in_subshell, std::vector<ShellCommand>& out)
      : text_(text), base_(base), depth_(depth), in_subshell_(in_subshell), out_(out) {}

  void read() {
    while (at_ < text_.size()) step();
    finish();
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void step() {
    const char byte = peek();
    if (is_blank(byte)) {
      ++at_;
    } else if (byte == '\\' && peek(1) == '\n') {
      at_ += 2;
    } else if (byte == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (!is_operator(byte) || (in_test_ && byte != '\n')) {
      word();
    } else if (byte == '<' || byte == '>') {
      redirection();
    } else if (byte == '(') {
      open_parenthesis();
    } else {
      separate();
    }
  }

  // ( … ) where a command may stand; elsewhere the parentheses of a function, an array or a pattern.
  void open_parenthesis() {
    ++at_;
    if (in_pattern_) return;
    if (!current_.words.empty()) {
      if (peek() == ')') {  // name()
        ++at_;
        current_ = {};
      }
      return;
    }
    if (text_.substr(at_).starts_with("(")) {  // (( arithmetic ))
      at_ = std::min(end_of_group(at_, '(', ')') + 1, text_.size());
      return;
    }
    const auto end = end_of_group(at_, '(', ')');
    inside(at_, end, true);
    at_ = std::min(end + 1, text_.size());
  }

  void separate() {
    const char byte = peek();
    const bool is_pipe = byte == '|' && peek(1) != '|';
    const bool is_double = (byte == '|' || byte == '&' || byte == ';') && peek(1) == byte;
    at_ += is_double || (is_pipe && peek(1) == '&') ? 2 : 1;
    if (in_pattern_ && (byte == ')' || byte == '|')) {
      current_ = {};
      if (byte == ')') in_pattern_ = false;
      return;
    }
    finish();
    if (byte == ';' && is_double && case_depth_ > 0) in_pattern_ = true;
    current_.reads_pipe = is_pipe;
    if (byte == '\n') read_here_documents();
  }

  void finish() {
    const bool is_command = !current_.words.empty() || !current_.assignments.empty();
    if (is_command && !in_pattern_) {
      current_.in_subshell = in_subshell_;
      out_.push_back(std::move(current_));
    }
    if (is_command || current_.reads_pipe) current_ = {};
    in_test_ = false;
    in_words_ = false;
  }

  struct HereDocument {
    std::string name;
    bool strips_tabs;
  };

  void redirection() {
    // The digits before it were taken for a word.
    auto& words = current_.words;
    if (at_ > 0 && !words.empty() && words.back().offset + words.back().text.size() == base_ + at_ &&
        std::all_of(words.back().text.begin(), words.back().text.end(),
                    [](char c) { return c >= '0' && c <= '9'; })) {
      words.pop_back();
    }
    if (peek(1) == '(') {  // <(…) and >(…)
      ++at_;
      return word();
    }
    const bool here = text_.substr(at_).starts_with("<<") && peek(2) != '<';
    while (peek() == '<' || peek() == '>' || peek() == '&' || peek() == '|') ++at_;
    const bool strips_tabs = here && peek() == '-';
    if (strips_tabs) ++at_;
    while (is_blank(peek())) ++at_;
    if (at_ >= text_.size() || is_operator(peek())) return;
    const auto target = read_word();
    if (here) here_documents_.push_back({target.text, strips_tabs});
  }

  void read_here_documents() {
    for (const auto& document : std::exchange(here_documents_, {})) {
      while (at_ < text_.size()) {
        const auto end = std::min(text_.find('\n', at_), text_.size());
        auto line = text_.substr(at_, end - at_);
        at_ = std::min(end + 1, text_.size());
        if (document.strips_tabs) line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
        if (line == document.name) break;
      }
    }
  }

  void word() {
    const auto begin = at_;
    auto read = read_word();
    if (at_ == begin) {  // nothing that a word can be made of
      ++at_;
      return;
    }
    const bool was_plain = read.text == text_.substr(begin, at_ - begin);
    if (was_plain && current_.words.empty() && reserved(read.text)) return;
    if (in_words_) return;
    if (current_.words.empty() && is_assignment(read.text)) {
      current_.assignments.push_back(std::move(read));
    } else {
      if (current_.words.empty()) current_.words.reserve(kUsualWords);
      current_.words.push_back(std::move(read));
    }
    if (current_.words.size() == 1 && current_.name() == "[[") in_test_ = true;
    if (in_test_ && current_.words.back().text == "]]") in_test_ = false;
  }

  bool reserved(std::string_view text) {
    if (in_pattern_) {
      if (text != "esac") return false;
      in_pattern_ = false;
      --case_depth_;
      return true;
    }
    if (text == "for" || text == "select") {
      in_words_ = true;  // up to the end of the line: a name and what it goes through
      return true;
    }
    if (text == "case") {
      skip_case_head();
      return true;
    }
    if (text == "esac" && case_depth_ > 0) {
      --case_depth_;
      return true;
    }
    return std::find(kReserved.begin(), kReserved.end(), text) != kReserved.end();
  }

  // `case WORD in`
  void skip_case_head() {
    for (int words = 0; words < 2 && at_ < text_.size();) {
      if (is_blank(peek()) || peek() == '\n') {
        ++at_;
      } else {
        const auto begin = at_;
        read_word();
        if (at_ == begin) return;
        ++words;
      }
    }
    ++case_depth_;
    in_pattern_ = true;
  }

  // A word, up to blank or operator. Scripts within it are read on the way.
  ShellWord read_word() {
    ShellWord result{{}, base_ + at_, false};
    while (at_ < text_.size() && !is_blank(peek()) && (in_test_ ? peek() != '\n' : !is_operator(peek()))) {
      part(result);
    }
    return result;
  }

  void part(ShellWord& out) {
    switch (peek()) {
      case '\\':
        ++at_;
        if (at_ < text_.size() && peek() != '\n') out.text += peek();
        if (at_ < text_.size()) ++at_;
        return;
      case '\'': {
        const auto end = std::min(text_.find('\'', at_ + 1), text_.size());
        out.text += text_.substr(at_ + 1, end - at_ - 1);
        at_ = std::min(end + 1, text_.size());
        return;
      }
      case '"':
        return double_quoted(out);
      case '$':
      case '`':
        return expansion(out);
      default:
        plain(out);
    }
  }

  // At least one byte: within [[ … ]] operators are words.
  void plain(ShellWord& out) {
    const auto begin = at_++;
    while (at_ < text_.size() && kind_of(text_[at_]) == Kind::kItself) ++at_;
    out.text += text_.substr(begin, at_ - begin);
  }

  void double_quoted(ShellWord& out) {
    for (++at_; at_ < text_.size() && peek() != '"';) {
      if (peek() == '\\' && at_ + 1 < text_.size()) {
        const char next = peek(1);
        if (next != '"' && next != '\\' && next != '$' && next != '`' && next != '\n') out.text += '\\';
        if (next != '\n') out.text += next;
        at_ += 2;
      } else if (peek() == '$' || peek() == '`') {
        expansion(out);
      } else {
        out.text += text_[at_++];
      }
    }
    if (at_ < text_.size()) ++at_;
  }

  // $name, ${…}, $(…), $((…)), `…`: kept as written.
  void expansion(ShellWord& out) {
    const auto begin = at_;
    std::size_t end = at_ + 1;
    if (peek() == '`') {
      end = std::min(text_.find('`', at_ + 1), text_.size());
      inside(at_ + 1, end, true);
      ++end;
    } else if (peek(1) == '(') {
      end = end_of_group(at_ + 2, '(', ')');
      if (peek(2) != '(') inside(at_ + 2, end, true);
      ++end;
    } else if (peek(1) == '{') {
      end = end_of_group(at_ + 2, '{', '}') + 1;
    } else {
      while (end < text_.size() && is_name_byte(text_[end])) ++end;
    }
    end = std::min(end, text_.size());
    out.expands = out.expands || end - begin > 1;
    out.text += text_.substr(begin, end - begin);
    at_ = end;
  }

  void inside(std::size_t begin, std::size_t end, bool in_subshell) {
    end = std::min(end, text_.size());
    if (depth_ >= kDeepest || begin >= end) return;
    Reader(text_.substr(begin, end - begin), base_ + begin, depth_ + 1, in_subshell, out_).read();
  }

  // Where the group that is open at `at` closes; the end where it does not. Quotes hide what is in them.
  std::size_t end_of_group(std::size_t at, char open, char close) const {
    int depth = 1;
    for (char quote = 0; at < text_.size(); ++at) {
      const char byte = text_[at];
      if (byte == '\\' && quote != '\'') {
        ++at;
      } else if (quote != 0) {
        if (byte == quote) quote = 0;
      } else if (byte == '\'' || byte == '"') {
        quote = byte;
      } else if (byte == open) {
        ++depth;
      } else if (byte == close && --depth == 0) {
        return at;
      }
    }
    return text_.size();
  }

  std::string_view text_;
  std::size_t base_;
  int depth_;
  bool in_subshell_;
  std::vector<ShellCommand>& out_;
  std::size_t at_ = 0;
  ShellCommand current_;
  std::vector<HereDocument> here_documents_;
  int case_depth_ = 0;
  bool in_pattern_ = false;  // between `in` or `;;` and `)`
  bool in_test_ = false;     // within [[ … ]]
  bool in_words_ = false;    // behind `for`
};

}  // namespace

std::vector<ShellCommand> shell_commands(std::string_view script) {
  std::vector<ShellCommand> commands;
  commands.reserve(kUsualCommands);
  Reader(script, 0, 0, false, commands).read();
  return commands;
}

}  // namespace container_kit::kit::dockerfile
