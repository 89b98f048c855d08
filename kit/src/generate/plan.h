// What a recipe decides about an image, before it is written down.
//
// A recipe (recipes/) looks at a repository and gives a Plan: the stages that build, as finished lines, and
// what the stage that runs needs. render() (generate.h) writes both. Whatever comes from the repository has
// passed safe_words.h before it is in a Plan.
//
// Thread safety and ownership: plain values.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/tool_error.h>

#include "analyze/inspect.h"

namespace container_kit::kit::generate {

struct Decision {
  std::string what;
  std::string source;  // the file that it came from, or empty where it is a default
};

struct RunStage {
  std::string image;
  std::string folder = "/app";
  std::vector<std::string> lines;  // ENV, COPY, RUN: between WORKDIR and EXPOSE
  std::string user = "10001:10001";
  std::vector<std::string> health;  // the command; empty where the image has nothing to ask with
  std::vector<std::string> command;
  std::uint16_t port = 0;  // 0: listens on nothing
};

struct Plan {
  std::string ecosystem;           // "Node.js"
  std::vector<std::string> build;  // lines, from the first FROM on; empty where nothing is built
  RunStage run;
  std::vector<std::string> ignored;  // patterns for .dockerignore beyond the usual ones
  std::vector<Decision> decisions;
  std::vector<std::string> warnings;

  void decide(std::string what, std::string_view source = {}) {
    decisions.push_back({std::move(what), std::string(source)});
  }
};

// The repository as recipes see it, with the caller's wishes.
class Repository {
 public:
  Repository(const analysis::Inspection& inspection, std::uint16_t port)
      : inspection_(inspection), root_(inspection.root()), port_(port) {}

  const Analysis& analysis() const { return inspection_.analysis; }
  const analysis::Project& root() const { return root_; }

  // Of the manifests in the top folder; null where there is none of that name.
  const PackageManager* manager(std::string_view name) const;
  bool has_framework(std::string_view name) const;

  // The port that was asked for, else the first that was found, else `otherwise`; says so in `plan`.
  std::uint16_t port(Plan& plan, std::uint16_t otherwise) const;

  // 0 where the caller has no wish.
  std::uint16_t asked_port() const { return port_; }

  // The version of a runtime for an image's tag (image_versions.h), for what a file states; says so in
  // `plan`.
  std::string version(Plan& plan, std::string_view runtime) const;

  // Debian's packages that native code needs; only such whose names are names.
  std::vector<std::string> system_packages() const;

  // The first start command of the top folder that needs no shell and that `accepts` likes.
  using Arguments = std::vector<std::string>;
  Arguments start(Plan& plan, std::uint16_t port, const std::function<bool(const Arguments&)>& accepts) const;
  Arguments start(Plan& plan, std::uint16_t port) const {
    return start(plan, port, [](const Arguments&) { return true; });
  }

 private:
  // At the top, else anywhere; null where no file says.
  const RuntimeVersion* stated_version(std::string_view runtime) const;

  const analysis::Inspection& inspection_;
  analysis::Project root_;
  std::uint16_t port_;
};

// What a repository lacks for a recipe.
ToolError missing(std::string message);

}  // namespace container_kit::kit::generate
