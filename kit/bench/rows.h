// The rows of this bench, as scripts/bench.sh reads them.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace container_kit::kit::bench {

struct Row {
  std::string name;
  int threads = 1;  // connections that send
  std::string peer = "the bar";
  std::string unit = "us";
  double ours = 0;
  double theirs = 0;  // what the row is held against
  bool more_is_better = false;
  std::string target = {};   // in words
  bool reached = true;       // the target
  std::string failure = {};  // why the row is void; empty: it is sound
  std::string note = {};     // how it was measured
  std::vector<double> our_samples = {};
  std::vector<double> their_samples = {};

  // Above 1: ours is better. None where one side is zero, 0 where the row is void.
  std::optional<double> ratio() const;
};

double median(std::vector<double> values);

// The row as a line on stdout.
void print(const Row& row);

// As JSON, with the raw samples. False where the file cannot be written.
bool write_rows(const std::string& path, const std::vector<Row>& rows);

}  // namespace container_kit::kit::bench
