#include "command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace container_kit::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class LookTool : public kit::Tool {
 public:
  std::string_view name() const override { return "look"; }
  std::string_view description() const override { return "Looks"; }
  std::string_view version() const override { return "1"; }
  const kit::ToolInput& input() const override { return input_; }
  kit::ToolResult<kit::ToolOutput> execute(const kit::ToolArguments&,
                                           const kit::ToolContext&) const override {
    return kit::ToolOutput{};
  }

 private:
  kit::ToolInput input_{
      {"path", kit::FieldType::kString, "Where", true},
      {"depth", kit::FieldType::kInteger, "How deep", false},
      {"all", kit::FieldType::kBoolean, "Everything", false},
      {.name = "dry_run", .type = kit::FieldType::kBoolean, .description = "Only look", .otherwise = true}};
};

class CommandLine : public ::testing::Test {
 protected:
  CommandLine() { tools_.add(std::make_unique<LookTool>()); }

  Command read(std::vector<const char*> words) {
    words.insert(words.begin(), "container-kit");
    return read_command_line(static_cast<int>(words.size()), words.data(), tools_);
  }

  kit::ToolRegistry tools_;
};

TEST_F(CommandLine, serve_has_safe_defaults) {
  const auto command = std::get<ServeCommand>(read({"serve"}));
  EXPECT_EQ(command.host, "127.0.0.1");
  EXPECT_EQ(command.port, 8080);
  EXPECT_TRUE(command.allowed_roots.empty());
}

TEST_F(CommandLine, serve_takes_each_root_and_host) {
  const auto command =
      std::get<ServeCommand>(read({"serve", "--host", "::1", "--port", "0", "--allow-root", "/",
                                   "--allow-root", "/usr", "--allowed-host", "kit.internal"}));
  EXPECT_EQ(command.host, "::1");
  EXPECT_EQ(command.port, 0);
  EXPECT_THAT(command.allowed_roots, ElementsAre("/", "/usr"));
  EXPECT_THAT(command.allowed_hosts, ElementsAre("kit.internal"));
}

TEST_F(CommandLine, run_takes_what_the_tool_declares) {
  const auto command =
      std::get<RunCommand>(read({"run", "look", "--path", "src", "--depth", "-2", "--all", "--json"}));
  EXPECT_EQ(command.tool->name(), "look");
  EXPECT_EQ(command.arguments.string("path"), "src");
  EXPECT_EQ(command.arguments.integer("depth", 0), -2);
  EXPECT_TRUE(command.arguments.boolean("all", false));
  EXPECT_TRUE(command.json);
}

TEST_F(CommandLine, run_leaves_out_what_was_not_said) {
  const auto command = std::get<RunCommand>(read({"run", "look", "--path", "src"}));
  EXPECT_FALSE(command.arguments.has("depth"));
  EXPECT_FALSE(command.arguments.has("all"));
  EXPECT_FALSE(command.json);
}

TEST_F(CommandLine, every_command_takes_a_configuration_file) {
  EXPECT_EQ(std::get<ServeCommand>(read({"serve", "--config", "a.yaml"})).config_file, "a.yaml");
  EXPECT_EQ(std::get<RunCommand>(read({"run", "look", "--path", "x", "--config", "b.yaml"})).config_file,
            "b.yaml");
  EXPECT_EQ(std::get<RecoverCommand>(read({"recover", "--config", "c.yaml"})).config_file, "c.yaml");
  const auto command = std::get<ConfigCommand>(read({"config", "--json", "--config", "d.yaml"}));
  EXPECT_EQ(command.config_file, "d.yaml");
  EXPECT_TRUE(command.json);
  const auto doctor = std::get<DoctorCommand>(read({"doctor", "--config", "e.yaml", "--timeout", "70"}));
  EXPECT_EQ(doctor.config_file, "e.yaml");
  EXPECT_EQ(doctor.timeout_ms, 70U);
  EXPECT_EQ(std::get<Leave>(read({"doctor", "--timeout", "0"})).exit_code, kExitUsage);
}

TEST_F(CommandLine, help_and_version_are_no_mistakes) {
  const auto help = std::get<Leave>(read({"--help"}));
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("serve"));
  EXPECT_EQ(help.error, "");
  const auto version = std::get<Leave>(read({"--version"}));
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.out, ::testing::MatchesRegex("container-kit [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_F(CommandLine, help_says_how_a_switch_that_is_on_is_turned_off) {
  EXPECT_THAT(std::get<Leave>(read({"run", "look", "--help"})).out, HasSubstr("[true; --no-dry-run]"));
  const auto command = std::get<RunCommand>(read({"run", "look", "--path", "x", "--no-dry-run"}));
  EXPECT_FALSE(command.arguments.boolean("dry_run", true));
}

struct Mistake {
  std::vector<const char*> words;
  const char* message;
};

class Mistakes : public CommandLine, public ::testing::WithParamInterface<Mistake> {};

TEST_P(Mistakes, are_explained_on_stderr) {
  const auto leave = std::get<Leave>(read(GetParam().words));
  EXPECT_EQ(leave.exit_code, kExitUsage);
  EXPECT_EQ(leave.out, "");
  EXPECT_THAT(leave.error, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    CommandLine, Mistakes,
    ::testing::Values(Mistake{{}, "command is required"}, Mistake{{"bogus"}, "no command 'bogus'\n"},
                      Mistake{{"srve"}, "no command 'srve'; did you mean serve?"},
                      Mistake{{"serve", "--port", "65536"}, "--port"},
                      Mistake{{"serve", "--port", "x"}, "--port"},
                      Mistake{{"serve", "--allow-root", "/no/such/folder"}, "/no/such/folder"},
                      Mistake{{"serve", "--nope"}, "--nope"}, Mistake{{"run"}, "name of a tool: look\n"},
                      Mistake{{"run", "nope"}, "no tool 'nope'; there are: look\n"},
                      Mistake{{"run", "lok"}, "no tool 'lok'; did you mean look? There are: look\n"},
                      Mistake{{"run", "look", "--bogus", "x"}, "no option --bogus\n"},
                      Mistake{{"run", "look", "--path", ".", "--bogus", "x"},
                              "no option --bogus\nSee container-kit run look --help."},
                      Mistake{{"run", "look", "--path", ".", "x", "--detph=3"},
                              "no option --detph; did you mean --depth?"},
                      Mistake{{"run", "look", "--path", ".", "x"}, "the word 'x'"},
                      Mistake{{"serve", "--prot", "3"}, "no option --prot; did you mean --port?"},
                      Mistake{{"run", "look"}, "--path is required"},
                      Mistake{{"run", "look", "--path", ""}, "must not be empty"},
                      Mistake{{"run", "look", "--path", "a", "--depth", "x"}, "--depth"}));

}  // namespace
}  // namespace container_kit::app
