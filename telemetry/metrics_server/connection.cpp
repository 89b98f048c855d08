#include "connection.h"

#include <exception>

#include <poll.h>

#include "http_head.h"

namespace container_kit::telemetry::metrics_server {
namespace {

// A whole answer without a body; `fields` end with a line break each.
std::string refusal(std::string_view status, std::string_view text, const std::string& fields = {}) {
  return "HTTP/1.1 " + std::string(status) +
         "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n" + fields +
         "Content-Length: " + std::to_string(text.size() + 1) + "\r\n\r\n" + std::string(text) + "\n";
}

std::string answer_of(const ScrapeAnswer& scraped, bool with_body) {
  std::string out = "HTTP/1.1 200 OK\r\nContent-Type: " + std::string(scraped.content_type) +
                    "\r\nConnection: close\r\nVary: Accept, Accept-Encoding\r\nCache-Control: no-store\r\n";
  if (!scraped.content_encoding.empty()) {
    out += "Content-Encoding: " + std::string(scraped.content_encoding) + "\r\n";
  }
  out += "Content-Length: " + std::to_string(scraped.body.size()) + "\r\n\r\n";
  if (with_body) out += scraped.body;
  return out;
}

std::string answer_to(std::string_view text, const Credentials& credentials,
                      const MetricsServer::Scrape& scrape) {
  const auto head = parse_head(text);
  if (!head) return refusal("400 Bad Request", "this is no HTTP/1.1 request");
  if (!credentials.allow(head->authorization)) {
    return refusal("401 Unauthorized", "credentials are missing or wrong",
                   "WWW-Authenticate: " + credentials.challenge() + "\r\n");
  }
  if (head->path != "/metrics") return refusal("404 Not Found", "there is nothing but /metrics");
  if (head->method != "GET" && head->method != "HEAD") {
    return refusal("405 Method Not Allowed", "/metrics takes GET and HEAD", "Allow: GET, HEAD\r\n");
  }
  try {
    return answer_of(scrape(head->accept, head->accept_encoding), head->method == "GET");
  } catch (const std::exception&) {
    return refusal("500 Internal Server Error", "the metrics could not be collected");
  }
}

}  // namespace

// A peer that sends as fast as it is read must not keep the thread to itself.
bool Connection::advance(const Credentials& credentials, const MetricsServer::Scrape& scrape) {
  constexpr int kMostSteps = 64;
  for (int step = 0; step < kMostSteps && !over_; ++step) {
    bool moved = false;
    switch (state_) {
      case State::kReading:
        moved = read_head(credentials, scrape);
        break;
      case State::kWriting:
        moved = write_answer();
        break;
      case State::kEnding:
        moved = drain();
        break;
    }
    if (!moved) break;
  }
  return !over_;
}

bool Connection::goes_on(Stream::Result result) {
  if (result == Stream::Result::kDone) return true;
  over_ = result == Stream::Result::kOver;
  events_ = result == Stream::Result::kWaitsToWrite ? POLLOUT : POLLIN;
  return false;
}

bool Connection::read_head(const Credentials& credentials, const MetricsServer::Scrape& scrape) {
  if (!goes_on(stream_.read(head_, kMostHead + 1 - head_.size()))) return false;
  const std::size_t end = head_.find("\r\n\r\n");
  if (end != std::string::npos) {
    answer_ = answer_to(std::string_view(head_).substr(0, end + 4), credentials, scrape);
  } else if (head_.size() > kMostHead) {
    answer_ = refusal("431 Request Header Fields Too Large", "the head is longer than 8 KiB");
  } else {
    return true;
  }
  unsent_ = answer_;
  state_ = State::kWriting;
  events_ = POLLOUT;
  return true;
}

bool Connection::write_answer() {
  if (!unsent_.empty()) return goes_on(stream_.write(unsent_));
  stream_.finish();
  answer_ = {};
  state_ = State::kEnding;
  events_ = POLLIN;
  return true;
}

bool Connection::drain() {
  std::string ignored;
  return goes_on(stream_.read(ignored, kMostHead));
}

}  // namespace container_kit::telemetry::metrics_server
