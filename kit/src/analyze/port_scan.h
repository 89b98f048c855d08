// Finds the port a program listens on in its source, by the words that stand around such numbers.
//
// Looks for `listen(3000)`, `process.env.PORT || 3000`, `port=5000`, `":8080"`, `0.0.0.0:8080` and the like.
// Ports of well-known databases are taken for clients' and left out.
//
// Thread safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/project.h"

namespace container_kit::kit::analysis {

class Findings;

std::optional<std::uint16_t> find_port(std::string_view source_text);
// A whole decimal port number in 1..65535.
std::optional<std::uint16_t> parse_port(std::string_view text);
// Of a command line: `-p 3000`, `--port=3000`, `-b 0.0.0.0:3000`, `PORT=3000`.
std::optional<std::uint16_t> port_of_command(std::string_view command);

// Reports the port of the first of these files (relative to the project) that has one; says whether there was
// one.
bool report_port_of_sources(const Project& project, const std::vector<std::string>& files,
                            Findings& findings);

}  // namespace container_kit::kit::analysis
