// Rust: Cargo.toml, its workspace, and the toolchain file.
#include <algorithm>
#include <array>

#include "analyze/detector.h"
#include "analyze/port_scan.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::array kPackages{
    KnownPackage{"actix-web", kFramework, "Actix Web", 8080},
    KnownPackage{"axum", kFramework, "Axum", 3000},
    KnownPackage{"rocket", kFramework, "Rocket", 8000},
    KnownPackage{"warp", kFramework, "Warp", 3030},
    KnownPackage{"poem", kFramework, "Poem", 3000},
    KnownPackage{"tide", kFramework, "Tide", 8080},
    KnownPackage{"salvo", kFramework, "Salvo"},
    KnownPackage{"leptos", kFramework, "Leptos", 3000},
    KnownPackage{"tonic", kFramework, "Tonic"},
    KnownPackage{"hyper", kFramework, "hyper"},
    KnownPackage{"tauri", kFramework, "Tauri"},
    KnownPackage{"clap", kFramework, "clap"},
    KnownPackage{"tokio-postgres", kDatabase, "PostgreSQL"},
    KnownPackage{"postgres", kDatabase, "PostgreSQL"},
    KnownPackage{"deadpool-postgres", kDatabase, "PostgreSQL"},
    KnownPackage{"mysql", kDatabase, "MySQL"},
    KnownPackage{"mysql_async", kDatabase, "MySQL"},
    KnownPackage{"rusqlite", kDatabase, "SQLite"},
    KnownPackage{"mongodb", kDatabase, "MongoDB"},
    KnownPackage{"redis", kDatabase, "Redis"},
    KnownPackage{"fred", kDatabase, "Redis"},
    KnownPackage{"scylla", kDatabase, "Cassandra"},
    KnownPackage{"elasticsearch", kDatabase, "Elasticsearch"},
    KnownPackage{"rdkafka", kDatabase, "Kafka"},
    KnownPackage{"lapin", kDatabase, "RabbitMQ"},
    KnownPackage{"tiberius", kDatabase, "SQL Server"},
    KnownPackage{"openssl", kSystem, "libssl-dev"},
    KnownPackage{"openssl", kSystem, "pkg-config"},
    KnownPackage{"native-tls", kSystem, "libssl-dev"},
    KnownPackage{"rdkafka", kSystem, "cmake"},
    KnownPackage{"pq-sys", kSystem, "libpq-dev"},
    KnownPackage{"mysqlclient-sys", kSystem, "default-libmysqlclient-dev"},
    KnownPackage{"prost-build", kSystem, "protobuf-compiler"},
    KnownPackage{"tonic-build", kSystem, "protobuf-compiler"},
    KnownPackage{"alsa", kSystem, "libasound2-dev"},
    KnownPackage{"git2", kSystem, "pkg-config"},
};

// sqlx, diesel and sea-orm name the database in their features.
constexpr std::array<std::string_view, 3> kByFeature{"sqlx", "diesel", "sea-orm"};

void report_features(std::string_view package, const Node& dependency, std::string_view source,
                     Findings& findings) {
  if (std::find(kByFeature.begin(), kByFeature.end(), package) == kByFeature.end()) return;
  for (const auto feature : dependency["features"].texts()) {
    if (contains(feature, "postgres")) findings.database("PostgreSQL", package, source);
    if (contains(feature, "mysql")) findings.database("MySQL", package, source);
    if (contains(feature, "sqlite")) findings.database("SQLite", package, source);
    if (package == "diesel" && feature == "postgres") findings.system_package("libpq-dev", package, source);
    if (package == "diesel" && feature == "mysql")
      findings.system_package("default-libmysqlclient-dev", package, source);
    if (package == "diesel" && feature == "sqlite")
      findings.system_package("libsqlite3-dev", package, source);
  }
}

// The folder whose Cargo.toml is the workspace's: where target/ is.
std::string workspace_folder(const Project& project) {
  for (auto folder = project.folder(); !folder.empty();) {
    folder = std::string(folder_of(folder));
    if (project.at(folder).toml("Cargo.toml").has("workspace")) return folder;
  }
  return project.folder();
}

// `{ workspace = true }` means the workspace's entry of that name.
void report_dependencies(const Project& project, const Node& table, Findings& findings) {
  const auto source = project.path("Cargo.toml");
  const Node& shared = project.at(workspace_folder(project)).toml("Cargo.toml")["workspace"]["dependencies"];
  for (const auto& [name, own] : table.members()) {
    const Node& dependency = own["workspace"].text() == "true" ? shared[name] : own;
    const auto& renamed = dependency["package"].text();
    const auto& package = renamed.empty() ? name : renamed;
    report_known(kPackages, package,
                 dependency.is_object() ? dependency["version"].text() : dependency.text(), source, findings);
    report_features(package, dependency, source, findings);
    report_features(package, own, source, findings);
  }
}

// `rust-version.workspace = true` takes the workspace's.
std::string inherited(const Project& project, const Node& package, std::string_view key) {
  const Node& value = package[key];
  if (!value.is_object()) return value.text();
  return project.at(workspace_folder(project)).toml("Cargo.toml")["workspace"]["package"][key].text();
}

void report_programs(const Project& project, const Node& cargo, const std::string& source,
                     Findings& findings) {
  const auto& package = cargo["package"]["name"].text();
  std::vector<std::string> names;
  std::vector<std::string> files;
  const auto add = [&](const std::string& file, const std::string& name) {
    findings.entry_point(project.path(file), name, source);
    names.push_back(name);
    files.push_back(file);
  };
  for (const auto& [key, program] : cargo["bin"].members()) {
    const auto& path = program["path"].text();
    const auto usual = "src/bin/" + program["name"].text() + ".rs";
    add(!path.empty() ? path : project.has(usual) ? usual : "src/main.rs", program["name"].text());
  }
  const bool listed = std::find(files.begin(), files.end(), "src/main.rs") != files.end();
  if (!listed && project.has("src/main.rs")) add("src/main.rs", package);
  for (const auto& file : project.files("*.rs", "src/bin")) {
    const auto path = "src/bin/" + file;
    if (std::find(files.begin(), files.end(), path) == files.end())
      add(path, file.substr(0, file.size() - 3));
  }
  if (names.empty()) return;
  const auto& preferred = cargo["package"]["default-run"].text();
  findings.start_command("target/release/" + (preferred.empty() ? names.front() : preferred),
                         workspace_folder(project), source);
  report_port_of_sources(project, files, findings);
}

void report_workspace(const Project& project, const Node& workspace, const std::string& source,
                      Findings& findings) {
  std::vector<std::string> excluded;
  for (const auto pattern : workspace["exclude"].texts()) {
    for (auto& folder : project.folders(pattern, "Cargo.toml")) excluded.push_back(std::move(folder));
  }
  for (const auto pattern : workspace["members"].texts()) {
    for (const auto& folder : project.folders(pattern, "Cargo.toml")) {
      if (std::find(excluded.begin(), excluded.end(), folder) != excluded.end()) continue;
      const auto& name = project.below(folder).toml("Cargo.toml")["package"]["name"].text();
      findings.member(project.path(folder), name, "Cargo", source);
    }
  }
}

void detect_cargo(const Project& project, Findings& findings) {
  const auto source = project.path("Cargo.toml");
  const Node& cargo = project.toml("Cargo.toml");
  const auto lock = project.has("Cargo.lock") ? project.path("Cargo.lock") : std::string();
  if (!lock.empty() || !project.has_above("Cargo.toml")) findings.package_manager("Cargo", source, lock);
  findings.runtime("rust", inherited(project, cargo["package"], "rust-version"), source);
  findings.runtime("rust", cargo["workspace"]["package"]["rust-version"].text(), source);
  report_dependencies(project, cargo["dependencies"], findings);
  report_dependencies(project, cargo["build-dependencies"], findings);
  report_workspace(project, cargo["workspace"], source, findings);
  if (cargo.has("package")) report_programs(project, cargo, source, findings);
}

void detect(const Project& project, Findings& findings) {
  if (project.has("Cargo.toml")) detect_cargo(project, findings);
  const auto& channel = project.toml("rust-toolchain.toml")["toolchain"]["channel"].text();
  findings.runtime("rust", channel, project.path("rust-toolchain.toml"));
  if (project.has("rust-toolchain")) {
    const auto text = trim(project.text("rust-toolchain"));
    const auto version = text.starts_with('[') ? quoted_after(text, "channel").value_or("") : text;
    findings.runtime("rust", version, project.path("rust-toolchain"));
  }
}

}  // namespace

const Detector kRustDetector{"rust", "Cargo.toml rust-toolchain.toml rust-toolchain", detect};

}  // namespace container_kit::kit::analysis
