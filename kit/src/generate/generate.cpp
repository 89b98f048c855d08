#include "generate/generate.h"

#include <array>

#include "analyze/safe_text.h"
#include "analyze/text.h"
#include "dockerfile/json_form.h"
#include "generate/recipes/recipes.h"
#include "generate/safe_words.h"
#include "tools/quoted.h"

namespace container_kit::kit::generate {
namespace {

using Lines = std::vector<std::string>;

// The first that fits makes the plan: languages before the tools that serve them all.
constexpr std::array<Recipe*, 11> kRecipes{plan_go,     plan_rust,  plan_maven,      plan_gradle,
                                           plan_dotnet, plan_php,   plan_ruby,       plan_python,
                                           plan_node,   plan_cmake, plan_static_site};

std::string json_array(const Lines& words) {
  std::string text = "[";
  for (const auto& word : words) text += (text.size() == 1 ? "" : ", ") + dockerfile::json_quoted(word);
  return text + "]";
}

// Every FROM of a platform that was asked for goes through an ARG, so that it can still be overridden.
std::string with_platform(const std::string& line, bool has_platform) {
  constexpr std::string_view kFrom = "FROM ";
  if (!has_platform || !line.starts_with(kFrom)) return line;
  return "FROM --platform=$PLATFORM " + line.substr(kFrom.size());
}

std::string render(const Plan& plan, const Wishes& wishes, const std::string& title) {
  const bool has_platform = !wishes.platform.empty();
  std::string text = "# syntax=docker/dockerfile:1\n";
  if (has_platform) text += "ARG PLATFORM=" + wishes.platform + "\n";
  const auto line = [&](const std::string& content) { text += with_platform(content, has_platform) + "\n"; };
  text += "\n";
  for (const auto& content : plan.build) line(content);
  if (!plan.build.empty()) text += "\n";
  const auto& run = plan.run;
  line("FROM " + run.image + " AS run");
  line("LABEL org.opencontainers.image.title=\"" + title + "\"");
  line("WORKDIR " + run.folder);
  for (const auto& content : run.lines) line(content);
  if (run.port != 0) line("EXPOSE " + digits(run.port));
  line("USER " + run.user);
  line("STOPSIGNAL " + std::string(run.image.find("nginx") == std::string::npos ? "SIGTERM" : "SIGQUIT"));
  if (!run.health.empty()) {
    line("HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \\");
    line("    CMD " + json_array(run.health));
  }
  line("ENTRYPOINT " + json_array(run.command));
  return text;
}

std::string render_ignore(const Plan& plan) {
  std::string text;
  for (const auto* pattern : {".git", ".github", ".dockerignore", "Dockerfile*", "Containerfile*",
                              "compose*.y*ml", "docker-compose*.y*ml", "**/.env", "**/.env.*",
                              "!**/.env.example", "**/*.pem", "**/id_rsa*", "**/.DS_Store", "**/*.log"}) {
    text += std::string(pattern) + "\n";
  }
  for (const auto& pattern : plan.ignored) text += pattern + "\n";
  return text;
}

ToolError wrong_wish(std::string_view field, std::string_view value, const std::string& what) {
  return {ToolErrorCode::kInvalidArgument, in_quotes(analysis::printable(value)) + " " + what,
          std::string(field)};
}

std::optional<ToolError> check(const Wishes& wishes) {
  if (!wishes.base_image.empty() && !is_safe_image(wishes.base_image)) {
    return wrong_wish("base_image", wishes.base_image, "is no image's name; give one as in debian:12-slim");
  }
  if (!wishes.platform.empty() && !is_platform(wishes.platform)) {
    return wrong_wish("platform", wishes.platform, "is no platform; give one as in linux/arm64");
  }
  return std::nullopt;
}

// What is there below the top, so that the caller can name it.
ToolError nothing_fits(const Analysis& analysis) {
  std::string folders;
  for (const auto& manager : analysis.package_managers) {
    const auto folder = analysis::folder_of(manager.manifest);
    if (folder.empty()) continue;
    folders += (folders.empty() ? "" : ", ") + analysis::printable(folder) + " (" + manager.name + ")";
  }
  if (!folders.empty()) {
    return missing("the top folder has no program of its own; give one of these as path: " +
                   shortened(folders));
  }
  return missing(
      "no manifest was found that a Dockerfile can be made for; name a folder with one of package.json, "
      "pyproject.toml or "
      "requirements.txt, go.mod, Cargo.toml, pom.xml, build.gradle, *.csproj, composer.json, Gemfile, "
      "CMakeLists.txt or index.html");
}

// Programs below the top, which the caller may have meant.
std::string programs_below(const Analysis& analysis) {
  std::string folders;
  for (const auto& start : analysis.start_commands) {
    if (start.folder != ".") folders += (folders.empty() ? "" : ", ") + analysis::printable(start.folder);
  }
  if (folders.empty()) return {};
  return ". There are programs in " + shortened(folders) +
         "; one that has its own lock file can be given as path";
}

ToolResult<Plan> plan_for(const Repository& repository) {
  std::optional<ToolError> first_error;
  for (const auto& recipe : kRecipes) {
    auto plan = recipe(repository);
    if (!plan) continue;
    if (*plan) return std::move(*plan);
    if (!first_error) first_error = plan->error();
  }
  if (!first_error) return nothing_fits(repository.analysis());
  first_error->message += programs_below(repository.analysis());
  return *first_error;
}

// Another base image may hold none of what the health check runs.
void take_base_image(Plan& plan, const std::string& image) {
  plan.decide("runs on " + image + ", as asked for");
  plan.run.image = image;
  if (plan.run.health.empty() || plan.run.health.front() == plan.run.command.front()) return;
  plan.run.health.clear();
  plan.decide("has no HEALTHCHECK, as it is not known what that image could ask with");
}

}  // namespace

ToolResult<Generated> generate(const analysis::Inspection& inspection, const Wishes& wishes) {
  if (auto wrong = check(wishes)) return std::move(*wrong);
  const Repository repository(inspection, wishes.port);
  auto plan = plan_for(repository);
  if (!plan) return plan.error();
  if (wishes.base_image.empty()) {
    plan->decide("runs on " + plan->run.image);
  } else {
    take_base_image(*plan, wishes.base_image);
  }
  if (!wishes.platform.empty()) plan->decide("is for " + wishes.platform + ", as asked for");
  if (inspection.tree->has_file(".dockerignore")) {
    plan->warnings.emplace_back(
        "there is a .dockerignore already; see that it leaves nothing out that COPY takes");
  }
  const auto title = label_of(analysis::file_name_of(inspection.analysis.path));
  Generated result{plan->ecosystem,
                   render(*plan, wishes, title),
                   render_ignore(*plan),
                   plan->run.port,
                   plan->run.user,
                   plan->run.command,
                   std::move(plan->decisions),
                   std::move(plan->warnings)};
  return result;
}

}  // namespace container_kit::kit::generate
