#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/from_environment.h"

namespace container_kit::telemetry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Format = PropagationFormat;

Config from(const std::string& propagators) {
  return config::from_environment(
      [&](const char* name) { return std::string_view(name) == "OTEL_PROPAGATORS" ? propagators : ""; });
}

TEST(Propagators, AreTraceContextAndBaggageUnlessSaidOtherwise) {
  EXPECT_THAT(from("").propagators, ElementsAre(Format::kTraceContext, Format::kBaggage));
}

TEST(Propagators, AreReadInOrderAndOnce) {
  const Config config = from("b3multi, jaeger,B3,b3,baggage,tracecontext");
  EXPECT_THAT(config.propagators, ElementsAre(Format::kB3Multi, Format::kJaeger, Format::kB3,
                                              Format::kBaggage, Format::kTraceContext));
  EXPECT_THAT(config.warnings, IsEmpty());
}

TEST(Propagators, NoneIsNone) {
  EXPECT_THAT(from("none").propagators, IsEmpty());
  EXPECT_THAT(from("none").warnings, IsEmpty());
}

TEST(Propagators, WhatIsUnknownWarnsAndIsIgnored) {
  const Config config = from("b3,xray");
  EXPECT_THAT(config.propagators, ElementsAre(Format::kB3));
  EXPECT_THAT(config.warnings, ElementsAre(HasSubstr("OTEL_PROPAGATORS: \"xray\"")));
  EXPECT_TRUE(config.validate());
  EXPECT_THAT(from("xray").propagators, ElementsAre(Format::kTraceContext, Format::kBaggage));
  EXPECT_THAT(from("none,b3").propagators, ElementsAre(Format::kB3));
  EXPECT_THAT(from("none,b3").warnings, ElementsAre(HasSubstr("none by itself")));
}

}  // namespace
}  // namespace container_kit::telemetry
