#include "pipeline/definition.h"

#include <algorithm>
#include <optional>
#include <set>

#include <yaml-cpp/yaml.h>

#include "pipeline/expression.h"
#include "tools/quoted.h"

namespace container_kit::kit::pipeline {
namespace json = boost::json;

namespace {

constexpr std::size_t kMostStages = 100;
constexpr std::int64_t kMostAttempts = 20;

// Thrown and caught within this file: yaml-cpp's own way of telling of faults.
struct Fault {
  int line;
  std::string message;
};

[[noreturn]] void fail(const YAML::Node& node, const std::string& message) {
  throw Fault{node.Mark().line + 1, message};
}

std::string text_of(const YAML::Node& node, const char* what) {
  if (!node.IsScalar()) fail(node, std::string(what) + " must be a text");
  return node.Scalar();
}

// yaml-cpp takes the first of two and passes over the other; YAML 1.2 (section 3.2.1.3) has keys unique.
void refuse_twice(const YAML::Node& node, const std::string& key, std::set<std::string>& seen) {
  if (!seen.insert(key).second) fail(node, "the key " + in_quotes(key) + " is there twice");
}

void allow_only(const YAML::Node& map, const std::set<std::string>& keys, const std::string& of) {
  if (!map.IsMap()) fail(map, of + " must be a map");
  std::set<std::string> seen;
  for (const auto& member : map) {
    const std::string key = text_of(member.first, "a key");
    refuse_twice(member.first, key, seen);
    if (keys.contains(key)) continue;
    std::string known;
    for (const auto& one : keys) known += (known.empty() ? "" : ", ") + one;
    fail(member.first, "unknown key " + in_quotes(key) + " in " + of + "; it takes: " + known);
  }
}

// Plain scalars that YAML 1.2's core schema reads as such become numbers and booleans; quoted ones stay
// texts.
json::value scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return json::value(text);
  if (text == "true" || text == "false") return text == "true";
  if (text == "null" || text == "~") return nullptr;
  std::int64_t number = 0;
  const bool has_digits = text.find_first_not_of("0123456789-") == std::string::npos;
  if (has_digits && YAML::convert<std::int64_t>::decode(node, number)) return number;
  return json::value(text);
}

// Aliases are counted as often as they occur, so that a short text cannot stand for an endless one.
json::value to_json(const YAML::Node& node, int depth, std::size_t& left) {
  constexpr int kDeepest = 16;
  if (depth > kDeepest || left-- == 0) fail(node, "it is nested too deeply, or too long");
  if (node.IsSequence()) {
    json::array list;
    for (const auto& element : node) list.push_back(to_json(element, depth + 1, left));
    return list;
  }
  if (node.IsMap()) {
    json::object object;
    std::set<std::string> seen;
    for (const auto& member : node) {
      refuse_twice(member.first, text_of(member.first, "a key"), seen);
      object[member.first.Scalar()] = to_json(member.second, depth + 1, left);
    }
    return object;
  }
  return node.IsScalar() ? scalar(node) : json::value();
}

json::value to_json(const YAML::Node& node) {
  std::size_t left = 10'000;
  return to_json(node, 0, left);
}

std::vector<std::string> texts(const YAML::Node& node, const char* what) {
  if (node.IsScalar()) return {node.Scalar()};
  if (!node.IsSequence()) fail(node, std::string(what) + " must be a list of texts");
  std::vector<std::string> list;
  for (const auto& element : node) list.push_back(text_of(element, what));
  return list;
}

std::chrono::milliseconds duration(const YAML::Node& node) {
  const std::string text = text_of(node, "a duration");
  const std::size_t unit_at = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string unit = text.substr(unit_at);
  constexpr std::size_t kMostDigits = 9;
  if (unit_at != 0 && unit_at <= kMostDigits) {
    const std::int64_t number = std::stoll(text.substr(0, unit_at));
    if (unit == "ms") return std::chrono::milliseconds(number);
    if (unit == "s") return std::chrono::seconds(number);
    if (unit == "m") return std::chrono::minutes(number);
    if (unit == "h") return std::chrono::hours(number);
  }
  fail(node, in_quotes(text) + " is no duration; write 500ms, 30s, 5m or 1h");
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text.front() != '-' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
             std::string_view::npos;
}

std::string name_at(const YAML::Node& node, const char* of) {
  std::string name = text_of(node, "a name");
  if (!is_name(name)) {
    fail(node, in_quotes(name) + " cannot be the name of " + of + ": letters, digits, - and _, 64 at most");
  }
  return name;
}

std::string expression(const YAML::Node& node, const Vocabulary& names) {
  std::string text = text_of(node, "an expression");
  if (const auto tried = check(text, names); !tried) fail(node, tried.error().message);
  return text;
}

Retry retry_of(const YAML::Node& node) {
  allow_only(node, {"attempts", "backoff"}, "retry");
  Retry retry;
  if (const YAML::Node attempts = node["attempts"]) {
    const json::value number = to_json(attempts);
    if (!number.is_int64() || number.get_int64() < 1 || number.get_int64() > kMostAttempts) {
      fail(attempts, "attempts must be 1 to " + std::to_string(kMostAttempts));
    }
    retry.attempts = static_cast<int>(number.get_int64());
  }
  if (const YAML::Node backoff = node["backoff"]) retry.backoff = duration(backoff);
  return retry;
}

class DefinitionReader {
 public:
  DefinitionReader(const ToolRegistry* tools, const ToolInput& inputs) : tools_(tools) {
    for (const auto& input : inputs) inputs_.insert(input.name);
  }

  Definition read(const YAML::Node& root) {
    allow_only(root, {"pipeline", "description", "inputs", "stages", "on_failure"}, "a pipeline");
    Definition made;
    if (!root["pipeline"]) fail(root, "`pipeline`, its name, is missing");
    made.name = name_at(root["pipeline"], "a pipeline");
    if (const YAML::Node text = root["description"]) made.description = text_of(text, "the description");
    if (const YAML::Node inputs = root["inputs"]) read_inputs(inputs, made.inputs);
    for (const auto& input : made.inputs) inputs_.insert(input.name);
    const YAML::Node stages = root["stages"];
    if (!stages || !stages.IsSequence() || stages.size() == 0)
      fail(root, "`stages` must be a list of stages");
    for (const auto& node : stages) made.steps.push_back(step(node));
    if (const YAML::Node on_failure = root["on_failure"]) {
      if (!on_failure.IsSequence()) fail(on_failure, "on_failure must be a list of stages");
      for (const auto& node : on_failure) made.on_failure.push_back(stage(node));
    }
    return made;
  }

 private:
  static InputField input(const std::string& name, const YAML::Node& node) {
    allow_only(node, {"type", "description", "required", "default", "choices"}, "an input");
    InputField field{.name = name};
    if (const YAML::Node type = node["type"]) {
      const std::string text = text_of(type, "a type");
      if (text == "boolean") field.type = FieldType::kBoolean;
      if (text == "integer") field.type = FieldType::kInteger;
      if (text == "list") field.type = FieldType::kStringList;
      if (field.type == FieldType::kString && text != "string") {
        fail(type, in_quotes(text) + " is no type; there are string, integer, boolean and list");
      }
    }
    if (const YAML::Node text = node["description"]) field.description = text_of(text, "the description");
    if (const YAML::Node required = node["required"]) field.required = to_json(required) == json::value(true);
    if (const YAML::Node choices = node["choices"]) field.choices = texts(choices, "choices");
    if (const YAML::Node otherwise = node["default"]) field.otherwise = default_of(field, otherwise);
    return field;
  }

  static ArgumentValue default_of(const InputField& field, const YAML::Node& node) {
    if (field.type == FieldType::kStringList) return texts(node, "the default");
    if (field.type == FieldType::kString) return text_of(node, "the default");
    const json::value value = to_json(node);
    if (field.type == FieldType::kBoolean && value.is_bool()) return value.get_bool();
    if (field.type == FieldType::kInteger && value.is_int64()) return value.get_int64();
    fail(node, "the default is not of the input's type");
  }

  static void read_inputs(const YAML::Node& node, ToolInput& inputs) {
    if (!node.IsMap()) fail(node, "inputs must be a map of names to what they take");
    std::set<std::string> seen;
    for (const auto& member : node) {
      const std::string name = name_at(member.first, "an input");
      refuse_twice(member.first, name, seen);
      if (name == "resume") fail(member.first, "an input cannot be called resume; runs have one already");
      inputs.push_back(input(name, member.second));
    }
  }

  std::vector<Stage> step(const YAML::Node& node) {
    if (!node.IsMap() || !node["parallel"]) return {stage(node)};
    allow_only(node, {"parallel"}, "a step");
    if (!node["parallel"].IsSequence()) fail(node, "parallel must be a list of stages");
    std::vector<Stage> together;
    for (const auto& one : node["parallel"]) together.push_back(stage(one));
    return together;
  }

  Stage stage(const YAML::Node& node) {
    allow_only(node,
               {"name", "tool", "arguments", "when", "otherwise", "programs", "skip_on", "check", "complaint",
                "retry", "timeout", "continue_on_failure"},
               "a stage");
    if (!node["name"] || !node["tool"]) fail(node, "a stage needs `name` and `tool`");
    Stage made;
    made.name = name_at(node["name"], "a stage");
    if (!names_.insert(made.name).second) fail(node["name"], "there are two stages " + in_quotes(made.name));
    if (names_.size() > kMostStages)
      fail(node, "there are more than " + std::to_string(kMostStages) + " stages");
    made.tool = text_of(node["tool"], "a tool");
    if (tools_ != nullptr && tools_->find(made.tool) == nullptr)
      fail(node["tool"], "there is no tool " + in_quotes(made.tool));
    read_conditions(node, made);
    read_conduct(node, made);
    before_.insert(made.name);
    return made;
  }

  void read_conditions(const YAML::Node& node, Stage& made) const {
    Vocabulary names{{inputs_.begin(), inputs_.end()}, {before_.begin(), before_.end()}};
    if (const YAML::Node arguments = node["arguments"]) {
      if (!arguments.IsMap()) fail(arguments, "arguments must be a map");
      made.arguments = to_json(arguments).get_object();
      for (const auto& argument : arguments) {
        const auto tried = check_texts(made.arguments.at(argument.first.Scalar()), names);
        if (!tried) fail(argument.second, tried.error().message);
      }
    }
    if (const YAML::Node when = node["when"]) made.when = expression(when, names);
    if (const YAML::Node otherwise = node["otherwise"]) made.otherwise = text_of(otherwise, "otherwise");
    names.has_result = true;
    if (const YAML::Node check = node["check"]) made.check = expression(check, names);
    if (const YAML::Node complaint = node["complaint"]) made.complaint = text_of(complaint, "complaint");
  }

  static void read_conduct(const YAML::Node& node, Stage& made) {
    if (const YAML::Node programs = node["programs"]) made.programs = texts(programs, "programs");
    if (const YAML::Node codes = node["skip_on"]) made.skip_on = texts(codes, "skip_on");
    if (const YAML::Node retry = node["retry"]) made.retry = retry_of(retry);
    if (const YAML::Node timeout = node["timeout"]) made.timeout = duration(timeout);
    if (const YAML::Node goes_on = node["continue_on_failure"]) {
      made.continue_on_failure = to_json(goes_on) == json::value(true);
    }
  }

  const ToolRegistry* tools_;
  std::set<std::string> names_;   // of all stages so far
  std::set<std::string> before_;  // of those that have been read
  std::set<std::string> inputs_;
};

ToolError invalid(int line, const std::string& message) {
  return {ToolErrorCode::kInvalidArgument, "pipeline, line " + std::to_string(line) + ": " + message, ""};
}

}  // namespace

std::vector<const Stage*> Definition::stages() const {
  std::vector<const Stage*> all;
  for (const auto& step : steps) {
    for (const auto& stage : step) all.push_back(&stage);
  }
  return all;
}

ToolResult<Definition> read_definition(std::string_view yaml, const ToolRegistry* tools,
                                       const ToolInput& inputs) {
  try {
    Definition made = DefinitionReader(tools, inputs).read(YAML::Load(std::string(yaml)));
    made.text = yaml;
    return made;
  } catch (const Fault& fault) {
    return invalid(fault.line, fault.message);
  } catch (const YAML::Exception& fault) {
    return invalid(fault.mark.line + 1, fault.msg);
  }
}

}  // namespace container_kit::kit::pipeline
