// The whole server under load, by the bar that its alert sets: P95 of tool_execution_duration_seconds under
// 300 us at 1,000 requests a second, with every span sampled and sent.
//
//   server_bench [RESULTS.json] [--requests N] [ROW...]
//
// The container-kit beside this program serves on the loopback interface; requests come from one thread of
// this process over a few keep-alive connections, and spans go to a receiver on another, which discards them.
// So client, server and receiver share the machine's cores.
//
// Rows of tools: P95 as Prometheus's histogram_quantile() gives it, from the server's own histogram, read
// before and after the load. 300 us is a bucket's bound, so whether the bar holds does not depend on the
// interpolation. Latencies that the client saw are in the note.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>

#include "closed_loop.h"
#include "http_client.h"
#include "open_loop.h"
#include "receiver.h"
#include "report.h"
#include "repositories.h"
#include "requests.h"
#include "server_process.h"
#include "tool_histogram.h"

namespace container_kit::kit::bench {
namespace {

using std::chrono::milliseconds;
using telemetry::bench::median;
using telemetry::bench::Row;

constexpr const char* kPeer = "the bar";
constexpr double kBar = 0.0003;  // seconds
constexpr double kRate = 1'000;
constexpr int kConnections = 8;
constexpr double kMicroseconds = 1e6;

struct Setting {
  WorkFolder work;
  std::string repository = work.path() + "/thousand";
  std::string large = work.path() + "/ten_thousand";
  Receiver receiver;
  std::vector<ToolRequest> tools = tool_requests(repository);
  std::size_t memory_requests = 200'000;

  Setting() {
    make_repository(repository, 1'000);
    make_repository(large, 10'000);
  }

  std::unique_ptr<ServerProcess> server(bool with_telemetry = true) const {
    return std::make_unique<ServerProcess>(work.path(), with_telemetry ? receiver.url() : std::string());
  }
};

std::string formatted(const char* format, double a, double b = 0, double c = 0, double d = 0) {
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), format, a, b, c, d);
  return text.data();
}

Row tool_row(const Setting& setting, const ToolRequest& tool) {
  constexpr int kRounds = 5;
  constexpr milliseconds kWarmUp{1'000};
  constexpr double kSeconds = 2;
  constexpr milliseconds kDuration{static_cast<int>(kSeconds * 1e3)};
  const auto server = setting.server();
  Row row{.name = tool.row,
          .threads = kConnections,
          .peer = kPeer,
          .unit = "us",
          .theirs = kBar * kMicroseconds,
          .target = "P95 < 300 us"};
  HttpClient scraper(server->port());
  run_open_loop(server->port(), {tool.request}, kConnections, kRate, kWarmUp);
  const auto before = read_histogram(scraper, tool.tool);
  Load seen;
  for (int round = 0; round < kRounds; ++round) {
    const auto earlier = read_histogram(scraper, tool.tool);
    const auto load = run_open_loop(server->port(), {tool.request}, kConnections, kRate, kDuration);
    seen.latencies.insert(seen.latencies.end(), load.latencies.begin(), load.latencies.end());
    const auto now = read_histogram(scraper, tool.tool).since(earlier);
    row.our_samples.push_back(now.quantile(0.95) * kMicroseconds);
  }
  const auto all = read_histogram(scraper, tool.tool).since(before);
  row.ours = all.quantile(0.95) * kMicroseconds;
  const double sent = static_cast<double>(seen.latencies.size()) / kRounds / kSeconds / kRate;
  row.reached = all.part_within(kBar) > 0.95 && sent > 0.99;
  if (all.count() != seen.latencies.size()) row.failure = "the histogram does not hold every call";
  row.note =
      formatted("server: mean %.0f us, %.2f%% within 300 us",
                all.sum / static_cast<double>(all.count()) * kMicroseconds, 100 * all.part_within(kBar)) +
      formatted("; client: p50 %.0f, p95 %.0f, p99 %.0f us", seen.percentile(0.5), seen.percentile(0.95),
                seen.percentile(0.99)) +
      formatted("; %.1f%% of 1,000 requests a second, open loop", 100 * sent);
  return row;
}

Row first_analysis_row(const Setting& setting) {
  constexpr int kRounds = 9;
  constexpr double kMost = 150;
  Row row{
      .name = "server_first_analysis", .peer = kPeer, .unit = "ms", .theirs = kMost, .target = "< 150 ms"};
  std::vector<double> client;
  for (int round = 0; round < kRounds; ++round) {
    const auto server = setting.server();  // which has seen nothing yet
    HttpClient connection(server->port());
    const auto started = std::chrono::steady_clock::now();
    connection.ask(analyze_request(setting.large));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - started;
    if (round == 0) continue;  // warms the page cache
    client.push_back(took.count());
    row.our_samples.push_back(read_histogram(connection, "analyze").sum * 1e3);
  }
  row.ours = median(row.our_samples);
  row.reached = row.ours < kMost;
  row.note = formatted("10,000 files of 3.2 KiB, warm page cache, a new server each; client: %.1f ms",
                       median(client));
  return row;
}

Row telemetry_cost_row(const Setting& setting) {
  constexpr int kRounds = 12;
  constexpr milliseconds kDuration{1'500};
  constexpr double kLeast = 0.97;
  const auto on = setting.server(true);
  const auto off = setting.server(false);
  const auto requests = mixture(setting.tools);
  Row row{.name = "server_telemetry_cost",
          .threads = kConnections,
          .peer = "telemetry off",
          .unit = "requests/s",
          .more_is_better = true,
          .target = "ratio >= 0.97"};
  std::vector<double> on_cpu;
  std::vector<double> off_cpu;
  const auto run = [&](const ServerProcess& server, std::vector<double>& rates, std::vector<double>& costs) {
    const auto cpu = server.processor_time();
    const auto load = run_closed_loop(server.port(), requests, kConnections, SIZE_MAX, kDuration);
    const std::chrono::duration<double, std::micro> used = server.processor_time() - cpu;
    rates.push_back(load.per_second());
    costs.push_back(used.count() / static_cast<double>(load.latencies.size()));
  };
  std::vector<double> warm_up;
  run(*on, warm_up, warm_up);
  run(*off, warm_up, warm_up);
  for (int round = 0; round < kRounds; ++round) {
    const bool on_first = round % 2 == 0;
    if (on_first) run(*on, row.our_samples, on_cpu);
    run(*off, row.their_samples, off_cpu);
    if (!on_first) run(*on, row.our_samples, on_cpu);
  }
  row.ours = median(row.our_samples);
  row.theirs = median(row.their_samples);
  row.reached = row.ratio().value_or(0) >= kLeast;
  if (setting.receiver.requests() == 0) row.failure = "no span arrived";
  row.note = formatted(
      "all tools in turns, closed loop; processor time of the server a request: %.1f us with, %.1f us "
      "without; %.0f requests with %.0f MiB of spans were sent",
      median(on_cpu), median(off_cpu), static_cast<double>(setting.receiver.requests()),
      static_cast<double>(setting.receiver.bytes()) / 1048576);
  return row;
}

Row memory_row(const Setting& setting) {
  constexpr double kMost = 60;
  constexpr double kGrowth = 1;
  constexpr milliseconds kPatience{300'000};
  const auto server = setting.server();
  const auto requests = mixture(setting.tools);
  Row row{.name = "server_memory",
          .threads = kConnections,
          .peer = kPeer,
          .unit = "MiB",
          .theirs = kMost,
          .target = "< 60 MiB, no growth"};
  constexpr std::size_t kSteps = 5;
  for (std::size_t step = 0; step < kSteps; ++step) {
    const auto load =
        run_closed_loop(server->port(), requests, kConnections, setting.memory_requests / kSteps, kPatience);
    if (load.latencies.size() < setting.memory_requests / kSteps) row.failure = "the server was too slow";
    row.our_samples.push_back(server->resident_mebibytes());
  }
  row.ours = server->peak_mebibytes();
  const double growth = row.our_samples.back() - row.our_samples.front();
  row.reached = row.ours < kMost && growth <= kGrowth;
  row.note = formatted(
      "the most that was resident in %.0f requests of all tools; %.1f MiB after a fifth of them, %.1f MiB "
      "after all",
      static_cast<double>(setting.memory_requests), row.our_samples.front(), row.our_samples.back());
  return row;
}

struct Arguments {
  std::string results = "server_bench.json";
  std::vector<std::string> rows;
  std::size_t memory_requests = 0;

  bool wants(const std::string& row) const {
    return rows.empty() || std::find(rows.begin(), rows.end(), row) != rows.end();
  }
};

Arguments arguments_of(int argc, char** argv) {
  Arguments arguments;
  const std::vector<std::string> words(argv + 1, argv + argc);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--requests" && i + 1 < words.size()) {
      arguments.memory_requests = std::strtoull(words[++i].c_str(), nullptr, 10);
    } else if (i == 0) {
      arguments.results = words[i];
    } else {
      arguments.rows.push_back(words[i]);
    }
  }
  return arguments;
}

int run(const Arguments& arguments) {
  Setting setting;
  if (arguments.memory_requests > 0) setting.memory_requests = arguments.memory_requests;
  std::vector<Row> rows;
  const auto add = [&](const std::string& name, const std::function<Row()>& measure) {
    if (!arguments.wants(name)) return;
    rows.push_back(measure());
    print(rows.back());
    std::printf("    %s: %s\n", rows.back().reached ? "reached" : "missed", rows.back().note.c_str());
    std::fflush(stdout);
  };
  for (const auto& tool : setting.tools) add(tool.row, [&] { return tool_row(setting, tool); });
  add("server_first_analysis", [&] { return first_analysis_row(setting); });
  add("server_telemetry_cost", [&] { return telemetry_cost_row(setting); });
  add("server_memory", [&] { return memory_row(setting); });
  if (!write_rows(arguments.results, rows)) give_up("cannot write " + arguments.results);
  return std::any_of(rows.begin(), rows.end(), [](const Row& row) { return !row.failure.empty(); }) ? 1 : 0;
}

}  // namespace
}  // namespace container_kit::kit::bench

int main(int argc, char** argv) {
  return container_kit::kit::bench::run(container_kit::kit::bench::arguments_of(argc, argv));
}
