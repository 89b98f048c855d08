// Secrets that are known by how they begin or how they are built: keys and tokens that vendors hand out.
#include <algorithm>
#include <iterator>

#include "privacy/characters.h"
#include "privacy/detectors.h"
#include "privacy/plain_text.h"

namespace container_kit::telemetry::privacy {
namespace {

// A token: a prefix, and characters of a kind behind it.
struct Token {
  std::string_view prefix;
  std::size_t least;  // characters behind the prefix
  bool (*belongs)(char c) noexcept;
};

constexpr bool is_word(char c) noexcept {
  return is_alnum(c) || c == '_';
}
constexpr bool is_dotted(char c) noexcept {
  return is_base64url(c) || c == '.';
}
constexpr bool is_upper_alnum(char c) noexcept {
  return is_upper(c) || is_digit(c);
}

constexpr Token kGithub[] = {
    {"ghp_", 30, is_word}, {"gho_", 30, is_word}, {"ghu_", 30, is_word},
    {"ghs_", 30, is_word}, {"ghr_", 30, is_word}, {"github_pat_", 22, is_word},
};
constexpr Token kSlack[] = {
    {"xoxb-", 10, is_base64url}, {"xoxp-", 10, is_base64url}, {"xoxa-", 10, is_base64url},
    {"xoxr-", 10, is_base64url}, {"xoxs-", 10, is_base64url}, {"xoxe-", 10, is_base64url},
    {"xoxe.", 10, is_dotted},    {"xoxc-", 10, is_base64url}, {"xoxd-", 10, is_base64url},
    {"xapp-", 10, is_base64url},
};
constexpr Token kVendors[] = {
    {"glpat-", 20, is_base64url},   {"glptt-", 20, is_base64url},   {"sk_live_", 16, is_word},
    {"sk_test_", 16, is_word},      {"rk_live_", 16, is_word},      {"whsec_", 24, is_word},
    {"sk-proj-", 20, is_base64url}, {"sk-ant-", 20, is_base64url},  {"AIza", 35, is_base64url},
    {"npm_", 36, is_word},          {"pypi-AgE", 20, is_base64url}, {"dop_v1_", 40, is_word},
    {"hvs.", 20, is_base64url},     {"shpat_", 32, is_word},        {"SG.", 32, is_dotted},
    {"hf_", 30, is_word},
};

// Tokens are drawn by chance: one has capitals or underscores among its characters, or digits in a long row.
// What has neither is words (`sk-ant-colony-simulation`), and plain (plain_text.h), wherever it stands. Of
// the tokens with the fewest characters, GitLab's 20 of base64url, chance draws one in 20,000 that looks so.
bool is_drawn_by_chance(std::string_view token) noexcept {
  if (std::any_of(token.begin(), token.end(), [](char c) { return is_upper(c) || c == '_'; })) return true;
  std::size_t row = 0;
  return std::any_of(token.begin(), token.end(), [&row](char c) {
    row = is_digit(c) || c == '-' || c == '.' ? row + 1 : 0;
    return row == kShortestCard;
  });
}

// The longest run of the token's characters behind its prefix, where it is long enough.
bool find_token(const Token& token, const Place& place, TextRange& found) noexcept {
  const std::size_t begin = place.at + token.prefix.size();
  const std::size_t end = run_end(place.text, begin, token.belongs);
  if (end - begin < token.least || !is_drawn_by_chance(place.text.substr(place.at, end - place.at)))
    return false;
  found = {place.at, end};
  return true;
}

template <typename Tokens>
bool find_one_of(const Tokens& tokens, const Place& place, TextRange& found) noexcept {
  const std::string_view rest = place.text.substr(place.at);
  if (rest.size() < 3) return false;
  return std::any_of(std::begin(tokens), std::end(tokens), [&](const Token& token) {
    // Three characters that are looked at here spare most tokens the call.
    return rest[0] == token.prefix[0] && rest[1] == token.prefix[1] && rest[2] == token.prefix[2] &&
           rest.starts_with(token.prefix) && find_token(token, place, found);
  });
}

// How many steps from one kind of character to another there are: 40 random characters of base64 take about
// 24, the words of a path or of camelCase half of that.
std::size_t changes_of_kind(std::string_view text) noexcept {
  const auto kind = [](char c) { return is_digit(c) ? 0 : is_upper(c) ? 1 : is_lower(c) ? 2 : 3; };
  std::size_t changes = 0;
  for (std::size_t i = 1; i < text.size(); ++i) changes += kind(text[i]) != kind(text[i - 1]) ? 1 : 0;
  return changes;
}

}  // namespace

// RFC 7519: three parts of base64url with dots between them (RFC 7516: five), of which the first is a JSON
// object,
// `{"` and so `eyJ`. The last may be empty; that of a detached payload in the middle, too.
bool find_jwt(const Place& place, TextRange& found) noexcept {
  constexpr std::size_t kShortestHeader = 10;
  constexpr std::size_t kShortestRest = 4;
  if (!place.text.substr(place.at).starts_with("eyJ")) return false;
  const std::size_t header = look_end(place.text, place.at, is_base64url);
  if (char_at(place.text, header) != '.' || header - place.at < kShortestHeader) return false;
  const std::size_t end = run_end(place.text, header, is_dotted);
  if (end - header <= kShortestRest) return false;
  found = {place.at, end};
  return true;
}

// AWS IAM User Guide, "Understanding unique ID prefixes".
bool find_aws_access_key(const Place& place, TextRange& found) noexcept {
  constexpr std::string_view kPrefixes[] = {"AKIA", "ASIA", "ABIA", "ACCA"};
  constexpr std::size_t kSize = 20;
  const std::string_view prefix = place.text.substr(place.at, 4);
  if (std::find(std::begin(kPrefixes), std::end(kPrefixes), prefix) == std::end(kPrefixes)) return false;
  const std::size_t end = run_end(place.text, place.at, is_upper_alnum);
  if (end - place.at != kSize || is_alnum(char_at(place.text, end))) return false;
  found = {place.at, end};
  return true;
}

// Forty characters of base64 on their own, mixed as only chance mixes them: such a key has no prefix.
bool find_aws_secret_key(const Place& place, TextRange& found) noexcept {
  constexpr std::size_t kSize = 40;
  constexpr std::size_t kLeastChanges = 15;
  std::size_t begin = place.at;
  const std::size_t end = run_end(place.text, begin, is_base64);
  while (begin > place.floor && end - begin < kSize && is_base64(place.text[begin - 1])) --begin;
  if (end - begin != kSize || is_base64(char_before(place.text, begin)) || char_at(place.text, end) == '=')
    return false;
  const std::string_view key = place.text.substr(begin, kSize);
  const bool is_mixed = std::any_of(key.begin(), key.end(), is_digit) &&
                        std::any_of(key.begin(), key.end(), is_upper) &&
                        std::any_of(key.begin(), key.end(), is_lower);
  if (!is_mixed || changes_of_kind(key) < kLeastChanges) return false;
  found = {begin, end};
  return true;
}

bool find_github_token(const Place& place, TextRange& found) noexcept {
  return find_one_of(kGithub, place, found);
}

bool find_slack_token(const Place& place, TextRange& found) noexcept {
  constexpr std::string_view kHook = "hooks.slack.com/";
  if (!place.text.substr(place.at).starts_with(kHook)) return find_one_of(kSlack, place, found);
  const std::size_t begin = place.at + kHook.size();
  const std::size_t end = run_end(place.text, begin, [](char c) { return is_base64url(c) || c == '/'; });
  constexpr std::size_t kShortestPath = 20;
  if (end - begin < kShortestPath) return false;
  found = {begin, end};
  return true;
}

bool find_vendor_token(const Place& place, TextRange& found) noexcept {
  return find_one_of(kVendors, place, found);
}

// RFC 7468 and OpenPGP's armour. Without its end, the key goes on to the end of the text.
bool find_private_key(const Place& place, TextRange& found) noexcept {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::string_view kEnd = "-----END ";
  constexpr std::string_view kDashes = "-----";
  if (!place.text.substr(place.at).starts_with(kBegin)) return false;
  const std::size_t label = place.at + kBegin.size();
  constexpr std::size_t kLongestLabel = 64;
  const std::size_t label_end = std::min(place.text.find(kDashes, label), place.text.size());
  const std::string_view name = place.text.substr(label, std::min(label_end - label, kLongestLabel));
  if (name.find("PRIVATE KEY") == std::string_view::npos) return false;
  std::size_t end = std::min(place.text.find(kEnd, label_end), place.text.size());
  if (end < place.text.size()) {
    const std::size_t closing = place.text.find(kDashes, end + kEnd.size());
    end = closing == std::string_view::npos ? place.text.size() : closing + kDashes.size();
  }
  found = {place.at, end};
  return true;
}

}  // namespace container_kit::telemetry::privacy
