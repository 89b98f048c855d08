#include "http/access.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace container_kit::kit::http {

namespace {

constexpr std::size_t kShortestToken = 16;
constexpr std::size_t kLargestFile = 65'536;

telemetry::Error unusable(const std::string& path, const std::string& why) {
  return {telemetry::ErrorCode::kInvalidArgument, "the token file " + path + " " + why};
}

class File {
 public:
  explicit File(const std::string& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~File() {
    if (file_ >= 0) ::close(file_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return file_; }

 private:
  int file_;
};

std::string text_of(int file) {
  std::string text;
  std::array<char, 4096> piece{};
  while (text.size() < kLargestFile) {
    const auto size = ::read(file, piece.data(), piece.size());
    if (size <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(size));
  }
  return text;
}

// The lines that are tokens; those that are empty or begin with # are none.
std::vector<std::string> tokens_in(std::string_view text) {
  std::vector<std::string> tokens;
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (!line.empty() && line.front() != '#') tokens.emplace_back(line);
  }
  return tokens;
}

bool is_token(const std::string& token) {
  return token.size() >= kShortestToken &&
         std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c <= '~'; });
}

// RFC 6750 section 2.1; empty where there is none.
std::string_view bearer_of(const Request& request) {
  const auto value = request.header("Authorization");
  constexpr std::string_view kScheme = "Bearer ";
  if (request.count("Authorization") != 1 || value.size() <= kScheme.size()) return {};
  if (!equal_ignoring_case(value.substr(0, kScheme.size()), kScheme)) return {};
  return value.substr(kScheme.size());
}

}  // namespace

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size() && !b.empty(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i % b.size()]);
    asm volatile("" : "+r"(difference));  // keeps the compiler from leaving the loop early
  }
  return difference == 0;
}

telemetry::Expected<void> TokenFile::read_if_changed() {
  const File file(path_);
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    tokens_.clear();
    stamp_ = {};
    return unusable(path_, std::string("cannot be read: ") + std::strerror(errno));
  }
  const auto stamp = stamp_of(status);
  if (stamp == stamp_) return {};
  tokens_ = tokens_in(text_of(file.get()));
  stamp_ = stamp;
  if (tokens_.empty()) return unusable(path_, "has no token; write one a line into it");
  if (!std::all_of(tokens_.begin(), tokens_.end(), is_token)) {
    tokens_.clear();
    stamp_ = {};
    return unusable(path_,
                    "has a line that is no token: at least 16 visible ASCII characters, without spaces");
  }
  return {};
}

telemetry::Expected<void> TokenFile::check() {
  const std::lock_guard lock(mutex_);
  return read_if_changed();
}

bool TokenFile::accepts(std::string_view token) {
  const std::lock_guard lock(mutex_);
  static_cast<void>(read_if_changed());
  bool is_known = false;
  for (const auto& known : tokens_) is_known = equal_in_constant_time(token, known) || is_known;
  return is_known && !token.empty();
}

AccessCheck::AccessCheck(const std::string& token_file) {
  if (!token_file.empty()) file_.emplace(token_file);
}

std::optional<Response> AccessCheck::refuse(const Request& request, std::string_view route) {
  if (!file_ || route == "/health" || route == "/ready") return std::nullopt;
  if (file_->accepts(bearer_of(request))) return std::nullopt;
  auto response =
      error_response({401, "unauthorized",
                      "send Authorization: Bearer with a token of the server's token file", "Authorization"});
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace container_kit::kit::http
