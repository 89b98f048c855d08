// What it takes to bring spans to a receiver, beside opentelemetry-cpp in the same minute.
//
//   export_bench [RESULTS.json]    see tracing/report.h
//
// Both sides send by OTLP/HTTP, uncompressed, in batches of 512, to a receiver each, on the loopback
// interface: a process of its own, whose time is not counted, which decodes every span with the official
// schema once the clock has stopped. Ours: the export thread, a lane and the HTTP exporter. The peer:
// BatchSpanProcessor and OtlpHttpExporter, with a queue that holds a burst, or, where the rate is sought,
// less than half a second's worth.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <opentelemetry/exporters/otlp/otlp_http_exporter.h>
#include <opentelemetry/sdk/common/global_log_handler.h>

#include "export/receiver_process.h"
#include "report.h"
#include "tracing/measure.h"
#include "tracing/ours.h"
#include "tracing/peer.h"
#include "tracing/rate_search.h"
#include "tracing/shape.h"
#include "tracing/workload.h"

namespace container_kit::telemetry::bench {
namespace {

namespace otlp = opentelemetry::exporter::otlp;

constexpr int kBurst = 8192;
constexpr int kRepetitions = 21;

Ours::Options our_options(const ReceiverProcess& receiver) {
  Ours::Options options;
  options.exporting = Exporting::kRequests;
  options.resource = Peer::resource_message();
  options.endpoint = receiver.url();
  return options;
}

Peer::Options their_options(const ReceiverProcess& receiver, std::size_t queue_size) {
  Peer::Options options;
  options.queue_size = queue_size;
  options.exporting = Exporting::kRequests;
  options.exporter = [&receiver]() -> std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> {
    otlp::OtlpHttpExporterOptions http;
    http.url = receiver.url();
    http.content_type = otlp::HttpRequestContentType::kBinary;
    return std::make_unique<otlp::OtlpHttpExporter>(http);
  };
  return options;
}

struct Sides {
  explicit Sides(std::size_t peer_queue) : theirs(their_options(their_receiver, peer_queue)) {}

  ReceiverProcess our_receiver;
  ReceiverProcess their_receiver;
  Ours ours{our_options(our_receiver)};
  Peer theirs;

  // What makes the rows void.
  std::string failure() const {
    if (!our_receiver.fault().empty()) return "ours: " + our_receiver.fault();
    if (!their_receiver.fault().empty()) return "theirs: " + their_receiver.fault();
    return difference(our_receiver.sample(), their_receiver.sample());
  }
};

template <typename Side>
Producer producer_of(Side& side, ReceiverProcess& receiver) {
  return {[&side](int times) { full(side.tracer(), times); }, [&side] { side.flush(); },
          [&receiver] { return receiver.received(); }};
}

Row rate_row() {
  constexpr int kSearches = 3;
  Sides sides(std::size_t{1} << 14U);
  Row row{.name = "export_otlp", .unit = "spans/s", .more_is_better = true};
  std::vector<double> complete;
  std::vector<double> offered;
  std::vector<double> arrived;
  for (int search = 0; search < kSearches; ++search) {
    row.our_samples.push_back(highest_rate(producer_of(sides.ours, sides.our_receiver)).complete);
    const Rates theirs = highest_rate(producer_of(sides.theirs, sides.their_receiver));
    complete.push_back(theirs.complete);
    offered.push_back(theirs.offered);
    arrived.push_back(theirs.arrived);
    // At full speed the peer may bring more to the receiver, though not all of what was made.
    row.their_samples.push_back(std::max(theirs.complete, theirs.arrived));
  }
  row.ours = median(row.our_samples);
  row.theirs = median(row.their_samples);
  char note[320];
  std::snprintf(
      note, sizeof note,
      "one producer, spans decoded at the receiver; ours: the highest rate without a drop; the peer "
      "without a drop: %.0f; at full speed it was offered %.0f and brought %.0f a second",
      median(complete), median(offered), median(arrived));
  row.note = note;
  row.failure = row.ours == 0 ? "ours lost spans at every rate tried" : sides.failure();
  row.want_ratio(5);
  return row;
}

Row processor_row() {
  Sides sides(2 * kBurst);
  const auto burst_of = [](auto& side) {
    return Burst{[] {},
                 [&side] {
                   full(side.tracer(), kBurst);
                   side.flush();
                 },
                 [] {}};
  };
  const Samples samples = take_turns(Stopwatch::kProcessProcessor, kRepetitions, kBurst, burst_of(sides.ours),
                                     burst_of(sides.theirs));
  Row row{.name = "export_otlp_cpu"};
  row.note = "processor time of all threads of the sending process, from start_span to the receiver's answer";
  row.our_samples = samples.ours;
  row.their_samples = samples.theirs;
  row.ours = median(samples.ours);
  row.theirs = median(samples.theirs);
  constexpr std::uint64_t kSpans = std::uint64_t{kRepetitions} * kBurstsEach * kBurst;
  const std::uint64_t our_count = sides.our_receiver.received();
  const std::uint64_t their_count = sides.their_receiver.received();
  row.failure = sides.failure();
  if (our_count != kSpans) {
    row.failure = "of ours " + std::to_string(our_count) + " of " + std::to_string(kSpans) + " arrived";
  }
  if (their_count != kSpans) {
    row.failure = "the peer lost spans: its figure is not one a delivered span";
  }
  row.want_ratio(10);
  return row;
}

// Else the peer writes a line for each span that it drops, and is measured writing.
void mute_the_peer() {
  namespace log = opentelemetry::sdk::common::internal_log;
  log::GlobalLogHandler::SetLogHandler(
      opentelemetry::nostd::shared_ptr<log::LogHandler>(new log::NoopLogHandler));
}

int run(const std::string& path) {
  mute_the_peer();
  std::vector<Row> rows{rate_row(), processor_row()};
  bool sound = true;
  for (const Row& row : rows) {
    print(row);
    sound = sound && row.failure.empty();
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
  return container_kit::telemetry::bench::run(argc > 1 ? argv[1] : "build/bench/results/export_bench.json");
}
