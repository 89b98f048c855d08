// The guard against DNS rebinding: a web page may make a browser send requests to 127.0.0.1, but under the
// page's own host name, so a server that listens on loopback answers only to the names of loopback.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/response.h"

namespace container_kit::kit::http {

class HostCheck {
 public:
  // Bound to a loopback address, or told any `allowed` name, it answers to the loopback names and `allowed`.
  // Bound to another address and told nothing, it answers to every name.
  HostCheck(bool bound_to_loopback, std::vector<std::string> allowed);

  // Why the request is refused, or nothing.
  std::optional<ApiError> refuse(const Request& request) const;

 private:
  std::optional<ApiError> refuse_origin(const Request& request, std::string_view host) const;
  bool allows(std::string_view host) const;

  bool everything_;
  std::vector<std::string> names_;
};

// "localhost" of "LOCALHOST:8080", "[::1]" of "[::1]:80"; empty where it is no host with an optional port.
std::string_view host_of(std::string_view host_and_port);

}  // namespace container_kit::kit::http
