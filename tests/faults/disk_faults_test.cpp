// A spool on a disk that is full, or not to be written to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include "support/fault_receiver.h"
#include "support/sender.h"
#include "support/temporary_folder.h"

namespace container_kit::tests {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

// A file system in memory, of its own.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& options, unsigned long flags = 0) {
    is_mounted_ = mount("tmpfs", path().c_str(), "tmpfs", flags, options.c_str()) == 0;
  }
  ~SmallDisk() {
    if (is_mounted_) umount2(path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool is_mounted() const noexcept { return is_mounted_; }
  const std::string& path() const noexcept { return folder_.path(); }

 private:
  telemetry::test::TemporaryFolder folder_;
  bool is_mounted_ = false;
};

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

telemetry::OtlpOptions to(const FaultReceiver& receiver) {
  return {.endpoint = receiver.url(), .timeout = milliseconds(500)};
}

TEST(DiskFaults, a_disk_that_fills_up_costs_a_warning_and_what_memory_does_not_hold) {
  const SmallDisk disk("size=256k");
  if (!disk.is_mounted()) GTEST_SKIP() << "a tmpfs may not be mounted here";
  FaultReceiver receiver;
  receiver.otherwise({Fault::Kind::kStatus, "503 Away"});
  Sender sender(to(receiver), disk.path());
  for (int round = 0; round < 20; ++round) {
    sender.send(500);
    sender.flush_for(milliseconds(20));
  }
  EXPECT_GT(sender.health().spool_spans, 0U);
  EXPECT_EQ(count_of(sender.log(), "No space left on device"), 1U) << sender.log();
  EXPECT_THAT(sender.log(), HasSubstr("CONTAINER_KIT_SPOOL_DIR"));
  receiver.otherwise({});
  ASSERT_TRUE(sender.drain());
  const SpanLedger::Account account = receiver.ledger().account(sender.sent());
  EXPECT_EQ(account.arrived + sender.health().dropped_for_room, sender.sent());
  EXPECT_EQ(account.duplicates + account.strangers, 0U);
  EXPECT_EQ(sender.health().dropped_for_room, 0U) << "10,000 spans are less than memory holds";
}

TEST(DiskFaults, a_disk_that_is_read_only_costs_a_warning_and_no_span_while_memory_lasts) {
  const SmallDisk disk("size=1m", MS_RDONLY);
  if (!disk.is_mounted()) GTEST_SKIP() << "a tmpfs may not be mounted here";
  FaultReceiver receiver;
  receiver.otherwise({Fault::Kind::kStatus, "503 Away"});
  Sender sender(to(receiver), disk.path());
  sender.send(2'000);
  sender.flush_for(milliseconds(50));
  EXPECT_EQ(sender.health().spool_spans, 0U);
  sender.send(2'000);
  sender.flush_for(milliseconds(50));
  EXPECT_EQ(count_of(sender.log(), "Read-only file system"), 1U) << sender.log();
  receiver.otherwise({});
  ASSERT_TRUE(sender.drain());
  EXPECT_EQ(receiver.ledger().account(sender.sent()).missing, 0U);
}

}  // namespace
}  // namespace container_kit::tests
