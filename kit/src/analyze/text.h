// Small readers of text that detectors share: lines, quoted strings, key = value.
//
// Thread safety: pure functions. Views returned point into the argument.
#pragma once

#include <concepts>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace container_kit::kit::analysis {

constexpr auto kNotFound = std::string_view::npos;

std::string_view trim(std::string_view text);
std::vector<std::string_view> lines_of(std::string_view text);
// Views of text that is gone already.
template <std::same_as<std::string> Gone>
std::vector<std::string_view> lines_of(Gone&&) = delete;
std::vector<std::string_view> split(std::string_view text, char separator);  // trimmed, empty parts left out
std::vector<std::string_view> words_of(std::string_view text);               // separated by white space
std::string lower(std::string_view text);

bool contains(std::string_view text, std::string_view part);
// As contains(), but not as a part of a longer identifier: '_' and '-' are letters here.
bool contains_word(std::string_view text, std::string_view word);

// The text without one pair of quotes around it.
std::string_view unquoted(std::string_view text);
// All strings in '…' or "…", in order. No escapes: what manifests name needs none.
std::vector<std::string_view> quoted_strings(std::string_view text);
// What stands between the first `before` and the next `after`, or nothing.
std::optional<std::string_view> between(std::string_view text, std::string_view before,
                                        std::string_view after);
// The first quoted string after `key`, on the same line: `rootProject.name = 'x'`, `ruby "3.2"`.
std::optional<std::string_view> quoted_after(std::string_view text, std::string_view key);
// The value of `key=value` or `key: value` lines (.env, .properties, flat YAML), unquoted, or nothing.
std::optional<std::string_view> setting(std::string_view text, std::string_view key);
// The text with what follows `mark` on each line taken away ("#" or "//"), unless the mark is in quotes or
// part of "://".
std::string without_comments(std::string_view text, std::string_view mark);

}  // namespace container_kit::kit::analysis
