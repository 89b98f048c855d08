#include "protocol/prometheus_negotiate.h"

#include <charconv>
#include <exception>

#include <zlib.h>

#include <container_kit/telemetry/prometheus.h>

#include "base/ascii.h"

namespace container_kit::telemetry {
namespace protocol {
namespace {

bool same_text(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

// Takes the part up to `separator` off the front of `rest`, trimmed.
std::string_view take(std::string_view& rest, char separator) noexcept {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return base::trim(part);
}

// The weight among the parameters of a list element; 1 where there is none.
double weight_of(std::string_view parameters) noexcept {
  double weight = 1;
  while (!parameters.empty()) {
    std::string_view parameter = take(parameters, ';');
    const std::string_view name = take(parameter, '=');
    if (!same_text(name, "q")) continue;
    const auto result = std::from_chars(parameter.data(), parameter.data() + parameter.size(), weight);
    if (result.ec != std::errc()) weight = 0;
  }
  return weight;
}

bool has_version(std::string_view parameters, std::string_view version) noexcept {
  bool any = false;
  while (!parameters.empty()) {
    std::string_view parameter = take(parameters, ';');
    if (!same_text(take(parameter, '='), "version")) continue;
    any = true;
    if (base::trim(parameter) == version) return true;
  }
  return !any;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) noexcept {
  double named = -1;
  double any = -1;
  while (!accept_encoding.empty()) {
    std::string_view element = take(accept_encoding, ',');
    const std::string_view coding = take(element, ';');
    if (same_text(coding, "gzip")) named = weight_of(element);
    if (coding == "*") any = weight_of(element);
  }
  return named >= 0 ? named > 0 : any > 0;
}

bool gzip(std::string_view text, std::string& out) {
  constexpr int kGzipWindow = 15 + 16;
  constexpr int kMemoryLevel = 8;
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return false;
  }
  std::string packed(deflateBound(&stream, text.size()), '\0');
  // zlib's interface is not const-correct; the input is only read.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int result = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) return false;
  out = std::move(packed);
  return true;
}

}  // namespace protocol

std::string_view content_type(ScrapeFormat format) noexcept {
  return format == ScrapeFormat::kOpenMetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                              : "text/plain; version=0.0.4; charset=utf-8";
}

ScrapeFormat choose_scrape_format(std::string_view accept) noexcept {
  double open = 0;
  double text = 0;
  while (!accept.empty()) {
    std::string_view element = protocol::take(accept, ',');
    const std::string_view type = protocol::take(element, ';');
    const double weight = protocol::weight_of(element);
    if (protocol::same_text(type, "application/openmetrics-text") &&
        (protocol::has_version(element, "1.0.0") || protocol::has_version(element, "0.0.1"))) {
      open = std::max(open, weight);
    }
    if (protocol::same_text(type, "text/plain") || type == "text/*" || type == "*/*")
      text = std::max(text, weight);
  }
  return open > 0 && open >= text ? ScrapeFormat::kOpenMetrics : ScrapeFormat::kPrometheusText;
}

ScrapeAnswer PrometheusScraper::answer(std::string_view accept, std::string_view accept_encoding) noexcept {
  const ScrapeFormat format = choose_scrape_format(accept);
  ScrapeAnswer answer{content_type(format), {}, {}};
  scrape(answer.body, format);
  try {
    if (protocol::accepts_gzip(accept_encoding) && protocol::gzip(std::string(answer.body), answer.body)) {
      answer.content_encoding = "gzip";
    }
  } catch (const std::exception&) {
    // Out of memory for the packed form: the plain one is as right.
  }
  return answer;
}

}  // namespace container_kit::telemetry
