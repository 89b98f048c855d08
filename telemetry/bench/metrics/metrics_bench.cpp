// What a measurement costs, beside opentelemetry-cpp and prometheus-cpp in the same process and the same
// minute: each repetition runs every library once, and each figure is the median over the repetitions.
//
// metrics_bench [RESULTS.json]: its rows go there. Exits with 1 when a library counted something else than
// another.
#include <cstdio>
#include <fstream>
#include <functional>

#include <malloc.h>
#include <unistd.h>

#include "metrics/cell_arena.h"
#include "metrics/contender.h"
#include "report.h"

namespace bench {

using container_kit::telemetry::bench::median;
using container_kit::telemetry::bench::print;
using container_kit::telemetry::bench::Row;

Run read_back(const std::string& text, const std::string& name) {
  Run run;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(name) || (line[name.size()] != '{' && line[name.size()] != ' ')) continue;
    run.count += 1;
    run.sum += std::strtod(line.c_str() + line.rfind(' '), nullptr);
  }
  return run;
}

namespace {

constexpr int kRepetitions = 9;
// As fast as another run of the same: what two runs of one and the same work differ by here.
constexpr double kNoise = 0.95;

using Case = std::optional<Run> (Contender::*)(const Workload&);

// Sums of the same values in another order differ in their last digits.
bool same(double a, double b) {
  return std::fabs(a - b) <= 1e-9 * std::max(std::fabs(a), std::fabs(b));
}

// What a row is to reach, by the peer's name; "" is what is asked of ours alone.
struct Goal {
  const char* peer;
  double least_ratio = 0;
  double at_most = 0;
};

struct Line {
  const char* name;
  Case call;
  std::uint64_t calls;
  std::vector<int> threads;
  std::vector<Goal> goals = {};  // on one thread
  double at_most_on_two = 0;
  bool no_slower_on_two = false;
};

// The runs of one contender on one number of threads.
struct Series {
  std::vector<double> times;
  Run last;
};

void set_goal(Row& row, const Line& line) {
  if (row.threads != 1) {
    if (line.at_most_on_two > 0) row.want_at_most(line.at_most_on_two);
    return;
  }
  for (const Goal& goal : line.goals) {
    if (row.peer.find(goal.peer) == std::string::npos) continue;
    if (goal.at_most > 0) row.want_at_most(goal.at_most);
    if (goal.least_ratio > 0) row.want_ratio(goal.least_ratio);
  }
}

Row row_of(const Line& line, int threads, const Contender& peer, const Series& ours, const Series& theirs) {
  Row row{.name = line.name, .threads = threads, .peer = peer.name()};
  row.our_samples = ours.times;
  row.their_samples = theirs.times;
  row.ours = median(ours.times);
  row.theirs = median(theirs.times);
  if (!same(ours.last.count, theirs.last.count) || !same(ours.last.sum, theirs.last.sum)) {
    row.failure = "totals differ: " + std::to_string(ours.last.count) + "/" + std::to_string(ours.last.sum) +
                  " and " + std::to_string(theirs.last.count) + "/" + std::to_string(theirs.last.sum);
  }
  set_goal(row, line);
  return row;
}

// Beside ourselves on one thread: a call may not be slower for what another thread does.
Row row_beside_one_thread(const Line& line, int threads, const Series& many, const Series& one) {
  Row row{.name = line.name, .threads = threads, .peer = "container-kit on one thread"};
  row.our_samples = many.times;
  row.their_samples = one.times;
  row.ours = median(many.times);
  row.theirs = median(one.times);
  if (line.no_slower_on_two) row.want_ratio(kNoise);
  return row;
}

// Every contender on every number of threads, once in each repetition.
std::vector<Row> measure(const Line& line, const std::vector<Contender*>& contenders) {
  std::vector<std::vector<Series>> all(line.threads.size(), std::vector<Series>(contenders.size()));
  for (int repetition = 0; repetition < kRepetitions; ++repetition) {
    for (std::size_t t = 0; t < line.threads.size(); ++t) {
      for (std::size_t i = 0; i < contenders.size(); ++i) {
        const std::optional<Run> run = (contenders[i]->*line.call)({line.threads[t], line.calls});
        if (!run) continue;
        all[t][i].times.push_back(run->nanoseconds);
        all[t][i].last = *run;
      }
    }
  }
  std::vector<Row> rows;
  for (std::size_t t = 0; t < line.threads.size(); ++t) {
    const std::vector<Series>& runs = all[t];
    for (std::size_t i = 1; i < contenders.size(); ++i) {
      if (runs[i].times.empty()) continue;
      rows.push_back(row_of(line, line.threads[t], *contenders[i], runs[0], runs[i]));
    }
    if (t > 0) rows.push_back(row_beside_one_thread(line, line.threads[t], runs[0], all[0][0]));
  }
  for (const Row& row : rows) print(row);
  return rows;
}

// Resident memory that is the process' own: whatever it was taken from, malloc or mmap.
double bytes_in_use() {
  malloc_trim(0);  // what a library gave back before counts for nobody
  std::ifstream statm("/proc/self/statm");
  double pages = 0;
  double resident = 0;
  double shared = 0;
  statm >> pages >> resident >> shared;
  return (resident - shared) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double memory_of(Contender& contender) {
  const double before = bytes_in_use();
  return contender.make_100k() ? bytes_in_use() - before : 0;
}

std::vector<Row> run_all(const std::vector<Contender*>& contenders) {
  constexpr std::uint64_t kFast = 2'000'000;
  constexpr std::uint64_t kSlow = 200'000;
  constexpr std::uint64_t kTools = 100'000;
  constexpr std::uint64_t kScrapes = 12;
  const std::vector<Line> lines = {
      {"counter_bound", &Contender::counter_bound, kFast, {1, 2}, {{"", 0, 2.5}}, 0, true},
      {"histogram_bound", &Contender::histogram_bound, kFast, {1, 2}, {{"", 0, 6}}, 8},
      {"exponential_histogram_bound", &Contender::exponential_bound, kFast, {1, 2}, {{"", 0, 10}}},
      {"counter_attributes",
       &Contender::counter_attributes,
       kSlow,
       {1, 2},
       {{"opentelemetry", 5}, {"prometheus", 8}}},
      {"histogram_attributes", &Contender::histogram_attributes, kSlow, {1, 2}, {{"", 4}}},
      {"tool", &Contender::tool, kTools, {1}, {{"opentelemetry", 15}}},
      {"tool_private", &Contender::tool_private, kTools, {1}, {{"opentelemetry", 15}}},
      {"scrape_10k", &Contender::scrape_10k, kScrapes, {1}, {{"prometheus", 12}}},
  };
  std::vector<Row> rows;
  for (const Line& line : lines) {
    for (Row& row : measure(line, contenders)) rows.push_back(std::move(row));
  }
  const double ours = memory_of(*contenders[0]);
  for (std::size_t i = 1; i < contenders.size(); ++i) {
    const double theirs = memory_of(*contenders[i]);
    if (theirs == 0) continue;
    Row row{.name = "memory_100k", .peer = contenders[i]->name(), .unit = "bytes"};
    row.ours = ours;
    row.theirs = theirs;
    if (row.peer.find("prometheus") != std::string::npos) row.want_ratio(1);
    rows.push_back(std::move(row));
    print(rows.back());
  }
  return rows;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  const auto ours = bench::make_ours();
  std::vector<bench::Contender*> contenders{ours.get()};
  const auto prometheus = bench::make_prometheus();
  const auto opentelemetry = bench::make_opentelemetry();
  for (bench::Contender* peer : {prometheus.get(), opentelemetry.get()}) {
    if (peer != nullptr) {
      contenders.push_back(peer);
    } else {
      std::puts("a peer is not installed: its rows are left out");
    }
  }
  const std::vector<bench::Row> rows = bench::run_all(contenders);
  if (!container_kit::telemetry::bench::write_rows(
          argc > 1 ? argv[1] : "build/bench/results/metrics_bench.json", rows))
    return 1;
  for (const bench::Row& row : rows) {
    if (!row.failure.empty()) return 1;
  }
  return 0;
}
