#include "delivery/file_exporter.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/otlp_traces.h"
#include "support/json_check.h"
#include "support/temporary_folder.h"

namespace container_kit::telemetry::delivery {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::string request_named(const std::string& name) {
  const std::string span = "\x0a\x10" + std::string(16, 'T') + "\x12\x08" + std::string(8, 'S') + "\x2a" +
                           static_cast<char>(name.size()) + name;
  const std::vector<protocol::ScopeSpans> scopes{{"", "", {span}}};
  std::string request;
  protocol::append_otlp_traces(request, "", scopes);
  return request;
}

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

class FileExporterTest : public ::testing::Test {
 protected:
  SendResult send(FileExporter& exporter, const std::string& name) {
    return exporter.send(request_named(name), 1, base::Deadline::after(std::chrono::seconds(1)));
  }
  std::string path() const { return (folder_ / "traces.json").string(); }

  test::TemporaryFolder temporary_;
  fs::path folder_ = temporary_.path();
};

TEST_F(FileExporterTest, writes_a_request_a_line) {
  FileExporter exporter({.path = path()});
  EXPECT_EQ(send(exporter, "one").outcome, SendOutcome::kDelivered);
  EXPECT_EQ(send(exporter, "two").outcome, SendOutcome::kDelivered);
  const auto lines = lines_of(path());
  ASSERT_EQ(lines.size(), 2U);
  for (const std::string& line : lines) EXPECT_TRUE(test::is_json(line)) << line;
  EXPECT_THAT(lines[1], HasSubstr("\"name\":\"two\""));
}

TEST_F(FileExporterTest, goes_on_at_the_end_of_a_file_that_is_there) {
  std::ofstream(path()) << "{}\n";
  FileExporter exporter({.path = path()});
  EXPECT_EQ(send(exporter, "one").outcome, SendOutcome::kDelivered);
  EXPECT_EQ(lines_of(path()).size(), 2U);
}

TEST_F(FileExporterTest, rotates_by_size_and_keeps_so_many_files) {
  FileExporter exporter({.path = path(), .max_bytes = 400, .files = 3});
  for (int number = 0; number < 20; ++number) {
    ASSERT_EQ(send(exporter, "span" + std::to_string(number)).outcome, SendOutcome::kDelivered);
  }
  EXPECT_FALSE(fs::exists(path() + ".3"));
  for (const std::string& file : {path(), path() + ".1", path() + ".2"}) {
    EXPECT_LE(fs::file_size(file), 400U);
    for (const std::string& line : lines_of(file)) EXPECT_TRUE(test::is_json(line));
  }
  EXPECT_THAT(lines_of(path()).back(), HasSubstr("span19"));
}

TEST_F(FileExporterTest, a_folder_that_is_not_there_is_a_failure_that_may_pass) {
  FileExporter exporter({.path = (folder_ / "none/traces.json").string()});
  const SendResult result = send(exporter, "one");
  EXPECT_EQ(result.outcome, SendOutcome::kRetry);
  EXPECT_THAT(result.problem, HasSubstr("none/traces.json"));
}

}  // namespace
}  // namespace container_kit::telemetry::delivery
