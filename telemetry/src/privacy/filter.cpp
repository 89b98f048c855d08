#include "privacy/filter.h"

#include <algorithm>

#include "base/glob.h"
#include "base/random.h"
#include "config/privacy_options.h"
#include "privacy/sensitive_name.h"
#include "privacy/value_text.h"

namespace container_kit::telemetry::privacy {
namespace {

SipKey hash_key_of(const std::string& text) noexcept {
  if (text.empty()) return {base::next_random(), base::next_random()};
  return {SipHash({0, 1})(text), SipHash({0, 2})(text)};
}

Verdict verdict_of(PrivacyAction action) noexcept {
  switch (action) {
    case PrivacyAction::kDrop:
      return Verdict::kDrop;
    case PrivacyAction::kHash:
      return Verdict::kHash;
    case PrivacyAction::kMask:
      break;
  }
  return Verdict::kMask;
}

bool is_about_values(const PrivacyRule& rule) noexcept {
  return !rule.value.empty() || rule.matcher != nullptr;
}

bool fits_text(const PrivacyRule& rule, std::string_view text) noexcept {
  TextRange ignored{};
  if (rule.matcher != nullptr) return rule.matcher->find(text, 0, ignored);
  return base::matches_glob(rule.value, text);
}

// A value fits where it, or anything in it, does.
bool fits_value(const PrivacyRule& rule, const AttributeValue& value, int deepest) noexcept {
  NumberText room;
  if (!has_elements(value.type())) return fits_text(rule, scalar_text(value, room));
  bool fits = false;
  if (deepest == 0) return false;
  for_each_element(value, [&](const AttributeValue& element) {
    fits = fits_value(rule, element, deepest - 1);
    return !fits;
  });
  return fits;
}

// Both, in order; where they overlap, what they cover together is one find.
void merge(const Finds& first, const Finds& second, std::size_t text_size, Finds& merged) noexcept {
  std::span<const Find> a = first.all();
  std::span<const Find> b = second.all();
  Find last{};
  const auto take = [&](std::span<const Find>& from) {
    const Find& next = from.front();
    if (last.range.end != 0 && next.range.begin < last.range.end) {
      last.range.end = std::max(last.range.end, next.range.end);
    } else {
      if (last.range.end != 0) merged.add(last, text_size);
      last = next;
    }
    from = from.subspan(1);
  };
  while (!a.empty() || !b.empty()) {
    const bool a_first = b.empty() || (!a.empty() && a.front().range.begin <= b.front().range.begin);
    take(a_first ? a : b);
  }
  if (last.range.end != 0) merged.add(last, text_size);
}

}  // namespace

Filter::Filter(const Config& config)
    : hash_key_(hash_key_of(config.privacy.hash_key)), known_(base::next_random()) {
  const PrivacyOptions& options = config.privacy;
  detectors_.actions.fill(PrivacyAction::kMask);
  if (config::has_default_privacy(config)) detectors_.on = (std::uint32_t{1} << kDetectors) - 1;
  for (const PrivacyRule& rule : options.rules) {
    if (const int detector = config::detector_number(rule.value); detector >= 0) {
      detectors_.on |= std::uint32_t{1} << static_cast<unsigned>(detector);
      detectors_.actions[static_cast<std::size_t>(detector)] = rule.action;
    } else {
      rules_.push_back(rule);
      texts_need_look_ = texts_need_look_ || rule.key.empty();
    }
  }
  for (const std::string& kept : options.keep) {
    if (const int detector = config::detector_number(kept); detector >= 0) {
      detectors_.on &= ~(std::uint32_t{1} << static_cast<unsigned>(detector));
    } else {
      keep_.push_back(kept);
    }
  }
}

Verdict Filter::decide(std::string_view key) const noexcept {
  const auto fits = [key](const std::string& glob) { return base::matches_glob(glob, key); };
  if (std::any_of(keep_.begin(), keep_.end(), fits)) return Verdict::kKeep;
  for (const PrivacyRule& rule : rules_) {
    if (!rule.key.empty() && !fits(rule.key)) continue;
    return is_about_values(rule) ? Verdict::kAsk : verdict_of(rule.action);
  }
  if (detectors_.has(Detector::kKeyName) && is_secret_key(key))
    return verdict_of(detectors_.action(Detector::kKeyName));
  return detectors_.on != 0 ? Verdict::kScan : Verdict::kKeep;
}

Verdict Filter::judge(const Attribute& attribute) const noexcept {
  const std::string_view key = attribute.key;
  const bool is_short = key.size() - 1 < KnownKeys::kLongest;
  Verdict verdict = is_short ? known_.find(key) : Verdict::kUnknown;
  if (verdict == Verdict::kUnknown) {
    verdict = decide(key);
    if (is_short) known_.add(key, verdict);
  }
  if (verdict != Verdict::kAsk) return verdict;
  for (const PrivacyRule& rule : rules_) {
    if (!rule.key.empty() && !base::matches_glob(rule.key, key)) continue;
    const bool finds_parts = rule.matcher != nullptr && rule.key.empty();  // as find() does
    if (!is_about_values(rule) || (!finds_parts && fits_value(rule, attribute.value, kDeepest))) {
      return verdict_of(rule.action);
    }
  }
  if (detectors_.has(Detector::kKeyName) && is_secret_key(key))
    return verdict_of(detectors_.action(Detector::kKeyName));
  return Verdict::kScan;
}

bool Filter::has_find(std::string_view text) const noexcept {
  if (detectors_.on == 0) return false;
  Finds finds;
  scan(text, detectors_, finds);
  return !finds.empty();
}

void Filter::find(std::string_view text, Finds& finds) const noexcept {
  const bool is_scanned = detectors_.on != 0 && !is_plain(text);
  if (!texts_need_look_) {
    if (is_scanned) scan(text, detectors_, finds);
    return;
  }
  Finds by_rules;
  find_by_rules(text, by_rules);
  Finds by_detectors;
  if (is_scanned) scan(text, detectors_, by_detectors);
  merge(by_rules, by_detectors, text.size(), finds);
}

// By the rules without a key: the first that fits the whole text, or else all the parts that matchers find.
void Filter::find_by_rules(std::string_view text, Finds& finds) const noexcept {
  for (const PrivacyRule& rule : rules_) {
    if (!rule.key.empty() || rule.matcher != nullptr || !base::matches_glob(rule.value, text)) continue;
    finds.add({{0, text.size()}, rule.action}, text.size());
    return;
  }
  for (std::size_t at = 0; at < text.size(); at = finds.end()) {
    const Find first = first_match(text, at);
    if (first.range.end == 0) return;
    finds.add(first, text.size());
  }
}

// The match that begins first, of all matchers; one that ends at 0: none.
Find Filter::first_match(std::string_view text, std::size_t at) const noexcept {
  Find first{};
  for (const PrivacyRule& rule : rules_) {
    TextRange found{};
    if (!rule.key.empty() || rule.matcher == nullptr || !rule.matcher->find(text, at, found)) continue;
    const bool is_one = found.begin >= at && found.end > found.begin && found.end <= text.size();
    if (is_one && (first.range.end == 0 || found.begin < first.range.begin)) first = {found, rule.action};
  }
  return first;
}

bool Filter::is_card(std::int64_t number) const noexcept {
  if (number < kLeastCard || !detectors_.has(Detector::kCardNumber)) return false;
  NumberText room;
  TextRange ignored{};
  return find_card_number({scalar_text(number, room), 0, 0}, ignored);
}

Verdict Filter::card_verdict() const noexcept {
  return verdict_of(detectors_.action(Detector::kCardNumber));
}

void Filter::count(const Finds& finds) const noexcept {
  const std::span<const Find> all = finds.all();
  if (all.empty()) return;
  const bool hashed = std::all_of(all.begin(), all.end(),
                                  [](const Find& find) { return find.action == PrivacyAction::kHash; });
  count(hashed ? PrivacyAction::kHash : PrivacyAction::kMask);
}

Filter::Counts Filter::counts() const noexcept {
  const auto of = [this](PrivacyAction action) {
    return counts_[static_cast<std::size_t>(action)].load(std::memory_order_relaxed);
  };
  return {of(PrivacyAction::kDrop), of(PrivacyAction::kMask), of(PrivacyAction::kHash)};
}

HashText Filter::to_text(std::uint64_t hash) noexcept {
  constexpr char kDigits[] = "0123456789abcdef";
  HashText text{'h', 'a', 's', 'h', ':'};
  for (std::size_t i = text.size(); i > 5; --i) {
    text[i - 1] = kDigits[hash & 0xFU];
    hash >>= 4U;
  }
  return text;
}

std::uint64_t Filter::hash_bits(const AttributeValue& value, int deepest) const noexcept {
  NumberText room;
  if (!has_elements(value.type())) return SipHash(hash_key_)(scalar_text(value, room));
  std::uint64_t state[2] = {static_cast<std::uint64_t>(value.type()), 0};
  if (deepest == 0) return state[0];
  for_each_element(value, [&](const AttributeValue& element) {
    state[1] = hash_bits(element, deepest - 1);
    state[0] = SipHash(hash_key_)({reinterpret_cast<const char*>(state), sizeof state});
    return true;
  });
  return state[0];
}

}  // namespace container_kit::telemetry::privacy
