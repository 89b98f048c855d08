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

}  // namespace
}  // namespace container_kit::telemetry::config
