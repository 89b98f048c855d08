#include "report.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <sstream>

namespace container_kit::telemetry::bench {
namespace {

std::string shortest(double value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

void write_samples(std::ostream& out, const char* name, const std::vector<double>& samples) {
  out << ",\n   \"" << name << "\": [";
  for (std::size_t i = 0; i < samples.size(); ++i) out << (i == 0 ? "" : ", ") << samples[i];
  out << "]";
}

void write_row(std::ostream& out, const Row& row) {
  const std::optional<double> ratio = row.ratio();
  out << "  {\"name\": " << std::quoted(row.name) << ", \"threads\": " << row.threads
      << ", \"peer\": " << std::quoted(row.peer) << ", \"unit\": " << std::quoted(row.unit)
      << ", \"ours\": " << row.ours << ", \"theirs\": " << row.theirs << ", \"ratio\": ";
  if (ratio) {
    out << *ratio;
  } else {
    out << "null";
  }
  out << ",\n   \"target\": " << std::quoted(row.target)
      << ", \"reached\": " << (row.reached ? "true" : "false")
      << ", \"failure\": " << std::quoted(row.failure) << ", \"note\": " << std::quoted(row.note);
  write_samples(out, "our_samples", row.our_samples);
  write_samples(out, "their_samples", row.their_samples);
  out << "}";
}

}  // namespace

std::optional<double> Row::ratio() const {
  if (!failure.empty()) return 0;
  if (ours <= 0 || theirs <= 0) return std::nullopt;
  return more_is_better ? ours / theirs : theirs / ours;
}

void Row::want_ratio(double least) {
  target = "ratio >= " + shortest(least);
  reached = failure.empty() && ratio().value_or(0) >= least;
}

void Row::want_at_most(double most) {
  target = "ours <= " + shortest(most);
  reached = failure.empty() && ours <= most;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void print(const Row& row) {
  std::printf("%-28s %d  %-26s %14.2f %14.2f %-8s %7.2f  %s\n", row.name.c_str(), row.threads,
              row.peer.c_str(), row.ours, row.theirs, row.unit.c_str(), row.ratio().value_or(0),
              row.failure.c_str());
  std::fflush(stdout);
}

bool write_rows(const std::string& path, const std::vector<Row>& rows) {
  std::error_code ignored;  // a folder that cannot be made shows as a file that cannot be written
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  std::ofstream out(path);
  out << "[";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out << (i == 0 ? "\n" : ",\n");
    write_row(out, rows[i]);
  }
  out << "\n]\n";
  out.close();
  return out.good();
}

}  // namespace container_kit::telemetry::bench
