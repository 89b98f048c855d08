#include <algorithm>
#include <array>
#include <charconv>

#include "analyze/text.h"
#include "dockerfile/rules/families.h"
#include "dockerfile/rules/name_stack.h"
#include "dockerfile/rules/wording.h"
#include "dockerfile/variables.h"

namespace container_kit::kit::dockerfile::rule {
namespace {

using analysis::lower;

bool is_root(std::string_view user) {
  const auto name = user.substr(0, user.find(':'));
  return name == "root" || name == "0";
}

constexpr std::uint32_t kHighestPort = 65535;

// 80, 80/tcp, 8000-8010: whether the numbers are ports. What is no number is left to others.
bool ports_are_in_range(std::string_view word) {
  for (const auto part : analysis::split(word.substr(0, word.find('/')), '-')) {
    std::uint32_t port = 0;
    const auto read = std::from_chars(part.data(), part.data() + part.size(), port);
    if (read.ec == std::errc::result_out_of_range) return false;
    if (read.ec != std::errc{} || read.ptr != part.data() + part.size()) return true;
    if (port > kHighestPort) return false;
  }
  return true;
}

template <typename Visit>
void for_each_port(const LintContext& context, const Visit& visit) {
  for (const auto& instruction : context.instructions()) {
    if (instruction.keyword != Keyword::kExpose) continue;
    for (const auto& word : instruction.words) {
      if (word.text.find('$') == std::string::npos) visit(word);
    }
  }
}

bool is_label_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

bool is_label_key(std::string_view key) {
  if (key.empty() || key.front() < 'a' || key.front() > 'z' || key.back() == '.' || key.back() == '-')
    return false;
  if (analysis::contains(key, "..") || analysis::contains(key, "--")) return false;
  for (const std::string_view reserved : {"com.docker.", "io.docker.", "org.dockerproject."}) {
    if (key.starts_with(reserved)) return false;
  }
  return std::all_of(key.begin(), key.end(), is_label_byte);
}

// The words that BuildKit takes for secrets, as whole parts of a name between underscores.
constexpr std::array<std::string_view, 10> kSecretWords{
    "apikey", "auth", "credential", "credentials", "key", "passwd", "password", "pword", "secret", "token"};

bool names_secret(std::string_view name) {
  const auto lowered = lower(name);
  bool is_secret = false;
  for (std::string_view rest = lowered; !rest.empty();) {
    const auto end = std::min(rest.find('_'), rest.size());
    const auto part = analysis::trim(rest.substr(0, end));
    if (part == "public") return false;
    is_secret = is_secret || std::find(kSecretWords.begin(), kSecretWords.end(), part) != kSecretWords.end();
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return is_secret;
}

}  // namespace

// A stage that only others are built from may end as root; the one that runs may not.
void last_user_is_not_root(const LintContext& context, Report& report) {
  if (context.stages().empty()) return;
  const Word* last = nullptr;
  for (auto stage = context.stages().size() - 1; stage != kNoStage && last == nullptr;) {
    const auto& range = *context.stages()[stage].stage;
    for (auto i = range.first; i < range.end; ++i) {
      const auto& instruction = context.instructions()[i];
      if (instruction.keyword == Keyword::kUser && !instruction.words.empty())
        last = &instruction.words.front();
    }
    stage = context.stages()[stage].parent;
  }
  if (last == nullptr || !is_root(last->text)) return;
  report.add(last->at, "the image runs as root: end with USER and a number above 0");
}

void ports_are_valid(const LintContext& context, Report& report) {
  for_each_port(context, [&](const Word& word) {
    if (!ports_are_in_range(word.text))
      report.add(word.at, quote(word.text) + " is no port: they end at 65535");
  });
}

void port_protocol_is_lowercase(const LintContext& context, Report& report) {
  for_each_port(context, [&](const Word& word) {
    const auto slash = word.text.find('/');
    if (slash == std::string::npos) return;
    const auto protocol = word.text.substr(slash);
    if (protocol == lower(protocol)) return;
    report.add(word.at, "the protocol of " + quote(word.text) + " has capitals",
               std::string(word.text.substr(0, slash)) + lower(protocol));
  });
}

void expose_has_no_mapping(const LintContext& context, Report& report) {
  for_each_port(context, [&](const Word& word) {
    const auto colon = word.text.rfind(':');
    if (colon == std::string::npos) return;
    report.add(word.at, "EXPOSE takes the container's port only, no address and no host port",
               std::string(word.text.substr(colon + 1)));
  });
}

void env_does_not_use_itself(const LintContext& context, Report& report) {
  NameStack known;  // set before this instruction
  for (const auto& instruction : context.instructions()) {
    if (instruction.keyword == Keyword::kFrom) known.shrink_to(0);
    if (instruction.keyword == Keyword::kEnv && instruction.pairs.size() > 1) {
      NameStack set_here;
      for (const auto& pair : instruction.pairs) set_here.add(pair.key.text);
      for (const auto& [key, value] : instruction.pairs) {
        if (!value) continue;
        for (const auto& use : variables_in(value->text, context.file().escape)) {
          if (!set_here.has(use.name) || known.has(use.name) || use.name == key.text) continue;
          report.add(value->at, quote({"$", use.name}) +
                                    " is not set before this ENV ends: set it in one of its own above");
        }
      }
    }
    const bool sets = instruction.keyword == Keyword::kEnv || instruction.keyword == Keyword::kArg;
    for (const auto& pair : instruction.pairs) {
      if (sets) known.add(pair.key.text);
    }
  }
}

void label_keys_are_valid(const LintContext& context, Report& report) {
  for (const auto& instruction : context.instructions()) {
    if (instruction.keyword != Keyword::kLabel) continue;
    for (const auto& pair : instruction.pairs) {
      const auto key = analysis::unquoted(pair.key.text);
      if (analysis::contains(key, "$") || is_label_key(key)) continue;
      report.add(pair.key.at,
                 quote(key) + " is no good key: lower case, digits, single '.' and '-', not Docker's own");
    }
  }
}

void no_secrets_in_arg_or_env(const LintContext& context, Report& report) {
  for (const auto& instruction : context.instructions()) {
    if (instruction.keyword != Keyword::kArg && instruction.keyword != Keyword::kEnv) continue;
    for (const auto& pair : instruction.pairs) {
      if (!names_secret(pair.key.text)) continue;
      report.add(pair.key.at,
                 quote(pair.key.text) + " looks like a secret, and " +
                     std::string(name_of(instruction.keyword)) +
                     " leaves it in the image: use RUN --mount=type=secret, or set it at run time");
    }
  }
}

}  // namespace container_kit::kit::dockerfile::rule
