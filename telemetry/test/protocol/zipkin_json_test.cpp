// Zipkin's JSON, read back by protobuf's JSON parser.
#include "protocol/zipkin_json.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "support/otlp_sample.h"

namespace container_kit::telemetry::test {
namespace {

google::protobuf::ListValue parse(const std::string& json) {
  google::protobuf::ListValue list;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &list);
  EXPECT_TRUE(status.ok()) << status.ToString() << "\n" << json;
  return list;
}

// What the one says and the other does not; empty where both say the same.
std::string difference(const std::string& ours, const std::string& expected) {
  std::string report;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&report);
  return differencer.Compare(parse(expected), parse(ours)) ? std::string() : report + "\n" + ours;
}

std::string zipkin(const OtlpBatch& batch) {
  return batch.encode(protocol::append_zipkin_spans);
}

OtlpBatch batch_of(const proto::Span& span) {
  OtlpBatch batch;
  batch.spans.push_back(span.SerializeAsString());
  return batch;
}

// A member of the only span.
google::protobuf::Value member(const OtlpBatch& batch, const std::string& name) {
  const auto list = parse(zipkin(batch));
  if (list.values_size() != 1 || !list.values(0).has_struct_value()) {
    ADD_FAILURE() << "not one span";
    return {};
  }
  const auto& fields = list.values(0).struct_value().fields();
  const auto found = fields.find(name);
  return found == fields.end() ? google::protobuf::Value() : found->second;
}

std::string tag(const OtlpBatch& batch, const std::string& key) {
  const auto tags = member(batch, "tags").struct_value().fields();
  return tags.contains(key) ? tags.at(key).string_value() : "none";
}

TEST(ZipkinJson, LeavesOutWhatIsEmpty) {
  EXPECT_EQ(
      zipkin(batch_of(minimal_span())),
      R"([{"traceId":"0102030405060708f1f2f3f4f5f6f7f8","id":"a1a2a3a4a5a6a7a8","name":"ab",)"
      R"("timestamp":1000000000123,"duration":2345,"localEndpoint":{"serviceName":"unknown_service"}}])");
  EXPECT_EQ(zipkin(OtlpBatch()), "[]");
}

TEST(ZipkinJson, MapsEveryField) {
  EXPECT_EQ(difference(zipkin(full_batch()), R"json([{
    "traceId": "0102030405060708f1f2f3f4f5f6f7f8", "id": "a1a2a3a4a5a6a7a8", "parentId": "b1b2b3b4b5b6b7b8",
    "kind": "CLIENT", "name": "ab", "timestamp": 1000000000123, "duration": 2345,
    "localEndpoint": {"serviceName": "kit"},
    "annotations": [
      {"timestamp": 1000000000500,
       "value": "\"cache.miss\":{\"cache.key\":\"a\\\"b\",\"size\":42,\"otel.dropped_attributes_count\":3}"},
      {"timestamp": 1000000000600, "value": "done"}],
    "tags": {
      "host.name": "h1",
      "otel.scope.name": "scope.a", "otel.scope.version": "1.2",
      "otel.library.name": "scope.a", "otel.library.version": "1.2",
      "scope.attribute": "s",
      "text": "a \"quoted\" \\ line\n\u0001 \u00e9\ud83d\ude42",
      "yes": "true", "no": "false",
      "least": "-9223372036854775808", "most": "9223372036854775807",
      "real": "0.1", "nan": "NaN", "infinite": "-Infinity",
      "bytes": "AP8QIA==", "nothing": "",
      "array": "[\"x\\\"y\",-7,2.5,true,null,\"YW55\"]",
      "map": "{\"inner\":\"text\",\"list\":[\"Infinity\"]}",
      "otel.status_code": "ERROR", "error": "it broke", "w3c.tracestate": "a=1,b=2",
      "otel.dropped_attributes_count": "1", "otel.dropped_events_count": "2",
      "otel.dropped_links_count": "3"}}])json"),
            "");
}

TEST(ZipkinJson, MapsTheKinds) {
  const auto kind = [](proto::Span::SpanKind of) {
    proto::Span span = minimal_span();
    span.set_kind(of);
    return member(batch_of(span), "kind").string_value();
  };
  EXPECT_EQ(kind(proto::Span::SPAN_KIND_INTERNAL), "");
  EXPECT_EQ(kind(proto::Span::SPAN_KIND_SERVER), "SERVER");
  EXPECT_EQ(kind(proto::Span::SPAN_KIND_CLIENT), "CLIENT");
  EXPECT_EQ(kind(proto::Span::SPAN_KIND_PRODUCER), "PRODUCER");
  EXPECT_EQ(kind(proto::Span::SPAN_KIND_CONSUMER), "CONSUMER");
}

TEST(ZipkinJson, RoundsShortDurationsUpToOneMicrosecond) {
  proto::Span span = minimal_span();
  span.set_end_time_unix_nano(span.start_time_unix_nano());
  EXPECT_EQ(member(batch_of(span), "duration").number_value(), 1);
  span.set_end_time_unix_nano(0);
  EXPECT_EQ(member(batch_of(span), "duration").number_value(), 1);
}

TEST(ZipkinJson, TagsErrorsOnlyWhereTheStatusIsOne) {
  proto::Span span = minimal_span();
  span.mutable_status()->set_code(proto::Status::STATUS_CODE_OK);
  set(*span.add_attributes(), "error", "false");
  EXPECT_EQ(tag(batch_of(span), "otel.status_code"), "OK");
  EXPECT_EQ(tag(batch_of(span), "error"), "none");
  span.mutable_status()->set_code(proto::Status::STATUS_CODE_ERROR);
  EXPECT_EQ(tag(batch_of(span), "error"), "");
  span.clear_status();
  EXPECT_EQ(member(batch_of(span), "tags").kind_case(), google::protobuf::Value::KIND_NOT_SET);
  span.mutable_attributes(0)->mutable_value()->set_bool_value(true);
  EXPECT_EQ(tag(batch_of(span), "error"), "true");
}

TEST(ZipkinJson, WritesEachTagOnce) {
  OtlpBatch batch = full_batch();
  proto::Span span = full_span();
  set(*batch.resource.add_attributes(), "scope.attribute", "resource");  // the scope's wins
  set(*batch.resource.add_attributes(), "text", "resource");             // the span's wins
  set(*batch.resource.add_attributes(), "error", "resource");            // the generated one wins
  set(*span.add_attributes(), "otel.scope.name", "own");
  set(*span.add_attributes(), "otel.status_code", "own");
  batch.spans = {span.SerializeAsString()};
  const std::string json = zipkin(batch);
  for (const std::string key :
       {"scope.attribute", "text", "error", "otel.scope.name", "otel.status_code", "host.name"}) {
    const std::string quoted = '"' + key + "\":";
    EXPECT_NE(json.find(quoted), std::string::npos) << key;
    EXPECT_EQ(json.find(quoted), json.rfind(quoted)) << key;
  }
  EXPECT_EQ(tag(batch, "scope.attribute"), "s");
  EXPECT_EQ(tag(batch, "error"), "it broke");
  EXPECT_EQ(tag(batch, "otel.scope.name"), "own");
  EXPECT_EQ(tag(batch, "otel.status_code"), "ERROR");
}

class RemoteEndpoint : public ::testing::Test {
 protected:
  RemoteEndpoint() { span_.set_kind(proto::Span::SPAN_KIND_CLIENT); }
  void text(const std::string& key, const std::string& value) { set(*span_.add_attributes(), key, value); }
  void number(const std::string& key, std::int64_t value) {
    auto* const attribute = span_.add_attributes();
    attribute->set_key(key);
    attribute->mutable_value()->set_int_value(value);
  }
  // "ipv4 10.1.2.3, port 80", in the order of the names.
  std::string endpoint() const {
    const google::protobuf::Value value_of = member(batch_of(span_), "remoteEndpoint");
    const auto& fields = value_of.struct_value().fields();
    std::string out;
    for (const std::string name : {"ipv4", "ipv6", "port", "serviceName"}) {
      if (!fields.contains(name)) continue;
      const google::protobuf::Value& value = fields.at(name);
      out += out.empty() ? "" : ", ";
      out += name + " " +
             (value.has_number_value() ? std::to_string(static_cast<int>(value.number_value()))
                                       : value.string_value());
    }
    return out;
  }

  proto::Span span_ = minimal_span();
};

// From the lowest rank to the highest: each takes the place of the one before.
TEST_F(RemoteEndpoint, TakesTheAttributeOfTheHighestRank) {
  EXPECT_EQ(endpoint(), "");
  for (const std::string key : {"db.name", "peer.address", "peer.hostname", "net.sock.peer.addr",
                                "net.sock.peer.name", "server.socket.address", "server.socket.domain",
                                "network.peer.address", "net.peer.name", "server.address", "peer.service"}) {
    text(key, "by." + key);
    EXPECT_EQ(endpoint(), "serviceName by." + key);
  }
  for (const auto kind : {proto::Span::SPAN_KIND_SERVER, proto::Span::SPAN_KIND_CONSUMER}) {
    span_.set_kind(kind);
    EXPECT_EQ(endpoint(), "");
  }
  span_.set_kind(proto::Span::SPAN_KIND_PRODUCER);
  EXPECT_EQ(endpoint(), "serviceName by.peer.service");
}

TEST_F(RemoteEndpoint, JoinsAnAddressWithItsPort) {
  text("network.peer.address", "10.1.2.3");
  EXPECT_EQ(endpoint(), "ipv4 10.1.2.3");
  number("network.peer.port", 8080);
  EXPECT_EQ(endpoint(), "ipv4 10.1.2.3, port 8080");
  span_.mutable_attributes(0)->mutable_value()->set_string_value("2001:db8::1");
  EXPECT_EQ(endpoint(), "ipv6 2001:db8::1, port 8080");
  span_.mutable_attributes(0)->mutable_value()->set_string_value("/run/socket");
  span_.mutable_attributes(1)->mutable_value()->set_int_value(70'000);
  EXPECT_EQ(endpoint(), "serviceName /run/socket");
}

TEST(ZipkinJson, LeavesOutAndCountsWhatIsTorn) {
  OtlpBatch batch;
  const std::string whole = minimal_span().SerializeAsString();
  for (std::string& torn : torn_spans()) {
    batch.spans.push_back(std::move(torn));
    batch.spans.push_back(whole);
  }
  const std::size_t bad = batch.spans.size() / 2;
  batch.spans.push_back(batch.spans.front());
  std::size_t torn = 0;
  const auto list = parse(batch.encode(protocol::append_zipkin_spans, torn));
  EXPECT_EQ(torn, bad + 1);
  ASSERT_EQ(static_cast<std::size_t>(list.values_size()), bad);
  const auto expected = parse(zipkin(batch_of(minimal_span()))).values(0);
  for (const auto& span : list.values()) EXPECT_EQ(span.DebugString(), expected.DebugString());
}

}  // namespace
}  // namespace container_kit::telemetry::test
