// The small language in which pipelines ask about what is known: inputs, results of stages, their statuses.
//
//   inputs.tag != "" and stages.build.status == "succeeded" and not (result.counts.error > 0)
//
// Words are paths into the scope, with dots between names and numbers of list elements; what is not there is
// null. There are "text" and 'text', whole and decimal numbers, true, false, null; == and !=, which compare
// whole values; <, <=, >, >=, which hold between two numbers or two texts only; not, and, or; parentheses.
// False are false, null, 0 and "", and nothing else.
//
// Thread safety: pure functions. Errors: kInvalidArgument, which says where.
#pragma once

#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include <container_kit/kit/tool_error.h>

namespace container_kit::kit::pipeline {

ToolResult<boost::json::value> evaluate(std::string_view expression, const boost::json::value& scope);

// The names that an expression may use: inputs.NAME, stages.NAME.status, stages.NAME.result..., run.id, and
// result... where there is one.
struct Vocabulary {
  std::vector<std::string_view> inputs;
  std::vector<std::string_view> stages;
  bool has_result = false;
};

// Nothing, where it can be read and uses no other names.
ToolResult<void> check(std::string_view expression, const Vocabulary& names);
// The same of each ${expression} in its texts.
ToolResult<void> check_texts(const boost::json::value& given, const Vocabulary& names);

bool is_true(const boost::json::value& value);

// A value in which each "${expression}" within a text is replaced by what it says. A text that is nothing
// else becomes the value itself, whatever its type; within other text lists and objects stand as JSON.
ToolResult<boost::json::value> expand(const boost::json::value& given, const boost::json::value& scope);

}  // namespace container_kit::kit::pipeline
