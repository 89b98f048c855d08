// Sites that are served as files: generators by their configuration, else an index.html with nothing around
// it.
#include "analyze/detector.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

bool has_program(const Project& project) {
  return !project
              .first_of({"package.json", "composer.json", "Gemfile", "pyproject.toml", "requirements.txt",
                         "go.mod", "Cargo.toml", "pom.xml", "build.gradle", "build.gradle.kts", "mix.exs",
                         "deno.json", "manage.py", "CMakeLists.txt"})
              .empty();
}

void report_generator(const Project& project, std::string_view name, std::string_view file,
                      std::string_view build, Findings& findings) {
  findings.framework(name, "", project.path(file));
  findings.entry_point(project.path(file), "", project.path(file));
  findings.start_command(build, project.folder(), project.path(file));
}

void detect(const Project& project, Findings& findings) {
  if (const auto hugo = project.first_of({"hugo.toml", "hugo.yaml", "hugo.json"}); !hugo.empty()) {
    return report_generator(project, "Hugo", hugo, "hugo server --bind 0.0.0.0 --port 1313", findings);
  }
  if (project.has("config.toml") && contains(project.text("config.toml"), "baseURL")) {
    return report_generator(project, "Hugo", "config.toml", "hugo server --bind 0.0.0.0 --port 1313",
                            findings);
  }
  if (project.has("_config.yml") && (project.has_folder("_posts") || project.has_folder("_layouts"))) {
    return report_generator(project, "Jekyll", "_config.yml", "jekyll serve --host 0.0.0.0", findings);
  }
  if (project.has("book.toml")) {
    return report_generator(project, "mdBook", "book.toml", "mdbook serve --hostname 0.0.0.0", findings);
  }
  if (project.has("mkdocs.yml") && !has_program(project)) {
    return report_generator(project, "MkDocs", "mkdocs.yml", "mkdocs serve --dev-addr 0.0.0.0:8000",
                            findings);
  }
  const auto index = project.first_of({"index.html", "public/index.html", "dist/index.html"});
  const bool alone = project.is_root() && !has_program(project);
  if (index.empty() || !alone) return;
  findings.framework("Static site", "", project.path(index));
  findings.entry_point(project.path(index), "", project.path(index));
  findings.default_port(80, "a web server", project.path(index));
}

}  // namespace

const Detector kStaticSiteDetector{
    "static site", "index.html hugo.toml hugo.yaml hugo.json config.toml _config.yml book.toml mkdocs.yml",
    detect};

}  // namespace container_kit::kit::analysis
