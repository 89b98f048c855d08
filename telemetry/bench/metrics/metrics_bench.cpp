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
#include "metrics/rows.h"

namespace bench {

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

using Case = std::optional<Run> (Contender::*)(const Workload&);

// Sums of the same values in another order differ in their last digits.
bool same(double a, double b) {
  return std::fabs(a - b) <= 1e-9 * std::max(std::fabs(a), std::fabs(b));
}

std::vector<Row> measure(const std::string& name, Case call, const Workload& work,
                         const std::vector<Contender*>& contenders) {
  std::vector<std::vector<double>> times(contenders.size());
  std::vector<Run> last(contenders.size());
  for (int repetition = 0; repetition < kRepetitions; ++repetition) {
    for (std::size_t i = 0; i < contenders.size(); ++i) {
      const std::optional<Run> run = (contenders[i]->*call)(work);
      if (!run) continue;
      times[i].push_back(run->nanoseconds);
      last[i] = *run;
    }
  }
  std::vector<Row> rows;
  for (std::size_t i = 1; i < contenders.size(); ++i) {
    if (times[i].empty()) continue;
    Row row{name, work.threads, contenders[i]->name(), "ns", median(times[0]), median(times[i]), {}};
    if (!same(last[0].count, last[i].count) || !same(last[0].sum, last[i].sum)) {
      row.failure = "totals differ: " + std::to_string(last[0].count) + "/" + std::to_string(last[0].sum) +
                    " and " + std::to_string(last[i].count) + "/" + std::to_string(last[i].sum);
    }
    rows.push_back(std::move(row));
    print(rows.back());
  }
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
  struct Line {
    const char* name;
    Case call;
    std::uint64_t calls;
    std::vector<int> threads;
  };
  const std::vector<Line> lines = {
      {"counter_bound", &Contender::counter_bound, kFast, {1, 2}},
      {"histogram_bound", &Contender::histogram_bound, kFast, {1, 2}},
      {"exponential_histogram_bound", &Contender::exponential_bound, kFast, {1, 2}},
      {"counter_attributes", &Contender::counter_attributes, kSlow, {1, 2}},
      {"histogram_attributes", &Contender::histogram_attributes, kSlow, {1, 2}},
      {"tool", &Contender::tool, kTools, {1}},
      {"scrape_10k", &Contender::scrape_10k, kScrapes, {1}},
  };
  std::vector<Row> rows;
  for (const Line& line : lines) {
    for (const int threads : line.threads) {
      for (Row& row : measure(line.name, line.call, {threads, line.calls}, contenders)) rows.push_back(row);
    }
  }
  const double ours = memory_of(*contenders[0]);
  for (std::size_t i = 1; i < contenders.size(); ++i) {
    const double theirs = memory_of(*contenders[i]);
    if (theirs == 0) continue;
    rows.push_back({"memory_100k", 1, contenders[i]->name(), "bytes", ours, theirs, {}});
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
  if (!bench::write_json(argc > 1 ? argv[1] : "build/bench/results/metrics_bench.json", rows)) return 1;
  for (const bench::Row& row : rows) {
    if (!row.failure.empty()) return 1;
  }
  return 0;
}
