// Debian's Prometheus scrapes both formats, and its query API gives back what was recorded.
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <container_kit/telemetry/metrics.h>
#include <container_kit/telemetry/prometheus.h>

#include "metrics/scrape_reader.h"

namespace container_kit::telemetry {
namespace {

namespace fs = std::filesystem;

// A socket on a free port of the loopback interface.
int listen_somewhere(std::uint16_t& port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::listen(socket, 16), 0);
  EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), 0);
  port = ntohs(address.sin_port);
  return socket;
}

std::uint16_t free_port() {
  std::uint16_t port = 0;
  ::close(listen_somewhere(port));
  return port;
}

std::string header(const std::string& request, const std::string& name) {
  const std::size_t at = request.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 4;
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

// Serves /open by the request's headers, and /text as if the client knew nothing but text.
class Endpoint {
 public:
  explicit Endpoint(PrometheusScraper& scraper) : scraper_(scraper), socket_(listen_somewhere(port_)) {
    thread_ = std::thread([this] { serve(); });
  }
  ~Endpoint() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  std::uint16_t port() const { return port_; }
  // A target's second scrape begins when the first has been stored.
  bool wait_for_second_scrapes() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30),
                             [&] { return served_["/open"] >= 2 && served_["/text"] >= 2; });
  }
  std::string content_type(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    return types_[path];
  }

 private:
  void serve() {
    for (;;) {
      const int client = ::accept(socket_, nullptr, nullptr);
      if (client < 0) return;
      answer(client);
      ::close(client);
    }
  }

  void answer(int client) {
    std::string request;
    char buffer[4096];
    while (request.find("\r\n\r\n") == std::string::npos) {
      const ssize_t got = ::read(client, buffer, sizeof buffer);
      if (got <= 0) return;
      request.append(buffer, static_cast<std::size_t>(got));
    }
    const std::string path = request.substr(4, request.find(' ', 4) - 4);
    const ScrapeAnswer answer = scraper_.answer(path == "/open" ? header(request, "Accept") : std::string(),
                                                header(request, "Accept-Encoding"));
    std::string response =
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: " + std::string(answer.content_type) +
        "\r\nContent-Length: " + std::to_string(answer.body.size()) + "\r\n";
    if (!answer.content_encoding.empty()) {
      response += "Content-Encoding: " + std::string(answer.content_encoding) + "\r\n";
    }
    response += "\r\n" + answer.body;
    ASSERT_EQ(::send(client, response.data(), response.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(response.size()));
    const std::scoped_lock lock(mutex_);
    ++served_[path];
    types_[path] = answer.content_type;
    changed_.notify_all();
  }

  PrometheusScraper& scraper_;
  std::uint16_t port_ = 0;
  int socket_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int> served_;
  std::map<std::string, std::string> types_;
  std::thread thread_;
};

// Runs a program with its output thrown away; stops it by its own pid.
class Process {
 public:
  explicit Process(std::vector<std::string> arguments, const char* input = "/dev/null",
                   const char* output = "/dev/null") {
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    EXPECT_EQ(::posix_spawnp(&pid_, pointers[0], &actions, nullptr, pointers.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
  }
  ~Process() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    wait();
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  int wait() {
    int status = 0;
    if (pid_ > 0) ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = 0;
};

std::string get(std::uint16_t port, const std::string& path) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
  EXPECT_GT(::send(socket, request.data(), request.size(), MSG_NOSIGNAL), 0);
  std::string answer;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(socket, buffer, sizeof buffer)) > 0;) {
    answer.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(socket);
  return answer;
}

// The value of the only series that `selector`, which is already URL-encoded, selects; NaN otherwise.
double query(std::uint16_t port, const std::string& selector) {
  const std::string answer = get(port, "/api/v1/query?query=" + selector);
  const std::size_t at = answer.find("\"value\":[");
  const std::size_t quote = answer.find(",\"", at);
  if (at == std::string::npos || answer.find("\"value\":[", at + 1) != std::string::npos) return std::nan("");
  return std::strtod(answer.c_str() + quote + 2, nullptr);
}

bool is_installed(const std::string& program) {
  return fs::exists("/usr/bin/" + program);
}

void fill(MeterProvider& provider) {
  Metrics metrics(provider);
  for (int i = 0; i < 40; ++i) {
    metrics.record_tool_execution("analyze", std::chrono::microseconds(20 + 37 * i), i % 8 == 0);
  }
  metrics.register_tool("deploy");
  metrics.register_session_type("batch");
  for (const bool failed : {false, false, true, false}) metrics.record_session_creation("api", failed);
  metrics.record_session_completion("api", std::chrono::seconds(5));
  provider.meter("test").gauge<double>("odd").record(-0.1, {{"text", "a\"b\\c\nd"}});
}

class Interop : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("container-kit-prometheus-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    fill(provider_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write_config(std::uint16_t port) const {
    std::ofstream config(folder_ / "prometheus.yml");
    config << "global: {scrape_interval: 200ms, scrape_timeout: 200ms}\nscrape_configs:\n";
    for (const char* format : {"open", "text"}) {
      config << "  - {job_name: " << format << ", metrics_path: /" << format
             << ", static_configs: [{targets: ['127.0.0.1:" << port << "']}]}\n";
    }
  }

  fs::path folder_;
  MeterProvider provider_;
  PrometheusScraper scraper_{provider_, {.resource = {{"service.name", "test"}}, .scope_labels = false}};
};

TEST_F(Interop, PrometheusReadsBothFormatsBackEqual) {
  if (!is_installed("prometheus")) GTEST_SKIP() << "prometheus is not installed";
  Endpoint endpoint(scraper_);
  write_config(endpoint.port());
  const std::uint16_t port = free_port();
  Process prometheus({"prometheus", "--config.file=" + (folder_ / "prometheus.yml").string(),
                      "--storage.tsdb.path=" + (folder_ / "data").string(),
                      "--web.listen-address=127.0.0.1:" + std::to_string(port)});
  ASSERT_TRUE(endpoint.wait_for_second_scrapes());
  EXPECT_EQ(endpoint.content_type("/open"), content_type(ScrapeFormat::kOpenMetrics));
  EXPECT_EQ(endpoint.content_type("/text"), content_type(ScrapeFormat::kPrometheusText));
  const metrics::Exposition local(scraper_);
  for (const std::string job : {"open", "text"}) {
    const auto read = [&](const std::string& name, const std::string& labels) {
      return query(port, name + "%7Bjob=%22" + job + "%22," + labels + "%7D");
    };
    EXPECT_EQ(read("tool_execution_total", "tool_name=%22analyze%22"), 40);
    EXPECT_EQ(read("tool_errors_total", "tool_name=%22analyze%22"), 5);
    EXPECT_EQ(read("tool_errors_total", "tool_name=%22deploy%22"), 0);
    EXPECT_EQ(read("tool_execution_duration_seconds_count", "tool_name=%22analyze%22"), 40);
    EXPECT_EQ(read("tool_execution_duration_seconds_sum", "tool_name=%22analyze%22"),
              local.value("tool_execution_duration_seconds_sum{tool_name=\"analyze\"}"));
    EXPECT_EQ(read("tool_execution_duration_seconds_bucket", "tool_name=%22analyze%22,le=%220.0003%22"),
              local.value("tool_execution_duration_seconds_bucket{tool_name=\"analyze\",le=\"0.0003\"}"));
    EXPECT_EQ(read("tool_execution_duration_seconds_bucket", "tool_name=%22analyze%22,le=%221.0%22"), 40);
    EXPECT_EQ(read("session_total", "session_type=%22api%22"), 4);
    const std::string of_job = "%7Bjob=%22" + job + "%22,session_type=%22";
    const auto active = [&](const std::string& type) {
      return query(port, "session_total" + of_job + type + "%22%7D-session_completed_total" + of_job + type +
                             "%22%7D");
    };
    EXPECT_EQ(active("api"), 2);  // four opened, one of them failed, one is over
    EXPECT_EQ(active("batch"), 0);
    EXPECT_EQ(read("odd", "text=%22a%5C%22b%5C%5Cc%5Cnd%22"), -0.1);
    EXPECT_EQ(read("target_info", "service_name=%22test%22"), 1);
  }
}

TEST_F(Interop, PromtoolFindsNothingToSay) {
  if (!is_installed("promtool")) GTEST_SKIP() << "promtool is not installed";
  // Without help texts of its own, a metric of somebody else's would be found fault with; ours have them.
  MeterProvider provider;
  Metrics metrics(provider);
  metrics.record_tool_execution("analyze", std::chrono::microseconds(300), false);
  metrics.record_http_start("GET", "/health");
  metrics.record_http_end("GET", "/health", 200, std::chrono::milliseconds(2));
  metrics.record_pipeline_execution("container-build", std::chrono::seconds(1), false);
  metrics.record_pipeline_stage("container-build", "scan", std::chrono::seconds(1));
  metrics.record_session_creation("api");
  metrics.record_session_completion("api", std::chrono::seconds(3));
  PrometheusScraper scraper(provider, {.resource = {{"service.name", "test"}}});
  const fs::path text = folder_ / "metrics.txt";
  const fs::path said = folder_ / "said.txt";
  std::ofstream(text) << metrics::Exposition(scraper).text();
  const int result = Process({"promtool", "check", "metrics"}, text.c_str(), said.c_str()).wait();
  std::ifstream answer(said);
  EXPECT_EQ(result, 0) << std::string(std::istreambuf_iterator<char>(answer), {});
}

}  // namespace
}  // namespace container_kit::telemetry
