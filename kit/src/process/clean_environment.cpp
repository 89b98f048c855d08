#include "process/clean_environment.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <unistd.h>

namespace container_kit::kit::process {
namespace {

constexpr std::array<std::string_view, 36> kNames{"PATH",
                                                  "HOME",
                                                  "USER",
                                                  "LOGNAME",
                                                  "LANG",
                                                  "TZ",
                                                  "TMPDIR",
                                                  "TERM",
                                                  "XDG_RUNTIME_DIR",
                                                  "XDG_CONFIG_HOME",
                                                  "XDG_DATA_HOME",
                                                  "XDG_CACHE_HOME",
                                                  "SSL_CERT_FILE",
                                                  "SSL_CERT_DIR",
                                                  "HTTP_PROXY",
                                                  "HTTPS_PROXY",
                                                  "NO_PROXY",
                                                  "http_proxy",
                                                  "https_proxy",
                                                  "no_proxy",
                                                  "KUBECONFIG",
                                                  "KUBECACHEDIR",
                                                  "KUBERNETES_SERVICE_HOST",
                                                  "KUBERNETES_SERVICE_PORT",
                                                  "STORAGE_DRIVER",
                                                  "STORAGE_OPTS",
                                                  "CONTAINERS_CONF",
                                                  "CONTAINERS_CONF_OVERRIDE",
                                                  "CONTAINERS_STORAGE_CONF",
                                                  "CONTAINERS_REGISTRIES_CONF",
                                                  "REGISTRY_AUTH_FILE",
                                                  "CONTAINER_HOST",
                                                  "CONTAINER_CONNECTION",
                                                  "CONTAINER_SSHKEY",
                                                  "SSH_AUTH_SOCK",  // for engines at ssh://
                                                  "DBUS_SESSION_BUS_ADDRESS"};
// DOCKER_HOST, BUILDAH_ISOLATION, TRIVY_CACHE_DIR and the like: each program's own settings.
constexpr std::array<std::string_view, 8> kPrefixes{"LC_",      "DOCKER_", "BUILDKIT_", "BUILDX_",
                                                    "BUILDAH_", "TRIVY_",  "GRYPE_",    "KIND_"};

bool is_wanted(std::string_view variable) {
  const std::string_view name = variable.substr(0, variable.find('='));
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
         std::any_of(kPrefixes.begin(), kPrefixes.end(),
                     [name](std::string_view prefix) { return name.substr(0, prefix.size()) == prefix; });
}

}  // namespace

std::vector<std::string> clean_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    if (is_wanted(*variable)) variables.emplace_back(*variable);
  }
  return variables;
}

}  // namespace container_kit::kit::process
