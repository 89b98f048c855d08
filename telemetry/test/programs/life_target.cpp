// life_target SCENARIO URL DIR: a program that ends, forks or replaces itself in the way that SCENARIO says,
// while it records spans for the receiver at URL. Exits with 0 where it found nothing amiss itself. See
// process_life_test.cpp.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

#include <container_kit/telemetry/manager.h>

namespace telemetry = container_kit::telemetry;
using std::chrono::seconds;

#if defined(__SANITIZE_THREAD__)
// A forked child is told of its parent's threads, which nobody can join there.
extern "C" const char* __tsan_default_options() {  // NOLINT: the sanitizer's name
  return "report_thread_leaks=0";
}
#endif

namespace {

char** arguments = nullptr;
std::chrono::milliseconds schedule_delay{10};

telemetry::Config configured() {
  telemetry::Config config;
  config.service_name = "life-test";
  config.otlp_traces.endpoint = arguments[2];
  config.flight_dir = arguments[3];
  config.flight_buffer_bytes = std::size_t{8} << 20;
  config.schedule_delay = schedule_delay;
  config.spool_enabled = false;
  config.export_timeout = seconds(30);
  config.log_level = telemetry::LogLevel::kWarn;
  return config;
}

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "life_target: %s\n", what);
  _exit(1);
}

void require(bool holds, const char* what) {
  if (!holds) fail(what);
}

// Destroyed at exit, on whichever side of the others it was constructed.
telemetry::Manager& static_manager() {
  static telemetry::Manager manager{configured()};
  return manager;
}

void record(telemetry::Manager& manager, const char* name) {
  manager.instrument_operation(name, [] {});
}

// Does something when it is destroyed.
struct AtEnd {
  std::function<void()> action;
  ~AtEnd() { action(); }
};

void just_export() {
  telemetry::Manager manager{configured()};
  require(manager.initialize().has_value(), "initialize");
  require(manager.shutdown(seconds(30)).has_value(), "shutdown");
}

void exit_with_open_spans() {
  telemetry::Manager& manager = static_manager();
  require(manager.initialize().has_value(), "initialize");
  record(manager, "ended");
  static auto& open = *new telemetry::Span(manager.tracing().tracer().start_span("open"));  // never destroyed
  open.add_event("event");
  const telemetry::ActiveSpan active = manager.tracing().start_span("active");  // exit() leaves it as it is
  std::exit(0);
}

// What is constructed before the Manager is destroyed after it, and the other way round.
void destroy_statics() {
  static telemetry::Tracer tracer;
  static const AtEnd after{[] { tracer.start_span("after the manager").end(); }};
  static telemetry::Span outlives;
  telemetry::Manager& manager = static_manager();
  require(manager.initialize().has_value(), "initialize");
  tracer = manager.tracing().tracer();
  outlives = tracer.start_span("outlives the manager");
  static telemetry::Span open = tracer.start_span("open until a static's end");
  static const AtEnd before{[] { record(static_manager(), "in a static's destructor"); }};
  static thread_local const AtEnd of_thread{[] { record(static_manager(), "at the main thread's end"); }};
  std::thread([] {
    static thread_local const AtEnd late{[] { record(static_manager(), "lost"); }};  // after the engine's own
    tracer.start_span("of a thread").end();
    static thread_local const AtEnd early{[] { record(static_manager(), "at a thread's end"); }};
  }).join();
}

// Nothing is exported before the end, however slowly it comes.
void record_and_die() {
  schedule_delay = std::chrono::hours(1);
  telemetry::Manager& manager = static_manager();
  require(manager.initialize().has_value(), "initialize");
  require(manager.force_flush(seconds(30)).has_value(), "force_flush");
  manager.tracing().tracer().start_span("ended").end();
  static telemetry::Span open = manager.tracing().tracer().start_span("open");
}

int open_descriptors() {
  DIR* const folder = opendir("/proc/self/fd");
  int count = -1;  // the folder's own
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;
}

void wait_for(pid_t child) {
  int status = 0;
  require(waitpid(child, &status, 0) == child && status == 0, "a child failed");
}

// What a child does: its parent's spans and tracers are dead for it, and its own work once it has
// initialised.
[[noreturn]] void live_as_child(telemetry::Manager& manager, telemetry::Span& parents,
                                const telemetry::Tracer& tracer) {
  require(!parents.is_recording(), "the parent's span records in the child");
  parents.set_attribute("intruder", true);
  parents.end();
  require(!tracer.enabled() && !manager.is_tracing_enabled(), "the parent's tracer records in the child");
  record(manager, "lost");
  tracer.start_span("lost").end();
  require(manager.force_flush(seconds(30)).has_value(), "force_flush in the child");
  std::thread([&] { record(manager, "lost"); }).join();
  require(manager.initialize().has_value(), "initialize in the child");
  record(manager, "child's own");
  require(manager.health().spans_started == 1, "the child counts its parent's spans");
  std::exit(0);
}

// Threads record while another one forks; every span of every process arrives once.
void fork_while_recording() {
  telemetry::Manager& manager = static_manager();
  require(manager.initialize().has_value(), "initialize");
  const telemetry::Tracer tracer = manager.tracing().tracer();
  std::atomic<bool> stop{false};
  std::atomic<int> recorded{0};
  std::vector<std::thread> threads;
  for (int count = 0; count < 3; ++count) {
    threads.emplace_back([&] {
      while (!stop) {
        std::thread([&] { tracer.start_span("parent's").end(); }).join();  // threads come and go, too
        static_cast<void>(manager.tracing().tracer({.name = "scope"}));
        ++recorded;
      }
    });
  }
  telemetry::Span open = tracer.start_span("held by the parent");
  for (int count = 0; count < 20; ++count) {
    const pid_t child = fork();
    if (child == 0) live_as_child(manager, open, tracer);
    wait_for(child);
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  open.end();
  require(manager.force_flush(seconds(60)).has_value(), "force_flush");
  const telemetry::Health health = manager.health();
  require(health.spans_dropped == 0, "spans were dropped");
  require(health.spans_ended == static_cast<std::uint64_t>(recorded) + 1, "spans are missing");
  require(health.spans_exported == health.spans_ended, "spans were not exported");
  std::printf("%d\n", recorded.load());
}

// A child may be made while another thread is inside initialize() or shutdown().
void fork_while_starting() {
  telemetry::Manager& manager = static_manager();
  std::atomic<bool> stop{false};
  std::thread restarts([&] {
    while (!stop) {
      require(manager.initialize().has_value(), "initialize");
      require(manager.shutdown(seconds(30)).has_value(), "shutdown");
    }
  });
  for (int count = 0; count < 50; ++count) {
    const pid_t child = fork();
    if (child == 0) {
      require(manager.initialize().has_value(), "initialize in the child");
      record(manager, "child's own");
      require(manager.shutdown(seconds(30)).has_value(), "shutdown in the child");
      std::exit(0);
    }
    wait_for(child);
  }
  stop = true;
  restarts.join();
}

// The memory of a file that its owner has removed must not stay with a child.
void fork_and_look_at_descriptors() {
  const int before = open_descriptors();
  telemetry::Config config = configured();
  config.otlp_traces.endpoint.clear();
  config.traces_to_nowhere = true;
  telemetry::Manager manager{config};
  require(manager.initialize().has_value(), "initialize");
  require(open_descriptors() > before, "no flight buffer");
  const pid_t child = fork();
  if (child == 0) _exit(open_descriptors() == before ? 0 : 1);
  wait_for(child);
}

bool is_scenario(const char* name) {
  return std::strcmp(arguments[1], name) == 0;
}

}  // namespace

int main(int count, char** values) {
  if (count != 4) return 2;
  arguments = values;
  if (is_scenario("export")) just_export();
  if (is_scenario("exit")) exit_with_open_spans();
  if (is_scenario("statics")) destroy_statics();
  if (is_scenario("_exit")) {
    record_and_die();
    _exit(0);
  }
  if (is_scenario("exec")) {
    record_and_die();
    char name[] = "export";
    arguments[1] = name;
    execv(arguments[0], arguments);
    return 3;
  }
  if (is_scenario("fork")) fork_while_recording();
  if (is_scenario("fork-start")) fork_while_starting();
  if (is_scenario("fork-descriptors")) fork_and_look_at_descriptors();
  return 0;
}
