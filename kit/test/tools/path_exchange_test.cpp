// What a path names is exchanged while tools look at it.
#include <cstdio>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/escape_server.h"

namespace container_kit::kit {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Something exchanges a folder for a link that leads out, and back, as fast as it can.
class Exchange {
 public:
  Exchange(std::string one, std::string other)
      : thread_([one = std::move(one), other = std::move(other)](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            ::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE);
          }
        }) {}

 private:
  std::jthread thread_;
};

class ConcurrentExchange : public EscapeTest {
 protected:
  // Both outcomes are right: what was inside when it was opened, or a refusal. Neither ever has the secret.
  void call_while_it_changes(const std::string& path) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    std::size_t read = 0;
    std::size_t refused = 0;
    for (std::size_t i = 0; i < 20'000 && std::chrono::steady_clock::now() < until; ++i) {
      for (const auto& argument :
           {kArguments[0], kArguments[1], kArguments[2], kArguments[3], kArguments[8]}) {
        const std::string file = *argument.file == '\0' ? "" : "/" + std::string(argument.file);
        const auto answer = call(argument, Way::kHttp, path + file);
        ASSERT_THAT(answer, Not(HasSubstr(kSecret))) << argument.name;
        ++(error_in(answer) ? refused : read);
      }
    }
    EXPECT_GT(read, 0U) << "it was never inside";
    EXPECT_GT(refused, 0U) << "it was never outside";
  }
};

TEST_F(ConcurrentExchange, of_a_folder_for_a_link_leads_to_nothing_outside) {
  {
    const Exchange exchange(world_->root() + "/repo", world_->root() + "/l_absolute");
    call_while_it_changes("repo");
  }
  EXPECT_EQ(world_->what_is_outside(), outside_);
}

TEST_F(ConcurrentExchange, of_a_folder_above_leads_to_nothing_outside) {
  const auto& folder = world_->folder();
  folder.folder("root/above");
  std::filesystem::rename(folder.path() / "root/repo", folder.path() / "root/above/outside");
  {
    const Exchange exchange(world_->root() + "/above", world_->root() + "/l_parent");
    call_while_it_changes("above/outside");
  }
  EXPECT_EQ(world_->what_is_outside(), outside_);
}

TEST_F(ConcurrentExchange, of_files_for_links_leads_to_nothing_outside) {
  std::vector<std::unique_ptr<Exchange>> exchanges;
  for (const std::string file : {"Dockerfile", "package.json", "pipeline.yaml"}) {
    exchanges.push_back(
        std::make_unique<Exchange>(world_->root() + "/repo/" + file, world_->root() + "/linked/" + file));
  }
  call_while_it_changes("repo");
  exchanges.clear();
  EXPECT_EQ(world_->what_is_outside(), outside_);
}

}  // namespace
}  // namespace container_kit::kit
