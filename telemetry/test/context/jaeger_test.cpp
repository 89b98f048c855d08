#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/propagation.h>

namespace container_kit::telemetry {
namespace {

using ::testing::ElementsAre;

#define TRACE "80f198ee56343ba864fe8b2a57d3eff7"
#define SPAN "e457b5a2e4d86bd1"

const Propagator kJaeger{PropagationFormat::kJaeger};

Context read(const std::string& header) {
  return kJaeger.extract(HeaderList{{"uber-trace-id", header}});
}

TEST(Jaeger, ReadsIdsAndFlags) {
  const Context context = read(TRACE ":" SPAN ":0:1");
  EXPECT_EQ(context.span_context().trace_id.to_hex(), TRACE);
  EXPECT_EQ(context.span_context().span_id.to_hex(), SPAN);
  EXPECT_TRUE(context.span_context().is_sampled());
  EXPECT_TRUE(context.span_context().is_remote);
  EXPECT_FALSE(read(TRACE ":" SPAN ":0:0").span_context().is_sampled());
  EXPECT_FALSE(read(TRACE ":" SPAN ":0:4").span_context().is_sampled());
  EXPECT_TRUE(read(TRACE ":" SPAN ":0:3").is_debug());
  EXPECT_TRUE(read(TRACE ":" SPAN ":0:2").span_context().is_sampled());
  EXPECT_TRUE(read(TRACE ":" SPAN "::01").span_context().is_sampled());
}

TEST(Jaeger, ReadsEncodedColonsCapitalsAndIdsWithoutTheirZeros) {
  EXPECT_EQ(read("80F198EE56343BA864FE8B2A57D3EFF7%3A" SPAN "%3A0%3A1").span_context().trace_id.to_hex(),
            TRACE);
  const Context context = read("f1:2:0:1");
  EXPECT_EQ(context.span_context().trace_id.to_hex(), "000000000000000000000000000000f1");
  EXPECT_EQ(context.span_context().span_id.to_hex(), "0000000000000002");
}

TEST(Jaeger, RestartsOnWhatIsMalformed) {
  for (const char* const header :
       {"", ":", ":::", TRACE, TRACE ":" SPAN, TRACE ":" SPAN ":0", TRACE ":" SPAN ":0:",
        TRACE ":" SPAN ":0:x", TRACE ":" SPAN ":0:001", TRACE ":" SPAN ":0:1:1", TRACE ":" SPAN ":x:1",
        TRACE "0:" SPAN ":0:1", TRACE ":" SPAN "0:0:1", "0:" SPAN ":0:1", TRACE ":0:0:1", "g:" SPAN ":0:1"}) {
    EXPECT_FALSE(read(header).has_span()) << header;
  }
}

TEST(Jaeger, WritesWhatItReads) {
  for (const char* const header : {TRACE ":" SPAN ":0:1", TRACE ":" SPAN ":0:0", TRACE ":" SPAN ":0:3"}) {
    HeaderList written;
    kJaeger.inject(read(header), written);
    EXPECT_EQ(written.get("uber-trace-id"), header);
  }
}

TEST(Jaeger, CarriesBaggageInHeadersOfItsOwn) {
  const Context context = kJaeger.extract(
      HeaderList{{"Uberctx-User", "al%20ice"}, {"uberctx-", "no name"}, {"other", "x"}, {"uberctx-b", "2"}});
  EXPECT_THAT(context.baggage(), ElementsAre(BaggageMember{"user", "al ice"}, BaggageMember{"b", "2"}));
  HeaderList written;
  kJaeger.inject(context.with_baggage("bad name", "1").with_baggage("x\r\ny", "1"), written);
  EXPECT_EQ(written.get("uberctx-user"), "al%20ice");
  EXPECT_EQ(written.get("uberctx-b"), "2");
  EXPECT_EQ(written.size(), 2U);
}

}  // namespace
}  // namespace container_kit::telemetry
