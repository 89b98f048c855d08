#include "config/privacy_options.h"

#include <algorithm>
#include <iterator>

#include "base/utf8.h"
#include "config/environment.h"

namespace container_kit::telemetry {

std::span<const std::string_view> privacy_detectors() noexcept {
  return config::kDetectorNames;
}

namespace config {
namespace {

constexpr std::size_t kMostRules = 256;
constexpr std::size_t kLongestGlob = 256;
constexpr std::size_t kShortestHashKey = 16;

std::string all_detectors() {
  std::string all;
  for (const std::string_view name : kDetectorNames) {
    if (!all.empty()) all += ", ";
    all.append("<").append(name).append(">");
  }
  return all;
}

// Why the text is no glob; empty where it is one.
std::string glob_fault(std::string_view glob) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (glob.size() > kLongestGlob) return "longer than 256 bytes";
  if (!base::is_valid_utf8(glob)) return "not valid UTF-8";
  if (std::any_of(glob.begin(), glob.end(), is_control)) return "has a control character";
  if (glob.find_first_of("[]{}\\") != std::string_view::npos) {
    return "globs have * and ? and no other special characters; for more, use a ValueMatcher";
  }
  return {};
}

class RuleCheck {
 public:
  explicit RuleCheck(std::vector<std::string>& faults) : faults_(faults) {}

  void check_glob(const std::string& where, std::string_view glob) {
    if (const std::string fault = glob_fault(glob); !fault.empty()) complain(where, glob, fault);
  }
  void check_detector(const std::string& where, std::string_view bracketed) {
    if (detector_number(bracketed) < 0)
      complain(where, bracketed, "no such detector; allowed: " + all_detectors());
  }
  void check_rule(const std::string& where, const PrivacyRule& rule) {
    if (is_bracketed(rule.key)) {
      complain(where + ".key", rule.key, "a detector's name goes into value");
    } else {
      check_glob(where + ".key", rule.key);
    }
    if (is_bracketed(rule.value)) {
      check_detector(where + ".value", rule.value);
      if (!rule.key.empty()) complain(where, rule.key, "a rule for a detector takes no key");
    } else {
      check_glob(where + ".value", rule.value);
    }
    if (rule.matcher != nullptr && !rule.value.empty())
      complain(where, rule.value, "has a matcher, too; give one");
    if (rule.key.empty() && rule.value.empty() && rule.matcher == nullptr) {
      complain(where, "", "says nothing; allowed: a key, a value or a matcher");
    }
  }
  void complain(const std::string& where, std::string_view what, std::string_view fault) {
    faults_.push_back(where + ": \"" + std::string(what) + "\": " + std::string(fault));
  }

 private:
  std::vector<std::string>& faults_;
};

PrivacyRule rule_of(const std::string& item, PrivacyAction action) {
  PrivacyRule rule{.action = action};
  const std::size_t equals = item.find('=');
  if (is_bracketed(item)) {
    rule.value = item;
  } else {
    rule.key = item.substr(0, equals);
    if (equals != std::string::npos) rule.value = item.substr(equals + 1);
  }
  return rule;
}

bool is_right(const PrivacyRule& rule, const std::string& item) {
  std::vector<std::string> faults;
  RuleCheck(faults).check_rule("", rule);
  const bool has_sides =
      is_bracketed(item) || item.find('=') == std::string::npos || (!rule.key.empty() && !rule.value.empty());
  return faults.empty() && has_sides;
}

std::string with_comma(std::string list, std::string_view item) {
  return list.append(list.empty() ? "" : ",").append(item);
}

// The rules of one action; those of the others, and those with a matcher, stay.
Setting rules(const char* name, const char* variable, const char* description, PrivacyAction action) {
  Setting setting{name,
                  {variable},
                  "KEY, KEY=VALUE or <detector>, several with commas; * and ? are the special characters",
                  description};
  setting.read = [action](std::string_view text, Config& config) {
    std::string unusable;
    std::vector<PrivacyRule>& all = config.privacy.rules;
    std::erase_if(all, [action](const PrivacyRule& rule) { return rule.action == action && !rule.matcher; });
    for (const std::string& item : split_list(text)) {
      PrivacyRule rule = rule_of(item, action);
      if (is_right(rule, item)) {
        all.push_back(std::move(rule));
      } else {
        unusable = with_comma(unusable, item);
      }
    }
    return unusable;
  };
  setting.print = [action](const Config& config) {
    std::string text;
    for (const PrivacyRule& rule : config.privacy.rules) {
      if (rule.action != action || rule.matcher != nullptr) continue;
      const bool is_pair = !rule.key.empty() && !rule.value.empty();
      text = with_comma(text, rule.key + (is_pair ? "=" : "") + rule.value);
    }
    return text;
  };
  return setting;
}

Setting keep() {
  Setting setting{"privacy.keep",
                  {"CONTAINER_KIT_PRIVACY_KEEP"},
                  "globs of keys, or <detector>, several with commas",
                  "Keys that no rule touches, and detectors that are switched off"};
  setting.read = [](std::string_view text, Config& config) {
    std::string unusable;
    config.privacy.keep.clear();
    for (const std::string& item : split_list(text)) {
      const bool is_usable = is_bracketed(item) ? detector_number(item) >= 0 : glob_fault(item).empty();
      if (is_usable) {
        config.privacy.keep.push_back(item);
      } else {
        unusable = with_comma(unusable, item);
      }
    }
    return unusable;
  };
  setting.print = [](const Config& config) {
    std::string text;
    for (const std::string& item : config.privacy.keep) text = with_comma(text, item);
    return text;
  };
  return setting;
}

std::vector<Word<PrivacyMode>> mode_words() {
  return {{"production", PrivacyMode::kProduction}, {"on", PrivacyMode::kOn}, {"off", PrivacyMode::kOff}};
}

Setting mode() {
  Setting setting{
      "privacy",
      {"CONTAINER_KIT_PRIVACY"},
      list_words(mode_words()),
      "Where the library's own rules of what must not leave the process are on: privacy.mode. off: "
      "no rule at all. docs/privacy.md"};
  setting.read = [](std::string_view text, Config& config) {
    const auto value = value_of(mode_words(), text);
    if (value) config.privacy.mode = *value;
    return value ? std::string() : std::string(text);
  };
  setting.print = [](const Config& config) { return word_of(mode_words(), config.privacy.mode); };
  return setting;
}

Setting hash_key() {
  Setting setting{"privacy.hash_key",
                  {"CONTAINER_KIT_PRIVACY_HASH_KEY"},
                  "16 bytes or more",
                  "What hashes are keyed with; none: a random key for each start"};
  setting.read = [](std::string_view text, Config& config) {
    config.privacy.hash_key = text;
    return std::string();
  };
  setting.print = [](const Config& config) { return config.privacy.hash_key.empty() ? "" : "****"; };
  return setting;
}

}  // namespace

bool is_bracketed(std::string_view text) noexcept {
  return text.size() >= 2 && text.front() == '<' && text.back() == '>';
}

int detector_number(std::string_view bracketed) noexcept {
  if (!is_bracketed(bracketed)) return -1;
  const std::string_view name = bracketed.substr(1, bracketed.size() - 2);
  const auto* const found = std::find(std::begin(kDetectorNames), std::end(kDetectorNames), name);
  return found == std::end(kDetectorNames) ? -1 : static_cast<int>(found - std::begin(kDetectorNames));
}

void add_privacy_settings(std::vector<Setting>& all) {
  all.push_back(mode());
  all.push_back(rules("privacy.drop", "CONTAINER_KIT_PRIVACY_DROP", "Attributes that are left out",
                      PrivacyAction::kDrop));
  all.push_back(rules("privacy.mask", "CONTAINER_KIT_PRIVACY_MASK", "Attributes whose values become REDACTED",
                      PrivacyAction::kMask));
  all.push_back(rules("privacy.hash", "CONTAINER_KIT_PRIVACY_HASH",
                      "Attributes whose values become a keyed hash", PrivacyAction::kHash));
  all.push_back(keep());
  all.push_back(hash_key());
}

void check_privacy_options(const PrivacyOptions& options, std::vector<std::string>& faults) {
  RuleCheck check(faults);
  for (std::size_t i = 0; i < options.rules.size(); ++i) {
    check.check_rule("privacy.rules[" + std::to_string(i) + "]", options.rules[i]);
  }
  for (std::size_t i = 0; i < options.keep.size(); ++i) {
    const std::string where = "privacy.keep[" + std::to_string(i) + "]";
    if (options.keep[i].empty()) {
      check.complain(where, "", "allowed: a glob of keys or a detector");
    } else if (is_bracketed(options.keep[i])) {
      check.check_detector(where, options.keep[i]);
    } else {
      check.check_glob(where, options.keep[i]);
    }
  }
  if (options.rules.size() + options.keep.size() > kMostRules) {
    faults.push_back(
        "privacy.rules, privacy.keep: " + std::to_string(options.rules.size() + options.keep.size()) +
        " rules; allowed: 256 or fewer");
  }
  if (!options.hash_key.empty() && options.hash_key.size() < kShortestHashKey) {
    faults.push_back("privacy.hash_key: " + std::to_string(options.hash_key.size()) +
                     " bytes; allowed: 16 or more, or none (CONTAINER_KIT_PRIVACY_HASH_KEY)");
  }
}

bool has_default_privacy(const Config& config) noexcept {
  return config.privacy.mode == PrivacyMode::kOn ||
         (config.privacy.mode == PrivacyMode::kProduction && config.environment == "production");
}

bool has_privacy(const Config& config) noexcept {
  return config.privacy.mode != PrivacyMode::kOff &&
         (has_default_privacy(config) || !config.privacy.rules.empty());
}

}  // namespace config
}  // namespace container_kit::telemetry
