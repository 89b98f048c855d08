// `container-kit COMMAND --help`: what it tells of, and that docs/configuration.md says the same.
#include <regex>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/documented.h"
#include "support/program.h"

namespace container_kit::tests {
namespace {

using ::testing::HasSubstr;

std::string help_of(std::vector<std::string> command) {
  command.emplace_back("--help");
  Program program(std::move(command));
  EXPECT_EQ(program.wait(), 0);
  return program.out();
}

// The rows of a table, one for each option that the help shows but --help itself.
std::string rows_of(const std::string& command, const std::string& help) {
  // "  --port UINT=8080            Port to ...", or the names alone with the words on the next line.
  const std::regex option(
      R"(^  (--[a-z-]+)(?: ([A-Z]+)(?:=(\S+))?)?(?: \.\.\.)?(?: Needs: \S+)?(?:\n)?\s{2,}(\S.*)$)",
      std::regex::ECMAScript | std::regex::multiline);
  std::string rows;
  for (std::sregex_iterator at(help.begin(), help.end(), option), none; at != none; ++at) {
    const std::string value = (*at)[2].str();
    rows += "| " + command + " | `" + (*at)[1].str() + (value.empty() ? "" : " " + value) + "` | " +
            (*at)[3].str() + " | " + (*at)[4].str() + " |\n";
  }
  return rows;
}

std::size_t options_in(const std::string& help) {
  std::size_t found = 0;
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) found += line.starts_with("  --") ? 1 : 0;
  return found;
}

TEST(Help, is_what_the_documentation_says_of_options) {
  std::string table = "| command | option | default | what it is |\n| --- | --- | --- | --- |\n";
  for (const char* command : {"serve", "mcp", "config", "doctor", "recover"}) {
    const auto help = help_of({command});
    const auto rows = rows_of(command, help);
    EXPECT_EQ(static_cast<std::size_t>(std::count(rows.begin(), rows.end(), '\n')), options_in(help))
        << "an option was not understood:\n"
        << help;
    table += rows;
  }
  // Of a tool those that every tool has: server_status has none of its own.
  table += rows_of("run TOOL", help_of({"run", "server_status"}));
  kit::expect_documented("options: written by program_test", "end of options", table);
}

TEST(Help, names_the_variables_of_sessions) {
  for (const char* command : {"serve", "mcp"}) {
    const auto help = help_of({command});
    for (const char* text :
         {"CONTAINER_KIT_STATE_DIR\n", "CONTAINER_KIT_SESSION_LIMIT\n", "be open at a time [10]",
          "CONTAINER_KIT_SESSION_BYTES\n", "[1073741824]", "CONTAINER_KIT_SESSION_TOTAL_BYTES\n",
          "CONTAINER_KIT_SESSION_LIFETIME\n", "expires [24h]", "CONTAINER_KIT_SESSION_HISTORY\n",
          "CONTAINER_KIT_SESSION_CLEANUP_INTERVAL\n", "while serving [1m]"}) {
      EXPECT_THAT(help, HasSubstr(text)) << command;
    }
  }
}

}  // namespace
}  // namespace container_kit::tests
