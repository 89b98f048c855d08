// Python with pip, uv or Poetry: a virtual environment made in one stage and copied into the next.
#include <algorithm>
#include <array>
#include <set>

#include "analyze/text.h"
#include "generate/recipes/recipes.h"
#include "generate/safe_words.h"

namespace container_kit::kit::generate {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view kEnvironment =
    "ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1";

void add(Lines& lines, const Lines& more) {
  lines.insert(lines.end(), more.begin(), more.end());
}

// A requirements file and those that it includes.
ToolResult<Lines> requirement_files(const Repository& repository, const std::string& first) {
  Lines files{first};
  for (std::size_t i = 0; i < files.size() && files.size() < 16; ++i) {
    const auto folder = std::string(analysis::folder_of(files[i]));
    for (const auto raw : analysis::lines_of(repository.root().text(files[i]))) {
      const auto words = analysis::words_of(raw);
      const bool includes =
          words.size() > 1 && (words[0] == "-r" || words[0] == "--requirement" || words[0] == "-c");
      if (!includes) continue;
      const auto included = analysis::join_path(folder, words[1]);
      if (!repository.root().has(included)) continue;
      if (std::find(files.begin(), files.end(), included) == files.end()) files.push_back(included);
    }
  }
  for (const auto& file : files) {
    if (const auto checked = checked_path(file); !checked) return checked.error();
  }
  return files;
}

// The folder of the repository that a line of a requirements file names: "-e .", "./lib", "--editable=../x".
std::string_view required_folder(std::string_view line) {
  line = analysis::trim(line.substr(0, line.find(" #")));
  for (const std::string_view option : {"--editable", "-e"}) {
    if (!line.starts_with(option)) continue;
    line = analysis::trim(line.substr(option.size()));
    if (line.starts_with('=')) line = analysis::trim(line.substr(1));
    break;
  }
  if (line.starts_with("file:.")) line.remove_prefix(5);
  return line.starts_with('.') ? line.substr(0, line.find_first_of(" [;")) : std::string_view();
}

// Whether one of the files names a folder, which then has to be there; warns of those that cannot be.
bool need_folders(const Repository& repository, const Lines& files, Plan& plan) {
  bool any = false;
  for (const auto& file : files) {
    for (const auto line : analysis::lines_of(repository.root().text(file))) {
      const auto folder = required_folder(line);
      if (folder.empty()) continue;
      any = true;
      if (folder.starts_with("..")) warn_of_outside(plan, file, folder);
    }
  }
  return any;
}

ToolResult<Lines> install_with_pip(const Repository& repository, const PackageManager& manager, Plan& plan) {
  const std::string cache = "RUN --mount=type=cache,target=/root/.cache/pip \\";
  if (!manager.manifest.ends_with(".txt")) {
    plan.decide("installs the project with pip", manager.manifest);
    return Lines{"COPY . .", cache, "    python -m venv /opt/venv && /opt/venv/bin/pip install ."};
  }
  const auto files = requirement_files(repository, manager.manifest);
  if (!files) return files.error();
  plan.decide("installs with pip what " + manager.manifest + " says", manager.manifest);
  Lines lines;
  if (need_folders(repository, *files, plan)) {
    lines = {"COPY . ."};
  } else {
    for (const auto& file : *files) {
      const auto folder = std::string(analysis::folder_of(file));
      lines.push_back("COPY " + file + " ./" + folder + (folder.empty() ? "" : "/"));
    }
  }
  add(lines, {cache, "    python -m venv /opt/venv && /opt/venv/bin/pip install -r " + manager.manifest});
  return lines;
}

// As need_folders(), of a table of pyproject.toml whose entries may have a path.
bool need_paths(const analysis::Node& table, Plan& plan) {
  bool any = false;
  for (const auto& [name, entry] : table.members()) {
    any = any || entry.has("path") || entry.has("workspace");
    warn_of_outside(plan, "pyproject.toml", entry["path"].text());
  }
  return any;
}

Lines install_with_uv(const Repository& repository, const PackageManager& manager, Plan& plan) {
  const bool locked = !manager.lock_file.empty();
  plan.decide("installs with uv", locked ? manager.lock_file : manager.manifest);
  auto manifests = present(repository, {"pyproject.toml", "uv.lock", ".python-version"});
  const std::string sync = std::string("    uv sync --no-dev --no-editable") + (locked ? " --locked" : "");
  const std::string cache = "RUN --mount=type=cache,target=/root/.cache/uv \\";
  Lines lines{"COPY --from=ghcr.io/astral-sh/uv:0.5 /uv /usr/local/bin/uv",
              "ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never",
              "ENV UV_PROJECT_ENVIRONMENT=/opt/venv"};
  const auto& settings = repository.root().toml("pyproject.toml")["tool"]["uv"];
  if (!need_paths(settings["sources"], plan) && !settings.has("workspace")) {
    add(lines, {copy_line(manifests, "./"), cache, sync + " --no-install-project"});
  }
  add(lines, {"COPY . .", cache, sync});
  return lines;
}

Lines install_with_poetry(const Repository& repository, const PackageManager& manager, Plan& plan) {
  plan.decide("installs with Poetry", manager.lock_file.empty() ? manager.manifest : manager.lock_file);
  const auto& settings = repository.root().toml("pyproject.toml")["tool"]["poetry"];
  const bool needs_all = need_paths(settings["dependencies"], plan);
  return {"ENV VIRTUAL_ENV=/opt/venv",
          needs_all ? "COPY . ." : copy_line(present(repository, {"pyproject.toml", "poetry.lock"}), "./"),
          "RUN --mount=type=cache,target=/root/.cache/pip \\",
          "    --mount=type=cache,target=/root/.cache/pypoetry \\",
          "    python -m venv /opt/poetry && /opt/poetry/bin/pip install poetry==1.8.5 \\",
          "    && python -m venv /opt/venv \\",
          "    && PATH=/opt/venv/bin:$PATH /opt/poetry/bin/poetry install --only main --no-root \\",
          "       --no-interaction"};
}

ToolResult<Lines> install_lines(const Repository& repository, Plan& plan) {
  const PackageManager* chosen = nullptr;
  for (const auto* name : {"uv", "poetry", "pip"}) {
    if (chosen == nullptr) chosen = repository.manager(name);
  }
  if (chosen == nullptr) {
    return missing(
        "nothing says which packages are needed: add requirements.txt or a pyproject.toml with uv or Poetry");
  }
  if (!chosen->locked) {
    plan.warnings.emplace_back(
        "the versions of packages are not locked, so two builds may install different ones");
  }
  if (chosen->name == "uv") return install_with_uv(repository, *chosen, plan);
  if (chosen->name == "poetry") return install_with_poetry(repository, *chosen, plan);
  return install_with_pip(repository, *chosen, plan);
}

bool is_python_program(const std::vector<std::string>& arguments) {
  constexpr std::array<std::string_view, 10> kPrograms{"gunicorn",  "uvicorn", "hypercorn", "flask",
                                                       "fastapi",   "python",  "python3",   "sanic",
                                                       "streamlit", "daphne"};
  return std::find(kPrograms.begin(), kPrograms.end(), arguments.front()) != kPrograms.end();
}

bool is_known_project(const Repository& repository) {
  return repository.manager("uv") != nullptr || repository.manager("poetry") != nullptr ||
         repository.manager("pip") != nullptr;
}

// Where the source is not installed as a package, Python has to find it.
std::string search_path(const Repository& repository) {
  return repository.root().has_folder("src") ? " PYTHONPATH=/app/src:/app" : " PYTHONPATH=/app";
}

std::vector<std::string> health_of(std::uint16_t port) {
  if (port == 0) return {};
  return {"python", "-c",
          "import http.client, sys; c = http.client.HTTPConnection('127.0.0.1', " + digits(port) +
              ", timeout=3); c.request('GET', '/'); sys.exit(c.getresponse().status >= 500)"};
}

// The port that was asked for, where the command names another.
void set_port(std::vector<std::string>& command, std::uint16_t port) {
  for (std::size_t i = 0; i + 1 < command.size(); ++i) {
    auto& value = command[i + 1];
    if (command[i] == "--port" || command[i] == "-p") value = digits(port);
    const auto colon = value.rfind(':');
    const bool is_bind = command[i] == "--bind" || command[i] == "-b";
    if (is_bind && colon != std::string::npos) value = value.substr(0, colon + 1) + digits(port);
  }
}

bool has_option(const std::vector<std::string>& command, std::string_view name) {
  return std::any_of(command.begin(), command.end(), [&](const std::string& argument) {
    return argument == name || argument.starts_with(std::string(name) + "=");
  });
}

// What listens on the loopback address unless told, which nobody reaches in a container. gunicorn takes PORT
// for all addresses.
void listen_on_all_addresses(std::vector<std::string>& command, std::uint16_t port) {
  const bool is_uvicorn = command.front() == "uvicorn" && !has_option(command, "--uds");
  const bool is_flask =
      command.front() == "flask" && std::find(command.begin(), command.end(), "run") != command.end();
  if (!is_uvicorn && !is_flask) return;
  if (!has_option(command, "--host") && !has_option(command, "-h")) add(command, {"--host", "0.0.0.0"});
  if (!has_option(command, "--port") && !has_option(command, "-p")) add(command, {"--port", digits(port)});
}

}  // namespace

std::optional<ToolResult<Plan>> plan_python(const Repository& repository) {
  if (!is_known_project(repository)) return std::nullopt;
  Plan plan;
  plan.ecosystem = "Python";
  const bool is_web = repository.has_framework("Flask") || repository.has_framework("Django") ||
                      repository.has_framework("FastAPI");
  const auto port = repository.port(plan, is_web ? 8000 : 0);
  auto command = repository.start(plan, port, is_python_program);
  if (command.empty()) {
    return missing(
        "nothing says how the program starts: add a Procfile with `web: COMMAND`, a main.py, or an app "
        "that FastAPI, Flask or Django makes");
  }
  if (port != 0) {
    set_port(command, port);
    listen_on_all_addresses(command, port);
  }
  const auto lines = install_lines(repository, plan);
  if (!lines) return lines.error();
  const auto version = repository.version(plan, "python");
  const auto needs = native_needs(repository);
  const auto image = [&](bool full) { return "python:" + version + (full ? "-bookworm" : "-slim-bookworm"); };
  plan.build = {"FROM " + image(needs.compilers) + " AS build", "WORKDIR /app"};
  add(plan.build, apt_install(needs.packages));
  add(plan.build, *lines);
  plan.run.image = image(needs.libraries);
  plan.run.lines = apt_install(needs.packages);
  plan.run.lines.push_back(std::string(kEnvironment) + search_path(repository) +
                           (port == 0 ? "" : " PORT=" + digits(port)));
  plan.run.lines.emplace_back("COPY --from=build /opt/venv /opt/venv");
  plan.run.lines.emplace_back("COPY . .");
  plan.run.port = port;
  plan.run.health = health_of(port);
  plan.run.command = command;
  if (command.front() == "flask" || (command.size() > 2 && command[2] == "runserver")) {
    plan.warnings.emplace_back(
        "it starts with the framework's development server; add gunicorn to its packages");
  }
  plan.ignored = {"**/__pycache__", "**/*.pyc", "**/.venv", "**/venv", "**/.pytest_cache", "**/.mypy_cache"};
  return plan;
}

}  // namespace container_kit::kit::generate
