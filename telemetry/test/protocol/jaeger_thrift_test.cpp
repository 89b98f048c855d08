// Jaeger batches, read back by readers that are not ours: one that knows no struct, and Apache Thrift's.
#include "protocol/jaeger_thrift.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <unistd.h>

#include "support/otlp_sample.h"
#include "support/thrift_tree.h"

namespace container_kit::telemetry::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "key=type value" of each tag, by jaeger.thrift's Tag: 1 key, 2 vType, 3 vStr, 4 vDouble, 5 vBool, 6 vLong,
// 7 vBinary. A tag has one value, the one its type says.
std::vector<std::string> tags_of(const ThriftTree& list) {
  static constexpr int kValueField[] = {3, 4, 5, 6, 7};
  static constexpr const char* kNames[] = {"text", "double", "bool", "long", "binary"};
  std::vector<std::string> out;
  for (const ThriftTree& tag : list.items) {
    const auto type = static_cast<std::size_t>(tag[2].number);
    EXPECT_EQ(tag.fields.size(), 3U) << tag[1].text;
    const ThriftTree& value = tag[kValueField[type]];
    const std::string number = value.type == 4    ? std::to_string(value.real)
                               : value.type == 11 ? value.text
                                                  : std::to_string(value.number);
    out.push_back(tag[1].text + "=" + kNames[type] + " " + number);
  }
  return out;
}

ThriftTree jaeger(const OtlpBatch& batch) {
  return read_thrift(batch.encode(protocol::append_jaeger_batch));
}

// The only span of a batch that has nothing else.
ThriftTree jaeger(const proto::Span& span) {
  OtlpBatch batch;
  batch.spans.push_back(span.SerializeAsString());
  return jaeger(batch)[2].items.at(0);
}

std::string hex(const std::string& bytes) {
  ThriftTree text;
  text.type = 11;
  text.text = bytes;
  return draw(text);
}

TEST(JaegerThrift, WritesOneSpanByteForByte) {
  OtlpBatch batch;
  set(*batch.resource.add_attributes(), "service.name", "kit");
  proto::Span span = minimal_span();
  span.set_flags(1);
  batch.spans.push_back(span.SerializeAsString());
  EXPECT_EQ(hex(batch.encode(protocol::append_jaeger_batch)),
            "string "
            "0c0001"  // Batch.process, a struct
            "0b0001"
            "00000003"
            "6b6974"  // serviceName "kit"
            "0f0002"
            "0c"
            "00000000"  // tags, a list of no structs
            "00"        // the process ends
            "0f0002"
            "0c"
            "00000001"  // Batch.spans, a list of one struct
            "0a0001"
            "f1f2f3f4f5f6f7f8"  // traceIdLow
            "0a0002"
            "0102030405060708"  // traceIdHigh
            "0a0003"
            "a1a2a3a4a5a6a7a8"  // spanId
            "0a0004"
            "0000000000000000"  // parentSpanId
            "0b0005"
            "00000002"
            "6162"  // operationName "ab"
            "080007"
            "00000001"  // flags: sampled
            "0a0008"
            "000000e8d4a5107b"  // startTime: 1,000,000,000,123 us
            "0a0009"
            "0000000000000929"  // duration: 2,345 us
            "0f000a"
            "0c"
            "00000000"  // tags
            "00"        // the span ends
            "00");      // the batch ends
}

TEST(JaegerThrift, MapsTheResourceToTheProcess) {
  const ThriftTree process = jaeger(full_batch())[1];
  EXPECT_EQ(process[1].text, "kit");
  EXPECT_THAT(tags_of(process[2]), ElementsAre("host.name=text h1", "otel.dropped_attributes_count=long 5"));
  EXPECT_EQ(jaeger(OtlpBatch())[1][1].text, "unknown_service");
}

TEST(JaegerThrift, MapsEveryFieldOfASpan) {
  const ThriftTree span = jaeger(full_batch())[2].items.at(0);
  EXPECT_EQ(span[4].number, static_cast<std::int64_t>(0xB1B2B3B4B5B6B7B8));
  EXPECT_EQ(span[7].number, 1);
  const std::string text = "text=text a \"quoted\" \\ line\n\x01 \xC3\xA9\xF0\x9F\x99\x82";
  EXPECT_THAT(
      tags_of(span[10]),
      ElementsAre("otel.scope.name=text scope.a", "otel.scope.version=text 1.2",
                  "otel.library.name=text scope.a", "otel.library.version=text 1.2", "scope.attribute=text s",
                  text, "yes=bool 1", "no=bool 0", "least=long -9223372036854775808",
                  "most=long 9223372036854775807", "real=double 0.100000", "nan=double nan",
                  "infinite=double -inf", std::string("bytes=binary \0\xFF\x10\x20", 17), "nothing=text ",
                  R"(array=text ["x\"y",-7,2.5,true,null,"YW55"])",
                  R"(map=text {"inner":"text","list":["Infinity"]})", "span.kind=text client",
                  "w3c.tracestate=text a=1,b=2", "otel.status_code=text ERROR", "error=bool 1",
                  "otel.status_description=text it broke", "otel.dropped_attributes_count=long 1",
                  "otel.dropped_events_count=long 2", "otel.dropped_links_count=long 3"));
}

TEST(JaegerThrift, MapsLinksToReferencesThatFollow) {
  const ThriftTree span = jaeger(full_span());
  ASSERT_EQ(span[6].items.size(), 1U);
  const ThriftTree& reference = span[6].items[0];
  EXPECT_EQ(reference[1].number, 1);
  EXPECT_EQ(reference[2].number, 0x494A4B4C4D4E4F50);  // "IJKLMNOP"
  EXPECT_EQ(reference[3].number, 0x4142434445464748);  // "ABCDEFGH"
  EXPECT_EQ(reference[4].number, 0x3132333435363738);  // "12345678"
}

TEST(JaegerThrift, MapsEventsToLogs) {
  const ThriftTree logs = jaeger(full_span())[11];
  ASSERT_EQ(logs.items.size(), 2U);
  EXPECT_EQ(logs.items[0][1].number, 1'000'000'000'500);
  EXPECT_THAT(tags_of(logs.items[0][2]), ElementsAre("event=text cache.miss", "cache.key=text a\"b",
                                                     "size=long 42", "otel.dropped_attributes_count=long 3"));
  EXPECT_THAT(tags_of(logs.items[1][2]), ElementsAre("event=text done"));
}

TEST(JaegerThrift, LetsAnAttributeNamedEventReplaceTheName) {
  proto::Span span = minimal_span();
  auto* const event = span.add_events();
  event->set_name("name");
  set(*event->add_attributes(), "event", "own");
  EXPECT_THAT(tags_of(jaeger(span)[11].items.at(0)[2]), ElementsAre("event=text own"));
}

TEST(JaegerThrift, HasNoTagForWhatIsUnset) {
  proto::Span span = minimal_span();
  span.set_kind(proto::Span::SPAN_KIND_INTERNAL);
  EXPECT_THAT(tags_of(jaeger(span)[10]), IsEmpty());
  span.mutable_status()->set_code(proto::Status::STATUS_CODE_OK);
  EXPECT_THAT(tags_of(jaeger(span)[10]), ElementsAre("otel.status_code=text OK"));
}

TEST(JaegerThrift, HasNoNegativeDuration) {
  proto::Span span = minimal_span();
  span.set_end_time_unix_nano(5);
  EXPECT_EQ(jaeger(span)[9].number, 0);
}

TEST(JaegerThrift, LeavesOutAndCountsWhatIsTorn) {
  OtlpBatch batch;
  const std::string whole = minimal_span().SerializeAsString();
  for (std::string& torn : torn_spans()) {
    batch.spans.push_back(std::move(torn));
    batch.spans.push_back(whole);
  }
  proto::Span nameless = minimal_span();
  nameless.clear_span_id();
  batch.spans.push_back(nameless.SerializeAsString());
  const std::size_t bad = batch.spans.size() / 2 + 1;
  ASSERT_GT(bad, 100U);
  std::size_t torn = 0;
  const ThriftTree tree = read_thrift(batch.encode(protocol::append_jaeger_batch, torn));
  EXPECT_EQ(torn, bad);
  ASSERT_EQ(tree[2].items.size(), bad - 1);
  for (const ThriftTree& span : tree[2].items) EXPECT_EQ(draw(span), draw(jaeger(minimal_span())));
}

TEST(JaegerThrift, IsReadByApacheThrift) {
  if (std::system("/usr/bin/python3 -c 'import thrift.protocol.TBinaryProtocol' 2>/dev/null") != 0) {
    GTEST_SKIP() << "python3-thrift is not installed";
  }
  const std::string bytes = full_batch().encode(protocol::append_jaeger_batch);
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("jaeger_batch." + std::to_string(::getpid()));
  std::ofstream(file, std::ios::binary) << bytes;
  const std::string command =
      "/usr/bin/python3 " CONTAINER_KIT_TEST_DIR "/support/read_thrift.py " + file.string();
  FILE* const output = ::popen(command.c_str(), "r");
  ASSERT_NE(output, nullptr);
  std::string theirs;
  char buffer[4096];
  for (std::size_t size = 0; (size = std::fread(buffer, 1, sizeof buffer, output)) > 0;) {
    theirs.append(buffer, size);
  }
  EXPECT_EQ(::pclose(output), 0);
  std::filesystem::remove(file);
  EXPECT_EQ(theirs, draw(read_thrift(bytes)));
}

}  // namespace
}  // namespace container_kit::telemetry::test
