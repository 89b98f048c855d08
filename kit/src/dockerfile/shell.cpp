#include "dockerfile/shell.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace container_kit::kit::dockerfile {
namespace {

constexpr std::size_t kMostUsualWords = 8;  // of a command
constexpr std::size_t kUsualWord = 4;       // bytes
constexpr std::size_t kUsualCommand = 24;   // bytes
constexpr int kDeepest = 32;                // of scripts in scripts; what nests deeper is skipped

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

// A word as it grows, of parts of the script: a view of it while they follow each other there.
class Growing {
 public:
  void append(std::string_view part) {
    if (part.empty()) return;
    if (copy_.empty() && view_.empty()) {
      view_ = part;
    } else if (copy_.empty() && view_.data() + view_.size() == part.data()) {
      view_ = {view_.data(), view_.size() + part.size()};
    } else {
      if (copy_.empty()) copy_ = view_;
      copy_ += part;
    }
  }
  std::string_view take(TextStore& store) const { return copy_.empty() ? view_ : store.keep(copy_); }

 private:
  std::string_view view_;
  std::string copy_;
};

// Where the commands go, and what they are made of.
struct Output {
  std::pmr::vector<ShellCommand>& commands;
  TextStore& store;
};

class Reader {
 public:
  Reader(std::string_view text, std::size_t base, int depth, bool in_subshell, const Output& out)
      : text_(text),
        base_(base),
        depth_(depth),
        in_subshell_(in_subshell),
        out_(out),
        current_(out.store.memory()) {}

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
        forget();
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
      forget();
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
      out_.commands.push_back(std::move(current_));
    }
    forget();
    in_test_ = false;
    in_words_ = false;
  }

  void forget() {
    current_.assignments.clear();
    current_.words.clear();
    current_.reads_pipe = false;
  }

  struct HereDocument {
    std::string_view name;
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
    const auto read = read_word();
    if (at_ == begin) {  // nothing that a word can be made of
      ++at_;
      return;
    }
    const bool was_plain = read.text == text_.substr(begin, at_ - begin);
    if (was_plain && current_.words.empty() && reserved(read.text)) return;
    if (in_words_) return;
    if (current_.words.empty() && is_assignment(read.text)) {
      current_.assignments.push_back(read);
    } else {
      if (current_.words.empty()) {
        current_.words.reserve(std::min(kMostUsualWords, (text_.size() - at_) / kUsualWord + 1));
      }
      current_.words.push_back(read);
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
    Growing text;
    while (at_ < text_.size() && !is_blank(peek()) && (in_test_ ? peek() != '\n' : !is_operator(peek()))) {
      result.expands |= part(text);
    }
    result.text = text.take(out_.store);
    return result;
  }

  // Whether the shell puts something else there.
  bool part(Growing& out) {
    switch (peek()) {
      case '\\':
        ++at_;
        if (at_ < text_.size() && peek() != '\n') out.append(text_.substr(at_, 1));
        if (at_ < text_.size()) ++at_;
        return false;
      case '\'': {
        const auto end = std::min(text_.find('\'', at_ + 1), text_.size());
        out.append(text_.substr(at_ + 1, end - at_ - 1));
        at_ = std::min(end + 1, text_.size());
        return false;
      }
      case '"':
        return double_quoted(out);
      case '$':
      case '`':
        return expansion(out);
      default:
        plain(out);
        return false;
    }
  }

  // At least one byte: within [[ … ]] operators are words.
  void plain(Growing& out) {
    const auto begin = at_++;
    while (at_ < text_.size() && kind_of(text_[at_]) == Kind::kItself) ++at_;
    out.append(text_.substr(begin, at_ - begin));
  }

  bool double_quoted(Growing& out) {
    bool expands = false;
    for (++at_; at_ < text_.size() && peek() != '"';) {
      if (peek() == '\\' && at_ + 1 < text_.size()) {
        const char next = peek(1);
        const bool is_escape = next == '"' || next == '\\' || next == '$' || next == '`' || next == '\n';
        if (!is_escape) out.append(text_.substr(at_, 1));
        if (next != '\n') out.append(text_.substr(at_ + 1, 1));
        at_ += 2;
      } else if (peek() == '$' || peek() == '`') {
        expands |= expansion(out);
      } else {
        out.append(text_.substr(at_++, 1));
      }
    }
    if (at_ < text_.size()) ++at_;
    return expands;
  }

  // $name, ${…}, $(…), $((…)), `…`: kept as written.
  bool expansion(Growing& out) {
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
    out.append(text_.substr(begin, end - begin));
    at_ = end;
    return end - begin > 1;
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
  const Output& out_;
  std::size_t at_ = 0;
  ShellCommand current_;
  std::vector<HereDocument> here_documents_;
  int case_depth_ = 0;
  bool in_pattern_ = false;  // between `in` or `;;` and `)`
  bool in_test_ = false;     // within [[ … ]]
  bool in_words_ = false;    // behind `for`
};

}  // namespace

std::pmr::vector<ShellCommand> shell_commands(std::string_view script, TextStore& store) {
  std::pmr::vector<ShellCommand> commands(store.memory());
  commands.reserve(script.size() / kUsualCommand + 1);
  Reader(script, 0, 0, false, {commands, store}).read();
  return commands;
}

}  // namespace container_kit::kit::dockerfile
