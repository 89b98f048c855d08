#include "http/server_impl.h"

#include <algorithm>
#include <csignal>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <container_kit/telemetry/process_metrics.h>

#include "http/connection.h"

namespace container_kit::kit {
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds kAcceptPause{100};

unsigned io_threads(const ServerConfig& config) {
  return config.io_threads != 0 ? config.io_threads : std::max(1U, std::thread::hardware_concurrency());
}

std::string host_in_url(const asio::ip::address& address) {
  return address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
}

// g++ 12 destroys twice what is made inside a co_await expression, so the response has a name.
asio::awaitable<void> converse(std::shared_ptr<http::ClientConnection> connection, bool welcome) {
  const telemetry::TaskCount alive;
  if (welcome) {
    co_await connection->serve();
    co_return;
  }
  const auto refusal =
      http::unavailable("too_many_connections", "the server has as many connections as it takes");
  co_await connection->refuse(refusal);
}

telemetry::Error cannot_listen(const ServerConfig& config, const std::string& why) {
  return {telemetry::ErrorCode::kUnavailable,
          "cannot listen on " + config.host + " port " + std::to_string(config.port) + ": " + why};
}

}  // namespace

Server::Impl::Impl(ServerConfig config, const ToolRegistry& tools, telemetry::Manager& telemetry)
    : config_(std::move(config)),
      tools_(tools),
      telemetry_(telemetry),
      io_(static_cast<int>(io_threads(config_))),
      control_(asio::make_strand(io_)),
      acceptor_(control_),
      accept_pause_(control_),
      drain_timer_(control_),
      signals_(control_) {
  lifecycle_.on_progress = [this] { asio::post(control_, [this] { check_drained(); }); };
}

// The tools' threads go first: they hand their answers to coroutines that io_ owns.
Server::Impl::~Impl() {
  service_.reset();
}

telemetry::Expected<Server::Impl::Tcp::endpoint> Server::Impl::resolve() {
  error_code error;
  Tcp::resolver resolver(io_);
  const auto found = resolver.resolve(config_.host, std::to_string(config_.port),
                                      Tcp::resolver::passive | Tcp::resolver::numeric_service, error);
  if (error || found.empty())
    return cannot_listen(config_, "the host is not known; give an address with --host");
  return found.begin()->endpoint();
}

// Whoever can reach an address beyond this machine could use the tools.
std::optional<telemetry::Error> Server::Impl::refuse_address(const asio::ip::address& address) const {
  const bool knows_clients = !config_.token_file.empty() || !config_.tls.client_authorities.empty();
  if (address.is_loopback() || knows_clients) return std::nullopt;
  return cannot_listen(
      config_,
      "others can reach that address; name a file with a token by --token-file, or who signs "
      "clients' certificates by --tls-client-ca");
}

telemetry::Expected<void> Server::Impl::prepare_tls() {
  const auto& files = config_.tls;
  if (files.certificate.empty() != files.private_key.empty()) {
    return cannot_listen(config_, "TLS needs both a certificate and its private key");
  }
  if (files.certificate.empty() && !files.client_authorities.empty()) {
    return cannot_listen(config_, "clients can only be asked for certificates by a server that has one");
  }
  if (files.certificate.empty()) return {};
  tls_.emplace(files, config_.on_problem);
  if (const auto usable = tls_->check(); !usable) return cannot_listen(config_, usable.error().message);
  return {};
}

telemetry::Expected<void> Server::Impl::listen() {
  const auto endpoint = resolve();
  if (!endpoint) return endpoint.error();
  if (auto refused = refuse_address(endpoint->address())) return *refused;
  if (auto prepared = prepare_tls(); !prepared) return prepared;
  error_code error;
  acceptor_.open(endpoint->protocol(), error);
  if (!error) acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(*endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use) {
    return cannot_listen(config_, "the port is in use; choose another with --port");
  }
  if (error) return cannot_listen(config_, error.message());
  service_.emplace(config_, endpoint->address().is_loopback(), tools_, telemetry_, lifecycle_);
  if (auto tokens = service_->check_access(); !tokens) return std::move(tokens).error();
  if (config_.stop_on_signals) {
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    wait_for_signal();
  }
  return {};
}

std::string Server::Impl::url() const {
  error_code error;
  const auto endpoint = acceptor_.local_endpoint(error);
  return (tls_ ? "https://" : "http://") + host_in_url(endpoint.address()) + ":" +
         std::to_string(endpoint.port());
}

std::vector<std::string> Server::Impl::routes() const {
  std::vector<std::string> all;
  for (const auto& route : service_->router().routes()) all.push_back(route.method + ' ' + route.path);
  std::sort(all.begin(), all.end());
  return all;
}

StopOutcome Server::Impl::run() {
  asio::co_spawn(control_, accept(), asio::detached);
  const auto work = asio::make_work_guard(io_);
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < io_threads(config_); ++i) threads.emplace_back([this] { io_.run(); });
  io_.run();
  for (auto& thread : threads) thread.join();
  return outcome_;
}

asio::awaitable<void> Server::Impl::accept() {
  const telemetry::TaskCount alive;
  while (acceptor_.is_open()) {
    error_code error;
    Tcp::socket socket = co_await acceptor_.async_accept(asio::make_strand(io_),
                                                         asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      admit(std::move(socket));
    } else if (acceptor_.is_open()) {
      // Most likely no file descriptor is free; one will be when a connection ends.
      accept_pause_.expires_after(kAcceptPause);
      co_await accept_pause_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
  }
}

void Server::Impl::admit(Tcp::socket socket) {
  const std::size_t open = connections_.size();
  const std::size_t limit = config_.limits.connections;
  if (open > limit + limit / 4) return;  // not even refusals without bound
  error_code ignored;
  socket.set_option(Tcp::no_delay(true), ignored);
  const auto executor = socket.get_executor();
  auto connection = std::make_shared<http::ClientConnection>(std::move(socket), tls_ ? &*tls_ : nullptr,
                                                             *service_, lifecycle_, config_.limits);
  connections_.add(connection);
  asio::co_spawn(executor, converse(connection, open < limit), [this, connection](const std::exception_ptr&) {
    connections_.remove(connection.get());
    lifecycle_.progressed();
  });
}

void Server::Impl::wait_for_signal() {
  signals_.async_wait([this](const error_code& error, int) {
    if (error) return;
    if (lifecycle_.draining()) return finish(StopOutcome::kAbandoned);
    start_draining();
    wait_for_signal();
  });
}

void Server::Impl::drain() {
  asio::post(control_, [this] { start_draining(); });
}

void Server::Impl::stop() {
  asio::post(control_, [this] { finish(StopOutcome::kAbandoned); });
}

void Server::Impl::start_draining() {
  if (!lifecycle_.start_draining()) return;
  drain_timer_.expires_after(config_.limits.drain);
  drain_timer_.async_wait([this](const error_code& error) {
    if (!error) finish(StopOutcome::kAbandoned);
  });
  for (const auto& connection : connections_.all()) connection->close_if_idle();
  check_drained();
}

void Server::Impl::check_drained() {
  if (!lifecycle_.draining() || lifecycle_.active() > 0) return;
  if (!lifecycle_.closing()) {
    lifecycle_.start_closing();
    error_code ignored;
    acceptor_.close(ignored);
    for (const auto& connection : connections_.all()) connection->close_if_idle();
  }
  if (connections_.size() == 0) finish(StopOutcome::kDrained);
}

void Server::Impl::finish(StopOutcome outcome) {
  outcome_ = outcome;
  service_->stop_tools();
  io_.stop();
}

}  // namespace container_kit::kit
