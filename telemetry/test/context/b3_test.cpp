#include <gtest/gtest.h>

#include <container_kit/telemetry/propagation.h>

namespace container_kit::telemetry {
namespace {

#define TRACE "80f198ee56343ba864fe8b2a57d3eff7"
#define SPAN "e457b5a2e4d86bd1"
#define PARENT "05e3ac9a4f6e3b90"

const Propagator kSingle{PropagationFormat::kB3};
const Propagator kMulti{PropagationFormat::kB3Multi};

Context single(const std::string& header) {
  return kSingle.extract(HeaderList{{"b3", header}});
}

TEST(B3, ReadsTheSingleHeader) {
  for (const char* const header : {TRACE "-" SPAN "-1", TRACE "-" SPAN "-1-" PARENT, TRACE "-" SPAN "-d"}) {
    const Context context = single(header);
    EXPECT_EQ(context.span_context().trace_id.to_hex(), TRACE) << header;
    EXPECT_EQ(context.span_context().span_id.to_hex(), SPAN) << header;
    EXPECT_EQ(context.span_context().flags, TraceFlags::kSampled) << header;
    EXPECT_TRUE(context.span_context().is_remote);
  }
  EXPECT_TRUE(single(TRACE "-" SPAN "-d").is_debug());
  EXPECT_FALSE(single(TRACE "-" SPAN "-1").is_debug());
  EXPECT_FALSE(single(TRACE "-" SPAN "-0").span_context().is_sampled());
  EXPECT_FALSE(single(TRACE "-" SPAN).span_context().is_sampled());
  EXPECT_TRUE(single(TRACE "-" SPAN).has_span());
}

TEST(B3, FillsUpAShortTraceId) {
  EXPECT_EQ(single("64fe8b2a57d3eff7-" SPAN "-1").span_context().trace_id.to_hex(),
            "000000000000000064fe8b2a57d3eff7");
}

TEST(B3, RestartsOnWhatIsMalformed) {
  for (const char* const header :
       {"", "0", "1", "d", "-", TRACE, TRACE "-", TRACE "-" SPAN "-2", TRACE "-" SPAN "-true",
        TRACE "-" SPAN "-1-xyz", TRACE "-" SPAN "-1-" PARENT "-more", TRACE "0-" SPAN "-1",
        "80F198EE56343BA864FE8B2A57D3EFF7-" SPAN "-1", "00000000000000000000000000000000-" SPAN "-1",
        TRACE "-0000000000000000-1", TRACE "_" SPAN "_1", TRACE "-" SPAN "1"}) {
    EXPECT_FALSE(single(header).has_span()) << header;
  }
}

HeaderList multi(const std::string& sampled, const std::string& flags = {}) {
  return {{"x-b3-traceid", TRACE},
          {"X-B3-SpanId", SPAN},
          {"X-B3-ParentSpanId", PARENT},
          {"X-B3-Sampled", sampled},
          {"X-B3-Flags", flags}};
}

TEST(B3, ReadsOneHeaderAField) {
  for (const char* const sampled : {"1", "true"}) {
    const Context context = kMulti.extract(multi(sampled));
    EXPECT_EQ(context.span_context().trace_id.to_hex(), TRACE);
    EXPECT_EQ(context.span_context().span_id.to_hex(), SPAN);
    EXPECT_TRUE(context.span_context().is_sampled());
  }
  for (const char* const sampled : {"0", "false", ""}) {
    EXPECT_TRUE(kMulti.extract(multi(sampled)).has_span());
    EXPECT_FALSE(kMulti.extract(multi(sampled)).span_context().is_sampled());
  }
  EXPECT_FALSE(kMulti.extract(multi("yes")).has_span());
  EXPECT_TRUE(kMulti.extract(multi("0", "1")).is_debug());
  EXPECT_TRUE(kMulti.extract(multi("0", "1")).span_context().is_sampled());
  EXPECT_FALSE(kMulti.extract(HeaderList{{"X-B3-TraceId", TRACE}}).has_span());
}

TEST(B3, EachFormReadsBothAndTheSingleHeaderFirst) {
  HeaderList headers = multi("1");
  EXPECT_EQ(kSingle.extract(headers).span_context().span_id.to_hex(), SPAN);
  headers.add("b3", TRACE "-" PARENT "-1");
  EXPECT_EQ(kMulti.extract(headers).span_context().span_id.to_hex(), PARENT);
}

TEST(B3, WritesTheSingleHeader) {
  for (const char* const header : {TRACE "-" SPAN "-1", TRACE "-" SPAN "-0", TRACE "-" SPAN "-d"}) {
    HeaderList written;
    kSingle.inject(single(header), written);
    EXPECT_EQ(written.get("b3"), header);
    EXPECT_EQ(written.size(), 1U);
  }
}

TEST(B3, WritesOneHeaderAField) {
  HeaderList written;
  kMulti.inject(single(TRACE "-" SPAN "-1-" PARENT), written);
  EXPECT_EQ(written.get("x-b3-traceid"), TRACE);
  EXPECT_EQ(written.get("x-b3-spanid"), SPAN);
  EXPECT_EQ(written.get("x-b3-sampled"), "1");
  EXPECT_EQ(written.size(), 3U);  // the parent's id is not handed on
  HeaderList debug;
  kMulti.inject(single(TRACE "-" SPAN "-d"), debug);
  EXPECT_EQ(debug.get("x-b3-flags"), "1");
  EXPECT_EQ(debug.size(), 3U);
}

}  // namespace
}  // namespace container_kit::telemetry
