// The rows of a bench: medians beside the peer's, with the check that both counted the same.
#pragma once

#include <string>
#include <vector>

namespace bench {

struct Row {
  std::string name;
  int threads = 1;
  std::string peer;
  std::string unit;
  double ours = 0;
  double theirs = 0;
  std::string failure;  // empty: the totals agree

  double ratio() const { return failure.empty() && ours > 0 ? theirs / ours : 0; }
};

double median(std::vector<double> values);
void print(const Row& row);
// A list of {"name","threads","peer","unit","ours","theirs","ratio"}; a failed row also has "failure".
bool write_json(const std::string& path, const std::vector<Row>& rows);

}  // namespace bench
