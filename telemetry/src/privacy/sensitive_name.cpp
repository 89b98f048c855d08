#include "privacy/sensitive_name.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "privacy/characters.h"

namespace container_kit::telemetry::privacy {
namespace {

struct Word {
  std::string_view text;
  NameClass meaning;
};

constexpr Word kLastWords[] = {
    {"password", NameClass::kSecret},
    {"passwords", NameClass::kSecret},
    {"passwd", NameClass::kSecret},
    {"pwd", NameClass::kSecret},
    {"passphrase", NameClass::kSecret},
    {"passcode", NameClass::kSecret},
    {"apikey", NameClass::kSecret},
    {"apikeys", NameClass::kSecret},
    {"accesskey", NameClass::kSecret},
    {"secretkey", NameClass::kSecret},
    {"privatekey", NameClass::kSecret},
    {"authtoken", NameClass::kSecret},
    {"accesstoken", NameClass::kSecret},
    {"refreshtoken", NameClass::kSecret},
    {"sessiontoken", NameClass::kSecret},
    {"clientsecret", NameClass::kSecret},
    {"sharedaccesskey", NameClass::kSecret},
    {"accountkey", NameClass::kSecret},
    {"connectionstring", NameClass::kSecret},
    {"creditcard", NameClass::kSecret},
    {"cardnumber", NameClass::kSecret},
    {"cvv", NameClass::kSecret},
    {"cvc", NameClass::kSecret},
    {"ssn", NameClass::kSecret},
    {"authorization", NameClass::kHeader},
    {"cookie", NameClass::kHeader},
    {"cookies", NameClass::kHeader},
    {"token", NameClass::kWeak},
    {"secret", NameClass::kWeak},
    {"secrets", NameClass::kWeak},
    {"credential", NameClass::kWeak},
    {"credentials", NameClass::kWeak},
    {"jwt", NameClass::kWeak},
    {"bearer", NameClass::kWeak},
    {"pass", NameClass::kShort},
    {"pw", NameClass::kShort},
    {"auth", NameClass::kShort},
    {"otp", NameClass::kShort},
};

// Of the last two words, where the last one alone says nothing.
struct Pair {
  std::string_view first;
  std::string_view last;
};
constexpr Pair kPairs[] = {
    {"api", "key"},           {"api", "keys"},        {"access", "key"},       {"private", "key"},
    {"secret", "key"},        {"account", "key"},     {"encryption", "key"},   {"signing", "key"},
    {"ssh", "key"},           {"master", "key"},      {"auth", "key"},         {"subscription", "key"},
    {"access", "tokens"},     {"refresh", "tokens"},  {"auth", "tokens"},      {"api", "tokens"},
    {"session", "tokens"},    {"bearer", "tokens"},   {"card", "number"},      {"credit", "card"},
    {"connection", "string"}, {"security", "code"},   {"access", "signature"}, {"pass", "phrase"},
    {"pass", "word"},         {"social", "security"},
};

// Words behind the one that counts which change nothing: `password.new`, `token_value`, `secret2`.
constexpr std::string_view kTrailing[] = {
    "value",   "values", "text", "plain", "plaintext", "raw",     "hash",         "hashed", "base",   "b",
    "encoded", "header", "new",  "old",   "current",   "confirm", "confirmation", "field",  "string", "env"};

constexpr std::string_view kInQuery[] = {"sig",          "signature", "code", "ticket", "assertion",
                                         "samlresponse", "nonce",     "hmac", "key"};

// The last words of a name, in lower case and in reverse order.
class LastWords {
 public:
  static constexpr std::size_t kMost = 4;

  explicit LastWords(std::string_view name) noexcept {
    std::size_t end = name.size();
    while (end > 0 && count_ < kMost) {
      while (end > 0 && !is_alnum(name[end - 1])) --end;
      std::size_t begin = end;
      while (begin > 0 && belongs(name, begin, end)) --begin;
      if (begin < end) add(name.substr(begin, end - begin));
      end = begin;
    }
  }

  // Words that change nothing left out.
  void drop_trailing() noexcept {
    while (first_ + 1 < count_ && is_trailing((*this)[0])) ++first_;
  }
  std::size_t size() const noexcept { return count_ - first_; }
  std::string_view operator[](std::size_t index) const noexcept {
    if (index >= size()) return {};
    return {words_[first_ + index].data(), sizes_[first_ + index]};
  }

 private:
  static constexpr std::size_t kLongest = 16;

  // Whether the character before `begin` is of the word that ends at `end`.
  static bool belongs(std::string_view name, std::size_t begin, std::size_t end) noexcept {
    const char before = name[begin - 1];
    if (!is_alnum(before)) return false;
    if (begin == end) return true;
    const char here = name[begin];
    // A hump: xY, or XYz before the Y, as in APIKey.
    if (is_upper(here) && is_lower(before)) return false;
    const bool ends_acronym =
        is_upper(before) && is_upper(here) && begin + 1 < end && is_lower(name[begin + 1]);
    if (ends_acronym) return false;
    return is_digit(here) == is_digit(before);  // password2
  }

  void add(std::string_view word) noexcept {
    const std::size_t size = std::min(word.size(), kLongest);
    for (std::size_t i = 0; i < size; ++i) words_[count_][i] = to_lower(word[i]);
    sizes_[count_++] = word.size() <= kLongest ? size : 0;  // what is longer is none of ours
  }

  static bool is_trailing(std::string_view word) noexcept {
    return std::all_of(word.begin(), word.end(), is_digit) ||
           std::find(std::begin(kTrailing), std::end(kTrailing), word) != std::end(kTrailing);
  }

  std::array<std::array<char, kLongest>, kMost> words_{};
  std::array<std::size_t, kMost> sizes_{};
  std::size_t count_ = 0;
  std::size_t first_ = 0;
};

bool is_pair(std::string_view first, std::string_view last) noexcept {
  return std::any_of(std::begin(kPairs), std::end(kPairs),
                     [&](const Pair& pair) { return pair.first == first && pair.last == last; });
}

NameClass class_of_words(const LastWords& words) noexcept {
  for (const Word& word : kLastWords) {
    if (word.text != words[0]) continue;
    // access_token, client_secret: said of something, it is one also in prose.
    const bool is_said_of = word.meaning == NameClass::kWeak && words.size() > 1;
    return is_said_of ? NameClass::kSecret : word.meaning;
  }
  return is_pair(words[1], words[0]) ? NameClass::kSecret : NameClass::kHarmless;
}

}  // namespace

NameClass class_of_name(std::string_view name) noexcept {
  LastWords words(name);
  if (const NameClass found = class_of_words(words); found != NameClass::kHarmless) return found;
  words.drop_trailing();
  return class_of_words(words);
}

bool is_secret_in_query(std::string_view name) noexcept {
  const LastWords words(name);
  return std::find(std::begin(kInQuery), std::end(kInQuery), words[0]) != std::end(kInQuery);
}

}  // namespace container_kit::telemetry::privacy
