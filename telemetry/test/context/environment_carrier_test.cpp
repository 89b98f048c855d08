#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <container_kit/telemetry/environment_carrier.h>

namespace container_kit::telemetry {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

constexpr const char* kParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr const char* kOther = "00-80f198ee56343ba864fe8b2a57d3eff7-00f067aa0ba902b7-01";

Context context_of(const char* traceparent) {
  return Propagator().extract(
      HeaderList{{"traceparent", traceparent}, {"tracestate", "a=1"}, {"baggage", "user=al%20ice"}});
}

// A variable of this process, for as long as it is in scope.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

TEST(EnvironmentCarrier, NamesVariablesAfterHeaders) {
  EXPECT_EQ(environment_name("traceparent"), "TRACEPARENT");
  EXPECT_EQ(environment_name("X-B3-TraceId"), "X_B3_TRACEID");
  EXPECT_EQ(environment_name("uberctx-user.name"), "UBERCTX_USER_NAME");
  EXPECT_EQ(environment_name("2nd"), "_2ND");
  EXPECT_EQ(environment_name(""), "_");
}

TEST(EnvironmentCarrier, ReadsTheContextOfThisProcess) {
  EXPECT_FALSE(extract_from_environment().has_span());
  const Variable parent("TRACEPARENT", kParent);
  const Variable state("TRACESTATE", "a=1");
  const Variable baggage("BAGGAGE", "user=al%20ice");
  const Context context = extract_from_environment();
  EXPECT_EQ(context.span_context().trace_id.to_hex(), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(context.trace_state(), "a=1");
  EXPECT_EQ(context.baggage_value("user"), "al ice");
}

TEST(EnvironmentCarrier, ReplacesTheContextThatTheVariablesSpokeOf) {
  ChildEnvironment child(Propagator(), context_of(kParent),
                         {"PATH=/bin", std::string("TRACEPARENT=") + kOther, "TRACEPARENTS=kept"});
  EXPECT_THAT(child.variables(),
              UnorderedElementsAre("PATH=/bin", "TRACEPARENTS=kept", std::string("TRACEPARENT=") + kParent,
                                   "TRACESTATE=a=1", "BAGGAGE=user=al%20ice"));
  // A child that is started in no context must not find its grandparent's.
  ChildEnvironment without(
      Propagator(), Context(),
      {"PATH=/bin", std::string("TRACEPARENT=") + kOther, "TRACESTATE=b=2", "BAGGAGE=x=1"});
  EXPECT_THAT(without.variables(), ElementsAre("PATH=/bin"));
}

TEST(EnvironmentCarrier, TakesTheVariablesOfThisProcessAndItsCurrentContext) {
  const Variable mine("CONTAINER_KIT_TEST_VARIABLE", "1");
  const ContextScope scope{context_of(kParent)};
  const ChildEnvironment child{Propagator{PropagationFormat::kB3Multi}};
  EXPECT_THAT(child.variables(), Contains("CONTAINER_KIT_TEST_VARIABLE=1"));
  EXPECT_THAT(child.variables(), Contains("X_B3_TRACEID=4bf92f3577b34da6a3ce929d0e0e4736"));
  EXPECT_THAT(child.variables(), Not(Contains(StartsWith("TRACEPARENT="))));
}

TEST(EnvironmentCarrier, ReachesASpawnedProcess) {
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  std::string arguments[] = {"sh", "-c", "printf '%s %s' \"$TRACEPARENT\" \"$BAGGAGE\""};
  char* argv[] = {arguments[0].data(), arguments[1].data(), arguments[2].data(), nullptr};
  ChildEnvironment child(Propagator(), context_of(kParent));
  pid_t pid = 0;
  ASSERT_EQ(::posix_spawn(&pid, "/bin/sh", &actions, nullptr, argv, child.envp()), 0);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe_ends[1]);
  std::string said(200, '\0');
  said.resize(
      static_cast<std::size_t>(std::max(::ssize_t{0}, ::read(pipe_ends[0], said.data(), said.size()))));
  ::close(pipe_ends[0]);
  int status = -1;
  ::waitpid(pid, &status, 0);
  EXPECT_EQ(said, std::string(kParent) + " user=al%20ice");
}

}  // namespace
}  // namespace container_kit::telemetry
