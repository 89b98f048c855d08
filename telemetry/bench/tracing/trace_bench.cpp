// What a span costs, beside opentelemetry-cpp in the same process and the same minute.
//
//   trace_bench [RESULTS.json [ROW...]]    RESULTS.json: see report.h; ROW: only rows of these names
//
// Its peer is opentelemetry-cpp's SDK: BatchSpanProcessor, OtlpRecordable, and an exporter that discards.
// Both sides have the same resource, scope and schedule. Spans come in bursts that fit into our flight buffer
// and the peer's queue, the sides take turns, and all is flushed between bursts. Fails where a row is void:
// spans of ours were dropped, or a sample of what came out, decoded by the official schema, is not what came
// out of the peer.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>

#include "tracing/rows.h"

namespace container_kit::telemetry::bench {
namespace {

struct Entry {
  std::string name;
  std::function<std::vector<Row>()> rows;
};

std::vector<Entry> entries() {
  const auto one = [](Row (*row)()) { return [row] { return std::vector<Row>{row()}; }; };
  return {{"span", one(span_row)},
          {"span_full", one(span_full_row)},
          {"span_child", one(span_child_row)},
          {"span_unsampled", one(span_unsampled_row)},
          {"span_disabled", one(span_disabled_row)},
          {"span_full", two_threads_rows},
          {"allocations_per_span", one(allocations_row)},
          {"context_attach", one(context_attach_row)},
          {"traceparent_extract", one(traceparent_extract_row)},
          {"traceparent_inject", one(traceparent_inject_row)},
          {"delivered", one(delivered_row)},
          {"sustained_rate", one(sustained_row)}};
}

int run(const std::string& path, const std::vector<std::string>& wanted) {
  std::vector<Row> rows;
  bool sound = true;
  for (const Entry& entry : entries()) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), entry.name) == wanted.end()) continue;
    for (Row& row : entry.rows()) {
      print(row);
      sound = sound && row.failure.empty();
      rows.push_back(std::move(row));
    }
  }
  if (!write_rows(path, rows)) {
    std::fprintf(stderr, "cannot write %s\n", path.c_str());
    return 1;
  }
  return sound ? 0 : 1;
}

}  // namespace
}  // namespace container_kit::telemetry::bench

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::string path = arguments.empty() ? "build/bench/results/trace_bench.json" : arguments.front();
  const std::vector<std::string> wanted(arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end());
  return container_kit::telemetry::bench::run(path, wanted);
}
