// The tool calls that the bench sends.
#pragma once

#include <string>
#include <vector>

#include "exchange.h"

namespace container_kit::kit::bench {

struct ToolRequest {
  std::string row;
  std::string tool;
  std::string request;  // the whole HTTP request
};

std::string analyze_request(const std::string& path);

// One a row; `repository` is what the calls that need one are about.
std::vector<ToolRequest> tool_requests(const std::string& repository);

// All of them in turns.
Requests mixture(const std::vector<ToolRequest>& requests);

}  // namespace container_kit::kit::bench
