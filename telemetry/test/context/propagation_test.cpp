#include <gtest/gtest.h>

#include <container_kit/telemetry/propagation.h>

namespace container_kit::telemetry {
namespace {

constexpr std::string_view kParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(Propagation, ContinuesATraceAndWritesItBack) {
  const Context context = extract_trace_context(kParent, "vendor=a, other=b");
  ASSERT_TRUE(context.has_span());
  EXPECT_EQ(context.span_context().trace_id.to_hex(), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(context.span_context().span_id.to_hex(), "00f067aa0ba902b7");
  EXPECT_TRUE(context.span_context().is_sampled());
  EXPECT_TRUE(context.span_context().is_remote);
  EXPECT_EQ(context.trace_state(), "vendor=a,other=b");
  const TraceParentText text = format_traceparent(context.span_context());
  EXPECT_EQ(std::string_view(text.data(), text.size()), kParent);
}

struct Malformed {
  const char* what;
  const char* header;
};

class MalformedTraceparent : public ::testing::TestWithParam<Malformed> {};

TEST_P(MalformedTraceparent, RestartsTheTrace) {
  EXPECT_FALSE(extract_trace_context(GetParam().header, "vendor=a").has_span());
}

INSTANTIATE_TEST_SUITE_P(
    Propagation, MalformedTraceparent,
    ::testing::Values(
        Malformed{"empty", ""}, Malformed{"short", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0"},
        Malformed{"long for version 00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x"},
        Malformed{"version ff", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
        Malformed{"version not hexadecimal", "0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
        Malformed{"upper case", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"},
        Malformed{"trace id zero", "00-00000000000000000000000000000000-00f067aa0ba902b7-01"},
        Malformed{"span id zero", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"},
        Malformed{"flags not hexadecimal", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x"},
        Malformed{"separators", "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01"}));

TEST(Propagation, AcceptsALaterVersionThatAddsFields) {
  const Context context =
      extract_trace_context("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more");
  EXPECT_TRUE(context.has_span());
  EXPECT_FALSE(
      extract_trace_context("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more").has_span());
}

TEST(Propagation, KeepsOnlyTheFlagsThatItKnows) {
  const Context context = extract_trace_context("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff");
  EXPECT_EQ(context.span_context().flags, TraceFlags::kSampled | TraceFlags::kRandom);
}

TEST(Propagation, DropsAMalformedTracestateByItself) {
  std::string too_many = "a0=1";
  for (int index = 1; index < 33; ++index) too_many += ",a" + std::to_string(index) + "=1";
  for (const std::string& state :
       {std::string("Upper=1"), std::string("a=1,a=2"), std::string("novalue"), too_many}) {
    const Context context = extract_trace_context(kParent, state);
    EXPECT_TRUE(context.has_span());
    EXPECT_EQ(context.trace_state(), "") << state;
  }
}

}  // namespace
}  // namespace container_kit::telemetry
