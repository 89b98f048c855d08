// The server's moving parts: the acceptor, the connections, and the way to a clean stop.
//
// A stop has two steps. Draining: /ready answers 503, calls that run go on, new ones are refused, idle
// connections are closed, and the listener stays open so that whoever asks learns why. Closing, once nothing
// is under way: the listener closes and the last connections go. A deadline ends either.
#pragma once

#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <container_kit/kit/server.h>

#include "http/connection_set.h"
#include "http/lifecycle.h"
#include "http/service.h"
#include "http/tls.h"

namespace container_kit::kit {

class Server::Impl {
 public:
  Impl(ServerConfig config, const ToolRegistry& tools, telemetry::Manager& telemetry);
  ~Impl();

  telemetry::Expected<void> listen();
  std::string url() const;
  std::vector<std::string> routes() const;
  StopOutcome run();
  void drain();
  void stop();

 private:
  using Tcp = boost::asio::ip::tcp;

  telemetry::Expected<Tcp::endpoint> resolve();
  std::optional<telemetry::Error> refuse_address(const boost::asio::ip::address& address) const;
  telemetry::Expected<void> prepare_tls();
  boost::asio::awaitable<void> accept();
  void admit(Tcp::socket socket);
  void wait_for_signal();

  // These run on the control strand, as do the acceptor, the signals and the drain timer.
  void start_draining();
  void check_drained();
  void finish(StopOutcome outcome);

  const ServerConfig config_;
  const ToolRegistry& tools_;
  telemetry::Manager& telemetry_;
  boost::asio::io_context io_;
  boost::asio::strand<boost::asio::io_context::executor_type> control_;
  Tcp::acceptor acceptor_;
  boost::asio::steady_timer accept_pause_;
  boost::asio::steady_timer drain_timer_;
  boost::asio::signal_set signals_;
  http::Lifecycle lifecycle_;
  http::ConnectionSet connections_;
  std::optional<http::TlsContext> tls_;
  std::optional<http::Service> service_;
  StopOutcome outcome_ = StopOutcome::kAbandoned;
};

}  // namespace container_kit::kit
