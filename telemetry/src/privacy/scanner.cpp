#include "privacy/scanner.h"

#include <array>
#include <bit>
#include <span>

#include "base/bytes.h"
#include "privacy/characters.h"

namespace container_kit::telemetry::privacy {
namespace {

struct Candidate {
  Detector detector;
  Detect find;
};

// What may begin with a character. Letters count at the beginning of a word only.
constexpr Candidate kAtAtSign[] = {{Detector::kEmail, find_email}};
constexpr Candidate kAtEquals[] = {{Detector::kAssignment, find_assignment}};
constexpr Candidate kAtColon[] = {{Detector::kUrlCredentials, find_url_credentials},
                                  {Detector::kAssignment, find_assignment}};
constexpr Candidate kAtDash[] = {{Detector::kPrivateKey, find_private_key},
                                 {Detector::kAssignment, find_flag}};
constexpr Candidate kAtDigit[] = {{Detector::kCardNumber, find_card_number}};
constexpr Candidate kLetterA[] = {{Detector::kAwsAccessKey, find_aws_access_key},
                                  {Detector::kVendorToken, find_vendor_token}};
constexpr Candidate kLetterB[] = {{Detector::kAuthorization, find_authorization}};
constexpr Candidate kLetterE[] = {{Detector::kJwt, find_jwt}};
constexpr Candidate kLetterG[] = {{Detector::kGithubToken, find_github_token},
                                  {Detector::kVendorToken, find_vendor_token}};
constexpr Candidate kLetterH[] = {{Detector::kSlackToken, find_slack_token},
                                  {Detector::kVendorToken, find_vendor_token}};
constexpr Candidate kLetterX[] = {{Detector::kSlackToken, find_slack_token}};
constexpr Candidate kVendors[] = {{Detector::kVendorToken, find_vendor_token}};

using Candidates = std::span<const Candidate>;

Candidates candidates_at(char c) noexcept {
  switch (c) {
    case '@':
      return kAtAtSign;
    case '=':
    case '>':
      return kAtEquals;
    case ':':
      return kAtColon;
    case '-':
      return kAtDash;
    case 'A':
      return kLetterA;
    case 'B':
    case 'b':
      return kLetterB;
    case 'e':
      return kLetterE;
    case 'g':
      return kLetterG;
    case 'h':
      return kLetterH;
    case 'x':
      return kLetterX;
    case 'd':
    case 'n':
    case 'p':
    case 'r':
    case 's':
    case 'S':
    case 'w':
      return kVendors;
    default:
      return is_digit(c) ? Candidates(kAtDigit) : Candidates();
  }
}

// The letters that a word with something in it may begin with, and what may follow each: two letters of the
// prefixes of token_detectors.cpp and of credential_detectors.cpp, in any case.
constexpr std::string_view kBeginnings[] = {"ab", "ac", "ai", "ak", "as",  // AKIA and the like; AIza
                                            "ba", "be", "do", "ey", "gh", "gi", "gl", "hf", "ho", "hv",
                                            "np", "py", "rk", "sg", "sh", "sk", "wh", "xa", "xo"};

constexpr std::array<std::uint32_t, 26> make_followers() noexcept {
  std::array<std::uint32_t, 26> followers{};
  for (const std::string_view two : kBeginnings) {
    followers[static_cast<std::size_t>(two[0] - 'a')] |= std::uint32_t{1}
                                                         << static_cast<unsigned>(two[1] - 'a');
  }
  return followers;
}
constexpr std::array<std::uint32_t, 26> kFollowers = make_followers();

bool may_begin(char first, char second) noexcept {
  if (!is_letter(second)) return false;
  const auto number = [](char letter) { return static_cast<unsigned>(to_lower(letter) - 'a'); };
  return (kFollowers[number(first)] >> number(second) & 1U) != 0;
}

// Of eight bytes of a text, those at which something may begin: a sign, or the first letter or digit of a
// word. Each is the high bit of its byte; bytes are compared by the carry into it (plain_text.h).
class Places {
 public:
  std::uint64_t of(std::uint64_t word) noexcept {
    constexpr std::uint64_t kEach = 0x0101010101010101;
    const std::uint64_t ascii = ~word & base::kHighBits;
    const std::uint64_t low = word & ~base::kHighBits;
    const auto from_to = [ascii](std::uint64_t bytes, unsigned char first, unsigned char last) {
      return (bytes + kEach * (0x80U - first)) & ~(bytes + kEach * (0x7FU - last)) & ascii;
    };
    const std::uint64_t letters = from_to(low | kEach * 0x20U, 'a', 'z');
    const std::uint64_t digits = from_to(low, '0', '9');
    const std::uint64_t signs = from_to(low, ':', '@') | from_to(low, '-', '-');
    const std::uint64_t behind_digit = digits << 8U | digit_before_;
    const std::uint64_t behind_letter = letters << 8U | letter_before_;
    digit_before_ = digits >> 56U;
    letter_before_ = letters >> 56U;
    return signs | (digits & ~behind_digit) | (letters & ~(behind_letter | behind_digit));
  }

 private:
  std::uint64_t digit_before_ = 0;
  std::uint64_t letter_before_ = 0;
};

// The next eight bytes; behind the text's end there is NUL.
std::uint64_t word_at(std::string_view text, std::size_t at) noexcept {
  const std::size_t left = text.size() - at;
  if (left >= 8) return base::load64(text.data() + at);
  if (text.size() >= 8) return base::load64(text.data() + text.size() - 8) >> (64 - 8 * left);
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < left; ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(text[at + i])} << 8 * i;
  }
  return word;
}

class Scan {
 public:
  Scan(std::string_view text, const DetectorSet& detectors, Finds& finds) noexcept
      : text_(text),
        detectors_(detectors),
        finds_(finds),
        may_hold_keys_(text.size() >= kAwsSecretSize && detectors.has(Detector::kAwsSecretKey)) {}

  void run() noexcept {
    Places places;
    for (std::size_t at = 0; at < text_.size(); at += 8) {
      for (std::uint64_t bits = places.of(word_at(text_, at)); bits != 0; bits &= bits - 1) {
        const std::size_t place = at + static_cast<std::size_t>(std::countr_zero(bits)) / 8;
        if (place >= floor_) look(place);
      }
    }
  }

 private:
  static constexpr std::size_t kAwsSecretSize = 40;

  void look(std::size_t at) noexcept {
    const char c = text_[at];
    if (!is_letter(c) || may_begin(c, char_at(text_, at + 1))) {
      for (const Candidate& candidate : candidates_at(c)) {
        if (take(candidate.detector, candidate.find, at)) return;
      }
    }
    if (may_hold_keys_ && at >= run_end_ && is_alnum(c)) look_for_key(at);
  }

  bool take(Detector detector, Detect find, std::size_t at) noexcept {
    TextRange found{};
    if (!detectors_.has(detector) || !find({text_, at, floor_}, found)) return false;
    finds_.add({found, detectors_.action(detector)}, text_.size());
    floor_ = found.end;
    return true;
  }

  // Of a run of base64 every word is a beginning, and only the first is worth a look.
  void look_for_key(std::size_t at) noexcept {
    const std::size_t end = run_end(text_, at, is_base64);
    if (!take(Detector::kAwsSecretKey, find_aws_secret_key, at)) run_end_ = end;
  }

  std::string_view text_;
  const DetectorSet& detectors_;
  Finds& finds_;
  bool may_hold_keys_;
  std::size_t floor_ = 0;
  std::size_t run_end_ = 0;
};

}  // namespace

void scan(std::string_view text, const DetectorSet& detectors, Finds& finds) noexcept {
  Scan(text, detectors, finds).run();
}

}  // namespace container_kit::telemetry::privacy
