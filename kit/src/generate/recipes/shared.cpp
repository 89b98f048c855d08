#include <algorithm>
#include <array>

#include "analyze/safe_text.h"
#include "analyze/text.h"
#include "generate/recipes/recipes.h"

namespace container_kit::kit::generate {
namespace {

constexpr std::array<std::string_view, 10> kCompilers{
    "build-essential", "cmake", "g++", "gcc", "git", "libc6-dev", "make", "pkg-config", "pkgconf", "python3"};

// Of Docker's buildpack-deps, which the full variants of the official images are made on.
constexpr std::array<std::string_view, 24> kInFullImages{
    "curl",
    "default-libmysqlclient-dev",
    "imagemagick",
    "libbz2-dev",
    "libcurl4-openssl-dev",
    "libdb-dev",
    "libevent-dev",
    "libffi-dev",
    "libgdbm-dev",
    "libglib2.0-dev",
    "libgmp-dev",
    "libjpeg-dev",
    "libjpeg62-turbo-dev",
    "liblzma-dev",
    "libmagickwand-dev",
    "libncurses-dev",
    "libpng-dev",
    "libpq-dev",
    "libsqlite3-dev",
    "libssl-dev",
    "libwebp-dev",
    "libxml2-dev",
    "libxslt1-dev",
    "libyaml-dev",
};

bool is_in(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Whether the parts lead above where they begin.
bool leads_out(std::string_view path) {
  int depth = 0;
  for (const auto part : analysis::split(path, '/')) {
    if (part == ".") continue;
    depth += part == ".." ? -1 : 1;
    if (depth < 0) return true;
  }
  return path.starts_with('/');
}

}  // namespace

void warn_of_outside(Plan& plan, std::string_view manifest, std::string_view path) {
  if (path.empty()) return;
  const auto full =
      path.starts_with('/') ? std::string(path) : analysis::join_path(analysis::folder_of(manifest), path);
  if (!leads_out(full)) return;
  plan.warnings.push_back(std::string(manifest) + " needs " + analysis::printable(path) +
                          ", which lies outside of the repository: the build context does not hold it, and "
                          "the build fails");
}

std::vector<std::string> apt_install(const std::vector<std::string>& packages) {
  if (packages.empty()) return {};
  std::string names;
  for (const auto& package : packages) names += " " + package;
  return {"# Debian has one version of a package at a time, so there is none to pin.",
          "# hadolint ignore=DL3008", "RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\",
          "    --mount=type=cache,target=/var/lib/apt,sharing=locked \\",
          "    apt-get update && apt-get install -y --no-install-recommends" + names};
}

NativeNeeds native_needs(const Repository& repository) {
  NativeNeeds needs;
  for (const auto& package : repository.system_packages()) {
    if (is_in(kCompilers, package)) {
      needs.compilers = true;
    } else if (is_in(kInFullImages, package)) {
      needs.libraries = true;
    } else {
      needs.packages.push_back(package);
    }
  }
  needs.compilers = needs.compilers || needs.libraries;
  return needs;
}

void run_nginx(const Repository& repository, Plan& plan) {
  constexpr std::uint16_t kPort = 8080;
  plan.run.image = "nginxinc/nginx-unprivileged:1.27-alpine";
  plan.run.folder = "/usr/share/nginx/html";
  plan.run.user = "101:101";
  plan.run.port = repository.asked_port() != 0 ? repository.asked_port() : kPort;
  if (plan.run.port != kPort) {
    plan.run.lines.push_back("RUN sed -i 's/8080/" + digits(plan.run.port) +
                             "/' /etc/nginx/conf.d/default.conf");
  }
  plan.run.health = {"wget", "-q", "--spider", "http://127.0.0.1:" + digits(plan.run.port) + "/"};
  plan.run.command = {"nginx", "-g", "daemon off;"};
}

std::string copy_line(const std::vector<std::string>& files, const std::string& to) {
  std::string line = "COPY";
  for (const auto& file : files) line += " " + file;
  return line + " " + to;
}

std::vector<std::string> present(const Repository& repository, const std::vector<std::string>& names) {
  std::vector<std::string> found;
  for (const auto& name : names) {
    if (repository.root().has(name)) found.push_back(name);
  }
  return found;
}

}  // namespace container_kit::kit::generate
