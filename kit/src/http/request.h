// A request as the routes see it, and what they answer. Both know nothing of sockets or of Beast.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace container_kit::kit::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;
  std::string target;  // as it was sent
  Headers headers;     // in order, names as they were sent
  std::string body;
  bool is_http_1_0 = false;
  std::string client = {};  // its address

  // The first header of that name, compared without case; empty when there is none.
  std::string_view header(std::string_view name) const;
  std::size_t count(std::string_view name) const;
};

// ASCII only, as header names and hosts are.
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

}  // namespace container_kit::kit::http
