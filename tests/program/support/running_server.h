// `container-kit serve` on a free port, with one folder that tools may look into.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "support/folder.h"
#include "support/program.h"
#include "support/raw_client.h"

namespace container_kit::tests {

using kit::Folder;

class RunningServer {
 public:
  explicit RunningServer(const Program::Environment& environment = {{"OTEL_TRACES_EXPORTER", "none"}});

  Program& program() { return program_; }
  const std::filesystem::path& root() const { return root_.path(); }
  const Folder& folder() const { return root_; }
  std::uint16_t port() const { return port_; }

  kit::http::Answer ask(const std::string& bytes) const { return kit::http::RawClient(port_).ask(bytes); }

 private:
  Folder root_;
  Program program_;
  std::uint16_t port_;
};

std::string analyze_call(const std::filesystem::path& path, const std::string& headers = {});

}  // namespace container_kit::tests
