#include "protocol/zipkin_endpoint.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <arpa/inet.h>

#include "base/json_text.h"

namespace container_kit::telemetry::protocol {
namespace {

constexpr std::int32_t kClient = 3;
constexpr std::int32_t kProducer = 4;
constexpr std::int64_t kMostPort = 65'535;

// By rank. An address goes together with the port of the second name, where the span has it.
struct Candidate {
  std::string_view key;
  std::string_view port;
};
constexpr std::array<Candidate, 11> kCandidates{{{"peer.service", {}},
                                                 {"server.address", {}},
                                                 {"net.peer.name", {}},
                                                 {"network.peer.address", "network.peer.port"},
                                                 {"server.socket.domain", {}},
                                                 {"server.socket.address", "server.socket.port"},
                                                 {"net.sock.peer.name", {}},
                                                 {"net.sock.peer.addr", "net.sock.peer.port"},
                                                 {"peer.hostname", {}},
                                                 {"peer.address", {}},
                                                 {"db.name", {}}}};

bool is_text(const OtlpValue& value) {
  return value.type == OtlpValue::Type::kString && !value.bytes.empty();
}

// Rank and value of the best candidate; the rank is beyond the last where there is none.
struct Best {
  std::size_t rank = kCandidates.size();
  std::string_view text;
};

Best best_of(const OtlpSpan& span) {
  Best best;
  for (const OtlpAttribute& attribute : span.attributes) {
    if (!is_text(attribute.value)) continue;
    for (std::size_t rank = 0; rank < best.rank; ++rank) {
      if (attribute.key == kCandidates[rank].key) best = {rank, attribute.value.bytes};
    }
  }
  return best;
}

// 0 where there is none. Some write ports as texts.
std::int64_t port_of(const OtlpSpan& span, std::string_view key) {
  const auto found = std::find_if(span.attributes.begin(), span.attributes.end(),
                                  [key](const OtlpAttribute& attribute) { return attribute.key == key; });
  if (found == span.attributes.end()) return 0;
  std::int64_t port = found->value.number;
  if (const std::string_view text = found->value.bytes; is_text(found->value)) {
    std::from_chars(text.data(), text.data() + text.size(), port);
  }
  return port > 0 && port <= kMostPort ? port : 0;
}

bool is_address(int family, std::string_view text) {
  char terminated[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof terminated) return false;
  *base::AppendBuffer::put(terminated, text) = '\0';
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return ::inet_pton(family, terminated, address.data()) == 1;
}

std::string_view member_for(const Candidate& candidate, std::string_view text) {
  if (candidate.port.empty()) return "serviceName";
  if (is_address(AF_INET, text)) return "ipv4";
  return is_address(AF_INET6, text) ? "ipv6" : "serviceName";
}

}  // namespace

void append_remote_endpoint(base::AppendBuffer& out, const OtlpSpan& span) {
  if (span.kind != kClient && span.kind != kProducer) return;
  const Best best = best_of(span);
  if (best.rank == kCandidates.size()) return;
  const Candidate& candidate = kCandidates[best.rank];
  out.append("\"remoteEndpoint\":{\"");
  out.append(member_for(candidate, best.text));
  out.append("\":");
  base::append_json_string(out, best.text);
  if (const std::int64_t port = candidate.port.empty() ? 0 : port_of(span, candidate.port); port != 0) {
    out.append(",\"port\":");
    base::append_decimal(out, port);
  }
  out.append("},");
}

}  // namespace container_kit::telemetry::protocol
