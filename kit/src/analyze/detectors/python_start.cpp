#include "analyze/detectors/python_start.h"

#include <algorithm>
#include <array>

#include "analyze/port_scan.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

struct App {
  std::string file;      // "src/shop/main.py"
  std::string module;    // "shop.main"
  std::string variable;  // "app"
  std::string_view kind;
};

constexpr std::array<std::string_view, 8> kConstructors{"FastAPI(", "Flask(", "Starlette(", "Litestar(",
                                                        "Sanic(",   "Quart(", "Dash(",      "Bottle("};

std::string module_of(std::string_view file) {
  std::string module(file.substr(0, file.size() - 3));
  if (module.starts_with("src/")) module.erase(0, 4);
  if (module.ends_with("/__init__")) module.erase(module.size() - 9);
  std::replace(module.begin(), module.end(), '/', '.');
  return module;
}

// `app = FastAPI(…)` at the left margin, or a factory `def create_app(`.
std::optional<App> find_app_in(const Project& project, const std::string& file) {
  std::optional<App> factory;
  for (const auto line : lines_of(project.text(file))) {
    if (line.starts_with("def create_app(")) factory = App{file, module_of(file), "create_app()", "factory"};
    const auto equals = line.find('=');
    if (equals == kNotFound || line.empty() || line.front() == ' ' || line.front() == '#') continue;
    auto name = trim(line.substr(0, equals));
    name = trim(name.substr(0, name.find(':')));
    const auto value = trim(line.substr(equals + 1));
    for (const auto constructor : kConstructors) {
      const auto at = value.find(constructor);
      if (at != 0 && (at == kNotFound || value[at - 1] != '.')) continue;
      return App{file, module_of(file), std::string(name), constructor.substr(0, constructor.size() - 1)};
    }
  }
  return factory;
}

constexpr std::array<std::string_view, 6> kUsualNames{"main.py", "app.py",    "wsgi.py",
                                                      "asgi.py", "server.py", "__init__.py"};

// The usual files here, in app/, and in the packages here and in src/.
std::vector<std::string> candidates(const Project& project) {
  std::vector<std::string> folders{""};
  for (const auto* glob : {"*", "src/*", "src"}) {
    for (const auto& folder : project.folders(glob, "")) {
      if (folder != "tests" && folder != "docs" && folder != "examples") folders.push_back(folder);
    }
  }
  std::vector<std::string> files;
  for (const auto& folder : folders) {
    for (const auto name : kUsualNames) {
      const auto file = join_path(folder, name);
      if (project.has(file)) files.push_back(file);
    }
  }
  return files;
}

std::optional<App> find_app(const Project& project, const std::vector<std::string>& files) {
  for (const auto& file : files) {
    if (auto app = find_app_in(project, file)) return app;
  }
  return std::nullopt;
}

std::string serve(const Project& project, const App& app, const PythonPackages& packages) {
  const auto stated = find_port(project.text(app.file));
  const auto port = std::to_string(stated.value_or(8000));
  const auto target = app.module + ":" + app.variable;
  const bool is_asgi =
      app.kind == "FastAPI" || app.kind == "Starlette" || app.kind == "Litestar" || app.kind == "Quart";
  if (packages.contains("gunicorn") && is_asgi) {
    return "gunicorn -k uvicorn.workers.UvicornWorker --bind 0.0.0.0:" + port + " " + target;
  }
  if (packages.contains("gunicorn")) {
    return "gunicorn --bind 0.0.0.0:" + port + " " + (app.kind == "factory" ? "'" + target + "'" : target);
  }
  if (packages.contains("hypercorn") && is_asgi) return "hypercorn --bind 0.0.0.0:" + port + " " + target;
  if (is_asgi) return "uvicorn " + target + " --host 0.0.0.0 --port " + port;
  if (app.kind == "Sanic") return "sanic " + target + " --host=0.0.0.0 --port=" + port;
  if (app.kind == "Flask" || app.kind == "factory") {
    return "flask --app " + (app.kind == "factory" ? app.module : target) + " run --host 0.0.0.0 --port " +
           std::to_string(stated.value_or(5000));
  }
  return "python " + app.file;
}

// The package of settings: DJANGO_SETTINGS_MODULE in manage.py.
void report_django(const Project& project, const PythonPackages& packages, Findings& findings) {
  const auto source = project.path("manage.py");
  findings.entry_point(source, "", source);
  std::string package;
  for (const auto text : quoted_strings(project.text("manage.py"))) {
    const auto settings = text.find(".settings");
    if (settings != kNotFound) package = std::string(text.substr(0, settings));
  }
  std::string command = "python manage.py runserver 0.0.0.0:8000";
  if (!package.empty() && packages.contains("gunicorn"))
    command = "gunicorn --bind 0.0.0.0:8000 " + package + ".wsgi";
  if (!package.empty() && packages.contains("uvicorn") && !packages.contains("gunicorn")) {
    command = "uvicorn " + package + ".asgi:application --host 0.0.0.0 --port 8000";
  }
  findings.start_command(command, project.folder(), source);
  for (const auto& settings : {package + "/settings.py", package + "/settings/base.py"}) {
    const auto& text = project.text(settings);
    if (contains(text, "backends.postgresql"))
      findings.database("PostgreSQL", "django.db.backends.postgresql", project.path(settings));
    if (contains(text, "backends.mysql"))
      findings.database("MySQL", "django.db.backends.mysql", project.path(settings));
    if (contains(text, "backends.sqlite3"))
      findings.database("SQLite", "django.db.backends.sqlite3", project.path(settings));
  }
}

}  // namespace

void report_python_start(const Project& project, const PythonPackages& packages, Findings& findings) {
  if (project.has("manage.py") && contains(project.text("manage.py"), "django")) {
    return report_django(project, packages, findings);
  }
  const auto files = candidates(project);
  const auto app = find_app(project, files);
  if (app && (!packages.empty() || app->kind != "factory")) {
    const auto source = project.path(app->file);
    findings.entry_point(app->module + ":" + app->variable, "", source);
    const auto command = serve(project, *app, packages);
    findings.start_command(command, project.folder(), source);
    report_port_of_sources(project, {app->file}, findings);
    return;
  }
  const auto script = project.first_of({"main.py", "app.py", "server.py", "run.py", "bot.py", "__main__.py"});
  if (script.empty()) return;
  findings.entry_point(project.path(script), "", project.path(script));
  const bool streamlit = packages.contains("streamlit");
  findings.start_command((streamlit ? "streamlit run " : "python ") + script, project.folder(),
                         project.path(script));
  report_port_of_sources(project, {script}, findings);
}

}  // namespace container_kit::kit::analysis
