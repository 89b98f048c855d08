#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/propagation.h>

namespace container_kit::telemetry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Propagator kBaggage{PropagationFormat::kBaggage};

Baggage read(std::initializer_list<std::string> headers) {
  HeaderList list;
  for (const std::string& header : headers) list.add("baggage", header);
  return kBaggage.extract(list).baggage();
}

std::string write(const Context& context) {
  HeaderList list;
  kBaggage.inject(context, list);
  return std::string(list.get("baggage"));
}

BaggageMember member(std::string name, std::string value, std::string properties = {}) {
  return {std::move(name), std::move(value), std::move(properties)};
}

TEST(BaggageHeader, ReadsMembersInOrder) {
  EXPECT_THAT(
      read({"userId=alice,serverNode=DF%2028,isProduction=false"}),
      ElementsAre(member("userId", "alice"), member("serverNode", "DF 28"), member("isProduction", "false")));
  EXPECT_THAT(read({"userId = \t alice , x=1"}), ElementsAre(member("userId", "alice"), member("x", "1")));
  EXPECT_THAT(read({"a=1", "b=2"}), ElementsAre(member("a", "1"), member("b", "2")));
  EXPECT_THAT(read({"a=x=y=="}), ElementsAre(member("a", "x=y==")));
  EXPECT_THAT(read({"a="}), ElementsAre(member("a", "")));
}

TEST(BaggageHeader, DecodesValuesAndMendsWhatIsNoUtf8) {
  EXPECT_THAT(read({"a=%C3%A4%2c%3B"}), ElementsAre(member("a", "\xC3\xA4,;")));
  EXPECT_THAT(read({"a=%FFb"}), ElementsAre(member("a",
                                                   "\xEF\xBF\xBD"
                                                   "b")));
  EXPECT_THAT(read({"a=%,b=%4,c=%zz"}), ElementsAre(member("a", "%"), member("b", "%4"), member("c", "%zz")));
}

TEST(BaggageHeader, KeepsPropertiesAsTheyCame) {
  EXPECT_THAT(
      read({"key1=value1;property1;property2, key2 = value2, key3=value3; propertyKey=propertyValue"}),
      ElementsAre(member("key1", "value1", "property1;property2"), member("key2", "value2"),
                  member("key3", "value3", "propertyKey=propertyValue")));
}

TEST(BaggageHeader, SkipsMalformedMembersAlone) {
  EXPECT_THAT(read({"good=1,novalue,=2,two words=3,q\"=4,a=b c,a=\"x\",a=back\\slash,,last=5"}),
              ElementsAre(member("good", "1"), member("last", "5")));
  EXPECT_THAT(read({"a=1;b ad,b=2;=x,c=3;p=\x01,d=4"}), ElementsAre(member("d", "4")));
  EXPECT_THAT(read({"\xC3\xA4=1,a=\xC3\xA4,b=1"}), ElementsAre(member("b", "1")));
  EXPECT_THAT(read({"", ",,,", "="}), IsEmpty());
}

TEST(BaggageHeader, TheLastOfANameWins) {
  EXPECT_THAT(read({"a=1,b=2,a=3"}), ElementsAre(member("a", "3"), member("b", "2")));
}

std::string many(int count, std::size_t value_size) {
  std::string text;
  for (int index = 0; index < count; ++index) {
    if (index > 0) text += ',';
    text.append("k").append(std::to_string(index)).append("=").append(value_size, 'v');
  }
  return text;
}

TEST(BaggageHeader, Reads64MembersAnd8192Bytes) {
  EXPECT_EQ(read({many(64, 1)}).size(), 64U);
  EXPECT_EQ(read({many(65, 1)}).size(), 64U);
  const std::string full = "a=" + std::string(8190, 'v');
  EXPECT_THAT(read({full}), ElementsAre(member("a", std::string(8190, 'v'))));
  EXPECT_THAT(read({full + "v"}), IsEmpty());
  // Over all headers, and no member in part.
  EXPECT_THAT(read({"a=" + std::string(5000, 'v'), "b=1", "c=" + std::string(5000, 'v'), "d=1"}),
              ElementsAre(member("a", std::string(5000, 'v')), member("b", "1")));
}

TEST(BaggageHeader, WritesWhatItReads) {
  for (const std::string text : {"a=1", "a=1;p;q=2,b=x%20y", "a=%C3%A4%2C%3B%25%5C%22", "a=,b=x=y", "%a=1"}) {
    EXPECT_EQ(write(kBaggage.extract(HeaderList{{"baggage", text}})), text);
  }
}

TEST(BaggageHeader, LeavesOutWhatNoHeaderCanSay) {
  const Context context = Context()
                              .with_baggage("two words", "1")
                              .with_baggage("evil", "a\r\nX-Admin: 1")
                              .with_baggage("properties", "1", "bad\r\nX-Admin: 1")
                              .with_baggage("", "no name");
  EXPECT_EQ(write(context), "evil=a%0D%0AX-Admin:%201,properties=1");
  EXPECT_EQ(write(Context()), "");
}

TEST(BaggageHeader, WritesWithinTheLimits) {
  Context context;
  for (int index = 0; index < 70; ++index) context = context.with_baggage("k" + std::to_string(index), "v");
  EXPECT_EQ(read({write(context)}).size(), 64U);
  const Context large = Context()
                            .with_baggage("a", std::string(6000, 'v'))
                            .with_baggage("b", std::string(6000, 'v'))
                            .with_baggage("c", "1");
  EXPECT_EQ(write(large), "a=" + std::string(6000, 'v') + ",c=1");
}

TEST(BaggageHeader, CanBeLookedUpAndChangedInAContext) {
  const Context context = Context().with_baggage("a", "1").with_baggage("b", "2", "p").with_baggage("a", "3");
  EXPECT_EQ(context.baggage_value("a"), "3");
  EXPECT_EQ(context.baggage_value("c"), std::nullopt);
  EXPECT_THAT(context.without_baggage("a").baggage(), ElementsAre(member("b", "2", "p")));
  EXPECT_THAT(context.without_baggage("c").baggage(), ElementsAre(member("a", "3"), member("b", "2", "p")));
}

}  // namespace
}  // namespace container_kit::telemetry
