// The detectors of the library's own rules: each looks at one place of a text, where a character or a word
// says that something of its kind may be there, and says how far it goes.
//
// All are pure, read nothing outside the text, and take time linear in what they look at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <container_kit/telemetry/privacy.h>

namespace container_kit::telemetry::privacy {

// In the order of config::kDetectorNames.
enum class Detector : std::uint8_t {
  kKeyName,
  kPrivateKey,
  kJwt,
  kAwsAccessKey,
  kAwsSecretKey,
  kGithubToken,
  kSlackToken,
  kVendorToken,
  kAuthorization,
  kAssignment,
  kUrlCredentials,
  kEmail,
  kCardNumber,
  kCount,
};

// A place in a text. What lies before `floor` has been found already, or ruled out, and is no longer looked
// at.
struct Place {
  std::string_view text;
  std::size_t at;
  std::size_t floor;
};

// Each says whether something of its kind is at the place, and where. found.begin >= place.floor, and
// found.end > place.at.
using Detect = bool (*)(const Place& place, TextRange& found) noexcept;

// At the first character of a word.
bool find_jwt(const Place& place, TextRange& found) noexcept;
bool find_aws_access_key(const Place& place, TextRange& found) noexcept;
bool find_github_token(const Place& place, TextRange& found) noexcept;
bool find_slack_token(const Place& place, TextRange& found) noexcept;
bool find_vendor_token(const Place& place, TextRange& found) noexcept;
bool find_authorization(const Place& place, TextRange& found) noexcept;  // Bearer and Basic
bool find_aws_secret_key(const Place& place, TextRange& found) noexcept;
// At the first digit.
bool find_card_number(const Place& place, TextRange& found) noexcept;
// At the first of the dashes.
bool find_private_key(const Place& place, TextRange& found) noexcept;
bool find_flag(const Place& place, TextRange& found) noexcept;  // --password hunter2
// At the `=`, the `:` or the `>` behind a name.
bool find_assignment(const Place& place, TextRange& found) noexcept;
// At the `:` of `://`.
bool find_url_credentials(const Place& place, TextRange& found) noexcept;
// At the `@`.
bool find_email(const Place& place, TextRange& found) noexcept;

}  // namespace container_kit::telemetry::privacy
