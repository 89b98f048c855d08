// Elixir: mix.exs, umbrellas, and the endpoint's port in config/.
#include <array>

#include "analyze/detector.h"
#include "analyze/port_scan.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::array kPackages{
    KnownPackage{"phoenix", kFramework, "Phoenix", 4000},
    KnownPackage{"phoenix_live_view", kFramework, "Phoenix LiveView"},
    KnownPackage{"plug_cowboy", kFramework, "Plug", 4000},
    KnownPackage{"bandit", kFramework, "Bandit", 4000},
    KnownPackage{"absinthe", kFramework, "Absinthe"},
    KnownPackage{"oban", kFramework, "Oban"},
    KnownPackage{"nerves", kFramework, "Nerves"},
    KnownPackage{"postgrex", kDatabase, "PostgreSQL"},
    KnownPackage{"myxql", kDatabase, "MySQL"},
    KnownPackage{"ecto_sqlite3", kDatabase, "SQLite"},
    KnownPackage{"tds", kDatabase, "SQL Server"},
    KnownPackage{"mongodb_driver", kDatabase, "MongoDB"},
    KnownPackage{"redix", kDatabase, "Redis"},
    KnownPackage{"xandra", kDatabase, "Cassandra"},
    KnownPackage{"amqp", kDatabase, "RabbitMQ"},
    KnownPackage{"brod", kDatabase, "Kafka"},
    KnownPackage{"bcrypt_elixir", kSystem, "build-essential"},
    KnownPackage{"argon2_elixir", kSystem, "build-essential"},
    KnownPackage{"ecto_sqlite3", kSystem, "build-essential"},
};

// {:phoenix, "~> 1.7.10"}, {:credo, "~> 1.7", only: [:dev, :test]}
void report_dependencies(std::string_view mix, const std::string& source, Findings& findings) {
  for (const auto raw : lines_of(mix)) {
    const auto line = trim(raw);
    const auto name = between(line, "{:", ",");
    if (!name || (contains(line, "only:") && !contains(line, ":prod"))) continue;
    const auto strings = quoted_strings(line);
    report_known(kPackages, *name, strings.empty() ? std::string_view{} : strings.front(), source, findings);
  }
}

void detect(const Project& project, Findings& findings) {
  const auto source = project.path("mix.exs");
  const auto mix = without_comments(project.text("mix.exs"), "#");
  const auto lock = project.has("mix.lock") ? project.path("mix.lock") : std::string();
  if (!lock.empty() || !project.has_above("mix.exs")) {
    findings.package_manager("Mix", source, lock, "",
                             contains(mix, "{:") ? Findings::Lock::kByFile : Findings::Lock::kNeedsNone);
  }
  if (const auto version = quoted_after(mix, "elixir:")) findings.runtime("elixir", *version, source);
  report_dependencies(mix, source, findings);
  if (const auto apps = quoted_after(mix, "apps_path:")) {
    for (const auto& folder : project.folders(std::string(*apps) + "/*", "mix.exs")) {
      findings.member(project.path(folder), file_name_of(folder), "Mix umbrella", source);
    }
  }
  if (const auto module = between(mix, "mod: {", ",")) findings.entry_point(trim(*module), "", source);
  const auto app = trim(between(mix, "app: :", ",").value_or(""));
  const bool umbrella = contains(mix, "apps_path:");
  if (findings.has_framework("Phoenix", source)) {
    findings.start_command("mix phx.server", project.folder(), source);
  } else if (contains(mix, "mod: {") && !app.empty() && !umbrella && project.is_root()) {
    findings.start_command("mix run --no-halt", project.folder(), source);
  }
  report_port_of_sources(
      project, {"config/runtime.exs", "config/prod.exs", "config/config.exs", "config/dev.exs"}, findings);
}

}  // namespace

const Detector kElixirDetector{"elixir", "mix.exs", detect};

}  // namespace container_kit::kit::analysis
