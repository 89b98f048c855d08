#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <container_kit/telemetry/metrics_server.h>

#include "config/environment.h"
#include "connection.h"
#include "listener.h"

namespace container_kit::telemetry {

using metrics_server::Connection;
using metrics_server::Credentials;
using metrics_server::Listener;
using metrics_server::TlsContext;

class MetricsServer::Impl {
 public:
  Impl(const MetricsServerOptions& options, Scrape scrape, Listener listener, TlsContext tls, int wake)
      : credentials_(options),
        max_connections_(std::max<std::size_t>(options.max_connections, 1)),
        timeout_(options.request_timeout),
        scrape_(std::move(scrape)),
        listener_(listener),
        tls_(std::move(tls)),
        wake_(wake),
        thread_([this] { run(); }) {}
  ~Impl() {
    stop();
    ::close(wake_);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::uint16_t port() const noexcept { return listener_.port; }

  void stop() noexcept {
    const std::lock_guard lock(stop_mutex_);
    if (!thread_.joinable()) return;
    static_cast<void>(::eventfd_write(wake_, 1));
    thread_.join();
  }

 private:
  using Clock = Connection::Clock;

  void run();
  // Until something is ready. False: it is time to stop.
  bool wait();
  int next_timeout() const;
  void accept_all();
  void make_room();

  const Credentials credentials_;
  const std::size_t max_connections_;
  const std::chrono::milliseconds timeout_;
  const Scrape scrape_;
  const Listener listener_;
  const TlsContext tls_;
  const int wake_;
  std::list<Connection> connections_;  // the oldest first; the thread's
  std::vector<pollfd> polled_;         // wake_, the listener, and each connection
  bool rests_ = false;                 // no descriptor was left for a connection: the listener is let be
  std::mutex stop_mutex_;
  std::thread thread_;
};

void MetricsServer::Impl::run() {
  // OpenSSL writes with write(2), which raises SIGPIPE in this thread where the peer is gone.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  while (wait()) {
    const auto now = Clock::now();
    std::size_t index = 2;
    for (auto connection = connections_.begin(); connection != connections_.end(); ++index) {
      bool lives = now < connection->deadline();
      if (lives && polled_[index].revents != 0) lives = connection->advance(credentials_, scrape_);
      connection = lives ? std::next(connection) : connections_.erase(connection);
    }
    if (polled_[1].revents != 0) accept_all();
  }
  connections_.clear();
  ::close(listener_.socket);
}

bool MetricsServer::Impl::wait() {
  polled_.clear();
  polled_.push_back({wake_, POLLIN, 0});
  polled_.push_back({std::exchange(rests_, false) ? -1 : listener_.socket, POLLIN, 0});
  for (const Connection& connection : connections_) {
    polled_.push_back({connection.socket(), connection.events(), 0});
  }
  ::poll(polled_.data(), polled_.size(), next_timeout());
  return polled_[0].revents == 0;
}

// Deadlines follow one another as connections do.
int MetricsServer::Impl::next_timeout() const {
  constexpr int kRest = 100;  // milliseconds
  if (polled_[1].fd < 0) return kRest;
  if (connections_.empty()) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(connections_.front().deadline() - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

void MetricsServer::Impl::accept_all() {
  for (std::size_t accepted = 0; accepted < max_connections_; ++accepted) {
    const int socket = ::accept4(listener_.socket, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) {
      rests_ = errno == EMFILE || errno == ENFILE;
      return;
    }
    make_room();
    connections_.emplace_back(socket, tls_.get(), Clock::now() + timeout_);
    if (!connections_.back().advance(credentials_, scrape_)) connections_.pop_back();
  }
}

void MetricsServer::Impl::make_room() {
  if (connections_.size() < max_connections_) return;
  const auto idle = std::find_if(connections_.begin(), connections_.end(),
                                 [](const Connection& one) { return !one.has_request(); });
  connections_.erase(idle != connections_.end() ? idle : connections_.begin());
}

MetricsServer::MetricsServer(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
MetricsServer::~MetricsServer() = default;

Expected<std::unique_ptr<MetricsServer>> MetricsServer::start(const MetricsServerOptions& options,
                                                              Scrape scrape) {
  if (options.certificate.empty() != options.private_key.empty()) {
    return Error{ErrorCode::kInvalidConfig,
                 "metrics server: a certificate needs its private key and a key its certificate; set both of "
                 "CONTAINER_KIT_METRICS_CERTIFICATE and CONTAINER_KIT_METRICS_PRIVATE_KEY"};
  }
  TlsContext tls;
  if (!options.certificate.empty()) {
    auto made = metrics_server::make_tls_context(options.certificate, options.private_key);
    if (!made) return made.error();
    tls = std::move(*made);
  }
  const auto listener = metrics_server::listen_on(options.host, options.port);
  if (!listener) return listener.error();
  const int wake = ::eventfd(0, EFD_CLOEXEC);
  if (wake < 0) {
    ::close(listener->socket);
    return Error{ErrorCode::kSystem, "metrics server: no file descriptor is left"};
  }
  auto impl = std::make_unique<Impl>(options, std::move(scrape), *listener, std::move(tls), wake);
  return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(impl)));
}

std::uint16_t MetricsServer::port() const noexcept {
  return impl_->port();
}

void MetricsServer::stop() noexcept {
  impl_->stop();
}

MetricsServerOptions MetricsServerOptions::from_env(std::vector<std::string>* warnings) {
  MetricsServerOptions options;
  std::vector<std::string> complaints;
  config::Environment env(
      [](const char* name) {
        const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): at the start
        return std::string(value != nullptr ? value : "");
      },
      complaints, complaints);
  env.text("OTEL_EXPORTER_PROMETHEUS_HOST", options.host);
  std::size_t port = options.port;
  env.count("OTEL_EXPORTER_PROMETHEUS_PORT", port);
  constexpr std::size_t kLastPort = 65535;
  if (port <= kLastPort) {
    options.port = static_cast<std::uint16_t>(port);
  } else {
    env.complain("OTEL_EXPORTER_PROMETHEUS_PORT", std::to_string(port), "0 to 65535");
  }
  env.text("CONTAINER_KIT_METRICS_TOKEN", options.token);
  env.text("CONTAINER_KIT_METRICS_USER", options.user);
  env.text("CONTAINER_KIT_METRICS_PASSWORD", options.password);
  env.text("CONTAINER_KIT_METRICS_CERTIFICATE", options.certificate);
  env.text("CONTAINER_KIT_METRICS_PRIVATE_KEY", options.private_key);
  if (warnings != nullptr) *warnings = std::move(complaints);
  return options;
}

}  // namespace container_kit::telemetry
