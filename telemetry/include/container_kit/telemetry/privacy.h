// Privacy: what must not leave the process in telemetry, and what becomes of it.
//
// Every attribute key and every text of a span, an event, a link, a metric, an exemplar or the resource is
// held against the rules before it is stored anywhere, the flight buffer included. A rule names keys, values
// or both, and drops the attribute, masks the value or replaces it by a hash:
//
//   config.privacy.rules.push_back({.key = "user.*", .action = telemetry::PrivacyAction::kHash});
//   config.privacy.rules.push_back({.key = "http.url", .value = "*internal*"});   // masked
//   config.privacy.rules.push_back({.value = "<email>", .action = telemetry::PrivacyAction::kHash});
//
// The library's own rules stand behind those of the user: keys such as `password` and `authorization`, and
// detectors that find secrets inside longer texts. They are on where Config::environment is "production", and
// wherever the mode says so. docs/privacy.md has all of it.
//
// Globs: `*` is any run of characters, `?` any one; letters match in either case. There are no classes.
//
// Thread safety and ownership: plain values that own their strings. A ValueMatcher is called by any number of
// threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace container_kit::telemetry {

enum class PrivacyMode : std::uint8_t {
  kProduction,  // the user's rules everywhere, the library's own in production
  kOn,
  kOff,  // not even the user's rules
};

enum class PrivacyAction : std::uint8_t {
  kDrop,  // the attribute is left out; a name or a description, which cannot be, is masked
  kMask,  // the value, or what was found in it, becomes "REDACTED"
  kHash,  // it becomes "hash:" and 16 hexadecimal digits, the same for equal values
};

// Part of a text, as positions in it.
struct TextRange {
  std::size_t begin;
  std::size_t end;
};

// A value pattern of another kind, such as a regular expression.
class ValueMatcher {
 public:
  ValueMatcher() = default;
  ValueMatcher(const ValueMatcher&) = delete;
  ValueMatcher& operator=(const ValueMatcher&) = delete;
  virtual ~ValueMatcher() = default;
  // The first match in `text` that begins at `from` or later. False: none; an empty match counts as none.
  // Must not throw or block, is called on the thread that sets the attribute, and more than once for a text:
  // the same text must have the same answer for as long as the Manager runs.
  virtual bool find(std::string_view text, std::size_t from, TextRange& found) const noexcept = 0;
};

// At least one of the first three says what the rule is about. The first rule that fits decides; `value`,
// which is about a whole value, and `matcher`, which finds parts of one, are not for one and the same rule.
struct PrivacyRule {
  std::string key = {};  // a glob; empty: any key, and texts that have none (names, descriptions)
  // A glob over a whole text, or "<name>", a detector of the library whose action this rule sets. Empty: any.
  std::string value = {};
  PrivacyAction action = PrivacyAction::kMask;
  std::shared_ptr<const ValueMatcher> matcher = {};
};

struct PrivacyOptions {
  PrivacyMode mode = PrivacyMode::kProduction;  // CONTAINER_KIT_PRIVACY: production, on, off
  // CONTAINER_KIT_PRIVACY_DROP, _MASK and _HASH: lists of KEY, KEY=VALUE or <detector>.
  std::vector<PrivacyRule> rules;
  // What no rule touches: globs of keys, whose values pass as they are, and detectors, "<name>", that are
  // switched off. CONTAINER_KIT_PRIVACY_KEEP.
  std::vector<std::string> keep;
  // What hashes are keyed with: 16 bytes or more. Programs with the same key give equal values equal hashes.
  // Empty: a random one for each start. CONTAINER_KIT_PRIVACY_HASH_KEY.
  std::string hash_key;
};

// The detectors' names, without the angle brackets.
std::span<const std::string_view> privacy_detectors() noexcept;

}  // namespace container_kit::telemetry
