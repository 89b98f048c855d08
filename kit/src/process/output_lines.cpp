#include "process/output_lines.h"

#include "analyze/safe_text.h"

namespace container_kit::kit::process {

void OutputTail::add(std::string_view line) {
  if (line.empty()) return;
  last_.assign(line.substr(0, kMost / 2));
  text_ += analysis::printable(last_);
  text_ += '\n';
  while (text_.size() > kMost) text_.erase(0, text_.find('\n') + 1);
}

std::string OutputTail::text() const {
  return text_;
}

void OutputLines::add(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find_first_of("\r\n");
    rest_.append(bytes.substr(0, end));
    if (end == std::string_view::npos && rest_.size() < kLongest) return;
    sink_(rest_);
    rest_.clear();
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
  }
}

void OutputLines::finish() {
  if (!rest_.empty()) sink_(rest_);
  rest_.clear();
}

}  // namespace container_kit::kit::process
