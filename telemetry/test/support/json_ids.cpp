#include "support/json_ids.h"

#include <regex>

namespace container_kit::telemetry::test {
namespace {

std::string base64_of_hex(const std::string& hex) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits;
  for (const char c : hex) {
    const unsigned long digit = std::stoul(std::string(1, c), nullptr, 16);
    for (int bit = 3; bit >= 0; --bit) bits += (digit >> bit & 1U) != 0 ? '1' : '0';
  }
  std::string out;
  for (std::size_t at = 0; at < bits.size(); at += 6) {
    std::string group = bits.substr(at, 6);
    group.resize(6, '0');
    out += kDigits[std::stoul(group, nullptr, 2)];
  }
  out.resize((out.size() + 3) / 4 * 4, '=');
  return out;
}

}  // namespace

std::string with_ids_in_base64(const std::string& json) {
  static const std::regex pattern("\"(traceId|spanId|parentSpanId)\":\"([0-9a-f]*)\"");
  std::string out;
  auto rest = json.begin();
  for (std::sregex_iterator id(json.begin(), json.end(), pattern), end; id != end; ++id) {
    out.append(rest, (*id)[2].first);
    out += base64_of_hex((*id)[2]);
    rest = (*id)[2].second;
  }
  return out.append(rest, json.end());
}

}  // namespace container_kit::telemetry::test
