// outage_run SCENARIO...: outages that are too long for a test, with every span accounted for.
//
//   hour      What an hour at 5,000 spans a second leaves, 18,000,000 spans, ended as fast as they go while
//   nobody
//             listens; the process is killed half-way. The spool is given room for them. All must arrive. The
//             time is compressed, and nothing else: age plays no part, since it is a day.
//   bounded   3,000,000 spans in the same way with the spool's default bound: the newest must arrive, and
//   what
//             is missing must be the oldest, and counted.
//   real      OUTAGE_SECONDS (300) at 5,000 spans a second, in real time, with a fault every few seconds.
//
// The environment variable OUTAGE_SCALE, a divisor, makes the first two smaller.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/fault_receiver.h"
#include "support/folders.h"

namespace container_kit::tests {
namespace {

using Clock = std::chrono::steady_clock;
using Kind = Fault::Kind;
using Report = std::map<std::string, std::uint64_t>;

constexpr std::uint64_t kRate = 5'000;
constexpr std::uint64_t kParcel = 512;
constexpr std::uint64_t kMostGrowthKib = 64 * 1'024;

std::uint64_t environment_number(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

double seconds_since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

// What is known at the end of a scenario.
struct Outcome {
  std::uint64_t sent;
  std::uint64_t most_duplicates;
  std::uint64_t allowed_missing;  // counted as dropped
  SpanLedger::Account account;
  Report report;
  double produced_seconds;
  double drained_seconds;
};

void print(const char* name, const Outcome& outcome) {
  std::printf("%-8s sent %llu, arrived %llu, missing %llu, dropped and counted %llu, arrived twice %llu\n",
              name, static_cast<unsigned long long>(outcome.sent),
              static_cast<unsigned long long>(outcome.account.arrived),
              static_cast<unsigned long long>(outcome.account.missing),
              static_cast<unsigned long long>(outcome.allowed_missing),
              static_cast<unsigned long long>(outcome.account.duplicates));
  std::printf("%-8s produced in %.0f s, drained in %.0f s more; memory grew by %llu KiB\n", "",
              outcome.produced_seconds, outcome.drained_seconds,
              static_cast<unsigned long long>(outcome.report.at("growth_kib")));
}

bool check(const char* name, const Outcome& outcome) {
  print(name, outcome);
  const SpanLedger::Account& account = outcome.account;
  const bool newest_are_there =
      account.missing == 0 || account.last_missing - account.first_missing + 1 == account.missing;
  const bool well = account.missing == outcome.allowed_missing && account.strangers == 0 &&
                    (outcome.allowed_missing == 0 || (account.first_missing == 0 && newest_are_there)) &&
                    account.duplicates <= outcome.most_duplicates &&
                    account.arrived + account.missing == outcome.sent &&
                    outcome.report.at("growth_kib") <= kMostGrowthKib;
  if (!well) {
    std::printf("%-8s FAILED: missing from %llu to %llu, strangers %llu\n", name,
                static_cast<unsigned long long>(account.first_missing),
                static_cast<unsigned long long>(account.last_missing),
                static_cast<unsigned long long>(account.strangers));
  }
  std::fflush(stdout);
  return well;
}

// Waits for what has been produced to arrive, and settles the account.
Outcome finish(SourceProcess& source, FaultReceiver& receiver, std::uint64_t sent, Clock::time_point begun) {
  const double produced = seconds_since(begun);
  source.tell("drain", "drained");
  Outcome outcome{sent,
                  0,
                  0,
                  receiver.ledger().account(sent),
                  source.report(),
                  produced,
                  seconds_since(begun) - produced};
  source.stop();
  return outcome;
}

bool run_hour() {
  const std::uint64_t count = kRate * 3'600 / environment_number("OUTAGE_SCALE", 1);
  const Folders folders;
  FaultReceiver receiver;
  receiver.stop();
  const auto environment =
      folders.environment(receiver.url(), {{"CONTAINER_KIT_SPOOL_BYTES", "17179869184"}});
  const Clock::time_point begun = Clock::now();
  {
    SourceProcess killed(CONTAINER_KIT_SPAN_SOURCE, environment, 0, count / 2, 0);
    killed.wait_until_ended(count / 2);
    killed.kill_it();
  }
  SourceProcess source(CONTAINER_KIT_SPAN_SOURCE, environment, count / 2, count - count / 2, 0);
  source.wait_until_ended(count - count / 2);
  receiver.start();
  Outcome outcome = finish(source, receiver, count, begun);
  outcome.most_duplicates = kParcel;  // of the kill
  return check("hour", outcome);
}

bool run_bounded() {
  const std::uint64_t count = 3'000'000 / environment_number("OUTAGE_SCALE", 1);
  const Folders folders;
  FaultReceiver receiver;
  receiver.stop();
  const Clock::time_point begun = Clock::now();
  SourceProcess source(CONTAINER_KIT_SPAN_SOURCE, folders.environment(receiver.url()), 0, count, 0);
  source.wait_until_ended(count);
  receiver.start();
  Outcome outcome = finish(source, receiver, count, begun);
  outcome.allowed_missing = outcome.report.at("dropped_for_room") + outcome.report.at("without_room");
  return check("bounded", outcome);
}

// One fault after the other, for some seconds each, until it is told to stop; every other time all is well.
class Trouble {
 public:
  explicit Trouble(FaultReceiver& receiver) : receiver_(receiver), thread_([this] { run(); }) {}
  ~Trouble() { stop(); }
  Trouble(const Trouble&) = delete;
  Trouble& operator=(const Trouble&) = delete;

  void stop() {
    stopping_.store(true);
    if (thread_.joinable()) thread_.join();
  }
  // Requests that may have been taken without the sender getting to know.
  std::uint64_t unknown() const noexcept { return unknown_; }
  double troubled_seconds() const noexcept { return troubled_seconds_; }

 private:
  void run() {
    const std::vector<Fault> faults{{Kind::kStatus, "503 Service Unavailable", "Retry-After: 2\r\n"},
                                    {Kind::kStatus, "429 Too Many Requests"},
                                    {Kind::kResets},
                                    {Kind::kStalls},
                                    {Kind::kHalfAnswer},
                                    {Kind::kGarbage},
                                    {Kind::kTakesAndResets},
                                    {Kind::kReadsSlowly},
                                    {Kind::kCloses}};
    std::mt19937 random(1);  // the same every time
    for (std::size_t round = 0; !stopping_.load(); ++round) {
      pause(random() % 6 + 1);
      const Clock::time_point begun = Clock::now();
      if (round % 3 == 2) {
        receiver_.stop();
        ++unknown_;
        pause(random() % 20 + 1);
        receiver_.start();
      } else {
        const Fault& fault = faults[round % faults.size()];
        const std::size_t before = receiver_.attempts().size();
        receiver_.otherwise(fault);
        pause(random() % 8 + 1);
        receiver_.otherwise({});
        // One more may have been under way.
        if (fault.kind == Kind::kTakesAndResets) unknown_ += receiver_.attempts().size() - before + 1;
      }
      troubled_seconds_ += seconds_since(begun);
    }
  }
  void pause(std::uint64_t seconds) const {
    const auto end = Clock::now() + std::chrono::seconds(seconds);
    while (!stopping_.load() && Clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }

  FaultReceiver& receiver_;
  std::atomic<bool> stopping_{false};
  std::uint64_t unknown_ = 0;
  double troubled_seconds_ = 0;
  std::thread thread_;
};

bool run_real() {
  const std::uint64_t count = kRate * environment_number("OUTAGE_SECONDS", 300);
  const Folders folders;
  FaultReceiver receiver;
  const Clock::time_point begun = Clock::now();
  SourceProcess source(CONTAINER_KIT_SPAN_SOURCE, folders.environment(receiver.url()), 0, count, kRate);
  Trouble trouble(receiver);
  source.wait_until_ended(count);
  trouble.stop();
  receiver.otherwise({});
  Outcome outcome = finish(source, receiver, count, begun);
  outcome.most_duplicates = kParcel * trouble.unknown();
  const bool well = check("real", outcome);
  std::printf(
      "%-8s %.0f s of them in trouble, %llu attempts, %llu requests of which the sender could not know\n", "",
      trouble.troubled_seconds(), static_cast<unsigned long long>(receiver.attempts().size()),
      static_cast<unsigned long long>(trouble.unknown()));
  return well;
}

// 0: all is accounted for. 1: it is not. 2: no such scenario.
int run(const std::vector<std::string_view>& scenarios) {
  bool well = !scenarios.empty();
  for (const std::string_view scenario : scenarios) {
    if (scenario == "hour") {
      well = run_hour() && well;
    } else if (scenario == "bounded") {
      well = run_bounded() && well;
    } else if (scenario == "real") {
      well = run_real() && well;
    } else {
      std::fprintf(stderr, "no such scenario: %s; there are hour, bounded and real\n",
                   std::string(scenario).c_str());
      return 2;
    }
  }
  return well ? 0 : 1;
}

}  // namespace
}  // namespace container_kit::tests

int main(int count, char** arguments) {
  try {
    return container_kit::tests::run({arguments + 1, arguments + count});
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 1;
  }
}
