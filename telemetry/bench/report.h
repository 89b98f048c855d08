// The rows of a bench, as scripts/bench.sh reads them.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace container_kit::telemetry::bench {

struct Row {
  std::string name;
  int threads = 1;
  std::string peer = "opentelemetry-cpp";
  std::string unit = "ns";
  double ours = 0;
  double theirs = 0;
  bool more_is_better = false;
  std::string target = {};   // in words; empty: none
  bool reached = true;       // the target
  std::string failure = {};  // why the row is void; empty: it is sound
  std::string note = {};     // how it was measured
  std::vector<double> our_samples = {};
  std::vector<double> their_samples = {};

  // Above 1: ours is better. None where one side is zero, 0 where the row is void.
  std::optional<double> ratio() const;

  // Each sets the target, and whether it was reached.
  void want_ratio(double least);
  void want_at_most(double most);
};

double median(std::vector<double> values);

// The row as a line of a table on stdout.
void print(const Row& row);

// A list of {"name","threads","peer","unit","ours","theirs","ratio"} with "target", "reached", "failure",
// "note" and the raw samples. False where the file cannot be written.
bool write_rows(const std::string& path, const std::vector<Row>& rows);

}  // namespace container_kit::telemetry::bench
