// Requests of an HttpClient: what they carry, what is recorded of them, and what never is.
#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/in_memory_spans.h>
#include <container_kit/telemetry/instrumented_http_client.h>
#include <container_kit/telemetry/manager.h>

#include "support/loopback_receiver.h"

namespace container_kit::telemetry {
namespace {

using test::LoopbackReceiver;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string answer(const std::string& status, const std::string& body = {}, const std::string& headers = {}) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers +
         "\r\n" + body;
}

class HttpClientTest : public ::testing::Test {
 protected:
  struct Telemetry {
    explicit Telemetry(HttpConventions conventions = HttpConventions::kGuide) {
      Config config;
      config.traces_to_nowhere = true;
      config.log_level = LogLevel::kNone;
      config.span_processors = {spans};
      config.http_conventions = conventions;
      manager.emplace(config);
      EXPECT_TRUE(manager->initialize());
      client.emplace(*manager);
    }
    std::shared_ptr<InMemorySpans> spans = std::make_shared<InMemorySpans>();
    std::optional<Manager> manager;
    std::optional<HttpClient> client;
  };

  // The receiver's URL with another path.
  std::string url(const std::string& path, const std::string& user = {}) const {
    const std::string base = receiver_.url().substr(0, receiver_.url().rfind("/v1/traces"));
    return "http://" + user + base.substr(7) + path;
  }
  std::string port() const { return url("").substr(url("").rfind(':') + 1); }

  LoopbackReceiver receiver_{LoopbackReceiver::Manner::kAnswers};
};

TEST_F(HttpClientTest, CarriesItsSpanAndRecordsIt) {
  Telemetry telemetry;
  receiver_.answer_with(answer("200 OK", "hello", "X-Kind: test\r\n"));
  const ActiveSpan parent = telemetry.manager->tracing().start_span("parent");
  const Context with_baggage = Context::current().with_baggage("user", "al ice");
  const auto got = telemetry.client->send(
      {.url = url("/items/7"), .headers = {{"traceparent", "what was there"}}, .url_template = "/items/{id}"},
      with_baggage);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->body, "hello");
  EXPECT_EQ(got->headers.get("x-kind"), "test");
  const std::string head = receiver_.heads().at(0);
  EXPECT_THAT(head, AllOf(StartsWith("GET /items/7 HTTP/1.1\r\n"), HasSubstr("baggage: user=al%20ice\r\n"),
                          Not(HasSubstr("what was there"))));
  const std::size_t at = head.find("traceparent: 00-") + 16;
  EXPECT_EQ(head.substr(at, 32), parent.context().trace_id.to_hex());
  EXPECT_NE(head.substr(at + 33, 16), parent.context().span_id.to_hex());
  EXPECT_EQ(telemetry.spans->tree(), "http.GET /items/{id} http.method=GET http.url=" + url("/items/7") +
                                         " url.template=/items/{id} http.status_code=200\n");
}

TEST_F(HttpClientTest, SpeaksTheStableConventionsWhenAsked) {
  Telemetry stable(HttpConventions::kStable);
  ASSERT_TRUE(stable.client->send({.method = "POST", .url = url("/a"), .body = "{}"}));
  EXPECT_EQ(receiver_.requests().at(0), "{}");
  EXPECT_EQ(stable.spans->tree(), "POST http.request.method=POST url.full=" + url("/a") +
                                      " server.address=127.0.0.1 server.port=" + port() +
                                      " http.response.status_code=200\n");
  Telemetry both(HttpConventions::kBoth);
  ASSERT_TRUE(both.client->send({.url = url("/a")}));
  EXPECT_THAT(both.spans->tree(),
              AllOf(StartsWith("http.GET http.method=GET"), HasSubstr("http.status_code=200"),
                    HasSubstr("http.response.status_code=200")));
}

TEST_F(HttpClientTest, MeasuresTheDuration) {
  Telemetry telemetry;
  receiver_.answer_with(answer("404 Not Found"));
  ASSERT_TRUE(telemetry.client->send({.method = "BREW", .url = url("/")}));
  const std::string metrics = telemetry.manager->scrape().body;
  EXPECT_THAT(metrics, HasSubstr("http_client_request_duration_seconds_count{"));
  EXPECT_THAT(metrics,
              AllOf(HasSubstr("http_request_method=\"_OTHER\""), HasSubstr("server_address=\"127.0.0.1\""),
                    HasSubstr("http_response_status_code=\"404\""), HasSubstr("error_type=\"404\"")));
  EXPECT_THAT(telemetry.spans->tree(),
              AllOf(StartsWith("http.HTTP http.method=_OTHER"),
                    HasSubstr("http.request.method_original=BREW"), HasSubstr("error.type=404")));
}

TEST_F(HttpClientTest, EachResendIsASpanOfItsOwn) {
  Telemetry telemetry;
  receiver_.answer_with(answer("503 Service Unavailable"));
  const auto got =
      telemetry.client->send({.url = url("/"), .resends = 2, .resend_pause = std::chrono::milliseconds(1)});
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 503);
  EXPECT_EQ(got->resends, 2);
  EXPECT_EQ(telemetry.spans->size(), 3U);
  const std::string tree = telemetry.spans->tree();
  EXPECT_THAT(tree, AllOf(HasSubstr("http.request.resend_count=1"), HasSubstr("http.request.resend_count=2"),
                          Not(HasSubstr("http.request.resend_count=0")), HasSubstr("error.type=503")));
  const auto heads = receiver_.heads();
  ASSERT_EQ(heads.size(), 3U);
  const auto parent = [](const std::string& head) {
    return head.substr(head.find("traceparent: ") + 13, 55);
  };
  EXPECT_NE(parent(heads[0]), parent(heads[1]));
}

TEST_F(HttpClientTest, SendsNothingTwiceThatMustNotBe) {
  Telemetry telemetry;
  receiver_.answer_with(answer("503 Service Unavailable"));
  const auto got = telemetry.client->send({.method = "POST",
                                           .url = url("/"),
                                           .body = "pay",
                                           .resends = 5,
                                           .resend_pause = std::chrono::milliseconds(1)});
  EXPECT_EQ(got->resends, 0);
  EXPECT_EQ(receiver_.requests().size(), 1U);
}

TEST_F(HttpClientTest, WaitsForNoRetryAfterBeyondItsDeadline) {
  Telemetry telemetry;
  receiver_.answer_with(answer("503 Service Unavailable", "", "Retry-After: 100\r\n"));
  const auto got =
      telemetry.client->send({.url = url("/"), .timeout = std::chrono::seconds(20), .resends = 5});
  EXPECT_EQ(got->status, 503);
  EXPECT_EQ(receiver_.requests().size(), 1U);
}

TEST_F(HttpClientTest, FailuresAreValuesWithAKind) {
  Telemetry telemetry;
  const auto refused = telemetry.client->send(
      {.url = test::url_without_receiver(), .resends = 1, .resend_pause = std::chrono::milliseconds(1)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().message, StartsWith("connection_failed: "));
  EXPECT_EQ(telemetry.spans->size(), 2U);
  EXPECT_THAT(telemetry.spans->tree(), HasSubstr("error.type=connection_failed"));

  const LoopbackReceiver silent{LoopbackReceiver::Manner::kNeverAnswers};
  const auto late = telemetry.client->send({.url = silent.url(), .timeout = std::chrono::milliseconds(50)});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kDeadlineExceeded);

  receiver_.answer_with(answer("200 OK", std::string(1000, 'x')));
  const auto large = telemetry.client->send({.url = url("/"), .max_response_bytes = 999});
  ASSERT_FALSE(large);
  EXPECT_THAT(large.error().message, StartsWith("response_too_large"));
  EXPECT_TRUE(telemetry.client->send({.url = url("/"), .max_response_bytes = 1000}));
}

TEST_F(HttpClientTest, RefusesWhatHttpCannotCarry) {
  Telemetry telemetry;
  const auto code_of = [&](const ClientRequest& request) {
    const auto got = telemetry.client->send(request);
    return got ? std::optional<ErrorCode>() : got.error().code;
  };
  EXPECT_EQ(code_of({.url = "ftp://a/"}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of({.url = ""}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of({.url = "http://"}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of({.method = "G ET", .url = url("/")}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of({.url = url("/"), .headers = {{"a", "b\r\nX-Admin: 1"}}}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(receiver_.requests().size(), 0U);
}

TEST_F(HttpClientTest, RecordsNoSecretOfTheUrl) {
  Telemetry telemetry;
  ASSERT_TRUE(telemetry.client->send({.url = url("/a?id=7&token=hunter2&x=1", "me:hunter2@")}));
  EXPECT_THAT(receiver_.heads().at(0), HasSubstr("token=hunter2"));  // sent, of course
  EXPECT_THAT(telemetry.spans->tree(),
              AllOf(HasSubstr("http://REDACTED:REDACTED@127.0.0.1"), HasSubstr("/a?id=7&token=REDACTED&x=1"),
                    Not(HasSubstr("hunter2"))));
}

TEST_F(HttpClientTest, HandsOnAContextWhereTracingIsOff) {
  Manager manager(Config::testing());
  HttpClient client(manager);
  const Context parent =
      extract_trace_context("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "a=1");
  ASSERT_TRUE(client.send({.url = url("/")}, parent));
  EXPECT_THAT(receiver_.heads().at(0),
              AllOf(HasSubstr("traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"),
                    HasSubstr("tracestate: a=1\r\n")));
}

TEST(RedactUrl, LeavesWhatIsNoSecret) {
  for (const char* const url : {"http://host/path?id=7&page=2#top", "https://host:8443",
                                "http://h?keyboard=qwerty", "/relative?x", "", "http://[::1]:80/?a=b&&c"}) {
    EXPECT_EQ(redact_url(url), url);
  }
}

TEST(RedactUrl, TakesOutUsersPasswordsAndSecretParameters) {
  EXPECT_EQ(redact_url("https://me@host/"), "https://REDACTED@host/");
  EXPECT_EQ(redact_url("https://me:p@ss@host/"), "https://REDACTED:REDACTED@host/");
  EXPECT_EQ(redact_url("http://h/?API-Key=1&X-Amz-Signature=2&sig=3&a=4&client_secret=5&refresh_token"),
            "http://h/?API-Key=REDACTED&X-Amz-Signature=REDACTED&sig=REDACTED&a=4&client_secret=REDACTED"
            "&refresh_token");
  EXPECT_EQ(redact_url("http://h/#access_token=1&state=2"), "http://h/#access_token=REDACTED&state=2");
  EXPECT_EQ(redact_url("/p?token=1&next=http://h/"), "/p?token=REDACTED&next=http://h/");
  EXPECT_EQ(redact_url("http://h/?q=a@b:c"), "http://h/?q=a@b:c");
}

TEST(CurlHeaders, AreACarrier) {
  curl_slist* list = curl_slist_append(nullptr, "Accept: */*");
  list = curl_slist_append(list, "TraceParent: old");
  CurlHeaders headers(list);
  const Context context = extract_trace_context("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  Propagator().inject(context, headers);
  std::string all;
  for (const curl_slist* line = list; line != nullptr; line = line->next)
    all += std::string(line->data) + "\n";
  curl_slist_free_all(list);
  EXPECT_EQ(all, "Accept: */*\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n");
}

}  // namespace
}  // namespace container_kit::telemetry
