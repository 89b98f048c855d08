// encode_bench [RESULTS.json]: spans a second that one core transcodes for each receiver, in batches of 512.
//
// In CPU time of the thread, so that other programs on the machine do not count; the median of the rounds.
// There is no peer: the rows have a target instead.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <vector>

#include "encode/batch.h"
#include "protocol/jaeger_thrift.h"
#include "protocol/otlp_json.h"
#include "protocol/zipkin_json.h"

namespace container_kit::telemetry::bench {
namespace {

constexpr int kRounds = 15;
constexpr int kBatchesInRound = 100;
constexpr double kTarget = 1'000'000;

using Append = std::size_t (*)(std::string&, std::string_view, std::span<const protocol::ScopeSpans>);

struct Row {
  const char* name;
  Append append;
  double spans_a_second = 0;
  std::size_t bytes_a_span = 0;
};

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// False where spans are missing from what was written.
bool measure(Row& row, const Batch& batch) {
  std::vector<double> rates;
  std::string out;
  std::size_t torn = 0;
  for (int round = 0; round < kRounds; ++round) {
    const double begin = cpu_seconds();
    for (int i = 0; i < kBatchesInRound; ++i) {
      out.clear();
      torn += row.append(out, batch.resource(), batch.scopes());
    }
    rates.push_back(kBatchesInRound * static_cast<double>(kSpansInBatch) / (cpu_seconds() - begin));
  }
  std::nth_element(rates.begin(), rates.begin() + kRounds / 2, rates.end());
  row.spans_a_second = rates[kRounds / 2];
  row.bytes_a_span = out.size() / kSpansInBatch;
  return torn == 0 && batch.scopes()[0].spans.size() == kSpansInBatch;
}

bool write_json(const char* path, const std::vector<Row>& rows) {
  std::error_code ignored;  // a folder that cannot be made shows as a file that cannot be written
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  std::ofstream out(path);
  for (const Row& row : rows) {
    out << (&row == rows.data() ? "[" : ",") << "\n  {\"name\": \"" << row.name
        << R"(", "threads": 1, "peer": "none", "unit": "spans/s", "ours": )" << row.spans_a_second
        << R"(, "theirs": null, "ratio": null, "target": "ours >= )" << kTarget << R"(", "reached": )"
        << (row.spans_a_second >= kTarget ? "true" : "false") << "}";
  }
  out << "\n]\n";
  return out.good();
}

int run(const char* path) {
  const Batch batch;
  std::vector<Row> rows{{"encode_jaeger", protocol::append_jaeger_batch},
                        {"encode_zipkin", protocol::append_zipkin_spans},
                        {"encode_otlp_json", [](std::string& out, std::string_view resource,
                                                std::span<const protocol::ScopeSpans> scopes) {
                           return protocol::append_otlp_traces_json(out, resource, scopes);
                         }}};
  for (Row& row : rows) {
    if (!measure(row, batch)) {
      std::fprintf(stderr, "%s: spans are missing\n", row.name);
      return 1;
    }
    std::printf("%-16s %12.0f spans/s on one core, %zu bytes each\n", row.name, row.spans_a_second,
                row.bytes_a_span);
  }
  return write_json(path, rows) ? 0 : 1;
}

}  // namespace
}  // namespace container_kit::telemetry::bench

int main(int argc, char** argv) {
  return container_kit::telemetry::bench::run(argc > 1 ? argv[1] : "build/bench/results/encode_bench.json");
}
