// One client's connection: reads a request, has it answered, writes the answer, and again, until either side
// has had enough or a deadline passes.
//
// Thread safety: close_if_idle() from any thread; everything else on the socket's own strand.
// Ownership: held by shared_ptr; whatever is pending on the socket keeps it alive.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <container_kit/kit/server.h>

#include "http/client_stream.h"
#include "http/lifecycle.h"
#include "http/response.h"
#include "http/service.h"
#include "http/socket_stream.h"

namespace container_kit::kit::http {

class Incoming;

class ClientConnection : public std::enable_shared_from_this<ClientConnection> {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  // `tls` null: plain.
  ClientConnection(Socket socket, TlsContext* tls, Service& service, Lifecycle& lifecycle,
                   const ServerLimits& limits);

  // Serves requests until the connection is done with.
  boost::asio::awaitable<void> serve();

  // Answers nothing but this, once; under TLS it just closes the connection, since shaking hands is what
  // costs. The response must outlive the conversation.
  boost::asio::awaitable<void> refuse(const Response& response);

  // Closes it if it waits for a request; otherwise it closes by itself when its request is answered.
  void close_if_idle();

 private:
  boost::asio::awaitable<bool> shake_hands();
  boost::asio::awaitable<bool> serve_one();
  boost::asio::awaitable<bool> wait_for_request();
  class Streams;

  boost::asio::awaitable<Response> receive_and_answer(Incoming& incoming, const Router::Match& match,
                                                      const telemetry::Context& context, Streams& streams);
  boost::asio::awaitable<bool> send(const Response& response, Connection after, bool with_body);
  boost::asio::awaitable<void> part();
  boost::asio::awaitable<void> end_encryption();

  // One deadline at a time. When it passes, what is pending on the socket is cancelled and timed_out_ is set.
  void arm(std::chrono::milliseconds deadline);
  void disarm();
  void close();

  ClientStream stream_;
  std::string client_;  // its address
  boost::asio::steady_timer timer_;
  boost::beast::flat_buffer buffer_;
  Service& service_;
  Lifecycle& lifecycle_;
  const ServerLimits& limits_;
  std::uint64_t armed_ = 0;  // which arming is in force; a timer that fires late finds another number
  std::uint64_t served_ = 0;
  bool timed_out_ = false;
  bool idle_ = false;
};

}  // namespace container_kit::kit::http
