// Java and Kotlin, with Maven or Gradle.
#include <algorithm>
#include <array>
#include <utility>

#include "analyze/text.h"
#include "generate/recipes/recipes.h"
#include "generate/safe_words.h"

namespace container_kit::kit::generate {
namespace {

constexpr std::string_view kQuarkus = "quarkus-app/quarkus-run.jar";

// BusyBox is in the Alpine variants and can try the port.
void run_on_jre(Plan& plan, const std::string& version, std::uint16_t port) {
  plan.run.image = "eclipse-temurin:" + version + "-jre-alpine";
  plan.run.port = port;
  if (port != 0) plan.run.health = {"nc", "-z", "127.0.0.1", std::to_string(port)};
}

struct Jar {
  std::string path;  // relative to the repository
  std::string source;
};

// "java -jar target/x.jar" in any folder.
std::optional<Jar> jar_of(const Repository& repository) {
  for (const auto& start : repository.analysis().start_commands) {
    const auto words = analysis::words_of(start.command);
    if (words.size() != 3 || words[0] != "java" || words[1] != "-jar") continue;
    return Jar{analysis::join_path(start.folder == "." ? "" : start.folder, words[2]), start.source};
  }
  return std::nullopt;
}

// Copies what is started into /app: one jar, or the folder that Quarkus makes.
void copy_program(Plan& plan, const std::string& jar) {
  if (jar.ends_with(kQuarkus)) {
    plan.run.lines.push_back("COPY --from=build /src/" + std::string(analysis::folder_of(jar)) + " ./");
    plan.run.command = {"java", "-jar", "/app/quarkus-run.jar"};
    return;
  }
  plan.run.lines.push_back("COPY --from=build /src/" + jar + " ./app.jar");
  plan.run.command = {"java", "-jar", "/app/app.jar"};
}

struct GradleImage {
  std::string gradle = "8.10";
  std::string java;
};

// Gradle runs on the releases of Java that were there before it (docs.gradle.org, Compatibility Matrix), and
// there are images for those only. It compiles for older ones.
GradleImage gradle_image(const PackageManager& manager, const std::string& java, Plan& plan) {
  constexpr std::array<std::pair<std::array<int, 2>, int>, 5> kNewestJava{
      {{{9, 1}, 25}, {{8, 5}, 21}, {{7, 3}, 17}, {{5, 0}, 11}, {{0, 0}, 8}}};
  GradleImage image;
  auto numbers = numbers_of(manager.version);
  if (numbers.size() > 1) {
    image.gradle = std::to_string(numbers[0]) + "." + std::to_string(numbers[1]);
  } else {
    if (numbers_of(java).front() > 21) image.gradle = "9.1";
    numbers = numbers_of(image.gradle);
  }
  plan.decide("Gradle " + image.gradle, manager.manifest);
  const std::array<int, 2> version{numbers[0], numbers[1]};
  int newest = 0;
  for (const auto& [since, release] : kNewestJava) {
    if (newest == 0 && version >= since) newest = release;
  }
  const int oldest = version[0] >= 9 ? 17 : 8;
  image.java = std::to_string(std::clamp(numbers_of(java).front(), oldest, newest));
  if (image.java != java)
    plan.decide("builds on Java " + image.java + ", which Gradle " + image.gradle + " runs on");
  return image;
}

// `:app:run` is the program that `:app:installDist` lays out in app/build/install/app. The top project is
// named by its settings.
ToolResult<std::string> gradle_program(const Repository& repository, Plan& plan) {
  for (const auto& start : repository.analysis().start_commands) {
    if (!start.command.starts_with("./gradlew ") || !start.command.ends_with("run")) continue;
    auto task = start.command.substr(std::string_view("./gradlew ").size());
    plan.decide("runs what " + task + " runs", start.source);
    task.resize(task.size() - std::string_view("run").size());
    if (!task.empty()) return checked_path(analysis::split(task, ':').front());
    const auto settings = repository.root().first_of({"settings.gradle", "settings.gradle.kts"});
    const auto name = analysis::quoted_after(repository.root().text(settings), "rootProject.name");
    if (!name) return missing("settings.gradle has no rootProject.name, which the program is named by");
    return checked_path(*name);
  }
  return missing(
      "no Gradle project has the application plugin, Spring Boot or Quarkus: nothing can be started");
}

}  // namespace

std::optional<ToolResult<Plan>> plan_maven(const Repository& repository) {
  if (repository.manager("Maven") == nullptr) return std::nullopt;
  Plan plan;
  plan.ecosystem = "Java with Maven";
  const auto jar = jar_of(repository);
  if (!jar) {
    return missing(
        "no pom.xml makes a jar that can be started: add spring-boot-maven-plugin, Quarkus, or a manifest "
        "with a main class");
  }
  if (const auto checked = checked_path(jar->path); !checked) return checked.error();
  plan.decide("starts " + jar->path, jar->source);
  const auto port = repository.port(plan, 8080);
  const auto version = repository.version(plan, "java");
  plan.build = {"FROM maven:3.9-eclipse-temurin-" + version + " AS build", "WORKDIR /src"};
  if (repository.analysis().members.empty()) {
    plan.build.insert(plan.build.end(), {"COPY pom.xml ./", "RUN --mount=type=cache,target=/root/.m2 \\",
                                         "    mvn -B -q dependency:go-offline"});
  }
  plan.build.insert(plan.build.end(), {"COPY . .", "RUN --mount=type=cache,target=/root/.m2 \\",
                                       "    mvn -B -DskipTests package"});
  run_on_jre(plan, version, port);
  copy_program(plan, jar->path);
  plan.ignored = {"target", "*/target"};
  return plan;
}

std::optional<ToolResult<Plan>> plan_gradle(const Repository& repository) {
  const auto* manager = repository.manager("Gradle");
  if (manager == nullptr) return std::nullopt;
  Plan plan;
  plan.ecosystem = "Java or Kotlin with Gradle";
  const auto version = repository.version(plan, "java");
  const auto image = gradle_image(*manager, version, plan);
  const auto settings = repository.root().first_of({"settings.gradle", "settings.gradle.kts"});
  const auto text = analysis::without_comments(repository.root().text(settings), "//");
  for (const auto line : analysis::lines_of(text)) {
    if (!analysis::trim(line).starts_with("includeBuild")) continue;
    warn_of_outside(plan, settings, analysis::quoted_after(line, "includeBuild").value_or(""));
  }
  const auto port = repository.port(plan, 8080);
  run_on_jre(plan, version, port);
  const auto jar = jar_of(repository);
  std::string task = "assemble";
  if (jar && jar->path.ends_with(kQuarkus)) {
    if (const auto checked = checked_path(jar->path); !checked) return checked.error();
    copy_program(plan, jar->path);
  } else if (jar) {
    // bootJar makes the one that runs; the plain one is not built then.
    task = "bootJar";
    const auto folder = analysis::folder_of(jar->path);
    if (!is_safe_path(folder)) return checked_path(folder).error();
    plan.run.lines = {"COPY --from=build /src/" + std::string(folder) + "/*.jar ./app.jar"};
    plan.run.command = {"java", "-jar", "/app/app.jar"};
  } else {
    const auto name = gradle_program(repository, plan);
    if (!name) return name.error();
    const bool is_member = repository.root().has_folder(*name) && !repository.analysis().members.empty();
    task = is_member ? ":" + *name + ":installDist" : "installDist";
    plan.run.lines = {"COPY --from=build /src/" + (is_member ? *name + "/" : "") + "build/install/" + *name +
                      " ./"};
    plan.run.command = {"/app/bin/" + *name};
  }
  plan.build = {"FROM gradle:" + image.gradle + "-jdk" + image.java + " AS build",
                "WORKDIR /src",
                "ENV GRADLE_USER_HOME=/var/cache/gradle",
                "COPY . .",
                "RUN --mount=type=cache,target=/var/cache/gradle \\",
                "    gradle --no-daemon " + task};
  plan.ignored = {"build", "*/build", "**/.gradle"};
  return plan;
}

}  // namespace container_kit::kit::generate
