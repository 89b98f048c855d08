// Programs that become one file: Go, Rust, and C or C++ with CMake.
#include <algorithm>

#include "analyze/detectors/go_module.h"
#include "analyze/text.h"
#include "generate/image_versions.h"
#include "generate/recipes/recipes.h"
#include "generate/safe_words.h"

namespace container_kit::kit::generate {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view kNonRoot = "65532:65532";  // distroless images' own user

void add(Lines& lines, const Lines& more) {
  lines.insert(lines.end(), more.begin(), more.end());
}

void run_alone(Plan& plan, std::string image, std::uint16_t port) {
  plan.run.image = std::move(image);
  plan.run.lines.emplace_back("COPY --from=build /out/app ./app");
  plan.run.user = kNonRoot;
  plan.run.port = port;
  plan.run.command = {"/app/app"};
  plan.decide("has no HEALTHCHECK, as the image holds nothing that could ask; probe it from outside");
}

// The packages of main programs in the top module, or in one of a workspace's: `go run ./cmd/x` or `go run
// .`.
ToolResult<std::string> go_package(const Repository& repository, Plan& plan) {
  const bool is_workspace = repository.root().has("go.work");
  for (const auto& start : repository.analysis().start_commands) {
    if (!is_workspace && start.folder != ".") continue;  // of another module, which this one does not build
    const auto words = analysis::words_of(start.command);
    if (words.size() != 3 || words[0] != "go" || words[1] != "run") continue;
    std::string_view below = words[2];
    if (below.starts_with("./")) below.remove_prefix(2);
    if (below == ".") below = {};
    const auto path = analysis::join_path(start.folder == "." ? "" : start.folder, below);
    if (!path.empty()) {
      if (const auto checked = checked_path(path); !checked) return checked.error();
    }
    plan.decide("builds the program in " + (path.empty() ? "the top folder" : path), start.source);
    return path.empty() ? std::string(".") : "./" + path;
  }
  return missing("no package main was found below go.mod: the repository is a library");
}

// path = "../x" of the top package and of the workspace's members.
void warn_of_cargo_paths(const Repository& repository, Plan& plan) {
  std::vector<std::string> manifests{"Cargo.toml"};
  for (const auto& member : repository.analysis().members) {
    if (member.tool == "Cargo") manifests.push_back(member.path + "/Cargo.toml");
  }
  for (const auto& manifest : manifests) {
    const auto& cargo = repository.root().toml(manifest);
    for (const auto* table : {&cargo, &cargo["workspace"]}) {
      for (const auto* kind : {"dependencies", "build-dependencies", "dev-dependencies"}) {
        for (const auto& [name, dependency] : (*table)[kind].members()) {
          warn_of_outside(plan, manifest, dependency["path"].text());
        }
      }
    }
  }
}

std::string cargo_program(const Repository& repository, Plan& plan) {
  constexpr std::string_view kPrefix = "target/release/";
  for (const auto& start : repository.analysis().start_commands) {
    if (!start.command.starts_with(kPrefix)) continue;
    auto name = start.command.substr(kPrefix.size());
    plan.decide("builds the program " + name, start.source);
    return name;
  }
  return {};
}

// "1.77" for "1.77.2" is 1.77.2: the image of that tag has the very toolchain.
std::string with_patch(const std::string& version, std::string_view stated) {
  const auto numbers = numbers_of(stated);
  const auto series = numbers_of(version);
  const bool fits = numbers.size() == 3 && std::equal(series.begin(), series.end(), numbers.begin());
  return fits ? version + "." + std::to_string(numbers[2]) : version;
}

// A toolchain file is what rustup obeys in the image too, and fetches by itself where the image has another;
// rust-version in Cargo.toml only says what is too old.
std::string rust_version(const Repository& repository, Plan& plan) {
  std::string least;
  std::string source;
  for (const auto& stated : repository.analysis().runtime_versions) {
    if (stated.runtime != "rust") continue;
    const bool is_toolchain = analysis::file_name_of(stated.source).starts_with("rust-toolchain");
    if (is_toolchain && numbers_of(stated.version).size() < 2) {
      auto version = image_version("rust", {}).version;
      plan.decide("rust " + version + ", whose rustup fetches the toolchain " + stated.version,
                  stated.source);
      return version;
    }
    auto chosen = image_version("rust", is_toolchain ? stated.version : ">=" + stated.version);
    if (is_toolchain) chosen.version = with_patch(chosen.version, stated.version);
    if (!is_toolchain && !least.empty() && numbers_of(chosen.version) <= numbers_of(least)) continue;
    if (!chosen.warning.empty()) plan.warnings.push_back(std::move(chosen.warning));
    least = std::move(chosen.version);
    source = stated.source;
    if (is_toolchain) break;
  }
  if (least.empty()) least = image_version("rust", {}).version;
  plan.decide("rust " + least + (source.empty() ? ", as no file says which" : ""), source);
  return least;
}

// distroless/cc has the C and C++ libraries and OpenSSL; other libraries are in the full image only.
bool needs_more_than_openssl(const NativeNeeds& needs, const std::vector<std::string>& packages) {
  const bool only_ssl = std::all_of(packages.begin(), packages.end(), [](const std::string& package) {
    return package == "libssl-dev" || !package.ends_with("-dev");
  });
  return !needs.packages.empty() || !only_ssl;
}

}  // namespace

std::optional<ToolResult<Plan>> plan_go(const Repository& repository) {
  const auto modules = present(repository, {"go.work", "go.mod"});
  if (modules.empty()) return std::nullopt;
  Plan plan;
  plan.ecosystem = "Go";
  const auto package = go_package(repository, plan);
  if (!package) return package.error();
  const auto port = repository.port(plan, 0);
  const bool uses_c = !repository.system_packages().empty();
  if (uses_c) plan.decide("is built with cgo", repository.analysis().system_packages.front().source);
  const auto version = repository.version(plan, "go");
  auto& lines = plan.build;
  lines = {"FROM golang:" + version + "-bookworm AS build", "WORKDIR /src"};
  const auto replaced = analysis::go_replacement_folders(repository.root().text("go.mod"));
  for (const auto folder : replaced) warn_of_outside(plan, "go.mod", folder);
  // Folders that modules are replaced by have a go.mod each, without which nothing can be downloaded.
  if (modules.front() == "go.mod" && replaced.empty() && !repository.root().has_folder("vendor")) {
    add(lines, {copy_line(present(repository, {"go.mod", "go.sum"}), "./"),
                "RUN --mount=type=cache,target=/go/pkg/mod \\", "    go mod download"});
  }
  add(lines, {"COPY . .", "RUN --mount=type=cache,target=/go/pkg/mod \\",
              "    --mount=type=cache,target=/root/.cache/go-build \\",
              std::string("    CGO_ENABLED=") + (uses_c ? "1" : "0") +
                  " go build -trimpath -ldflags=\"-s -w\" -o /out/app " + *package});
  run_alone(plan,
            uses_c ? "gcr.io/distroless/base-debian12:nonroot" : "gcr.io/distroless/static-debian12:nonroot",
            port);
  return plan;
}

std::optional<ToolResult<Plan>> plan_rust(const Repository& repository) {
  const auto* manager = repository.manager("Cargo");
  if (manager == nullptr) return std::nullopt;
  Plan plan;
  plan.ecosystem = "Rust";
  const auto program = cargo_program(repository, plan);
  if (program.empty()) return missing("Cargo.toml has no binary: the repository is a library");
  if (const auto checked = checked_path(program); !checked) return checked.error();
  const bool locked = !manager->lock_file.empty();
  if (!locked) plan.warnings.emplace_back("there is no Cargo.lock, so two builds may use different versions");
  const auto port = repository.port(plan, 0);
  const auto needs = native_needs(repository);
  plan.build = {"FROM rust:" + rust_version(repository, plan) + "-bookworm AS build", "WORKDIR /src"};
  add(plan.build, apt_install(needs.packages));
  add(plan.build,
      {"COPY . .", "RUN --mount=type=cache,target=/usr/local/cargo/registry \\",
       "    --mount=type=cache,target=/src/target \\",
       std::string("    cargo build --release") + (locked ? " --locked" : "") + " --bin " + program + " \\",
       "    && install -D target/release/" + program + " /out/app"});
  warn_of_cargo_paths(repository, plan);
  plan.run.lines = apt_install(needs.packages);
  run_alone(plan,
            needs_more_than_openssl(needs, repository.system_packages())
                ? "buildpack-deps:bookworm"
                : "gcr.io/distroless/cc-debian12:nonroot",
            port);
  plan.ignored = {"target"};
  return plan;
}

std::optional<ToolResult<Plan>> plan_cmake(const Repository& repository) {
  if (!repository.root().has("CMakeLists.txt")) return std::nullopt;
  Plan plan;
  plan.ecosystem = "C or C++ with CMake";
  std::string program;
  for (const auto& entry : repository.analysis().entry_points) {
    if (entry.source != "CMakeLists.txt" || entry.name.empty() || !program.empty()) continue;
    program = entry.name;
    plan.decide("builds the program " + program, entry.source);
  }
  if (program.empty()) return missing("CMakeLists.txt has no add_executable: the repository is a library");
  if (const auto checked = checked_path(program); !checked) return checked.error();
  if (repository.manager("vcpkg") != nullptr) {
    plan.warnings.emplace_back("vcpkg.json is not used: libraries come from Debian");
  }
  auto packages = repository.system_packages();
  auto tools = packages;
  for (const auto* tool : {"build-essential", "cmake", "pkg-config"}) tools.emplace_back(tool);
  std::sort(tools.begin(), tools.end());
  tools.erase(std::unique(tools.begin(), tools.end()), tools.end());
  for (const auto& package : repository.analysis().system_packages) {
    plan.decide("needs " + package.name + " for " + package.needed_for, package.source);
  }
  const auto port = repository.port(plan, 0);
  plan.build = {"FROM debian:12-slim AS build", "WORKDIR /src"};
  add(plan.build, apt_install(tools));
  add(plan.build, {"COPY . .", "RUN cmake -S . -B /build -DCMAKE_BUILD_TYPE=Release \\",
                   "    -DCMAKE_RUNTIME_OUTPUT_DIRECTORY=/build/bin \\",
                   "    && cmake --build /build --parallel --target " + program + " \\",
                   "    && install -D /build/bin/" + program + " /out/app"});
  plan.run.lines = apt_install(packages);
  run_alone(plan, packages.empty() ? "gcr.io/distroless/cc-debian12:nonroot" : "debian:12-slim", port);
  plan.ignored = {"build", "cmake-build-*"};
  return plan;
}

}  // namespace container_kit::kit::generate
