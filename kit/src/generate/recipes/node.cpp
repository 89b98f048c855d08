// Node.js with npm, Yarn or pnpm: servers, and front ends that become files for a web server.
#include <algorithm>
#include <array>

#include "analyze/text.h"
#include "generate/recipes/recipes.h"
#include "generate/safe_words.h"

namespace container_kit::kit::generate {
namespace {

constexpr std::string_view kManifest = "package.json";

struct Manager {
  std::string name;
  std::string cache;  // where it keeps what it downloaded
  std::string setup;  // how it gets into the image, or empty
  std::string install;
  std::string prune;  // leaves what the program needs at run time; empty where it cannot
  std::vector<std::string> files;
};

// Yarn from 2 on has another lock file format, and no --frozen-lockfile.
bool is_modern_yarn(const Repository& repository, const PackageManager& manager) {
  const auto numbers = numbers_of(manager.version);
  return (!numbers.empty() && numbers.front() > 1) || repository.root().has(".yarnrc.yml");
}

Manager npm(bool locked) {
  return {"npm",
          "/root/.npm",
          "",
          locked ? "npm ci" : "npm install",
          "npm prune --omit=dev",
          {"package-lock.json", "npm-shrinkwrap.json", ".npmrc"}};
}

Manager yarn(bool locked, bool modern) {
  if (modern) {
    return {"yarn",
            "/root/.yarn/berry/cache",
            "corepack enable",
            locked ? "yarn install --immutable" : "yarn install",
            "",
            {"yarn.lock", ".yarnrc.yml", ".npmrc"}};
  }
  return {"yarn",
          "/usr/local/share/.cache/yarn",
          "",
          locked ? "yarn install --frozen-lockfile" : "yarn install",
          "yarn install --production --ignore-scripts --prefer-offline",
          {"yarn.lock", ".npmrc", ".yarnrc"}};
}

Manager pnpm(bool locked) {
  return {"pnpm",
          "/root/.local/share/pnpm/store",
          "corepack enable",
          locked ? "pnpm install --frozen-lockfile" : "pnpm install",
          "CI=true pnpm prune --prod",
          {"pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc"}};
}

std::optional<Manager> manager_of(const Repository& repository, Plan& plan) {
  for (const auto* name : {"pnpm", "yarn", "npm"}) {
    const auto* found = repository.manager(name);
    if (found == nullptr || found->manifest != kManifest) continue;
    const bool has_lock = !found->lock_file.empty();
    plan.decide("installs with " + found->name + (has_lock ? " what the lock file says" : ""),
                has_lock ? found->lock_file : found->manifest);
    if (!found->locked) {
      plan.warnings.emplace_back("there is no lock file, so two builds may install different versions");
    }
    if (found->name == "pnpm") return pnpm(has_lock);
    if (found->name == "yarn") return yarn(has_lock, is_modern_yarn(repository, *found));
    return npm(has_lock);
  }
  return std::nullopt;
}

bool serves(const Repository& repository) {
  constexpr std::array<std::string_view, 14> kServers{
      "Express", "Fastify",   "Koa",  "Hapi",     "NestJS", "Next.js",       "Nuxt",
      "Remix",   "SvelteKit", "Hono", "AdonisJS", "Strapi", "Apollo Server", "Socket.IO"};
  return std::any_of(kServers.begin(), kServers.end(),
                     [&](auto name) { return repository.has_framework(name); });
}

// A front end that is built to files: Vite and its like, and nothing that answers requests.
std::optional<std::string> built_folder(const Repository& repository) {
  if (serves(repository) || !repository.root().json(kManifest)["scripts"].has("build")) return std::nullopt;
  if (repository.has_framework("Vite")) return "dist";
  if (repository.has_framework("Create React App")) return "build";
  return std::nullopt;
}

// The script that a start command runs: "npm start" is "start", "yarn run start:prod" is "start:prod".
std::string script_of(const std::vector<std::string>& command) {
  const bool runs = command.size() == 3 && command[1] == "run";
  const bool is_manager =
      !command.empty() && (command[0] == "npm" || command[0] == "yarn" || command[0] == "pnpm");
  if (!is_manager || command.size() < 2) return {};
  return runs ? command[2] : command.size() == 2 ? command[1] : std::string();
}

// What the script runs itself, so that signals reach it: node, or a program of a package.
std::vector<std::string> direct_command(const Repository& repository, const std::vector<std::string>& start,
                                        std::uint16_t port) {
  const auto& package = repository.root().json(kManifest);
  const auto script = script_of(start);
  if (script.empty()) return start;
  if (package["scripts"].has("pre" + script) || package["scripts"].has("post" + script)) return start;
  auto arguments = arguments_of(package["scripts"][script].text(), port == 0 ? "" : digits(port));
  if (!arguments) return start;
  if (arguments->front() == "node") return *arguments;
  const auto& program = arguments->front();
  if (!is_safe_path(program) || !package["dependencies"].has(program)) return start;
  arguments->front() = "node_modules/.bin/" + program;
  return *arguments;
}

std::string image_of(const std::string& version, bool full) {
  return "node:" + version + (full ? "-bookworm" : "-bookworm-slim");
}

void add(std::vector<std::string>& lines, const std::vector<std::string>& more) {
  lines.insert(lines.end(), more.begin(), more.end());
}

// Manifests first, so that the packages are installed anew only when these change.
ToolResult<std::vector<std::string>> manifests(const Repository& repository, const Manager& manager) {
  std::vector<std::string> names{std::string(kManifest)};
  add(names, manager.files);
  return present(repository, names);
}

// "file:../x" and its like, of npm, Yarn and pnpm: folders, without the word before them.
std::vector<std::string_view> linked_folders(const Repository& repository) {
  std::vector<std::string_view> folders;
  const auto& package = repository.root().json(kManifest);
  for (const auto* kind : {"dependencies", "devDependencies", "optionalDependencies"}) {
    for (const auto& [name, version] : package[kind].members()) {
      const auto colon = version.text().find(':');
      const auto word = std::string_view(version.text()).substr(0, colon);
      if (colon == std::string::npos || (word != "file" && word != "link" && word != "portal")) continue;
      folders.push_back(std::string_view(version.text()).substr(colon + 1));
    }
  }
  return folders;
}

void plan_build(const Repository& repository, const Manager& manager, const std::string& image,
                const NativeNeeds& needs, bool prunes, Plan& plan) {
  auto& lines = plan.build;
  lines = {"FROM " + image + " AS build", "WORKDIR /app"};
  add(lines, apt_install(needs.packages));
  add(lines, {copy_line(*manifests(repository, manager), "./")});
  // Members of a workspace have manifests of their own, and scripts of packages may need sources.
  const bool needs_all = !repository.analysis().members.empty() ||
                         repository.root().json(kManifest)["scripts"].has("postinstall") ||
                         !linked_folders(repository).empty() || repository.root().has_folder("prisma") ||
                         repository.root().has_folder(".yarn");
  if (needs_all) lines.back() = "COPY . .";
  const std::string mount = "RUN --mount=type=cache,target=" + manager.cache + " \\";
  const std::string install =
      "    " + (manager.setup.empty() ? "" : manager.setup + " && ") + manager.install;
  std::string work;
  if (repository.root().json(kManifest)["scripts"].has("build")) {
    work = manager.name + " run build";
    plan.decide("builds with " + work, kManifest);
  }
  if (prunes && !manager.prune.empty()) work += (work.empty() ? "" : " && ") + manager.prune;
  add(lines, {mount, install});
  if (!needs_all) {
    lines.emplace_back("COPY . .");
    if (!work.empty()) add(lines, {mount, "    " + work});
  } else if (!work.empty()) {
    lines.back() += " \\";
    lines.push_back("    && " + work);
  }
}

ToolResult<Plan> plan_files(const Repository& repository, const Manager& manager, const std::string& folder,
                            Plan plan) {
  plan.ecosystem = "Node.js front end";
  plan_build(repository, manager, image_of(repository.version(plan, "node"), false), native_needs(repository),
             false, plan);
  plan.decide("serves the files that the build leaves in " + folder, kManifest);
  run_nginx(repository, plan);
  plan.run.lines.push_back("COPY --from=build /app/" + folder + " ./");
  return plan;
}

// fetch() is in Node.js from 18 on. Below 500, somebody is there.
std::vector<std::string> health_of(std::uint16_t port) {
  if (port == 0) return {};
  return {"node", "-e",
          "fetch('http://127.0.0.1:" + digits(port) +
              "/').then(r => process.exit(r.status < 500 ? 0 : 1), () => process.exit(1))"};
}

ToolResult<Plan> plan_server(const Repository& repository, const Manager& manager, Plan plan) {
  plan.ecosystem = "Node.js";
  const auto port = repository.port(plan, serves(repository) ? 3000 : 0);
  const auto start = repository.start(plan, port, [](const std::vector<std::string>& arguments) {
    return arguments.front() == "node" || arguments.front() == "npx" || !script_of(arguments).empty();
  });
  if (start.empty()) {
    return missing(
        "package.json has no start script that can be run: add \"start\": \"node FILE\" to its scripts");
  }
  const auto version = repository.version(plan, "node");
  const auto needs = native_needs(repository);
  const auto command = direct_command(repository, start, port);
  const bool runs_node = command.front() == "node" || command.front().starts_with("node_modules/");
  plan_build(repository, manager, image_of(version, needs.compilers), needs, runs_node, plan);
  plan.run.image = image_of(version, needs.libraries);
  plan.run.lines = apt_install(needs.packages);
  plan.run.lines.push_back(port == 0 ? "ENV NODE_ENV=production"
                                     : "ENV NODE_ENV=production PORT=" + digits(port));
  if (!runs_node && !manager.setup.empty()) {
    return missing("the start script needs a shell, and " + manager.name +
                   " is not in the image that runs: make it \"node FILE\"");
  }
  plan.run.lines.emplace_back("COPY --from=build /app ./");
  plan.run.user = "1000:1000";
  plan.run.port = port;
  plan.run.health = health_of(port);
  plan.run.command = command;
  return plan;
}

}  // namespace

std::optional<ToolResult<Plan>> plan_node(const Repository& repository) {
  if (!repository.root().json(kManifest).is_object()) return std::nullopt;
  Plan plan;
  const auto manager = manager_of(repository, plan);
  if (!manager) return std::nullopt;
  plan.ignored = {"**/node_modules", "coverage"};
  if (repository.root().json(kManifest)["scripts"].has("build"))
    add(plan.ignored, {"dist", ".next", ".nuxt"});
  for (const auto folder : linked_folders(repository)) warn_of_outside(plan, kManifest, folder);
  if (const auto folder = built_folder(repository))
    return plan_files(repository, *manager, *folder, std::move(plan));
  return plan_server(repository, *manager, std::move(plan));
}

}  // namespace container_kit::kit::generate
