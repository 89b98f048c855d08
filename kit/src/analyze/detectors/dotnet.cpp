// .NET: project files of C#, F# and Visual Basic, solutions, global.json, launch settings.
#include <algorithm>
#include <array>

#include "analyze/detector.h"
#include "analyze/port_scan.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::array kPackages{
    KnownPackage{"Microsoft.AspNetCore.Components.WebAssembly", kFramework, "Blazor WebAssembly"},
    KnownPackage{"Giraffe", kFramework, "Giraffe"},
    KnownPackage{"FastEndpoints", kFramework, "FastEndpoints"},
    KnownPackage{"Grpc.AspNetCore", kFramework, "gRPC"},
    KnownPackage{"Microsoft.EntityFrameworkCore", kFramework, "Entity Framework Core"},
    KnownPackage{"Npgsql", kDatabase, "PostgreSQL"},
    KnownPackage{"Npgsql.EntityFrameworkCore.PostgreSQL", kDatabase, "PostgreSQL"},
    KnownPackage{"Microsoft.EntityFrameworkCore.SqlServer", kDatabase, "SQL Server"},
    KnownPackage{"Microsoft.Data.SqlClient", kDatabase, "SQL Server"},
    KnownPackage{"Microsoft.EntityFrameworkCore.Sqlite", kDatabase, "SQLite"},
    KnownPackage{"Microsoft.Data.Sqlite", kDatabase, "SQLite"},
    KnownPackage{"MySqlConnector", kDatabase, "MySQL"},
    KnownPackage{"Pomelo.EntityFrameworkCore.MySql", kDatabase, "MySQL"},
    KnownPackage{"MongoDB.Driver", kDatabase, "MongoDB"},
    KnownPackage{"StackExchange.Redis", kDatabase, "Redis"},
    KnownPackage{"Microsoft.Extensions.Caching.StackExchangeRedis", kDatabase, "Redis"},
    KnownPackage{"RabbitMQ.Client", kDatabase, "RabbitMQ"},
    KnownPackage{"Confluent.Kafka", kDatabase, "Kafka"},
    KnownPackage{"Oracle.ManagedDataAccess.Core", kDatabase, "Oracle"},
    KnownPackage{"System.Drawing.Common", kSystem, "libgdiplus"},
};

// A property of any PropertyGroup; the first that is set.
std::string property(const Node& root, std::string_view name) {
  for (const auto* group : root.all("PropertyGroup")) {
    if (const auto& value = (*group)[name].text(); !value.empty()) return value;
  }
  return {};
}

// Central package management keeps versions in Directory.Packages.props, here or above.
std::string central_version(const Project& project, std::string_view package) {
  const auto file = project.first_here_or_above({"Directory.Packages.props"});
  if (file.empty()) return {};
  const Node& root = project.at("").xml(file)["Project"];
  for (const auto* group : root.all("ItemGroup")) {
    for (const auto* version : group->all("PackageVersion")) {
      if ((*version)["@Include"].text() == package) return (*version)["@Version"].text();
    }
  }
  return {};
}

void report_packages(const Project& project, const Node& root, const std::string& source,
                     Findings& findings) {
  for (const auto* group : root.all("ItemGroup")) {
    for (const auto* reference : group->all("PackageReference")) {
      const auto& name = (*reference)["@Include"].text();
      std::string version = (*reference)["@Version"].text();
      if (version.empty()) version = (*reference)["Version"].text();
      if (version.empty()) version = central_version(project, name);
      report_known(kPackages, name, version, source, findings);
    }
  }
}

// "https://localhost:7001;http://localhost:5001": the plain one is what a container serves.
void report_launch_settings(const Project& project, Findings& findings) {
  const std::string file = "Properties/launchSettings.json";
  for (const auto& [name, profile] : project.json(file)["profiles"].members()) {
    for (const auto url : split(profile["applicationUrl"].text(), ';')) {
      if (!url.starts_with("http://")) continue;
      const auto port = parse_port(url.substr(url.rfind(':') + 1));
      findings.port(port.value_or(0), "development profile " + name, project.path(file));
    }
  }
}

// ".NET Framework", as Windows has it, and not .NET: "v4.7.2" in old projects, "net48" in new ones.
bool is_for_framework_only(std::string_view targets) {
  const auto all = split(targets, ';');
  return !all.empty() && std::all_of(all.begin(), all.end(), [](std::string_view target) {
    const bool is_short = target.starts_with("net") && target.size() > 3 &&
                          target.find_first_not_of("0123456789", 3) == kNotFound;
    return is_short || target.starts_with("v");
  });
}

void read_project(const Project& project, const std::string& file, Findings& findings) {
  const auto source = project.path(file);
  const Node& root = project.xml(file)["Project"];
  const auto lock = project.has("packages.lock.json") ? project.path("packages.lock.json") : std::string();
  findings.package_manager("NuGet", source, lock);
  auto targets = property(root, "TargetFramework");
  if (targets.empty()) targets = property(root, "TargetFrameworks");
  if (targets.empty()) targets = property(root, "TargetFrameworkVersion");
  for (const auto target : split(targets, ';')) findings.runtime("dotnet", target, source);
  report_packages(project, root, source, findings);

  const auto& sdk = root["@Sdk"].text();
  const bool web = sdk == "Microsoft.NET.Sdk.Web";
  if (web) findings.framework("ASP.NET Core", targets, source);
  // Published programs know nothing of launch profiles; .NET's images set this port.
  const bool before_8 = targets.starts_with("net5") || targets.starts_with("net6") ||
                        targets.starts_with("net7") || targets.starts_with("netcore");
  if (web) findings.port(before_8 ? 80 : 8080, "ASP.NET Core's default in containers", source);
  if (sdk == "Microsoft.NET.Sdk.Worker") findings.framework(".NET Worker", targets, source);
  report_launch_settings(project, findings);

  const bool runs = web || sdk == "Microsoft.NET.Sdk.Worker" || lower(property(root, "OutputType")) == "exe";
  const bool tests = contains(project.text(file), "Microsoft.NET.Test.Sdk");
  if (!runs || tests || is_for_framework_only(targets)) return;
  auto assembly = property(root, "AssemblyName");
  if (assembly.empty()) assembly = file.substr(0, file.rfind('.'));
  const auto program = project.first_of({"Program.cs", "Program.fs", "Program.vb"});
  findings.entry_point(program.empty() ? source : project.path(program), assembly, source);
  findings.start_command("dotnet " + assembly + ".dll", project.folder(), source);
}

// Project("{…}") = "Shop", "src\Shop\Shop.csproj", "{…}"
void read_solution(const Project& project, const std::string& file, Findings& findings) {
  for (const auto line : lines_of(project.text(file))) {
    const auto strings = quoted_strings(line);
    if (!trim(line).starts_with("Project(") || strings.size() < 3) continue;
    std::string path(strings[2]);
    for (auto& c : path) c = c == '\\' ? '/' : c;
    const bool is_dotnet =
        path.ends_with(".csproj") || path.ends_with(".fsproj") || path.ends_with(".vbproj");
    if (is_dotnet && project.has(path)) {
      findings.member(project.path(folder_of(path)), strings[1], ".NET solution", project.path(file));
    }
  }
}

void detect(const Project& project, Findings& findings) {
  const auto& sdk = project.json("global.json")["sdk"]["version"].text();
  findings.runtime("dotnet", sdk, project.path("global.json"));
  for (const auto& file : project.files("*.sln")) read_solution(project, file, findings);
  for (const auto* glob : {"*.csproj", "*.fsproj", "*.vbproj"}) {
    for (const auto& file : project.files(glob)) read_project(project, file, findings);
  }
}

}  // namespace

const Detector kDotnetDetector{".NET", "*.csproj *.fsproj *.vbproj *.sln global.json", detect};

}  // namespace container_kit::kit::analysis
