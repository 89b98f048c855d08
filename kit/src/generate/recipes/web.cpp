// .NET, PHP, Ruby, and files for a web server.
#include <algorithm>
#include <array>

#include "analyze/text.h"
#include "generate/recipes/recipes.h"
#include "generate/safe_words.h"
#include "generate/version_range.h"

namespace container_kit::kit::generate {
namespace {

using Lines = std::vector<std::string>;

void add(Lines& lines, const Lines& more) {
  lines.insert(lines.end(), more.begin(), more.end());
}

// PHP's extensions that are not in the official image, with docker-php-ext-install's names for them.
constexpr std::array<std::string_view, 14> kPhpExtensions{
    "bcmath",  "exif",  "gd",        "gettext",   "gmp",   "intl",    "mysqli",
    "opcache", "pcntl", "pdo_mysql", "pdo_pgsql", "pgsql", "sockets", "zip"};

Lines php_extensions(const Repository& repository) {
  Lines names;
  for (const auto& [package, version] : repository.root().json("composer.json")["require"].members()) {
    if (!package.starts_with("ext-")) continue;
    const auto name = package.substr(4);
    if (std::find(kPhpExtensions.begin(), kPhpExtensions.end(), name) != kPhpExtensions.end())
      names.push_back(name);
  }
  return names;
}

std::string joined(const Lines& words) {
  std::string text;
  for (const auto& word : words) text += " " + word;
  return text;
}

struct DotnetTarget {
  Numbers version{8, 0};
  std::string option;  // of `dotnet publish`, which wants to know where there are several
};

// The newest .NET that a project is for.
DotnetTarget dotnet_target(const Analysis& analysis, const std::string& project, Plan& plan) {
  DotnetTarget target;
  const RuntimeVersion* chosen = nullptr;
  int count = 0;
  for (const auto& stated : analysis.runtime_versions) {
    if (stated.source != project || stated.runtime != "dotnet") continue;
    ++count;
    auto numbers = numbers_of(stated.version);
    const bool is_program = stated.version.starts_with("net") && !stated.version.starts_with("netstandard");
    if (!is_program || numbers.size() < 2 || (chosen != nullptr && numbers <= target.version)) continue;
    target.version = std::move(numbers);
    chosen = &stated;
  }
  if (chosen == nullptr) return target;
  const auto text = std::to_string(target.version[0]) + "." + std::to_string(target.version[1]);
  plan.decide(".NET " + text, chosen->source);
  if (count > 1 && chosen->version == "net" + text) target.option = " -f net" + text;
  return target;
}

bool is_dotnet_framework(const Analysis& analysis) {
  return std::any_of(analysis.runtime_versions.begin(), analysis.runtime_versions.end(),
                     [](const RuntimeVersion& stated) {
                       return stated.runtime == "dotnet" &&
                              (stated.version.starts_with("v") ||
                               (stated.version.starts_with("net") && numbers_of(stated.version).size() == 1));
                     });
}

}  // namespace

std::optional<ToolResult<Plan>> plan_dotnet(const Repository& repository) {
  const auto& analysis = repository.analysis();
  const auto is_app = [](const StartCommand& start) { return start.command.starts_with("dotnet "); };
  const auto start = std::find_if(analysis.start_commands.begin(), analysis.start_commands.end(), is_app);
  const bool has_dotnet = std::any_of(analysis.package_managers.begin(), analysis.package_managers.end(),
                                      [](const PackageManager& manager) { return manager.name == "NuGet"; });
  const auto& root = repository.root();
  const bool is_at_top =
      !root.files("*.sln").empty() || !root.files("*.slnx").empty() || !root.files("*.??proj").empty();
  if (!has_dotnet || !is_at_top) return std::nullopt;
  Plan plan;
  plan.ecosystem = ".NET";
  if (start == analysis.start_commands.end() && is_dotnet_framework(analysis)) {
    return missing(
        "the projects are for .NET Framework, which runs on Windows only: make one for .NET 8 or later, as "
        "in <TargetFramework>net8.0</TargetFramework>");
  }
  if (start == analysis.start_commands.end())
    return missing("no .NET project is a program: the repository is a library");
  const auto project = checked_path(start->source);
  if (!project) return project.error();
  const auto words = arguments_of(start->command, "");
  if (!words || words->size() != 2 || !is_safe_path((*words)[1])) return checked_path(start->command).error();
  plan.decide("publishes " + start->source, start->source);
  const auto target = dotnet_target(analysis, start->source, plan);
  const auto version = std::to_string(target.version[0]) + "." + std::to_string(target.version[1]);
  const bool is_web = repository.has_framework("ASP.NET Core");
  const auto port = is_web ? repository.port(plan, 8080) : std::uint16_t{0};
  plan.build = {
      "FROM mcr.microsoft.com/dotnet/sdk:" + version + " AS build", "WORKDIR /src", "COPY . .",
      "RUN --mount=type=cache,target=/root/.nuget/packages \\",
      "    dotnet publish " + *project + " -c Release" + target.option + " -o /out -p:UseAppHost=false"};
  plan.run.image = "mcr.microsoft.com/dotnet/" + std::string(is_web ? "aspnet:" : "runtime:") + version;
  // Before .NET 8 there is the variable of addresses only.
  const bool has_ports = target.version >= Numbers{8};
  if (port != 0) {
    plan.run.lines.push_back((has_ports ? "ENV ASPNETCORE_HTTP_PORTS=" : "ENV ASPNETCORE_URLS=http://+:") +
                             digits(port));
  }
  plan.run.lines.emplace_back("COPY --from=build /out ./");
  plan.run.user = "1654:1654";  // `app` of the images
  plan.run.port = port;
  plan.run.command = {"dotnet", (*words)[1]};
  plan.decide("has no HEALTHCHECK, as the image holds nothing that could ask; probe it from outside");
  plan.ignored = {"**/bin", "**/obj"};
  return plan;
}

// Apache as the official image has it, moved to a port that needs no root.
std::optional<ToolResult<Plan>> plan_php(const Repository& repository) {
  const auto* manager = repository.manager("Composer");
  if (manager == nullptr) return std::nullopt;
  Plan plan;
  plan.ecosystem = "PHP";
  const bool has_public = repository.root().has("public/index.php");
  if (!has_public && !repository.root().has("index.php")) {
    return missing("there is no index.php, neither at the top nor in public/: nothing can be served");
  }
  plan.decide(std::string("serves ") + (has_public ? "public/" : "the top folder"),
              has_public ? "public/index.php" : "index.php");
  if (manager->lock_file.empty()) {
    plan.warnings.emplace_back("there is no composer.lock, so two builds may install different versions");
  }
  Plan ports;  // the one that was found is of PHP's development server
  const auto port = repository.port(ports, 0);
  const auto wanted = repository.asked_port() != 0 ? port : std::uint16_t{8080};
  plan.decide("listens on port " + digits(wanted));
  const auto version = repository.version(plan, "php");
  const auto extensions = php_extensions(repository);
  plan.build = {
      "FROM composer:2 AS build",
      "WORKDIR /app",
      copy_line(present(repository, {"composer.json", "composer.lock"}), "./"),
      "RUN --mount=type=cache,target=/tmp/cache \\",
      "    composer install --no-dev --no-scripts --no-autoloader --ignore-platform-reqs --no-interaction",
      "COPY . .",
      "RUN composer dump-autoload --no-dev --no-scripts --optimize --ignore-platform-reqs"};
  plan.run.image = "php:" + version + "-apache-bookworm";
  const std::string root = has_public ? "/app/public" : "/app";
  plan.run.lines = apt_install(repository.system_packages());
  const std::string install =
      extensions.empty() ? "" : " \\\n    && docker-php-ext-install" + joined(extensions);
  add(plan.run.lines, {"RUN sed -ri 's!/var/www/html!" + root + "!g; s!/var/www/!" + root +
                           "!g' /etc/apache2/sites-available/*.conf /etc/apache2/apache2.conf \\",
                       "    && sed -ri 's/(Listen |:)80\\b/\\1" + digits(wanted) +
                           "/' /etc/apache2/ports.conf /etc/apache2/sites-available/000-default.conf \\",
                       "    && a2enmod rewrite" + install, "COPY --from=build --chown=33:33 /app ./"});
  plan.run.user = "33:33";  // www-data
  plan.run.port = wanted;
  plan.run.health = {"curl", "-s", "-o", "/dev/null", "http://127.0.0.1:" + digits(wanted) + "/"};
  plan.run.command = {"apache2-foreground"};
  plan.ignored = {"vendor", "**/node_modules"};
  return plan;
}

std::optional<ToolResult<Plan>> plan_ruby(const Repository& repository) {
  const auto* manager = repository.manager("Bundler");
  if (manager == nullptr) return std::nullopt;
  Plan plan;
  plan.ecosystem = "Ruby";
  const auto port = repository.port(plan, repository.has_framework("Rails") ? 3000 : 0);
  auto command = repository.start(plan, port, [](const std::vector<std::string>& arguments) {
    return arguments.front() == "bundle" || arguments.front() == "ruby" || arguments.front() == "puma";
  });
  if (command.empty())
    return missing("nothing says how the program starts: add a config.ru, bin/rails, or a Procfile");
  const bool locked = !manager->lock_file.empty();
  if (!locked)
    plan.warnings.emplace_back("there is no Gemfile.lock, so two builds may install different versions");
  plan.decide("installs with Bundler", locked ? manager->lock_file : manager->manifest);
  const auto version = repository.version(plan, "ruby");
  const auto needs = native_needs(repository);
  const std::string environment = std::string("ENV BUNDLE_WITHOUT=development:test") +
                                  (locked ? " BUNDLE_FROZEN=1" : "") +
                                  " RACK_ENV=production RAILS_ENV=production";
  plan.build = {"FROM ruby:" + version + "-bookworm AS build", "WORKDIR /app", environment};
  add(plan.build, apt_install(needs.packages));
  add(plan.build, {copy_line(present(repository, {"Gemfile", "Gemfile.lock", ".ruby-version"}), "./"),
                   "RUN --mount=type=cache,target=/usr/local/bundle/cache \\", "    bundle install"});
  plan.run.image = "ruby:" + version + (needs.libraries ? "-bookworm" : "-slim-bookworm");
  plan.run.lines = apt_install(needs.packages);
  plan.run.lines.push_back(environment + (port == 0 ? "" : " PORT=" + digits(port)));
  add(plan.run.lines, {"COPY --from=build /usr/local/bundle /usr/local/bundle",
                       "COPY --chown=10001:10001 . .", "RUN install -d -o 10001 -g 10001 log tmp tmp/pids"});
  plan.run.port = port;
  if (port != 0) {
    plan.run.health = {"ruby", "-rsocket", "-e", "TCPSocket.new('127.0.0.1', " + digits(port) + ").close"};
  }
  plan.run.command = command;
  plan.ignored = {"log", "tmp", "vendor/bundle"};
  return plan;
}

std::optional<ToolResult<Plan>> plan_static_site(const Repository& repository) {
  if (!repository.root().has("index.html") || repository.root().has("package.json")) return std::nullopt;
  Plan plan;
  plan.ecosystem = "static site";
  plan.decide("serves the files as they are", "index.html");
  run_nginx(repository, plan);
  plan.run.lines.emplace_back("COPY . .");
  return plan;
}

}  // namespace container_kit::kit::generate
