#include "metrics/rows.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace bench {

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void print(const Row& row) {
  std::printf("%-28s %d  %-26s %12.2f %12.2f %-10s %7.2f %s\n", row.name.c_str(), row.threads,
              row.peer.c_str(), row.ours, row.theirs, row.unit.c_str(), row.ratio(), row.failure.c_str());
  std::fflush(stdout);
}

bool write_json(const std::string& path, const std::vector<Row>& rows) {
  std::error_code ignored;  // a folder that cannot be made shows as a file that cannot be written
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  std::ofstream out(path);
  out << "[";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    out << (i == 0 ? "\n" : ",\n") << R"(  {"name": ")" << row.name << R"(", "threads": )" << row.threads
        << R"(, "peer": ")" << row.peer << R"(", "unit": ")" << row.unit << R"(", "ours": )" << row.ours
        << R"(, "theirs": )" << row.theirs << R"(, "ratio": )" << row.ratio();
    if (!row.failure.empty()) out << R"(, "failure": ")" << row.failure << '"';
    out << "}";
  }
  out << "\n]\n";
  return out.good();
}

}  // namespace bench
