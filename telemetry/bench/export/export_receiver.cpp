// The receiver of export_bench, a process of its own: takes OTLP/HTTP requests on a free port of the loopback
// interface and keeps them.
//
// Writes its URL as the first line. For each line "take FILE" that it reads it decodes all that it has kept,
// with the official schema, writes the first request into FILE, forgets them, and answers with a line of four
// numbers: requests, spans, different span ids, and requests that could not be decoded. It does little while
// requests come in, so that it is the senders that are measured.
#include <algorithm>
#include <charconv>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <netinet/in.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Request = opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest;

constexpr std::string_view kEmptyLine = "\r\n\r\n";
constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n";

// What has been kept: bodies one after the other, in memory that is used again.
struct Kept {
  std::vector<char> bytes;
  std::vector<std::size_t> sizes;
};

struct Connection {
  int socket;
  std::vector<char> buffer = std::vector<char>(std::size_t{1} << 20U);
  std::size_t filled = 0;
};

// -1 where the head names none.
std::ptrdiff_t content_length(std::string_view head) {
  std::string lower(head);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::string_view kField = "\r\ncontent-length:";
  std::size_t at = lower.find(kField);
  if (at == std::string::npos) return -1;
  at = lower.find_first_not_of(' ', at + kField.size());
  std::ptrdiff_t length = -1;
  std::from_chars(lower.data() + at, lower.data() + lower.size(), length);
  return length;
}

// Keeps and answers the requests that are whole. False where the connection is over.
bool answer_whole_requests(Connection& connection, Kept& kept) {
  std::size_t at = 0;
  for (;;) {
    const std::string_view rest(connection.buffer.data() + at, connection.filled - at);
    const std::size_t end = rest.find(kEmptyLine);
    if (end == std::string_view::npos) break;
    const std::ptrdiff_t length = content_length(rest.substr(0, end + 2));
    if (length < 0) return false;
    const std::size_t head = end + kEmptyLine.size();
    const auto whole = head + static_cast<std::size_t>(length);
    if (rest.size() < whole) {
      if (whole > connection.buffer.size() - at) connection.buffer.resize(at + whole);
      break;
    }
    kept.bytes.insert(kept.bytes.end(), rest.begin() + head, rest.begin() + whole);
    kept.sizes.push_back(static_cast<std::size_t>(length));
    if (send(connection.socket, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) < 0) return false;
    at += whole;
  }
  std::copy(connection.buffer.begin() + static_cast<std::ptrdiff_t>(at),
            connection.buffer.begin() + static_cast<std::ptrdiff_t>(connection.filled),
            connection.buffer.begin());
  connection.filled -= at;
  return true;
}

bool read_from(Connection& connection, Kept& kept) {
  const ssize_t size = recv(connection.socket, connection.buffer.data() + connection.filled,
                            connection.buffer.size() - connection.filled, 0);
  if (size <= 0) return false;
  connection.filled += static_cast<std::size_t>(size);
  return answer_whole_requests(connection, kept);
}

void report(Kept& kept) {
  std::size_t spans = 0;
  std::size_t undecoded = 0;
  std::size_t at = 0;
  std::unordered_set<std::string> ids;
  for (const std::size_t size : kept.sizes) {
    Request request;
    if (!request.ParseFromArray(kept.bytes.data() + at, static_cast<int>(size))) ++undecoded;
    at += size;
    for (const auto& resource : request.resource_spans()) {
      for (const auto& scope : resource.scope_spans()) {
        spans += static_cast<std::size_t>(scope.spans_size());
        for (const auto& span : scope.spans()) ids.insert(span.span_id());
      }
    }
  }
  std::cout << kept.sizes.size() << ' ' << spans << ' ' << ids.size() << ' ' << undecoded << std::endl;
  kept.bytes.clear();
  kept.sizes.clear();
}

// False where the input is over.
bool obey(Kept& kept) {
  std::string line;
  if (!std::getline(std::cin, line)) return false;
  constexpr std::string_view kTake = "take ";
  if (!line.starts_with(kTake)) return true;
  const std::size_t first = kept.sizes.empty() ? 0 : kept.sizes.front();
  std::ofstream(line.substr(kTake.size()), std::ios::binary)
      .write(kept.bytes.data(), static_cast<std::streamsize>(first));
  report(kept);
  return true;
}

int listen_on_free_port() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener, any, size) != 0 || listen(listener, SOMAXCONN) != 0 ||
      getsockname(listener, any, &size) != 0) {
    std::perror("cannot listen on the loopback interface");
    return -1;
  }
  std::cout << "http://127.0.0.1:" << ntohs(address.sin_port) << "/v1/traces" << std::endl;
  return listener;
}

}  // namespace

int main() {
  const int listener = listen_on_free_port();
  if (listener < 0) return 1;
  std::vector<Connection> connections;
  Kept kept;
  for (;;) {
    std::vector<pollfd> polled{{STDIN_FILENO, POLLIN, 0}, {listener, POLLIN, 0}};
    for (const Connection& connection : connections) polled.push_back({connection.socket, POLLIN, 0});
    if (poll(polled.data(), polled.size(), -1) < 0) continue;
    for (std::size_t index = connections.size(); index-- > 0;) {
      if (polled[index + 2].revents == 0 || read_from(connections[index], kept)) continue;
      close(connections[index].socket);
      connections.erase(connections.begin() + static_cast<std::ptrdiff_t>(index));
    }
    if (polled[1].revents != 0) connections.push_back({accept(listener, nullptr, nullptr)});
    if (polled[0].revents != 0 && !obey(kept)) return 0;
  }
}
