#include "config/resource.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <unistd.h>

namespace container_kit::telemetry::config {
namespace {

const AttributeValue& value_of(const std::vector<Attribute>& attributes, std::string_view key) {
  static const AttributeValue none;
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [key](const Attribute& attribute) { return attribute.key == key; });
  return found != attributes.end() ? found->value : none;
}

TEST(Resource, SaysWhoProducesTheTelemetry) {
  Config config;
  config.service_name = "shop";
  config.environment = "staging";
  const Resource resource(config);
  const std::vector<Attribute> attributes = resource.attributes();
  EXPECT_EQ(value_of(attributes, "service.name").as_string(), "shop");
  EXPECT_EQ(value_of(attributes, "deployment.environment.name").as_string(), "staging");
  ASSERT_EQ(value_of(attributes, "process.pid").type(), AttributeValue::Type::kInt);  // semantic conventions
  EXPECT_EQ(value_of(attributes, "process.pid").as_int(), getpid());
  EXPECT_EQ(value_of(attributes, "service.instance.id").as_string().size(), 36U);
}

TEST(Resource, IsTheSameInstanceForAllSignals) {
  const Resource resource{Config()};
  const std::string first(value_of(resource.attributes(), "service.instance.id").as_string());
  EXPECT_EQ(value_of(resource.attributes(), "service.instance.id").as_string(), first);
  const Resource another{Config()};
  EXPECT_NE(value_of(another.attributes(), "service.instance.id").as_string(), first);
}

TEST(Resource, LeavesWhatTheConfigurationSays) {
  Config config;
  config.service_name = "shop";
  config.resource_attributes = {{"host.name", "given"}, {"process.pid", "7"}, {"service.name", "no"}};
  const Resource resource(config);
  const std::vector<Attribute> attributes = resource.attributes();
  EXPECT_EQ(value_of(attributes, "host.name").as_string(), "given");
  EXPECT_EQ(value_of(attributes, "process.pid").as_string(), "7");
  EXPECT_EQ(value_of(attributes, "service.name").as_string(), "shop");
}

TEST(Resource, SaysWhereItRuns) {
  Config config;
  config.service_namespace = "trade";
  config.deployment_region = "us-west-2";
  config.deployment_zone = "us-west-2a";
  config.cluster_name = "prod-cluster";
  config.resource_attributes = {{"os.name", "mine"}, {"pod.name", "said"}};
  Surroundings surroundings;
  surroundings.variable = [](const char* name) {
    return std::string_view(name) == "POD_NAME" ? std::string("detected") : std::string();
  };
  surroundings.file = [](const std::string& path) {
    return path == "/etc/os-release" ? std::string("NAME=Debian\nVERSION_ID=12\n") : std::string();
  };
  const Resource resource(config, surroundings);
  const std::vector<Attribute> attributes = resource.attributes();
  EXPECT_EQ(value_of(attributes, "service.namespace").as_string(), "trade");
  EXPECT_EQ(value_of(attributes, "deployment.region").as_string(), "us-west-2");
  EXPECT_EQ(value_of(attributes, "deployment.zone").as_string(), "us-west-2a");
  EXPECT_EQ(value_of(attributes, "cluster.name").as_string(), "prod-cluster");
  EXPECT_EQ(value_of(attributes, "os.name").as_string(), "mine");
  EXPECT_EQ(value_of(attributes, "os.version").as_string(), "12");
  EXPECT_EQ(value_of(attributes, "pod.name").as_string(), "said");
  EXPECT_EQ(value_of(attributes, "k8s.pod.name").as_string(), "detected");
}

}  // namespace
}  // namespace container_kit::telemetry::config
