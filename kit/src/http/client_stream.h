// A client's bytes, plain or under TLS: what Asio and Beast read from and write to, as an AsyncStream.
//
// Thread safety: on the socket's strand. Ownership: owns socket and session.
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "http/tls.h"

namespace container_kit::kit::http {

class ClientStream {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using executor_type = Socket::executor_type;
  using error_code = boost::system::error_code;

  // Without a context: plain.
  ClientStream(Socket socket, TlsContext* tls)
      : socket_(std::move(socket)), tls_(tls != nullptr ? tls->session(socket_) : nullptr) {}

  executor_type get_executor() { return socket_.get_executor(); }
  Socket& socket() { return socket_; }
  bool is_encrypted() const { return tls_ != nullptr; }

  // Precondition: is_encrypted().
  template <typename Token>
  auto async_handshake(Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code)>(
        [this](auto handler) { tls_->handshake(std::move(handler)); }, token);
  }
  // Precondition: is_encrypted().
  template <typename Token>
  auto async_shutdown(Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code)>(
        [this](auto handler) { tls_->shutdown(std::move(handler)); }, token);
  }

  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const auto& into) {
          if (!tls_) return socket_.async_read_some(into, std::move(handler));
          tls_->read_some(first_of<boost::asio::mutable_buffer>(into), std::move(handler));
        },
        token, buffers);
  }

  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const auto& from) {
          if (!tls_) return socket_.async_write_some(from, std::move(handler));
          tls_->write_some(first_of<boost::asio::const_buffer>(from), std::move(handler));
        },
        token, buffers);
  }

  // Calls `handler` with no error when the client sends something, which the next read gets, with would_block
  // where there was nothing after all, and with another error when it has gone. Nothing else may be read
  // meanwhile. cancel() ends it, unless it was about to go on: then only a later cancel() does.
  void look(TlsSession::Handler handler);

  void cancel() {
    error_code ignored;
    socket_.cancel(ignored);
  }

 private:
  // That has any bytes: a stream may take less than it is given.
  template <typename Buffer, typename Buffers>
  static Buffer first_of(const Buffers& buffers) {
    const auto end = boost::asio::buffer_sequence_end(buffers);
    for (auto it = boost::asio::buffer_sequence_begin(buffers); it != end; ++it) {
      if (Buffer buffer(*it); buffer.size() > 0) return buffer;
    }
    return {};
  }

  Socket socket_;
  std::unique_ptr<TlsSession> tls_;
};

}  // namespace container_kit::kit::http
