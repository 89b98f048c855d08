#include <container_kit/kit/server.h>

#include "http/server_impl.h"

namespace container_kit::kit {

Server::Server(ServerConfig config, const ToolRegistry& tools, telemetry::Manager& telemetry)
    : impl_(std::make_unique<Impl>(std::move(config), tools, telemetry)) {}

Server::~Server() = default;

telemetry::Expected<void> Server::listen() {
  return impl_->listen();
}

std::string Server::url() const {
  return impl_->url();
}

std::vector<std::string> Server::routes() const {
  return impl_->routes();
}

StopOutcome Server::run() {
  return impl_->run();
}

void Server::drain() {
  impl_->drain();
}

void Server::stop() {
  impl_->stop();
}

}  // namespace container_kit::kit
