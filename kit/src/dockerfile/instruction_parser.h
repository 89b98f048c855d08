// One instruction, its line already put together.
//
// Thread safety: pure function.
#pragma once

#include <vector>

#include "dockerfile/syntax.h"

namespace container_kit::kit::dockerfile {

// Heredocs are named but still empty. What is wrong is appended to `errors`; the instruction is as good as
// can be.
void parse_instruction(Instruction& result, LocatedText line, char escape, std::vector<SyntaxError>& errors);

}  // namespace container_kit::kit::dockerfile
