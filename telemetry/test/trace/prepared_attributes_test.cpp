#include "trace/prepared_attributes.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "privacy/filter.h"
#include "support/engine_fixture.h"

namespace container_kit::telemetry {
namespace {

class PreparedAttributesTest : public test::EngineFixture {
 protected:
  // A span that begins with the attributes, drawn; prepared, and as they come.
  std::string drawn(Attributes attributes, bool prepare, const std::string& name = "span") {
    const trace::PreparedAttributes prepared(attributes);
    SpanOptions options{.attributes = attributes};
    if (prepare && prepared.is_usable()) options.prepared = &prepared;
    Span span = tracer().start_span(name, options);
    span.set_attributes({{"tool.name", "another"}, {"late", 1}});
    span.end();
    return tree();
  }
};

TEST_F(PreparedAttributesTest, BeginASpanAsTheyWouldBeEncoded) {
  const std::array<Attribute, 4> attributes{Attribute{"tool.name", "analyze"}, Attribute{"number", 70'000},
                                            Attribute{"yes", true}, Attribute{"real", 0.5}};
  const std::string text = drawn(std::span<const Attribute>(attributes), true);
  EXPECT_EQ(text, "span number=70000 yes=true real=0.5 tool.name=another late=1\n");
  EXPECT_EQ(text, drawn(std::span<const Attribute>(attributes), false));
}

TEST_F(PreparedAttributesTest, KeepTheSpansLimits) {
  const std::array<Attribute, 2> attributes{Attribute{"tool.name", "analyze"},
                                            Attribute{"kind", "long enough"}};
  trace::EngineOptions few;
  few.limits.attributes = 1;
  start(few);
  EXPECT_EQ(drawn(std::span<const Attribute>(attributes), true),
            drawn(std::span<const Attribute>(attributes), false));
  trace::EngineOptions short_values;
  short_values.limits.value_bytes = 4;
  start(short_values);
  const std::string text = drawn(std::span<const Attribute>(attributes), true);
  EXPECT_NE(text.find("kind=long"), std::string::npos) << text;
  EXPECT_EQ(text.find("long enough"), std::string::npos) << text;
}

TEST_F(PreparedAttributesTest, FindNoRoomBehindALongNameAndAreEncoded) {
  const std::array<Attribute, 1> attributes{Attribute{"tool.name", "analyze"}};
  const std::string name(800, 'n');
  EXPECT_EQ(drawn(std::span<const Attribute>(attributes), true, name), name + " tool.name=another late=1\n");
}

TEST(PreparedAttributes, AreNotUsableWhereAFilterHasASayAndAreWhereItLooksInVain) {
  Config config;
  config.privacy.mode = PrivacyMode::kOn;
  const privacy::Filter filter(config);
  const auto is_usable = [&filter](const Attribute& attribute) {
    return trace::PreparedAttributes(std::span<const Attribute>(&attribute, 1), &filter).is_usable();
  };
  EXPECT_TRUE(is_usable({"tool.name", "analyze"}));
  EXPECT_TRUE(is_usable({"operation.type", "tool_execution"}));  // looked at closely
  EXPECT_TRUE(is_usable({"number", 7}));
  EXPECT_FALSE(is_usable({"password", "analyze"}));
  EXPECT_FALSE(is_usable({"tool.name", "of a@b.example"}));
  EXPECT_FALSE(is_usable({"number", 4'111'111'111'111'111}));
}

TEST(PreparedAttributes, AreNotUsableWhereTheyAreNotEverydays) {
  const std::string text(100, 'x');
  const std::array<Attribute, 1> too_long{Attribute{"key", text}};
  const std::array<Attribute, 1> not_ascii{Attribute{"key", "Grüße"}};
  const std::array<Attribute, 2> twice{Attribute{"key", 1}, Attribute{"key", 2}};
  std::array<Attribute, 20> many;
  many.fill({"key", "a text"});
  EXPECT_FALSE(trace::PreparedAttributes(std::span<const Attribute>(too_long)).is_usable());
  EXPECT_FALSE(trace::PreparedAttributes(std::span<const Attribute>(not_ascii)).is_usable());
  EXPECT_FALSE(trace::PreparedAttributes(std::span<const Attribute>(twice)).is_usable());
  EXPECT_FALSE(trace::PreparedAttributes(std::span<const Attribute>(many)).is_usable());
  EXPECT_FALSE(trace::PreparedAttributes({}).is_usable());
}

}  // namespace
}  // namespace container_kit::telemetry
