#include "http/client_stream.h"

#include <cerrno>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>
#include <sys/socket.h>

namespace container_kit::kit::http {
namespace asio = boost::asio;

void ClientStream::look(TlsSession::Handler handler) {
  if (tls_) return tls_->look(std::move(handler));
  auto executor = asio::get_associated_executor(handler, get_executor());
  auto peek = [this, then = std::move(handler)](error_code error) mutable {
    char byte = 0;
    const auto size = error ? 1 : ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (size == 0) error = asio::error::eof;
    if (size < 0) error = error_code(errno, boost::system::system_category());
    std::move(then)(error);
  };
  socket_.async_wait(Socket::wait_read, asio::bind_executor(executor, std::move(peek)));
}

}  // namespace container_kit::kit::http
