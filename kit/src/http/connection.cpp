#include "http/connection.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>

#include <container_kit/telemetry/propagation.h>

#include "http/incoming.h"

namespace container_kit::kit::http {
namespace asio = boost::asio;
namespace beast = boost::beast;

// g++ 12 miscompiles some co_awaits inside conditions, and temporaries inside co_await expressions. So every
// co_await here is a statement or an initializer of its own, and takes what has a name.

namespace {

constexpr std::size_t kReadAhead = 65'536;  // Beast reads that much at a time
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

auto into(beast::error_code& error) {
  return asio::redirect_error(asio::use_awaitable, error);
}

// Adds the headers that every answer of a request has.
void add_common_headers(const telemetry::Context& context, Headers& headers) {
  if (!context.has_span()) return;
  const auto traceparent = telemetry::format_traceparent(context.span_context());
  headers.emplace_back("traceparent", std::string(traceparent.begin(), traceparent.end()));
}

// Before the answer is sent, so that who has the answer also finds it in the metrics.
void finish(telemetry::Operation& operation, Response& response) {
  add_common_headers(operation.context(), response.headers);
  operation.set_http_status(response.status);
  operation.finish();
}

}  // namespace

class ClientConnection::Streams : public StreamSource {
 public:
  Streams(ClientConnection& connection, const Request& request, const telemetry::Context& context)
      : connection_(connection), request_(request), context_(context) {}

  ResponseStream* stream() override {
    if (made_ || request_.is_http_1_0) return made_.get();
    Headers headers;
    add_common_headers(context_, headers);
    made_ = std::make_shared<SocketStream>(connection_.stream_, connection_.shared_from_this(),
                                           std::move(headers), connection_.limits_);
    made_->watch();
    return made_.get();
  }
  SocketStream* made() const { return made_.get(); }

 private:
  ClientConnection& connection_;
  const Request& request_;
  const telemetry::Context& context_;
  std::shared_ptr<SocketStream> made_;
};

ClientConnection::ClientConnection(Socket socket, TlsContext* tls, Service& service, Lifecycle& lifecycle,
                                   const ServerLimits& limits)
    : stream_(std::move(socket), tls),
      timer_(stream_.get_executor()),
      buffer_(limits.header_bytes + kReadAhead),
      service_(service),
      lifecycle_(lifecycle),
      limits_(limits) {
  beast::error_code error;
  const auto endpoint = stream_.socket().remote_endpoint(error);
  if (!error) client_ = endpoint.address().to_string(error);
}

asio::awaitable<void> ClientConnection::serve() {
  bool again = true;
  if (stream_.is_encrypted()) {
    again = co_await shake_hands();
  }
  const bool is_agreed = again;
  while (again) {
    again = co_await serve_one();
    ++served_;
  }
  if (is_agreed && stream_.is_encrypted()) {
    co_await end_encryption();
  }
  close();
}

// A client that takes its time, has no certificate that is asked for, or speaks no TLS gets no further.
asio::awaitable<bool> ClientConnection::shake_hands() {
  beast::error_code error;
  arm(limits_.handshake);
  co_await stream_.async_handshake(into(error));
  disarm();
  co_return !error;
}

// So that the client can tell the end from a connection that broke. It is not waited for long.
asio::awaitable<void> ClientConnection::end_encryption() {
  constexpr std::chrono::milliseconds kMoment{200};
  beast::error_code ignored;
  arm(kMoment);
  co_await stream_.async_shutdown(into(ignored));
}

asio::awaitable<void> ClientConnection::refuse(const Response& response) {
  bool sent = false;
  if (!stream_.is_encrypted()) {
    sent = co_await send(response, Connection::kClose, true);
  }
  if (sent) {
    co_await part();
  }
  close();
}

asio::awaitable<bool> ClientConnection::serve_one() {
  const bool arrived = co_await wait_for_request();
  if (!arrived) co_return false;
  Incoming incoming(limits_);
  beast::error_code error;
  arm(limits_.read);
  co_await beast::http::async_read_header(stream_, buffer_, incoming.parser(), into(error));
  if (error == beast::http::error::end_of_stream) co_return false;
  const Lifecycle::Active active(lifecycle_);
  incoming.take_headers(client_);
  const Router::Match match = error ? Router::Match{} : service_.judge(incoming.request());
  telemetry::Operation operation = service_.observe(incoming.request(), match.label);
  const telemetry::Context context = operation.context();
  Streams streams(*this, incoming.request(), context);
  Response response;
  if (error) {
    incoming.broken = true;
    response = error_response(incoming.error_of(error, timed_out_));
  } else {
    response = co_await receive_and_answer(incoming, match, context, streams);
  }
  finish(operation, response);
  service_.tell_of(response, incoming.request(), match.label, context);
  const bool again = !incoming.broken && incoming.parser().keep_alive() && !lifecycle_.draining();
  const bool with_body = incoming.request().method != "HEAD";
  bool sent = false;
  if (streams.made() != nullptr && streams.made()->is_open()) {
    sent = co_await streams.made()->finish(std::move(response.body));
  } else {
    sent = co_await send(response, again ? Connection::kKeepAlive : Connection::kClose, with_body);
  }
  if (!sent || again) co_return sent;
  if (incoming.broken || buffer_.size() > 0) {
    co_await part();
  }
  co_return false;
}

// Bytes that came with the previous request are the beginning of the next one.
asio::awaitable<bool> ClientConnection::wait_for_request() {
  if (buffer_.size() > 0) co_return true;
  if (lifecycle_.closing() || (lifecycle_.draining() && served_ > 0)) co_return false;
  constexpr std::size_t kFirstRead = 4096;
  beast::error_code error;
  arm(limits_.idle);
  idle_ = true;
  const std::size_t size = co_await stream_.async_read_some(buffer_.prepare(kFirstRead), into(error));
  idle_ = false;
  buffer_.commit(size);
  co_return !error;
}

asio::awaitable<Response> ClientConnection::receive_and_answer(Incoming& incoming, const Router::Match& match,
                                                               const telemetry::Context& context,
                                                               Streams& streams) {
  if (auto refusal = incoming.refuse_framing()) {
    incoming.broken = true;
    co_return error_response(*refusal);
  }
  if (match.refusal && incoming.wants_continue()) {
    incoming.broken = true;  // the client may or may not send the body now
    co_return *match.refusal;
  }
  beast::error_code error;
  if (incoming.wants_continue()) {
    co_await asio::async_write(stream_, asio::buffer(kContinue), into(error));
  }
  if (!error && !incoming.parser().is_done()) {
    co_await beast::http::async_read(stream_, buffer_, incoming.parser(), into(error));
  }
  if (error) {
    incoming.broken = true;
    co_return error_response(incoming.error_of(error, timed_out_));
  }
  disarm();
  if (match.refusal) co_return *match.refusal;
  incoming.take_body();
  Response response = co_await service_.answer(match, incoming.request(), context, streams);
  if (streams.made() != nullptr) {
    co_await streams.made()->stop_watching();
  }
  co_return response;
}

asio::awaitable<bool> ClientConnection::send(const Response& response, Connection after, bool with_body) {
  const std::string head = head_of(response, after);
  const std::array<asio::const_buffer, 2> parts{
      asio::buffer(head), with_body ? asio::buffer(response.body) : asio::const_buffer()};
  beast::error_code error;
  arm(limits_.write);
  co_await asio::async_write(stream_, parts, into(error));
  co_return !error;
}

// Closing while the client still sends would reset the connection, and the answer could be lost with it. So
// we say that we are done and read on for a while, throwing away what comes (RFC 9112 section 9.6).
asio::awaitable<void> ClientConnection::part() {
  beast::error_code error;
  if (stream_.is_encrypted()) co_return;  // end_encryption() does it
  stream_.socket().shutdown(Socket::shutdown_send, error);
  arm(limits_.linger);
  std::array<char, 4096> scrap{};
  while (!error) {
    co_await stream_.async_read_some(asio::buffer(scrap), into(error));
  }
}

void ClientConnection::arm(std::chrono::milliseconds deadline) {
  timed_out_ = false;
  timer_.expires_after(deadline);
  timer_.async_wait([self = shared_from_this(), arming = ++armed_](const beast::error_code& error) {
    if (error || arming != self->armed_) return;
    self->timed_out_ = true;
    self->stream_.cancel();
  });
}

void ClientConnection::disarm() {
  ++armed_;
  timer_.cancel();
}

// Not left to the destructor: a cancelled timer's handler keeps this object until the io_context has run it.
void ClientConnection::close() {
  disarm();
  beast::error_code ignored;
  stream_.socket().close(ignored);
}

void ClientConnection::close_if_idle() {
  asio::dispatch(stream_.get_executor(), [self = shared_from_this()] {
    if (self->idle_) self->stream_.cancel();
  });
}

}  // namespace container_kit::kit::http
