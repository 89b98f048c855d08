// The rules of W3C Trace Context Level 2, case by case: which headers go on with a trace, and which restart
// it.
#include <gtest/gtest.h>

#include <container_kit/telemetry/propagation.h>

namespace container_kit::telemetry {
namespace {

#define TRACE "12345678901234567890123456789012"
#define PARENT "1234567890123456"
#define VALID "00-" TRACE "-" PARENT "-01"

const Propagator kTraceContext{PropagationFormat::kTraceContext};

struct Case {
  const char* what;
  HeaderList headers;
  bool goes_on;
  const char* trace_state = "";
};

std::ostream& operator<<(std::ostream& out, const Case& one) {
  return out << one.what;
}

class TraceContext : public ::testing::TestWithParam<Case> {};

TEST_P(TraceContext, FollowsTheSpecification) {
  const Context context = kTraceContext.extract(GetParam().headers);
  EXPECT_EQ(context.has_span(), GetParam().goes_on);
  if (GetParam().goes_on) {
    EXPECT_EQ(context.span_context().trace_id.to_hex(), TRACE);
    EXPECT_EQ(context.span_context().span_id.to_hex(), PARENT);
    EXPECT_TRUE(context.span_context().is_remote);
  }
  EXPECT_EQ(context.trace_state(), GetParam().trace_state);
}

Case parent(const char* what, const char* header, bool goes_on = false) {
  return {what, {{"traceparent", header}}, goes_on};
}

INSTANTIATE_TEST_SUITE_P(
    Parent, TraceContext,
    ::testing::Values(
        Case{"no header at all", {}, false}, parent("a whole one", VALID, true),
        Case{"two of them", {{"traceparent", VALID}, {"traceparent", VALID}}, false},
        Case{"a dash in the name", {{"trace-parent", VALID}}, false},
        Case{"a dot in the name", {{"trace.parent", VALID}}, false},
        Case{"the name in other cases", {{"TrAcEpArEnT", VALID}}, true},
        Case{"the name in capitals", {{"TRACEPARENT", VALID}}, true},
        parent("version 00 and a dot", VALID "."), parent("version 00 and more", VALID "-more"),
        parent("a version to come", "cc-" TRACE "-" PARENT "-01", true),
        parent("a version to come, with more", "cc-" TRACE "-" PARENT "-01-what-the-future-has", true),
        parent("a version to come, with more after a dot", "cc-" TRACE "-" PARENT "-01.what"),
        parent("a version to come, too short", "cc-" TRACE "-" PARENT "-0"),
        parent("a version to come, and a zero trace id", "cc-00000000000000000000000000000000-" PARENT "-01"),
        parent("version ff", "ff-" TRACE "-" PARENT "-01"),
        parent("version ff and more", "ff-" TRACE "-" PARENT "-01-more"),
        parent("version .0", ".0-" TRACE "-" PARENT "-01"),
        parent("version 0.", "0.-" TRACE "-" PARENT "-01"),
        parent("a version in capitals", "CC-" TRACE "-" PARENT "-01"),
        parent("version of three digits", "000-" TRACE "-" PARENT "-01"),
        parent("version of four digits", "0000-" TRACE "-" PARENT "-01"),
        parent("version of one digit", "0-" TRACE "-" PARENT "-01"),
        parent("trace id zero", "00-00000000000000000000000000000000-" PARENT "-01"),
        parent("trace id with a dot first", "00-.2345678901234567890123456789012-" PARENT "-01"),
        parent("trace id with a dot last", "00-1234567890123456789012345678901.-" PARENT "-01"),
        parent("trace id too long", "00-" TRACE "3-" PARENT "-01"),
        parent("trace id too short", "00-1234567890123456789012345678901-" PARENT "-01"),
        parent("trace id in capitals", "00-ABCDEF78901234567890123456789012-" PARENT "-01"),
        parent("parent id zero", "00-" TRACE "-0000000000000000-01"),
        parent("parent id with a dot first", "00-" TRACE "-.234567890123456-01"),
        parent("parent id with a dot last", "00-" TRACE "-123456789012345.-01"),
        parent("parent id too long", "00-" TRACE "-" PARENT "7-01"),
        parent("parent id too short", "00-" TRACE "-123456789012345-01"),
        parent("flags with a dot first", "00-" TRACE "-" PARENT "-.0"),
        parent("flags with a dot last", "00-" TRACE "-" PARENT "-0."),
        parent("flags too long", "00-" TRACE "-" PARENT "-001"),
        parent("flags too short", "00-" TRACE "-" PARENT "-1"),
        parent("flags in capitals", "00-" TRACE "-" PARENT "-0A"),
        parent("other separators", "00_" TRACE "_" PARENT "_01"),
        parent("a character beyond ASCII",
               "00-\xC3\xA9"
               "345678901234567890123456789012-" PARENT "-01"),
        parent("a space before", " " VALID, true), parent("a tab before", "\t" VALID, true),
        parent("a space behind", VALID " ", true), parent("a tab behind", VALID "\t", true),
        parent("spaces around", "\t " VALID " \t", true), parent("two in one header", VALID "," VALID)));

Case state(const char* what, std::initializer_list<const char*> headers, const char* expected) {
  Case made{what, {{"traceparent", VALID}}, true, expected};
  for (const char* const header : headers) made.headers.add("tracestate", header);
  return made;
}

INSTANTIATE_TEST_SUITE_P(
    State, TraceContext,
    ::testing::Values(
        Case{"no traceparent", {{"tracestate", "foo=1,bar=2"}}, false},
        Case{"a malformed traceparent", {{"traceparent", "00-x"}, {"tracestate", "foo=1"}}, false},
        state("two members", {"foo=1,bar=2"}, "foo=1,bar=2"),
        Case{"a dash in the name", {{"traceparent", VALID}, {"trace-state", "foo=1"}}, true},
        Case{"the name in other cases", {{"traceparent", VALID}, {"TrAcEsTaTe", "foo=1"}}, true, "foo=1"},
        state("an empty one", {""}, ""), state("an empty one behind", {"foo=1", ""}, "foo=1"),
        state("an empty one before", {"", "foo=1"}, "foo=1"), state("only commas", {",, ,"}, ""),
        state("several headers", {"foo=1,bar=2", "rojo=1,congo=2", "baz=3"},
              "foo=1,bar=2,rojo=1,congo=2,baz=3"),
        state("a key twice", {"foo=1,foo=1"}, ""),
        state("a key twice with other values", {"foo=1,foo=2"}, ""),
        state("a key twice in two headers", {"foo=1", "foo=2"}, ""),
        state("a key that another begins with", {"foo=1,fo=2,foo1=3"}, "foo=1,fo=2,foo1=3"),
        state("all characters of a key", {"abcdefghijklmnopqrstuvwxyz0123456789_-*/@a-z0-9_-*/=1"},
              "abcdefghijklmnopqrstuvwxyz0123456789_-*/@a-z0-9_-*/=1"),
        state(
            "all characters of a value",
            {"a= "
             "!\"#$%&'()*+-./"
             "0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"},
            "a= "
            "!\"#$%&'()*+-./0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"),
        state("spaces between", {"foo=1 \t , \t bar=2, \t baz=3"}, "foo=1,bar=2,baz=3"),
        state("tabs between", {"foo=1\t \t,\t \tbar=2,\t \tbaz=3"}, "foo=1,bar=2,baz=3"),
        state("spaces around", {"\t foo=1 \t"}, "foo=1"), state("a space in a key", {"foo =1"}, ""),
        state("a key in capitals", {"FOO=1"}, ""), state("a dot in a key", {"foo.bar=1"}, ""),
        state("a key that begins with @", {"@foo=1,bar=2"}, ""), state("no key", {"=1"}, ""),
        state("no equals sign", {"foo"}, ""), state("two equals signs", {"foo=bar=baz"}, ""),
        state("no value", {"foo=,bar=3"}, ""), state("a control in a value", {"foo=\x01"}, ""),
        state("a character beyond ASCII", {"foo=\xC3\xA9"}, "")));

std::string members(int count) {
  std::string text;
  for (int index = 0; index < count; ++index) {
    if (index > 0) text += ',';
    text.append("bar").append(std::to_string(index)).append("=").append(std::to_string(index));
  }
  return text;
}

std::string trace_state_of(const std::string& header) {
  return std::string(
      kTraceContext.extract(HeaderList{{"traceparent", VALID}, {"tracestate", header}}).trace_state());
}

TEST(TraceState, HasAtMost32Members) {
  EXPECT_EQ(trace_state_of(members(32)), members(32));
  EXPECT_EQ(trace_state_of(members(33)), "");
}

TEST(TraceState, HasKeysAndValuesOfAtMost256Characters) {
  const std::string key = std::string(256, 'z') + "=1";
  const std::string value = "a=" + std::string(256, 'z');
  EXPECT_EQ(trace_state_of(key), key);
  EXPECT_EQ(trace_state_of('z' + key), "");
  EXPECT_EQ(trace_state_of(value), value);
  EXPECT_EQ(trace_state_of(value + 'z'), "");
}

TEST(TraceContextFlags, KeepsSampledAndRandomAndNoOther) {
  const auto flags_of = [](const std::string& header) {
    return kTraceContext.extract(HeaderList{{"traceparent", header}}).span_context().flags;
  };
  EXPECT_EQ(flags_of("00-" TRACE "-" PARENT "-00"), TraceFlags::kNone);
  EXPECT_EQ(flags_of("00-" TRACE "-" PARENT "-01"), TraceFlags::kSampled);
  EXPECT_EQ(flags_of("00-" TRACE "-" PARENT "-02"), TraceFlags::kRandom);
  EXPECT_EQ(flags_of("00-" TRACE "-" PARENT "-ff"), TraceFlags::kSampled | TraceFlags::kRandom);
  EXPECT_EQ(flags_of("00-" TRACE "-" PARENT "-fc"), TraceFlags::kNone);
}

// Whatever version came, ours goes on.
TEST(TraceContextInjection, WritesVersion00AndTheTraceState) {
  const Context context = kTraceContext.extract(
      HeaderList{{"traceparent", "cc-" TRACE "-" PARENT "-ff-more"}, {"tracestate", "a=1 , b=2"}});
  HeaderList headers{{"Traceparent", "what was there before"}};
  kTraceContext.inject(context, headers);
  EXPECT_EQ(headers.get("traceparent"), "00-" TRACE "-" PARENT "-03");
  EXPECT_EQ(headers.get("tracestate"), "a=1,b=2");
  EXPECT_EQ(headers.size(), 2U);
}

TEST(TraceContextInjection, WritesNothingWithoutASpan) {
  HeaderList headers;
  kTraceContext.inject(Context(), headers);
  EXPECT_EQ(headers.size(), 0U);
}

}  // namespace
}  // namespace container_kit::telemetry
