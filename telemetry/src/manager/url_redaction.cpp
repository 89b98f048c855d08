// What of a URL must not be recorded: semantic conventions, url.full, and names that are as telling.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <container_kit/telemetry/instrumented_http_client.h>

namespace container_kit::telemetry {
namespace {

constexpr std::string_view kRedacted = "REDACTED";

// Compared without case, dashes and underscores.
constexpr std::array<std::string_view, 23> kSecretNames{
    "accesskey",     "accesstoken",   "apikey",     "apitoken",  "auth", "authorization", "awsaccesskeyid",
    "clientsecret",  "code",          "credential", "idtoken",   "key",  "passwd",        "password",
    "pwd",           "refreshtoken",  "secret",     "sessionid", "sig",  "signature",     "token",
    "xamzsignature", "xgoogsignature"};
constexpr std::array<std::string_view, 3> kSecretEndings{"token", "secret", "password"};

std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c == '-' || c == '_' || c == '.') continue;
    plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return plain;
}

bool is_secret(std::string_view name) {
  const std::string plain = plain_name(name);
  const auto ends_it = [&](std::string_view ending) { return plain.ends_with(ending); };
  return std::find(kSecretNames.begin(), kSecretNames.end(), plain) != kSecretNames.end() ||
         std::any_of(kSecretEndings.begin(), kSecretEndings.end(), ends_it);
}

void append_query(std::string& out, std::string_view query) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (equals < pair.size() && is_secret(pair.substr(0, equals))) {
      out.append(pair.substr(0, equals + 1)).append(kRedacted);
    } else {
      out.append(pair);
    }
    query.remove_prefix(end);
    if (!query.empty()) out += '&';
    query.remove_prefix(std::min<std::size_t>(1, query.size()));
  }
}

}  // namespace

std::string redact_url(std::string_view url) {
  std::string out;
  // A scheme stands before the first slash; "://" further on is part of a query.
  const std::size_t first = std::min(url.find_first_of("/?#"), url.size());
  const bool has_scheme = first > 0 && url[first - 1] == ':' && url.substr(first).starts_with("//");
  const std::size_t host_at = has_scheme ? first + 2 : 0;
  const std::size_t host_end = std::min(url.find_first_of("/?#", host_at), url.size());
  const std::string_view authority = url.substr(host_at, host_end - host_at);
  out.append(url.substr(0, host_at));
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    const bool has_password = authority.substr(0, at).find(':') != std::string_view::npos;
    out.append(kRedacted).append(has_password ? ":REDACTED@" : "@").append(authority.substr(at + 1));
  } else {
    out.append(authority);
  }
  std::string_view rest = url.substr(host_end);
  const std::size_t fragment_at = std::min(rest.find('#'), rest.size());
  const std::string_view fragment = rest.substr(fragment_at);
  rest = rest.substr(0, fragment_at);
  const std::size_t query_at = std::min(rest.find('?'), rest.size());
  out.append(rest.substr(0, query_at));
  if (query_at < rest.size()) {
    out += '?';
    append_query(out, rest.substr(query_at + 1));
  }
  if (!fragment.empty()) {
    out += '#';
    append_query(out, fragment.substr(1));  // OAuth's implicit answers have theirs there
  }
  return out;
}

}  // namespace container_kit::telemetry
