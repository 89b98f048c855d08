#include "http/socket_stream.h"

#include <array>
#include <cstdio>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace container_kit::kit::http {
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t kMostWaiting = 1'048'576;  // bytes that a slow client may leave unread in our memory

std::string chunk_of(const std::string& part) {
  if (part.empty()) return {};  // a chunk of no bytes is the end
  std::array<char, 24> size{};
  const int length = std::snprintf(size.data(), size.size(), "%zx\r\n", part.size());
  std::string chunk(size.data(), static_cast<std::size_t>(length));
  return chunk.append(part).append("\r\n");
}

}  // namespace

SocketStream::SocketStream(ClientStream& client, std::shared_ptr<void> owner, Headers headers,
                           const ServerLimits& limits)
    : client_(client),
      owner_(std::move(owner)),
      headers_(std::move(headers)),
      write_deadline_(limits.write),
      beat_interval_(limits.heartbeat),
      beat_(client.get_executor()),
      timer_(client.get_executor()),
      settled_(client.get_executor()) {}

void SocketStream::open(const Response& head, const std::string& heartbeat) {
  if (is_open_.exchange(true)) return;
  Response with_headers = head;
  with_headers.headers.insert(with_headers.headers.end(), headers_.begin(), headers_.end());
  append(head_of_stream(with_headers));
  if (heartbeat.empty()) return;
  asio::post(client_.get_executor(), [self = shared_from_this(), chunk = chunk_of(heartbeat)] {
    self->heartbeat_ = chunk;
    self->beat();
  });
}

bool SocketStream::write(std::string part) {
  {
    const std::lock_guard lock(mutex_);
    if (gone_.stop_requested() || queue_.size() > kMostWaiting) return false;
  }
  append(chunk_of(part));
  return true;
}

void SocketStream::append(const std::string& bytes) {
  {
    const std::lock_guard lock(mutex_);
    queue_ += bytes;
  }
  asio::post(client_.get_executor(), [self = shared_from_this()] { self->flush(); });
}

void SocketStream::flush() {
  if (is_writing_) return;
  {
    const std::lock_guard lock(mutex_);
    sending_.clear();
    if (!gone_.stop_requested()) sending_.swap(queue_);
  }
  if (sending_.empty()) {
    settled_.cancel();
    return;
  }
  is_writing_ = true;
  if (!heartbeat_.empty()) beat();  // from now on anew
  timer_.expires_after(write_deadline_);
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error && self->is_writing_) self->client_.cancel();
  });
  asio::async_write(client_, asio::buffer(sending_),
                    [self = shared_from_this()](const error_code& error, std::size_t) {
                      self->is_writing_ = false;
                      self->timer_.cancel();
                      if (error) self->gone_.request_stop();
                      self->flush();
                    });
}

// A client that is slow to read has enough to read. One that has gone is found out by writing to it.
void SocketStream::beat() {
  if (is_finished_ || gone_.stop_requested()) return;
  beat_.expires_after(beat_interval_);
  beat_.async_wait([self = shared_from_this()](const error_code& error) {
    if (error || self->is_finished_) return;
    if (!self->is_writing_) self->append(self->heartbeat_);
    self->beat();
  });
}

// While the client should only wait. What it sends is its next request.
void SocketStream::watch() {
  is_watching_ = true;
  is_looking_ = true;
  client_.look([self = shared_from_this()](const error_code& error) { self->seen(error); });
}

void SocketStream::seen(const error_code& error) {
  is_looking_ = false;
  if (error == asio::error::would_block) {
    if (is_watching_) return watch();
  } else if (error && error != asio::error::operation_aborted) {
    gone_.request_stop();
  }
  settled_.cancel();
}

// A look under TLS may have been between two reads when it was cancelled, and so is cancelled again.
asio::awaitable<void> SocketStream::stop_watching() {
  constexpr std::chrono::milliseconds kAgain{5};
  is_watching_ = false;
  error_code ignored;
  while (is_looking_ && !is_writing_) {  // cancelling would end a write as well
    client_.cancel();
    settled_.expires_after(kAgain);
    co_await settled_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

asio::awaitable<bool> SocketStream::finish(std::string last) {
  is_finished_ = true;
  beat_.cancel();
  append(chunk_of(last) + "0\r\n\r\n");
  flush();
  error_code ignored;
  while (is_writing_) {
    settled_.expires_at(asio::steady_timer::time_point::max());
    co_await settled_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  co_await stop_watching();
  co_return !gone_.stop_requested();
}

}  // namespace container_kit::kit::http
