// Names of things that are secret: attribute keys, and the names before the `=` or `:` in a text.
//
// A name is taken apart into words, at punctuation and where camelCase has its humps; what counts is its last
// words. So `user.password`, `DB_PASSWORD` and `newPassword` are secret, `password.min_length` and
// `token.count` are not.
#pragma once

#include <cstdint>
#include <string_view>

namespace container_kit::telemetry::privacy {

enum class NameClass : std::uint8_t {
  kHarmless,
  kShort,   // `pass`, `auth`, `pw`: secret only where a text assigns to it
  kWeak,    // `token`, `secret`: secret as a key; in prose the word alone means little
  kHeader,  // `authorization`, `cookie`: what follows in a text is a whole line
  kSecret,  // `password`, `api_key`
};

NameClass class_of_name(std::string_view name) noexcept;

// Whether the value of an attribute of this key is secret.
inline bool is_secret_key(std::string_view key) noexcept {
  return class_of_name(key) >= NameClass::kWeak;
}

// A name of a URL's query beyond those: `sig`, `signature`, `code`.
bool is_secret_in_query(std::string_view name) noexcept;

}  // namespace container_kit::telemetry::privacy
