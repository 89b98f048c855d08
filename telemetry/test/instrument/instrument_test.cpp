// The instrument_* functions: what they return, what they see as a failure, and what they record of it.

#include <deque>
#include <future>
#include <optional>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/in_memory_spans.h>
#include <container_kit/telemetry/manager.h>

// A result type of somebody else's, taught to the library.
namespace elsewhere {

struct Answer {
  int code;
  bool good;
};
container_kit::telemetry::Outcome telemetry_outcome(const Answer& answer) {
  using container_kit::telemetry::Outcome;
  return answer.good ? Outcome::success()
                     : Outcome::failure("bad_answer", "code " + std::to_string(answer.code));
}
int telemetry_http_status(const Answer& answer) {
  return answer.code;
}

}  // namespace elsewhere

namespace container_kit::telemetry {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Instrument : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(manager_.initialize()); }
  std::string metrics() { return manager_.scrape().body; }
  std::string tree() const { return spans_->tree(); }

  static Config configured(std::shared_ptr<SpanProcessor> spans) {
    Config config;
    config.service_name = "instrument-test";
    config.traces_to_nowhere = true;
    config.log_level = LogLevel::kNone;
    config.span_processors = {std::move(spans)};
    return config;
  }

  std::shared_ptr<InMemorySpans> spans_ = std::make_shared<InMemorySpans>();
  Manager manager_{configured(spans_)};
};

TEST_F(Instrument, APipelineAndItsStagesAreSpansAndMetrics) {
  manager_.instrument_pipeline("container-build", [&] {
    manager_.instrument_pipeline_stage("container-build", "analyze", [] {});
    manager_.instrument_pipeline_stage("container-build", {"build", 1, 4}, [] { return std::error_code(); });
    manager_.instrument_pipeline_stage("container-build", {"scan", 2, 0},
                                       [] { return std::make_error_code(std::errc::timed_out); });
  });
  EXPECT_EQ(tree(),
            "pipeline.container-build pipeline.name=container-build operation.type=pipeline\n"
            "  pipeline.container-build.analyze pipeline.name=container-build pipeline.stage=analyze "
            "operation.type=pipeline_stage\n"
            "  pipeline.container-build.build pipeline.name=container-build pipeline.stage=build "
            "operation.type=pipeline_stage pipeline.stage.index=1 pipeline.stage.total=4\n"
            "  pipeline.container-build.scan pipeline.name=container-build pipeline.stage=scan "
            "operation.type=pipeline_stage pipeline.stage.index=2 error.type=ETIMEDOUT !Connection timed out "
            "@exception\n");
  const std::string text = metrics();
  EXPECT_THAT(text, HasSubstr("pipeline_execution_total{pipeline_name=\"container-build\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("pipeline_errors_total{pipeline_name=\"container-build\"} 0\n"));
  EXPECT_THAT(text,
              HasSubstr("pipeline_execution_duration_seconds_count{pipeline_name=\"container-build\"} 1\n"));
  for (const char* stage : {"analyze", "build", "scan"}) {
    const std::string labels =
        std::string("{pipeline_name=\"container-build\",pipeline_stage=\"") + stage + "\"} ";
    EXPECT_THAT(text, HasSubstr("pipeline_stage_execution_total" + labels + "1\n"));
    EXPECT_THAT(text, HasSubstr("pipeline_stage_duration_seconds_count" + labels + "1\n"));
    EXPECT_THAT(text, HasSubstr("pipeline_stage_errors_total" + labels +
                                (stage == std::string("scan") ? "1\n" : "0\n")));
  }
}

TEST_F(Instrument, ASessionIsOpenFromItsBeginningToItsEnd) {
  manager_.instrument_session("batch", "s-1", [&] {
    EXPECT_THAT(metrics(), HasSubstr("session_total{session_type=\"batch\"} 1\n"));
    EXPECT_THAT(metrics(), HasSubstr("session_completed_total{session_type=\"batch\"} 0\n"));
  });
  EXPECT_THROW(manager_.instrument_session("batch", "s-2", [] { throw std::runtime_error("lost"); }),
               std::runtime_error);
  const std::string text = metrics();
  EXPECT_THAT(text, HasSubstr("session_total{session_type=\"batch\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("session_completed_total{session_type=\"batch\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("session_errors_total{session_type=\"batch\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("session_duration_seconds_count{session_type=\"batch\"} 2\n"));
  EXPECT_EQ(
      tree(),
      "session.batch session.type=batch session.id=s-1\n"
      "session.batch session.type=batch session.id=s-2 error.type=std::runtime_error !lost @exception\n");
}

TEST_F(Instrument, SessionsThatCannotBeOpenedAreNotActive) {
  manager_.metrics().record_session_creation("api");
  manager_.metrics().record_session_creation("api", true);
  manager_.metrics().record_session_creation("failed");
  manager_.metrics().record_session_error("api");
  manager_.metrics().record_session_duration("api", std::chrono::seconds(3));
  manager_.metrics().record_session_completion("api");
  const std::string text = metrics();
  EXPECT_THAT(text, HasSubstr("session_total{session_type=\"api\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("session_completed_total{session_type=\"api\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("session_errors_total{session_type=\"api\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("session_duration_seconds_sum{session_type=\"api\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("session_total{session_type=\"failed\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("session_completed_total{session_type=\"failed\"} 1\n"));
}

TEST_F(Instrument, FailuresAreSeenInWhatIsReturned) {
  const auto failed = [&](const std::string& name) {
    return tree().find(name + " error.type=") != std::string::npos;
  };
  static_cast<void>(manager_.instrument_operation("expected", []() -> Expected<int> {
    return Error{ErrorCode::kSystem, "x"};
  }));
  manager_.instrument_operation("error_code", [] { return std::make_error_code(std::errc::io_error); });
  manager_.instrument_operation("own", [] { return elsewhere::Answer{7, false}; });
  static_cast<void>(manager_.instrument_operation("own_error", []() -> Expected<int, elsewhere::Answer> {
    return elsewhere::Answer{7, false};
  }));
  manager_.instrument_operation("pair", [] {
    return std::pair{3, std::make_error_code(std::errc::io_error)};
  });
  for (const char* name : {"expected", "error_code", "own", "own_error", "pair"})
    EXPECT_TRUE(failed(name)) << name;
  EXPECT_THAT(tree(), HasSubstr("own error.type=bad_answer !code 7"));

  EXPECT_EQ(manager_.instrument_operation("value", [] { return 5; }), 5);
  EXPECT_EQ(*manager_.instrument_operation("moved", [] { return std::make_unique<int>(6); }), 6);
  manager_.instrument_operation("good", [] { return elsewhere::Answer{7, true}; });
  manager_.instrument_operation("no_code", [] { return std::error_code(); });
  for (const char* name : {"value", "moved", "good", "no_code"}) EXPECT_FALSE(failed(name)) << name;
}

TEST(Outcomes, ErrorCodesAreNamedByTheirErrnoOrTheirCategoryAndNumber) {
  EXPECT_EQ(telemetry_outcome(std::error_code(ECONNREFUSED, std::system_category())).error_type,
            "ECONNREFUSED");
  EXPECT_EQ(telemetry_outcome(std::error_code(99'999, std::system_category())).error_type, "system:99999");
  EXPECT_EQ(telemetry_outcome(std::make_error_code(std::future_errc::no_state)).error_type, "future:3");
  EXPECT_FALSE(telemetry_outcome(std::error_code()).failed);
}

TEST_F(Instrument, AnEmptyResultIsAFailureByChoiceOnly) {
  const auto nothing = []() -> std::optional<int> { return std::nullopt; };
  EXPECT_EQ(manager_.instrument_operation("plain", nothing), std::nullopt);
  EXPECT_EQ(manager_.instrument_tool_execution("find", nothing, kEmptyIsFailure), std::nullopt);
  EXPECT_EQ(manager_.instrument_tool_execution(
                "find", [] { return std::optional(4); }, kEmptyIsFailure),
            4);
  EXPECT_EQ(manager_.instrument_operation(
                "judged", [] { return 9; },
                [](int value) { return Outcome::failure("nine", std::to_string(value)); }),
            9);
  EXPECT_THAT(tree(), Not(HasSubstr("plain error")));
  EXPECT_THAT(tree(), HasSubstr("judged error.type=nine !9"));
  EXPECT_THAT(metrics(), HasSubstr("tool_errors_total{tool_name=\"find\"} 1\n"));
}

TEST_F(Instrument, ReferencesComeBackAsReferences) {
  int value = 3;
  int& same = manager_.instrument_operation("reference", [&]() -> int& { return value; });
  EXPECT_EQ(&same, &value);
}

TEST_F(Instrument, HttpStatusIsFoundInEveryShapeOfAnswer) {
  manager_.instrument_http_request("GET", "/a", [] { return 200; });
  manager_.instrument_http_request("GET", "/b", [] { return std::pair{404, std::string("none")}; });
  static_cast<void>(manager_.instrument_http_request("GET", "/c", []() -> Expected<int> { return 201; }));
  static_cast<void>(manager_.instrument_http_request("GET", "/d", []() -> Expected<int> {
    return Error{ErrorCode::kSystem, "no"};
  }));
  manager_.instrument_http_request("GET", "/e", [] { return elsewhere::Answer{418, true}; });
  manager_.instrument_http_request("GET", "/f", [] {
    return std::pair{400, std::make_error_code(std::errc::invalid_argument)};
  });
  EXPECT_THROW(manager_.instrument_http_request("GET", "/g", []() -> int { throw std::runtime_error("x"); }),
               std::runtime_error);
  const std::string text = metrics();
  const std::pair<const char*, int> expected[] = {{"/a", 200}, {"/b", 404}, {"/c", 201}, {"/d", 500},
                                                  {"/e", 418}, {"/f", 400}, {"/g", 500}};
  for (const auto& [route, status] : expected) {
    EXPECT_THAT(text, HasSubstr(std::string("http_requests_total{http_method=\"GET\",http_route=\"") + route +
                                "\",http_status_code=\"" + std::to_string(status) + "\"} 1\n"));
    EXPECT_THAT(text, HasSubstr(std::string("http_requests_in_flight{http_method=\"GET\",http_route=\"") +
                                route + "\"} 0\n"));
  }
  EXPECT_THAT(tree(), HasSubstr("http.status_code=400 error.type=EINVAL"));
}

TEST_F(Instrument, EachFormKnowsItsParent) {
  Context kept;
  manager_.instrument_operation("request", [&] {
    kept = Context::current();
    manager_.instrument_operation_async("async", [&] { manager_.instrument_operation("below", [] {}); })
        .get();
  });
  manager_.instrument_operation(kept, "later", [] {});
  manager_.instrument_tool_execution(kept, "t", [] {});
  manager_.instrument_pipeline(kept, "p", [] {});
  manager_.instrument_pipeline_stage(kept, "p", "s", [] {});
  manager_.instrument_http_request(kept, "GET", "/", [] { return 200; });
  manager_.instrument_session(kept, "api", "1", [] {});
  std::string names;
  const std::string all = tree();
  for (std::size_t at = 0; at < all.size(); at = all.find('\n', at) + 1) {
    const std::size_t text = all.find_first_not_of(' ', at);
    names +=
        std::string((text - at) / 2, '>') + all.substr(text, all.find_first_of(" \n", text) - text) + " ";
  }
  EXPECT_EQ(names, "request >async >>below >later >tool.t >pipeline.p >pipeline.p.s >http.GET >session.api ");
}

TEST_F(Instrument, AsynchronousFormsReturnAndThrowThroughTheirFuture) {
  auto answer = manager_.instrument_tool_execution_async("t", [] { return std::make_unique<int>(8); });
  EXPECT_EQ(*answer.get(), 8);
  auto thrown =
      manager_.instrument_pipeline_async("p", []() -> int { throw std::runtime_error("far away"); });
  EXPECT_THROW(thrown.get(), std::runtime_error);
  manager_.instrument_pipeline_stage_async("p", {"s", 0, 1}, [] {}).get();
  EXPECT_EQ(manager_.instrument_http_request_async("GET", "/", [] { return 204; }).get(), 204);
  manager_.instrument_session_async("api", "1", [] {}).get();
  EXPECT_EQ(manager_
                .instrument_operation_async(
                    "empty", [] { return std::optional<int>(); }, kEmptyIsFailure)
                .get(),
            std::nullopt);
  const std::string text = metrics();
  EXPECT_THAT(text, HasSubstr("tool_execution_total{tool_name=\"t\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("pipeline_errors_total{pipeline_name=\"p\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("http_status_code=\"204\"} 1\n"));
  EXPECT_THAT(tree(), HasSubstr("empty error.type=empty"));
}

TEST_F(Instrument, AnExecutorOfOnesOwnRunsTheWork) {
  std::deque<std::function<void()>> queue;
  const auto executor = [&queue](std::function<void()> task) { queue.push_back(std::move(task)); };
  std::future<int> done = instrument::run_on(executor, manager_.begin_tool("queued"), [] { return 3; });
  std::future<int> lost = instrument::run_on(executor, manager_.begin_tool("lost"), [] { return 4; });
  ASSERT_EQ(queue.size(), 2U);
  std::thread([&] { queue.front()(); }).join();
  EXPECT_EQ(done.get(), 3);
  queue.clear();
  EXPECT_THROW(lost.get(), std::future_error);
  EXPECT_THAT(metrics(), HasSubstr("tool_errors_total{tool_name=\"queued\"} 0\n"));
  EXPECT_THAT(tree(),
              HasSubstr("tool.lost tool.name=lost operation.type=tool_execution error.type=abandoned"));
}

TEST_F(Instrument, ErrorsAreRecordedOnTheCurrentSpanAndOnAnother) {
  Context outer;
  manager_.instrument_operation("outer", [&] {
    outer = Context::current();
    manager_.instrument_operation("inner", [&] {
      Manager::record_error(std::runtime_error("one"));
      Manager::record_error(outer, Outcome::failure("kind", "two"));
    });
    manager_.instrument_operation(
        "codes", [] { Manager::record_error(std::make_error_code(std::errc::no_such_file_or_directory)); });
  });
  {
    ActiveSpan span = manager_.tracing().start_span("by hand");
    manager_.tracing().record_error(span, Error{ErrorCode::kUnavailable, "three"});
  }
  EXPECT_EQ(tree(),
            "outer error.type=kind !two @exception\n"
            "  inner error.type=std::runtime_error !one @exception\n"
            "  codes error.type=ENOENT !No such file or directory @exception\n"
            "by hand error.type=unavailable !three @exception\n");
}

TEST(InstrumentOff, EveryFormRunsWhatItIsGiven) {
  Manager manager{Config::testing()};
  ASSERT_TRUE(manager.initialize());
  EXPECT_EQ(manager.instrument_pipeline("p", [] { return 1; }), 1);
  EXPECT_EQ(manager.instrument_pipeline_stage("p", "s", [] { return 2; }), 2);
  EXPECT_EQ(manager.instrument_session("t", "i", [] { return 3; }), 3);
  EXPECT_EQ(manager.instrument_http_request("GET", "/", [] { return 200; }), 200);
  EXPECT_EQ(manager.instrument_tool_execution_async("t", [] { return 4; }).get(), 4);
  Manager::record_error(std::runtime_error("nobody hears"));
}

}  // namespace
}  // namespace container_kit::telemetry
