#include "dockerfile/parser.h"

#include <algorithm>
#include <utility>

#include "analyze/safe_text.h"
#include "analyze/text.h"
#include "dockerfile/instruction_parser.h"
#include "dockerfile/lines.h"
#include "tools/quoted.h"

namespace container_kit::kit::dockerfile {
namespace {

Position position_in(const SourceLine& line, std::string_view part) {
  return {line.number, static_cast<std::uint32_t>(part.data() - line.text.data()) + 1};
}

class FileParser {
 public:
  explicit FileParser(std::string_view text)
      : above_(file_.store->memory()), joiner_(*file_.store), lines_(source_lines(file_.store->keep(text))) {}

  Dockerfile parse() && {
    constexpr std::size_t kUsualMost = 256;
    file_.instructions.reserve(std::min(lines_.size(), kUsualMost));
    while (next_ < lines_.size()) read_line();
    find_stages();
    if (file_.stages.empty()) {
      fail("there is no FROM: begin with the image to build on, such as FROM debian:12-slim", {1, 1});
    }
    std::stable_sort(file_.errors.begin(), file_.errors.end(),
                     [](const SyntaxError& a, const SyntaxError& b) { return a.at < b.at; });
    return std::move(file_);
  }

 private:
  void fail(std::string message, Position at) { file_.errors.push_back({std::move(message), at}); }

  void read_line() {
    const auto& line = lines_[next_];
    const auto begin = trimmed_left(line.text);
    if (begin.starts_with('#')) {
      ++next_;
      if (!read_directive(line, begin)) add_comment(line, begin);
      return;
    }
    at_top_ = false;
    if (begin.empty()) {
      above_.clear();
      ++next_;
      return;
    }
    read_instruction();
  }

  Comment comment_of(const SourceLine& line, std::string_view marked) {
    return {trimmed(marked.substr(1)), position_in(line, marked)};
  }

  void add_comment(const SourceLine& line, std::string_view marked) {
    at_top_ = false;
    file_.comments.push_back(comment_of(line, marked));
    above_.push_back(file_.comments.back());
  }

  // `# name=value`, before everything else.
  bool read_directive(const SourceLine& line, std::string_view marked) {
    if (!at_top_) return false;
    const auto text = trimmed(marked.substr(1));
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return false;
    const auto name = analysis::lower(trimmed(text.substr(0, equals)));
    if (name != "syntax" && name != "escape" && name != "check") return false;
    const Directive directive{name, trimmed(text.substr(equals + 1)), position_in(line, marked)};
    if (file_.directive(name) != nullptr) fail("the directive '" + name + "' is there twice", directive.at);
    if (name == "escape") set_escape(directive);
    file_.directives.push_back(directive);
    return true;
  }

  void set_escape(const Directive& directive) {
    if (directive.value == "\\" || directive.value == "`") {
      file_.escape = directive.value.front();
    } else {
      fail("the directive escape takes \\ or `, not " + in_quotes(analysis::printable(directive.value)),
           directive.at);
    }
  }

  void read_instruction() {
    std::optional<Position> empty;
    auto last = lines_[next_].number;
    for (bool is_first = true; next_ < lines_.size(); is_first = false) {
      const auto& line = lines_[next_++];
      const auto begin = trimmed_left(line.text);
      if (!is_first && begin.starts_with('#')) {
        file_.comments.push_back(comment_of(line, begin));
        continue;
      }
      if (!is_first && begin.empty()) {
        if (!empty) empty = Position{line.number, 1};
        continue;
      }
      const auto part = continuation_of(is_first ? begin : line.text, file_.escape);
      joiner_.append(part.text, position_in(line, part.text));
      last = line.number;
      if (!part.goes_on) break;
    }
    const LocatedText text = joiner_.take();
    if (trimmed(text.text()).empty()) return;  // an escape alone
    add_instruction(text, empty, last);
  }

  void add_instruction(const LocatedText& text, std::optional<Position> empty, std::uint32_t last) {
    auto& instruction = file_.instructions.emplace_back(file_.store->memory());  // parsed where it stays
    parse_instruction(instruction, text, {*file_.store, file_.escape, file_.errors});
    instruction.comments.swap(above_);
    instruction.empty_continuation = empty;
    instruction.last_line = last;
    auto& heredocs =
        instruction.trigger.empty() ? instruction.heredocs : instruction.trigger.front().heredocs;
    for (auto& heredoc : heredocs) read_heredoc(heredoc);
    if (!heredocs.empty() && next_ > 0) instruction.last_line = lines_[next_ - 1].number;
  }

  void read_heredoc(Heredoc& heredoc) {
    while (next_ < lines_.size()) {
      const auto& line = lines_[next_++];
      auto text = line.text;
      if (heredoc.strips_tabs) text.remove_prefix(std::min(text.find_first_not_of('\t'), text.size()));
      if (text == heredoc.name) {
        heredoc.content = joiner_.take();
        return;
      }
      joiner_.append(text, position_in(line, text));
      joiner_.append("\n", {line.number, static_cast<std::uint32_t>(line.text.size()) + 1});
    }
    heredoc.content = joiner_.take();
    fail("the heredoc " + in_quotes(analysis::printable(heredoc.name)) +
             " has no end: write its name alone on a line behind it",
         heredoc.at);
  }

  void find_stages() {
    auto& instructions = file_.instructions;
    for (std::size_t i = 0; i < instructions.size(); ++i) {
      const auto& from = instructions[i];
      if (from.keyword != Keyword::kFrom) {
        if (!file_.stages.empty()) file_.stages.back().end = i + 1;
        continue;
      }
      Stage stage{i, i + 1, {{}, from.name.at}, {{}, from.name.at}, {{}, from.name.at}};
      if (!from.words.empty()) stage.image = from.words.front();
      if (from.words.size() == 3) {
        stage.as = from.words[1];
        stage.name = from.words[2];
      }
      file_.stages.push_back(stage);
    }
  }

  Dockerfile file_;
  std::pmr::vector<Comment> above_;
  TextJoiner joiner_;
  std::vector<SourceLine> lines_;
  std::size_t next_ = 0;
  bool at_top_ = true;
};

}  // namespace

Dockerfile parse(std::string_view text) {
  return FileParser(text).parse();
}

}  // namespace container_kit::kit::dockerfile
