#include "rows.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <boost/json.hpp>

namespace container_kit::kit::bench {
namespace json = boost::json;

namespace {

json::object to_json(const Row& row) {
  const auto ratio = row.ratio();
  return {{"name", row.name},
          {"threads", row.threads},
          {"peer", row.peer},
          {"unit", row.unit},
          {"ours", row.ours},
          {"theirs", row.theirs},
          {"ratio", ratio ? json::value(*ratio) : json::value()},
          {"target", row.target},
          {"reached", row.reached},
          {"failure", row.failure},
          {"note", row.note},
          {"our_samples", json::value_from(row.our_samples)},
          {"their_samples", json::value_from(row.their_samples)}};
}

}  // namespace

std::optional<double> Row::ratio() const {
  if (!failure.empty()) return 0;
  if (ours <= 0 || theirs <= 0) return std::nullopt;
  return more_is_better ? ours / theirs : theirs / ours;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void print(const Row& row) {
  std::printf("%-28s %d  %-14s %12.2f %12.2f %-10s %s  %s\n", row.name.c_str(), row.threads, row.peer.c_str(),
              row.ours, row.theirs, row.unit.c_str(), row.reached ? "pass" : "missed", row.failure.c_str());
  std::printf("    %s\n", row.note.c_str());
  std::fflush(stdout);
}

bool write_rows(const std::string& path, const std::vector<Row>& rows) {
  std::error_code ignored;  // a folder that cannot be made shows as a file that cannot be written
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  json::array list;
  for (const auto& row : rows) list.push_back(to_json(row));
  std::ofstream out(path);
  out << json::serialize(list) << '\n';
  out.close();
  return out.good();
}

}  // namespace container_kit::kit::bench
