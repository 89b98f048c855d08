// What the official MCP conformance suite needs a server to offer beyond its tools: for `make conformance`
// alone.
//
// Thread safety: a pure function. Ownership: the caller shares what it gets with the server.
#pragma once

#include <memory>

#include <container_kit/kit/server.h>

namespace container_kit::kit {

// For ServerConfig::mcp_extras.
std::shared_ptr<const mcp::Extras> conformance_fixtures();

}  // namespace container_kit::kit
