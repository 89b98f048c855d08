// What the official MCP conformance suite asks a server to offer, so that it can be tested: tools, prompts
// and resources named test_* and test://*. They are there only where a program asks for them (conformance.h).
//
// Each folder of the suite is a file here. A reply is nothing where the request is none of theirs.
//
// Thread safety: every function.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "mcp/extras.h"

namespace container_kit::kit::mcp::testing {

using Reply = std::optional<Outcome>;

std::string png_base64();  // one red pixel
std::string wav_base64();  // one sample of silence

// A complete result of the request's era.
Outcome complete(const Dialogue& dialogue, const boost::json::object& members);
Outcome text_result(const Dialogue& dialogue, std::string_view text);
// {"content": [...]}
Outcome content_result(const Dialogue& dialogue, boost::json::array content);
boost::json::object text_block(std::string_view text);
boost::json::object image_block();
boost::json::object resource_block(std::string_view uri, std::string_view type, std::string_view text);

// The argument of a tool or prompt; empty where it is absent or no string.
std::string argument(const Dialogue& dialogue, std::string_view name);

// Tools that answer by themselves, those that ask the client by requests (sessions) and those that ask by an
// InputRequiredResult (stateless).
boost::json::array plain_tools();
boost::json::array asking_tools();
boost::json::array round_tools();
Reply answer_plain_tool(const Dialogue& dialogue, std::string_view name);
Reply answer_asking_tool(const Dialogue& dialogue, std::string_view name);
Reply answer_round_tool(const Dialogue& dialogue, std::string_view name);
Reply answer_round_prompt(const Dialogue& dialogue);

Reply answer_prompts(const Dialogue& dialogue);
Reply answer_resources(const Dialogue& dialogue);

}  // namespace container_kit::kit::mcp::testing
