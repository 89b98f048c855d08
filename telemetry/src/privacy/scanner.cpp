#include "privacy/scanner.h"

#include <algorithm>
#include <iterator>

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

// How a character is treated in the loop below.
enum class Role : std::uint8_t { kNone, kSign, kDigit, kLetter, kQuietLetter };

constexpr std::array<Role, 256> make_roles() noexcept {
  std::array<Role, 256> roles{};
  for (std::size_t c = 0; c < roles.size(); ++c) {
    const auto character = static_cast<char>(c);
    if (is_letter(character)) roles[c] = Role::kQuietLetter;
    if (is_digit(character)) roles[c] = Role::kDigit;
  }
  for (const char c : {'@', '=', '>', ':', '-'}) roles[static_cast<unsigned char>(c)] = Role::kSign;
  for (const char c : {'A', 'B', 'b', 'e', 'g', 'h', 'x', 'd', 'n', 'p', 'r', 's', 'S', 'w'}) {
    roles[static_cast<unsigned char>(c)] = Role::kLetter;
  }
  return roles;
}
constexpr std::array<Role, 256> kRoles = make_roles();

class Scan {
 public:
  Scan(std::string_view text, const DetectorSet& detectors, Finds& finds) noexcept
      : text_(text), detectors_(detectors), finds_(finds) {}

  void run() noexcept {
    const bool may_hold_keys = text_.size() >= kAwsSecretSize && detectors_.has(Detector::kAwsSecretKey);
    for (std::size_t at = 0; at < text_.size();) {
      const Role role = kRoles[static_cast<unsigned char>(text_[at])];
      if (role == Role::kNone || (role != Role::kSign && is_inside_word(role, at))) {
        ++at;
        continue;
      }
      if (role != Role::kQuietLetter && try_all(candidates_at(text_[at]), at)) continue;
      if (may_hold_keys && role != Role::kSign && at >= run_end_ && try_key(at)) continue;
      ++at;
    }
  }

 private:
  static constexpr std::size_t kAwsSecretSize = 40;

  bool is_inside_word(Role role, std::size_t at) const noexcept {
    if (at == 0) return false;
    const Role before = kRoles[static_cast<unsigned char>(text_[at - 1])];
    return role == Role::kDigit
               ? before == Role::kDigit
               : before == Role::kLetter || before == Role::kQuietLetter || before == Role::kDigit;
  }

  bool take(Detector detector, Detect find, std::size_t& at) noexcept {
    TextRange found{};
    if (!detectors_.has(detector) || !find({text_, at, floor_}, found)) return false;
    finds_.add({found, detectors_.action(detector)}, text_.size());
    at = floor_ = found.end;
    return true;
  }

  bool try_all(Candidates candidates, std::size_t& at) noexcept {
    return std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
      return take(candidate.detector, candidate.find, at);
    });
  }

  // Of a run of base64 every word is a beginning, and only the first is worth a look.
  bool try_key(std::size_t& at) noexcept {
    const std::size_t end = run_end(text_, at, is_base64);
    if (take(Detector::kAwsSecretKey, find_aws_secret_key, at)) return true;
    run_end_ = end;
    return false;
  }

  std::string_view text_;
  const DetectorSet& detectors_;
  Finds& finds_;
  std::size_t floor_ = 0;
  std::size_t run_end_ = 0;
};

}  // namespace

void scan(std::string_view text, const DetectorSet& detectors, Finds& finds) noexcept {
  Scan(text, detectors, finds).run();
}

}  // namespace container_kit::telemetry::privacy
