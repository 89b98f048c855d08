#include "command_line.h"

#include <algorithm>
#include <list>
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>

#include <container_kit/kit/closest_name.h>
#include <container_kit/kit/sessions.h>
#include <container_kit/telemetry/version.h>

namespace container_kit::app {

namespace {

constexpr const char* kFooter = R"(
Examples:
  container-kit serve --port 8080 --allow-root ~/src
  container-kit run analyze --path . --json

Environment:
  CONTAINER_KIT_* and OTEL_* variables set up tracing and metrics; OTEL_EXPORTER_OTLP_ENDPOINT is where traces go.
  CONTAINER_KIT_CONFIG or OTEL_CONFIG_FILE names a configuration file; container-kit config shows what holds.)";

// Where CLI11 puts the value of one field of a tool's input.
struct Slot {
  std::string name;
  kit::ToolArguments::Value value;
  CLI::Option* option = nullptr;
};

struct ToolOptions {
  const kit::Tool* tool;
  CLI::App* command;
  std::list<Slot> slots;  // CLI11 keeps addresses of the values
};

// "--dry-run,--dry_run": with dashes, as people type, and as the schema has it.
std::string option_names(const std::string& field) {
  std::string dashed = field;
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  return dashed == field ? "--" + field : "--" + dashed + ",--" + field;
}

// "--no-dry-run"
std::string switched_off(const std::string& field) {
  std::string off = "--no-" + field;
  std::replace(off.begin(), off.end(), '_', '-');
  return off;
}

// What --help says of a field beyond its description.
std::string help_of(const kit::InputField& field) {
  std::string help = field.description;
  std::string choices;
  for (const auto& choice : field.choices) choices.append(choices.empty() ? "" : ", ").append(choice);
  if (!choices.empty()) help += ": " + choices;
  if (field.minimum && field.maximum) {
    help += ", " + std::to_string(*field.minimum) + " to " + std::to_string(*field.maximum);
  }
  if (field.type == kit::FieldType::kStringList) help += "; repeatable";
  if (field.otherwise == kit::ArgumentValue(true)) help += " [true; " + switched_off(field.name) + "]";
  if (field.otherwise && std::holds_alternative<std::string>(*field.otherwise)) {
    help += " [" + std::get<std::string>(*field.otherwise) + "]";
  }
  if (field.otherwise && std::holds_alternative<std::int64_t>(*field.otherwise)) {
    help += " [" + std::to_string(std::get<std::int64_t>(*field.otherwise)) + "]";
  }
  return help;
}

template <typename T>
CLI::Option* add_option(CLI::App& command, Slot& slot, const kit::InputField& field) {
  slot.value = T{};
  return command.add_option(option_names(field.name), std::get<T>(slot.value), help_of(field));
}

// A switch that is on by default is turned off by --no-NAME.
CLI::Option* add_switch(CLI::App& command, Slot& slot, const kit::InputField& field) {
  slot.value = false;
  std::string names = option_names(field.name);
  if (field.otherwise == kit::ArgumentValue(true)) {
    names += ",!" + switched_off(field.name);
  }
  return command.add_flag(names, std::get<bool>(slot.value), help_of(field));
}

// Limits beyond the type are checked where every call's are; see check_arguments().
CLI::Option* add_field(CLI::App& command, Slot& slot, const kit::InputField& field) {
  switch (field.type) {
    case kit::FieldType::kInteger:
      return add_option<std::int64_t>(command, slot, field)->type_name("N");
    case kit::FieldType::kBoolean:
      return add_switch(command, slot, field);
    case kit::FieldType::kStringList:
      return add_option<std::vector<std::string>>(command, slot, field)
          ->type_name("TEXT")
          ->expected(1)
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    default:
      break;
  }
  return add_option<std::string>(command, slot, field)
      ->type_name("TEXT")
      ->check(CLI::Validator(
          [](const std::string& text) {
            return text.empty() ? std::string("must not be empty") : std::string();
          },
          ""));
}

// CLI11's own check, but for the type name that it would add to the help.
CLI::Validator existing_directory() {
  return CLI::Validator(CLI::ExistingDirectory).description("");
}

void add_config_file(CLI::App& command, std::string& target) {
  command.add_option("--config", target, "Telemetry's configuration, a YAML file")->type_name("FILE");
}

void add_config(CLI::App& app, ConfigCommand& config) {
  CLI::App* command =
      app.add_subcommand("config", "Show telemetry's settings and where each value comes from");
  add_config_file(*command, config.config_file);
  command->add_flag("--json", config.json, "Print JSON");
}

void add_doctor(CLI::App& app, DoctorCommand& doctor) {
  CLI::App* command = app.add_subcommand(
      "doctor", "Try every receiver and folder that telemetry needs; say what is wrong and what to set");
  add_config_file(*command, doctor.config_file);
  command->add_flag("--json", doctor.json, "Print JSON");
  constexpr std::uint32_t kLongest = 600'000;
  command->add_option("--timeout", doctor.timeout_ms, "Milliseconds for each request")
      ->type_name("MS")
      ->check(CLI::Range(std::uint32_t{1}, kLongest).description(""))
      ->capture_default_str();
}

void add_recover(CLI::App& app, RecoverCommand& recover) {
  CLI::App* command =
      app.add_subcommand("recover", "Export the spans that killed processes left in their flight buffers");
  add_config_file(*command, recover.config_file);
}

void add_tls(CLI::App& command, kit::TlsFiles& files) {
  auto* const certificate = command.add_option("--tls-certificate", files.certificate,
                                               "Serve TLS, with this certificate chain in PEM");
  auto* const key =
      command.add_option("--tls-key", files.private_key, "The certificate's private key in PEM");
  auto* const authorities =
      command.add_option("--tls-client-ca", files.client_authorities,
                         "Demand certificates of clients, signed by one of those in this file in PEM");
  certificate->type_name("FILE")->needs(key);
  key->type_name("FILE")->needs(certificate);
  authorities->type_name("FILE")->needs(certificate);
}

// The environment of the commands that keep sessions.
void add_session_variables(CLI::App& command) {
  std::string text = "Environment, beside that of container-kit --help:\n";
  for (const auto& variable : kit::session_variables()) {
    text += "  " + variable.name + "\n      " + variable.description + " [" + variable.otherwise + "]\n";
  }
  text.pop_back();
  command.footer(text);
}

void add_serve(CLI::App& app, ServeCommand& serve) {
  CLI::App* command =
      app.add_subcommand("serve", "Serve the tools, health and metrics over HTTP until stopped");
  command->add_option("--host", serve.host, "Address to listen on")->capture_default_str();
  command->add_option("--port", serve.port, "Port to listen on; 0 takes a free one")->capture_default_str();
  command
      ->add_option("--allow-root", serve.allowed_roots,
                   "Directory that tools may look into; repeatable [the working directory]")
      ->type_name("DIR")
      ->check(existing_directory());
  command
      ->add_option("--allowed-host", serve.allowed_hosts,
                   "Name beyond localhost that the Host header may carry; repeatable")
      ->type_name("NAME");
  command
      ->add_option("--token-file", serve.token_file,
                   "File of tokens, one a line, of which clients must send one; this or --tls-client-ca is "
                   "needed with a --host that others can reach")
      ->type_name("FILE");
  add_tls(*command, serve.tls);
  command
      ->add_option("--rate-limit", serve.requests_per_second,
                   "Requests a second that each client address may send; 0: no limit [0, with --token-file "
                   "or --tls-client-ca 200]")
      ->type_name("N");
  // Not in the help: what it offers is of use to the MCP conformance suite alone.
  command->add_flag("--conformance-fixtures", serve.conformance_fixtures)->group("");
  add_config_file(*command, serve.config_file);
  add_session_variables(*command);
}

void add_mcp(CLI::App& app, McpCommand& mcp) {
  CLI::App* command = app.add_subcommand(
      "mcp", "Serve the tools to an MCP client over stdin and stdout; docs/mcp.md says how to add it to one");
  command
      ->add_option("--allow-root", mcp.allowed_roots,
                   "Directory that tools may look into; repeatable [the working directory]")
      ->type_name("DIR")
      ->check(existing_directory());
  command->add_flag("--conformance-fixtures", mcp.conformance_fixtures)->group("");
  add_config_file(*command, mcp.config_file);
  add_session_variables(*command);
}

void add_run(CLI::App& app, RunCommand& run, std::list<ToolOptions>& tools,
             const kit::ToolRegistry& registry) {
  CLI::App* command =
      app.add_subcommand("run", "Run one tool here: its result on stdout, its trace on stderr");
  command->require_subcommand(1);
  for (const auto& [name, tool] : registry.tools()) {
    CLI::App* sub = command->add_subcommand(name, std::string(tool->description()));
    auto& options = tools.emplace_back(ToolOptions{tool.get(), sub, {}});
    for (const auto& field : tool->input()) {
      auto& slot = options.slots.emplace_back(Slot{field.name, {}, nullptr});
      slot.option = add_field(*sub, slot, field)->required(field.required);
    }
    sub->add_flag("--json", run.json, "Print the result as JSON");
    sub->add_option("--session", run.session, "The session that the call belongs to")->type_name("ID");
    add_config_file(*sub, run.config_file);
    sub->add_option("--allow-root", run.allowed_roots, "Keep the tool inside this directory; repeatable")
        ->type_name("DIR")
        ->check(existing_directory());
  }
}

// Where the options of each command are read into.
struct Read {
  ServeCommand serve;
  McpCommand mcp;
  RunCommand run;
  RecoverCommand recover;
  ConfigCommand config;
  DoctorCommand doctor;
  std::list<ToolOptions> tools;
};

Command chosen(const CLI::App& app, Read read) {
  if (app.got_subcommand("serve")) return std::move(read.serve);
  if (app.got_subcommand("mcp")) return std::move(read.mcp);
  if (app.got_subcommand("recover")) return std::move(read.recover);
  if (app.got_subcommand("config")) return std::move(read.config);
  if (app.got_subcommand("doctor")) return std::move(read.doctor);
  RunCommand& run = read.run;
  for (const auto& options : read.tools) {
    if (!options.command->parsed()) continue;
    run.tool = options.tool;
    for (const auto& slot : options.slots) {
      if (slot.option->count() > 0) run.arguments.set(slot.name, slot.value);
    }
  }
  return std::move(run);
}

Leave mistake(const std::string& message, const std::string& help = "container-kit") {
  return {kExitUsage, "", "container-kit: " + message + "\nSee " + help + " --help.\n"};
}

std::string meant(std::string_view word, const std::vector<std::string_view>& names) {
  const std::string closest = kit::closest_name(word, names);
  return closest.empty() ? std::string() : "; did you mean " + closest + "?";
}

// CLI11 takes the name of a tool that is not there for an argument too many, and misses the tool.
std::optional<Leave> unknown_tool(int argc, const char* const* argv, const kit::ToolRegistry& tools) {
  const std::vector<std::string_view> words(argv, argv + argc);
  if (words.size() < 2 || words[1] != "run") return std::nullopt;
  std::vector<std::string_view> names;
  std::string list;
  for (const auto& [name, tool] : tools.tools()) {
    names.emplace_back(name);
    list.append(list.empty() ? "" : ", ").append(name);
  }
  if (words.size() == 2) return mistake("run needs the name of a tool: " + list, "container-kit run");
  if (words[2].empty() || words[2].front() == '-' || tools.find(words[2]) != nullptr) return std::nullopt;
  std::string message = "there is no tool '" + std::string(words[2]) + "'" + meant(words[2], names);
  return mistake(message + (message.ends_with('?') ? " There are: " : "; there are: ") + list,
                 "container-kit run");
}

// The first word that no option took, options before others; CLI11 tells of what is missing before, and in
// reverse of what is too much.
std::optional<Leave> unknown_option(const CLI::App& app, int argc, const char* const* argv) {
  const CLI::App* command = &app;
  std::string path = "container-kit";
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    path += " " + command->get_name();
  }
  const auto left = app.remaining(true);
  std::optional<std::string> found;
  for (const std::string& word : std::vector<std::string>(argv + 1, argv + argc)) {
    if (std::find(left.begin(), left.end(), word) == left.end()) continue;
    const bool is_option = word.starts_with("-");
    if (is_option || !found) found = word.substr(0, is_option ? word.find('=') : std::string::npos);
    if (is_option) break;
  }
  if (!found) return std::nullopt;
  std::vector<std::string> names;
  if (!found->starts_with("-")) {
    if (command != &app) return mistake("nothing takes the word '" + *found + "'", path);
    for (const auto* one : app.get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(one->get_name());
    }
    return mistake("there is no command '" + *found + "'" + meant(*found, {names.begin(), names.end()}),
                   path);
  }
  for (const auto* option : command->get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return mistake("there is no option " + *found + meant(*found, {names.begin(), names.end()}), path);
}

Leave leave(const CLI::App& app, const CLI::ParseError& reason) {
  std::ostringstream out;
  std::ostringstream error;
  const bool mistake = app.exit(reason, out, error) != 0;
  return {mistake ? kExitUsage : 0, out.str(), error.str()};
}

}  // namespace

Command read_command_line(int argc, const char* const* argv, const kit::ToolRegistry& tools) {
  CLI::App app("container-kit turns a source repository into a container, and says what it is doing.",
               "container-kit");
  app.set_version_flag("--version", "container-kit " + std::string(telemetry::version()));
  app.footer(kFooter);
  app.require_subcommand(0, 1);  // none at all is looked at below, so that a wrong one is named
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return "container-kit: " + std::string(error.what()) + "\nSee container-kit --help.\n";
  });
  if (auto reason = unknown_tool(argc, argv, tools)) return *std::move(reason);
  Read read;
  add_serve(app, read.serve);
  add_mcp(app, read.mcp);
  add_run(app, read.run, read.tools, tools);
  add_config(app, read.config);
  add_doctor(app, read.doctor);
  add_recover(app, read.recover);
  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty()) throw CLI::RequiredError("A command");
  } catch (const CLI::ParseError& reason) {
    const bool is_mistake = reason.get_exit_code() != 0;
    if (auto unknown = is_mistake ? unknown_option(app, argc, argv) : std::nullopt)
      return *std::move(unknown);
    return leave(app, reason);
  }
  return chosen(app, std::move(read));
}

}  // namespace container_kit::app
