#include "transport/header_source.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

#include <sys/stat.h>

#include "base/ascii.h"
#include "base/clock.h"
#include "config/otlp_options.h"

namespace container_kit::telemetry::transport {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 10;
// A file that was written so shortly ago may be written again without a later time being noted for it.
constexpr std::int64_t kClockTickNs = 100'000'000;

// Nothing, with errno, where the file cannot be read.
std::optional<std::string> contents_of(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"), &std::fclose);
  if (file == nullptr) return std::nullopt;
  std::string text(kMostBytes + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) return std::nullopt;
  return text;
}

// Nothing where a line is no header. `wrong_line` is then its number.
std::optional<Headers> parse(std::string_view text, int& wrong_line) {
  Headers headers;
  for (wrong_line = 1; !text.empty(); ++wrong_line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = base::trim(text.substr(0, end), base::kLineSpace);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view name = base::trim(line.substr(0, equals), base::kLineSpace);
    const std::string_view value = base::trim(line.substr(equals + 1), base::kLineSpace);
    if (!config::is_header(name, value)) return std::nullopt;
    headers.insert_or_assign(std::string(name), std::string(value));
  }
  return headers;
}

}  // namespace

Expected<Headers> HeaderSource::current() {
  if (file_.empty()) return fixed_;
  struct stat found {};
  if (stat(file_.c_str(), &found) != 0) {
    stamp_ = {};
    return error(std::strerror(errno));
  }
  const Stamp stamp{found.st_dev, found.st_ino, found.st_size,
                    std::int64_t{found.st_mtim.tv_sec} * 1'000'000'000 + found.st_mtim.tv_nsec};
  if (!(stamp == stamp_)) {
    if (auto done = read(stamp); !done) return done.error();
  }
  Headers all = fixed_;
  for (const auto& [name, value] : read_) all.insert_or_assign(name, value);
  return all;
}

Expected<void> HeaderSource::read(const Stamp& stamp) {
  stamp_ = {};
  const auto text = contents_of(file_);
  if (!text) return error(std::strerror(errno));
  if (text->size() > kMostBytes) return error("larger than 64 KiB");
  int line = 0;
  auto headers = parse(*text, line);
  if (!headers) return error("line " + std::to_string(line) + " is not name=value");
  if (headers->empty()) return error("there is no header in it");
  read_ = std::move(*headers);
  const std::int64_t age = base::system_now() - stamp.modified_ns;
  if (age > kClockTickNs) stamp_ = stamp;  // else it is read again next time
  return {};
}

Error HeaderSource::error(const std::string& what) const {
  return {ErrorCode::kInvalidConfig, "headers from " + file_ + ": " + what +
                                         "; one name=value a line is needed "
                                         "(OTEL_EXPORTER_OTLP_HEADERS_FILE, or its form for one signal)"};
}

}  // namespace container_kit::telemetry::transport
