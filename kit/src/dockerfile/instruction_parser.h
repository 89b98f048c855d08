// One instruction, its line already put together.
//
// Thread safety: pure function.
#pragma once

#include <vector>

#include "dockerfile/syntax.h"

namespace container_kit::kit::dockerfile {

// What all instructions of a file have in common.
struct FileSetup {
  TextStore& store;  // of the Dockerfile
  char escape;
  std::vector<SyntaxError>& errors;
};

// Heredocs are named but still empty. What is wrong is appended to the errors; the instruction is as good as
// can be. Precondition: `result` uses the store's memory.
void parse_instruction(Instruction& result, const LocatedText& line, const FileSetup& setup);

}  // namespace container_kit::kit::dockerfile
