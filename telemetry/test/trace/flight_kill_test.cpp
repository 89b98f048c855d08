// A busy process is killed at random moments, again and again, and every span that it had ended is accounted
// for.

#include <csignal>
#include <map>
#include <random>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <container_kit/telemetry/readable_span.h>

#include "delivery/flight_orphans.h"
#include "support/kill_notes.h"
#include "trace/flight_layout.h"

namespace container_kit::telemetry {
namespace {

using test::KillNotes;

constexpr int kKills = 100;
constexpr const char* kService = "kill-test";

// The notes' file, mapped, in a folder of its own.
class Scene {
 public:
  Scene() {
    std::string pattern = "/dev/shm/container-kit-kill-test-XXXXXX";
    dir_ = mkdtemp(pattern.data());
    notes_path_ = dir_ + "/notes";
    const int file = open(notes_path_.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    EXPECT_EQ(ftruncate(file, sizeof(KillNotes)), 0);
    notes_ = static_cast<KillNotes*>(
        mmap(nullptr, sizeof(KillNotes), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
    close(file);
  }
  ~Scene() {
    munmap(notes_, sizeof(KillNotes));
    unlink(notes_path_.c_str());
    rmdir(dir_.c_str());
  }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  void run_and_kill(std::chrono::microseconds after, int signal) {
    std::string program = CONTAINER_KIT_KILL_TARGET;
    std::string service = kService;
    char* arguments[] = {program.data(), notes_path_.data(), dir_.data(), service.data(), nullptr};
    pid_t child = 0;
    ASSERT_EQ(posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environ), 0);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (notes_->ready.load() == 0) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the target did not start";
      std::this_thread::yield();
    }
    const auto moment = std::chrono::steady_clock::now() + after;
    while (std::chrono::steady_clock::now() < moment) std::this_thread::yield();
    kill(child, signal);
    waitpid(child, nullptr, 0);
  }

  KillNotes& notes() { return *notes_; }
  const std::string& dir() const { return dir_; }

 private:
  std::string dir_;
  std::string notes_path_;
  KillNotes* notes_ = nullptr;
};

std::uint64_t id_of(const std::string& bytes) {
  std::uint64_t id = 0;
  std::memcpy(&id, bytes.data() + trace::kSpanIdAt, sizeof id);
  return id;
}

struct Account {
  std::size_t noted = 0;
  std::size_t delivered = 0;
  std::size_t recovered = 0;
  std::size_t incomplete = 0;
};

// Checks one killed process's notes against what was delivered and what its flight buffer still holds.
void settle(Scene& scene, Account& account) {
  base::Log log(LogLevel::kNone, {});
  auto orphans = delivery::find_flight_orphans(scene.dir(), kService, log);
  ASSERT_EQ(orphans.size(), 1U);
  const trace::RecoveredFlight& flight = orphans[0].flight;
  EXPECT_EQ(flight.torn, 0U);
  std::map<std::uint64_t, int> arrived;
  const KillNotes::List& delivered = scene.notes().delivered;
  for (std::uint64_t at = 0; at < delivered.count; ++at) ++arrived[delivered.ids[at]];
  for (const auto& span : flight.finished) ++arrived[id_of(span.bytes)];
  std::size_t twice = 0;
  for (const auto& [id, times] : arrived) twice += static_cast<std::size_t>(times - 1);
  EXPECT_LE(twice, scene.notes().last_batch.load()) << "more twice than the one batch that was in flight";
  std::size_t missing = 0;
  for (const KillNotes::List& ended : scene.notes().ended) {
    for (std::uint64_t at = 0; at < ended.count; ++at) missing += arrived.contains(ended.ids[at]) ? 0 : 1;
    account.noted += ended.count;
  }
  EXPECT_EQ(missing, 0U) << "of spans that had ended before the kill";
  for (const auto& span : flight.incomplete) {
    EXPECT_FALSE(arrived.contains(id_of(span.bytes))) << "a span is both finished and incomplete";
    const auto view = read_span(span.bytes);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->status, StatusCode::kError);
    EXPECT_EQ(view->attributes.back().key, "container_kit.incomplete");
    EXPECT_GE(view->end_time, view->start_time);
  }
  account.delivered += delivered.count;
  account.recovered += flight.finished.size();
  account.incomplete += flight.incomplete.size();
  orphans[0].file->remove();
}

TEST(FlightKill, AKilledProcessLosesNoSpanThatHadEnded) {
  std::mt19937 random(20261122);
  std::uniform_int_distribution<int> delay(0, 20'000);
  Account account;
  for (int kill = 0; kill < kKills; ++kill) {
    Scene scene;
    scene.run_and_kill(std::chrono::microseconds(delay(random)), kill % 4 == 3 ? SIGABRT : SIGKILL);
    if (HasFatalFailure()) return;
    settle(scene, account);
    if (HasFailure()) FAIL() << "at kill " << kill;
  }
  EXPECT_GT(account.recovered, 0U);
  EXPECT_GT(account.delivered, 0U);
  EXPECT_GT(account.incomplete, 0U);
  std::printf("%d kills: %zu spans ended, %zu delivered before, %zu recovered after, %zu incomplete\n",
              kKills, account.noted, account.delivered, account.recovered, account.incomplete);
}

}  // namespace
}  // namespace container_kit::telemetry
