// A ResponseStream on a connection: chunks of HTTP/1.1 (RFC 9112 section 7.1), and a look at the socket for a
// client that leaves meanwhile.
//
// Thread safety: the members of ResponseStream from any thread; watch(), stop_watching() and finish() on the
// socket's strand. Ownership: borrows the client's stream; `owner` keeps it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <container_kit/kit/server.h>

#include "http/client_stream.h"
#include "http/response_stream.h"

namespace container_kit::kit::http {

class SocketStream : public ResponseStream, public std::enable_shared_from_this<SocketStream> {
 public:
  // `headers` are those that every answer of this request has.
  SocketStream(ClientStream& client, std::shared_ptr<void> owner, Headers headers,
               const ServerLimits& limits);

  void open(const Response& head, const std::string& heartbeat) override;
  bool is_open() const override { return is_open_.load(); }
  bool write(std::string part) override;
  std::stop_token gone() const override { return gone_.get_token(); }

  void watch();
  // Nothing reads from the client any more when this is done, but where a write is under way: then when
  // finish() is.
  boost::asio::awaitable<void> stop_watching();
  // Sends the last part and the end. False where it did not get through.
  boost::asio::awaitable<bool> finish(std::string last);

 private:
  void append(const std::string& bytes);
  void flush();
  void seen(const boost::system::error_code& error);
  void beat();

  ClientStream& client_;
  const std::shared_ptr<void> owner_;
  const Headers headers_;
  const std::chrono::milliseconds write_deadline_;
  const std::chrono::milliseconds beat_interval_;
  std::stop_source gone_;
  std::atomic<bool> is_open_{false};
  std::mutex mutex_;
  std::string queue_;  // under the mutex
  // The rest belongs to the strand.
  std::string sending_;
  bool is_writing_ = false;
  bool is_watching_ = false;
  bool is_looking_ = false;
  bool is_finished_ = false;
  std::string heartbeat_;              // a chunk; empty before open()
  boost::asio::steady_timer beat_;     // to the next one
  boost::asio::steady_timer timer_;    // of the write under way
  boost::asio::steady_timer settled_;  // cancelled when a write or a look has ended
};

}  // namespace container_kit::kit::http
