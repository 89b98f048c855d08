// Gradle: build.gradle and build.gradle.kts, settings, the version catalogue and the wrapper.
#include <algorithm>

#include "analyze/detector.h"
#include "analyze/detectors/java_packages.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

bool is_configuration(std::string_view line) {
  for (const auto* name :
       {"implementation", "api", "runtimeOnly", "compileOnly", "developmentOnly", "kapt"}) {
    if (line.starts_with(name)) return true;
  }
  return false;
}

// 'org.postgresql:postgresql:42.7.1' on a line that adds a dependency.
void report_dependencies(std::string_view build, const std::string& source, Findings& findings) {
  for (const auto raw : lines_of(build)) {
    const auto line = trim(raw);
    if (!is_configuration(line)) continue;
    for (const auto coordinates : quoted_strings(line)) {
      const auto parts = split(coordinates, ':');
      if (parts.size() < 2) continue;
      report_known(kJavaPackages, parts[1], parts.size() > 2 ? parts[2] : std::string_view{}, source,
                   findings);
      if (parts[1] == "quarkus-bom" || parts[0] == "io.quarkus") {
        findings.framework("Quarkus", parts.size() > 2 ? parts[2] : std::string_view{}, source);
      }
    }
  }
}

// gradle/libs.versions.toml: libraries as "group:name:version", {module=, version.ref=} or {group=, name=}.
void report_catalogue(const Project& project, Findings& findings) {
  const auto source = project.path("gradle/libs.versions.toml");
  const Node& catalogue = project.toml("gradle/libs.versions.toml");
  const auto version_of = [&](const Node& entry) -> std::string {
    const Node& version = entry["version"];
    return version.is_object() ? catalogue["versions"][version["ref"].text()].text() : version.text();
  };
  for (const auto& [alias, library] : catalogue["libraries"].members()) {
    const auto parts = split(library.is_object() ? library["module"].text() : library.text(), ':');
    const auto artifact = parts.size() > 1 ? parts[1] : std::string_view(library["name"].text());
    const auto version = parts.size() > 2 ? std::string(parts[2]) : version_of(library);
    report_known(kJavaPackages, artifact, version, source, findings);
  }
  for (const auto& [alias, plugin] : catalogue["plugins"].members()) {
    const auto& id = plugin["id"].text();
    if (id == "org.springframework.boot") findings.framework("Spring Boot", version_of(plugin), source);
    if (contains(id, "org.jetbrains.kotlin")) findings.runtime("kotlin", version_of(plugin), source);
  }
}

// `id 'x' version 'y'` and `id("x") version "y"`; `kotlin("jvm") version "y"`.
void report_plugin(std::string_view line, const std::string& source, Findings& findings) {
  const auto strings = quoted_strings(line);
  if (strings.empty()) return;
  const auto version = contains(line, "version") && strings.size() > 1 ? strings[1] : std::string_view{};
  if (line.starts_with("id") && strings[0] == "org.springframework.boot")
    findings.framework("Spring Boot", version, source);
  if (line.starts_with("id") && strings[0] == "io.quarkus") findings.framework("Quarkus", version, source);
  if (line.starts_with("id") && strings[0] == "io.ktor.plugin") findings.framework("Ktor", version, source);
  if (line.starts_with("id") && strings[0] == "io.micronaut.application")
    findings.framework("Micronaut", version, source);
  if (line.starts_with("id") && strings[0] == "com.android.application")
    findings.framework("Android", version, source);
  const bool kotlin = line.starts_with("kotlin(") || strings[0].starts_with("org.jetbrains.kotlin.");
  if (kotlin) findings.runtime("kotlin", version, source);
}

// A line may hold several: `plugins { id 'x' version 'y'; id 'z' }`.
void report_plugins(std::string_view build, const std::string& source, Findings& findings) {
  for (const auto line : lines_of(build)) {
    for (const auto statement : split(line, ';')) {
      const bool opens = statement.starts_with("plugins");
      const auto inside = opens ? statement.substr(statement.find('{') + 1) : statement;
      report_plugin(trim(inside), source, findings);
    }
  }
}

std::string_view digits_of(std::string_view text) {
  const auto from = text.find_first_of("0123456789");
  if (from == kNotFound) return {};
  return text.substr(from, text.find_first_not_of("0123456789._", from) - from);
}

// `languageVersion = JavaLanguageVersion.of(17)`, `jvmToolchain(17)`, `sourceCompatibility = '17'`.
void report_java_version(std::string_view build, const std::string& source, Findings& findings) {
  for (const auto* key :
       {"JavaLanguageVersion.of(", "jvmToolchain(", "sourceCompatibility", "options.release"}) {
    const auto at = build.find(key);
    if (at == kNotFound) continue;
    auto line = build.substr(at, build.find('\n', at) - at).substr(std::string_view(key).size());
    std::string version(digits_of(line));
    std::replace(version.begin(), version.end(), '_', '.');
    if (version.empty()) continue;
    return findings.runtime("java", version, source);
  }
}

// include 'a', ':b:c'   include("a")
void report_modules(const Project& project, const std::string& settings, Findings& findings) {
  const auto text = without_comments(project.text(settings), "//");
  for (auto at = text.find("include"); at != kNotFound; at = text.find("include", at + 1)) {
    auto rest = std::string_view(text).substr(at + 7);
    if (rest.empty() || (rest[0] != ' ' && rest[0] != '(')) continue;
    auto end = rest[0] == '(' ? rest.find(')') : rest.find('\n');
    while (rest[0] == ' ' && end != kNotFound && trim(rest.substr(0, end)).ends_with(','))
      end = rest.find('\n', end + 1);
    for (const auto name : quoted_strings(rest.substr(0, end))) {
      std::string folder(name.starts_with(':') ? name.substr(1) : name);
      std::replace(folder.begin(), folder.end(), ':', '/');
      if (project.has_folder(folder))
        findings.member(project.path(folder), name, "Gradle", project.path(settings));
    }
  }
}

void report_start(const Project& project, std::string_view build, const std::string& source,
                  Findings& findings) {
  for (const auto* key : {"mainClass.set(", "mainClass =", "mainClassName", "mainClass ="}) {
    const auto main = quoted_after(build, key);
    if (!main) continue;
    findings.entry_point(*main, "", source);
    break;
  }
  const auto name = project.is_root() ? std::string() : project.base_name();
  if (findings.has_framework("Spring Boot", source)) {
    return findings.start_command("java -jar build/libs/*.jar", project.folder(), source);
  }
  if (findings.has_framework("Quarkus", source)) {
    return findings.start_command("java -jar build/quarkus-app/quarkus-run.jar", project.folder(), source);
  }
  const bool application = contains(build, "'application'") || contains(build, "\"application\"") ||
                           contains(build, "\n    application\n") || contains(build, "mainClass");
  if (application)
    findings.start_command("./gradlew " + (name.empty() ? "" : ":" + name + ":") + "run", "", source);
}

void detect(const Project& project, Findings& findings) {
  const auto settings = project.first_of({"settings.gradle", "settings.gradle.kts"});
  const auto build_file = project.first_of({"build.gradle", "build.gradle.kts"});
  const auto manifest = build_file.empty() ? settings : build_file;
  const auto source = project.path(manifest);
  const bool nested = project.has_above("settings.gradle") || project.has_above("settings.gradle.kts");
  if (!nested || !settings.empty()) {
    const auto& wrapper = project.text("gradle/wrapper/gradle-wrapper.properties");
    auto version = between(setting(wrapper, "distributionUrl").value_or(""), "gradle-", ".zip").value_or("");
    version = version.substr(0, version.find('-'));
    const auto lock = project.has("gradle.lockfile") ? project.path("gradle.lockfile") : std::string();
    findings.package_manager("Gradle", source, lock, version, Findings::Lock::kNeedsNone);
  }
  if (!settings.empty()) report_modules(project, settings, findings);
  if (project.has("gradle/libs.versions.toml")) report_catalogue(project, findings);
  const auto build = without_comments(project.text(build_file), "//");
  if (build_file.empty()) return;
  report_plugins(build, source, findings);
  report_dependencies(build, source, findings);
  report_java_version(build, source, findings);
  report_java_application(project, findings);
  report_start(project, build, source, findings);
}

}  // namespace

const Detector kGradleDetector{"java (Gradle)",
                               "build.gradle build.gradle.kts settings.gradle settings.gradle.kts", detect};

}  // namespace container_kit::kit::analysis
