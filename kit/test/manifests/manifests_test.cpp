#include "manifests/manifests.h"

#include <set>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "manifests/quantity.h"

namespace container_kit::kit::manifests {
namespace {

Workload shop() {
  Workload workload;
  workload.name = "shop";
  workload.image = "r.example.org/shop:1.2.0";
  workload.space = "trade";
  workload.host = "shop.example.org";
  workload.port = 3000;
  workload.config = {{"MODE", "yes"}, {"TEXT", "a: b\n---\nkind: Evil"}};
  return workload;
}

YAML::Node document(const std::vector<Manifest>& manifests, const std::string& file) {
  for (const auto& manifest : manifests) {
    if (manifest.file == file) return YAML::Load(manifest.text);
  }
  ADD_FAILURE() << "no " << file;
  return {};
}

std::string field_of(const Workload& workload) {
  const auto error = check(workload);
  return error ? error->field : "";
}

TEST(Manifests, AreListedInTheKustomization) {
  const auto manifests = make_manifests(shop());
  std::set<std::string> files;
  for (const auto& manifest : manifests) files.insert(manifest.file);
  EXPECT_EQ(files.size(), 9U);
  const auto kustomization = document(manifests, "kustomization.yaml");
  EXPECT_EQ(kustomization["namespace"].as<std::string>(), "trade");
  EXPECT_EQ(kustomization["resources"].size(), files.size() - 1);
  for (const auto& file : kustomization["resources"]) EXPECT_TRUE(files.contains(file.as<std::string>()));
}

TEST(Manifests, PodsMeetTheRestrictedProfile) {
  const auto pod = document(make_manifests(shop()), "deployment.yaml")["spec"]["template"]["spec"];
  EXPECT_FALSE(pod["automountServiceAccountToken"].as<bool>());
  EXPECT_TRUE(pod["securityContext"]["runAsNonRoot"].as<bool>());
  EXPECT_GT(pod["securityContext"]["runAsUser"].as<int>(), 0);
  EXPECT_EQ(pod["securityContext"]["seccompProfile"]["type"].as<std::string>(), "RuntimeDefault");
  const auto container = pod["containers"][0];
  EXPECT_FALSE(container["securityContext"]["allowPrivilegeEscalation"].as<bool>());
  EXPECT_TRUE(container["securityContext"]["readOnlyRootFilesystem"].as<bool>());
  EXPECT_EQ(container["securityContext"]["capabilities"]["drop"][0].as<std::string>(), "ALL");
  EXPECT_EQ(container["resources"]["limits"]["memory"].as<std::string>(), "256Mi");
  for (const auto* probe : {"startupProbe", "livenessProbe", "readinessProbe"}) {
    EXPECT_EQ(container[probe]["tcpSocket"]["port"].as<std::string>(), "http") << probe;
  }
}

TEST(Manifests, SelectorsDoNotChangeWithTheVersion) {
  auto newer = shop();
  newer.image = "r.example.org/shop:2.0.0";
  const auto selector = [](const Workload& workload) {
    return YAML::Dump(document(make_manifests(workload), "deployment.yaml")["spec"]["selector"]);
  };
  EXPECT_EQ(selector(shop()), selector(newer));
}

TEST(Manifests, ValuesOfTheConfigMapAreStrings) {
  const auto data = document(make_manifests(shop()), "configmap.yaml")["data"];
  EXPECT_EQ(data.size(), 2U);
  EXPECT_EQ(data["MODE"].Tag(), "!");  // quoted
  EXPECT_EQ(data["TEXT"].as<std::string>(), "a: b\n---\nkind: Evil");
}

TEST(Manifests, AProgramThatListensOnNothingHasNoServiceAndNoProbes) {
  auto worker = shop();
  worker.port = 0;
  worker.host = "";
  const auto manifests = make_manifests(worker);
  for (const auto& manifest : manifests) EXPECT_NE(manifest.file, "service.yaml");
  const auto container = document(manifests, "deployment.yaml")["spec"]["template"]["spec"]["containers"][0];
  EXPECT_FALSE(container["livenessProbe"]);
  EXPECT_FALSE(container["ports"]);
}

TEST(Manifests, ProbesAskThePathThatIsGiven) {
  auto workload = shop();
  workload.health_path = "/health";
  const auto container =
      document(make_manifests(workload), "deployment.yaml")["spec"]["template"]["spec"]["containers"][0];
  EXPECT_EQ(container["readinessProbe"]["httpGet"]["path"].as<std::string>(), "/health");
}

TEST(Manifests, WrongValuesAreNamed) {
  EXPECT_EQ(field_of(shop()), "");
  const auto with = [](auto Workload::*member, auto value) {
    auto workload = shop();
    workload.*member = value;
    return field_of(workload);
  };
  for (const std::string name : {"", "Shop", "a_b", "-a", "a\nb", "a: b"})
    EXPECT_EQ(with(&Workload::name, name), "name");
  for (const std::string image : {"", "a b:1", "shop", "shop:latest", "r:5000/shop", "a:1\n"}) {
    EXPECT_EQ(with(&Workload::image, image), "image") << image;
  }
  EXPECT_EQ(with(&Workload::space, std::string("A")), "namespace");
  for (const std::string host : {"a b", "a..b", "-a.b", "a.b\nc", "*.b"})
    EXPECT_EQ(with(&Workload::host, host), "host");
  EXPECT_EQ(with(&Workload::port, std::uint16_t{0}), "host");
  EXPECT_EQ(with(&Workload::health_path, std::string("health")), "health_path");
  EXPECT_EQ(with(&Workload::cpu, std::string("1x")), "cpu");
  EXPECT_EQ(with(&Workload::memory, std::string("128")), "memory");
  EXPECT_EQ(with(&Workload::max_replicas, std::int64_t{1}), "max_replicas");
  EXPECT_EQ(with(&Workload::config, decltype(Workload::config){{"A B", "x"}}), "env");
}

TEST(Manifests, Quantities) {
  EXPECT_EQ(to_string(*cpu_of("250m")), "250m");
  EXPECT_EQ(to_string(*memory_of("1Gi")), "1Gi");
  for (const auto* text : {"", "0", "-1", "1.5", "1 m", "m", "99999999999999999999"})
    EXPECT_FALSE(cpu_of(text)) << text;
}

}  // namespace
}  // namespace container_kit::kit::manifests
