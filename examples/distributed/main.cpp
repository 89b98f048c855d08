// One trace over two processes: the first starts the second, which takes its parent from the environment.

#include <iostream>
#include <string>
#include <string_view>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <container_kit/telemetry.h>
#include <container_kit/telemetry/environment_carrier.h>

namespace telemetry = container_kit::telemetry;

namespace {

// [caller]
int call_other_program(telemetry::Manager& tm, std::string program) {
  auto span = tm.tracing().start_span("external.service.call");
  tm.add_contextual_attributes(
      {{"process.executable.name", "distributed"}, {"peer.service", "external-api"}});

  // The context of the current span travels in TRACEPARENT, TRACESTATE and BAGGAGE.
  telemetry::ChildEnvironment environment{tm.propagator()};
  std::string role = "service";
  char* const arguments[] = {program.data(), role.data(), nullptr};
  pid_t child = 0;
  if (const int failed =
          posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environment.envp())) {
    tm.tracing().record_error(span, std::error_code(failed, std::system_category()));
    return failed;
  }
  int status = 0;
  waitpid(child, &status, 0);
  tm.add_contextual_attributes({{"process.exit.code", WEXITSTATUS(status)}});
  return WEXITSTATUS(status);
}
// [/caller]

// [callee]
void serve(telemetry::Manager& tm) {
  const telemetry::Context parent = telemetry::extract_from_environment(tm.propagator());
  tm.instrument_operation(parent, "service.answer", [&] { tm.record_event("answer.ready"); });
}
// [/callee]

// [carrier]
// Any carrier will do: a class with set() to write to, with get() to read from.
telemetry::HeaderList headers_of_request(telemetry::Manager& tm) {
  telemetry::HeaderList headers;
  tm.propagator().inject(telemetry::Context::current(), headers);
  return headers;
}
// [/carrier]

}  // namespace

int main(int count, char** arguments) {
  telemetry::Config config = telemetry::Config::from_env();
  config.service_name = count > 1 ? "external-api" : "caller";
  telemetry::Manager tm{config};
  if (auto ready = tm.initialize(); !ready) {
    std::cerr << ready.error().message << '\n';
    return 1;
  }
  if (count > 1) {
    serve(tm);
    return 0;
  }
  std::cout << "exit code: " << call_other_program(tm, arguments[0]) << '\n';
  tm.instrument_operation("request.prepare", [&] {
    for (const auto& [name, value] : headers_of_request(tm)) std::cout << name << ": " << value << '\n';
  });
}
