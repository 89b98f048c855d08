// Filter: the rules of a Config, compiled once, and asked of every key and text before anything is stored.
//
// Most attributes are harmless, and passes() says so at the cost of a hash of the key and a look at the words
// of a short text, or a second, closer look at one that is not plain. What it does not let pass goes through
// the functions below it, which find out why.
//
// Thread safety: all functions from any thread at once. Nothing is allocated and nothing blocks once it is
// made.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/attribute.h>
#include <container_kit/telemetry/config.h>

#include "privacy/finds.h"
#include "privacy/known_keys.h"
#include "privacy/plain_text.h"
#include "privacy/scanner.h"
#include "privacy/sip_hash.h"

namespace container_kit::telemetry::privacy {

// What a find is replaced by.
constexpr std::string_view kMasked = "REDACTED";
constexpr std::size_t kHashTextSize = 21;  // "hash:" and 16 digits
using HashText = std::array<char, kHashTextSize>;

class Filter {
 public:
  // Precondition: Config::validate() found no fault.
  explicit Filter(const Config& config);

  // True: the attribute is short, scalar and harmless.
  bool passes(const Attribute& attribute) const noexcept {
    using Type = AttributeValue::Type;
    if (attribute.key.size() - 1 >= KnownKeys::kLongest) return false;
    const Verdict verdict = known_.find(attribute.key);
    if (verdict != Verdict::kScan) return verdict == Verdict::kKeep;
    const AttributeValue& value = attribute.value;
    if (value.type() == Type::kString) return is_harmless(value.as_string());
    if (value.type() == Type::kInt) return value.as_int() < kLeastCard;
    return value.type() == Type::kBool || value.type() == Type::kDouble;
  }
  // True: a name or a description in which there is nothing to find.
  bool passes_text(std::string_view text) const noexcept { return !texts_need_look_ && is_harmless(text); }

  // What the rules say of the key, and where that is kAsk, of the value: never kUnknown or kAsk.
  Verdict judge(const Attribute& attribute) const noexcept;
  // What is to be replaced in a text: of a value, or of what has no key. `finds` is empty before.
  void find(std::string_view text, Finds& finds) const noexcept;
  // Whether an integer is a card's number.
  bool is_card(std::int64_t number) const noexcept;
  Verdict card_verdict() const noexcept;

  // "hash:" and the keyed hash. Of a value that is not a text: of the text it would be, or of its elements'
  // hashes.
  HashText hash(std::string_view text) const noexcept { return to_text(SipHash(hash_key_)(text)); }
  HashText hash(const AttributeValue& value) const noexcept { return to_text(hash_bits(value, kDeepest)); }

  // Attributes and texts that were changed.
  struct Counts {
    std::uint64_t dropped = 0;
    std::uint64_t masked = 0;
    std::uint64_t hashed = 0;
  };
  void count(PrivacyAction action) const noexcept {
    counts_[static_cast<std::size_t>(action)].fetch_add(1, std::memory_order_relaxed);
  }
  // As hashed where all of them were, else as masked.
  void count(const Finds& finds) const noexcept;
  Counts counts() const noexcept;

 private:
  // The smallest number that is read as a card's: of thirteen digits.
  static constexpr std::int64_t kLeastCard = 1'000'000'000'000;
  static constexpr std::size_t kShort = 48;

  static bool is_plain(std::string_view text) noexcept {
    return text.size() <= kShort && is_plain_text(text.data(), text.size());
  }
  // Of a short text, whether the detectors find nothing in it.
  bool is_harmless(std::string_view text) const noexcept {
    return text.size() <= kShort && (is_plain_text(text.data(), text.size()) || !has_find(text));
  }
  bool has_find(std::string_view text) const noexcept;
  static constexpr int kDeepest = 64;
  static HashText to_text(std::uint64_t hash) noexcept;
  std::uint64_t hash_bits(const AttributeValue& value, int deepest) const noexcept;
  Verdict decide(std::string_view key) const noexcept;
  void find_by_rules(std::string_view text, Finds& finds) const noexcept;
  Find first_match(std::string_view text, std::size_t at) const noexcept;

  std::vector<PrivacyRule> rules_;  // but for those of detectors
  std::vector<std::string> keep_;   // globs
  DetectorSet detectors_;
  bool texts_need_look_ = false;  // a rule without a key may fit any text
  SipKey hash_key_;
  mutable KnownKeys known_;
  mutable std::array<std::atomic<std::uint64_t>, 3> counts_{};  // by PrivacyAction
};

}  // namespace container_kit::telemetry::privacy
