// The guide's five queries, asked of a real Prometheus that scrapes the running server under load. What each
// must give is computed here: from what the clients sent, from the server's own text, and by Prometheus'
// documented arithmetic over the samples that it stored.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/metrics.h>

#include "support/prometheus_server.h"
#include "support/running_server.h"

namespace container_kit::tests {
namespace {

using kit::http::RawClient;
using Points = std::vector<QueriedSeries::Point>;

bool wait_for(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
  }
  return true;
}

double milliseconds(double seconds) {
  return std::round(seconds * 1000);
}

// rate(): the increase between the first and the last sample of the range, extrapolated to the ends of the
// range or half an interval beyond the samples, whichever is nearer, and never to before the counter was 0.
double rate_of(const Points& points, double end, double range) {
  const double increase = points.back().second - points.front().second;
  const double covered = milliseconds(points.back().first) - milliseconds(points.front().first);
  const double interval = covered / static_cast<double>(points.size() - 1);
  double before = milliseconds(points.front().first) - milliseconds(end - range);
  const double after = milliseconds(end) - milliseconds(points.back().first);
  if (increase > 0) before = std::min(before, covered * points.front().second / increase);
  double reach = covered;
  reach += before < 1.1 * interval ? before : interval / 2;
  reach += after < 1.1 * interval ? after : interval / 2;
  return increase * reach / covered / range;
}

// histogram_quantile(): linear within the bucket that holds the rank. `below` maps upper bounds to cumulative
// counts.
double quantile_of(double q, const std::map<double, double>& below) {
  const double rank = q * below.rbegin()->second;
  double start = 0;
  double before = 0;
  for (const auto& [end, count] : below) {
    if (count >= rank)
      return std::isinf(end) ? start : start + (end - start) * (rank - before) / (count - before);
    start = end;
    before = count;
  }
  return std::nan("");
}

// The buckets of the only series of `name` with this label in a text exposition.
std::map<double, double> buckets_in(const std::string& text, const std::string& name,
                                    const std::string& label) {
  std::map<double, double> below;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(name + "_bucket{" + label + ",le=\"", 0) != 0) continue;
    const std::string end = line.substr(line.find("le=\"") + 4);
    below[end[0] == '+' ? std::numeric_limits<double>::infinity() : std::strtod(end.c_str(), nullptr)] =
        std::strtod(line.c_str() + line.rfind(' '), nullptr);
  }
  return below;
}

struct Sent {
  std::atomic<int> right{0};
  std::atomic<int> wrong{0};
};

// One client: of every five calls one is wrong, and no two clients are wrong at the same time.
void call_until(const std::atomic<bool>& done, const RunningServer& server, int first, Sent& sent) {
  RawClient client(server.port());
  for (int i = first; !done.load(); ++i) {
    const bool wrong = i % 5 == 0;
    const auto answer = client.ask(analyze_call(wrong ? server.root() / "absent" : server.root()));
    ASSERT_EQ(answer.status, wrong ? 404 : 200) << answer.body;
    ++(wrong ? sent.wrong : sent.right);
  }
}

class GuideQueries : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!PrometheusServer::is_installed()) return;
    server = std::make_unique<RunningServer>();
    server->folder().write("package.json", R"({"name":"shop","dependencies":{"express":"^4.18.2"}})");
    prometheus = std::make_unique<PrometheusServer>(server->port());
    load();
  }
  static void TearDownTestSuite() {
    prometheus.reset();
    server.reset();
  }
  void SetUp() override {
    if (!PrometheusServer::is_installed())
      GTEST_SKIP() << "prometheus is not installed: scripts/deps.sh test";
    ASSERT_NE(at, "") << "Prometheus did not see the load";
  }

  // From the first scrape on, for a dozen scrapes; then until a scrape has seen the last call.
  static void load() {
    const auto scrapes = [] {
      const auto up = prometheus->query("count_over_time(up[5m])");
      return up.empty() ? 0 : up[0].value();
    };
    if (!wait_for([&] { return scrapes() >= 1; })) return;
    std::atomic<bool> done{false};
    std::vector<std::thread> clients;
    for (int first = 0; first < 2; ++first)
      clients.emplace_back([&, first] { call_until(done, *server, first * 2, sent); });
    wait_for([&] { return scrapes() >= 13; });
    done = true;
    for (auto& client : clients) client.join();
    const double calls = sent.right + sent.wrong;
    const auto last = [&] {
      const auto total =
          prometheus->query("timestamp(tool_execution_total == " + std::to_string(calls) + ")");
      return total.empty() ? 0.0 : total[0].value();
    };
    wait_for([&] { return last() > 0; });
    // All samples of one scrape carry one time and are stored at once, so nothing more will be stored for
    // this time.
    std::ostringstream text;
    text << std::fixed << last();
    at = text.str();
    exposition = server->ask(kit::http::get("/metrics")).body;
  }

  static std::vector<QueriedSeries> ask(const std::string& query) { return prometheus->query(query, at); }
  static double when() { return std::strtod(at.c_str(), nullptr); }

  static std::unique_ptr<RunningServer> server;
  static std::unique_ptr<PrometheusServer> prometheus;
  static Sent sent;
  static std::string at;          // the time of the scrape that all queries are asked for
  static std::string exposition;  // the server's own text after the load
};

std::unique_ptr<RunningServer> GuideQueries::server;
std::unique_ptr<PrometheusServer> GuideQueries::prometheus;
Sent GuideQueries::sent;
std::string GuideQueries::at;
std::string GuideQueries::exposition;

// Of the answer to a query for all tools; nobody called the others.
std::vector<QueriedSeries> of_analyze(std::vector<QueriedSeries> found) {
  std::erase_if(found, [](const auto& series) { return series.labels.at("tool_name") != "analyze"; });
  return found;
}

TEST_F(GuideQueries, series_are_there_at_zero_before_the_first_call) {
  for (const char* name :
       {"tool_execution_total", "tool_errors_total", "tool_execution_duration_seconds_count"}) {
    const auto all = ask(std::string(name) + "[5m]");
    ASSERT_FALSE(all.empty()) << name;
    for (const auto& series : all) {
      EXPECT_EQ(series.points.front().second, 0) << name;
      EXPECT_GE(series.points.size(), 12U) << name;
    }
  }
}

TEST_F(GuideQueries, p95_tool_execution_latency) {
  const auto found =
      of_analyze(ask("histogram_quantile(0.95, rate(tool_execution_duration_seconds_bucket[5m]))"));
  ASSERT_EQ(found.size(), 1U);
  const auto below = buckets_in(exposition, "tool_execution_duration_seconds", "tool_name=\"analyze\"");
  ASSERT_EQ(below.size(), telemetry::duration_boundaries().size() + 1);
  EXPECT_EQ(below.rbegin()->second, sent.right + sent.wrong);
  const double expected = quantile_of(0.95, below);
  EXPECT_GT(expected, 0);
  EXPECT_NEAR(found[0].value(), expected, 1e-9 * expected);
}

TEST_F(GuideQueries, error_rate_by_tool) {
  const auto found = of_analyze(ask("rate(tool_errors_total[5m]) / rate(tool_execution_total[5m])"));
  ASSERT_EQ(found.size(), 1U);
  const double expected = static_cast<double>(sent.wrong) / (sent.wrong + sent.right);
  EXPECT_GT(expected, 0);
  EXPECT_NEAR(found[0].value(), expected, 1e-9);
}

TEST_F(GuideQueries, http_request_rate) {
  const auto found = ask("rate(http_requests_total[1m])");
  std::map<std::string, double> last;  // by method, route and status: what the clients counted
  for (const auto& series : found) {
    auto labels = series.labels;
    const std::string selector = "http_requests_total{http_method=\"" + labels["http_method"] +
                                 "\",http_route=\"" + labels["http_route"] + "\",http_status_code=\"" +
                                 labels["http_status_code"] + "\"}";
    const auto samples = ask(selector + "[1m]");
    ASSERT_EQ(samples.size(), 1U) << selector;
    const double expected = rate_of(samples[0].points, when(), 60);
    EXPECT_NEAR(series.value(), expected, 1e-9 * expected) << selector;
    last[labels["http_method"] + " " + labels["http_route"] + " " + labels["http_status_code"]] =
        samples[0].value();
  }
  EXPECT_EQ(last["POST /api/tools/execute 200"], sent.right);
  EXPECT_EQ(last["POST /api/tools/execute 404"], sent.wrong);
  EXPECT_GE(last["GET /metrics 200"], 12);
  EXPECT_EQ(last["GET /ready 200"], 0);
}

TEST_F(GuideQueries, memory_usage) {
  const auto found = ask("system_memory_usage_bytes / 1024 / 1024 / 1024");
  ASSERT_EQ(found.size(), 1U);
  const double resident = server->program().resident_bytes() / 1024.0 / 1024.0 / 1024.0;
  EXPECT_GT(resident, 0);
  EXPECT_NEAR(found[0].value(), resident, resident / 4);  // it was read a moment earlier
}

TEST_F(GuideQueries, active_sessions) {
  const auto found = ask("session_total - session_completed_total");
  std::vector<std::string> types;
  for (const auto& series : found) {
    types.push_back(series.labels.at("session_type"));
    EXPECT_EQ(series.value(), 0);  // nobody opened one
  }
  EXPECT_THAT(types, ::testing::UnorderedElementsAre("interactive", "workflow", "batch", "api"));
}

TEST_F(GuideQueries, coroutines_and_tasks_are_counted) {
  const auto most = ask("max_over_time(system_goroutines_count[5m])");
  ASSERT_EQ(most.size(), 1U);
  // While it is scraped: the one that accepts, the scrape's connection, the two clients', and their calls now
  // and then.
  EXPECT_GE(most[0].value(), 4);
  EXPECT_LE(most[0].value(), 6);
}

TEST_F(GuideQueries, promtool_only_finds_the_names_of_the_guide) {
  const auto [code, said] = run_with_input({"promtool", "check", "metrics"}, exposition);
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_THAT(line, ::testing::MatchesRegex(
                          "system_(goroutines|threads)_count non-histogram and non-summary metrics "
                          "should not have \"_count\" suffix"));
  }
  EXPECT_THAT(code, ::testing::AnyOf(0, 3)) << said;  // 3: it would have named something otherwise
}

}  // namespace
}  // namespace container_kit::tests
