#include "config/detectors.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <utility>

#include <sys/utsname.h>
#include <unistd.h>

namespace container_kit::telemetry::config {
namespace {

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kSpace) - first + 1));
}

void put(ResourceValues& values, const char* key, std::string value) {
  if (!value.empty()) values[key] = std::move(value);
}

// Semantic conventions, host.arch.
std::string architecture(const std::string& machine) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kNames{{{"x86_64", "amd64"},
                                                                                 {"aarch64", "arm64"},
                                                                                 {"armv7l", "arm32"},
                                                                                 {"armv6l", "arm32"},
                                                                                 {"i686", "x86"},
                                                                                 {"i386", "x86"},
                                                                                 {"ppc64le", "ppc64"},
                                                                                 {"ia64", "ia64"}}};
  const auto* const known =
      std::find_if(kNames.begin(), kNames.end(), [&](const auto& name) { return name.first == machine; });
  return known != kNames.end() ? std::string(known->second) : machine;
}

void detect_host(const Surroundings& from, ResourceValues& values) {
  put(values, "host.name", from.host_name);
  put(values, "host.arch", architecture(from.machine));
  std::string id = trimmed(from.file("/etc/machine-id"));
  if (id.empty()) id = trimmed(from.file("/var/lib/dbus/machine-id"));
  put(values, "host.id", id == "uninitialized" ? "" : std::move(id));
}

// os-release(5): KEY=value, or quoted as a shell would.
std::string os_release(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != '=') continue;
    std::string value = trimmed(line.substr(key.size() + 1));
    const bool is_quoted =
        value.size() > 1 && value.front() == value.back() && (value.front() == '"' || value.front() == '\'');
    if (is_quoted) value = value.substr(1, value.size() - 2);
    value.erase(std::remove(value.begin(), value.end(), '\\'), value.end());
    return value;
  }
  return {};
}

void detect_os(const Surroundings& from, ResourceValues& values) {
  put(values, "os.type", "linux");
  std::string text = from.file("/etc/os-release");
  if (text.empty()) text = from.file("/usr/lib/os-release");
  put(values, "os.description", os_release(text, "PRETTY_NAME"));
  put(values, "os.name", os_release(text, "NAME"));
  put(values, "os.version", os_release(text, "VERSION_ID"));
}

void detect_process(const Surroundings& from, ResourceValues& values) {
  values["process.pid"] = from.pid;
  put(values, "process.executable.path", from.executable_path);
  put(values, "process.executable.name", from.executable_path.substr(from.executable_path.rfind('/') + 1));
  put(values, "process.owner", from.owner);
  put(values, "process.runtime.name", "C++");
  put(values, "process.runtime.version", std::to_string(__cplusplus));
  put(values, "process.runtime.description", "compiled by " __VERSION__);
}

// Given to pods by the downward API, under the names that manifests commonly give them.
void detect_kubernetes(const Surroundings& from, ResourceValues& values) {
  constexpr std::array<std::pair<const char*, const char*>, 7> kVariables{
      {{"POD_NAME", "k8s.pod.name"},
       {"POD_NAME", "pod.name"},
       {"NODE_NAME", "k8s.node.name"},
       {"NODE_NAME", "node.name"},
       {"POD_NAMESPACE", "k8s.namespace.name"},
       {"POD_UID", "k8s.pod.uid"},
       {"POD_IP", "k8s.pod.ip"}}};
  for (const auto& [variable, key] : kVariables) put(values, key, from.variable(variable));
  // Others use this name as well; every pod has the variable that is asked for first.
  const bool is_pod = !from.variable("KUBERNETES_SERVICE_HOST").empty();
  if (is_pod) put(values, "k8s.container.name", from.variable("CONTAINER_NAME"));
}

constexpr std::size_t kIdSize = 64;

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The identifier that a cgroup's last part is or holds: ID, docker-ID.scope, cri-containerd-ID.scope.
std::string id_in(std::string_view part) {
  for (std::size_t at = 0; at + kIdSize <= part.size(); ++at) {
    const bool begins = at == 0 || part[at - 1] == '-' || part[at - 1] == ':';
    const std::size_t end = at + kIdSize;
    const bool ends = end == part.size() || part[end] == '.';
    if (begins && ends && is_hex(part.substr(at, kIdSize))) return std::string(part.substr(at, kIdSize));
  }
  return {};
}

std::string id_of_cgroups(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const std::size_t slash = line.rfind('/');
    if (slash == std::string_view::npos) continue;
    if (std::string id = id_in(line.substr(slash + 1)); !id.empty()) return id;
  }
  return {};
}

// …/containers/ID/hostname of Docker, …/overlay-containers/ID/userdata/hostname of Podman. Kubernetes' own
// …/sandboxes/ID/hostname is the pod's, not the container's.
std::string id_of_mounts(std::string_view text) {
  constexpr std::string_view kFolder = "containers/";
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const bool is_about_host = line.find(" /etc/hostname ") != std::string_view::npos ||
                               line.find(" /etc/resolv.conf ") != std::string_view::npos ||
                               line.find(" /etc/hosts ") != std::string_view::npos;
    const std::size_t folder = line.rfind(kFolder);
    if (!is_about_host || folder == std::string_view::npos) continue;
    const std::string_view rest = line.substr(folder + kFolder.size());
    const std::string_view id = rest.substr(0, rest.find('/'));
    if (id.size() == kIdSize && is_hex(id)) return std::string(id);
  }
  return {};
}

std::string read_file(const std::string& path) {
  constexpr std::size_t kMost = std::size_t{64} << 10;
  std::ifstream file(path, std::ios::binary);
  std::string text(kMost, '\0');
  file.read(text.data(), static_cast<std::streamsize>(kMost));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return text;
}

std::string executable_path() {
  std::array<char, 4096> path{};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  return size > 0 ? std::string(path.data(), static_cast<std::size_t>(size)) : std::string();
}

// Not getpwuid(): it may ask a directory service over the network, and its locks do not survive a fork.
std::string user_name(uid_t user) {
  std::string number = std::to_string(user);
  std::string passwd = read_file("/etc/passwd");
  std::string_view rest = passwd;
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    const std::size_t name = line.find(':');
    const std::size_t password = line.find(':', name + 1);
    if (name == std::string_view::npos || password == std::string_view::npos) continue;
    const std::string_view id = line.substr(password + 1, line.find(':', password + 1) - password - 1);
    if (id == number) return std::string(line.substr(0, name));
  }
  return number;
}

}  // namespace

std::string container_id(const std::string& cgroup, const std::string& mountinfo) {
  std::string id = id_of_cgroups(cgroup);
  return id.empty() ? id_of_mounts(mountinfo) : id;
}

Surroundings surroundings_of_process() {
  Surroundings found;
  found.variable = &lookup_process_environment;
  found.file = &read_file;
  utsname names{};
  if (uname(&names) == 0) {
    found.host_name = names.nodename;
    found.machine = names.machine;
  }
  found.executable_path = executable_path();
  found.owner = user_name(geteuid());
  found.pid = getpid();
  return found;
}

ResourceValues detect_resource(const Surroundings& surroundings) {
  ResourceValues values;
  detect_host(surroundings, values);
  detect_os(surroundings, values);
  detect_process(surroundings, values);
  put(values, "container.id",
      container_id(surroundings.file("/proc/self/cgroup"), surroundings.file("/proc/self/mountinfo")));
  detect_kubernetes(surroundings, values);
  return values;
}

}  // namespace container_kit::telemetry::config
