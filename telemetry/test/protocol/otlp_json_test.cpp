// OTLP/JSON, read back by protobuf's JSON parser into the official schema.
#include "protocol/otlp_json.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "support/json_ids.h"
#include "support/otlp_sample.h"

namespace container_kit::telemetry::test {
namespace {

using Request = opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest;

constexpr auto kAppendJson = [](std::string& out, std::string_view resource,
                                std::span<const protocol::ScopeSpans> scopes) {
  return protocol::append_otlp_traces_json(out, resource, scopes);
};

std::string json_of(const OtlpBatch& batch) {
  return batch.encode(kAppendJson);
}

Request parsed(const std::string& json) {
  Request request;
  const auto status = google::protobuf::util::JsonStringToMessage(with_ids_in_base64(json), &request);
  EXPECT_TRUE(status.ok()) << status.ToString() << "\n" << json;
  return request;
}

// What the protobuf request of the same batch says.
Request expected(const OtlpBatch& batch) {
  const auto append = [](std::string& out, std::string_view resource,
                         std::span<const protocol::ScopeSpans> scopes) -> std::size_t {
    protocol::append_otlp_traces(out, resource, scopes);
    return 0;
  };
  Request request;
  EXPECT_TRUE(request.ParseFromString(batch.encode(append)));
  return request;
}

OtlpBatch batch_of(const proto::Span& span) {
  OtlpBatch batch = full_batch();
  batch.spans = {span.SerializeAsString()};
  return batch;
}

TEST(OtlpJson, SaysWhatTheProtobufRequestSays) {
  for (const proto::Span& span : {full_span(), minimal_span()}) {
    const OtlpBatch batch = batch_of(span);
    EXPECT_EQ(parsed(json_of(batch)).DebugString(), expected(batch).DebugString());
  }
  OtlpBatch without_names;
  without_names.spans = full_batch().spans;
  EXPECT_EQ(parsed(json_of(without_names)).DebugString(), expected(without_names).DebugString());
  OtlpBatch without_spans = full_batch();
  without_spans.spans.clear();
  EXPECT_EQ(parsed(json_of(without_spans)).DebugString(), expected(without_spans).DebugString());
}

TEST(OtlpJson, WritesIdsInHexEnumsAndSmallIntegersAsNumbersAndLargeOnesAsTexts) {
  proto::Span span = minimal_span();
  span.set_kind(proto::Span::SPAN_KIND_SERVER);
  span.set_flags(0x101);
  span.mutable_status()->set_code(proto::Status::STATUS_CODE_OK);
  auto* const attribute = span.add_attributes();
  attribute->set_key("n");
  attribute->mutable_value()->set_int_value(5);
  OtlpBatch batch;
  batch.spans.push_back(span.SerializeAsString());
  EXPECT_EQ(
      json_of(batch),
      R"({"resourceSpans":[{"scopeSpans":[{"spans":[)"
      R"({"traceId":"0102030405060708f1f2f3f4f5f6f7f8","spanId":"a1a2a3a4a5a6a7a8","flags":257,)"
      R"("name":"ab","kind":2,"startTimeUnixNano":"1000000000123456","endTimeUnixNano":"1000000002469134",)"
      R"("attributes":[{"key":"n","value":{"intValue":"5"}}],"status":{"code":1}}]}]}]})");
}

TEST(OtlpJson, WritesSchemaUrls) {
  const std::string span = minimal_span().SerializeAsString();
  const protocol::ScopeSpans scopes[] = {{"", "https://one", {span}}, {"", "https://two", {span, span}}};
  std::string json;
  EXPECT_EQ(protocol::append_otlp_traces_json(json, "", scopes, "https://three"), 0U);
  const Request request = parsed(json);
  EXPECT_EQ(request.resource_spans(0).schema_url(), "https://three");
  ASSERT_EQ(request.resource_spans(0).scope_spans_size(), 2);
  EXPECT_EQ(request.resource_spans(0).scope_spans(0).schema_url(), "https://one");
  EXPECT_EQ(request.resource_spans(0).scope_spans(1).schema_url(), "https://two");
  EXPECT_EQ(request.resource_spans(0).scope_spans(1).spans_size(), 2);
}

TEST(OtlpJson, SkipsFieldsThatAreNotKnown) {
  OtlpBatch batch = batch_of(full_span());
  const std::string known = json_of(batch);
  batch.spans[0] += std::string(
      "\xA2\x06\x03"
      "abc",
      6);                                            // field 100, length-delimited
  batch.spans[0] += std::string("\xA8\x06\x05", 3);  // field 101, varint
  batch.spans[0] += std::string("\x28\x05", 2);      // field 5, which is the name, as a varint
  EXPECT_EQ(json_of(batch), known);
}

TEST(OtlpJson, ReplacesWhatIsNotUtf8) {
  proto::Span span = minimal_span();
  span.set_name("xy");
  OtlpBatch batch = batch_of(span);
  std::string& bytes = batch.spans[0];
  bytes.replace(bytes.find("xy"), 2, "x\xFF");
  EXPECT_EQ(parsed(json_of(batch)).resource_spans(0).scope_spans(0).spans(0).name(), "x\xEF\xBF\xBD");
}

TEST(OtlpJson, EmptiesWhatLiesDeeperThanItFollows) {
  proto::Span span = minimal_span();
  auto* value = span.add_attributes()->mutable_value();
  for (int depth = 0; depth < 90; ++depth) value = value->mutable_array_value()->add_values();
  value->set_bool_value(true);
  const std::string json = json_of(batch_of(span));
  std::size_t depth = 0;
  for (std::size_t at = 0; (at = json.find("arrayValue", at)) != std::string::npos; ++at) ++depth;
  EXPECT_EQ(depth, 65U);
  EXPECT_EQ(json.find("boolValue"), std::string::npos);
}

TEST(OtlpJson, LeavesOutAndCountsWhatIsTorn) {
  OtlpBatch batch = full_batch();
  OtlpBatch whole = full_batch();
  whole.spans.clear();
  const std::string span = minimal_span().SerializeAsString();
  for (std::string& torn : torn_spans()) {
    batch.spans.push_back(std::move(torn));
    batch.spans.push_back(span);
    whole.spans.push_back(span);
  }
  batch.spans.erase(batch.spans.begin());
  std::size_t torn = 0;
  EXPECT_EQ(batch.encode(kAppendJson, torn), json_of(whole));
  EXPECT_EQ(torn, whole.spans.size());
}

}  // namespace
}  // namespace container_kit::telemetry::test
