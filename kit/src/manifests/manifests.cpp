#include "manifests/manifests.h"

#include <algorithm>

#include "generate/safe_words.h"
#include "manifests/quantity.h"
#include "manifests/yaml.h"

namespace container_kit::kit::manifests {
namespace {

using Map = Yaml::Map;
using List = Yaml::List;

// What selects the pods; it must not change with a version.
Map selector(const Workload& workload) {
  return {{"app.kubernetes.io/name", workload.name}, {"app.kubernetes.io/instance", workload.name}};
}

// A label's value has at most 63 characters and no '+'; a digest is none.
std::string version_of(const std::string& image) {
  constexpr std::size_t kLongest = 63;
  const auto colon = image.rfind(':');
  const bool has_tag = image.find('@') == std::string::npos && colon != std::string::npos;
  const auto tag = has_tag ? image.substr(colon + 1) : std::string();
  return tag.size() <= kLongest && tag.find_first_of("/+") == std::string::npos ? tag : std::string();
}

Map labels(const Workload& workload) {
  auto all = selector(workload);
  if (const auto version = version_of(workload.image); !version.empty()) {
    all.emplace_back("app.kubernetes.io/version", version);
  }
  all.emplace_back("app.kubernetes.io/component", workload.port == 0 ? "worker" : "server");
  all.emplace_back("app.kubernetes.io/part-of", workload.name);
  all.emplace_back("app.kubernetes.io/managed-by", "kustomize");
  return all;
}

Yaml object(const Workload& workload, const char* version, const char* kind, Map members) {
  Map map{{"apiVersion", version},
          {"kind", kind},
          {"metadata", Map{{"name", workload.name}, {"labels", labels(workload)}}}};
  map.append(std::move(members));
  return map;
}

Map probe(const Workload& workload, int period, int failures) {
  Map check = workload.health_path.empty()
                  ? Map{{"tcpSocket", Map{{"port", "http"}}}}
                  : Map{{"httpGet", Map{{"path", workload.health_path}, {"port", "http"}}}};
  check.emplace_back("periodSeconds", period);
  check.emplace_back("timeoutSeconds", 3);
  check.emplace_back("failureThreshold", failures);
  return check;
}

// Starting may take a minute; after that, half a minute without an answer restarts, 15 s takes traffic away.
void add_probes(const Workload& workload, Map& container) {
  if (workload.port == 0) return;
  container.emplace_back("startupProbe", probe(workload, 2, 30));
  container.emplace_back("livenessProbe", probe(workload, 10, 3));
  container.emplace_back("readinessProbe", probe(workload, 5, 3));
}

Map resources(const Workload& workload) {
  constexpr std::int64_t kCpuFactor = 5;
  constexpr std::int64_t kMemoryFactor = 2;
  auto cpu = *cpu_of(workload.cpu);
  auto memory = *memory_of(workload.memory);
  Map requests{{"cpu", to_string(cpu)}, {"memory", to_string(memory)}};
  cpu.number *= kCpuFactor;
  memory.number *= kMemoryFactor;
  return {{"requests", std::move(requests)},
          {"limits", Map{{"cpu", to_string(cpu)}, {"memory", to_string(memory)}}}};
}

std::vector<std::string> writable_folders(const Workload& workload) {
  std::vector<std::string> folders{"/tmp"};
  folders.insert(folders.end(), workload.writable.begin(), workload.writable.end());
  return folders;
}

std::string volume_of(const std::string& folder) {
  return generate::label_of(folder);
}

Map container(const Workload& workload) {
  Map map{{"name", workload.name}, {"image", workload.image}, {"imagePullPolicy", "IfNotPresent"}};
  if (workload.port != 0) {
    map.emplace_back("ports",
                     List{Map{{"name", "http"}, {"containerPort", int{workload.port}}, {"protocol", "TCP"}}});
  }
  if (!workload.config.empty()) {
    map.emplace_back("envFrom", List{Map{{"configMapRef", Map{{"name", workload.name}}}}});
  }
  map.emplace_back("resources", resources(workload));
  add_probes(workload, map);
  map.emplace_back("securityContext", Map{{"allowPrivilegeEscalation", false},
                                          {"readOnlyRootFilesystem", true},
                                          {"capabilities", Map{{"drop", List{"ALL"}}}}});
  List mounts;
  for (const auto& folder : writable_folders(workload)) {
    mounts.emplace_back(Map{{"name", volume_of(folder)}, {"mountPath", folder}});
  }
  map.emplace_back("volumeMounts", std::move(mounts));
  return map;
}

Map pod(const Workload& workload) {
  List volumes;
  for (const auto& folder : writable_folders(workload)) {
    volumes.emplace_back(Map{{"name", volume_of(folder)}, {"emptyDir", Map{{"sizeLimit", "64Mi"}}}});
  }
  return {
      {"serviceAccountName", workload.name},
      {"automountServiceAccountToken", false},
      {"terminationGracePeriodSeconds", 30},
      {"securityContext", Map{{"runAsNonRoot", true},
                              {"runAsUser", workload.user},
                              {"runAsGroup", workload.user},
                              {"fsGroup", workload.user},
                              {"seccompProfile", Map{{"type", "RuntimeDefault"}}}}},
      {"topologySpreadConstraints", List{Map{{"maxSkew", 1},
                                             {"topologyKey", "kubernetes.io/hostname"},
                                             {"whenUnsatisfiable", "ScheduleAnyway"},
                                             {"labelSelector", Map{{"matchLabels", selector(workload)}}}}}},
      {"containers", List{container(workload)}},
      {"volumes", std::move(volumes)}};
}

// Without `replicas`: the HorizontalPodAutoscaler sets them, and applying this again must not set them back.
Yaml deployment(const Workload& workload) {
  return object(
      workload, "apps/v1", "Deployment",
      {{"spec",
        Map{{"revisionHistoryLimit", 3},
            {"selector", Map{{"matchLabels", selector(workload)}}},
            {"strategy",
             Map{{"type", "RollingUpdate"}, {"rollingUpdate", Map{{"maxSurge", 1}, {"maxUnavailable", 0}}}}},
            {"template", Map{{"metadata", Map{{"labels", labels(workload)}}}, {"spec", pod(workload)}}}}}});
}

Yaml service(const Workload& workload) {
  constexpr int kHttp = 80;
  return object(
      workload, "v1", "Service",
      {{"spec",
        Map{{"type", "ClusterIP"},
            {"selector", selector(workload)},
            {"ports",
             List{Map{{"name", "http"}, {"port", kHttp}, {"targetPort", "http"}, {"protocol", "TCP"}}}}}}});
}

Yaml ingress(const Workload& workload) {
  Map backend{{"service", Map{{"name", workload.name}, {"port", Map{{"name", "http"}}}}}};
  Map path{{"path", "/"}, {"pathType", "Prefix"}, {"backend", std::move(backend)}};
  return object(
      workload, "networking.k8s.io/v1", "Ingress",
      {{"spec",
        Map{{"tls", List{Map{{"hosts", List{workload.host}}, {"secretName", workload.name + "-tls"}}}},
            {"rules",
             List{Map{{"host", workload.host}, {"http", Map{{"paths", List{std::move(path)}}}}}}}}}});
}

Yaml config_map(const Workload& workload) {
  Map data;
  for (const auto& [name, value] : workload.config) data.emplace_back(name, value);
  return object(workload, "v1", "ConfigMap", {{"data", std::move(data)}});
}

Yaml service_account(const Workload& workload) {
  return object(workload, "v1", "ServiceAccount", {{"automountServiceAccountToken", false}});
}

Yaml autoscaler(const Workload& workload) {
  constexpr int kPercent = 75;
  Map target{{"type", "Utilization"}, {"averageUtilization", kPercent}};
  return object(
      workload, "autoscaling/v2", "HorizontalPodAutoscaler",
      {{"spec",
        Map{{"scaleTargetRef",
             Map{{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", workload.name}}},
            {"minReplicas", workload.replicas},
            {"maxReplicas", workload.max_replicas},
            {"metrics", List{Map{{"type", "Resource"},
                                 {"resource", Map{{"name", "cpu"}, {"target", std::move(target)}}}}}}}}});
}

Yaml disruption_budget(const Workload& workload) {
  return object(
      workload, "policy/v1", "PodDisruptionBudget",
      {{"spec", Map{{"maxUnavailable", 1}, {"selector", Map{{"matchLabels", selector(workload)}}}}}});
}

// Only the port is let in. What goes out is not limited: it is not known what the program calls.
Yaml network_policy(const Workload& workload) {
  List in;
  if (workload.port != 0) in.emplace_back(Map{{"ports", List{Map{{"protocol", "TCP"}, {"port", "http"}}}}});
  return object(workload, "networking.k8s.io/v1", "NetworkPolicy",
                {{"spec", Map{{"podSelector", Map{{"matchLabels", selector(workload)}}},
                              {"policyTypes", List{"Ingress"}},
                              {"ingress", std::move(in)}}}});
}

Yaml kustomization(const Workload& workload, const std::vector<Manifest>& manifests) {
  Map map{{"apiVersion", "kustomize.config.k8s.io/v1beta1"}, {"kind", "Kustomization"}};
  if (!workload.space.empty()) map.emplace_back("namespace", workload.space);
  List files;
  for (const auto& manifest : manifests) files.emplace_back(manifest.file);
  map.emplace_back("resources", std::move(files));
  return map;
}

}  // namespace

std::vector<Manifest> make_manifests(const Workload& workload) {
  std::vector<Manifest> manifests;
  const auto add = [&](const char* file, const Yaml& document) {
    manifests.push_back({file, to_yaml(document)});
  };
  if (!workload.config.empty()) add("configmap.yaml", config_map(workload));
  add("deployment.yaml", deployment(workload));
  add("horizontalpodautoscaler.yaml", autoscaler(workload));
  if (!workload.host.empty()) add("ingress.yaml", ingress(workload));
  add("networkpolicy.yaml", network_policy(workload));
  add("poddisruptionbudget.yaml", disruption_budget(workload));
  if (workload.port != 0) add("service.yaml", service(workload));
  add("serviceaccount.yaml", service_account(workload));
  add("kustomization.yaml", kustomization(workload, manifests));
  std::sort(manifests.begin(), manifests.end(),
            [](const Manifest& a, const Manifest& b) { return a.file < b.file; });
  return manifests;
}

}  // namespace container_kit::kit::manifests
