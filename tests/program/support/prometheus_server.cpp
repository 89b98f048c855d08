#include "support/prometheus_server.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <boost/json.hpp>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace container_kit::tests {

namespace {

namespace json = boost::json;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  static_cast<void>(::bind(socket, reinterpret_cast<const sockaddr*>(&address), size));
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

// The body of the answer; empty where nobody listens.
std::string fetch(std::uint16_t port, const std::string& path) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  std::string answer;
  const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
    std::array<char, 16384> chunk{};
    for (ssize_t size = 0; (size = ::recv(socket, chunk.data(), chunk.size(), 0)) > 0;)
      answer.append(chunk.data(), static_cast<std::size_t>(size));
  }
  ::close(socket);
  const auto body = answer.find("\r\n\r\n");
  return body == std::string::npos ? std::string() : answer.substr(body + 4);
}

std::string url_encoded(const std::string& text) {
  constexpr const char* kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
  }
  return encoded;
}

QueriedSeries::Point point_of(const json::value& pair) {
  return {pair.at(0).to_number<double>(), std::strtod(pair.at(1).as_string().c_str(), nullptr)};
}

QueriedSeries series_of(const json::object& found) {
  QueriedSeries series;
  for (const auto& [name, value] : found.at("metric").as_object())
    series.labels.emplace(name, value.as_string().c_str());
  if (const auto* single = found.if_contains("value")) series.points.push_back(point_of(*single));
  if (const auto* many = found.if_contains("values")) {
    for (const auto& pair : many->as_array()) series.points.push_back(point_of(pair));
  }
  return series;
}

pid_t spawn(std::vector<std::string> program, const std::string& input, const std::string& output) {
  std::vector<char*> arguments;
  for (std::string& argument : program) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                   0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t pid = -1;
  const int failed = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return failed == 0 ? pid : -1;
}

}  // namespace

bool PrometheusServer::is_installed() {
  return std::filesystem::exists("/usr/bin/prometheus") && std::filesystem::exists("/usr/bin/promtool");
}

PrometheusServer::PrometheusServer(std::uint16_t target, const std::string& token) : port_(free_port()) {
  const std::string authorization = token.empty() ? "" : ", authorization: {credentials: '" + token + "'}";
  folder_.write("prometheus.yml",
                "global: {scrape_interval: 250ms, scrape_timeout: 250ms}\n"
                "scrape_configs:\n"
                "  - {job_name: container-kit, static_configs: [{targets: ['127.0.0.1:" +
                    std::to_string(target) + "']}]" + authorization + "}\n");
  const std::string folder = folder_.path().string();
  pid_ = spawn(
      {"prometheus", "--config.file=" + folder + "/prometheus.yml", "--storage.tsdb.path=" + folder + "/data",
       "--web.listen-address=127.0.0.1:" + std::to_string(port_)},
      "/dev/null", folder + "/log");
}

PrometheusServer::~PrometheusServer() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::vector<QueriedSeries> PrometheusServer::query(const std::string& expression,
                                                   const std::string& time) const {
  std::string path = "/api/v1/query?query=" + url_encoded(expression);
  if (!time.empty()) path += "&time=" + time;
  boost::system::error_code error;
  const json::value answer = json::parse(fetch(port_, path), error);
  std::vector<QueriedSeries> series;
  if (error || answer.at("status").as_string() != "success") return series;
  for (const auto& found : answer.at("data").at("result").as_array())
    series.push_back(series_of(found.as_object()));
  return series;
}

std::pair<int, std::string> run_with_input(std::vector<std::string> program, const std::string& input) {
  const Folder folder;
  folder.write("input", input);
  const std::string output = folder.path() / "output";
  const pid_t pid = spawn(std::move(program), folder.path() / "input", output);
  int status = -1;
  if (pid > 0) ::waitpid(pid, &status, 0);
  std::ifstream said(output);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1,
          std::string(std::istreambuf_iterator<char>(said), {})};
}

}  // namespace container_kit::tests
