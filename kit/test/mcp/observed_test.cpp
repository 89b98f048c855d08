// What telemetry sees of MCP requests: the semantic conventions' span and metrics.
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/readable_span.h>
#include <container_kit/telemetry/span_processor.h>

#include "mcp/service.h"
#include "support/test_tools.h"

namespace container_kit::kit::mcp {
namespace {

using ::testing::HasSubstr;

struct Seen {
  std::string name;
  std::string trace_id;
  std::string span_id;
  std::string parent_span_id;
  telemetry::SpanKind kind;
  telemetry::StatusCode status;
  std::map<std::string, std::string> attributes;
  std::vector<std::string> links;  // the linked spans' ids
};

class Recorder : public telemetry::SpanProcessor {
 public:
  void on_end(const telemetry::ReadableSpan& span) override {
    Seen seen{std::string(span.name),
              span.trace_id.to_hex(),
              span.span_id.to_hex(),
              span.parent_span_id.to_hex(),
              span.kind,
              span.status,
              {},
              {}};
    for (const auto& each : span.attributes) seen.attributes[std::string(each.key)] = each.display();
    for (const auto& link : span.links) seen.links.push_back(link.context.span_id.to_hex());
    const std::lock_guard lock(mutex_);
    spans_[seen.name] = seen;
  }
  Seen of(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = spans_.find(name);
    return found == spans_.end() ? Seen{} : found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Seen> spans_;
};

class Observed : public ::testing::Test {
 protected:
  Observed() {
    tools_.add(std::make_unique<http::EchoTool>());
    telemetry::Config config = telemetry::Config::testing();
    config.tracing_enabled = true;
    config.metrics_enabled = true;
    config.traces_to_nowhere = true;
    config.span_processors = {recorder_};
    telemetry_.emplace(std::move(config));
    EXPECT_TRUE(telemetry_->initialize());
    service_.emplace(ServiceSetup{tools_, *telemetry_, roots_});
  }

  Answer ask(const std::string& method, const std::string& params, const telemetry::Context& ambient = {}) {
    const auto message = parse_message(
        R"({"jsonrpc":"2.0","id":"r1","method":")" + method +
            R"(","params":{"_meta":{)"
            R"("io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{})" +
            params + "}}",
        32);
    return service_->answer({*message, *modern_peer(*message), Transport::kTcp, ambient, {}, nullptr});
  }

  std::shared_ptr<Recorder> recorder_ = std::make_shared<Recorder>();
  ToolRegistry tools_;
  std::vector<std::string> roots_;
  std::optional<telemetry::Manager> telemetry_;
  std::optional<Service> service_;
};

TEST_F(Observed, a_call_is_a_server_span_above_the_tools) {
  ask("tools/call", R"(},"name":"echo","arguments":{"text":"x"})");
  const auto span = recorder_->of("tools/call echo");
  EXPECT_EQ(span.kind, telemetry::SpanKind::kServer);
  EXPECT_EQ(span.status, telemetry::StatusCode::kUnset);
  const std::map<std::string, std::string> expected{
      {"mcp.method.name", "tools/call"}, {"mcp.protocol.version", "2026-07-28"},
      {"network.transport", "tcp"},      {"jsonrpc.request.id", "r1"},
      {"gen_ai.tool.name", "echo"},      {"gen_ai.operation.name", "execute_tool"}};
  EXPECT_EQ(span.attributes, expected);
  EXPECT_EQ(recorder_->of("tool.echo").parent_span_id, span.span_id);
}

TEST_F(Observed, meta_names_the_parent_and_the_http_request_is_linked) {
  const auto http = telemetry_->tracing().tracer().start_span("http.POST /mcp");
  ask("tools/list", R"(,"traceparent":"00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01"})",
      http.as_context());
  const auto span = recorder_->of("tools/list");
  EXPECT_EQ(span.trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(span.parent_span_id, "00f067aa0ba902b7");
  EXPECT_THAT(span.links, ::testing::ElementsAre(http.context().span_id.to_hex()));
}

TEST_F(Observed, without_it_the_http_request_is_the_parent) {
  const auto http = telemetry_->tracing().tracer().start_span("http.POST /mcp");
  ask("tools/list", "}", http.as_context());
  const auto span = recorder_->of("tools/list");
  EXPECT_EQ(span.parent_span_id, http.context().span_id.to_hex());
  EXPECT_TRUE(span.links.empty());
}

TEST_F(Observed, errors_have_their_type_and_names_are_never_the_clients) {
  ask("tools/call", R"(},"name":"echo","arguments":{})");
  EXPECT_EQ(recorder_->of("tools/call echo").attributes.at("error.type"), "tool_error");
  ask("no/such", "}");
  const auto unknown = recorder_->of("_other");
  EXPECT_EQ(unknown.attributes.at("error.type"), "-32601");
  EXPECT_EQ(unknown.status, telemetry::StatusCode::kError);
  ask("tools/call", R"(},"name":"made up")");
  EXPECT_EQ(recorder_->of("tools/call _unknown").attributes.at("error.type"), "-32602");
  EXPECT_THAT(telemetry_->scrape().body, ::testing::Not(HasSubstr("made up")));
}

TEST_F(Observed, requests_and_sessions_are_measured) {
  ask("tools/list", "}");
  Session session("s");
  session.agree("2025-11-25", {});
  service_->session_ended(session, Transport::kPipe);
  const auto text = telemetry_->scrape().body;
  EXPECT_THAT(text, HasSubstr("mcp_server_operation_duration_seconds_count{"));
  EXPECT_THAT(text, HasSubstr(R"(mcp_method_name="tools/list")"));
  EXPECT_THAT(text, HasSubstr("mcp_server_session_duration_seconds_count{"));
  EXPECT_THAT(text, HasSubstr(R"(network_transport="pipe")"));
  EXPECT_THAT(text, HasSubstr(R"(le="300.0")"));
}

}  // namespace
}  // namespace container_kit::kit::mcp
