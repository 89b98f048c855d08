#include "dockerfile/instruction_parser.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analyze/safe_text.h"
#include "analyze/text.h"
#include "dockerfile/closest_name.h"
#include "dockerfile/json_form.h"
#include "dockerfile/lines.h"
#include "dockerfile/variables.h"
#include "tools/quoted.h"

namespace container_kit::kit::dockerfile {
namespace {

struct KnownFlags {
  Keyword keyword;
  std::string_view names;  // separated by spaces
};

constexpr std::array<KnownFlags, 5> kFlags{{
    {Keyword::kAdd, "chown chmod link keep-git-dir checksum exclude unpack"},
    {Keyword::kCopy, "from chown chmod link parents exclude"},
    {Keyword::kFrom, "platform"},
    {Keyword::kHealthcheck, "interval timeout start-period start-interval retries"},
    {Keyword::kRun, "mount network security device"},
}};

std::string_view flags_of(Keyword keyword) {
  for (const auto& known : kFlags) {
    if (known.keyword == keyword) return known.names;
  }
  return {};
}

std::vector<std::string_view> words_in(std::string_view list) {
  std::vector<std::string_view> words;
  for (const auto span : spans_of(list)) words.push_back(list.substr(span.begin, span.end - span.begin));
  return words;
}

std::string shown(std::string_view text) {
  return in_quotes(analysis::printable(text));
}

bool is_name_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
         byte == '_' || byte == '-' || byte == '.';
}

class Parser {
 public:
  // ONBUILD within ONBUILD is an error that a rule reports; it is not followed, so that nothing nests deep.
  enum class Place { kFile, kOnbuild };

  Parser(Instruction& result, const LocatedText& line, const FileSetup& setup, Place place)
      : result_(result), setup_(setup), escape_(setup.escape), place_(place) {
    result_.line = line;
  }

  void parse() {
    read_keyword();
    if (result_.keyword == Keyword::kUnknown) return unknown_instruction();
    if (result_.keyword != Keyword::kOnbuild) read_flags();
    if (result_.argument_text().empty() && result_.flags.empty()) {
      return fail(std::string(name_of(result_.keyword)) + " needs an argument", result_.name.at);
    }
    read_arguments();
    check_quotes();
  }

 private:
  std::string_view text() const { return result_.line.text(); }

  void fail(std::string message, Position at) { setup_.errors.push_back({std::move(message), at}); }

  Word word(Span span) const { return {view(span), at(span)}; }
  std::string_view view(Span span) const {
    return text().substr(result_.arguments + span.begin, span.end - span.begin);
  }
  Position at(Span span) const { return result_.line.at(result_.arguments + span.begin); }

  std::size_t behind_space(std::size_t at) const {
    while (at < text().size() && is_space(text()[at])) ++at;
    return at;
  }

  void read_keyword() {
    std::size_t end = 0;
    while (end < text().size() && !is_space(text()[end])) ++end;
    result_.name = {text().substr(0, end), result_.line.at(0)};
    result_.keyword = keyword_of(result_.name.text);
    result_.arguments = behind_space(end);
  }

  void unknown_instruction() {
    std::vector<std::string_view> names;
    for (int i = 0; i < static_cast<int>(Keyword::kUnknown); ++i) {
      names.push_back(name_of(static_cast<Keyword>(i)));
    }
    const auto meant = closest_name(result_.name.text, names);
    fail("unknown instruction " + shown(result_.name.text) +
             (meant.empty() ? "; if it goes on from the line above, end that with " + std::string(1, escape_)
                            : "; did you mean " + meant + "?"),
         result_.name.at);
  }

  // --name[=value], as many as there are; "--" alone ends them.
  void read_flags() {
    while (text().compare(result_.arguments, 2, "--") == 0) {
      const auto begin = result_.arguments;
      const auto end = quoted_end(text(), begin, escape_);
      if (end - begin == 2) {
        result_.arguments = behind_space(end);
        return;
      }
      add_flag(text().substr(begin + 2, end - begin - 2), result_.line.at(begin));
      result_.arguments = behind_space(end);
    }
  }

  void add_flag(std::string_view written, Position at) {
    const auto equals = written.find('=');
    Flag flag{written.substr(0, equals), {}, equals != std::string_view::npos, at};
    if (flag.has_value) flag.value = written.substr(equals + 1);
    const auto known = flags_of(result_.keyword);
    if (!is_listed(known, flag.name)) {
      const auto meant = closest_name(flag.name, words_in(known));
      fail(std::string(name_of(result_.keyword)) + " has no flag " + shown("--" + std::string(flag.name)) +
               (meant.empty() ? "; leave it out, or use the exec form where it is the command's"
                              : "; did you mean --" + meant + "?"),
           at);
    }
    result_.flags.push_back(flag);
  }

  void read_arguments() {
    switch (result_.keyword) {
      case Keyword::kEnv:
      case Keyword::kLabel:
        return read_pairs();
      case Keyword::kArg:
        return read_arg();
      case Keyword::kAdd:
      case Keyword::kCopy:
        return read_copy();
      case Keyword::kVolume:
        return read_json_or([&] { split(); });
      case Keyword::kRun:
        read_json_or([&] { whole(); });
        return find_heredocs();
      case Keyword::kCmd:
      case Keyword::kEntrypoint:
        return read_json_or([&] { whole(); });
      case Keyword::kShell:
        return read_json_or([&] {
          fail("SHELL takes a JSON array of strings, such as [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]",
               result_.line.at(result_.arguments));
        });
      case Keyword::kFrom:
        return read_from();
      case Keyword::kExpose:
        return split();
      case Keyword::kHealthcheck:
        return read_healthcheck();
      case Keyword::kOnbuild:
        return read_onbuild();
      default:
        return whole();
    }
  }

  // Where BuildKit substitutes variables, it reads quotes too.
  void check_quotes() {
    for (const auto& pair : result_.pairs) {
      check_quotes(pair.key);
      if (pair.value) check_quotes(*pair.value);
    }
    constexpr std::array kSubstituted{Keyword::kAdd,        Keyword::kCopy, Keyword::kExpose,
                                      Keyword::kStopsignal, Keyword::kUser, Keyword::kVolume,
                                      Keyword::kWorkdir};
    if (result_.is_json) return;
    if (std::find(kSubstituted.begin(), kSubstituted.end(), result_.keyword) == kSubstituted.end()) return;
    for (const auto& written : result_.words) check_quotes(written);
  }

  void check_quotes(const Word& written) {
    if (has_open_quote(written.text, escape_)) {
      fail("a quote in " + shown(written.text) + " is opened and not closed; escape it if it is meant",
           written.at);
    }
  }

  void split() {
    constexpr std::size_t kUsual = 4;
    result_.words.reserve(kUsual);
    for_each_span(result_.argument_text(), [&](Span span) { result_.words.push_back(word(span)); });
  }

  void whole() {
    const auto written = trimmed(result_.argument_text());
    if (!written.empty()) result_.words.push_back(word({0, written.size()}));
  }

  template <typename Otherwise>
  void read_json_or(const Otherwise& otherwise) {
    const auto strings = json_form_of(result_.argument_text(), setup_.store);
    if (!strings) return otherwise();
    result_.is_json = true;
    result_.words.reserve(strings->size());
    for (const auto& string : *strings) {
      result_.words.push_back({string.text, result_.line.at(result_.arguments + string.offset)});
    }
  }

  void read_copy() {
    read_json_or([&] { split(); });
    find_heredocs();
    if (result_.words.size() >= 2) return;
    fail(std::string(name_of(result_.keyword)) + " needs a source and a destination", result_.name.at);
  }

  void read_from() {
    split();
    const auto& words = result_.words;
    const bool is_named = words.size() == 3 && analysis::lower(words[1].text) == "as";
    if (words.size() == 1 || is_named) {
      if (is_named) check_stage_name(words[2]);
      return;
    }
    fail("FROM takes an image, and with AS a name for the stage", result_.name.at);
  }

  void check_stage_name(const Word& name) {
    const char first = name.text.front();
    const bool begins_well = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
    if (begins_well && std::all_of(name.text.begin(), name.text.end(), is_name_byte)) return;
    fail("a stage's name begins with a letter and has letters, digits, '_', '-' and '.' only; rename " +
             shown(name.text),
         name.at);
  }

  void read_arg() {
    for (const auto span : quoted_spans_of(result_.argument_text(), escape_)) {
      const auto written = view(span);
      const auto equals = written.find('=');
      Pair pair{{written.substr(0, equals), at(span)}, std::nullopt};
      if (equals != std::string_view::npos) pair.value = value_behind(span, equals);
      if (pair.key.text.empty()) fail("ARG needs a name before the '='", at(span));
      result_.pairs.push_back(pair);
    }
  }

  Word value_behind(Span span, std::size_t equals) const { return word({span.begin + equals + 1, span.end}); }

  void read_pairs() {
    const auto spans = quoted_spans_of(result_.argument_text(), escape_);
    if (spans.empty()) return;
    if (view(spans.front()).find('=') == std::string_view::npos) return read_legacy_pair(spans);
    for (const auto span : spans) {
      const auto written = view(span);
      const auto equals = written.find('=');
      if (equals == std::string_view::npos || equals == 0) {
        fail(shown(written) + " is not of the form name=value; quote a value that has spaces", at(span));
        continue;
      }
      result_.pairs.push_back({{written.substr(0, equals), at(span)}, value_behind(span, equals)});
    }
  }

  // The first word is the name; all that follows is the value.
  void read_legacy_pair(const std::vector<Span>& spans) {
    result_.is_legacy = true;
    Pair pair{word(spans.front()), std::nullopt};
    if (spans.size() > 1) {
      pair.value = word({spans[1].begin, trimmed_end()});
    } else {
      fail(std::string(name_of(result_.keyword)) + " needs a value: write " +
               shown(std::string(pair.key.text) + "=value"),
           pair.key.at);
    }
    result_.pairs.push_back(pair);
  }

  std::size_t trimmed_end() const {
    auto end = result_.argument_text().size();
    while (end > 0 && is_space(result_.argument_text()[end - 1])) --end;
    return end;
  }

  void read_healthcheck() {
    const auto spans = spans_of(result_.argument_text());
    const auto kind = spans.empty() ? std::string_view() : view(spans.front());
    const bool is_cmd = keyword_of(kind) == Keyword::kCmd;
    const bool is_none = analysis::lower(kind) == "none";
    if (!is_cmd && !is_none) {
      fail("HEALTHCHECK takes CMD and a command, or NONE", result_.name.at);
      return;
    }
    if (is_cmd && spans.size() == 1) fail("HEALTHCHECK CMD needs a command", result_.name.at);
    if (is_none || spans.size() == 1) return;
    result_.arguments += spans[1].begin;
    read_json_or([&] { whole(); });
  }

  void read_onbuild() {
    if (place_ == Place::kOnbuild) return whole();
    auto& trigger = result_.trigger.emplace_back(setup_.store.memory());
    Parser(trigger, result_.line.from(result_.arguments), setup_, Place::kOnbuild).parse();
  }

  void find_heredocs() {
    if (result_.is_json || result_.argument_text().find("<<") == std::string_view::npos) return;
    for (const auto span : quoted_spans_of(result_.argument_text(), escape_)) add_heredoc(word(span));
  }

  // [n]<<[-]name
  void add_heredoc(const Word& written) {
    std::string_view rest = written.text;
    while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') rest.remove_prefix(1);
    if (!rest.starts_with("<<")) return;
    rest.remove_prefix(2);
    Heredoc heredoc;
    std::string name;
    heredoc.strips_tabs = rest.starts_with('-');
    if (heredoc.strips_tabs) rest.remove_prefix(1);
    if (rest.empty() || rest.find('<') != std::string_view::npos) return;
    for (const char byte : rest) {
      const bool is_quote = byte == '"' || byte == '\'';
      if (is_quote) heredoc.expands = false;
      if (!is_quote && byte != escape_) name += byte;
    }
    if (name.empty()) return;
    heredoc.name = setup_.store.keep(name);
    heredoc.at = written.at;
    result_.heredocs.push_back(heredoc);
  }

  Instruction& result_;
  const FileSetup& setup_;
  char escape_;
  Place place_;
};

}  // namespace

void parse_instruction(Instruction& result, const LocatedText& line, const FileSetup& setup) {
  Parser(result, line, setup, Parser::Place::kFile).parse();
}

}  // namespace container_kit::kit::dockerfile
