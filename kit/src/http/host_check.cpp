#include "http/host_check.h"

#include <algorithm>

#include "http/target.h"
#include "tools/quoted.h"

namespace container_kit::kit::http {

namespace {

bool is_port(std::string_view text) {
  return text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_';
}

}  // namespace

std::string_view host_of(std::string_view host_and_port) {
  std::size_t end = 0;
  if (!host_and_port.empty() && host_and_port.front() == '[') {
    const auto bracket = host_and_port.find(']');
    if (bracket == std::string_view::npos) return {};
    end = bracket + 1;
  } else {
    end = std::min(host_and_port.find(':'), host_and_port.size());
    const auto host = host_and_port.substr(0, end);
    if (!std::all_of(host.begin(), host.end(), is_host_character)) return {};
  }
  const auto rest = host_and_port.substr(end);
  if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return {};
  return host_and_port.substr(0, end);
}

HostCheck::HostCheck(bool bound_to_loopback, std::vector<std::string> allowed)
    : everything_(!bound_to_loopback && allowed.empty()), names_(std::move(allowed)) {
  names_.insert(names_.end(), {"localhost", "127.0.0.1", "[::1]"});
}

bool HostCheck::allows(std::string_view host) const {
  return everything_ || std::any_of(names_.begin(), names_.end(),
                                    [&](const auto& name) { return equal_ignoring_case(name, host); });
}

// A page of another site may not speak to us by its visitor's browser. A host that answers to every name
// takes pages that came from itself.
std::optional<ApiError> HostCheck::refuse_origin(const Request& request, std::string_view host) const {
  if (request.count("Origin") == 0) return std::nullopt;
  const auto origin = host_of(authority_of(request.header("Origin")));
  const bool is_known = everything_ ? equal_ignoring_case(origin, host) : !origin.empty() && allows(origin);
  if (is_known && request.count("Origin") == 1) return std::nullopt;
  return ApiError{403, "origin_not_allowed",
                  "pages of " + in_quotes(request.header("Origin")) +
                      " may not use this server; start it with --allowed-host to add a name",
                  "Origin"};
}

std::optional<ApiError> HostCheck::refuse(const Request& request) const {
  const auto headers = request.count("Host");
  if (headers > 1) return ApiError{400, "bad_request", "the request has more than one Host header", "Host"};
  if (headers == 0 && !request.is_http_1_0) {
    return ApiError{400, "bad_request", "the request has no Host header, which HTTP/1.1 requires", "Host"};
  }
  // RFC 9112 section 3.2.2: a host in the request line wins over the header.
  const auto in_target = authority_of(request.target);
  const auto named = in_target.empty() ? request.header("Host") : in_target;
  if (named.empty() && request.is_http_1_0) return std::nullopt;
  const auto host = host_of(named);
  if (host.empty()) return ApiError{400, "bad_request", "the Host header names no valid host", "Host"};
  if (allows(host)) return refuse_origin(request, host);
  return ApiError{421, "host_not_allowed",
                  "this server does not answer to the host " + in_quotes(host) +
                      "; start it with --allowed-host to add a name",
                  "Host"};
}

}  // namespace container_kit::kit::http
