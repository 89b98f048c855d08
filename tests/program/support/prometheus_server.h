// Debian's Prometheus as a child process: scrapes one port four times a second, and is asked queries.
//
// Ownership: ends its child, by its own pid, and removes its data when it goes out of scope.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "support/running_server.h"

namespace container_kit::tests {

// One series of an answer: a single point of an instant vector, or all of a range's.
struct QueriedSeries {
  using Point = std::pair<double, double>;  // seconds since 1970, value

  std::map<std::string, std::string> labels;
  std::vector<Point> points;

  double value() const { return points.back().second; }
};

class PrometheusServer {
 public:
  static bool is_installed();

  // With a token, it shows that to the target.
  explicit PrometheusServer(std::uint16_t target, const std::string& token = {});
  ~PrometheusServer();
  PrometheusServer(const PrometheusServer&) = delete;
  PrometheusServer& operator=(const PrometheusServer&) = delete;

  // What the expression gives, at that time or now. Empty also while Prometheus is not up yet.
  std::vector<QueriedSeries> query(const std::string& expression, const std::string& time = {}) const;

 private:
  Folder folder_;
  std::uint16_t port_;
  pid_t pid_ = -1;
};

// Runs `program` with `input` on its stdin: its exit code, and what it wrote to stdout and stderr.
std::pair<int, std::string> run_with_input(std::vector<std::string> program, const std::string& input);

}  // namespace container_kit::tests
