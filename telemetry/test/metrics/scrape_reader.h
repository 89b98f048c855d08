// Reads an exposition back, for tests: a small parser of its own, so that the writer is not its own judge.
#pragma once

#include <cmath>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include <container_kit/telemetry/prometheus.h>

namespace container_kit::telemetry::metrics {

class Exposition {
 public:
  explicit Exposition(PrometheusScraper& scraper, ScrapeFormat format = ScrapeFormat::kPrometheusText) {
    scraper.scrape(text_, format);
    parse();
  }
  explicit Exposition(std::string text) : text_(std::move(text)) { parse(); }

  const std::string& text() const { return text_; }
  const std::map<std::string, double, std::less<>>& samples() const { return samples_; }

  // NaN where there is no such series: `name{label="value"}` as it stands in the text.
  double value(std::string_view series) const {
    const auto found = samples_.find(series);
    return found == samples_.end() ? std::nan("") : found->second;
  }
  // How many series have this name, and the sum of their values.
  std::size_t count(std::string_view name) const { return total(name).first; }
  double sum(std::string_view name) const { return total(name).second; }

 private:
  void parse() {
    for (std::size_t begin = 0; begin < text_.size();) {
      const std::size_t end = text_.find('\n', begin);
      std::string line = text_.substr(begin, end - begin);
      begin = end == std::string::npos ? text_.size() : end + 1;
      if (line.empty() || line[0] == '#') continue;
      if (const std::size_t exemplar = line.find(" # "); exemplar != std::string::npos) line.resize(exemplar);
      const std::size_t space = line.rfind(' ');
      samples_[line.substr(0, space)] = std::strtod(line.c_str() + space + 1, nullptr);
    }
  }
  std::pair<std::size_t, double> total(std::string_view name) const {
    std::pair<std::size_t, double> result{0, 0};
    for (const auto& [series, value] : samples_) {
      if (series.substr(0, series.find('{')) != name) continue;
      ++result.first;
      result.second += value;
    }
    return result;
  }

  std::string text_;
  std::map<std::string, double, std::less<>> samples_;
};

}  // namespace container_kit::telemetry::metrics
