// span_source FIRST COUNT PER_SECOND: ends COUNT spans, numbered by the attribute "n" from FIRST on, at that
// rate (0: as fast as it can, but waiting while there is no room). The environment says where they go.
//
// It writes "ready", then "ended N" with the number of those that have ended, and "produced". Commands come
// line by line: "drain" waits until all has been delivered, refused or dropped; "report" says "health" and
// what became of the spans; "stop" shuts down.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>

#include <container_kit/telemetry/manager.h>

namespace telemetry = container_kit::telemetry;
using Clock = std::chrono::steady_clock;

namespace {

// Of /proc/self/status, in KiB.
long status_field(const std::string& name) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name + ":")) return std::atol(line.c_str() + name.size() + 1);
  }
  return 0;
}

void say(const std::string& line) {
  std::cout << line << std::endl;
}

std::uint64_t without_room(const telemetry::Manager& manager) {
  return manager.health().spans_without_room;
}

// A span that finds no room is counted and gone; at full speed we wait for room, as a host that is not
// overloaded would not have to.
void wait_for_room(telemetry::Manager& manager) {
  constexpr double kMostlyFull = 0.5;
  const auto is_full = [&] {
    const telemetry::Health health = manager.health();
    return static_cast<double>(health.queue_bytes) >
           kMostlyFull * static_cast<double>(health.queue_capacity_bytes);
  };
  while (is_full()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void produce(telemetry::Manager& manager, long first, long count, long per_second) {
  constexpr long kGroup = 100;
  const telemetry::Tracer tracer = manager.tracing().tracer();
  const Clock::time_point begun = Clock::now();
  for (long done = 0; done < count;) {
    for (const long end = std::min(count, done + kGroup); done < end; ++done) {
      telemetry::Span span = tracer.start_span("work", {.attributes = {{"n", std::int64_t{first + done}}}});
      span.set_attribute("http.route", "/api/tools/execute");
      span.add_event("step");
    }
    say("ended " + std::to_string(done));
    if (per_second > 0) {
      std::this_thread::sleep_until(begun + std::chrono::microseconds(done * 1'000'000 / per_second));
    } else {
      wait_for_room(manager);
    }
  }
  say("produced");
}

void drain(telemetry::Manager& manager) {
  for (;;) {
    static_cast<void>(manager.force_flush(std::chrono::seconds(1)));
    const telemetry::ExporterHealth exporter = manager.health().exporters.at(0);
    if (exporter.queued_spans == 0 && exporter.spool_spans == 0) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  say("drained");
}

void report(const telemetry::Manager& manager, long baseline_kib) {
  const telemetry::ExporterHealth exporter = manager.health().exporters.at(0);
  const auto number = [](const char* name, std::uint64_t value) {
    return std::string(" ") + name + "=" + std::to_string(value);
  };
  say("health" + number("exported", exporter.exported_spans) + number("rejected", exporter.rejected_spans) +
      number("dropped_for_room", exporter.dropped_for_room) +
      number("dropped_for_age", exporter.dropped_for_age) + number("without_room", without_room(manager)) +
      number("spool_spans", exporter.spool_spans) + number("spool_bytes", exporter.spool_bytes) +
      number("torn", exporter.torn_records) +
      number("growth_kib", static_cast<std::uint64_t>(std::max(0L, status_field("VmHWM") - baseline_kib))));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  const long baseline_kib = status_field("VmRSS");
  telemetry::Manager manager{telemetry::Config::from_env()};
  if (const auto ready = manager.initialize(); !ready) {
    std::fprintf(stderr, "%s\n", ready.error().message.c_str());
    return 1;
  }
  say("ready");
  produce(manager, std::atol(arguments[1]), std::atol(arguments[2]), std::atol(arguments[3]));
  for (std::string command; std::getline(std::cin, command) && command != "stop";) {
    if (command == "drain") drain(manager);
    if (command == "report") report(manager, baseline_kib);
  }
  return manager.shutdown(std::chrono::seconds(10)) ? 0 : 3;
}
