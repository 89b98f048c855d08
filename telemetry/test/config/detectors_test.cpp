#include "config/detectors.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace container_kit::telemetry::config {
namespace {

const std::string kId =
    "3f2a4b5c6d7e8f90"
    "3f2a4b5c6d7e8f90"
    "3f2a4b5c6d7e8f90"
    "3f2a4b5c6d7e8f90";

class Detectors : public ::testing::Test {
 protected:
  Detectors() {
    surroundings_.variable = [this](const char* name) { return variables_[name]; };
    surroundings_.file = [this](const std::string& path) { return files_[path]; };
  }
  std::string text(const std::string& key) {
    const ResourceValues values = detect_resource(surroundings_);
    const auto found = values.find(key);
    if (found == values.end()) return "(none)";
    const auto* const value = std::get_if<std::string>(&found->second);
    return value != nullptr ? *value : std::to_string(std::get<std::int64_t>(found->second));
  }

  std::map<std::string, std::string> variables_;
  std::map<std::string, std::string> files_;
  Surroundings surroundings_;
};

TEST_F(Detectors, tell_the_host) {
  surroundings_.host_name = "h1";
  surroundings_.machine = "x86_64";
  files_["/var/lib/dbus/machine-id"] = "0123456789abcdef\n";
  EXPECT_EQ(text("host.name"), "h1");
  EXPECT_EQ(text("host.arch"), "amd64");
  EXPECT_EQ(text("host.id"), "0123456789abcdef");
  files_["/etc/machine-id"] = "fedcba\n";
  EXPECT_EQ(text("host.id"), "fedcba");
  files_["/etc/machine-id"] = "uninitialized\n";
  EXPECT_EQ(text("host.id"), "(none)");
  surroundings_.machine = "riscv64";
  EXPECT_EQ(text("host.arch"), "riscv64");
}

TEST_F(Detectors, tell_the_operating_system) {
  EXPECT_EQ(text("os.type"), "linux");
  EXPECT_EQ(text("os.name"), "(none)");
  files_["/etc/os-release"] =
      "PRETTY_NAME=\"Debian GNU/Linux 12\"\nVERSION_ID='12'\nNAME=Debian\\ GNU\nOTHER_NAME=x";
  EXPECT_EQ(text("os.description"), "Debian GNU/Linux 12");
  EXPECT_EQ(text("os.version"), "12");
  EXPECT_EQ(text("os.name"), "Debian GNU");
}

TEST_F(Detectors, tell_the_process_but_not_its_arguments) {
  surroundings_.pid = 7;
  surroundings_.executable_path = "/usr/bin/shop";
  surroundings_.owner = "www";
  EXPECT_EQ(text("process.pid"), "7");
  EXPECT_EQ(text("process.executable.name"), "shop");
  EXPECT_EQ(text("process.executable.path"), "/usr/bin/shop");
  EXPECT_EQ(text("process.owner"), "www");
  EXPECT_EQ(text("process.command_args"), "(none)");
  EXPECT_EQ(text("process.command_line"), "(none)");
}

TEST_F(Detectors, tell_the_pod_by_the_downward_apis_variables) {
  EXPECT_EQ(text("k8s.pod.name"), "(none)");
  variables_ = {{"POD_NAME", "shop-1"}, {"NODE_NAME", "n1"},    {"POD_NAMESPACE", "trade"},
                {"POD_UID", "u"},       {"POD_IP", "10.0.0.1"}, {"CONTAINER_NAME", "main"}};
  EXPECT_EQ(text("k8s.pod.name") + text("pod.name"), "shop-1shop-1");
  EXPECT_EQ(text("k8s.node.name") + text("node.name"), "n1n1");
  EXPECT_EQ(text("k8s.namespace.name"), "trade");
  EXPECT_EQ(text("k8s.pod.uid"), "u");
  EXPECT_EQ(text("k8s.pod.ip"), "10.0.0.1");
  EXPECT_EQ(text("k8s.container.name"), "(none)");  // it may be anybody's
  variables_["KUBERNETES_SERVICE_HOST"] = "10.0.0.2";
  EXPECT_EQ(text("k8s.container.name"), "main");
}

TEST(ContainerId, is_in_the_cgroups_of_version_1_and_2) {
  const std::string pod = "pod8c9f7b1e_5b1d_4b7e_9c2c_000000000000";
  for (const std::string& line :
       {"12:memory:/docker/" + kId, "11:cpu:/kubepods/burstable/" + pod + "/" + kId,
        "0::/system.slice/docker-" + kId + ".scope",
        "0::/kubepods.slice/kubepods-" + pod + ".slice/cri-containerd-" + kId + ".scope",
        "1:name=systemd:/kubepods-" + pod + ".slice:cri-containerd:" + kId,
        "0::/machine.slice/libpod-" + kId + ".scope", "0::/system.slice/crio-" + kId + ".scope"}) {
    EXPECT_EQ(container_id("13:pids:/\n" + line + "\n", ""), kId) << line;
  }
}

TEST(ContainerId, is_where_the_hosts_name_is_mounted_from_in_a_namespace_of_its_own) {
  const std::string docker = "700 690 8:1 /var/lib/docker/containers/" + kId +
                             "/hostname /etc/hostname rw,relatime - ext4 /dev/sda1 rw\n";
  const std::string podman = "700 690 0:23 /containers/overlay-containers/" + kId +
                             "/userdata/hosts /etc/hosts rw - tmpfs tmpfs rw\n";
  const std::string sandbox = "700 690 8:1 /var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/" + kId +
                              "/hostname /etc/hostname rw - ext4 /dev/sda1 rw\n";
  const std::string elsewhere = "700 690 8:1 /var/lib/docker/containers/" + kId + "/x /data rw - ext4 d rw\n";
  EXPECT_EQ(container_id("0::/\n", "1 2 0:1 / / rw - overlay overlay rw\n" + docker), kId);
  EXPECT_EQ(container_id("0::/\n", sandbox), "");
  EXPECT_EQ(container_id("0::/\n", elsewhere), "");
  EXPECT_EQ(container_id("0::/\n", podman), kId);
}

TEST(ContainerId, is_none_where_there_is_no_container) {
  EXPECT_EQ(container_id("", ""), "");
  EXPECT_EQ(container_id("0::/user.slice/user-1000.slice/session-2.scope\n", ""), "");
  EXPECT_EQ(container_id("0::/docker/" + kId.substr(1) + "\n0::/docker/" + kId + "0\n", ""), "");
  EXPECT_EQ(container_id("0::/docker/Z" + kId.substr(1), ""), "");
}

TEST(Detected, is_this_process) {
  const Surroundings surroundings = surroundings_of_process();
  EXPECT_EQ(surroundings.pid, getpid());
  EXPECT_TRUE(surroundings.executable_path.ends_with("/telemetry_test")) << surroundings.executable_path;
  EXPECT_FALSE(surroundings.host_name.empty());
  EXPECT_FALSE(surroundings.owner.empty());
  EXPECT_LE(surroundings.file("/proc/self/maps").size(), 65536U);
}

}  // namespace
}  // namespace container_kit::telemetry::config
