// TLS 1.2 and later over a client's socket, by OpenSSL.
//
// A TlsContext holds the server's certificate and key and, where clients must have certificates too, the
// authorities that sign them. The files are looked at for each connection and read again when one has
// changed; what cannot be used is told of once, and the last that could stays in force. Sessions are not
// resumed, so that each connection is judged by the files as they are.
//
// Asio's and OpenSSL's TLS headers are in tls.cpp alone.
//
// Thread safety: TlsContext: every member. TlsSession: on its socket's strand, one read and one write at a
// time. Ownership: a session borrows its socket, and keeps of the context what it needs.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <container_kit/kit/server.h>

#include "http/file_stamp.h"

namespace boost::asio::ssl {
class context;
}  // namespace boost::asio::ssl

namespace container_kit::kit::http {

class TlsSession {
 public:
  using Handler = boost::asio::any_completion_handler<void(boost::system::error_code)>;
  using TransferHandler = boost::asio::any_completion_handler<void(boost::system::error_code, std::size_t)>;

  TlsSession() = default;
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;
  virtual ~TlsSession() = default;

  virtual void handshake(Handler handler) = 0;
  virtual void read_some(boost::asio::mutable_buffer buffer, TransferHandler handler) = 0;
  virtual void write_some(boost::asio::const_buffer buffer, TransferHandler handler) = 0;
  // Completes when the client sends something, which the next read gets, or with an error when it is gone.
  virtual void look(Handler handler) = 0;
  // Says that nothing more comes, and waits for the client to say so too.
  virtual void shutdown(Handler handler) = 0;
};

class TlsContext {
 public:
  // `on_problem` is told of files that could not be read anew.
  TlsContext(TlsFiles files, std::function<void(std::string_view)> on_problem);
  ~TlsContext();

  // Why the files cannot be used; names the file.
  telemetry::Expected<void> check();
  // Null where check() never succeeded.
  std::unique_ptr<TlsSession> session(boost::asio::ip::tcp::socket& socket);

 private:
  using Stamps = std::array<FileStamp, 3>;
  telemetry::Expected<void> read_if_changed();
  Stamps stamps() const;

  const TlsFiles files_;
  const std::function<void(std::string_view)> on_problem_;
  std::mutex mutex_;
  Stamps stamps_{};
  std::shared_ptr<boost::asio::ssl::context> context_;
};

}  // namespace container_kit::kit::http
