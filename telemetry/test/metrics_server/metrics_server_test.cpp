#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <container_kit/telemetry/metrics_server.h>

#include "support/certificates.h"

namespace container_kit::telemetry {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// One connection to the server.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(const std::string& text) const {
    static_cast<void>(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL));
  }
  // Everything until the server closes; what it has by then, after 20 seconds.
  std::string read_all() const {
    std::string all;
    std::array<char, 4096> bytes{};
    pollfd ready{socket_, POLLIN, 0};
    while (::poll(&ready, 1, 20'000) == 1) {
      const ssize_t size = ::recv(socket_, bytes.data(), bytes.size(), 0);
      if (size <= 0) return all;
      all.append(bytes.data(), static_cast<std::size_t>(size));
    }
    ADD_FAILURE() << "the server does not close the connection";
    return all;
  }

 private:
  int socket_;
};

class MetricsServerTest : public ::testing::Test {
 protected:
  static MetricsServerOptions options() {
    MetricsServerOptions options;
    options.host = "127.0.0.1";
    options.port = 0;
    return options;
  }
  void start(const MetricsServerOptions& options) {
    auto server = MetricsServer::start(options, [this](std::string_view accept, std::string_view encoding) {
      return scraper_.answer(accept, encoding);
    });
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }
  std::string ask(const std::string& request) const {
    const Client client(server_->port());
    client.send(request);
    return client.read_all();
  }
  std::string get(const std::string& fields = {}) const {
    return ask("GET /metrics HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
  }
  // What curl writes on stdout and stderr.
  std::string curl(const std::string& arguments, const std::string& scheme = "http") const {
    const std::string command = "curl -sS --max-time 20 --noproxy '*' " + arguments + " " + scheme +
                                "://127.0.0.1:" + std::to_string(server_->port()) + "/metrics 2>&1";
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    std::string out;
    std::array<char, 4096> bytes{};
    for (std::size_t size = 0; (size = std::fread(bytes.data(), 1, bytes.size(), pipe)) > 0;) {
      out.append(bytes.data(), size);
    }
    ::pclose(pipe);
    return out;
  }

  MeterProvider provider_;
  Counter<std::int64_t> counter_ = provider_.meter("test").counter<std::int64_t>("answers");
  PrometheusScraper scraper_{provider_, {.resource = {}, .scope_labels = false}};
  std::unique_ptr<MetricsServer> server_;
};

TEST_F(MetricsServerTest, ServesMetricsByGetAndTheirHeadByHead) {
  counter_.add(42);
  start(options());
  const std::string answer = get();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4"));
  EXPECT_THAT(answer, HasSubstr("\nanswers_total 42\n"));
  const std::size_t body = answer.find("\r\n\r\n") + 4;
  EXPECT_THAT(answer, HasSubstr("Content-Length: " + std::to_string(answer.size() - body) + "\r\n"));
  EXPECT_EQ(ask("HEAD /metrics?x=y HTTP/1.0\r\n\r\n"), answer.substr(0, body));
}

TEST_F(MetricsServerTest, RefusesAllElse) {
  start(options());
  EXPECT_THAT(ask("POST /metrics HTTP/1.1\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("Allow: GET, HEAD")));
  EXPECT_THAT(ask("GET / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
  for (const char* request :
       {"GET /metrics\r\n\r\n", "GET /metrics HTTP/2\r\n\r\n", " / HTTP/1.1\r\n\r\n", "GET  HTTP/1.1\r\n\r\n",
        "\r\n\r\n", "GET /metrics HTTP/1.1\r\nno colon\r\n\r\n",
        "GET /metrics HTTP/1.1\r\na: b\r\n folded\r\n\r\n"}) {
    EXPECT_THAT(ask(request), StartsWith("HTTP/1.1 400 ")) << request;
  }
  EXPECT_THAT(get("X: " + std::string(20'000, 'x') + "\r\n"), StartsWith("HTTP/1.1 431 "));
}

TEST_F(MetricsServerTest, CurlNegotiatesFormatAndEncoding) {
  for (int i = 0; i < 500; ++i) counter_.add(1, {{"number", i}});
  start(options());
  EXPECT_THAT(curl("-i"), AllOf(HasSubstr("text/plain"), HasSubstr("answers_total{number=\"7\"} 1")));
  const std::string open = curl("-i --compressed -H 'Accept: application/openmetrics-text; version=1.0.0'");
  EXPECT_THAT(open, AllOf(HasSubstr("application/openmetrics-text"), HasSubstr("Content-Encoding: gzip"),
                          HasSubstr("answers_total{number=\"7\"} 1"), HasSubstr("# EOF")));
}

TEST_F(MetricsServerTest, ABearerTokenOrAUserMustBeRight) {
  MetricsServerOptions secured = options();
  secured.token = "se cret";
  secured.user = "ada";
  secured.password = "pass:word";
  start(secured);
  EXPECT_THAT(get(), AllOf(StartsWith("HTTP/1.1 401 "),
                           HasSubstr("WWW-Authenticate: Bearer realm=\"metrics\", Basic"),
                           Not(HasSubstr("answers"))));
  for (const char* wrong : {"Bearer", "Bearer ", "Bearer se cre", "Bearer se cret2", "Bearer SE CRET",
                            "se cret", "Basic se cret", "Basic YWRhOnBhc3M=", "Basic"}) {
    EXPECT_THAT(get("Authorization: " + std::string(wrong) + "\r\n"), StartsWith("HTTP/1.1 401 ")) << wrong;
  }
  EXPECT_THAT(ask("GET /secret HTTP/1.1\r\n\r\n"),
              StartsWith("HTTP/1.1 401 "));  // tells nothing of what there is
  EXPECT_THAT(get("authorization: bearer se cret\r\n"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(curl("-i -u ada:pass:word"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(curl("-i -u ada:password"), StartsWith("HTTP/1.1 401 "));
}

TEST_F(MetricsServerTest, SpeaksTlsWhereItHasACertificate) {
  const test::Certificates certificates;
  const test::TlsIdentity identity = certificates.server();
  MetricsServerOptions secured = options();
  secured.certificate = identity.certificate;
  secured.private_key = identity.key;
  secured.request_timeout = milliseconds(500);
  for (int i = 0; i < 5000; ++i) counter_.add(1, {{"number", i % 1900}});  // more than a record
  start(secured);
  EXPECT_THAT(curl("--cacert " + certificates.authority(), "https"),
              HasSubstr("answers_total{number=\"1899\"}"));
  EXPECT_THAT(curl("", "https"), HasSubstr("certificate"));
  EXPECT_THAT(
      curl("--tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 --cacert " + certificates.authority(), "https"),
      Not(HasSubstr("answers")));
  EXPECT_THAT(get(), Not(HasSubstr("answers")));
  EXPECT_THAT(curl("--cacert " + certificates.authority(), "https"), HasSubstr("answers_total"));
}

TEST_F(MetricsServerTest, WrongFilesAreErrorsThatNameThem) {
  const auto error_of = [](const MetricsServerOptions& wrong) {
    const auto server = MetricsServer::start(wrong, nullptr);
    EXPECT_FALSE(server);
    return server ? std::string() : server.error().message;
  };
  MetricsServerOptions wrong = options();
  wrong.certificate = "/nowhere.pem";
  EXPECT_THAT(error_of(wrong), HasSubstr("CONTAINER_KIT_METRICS_PRIVATE_KEY"));
  wrong.private_key = "/nowhere.key";
  EXPECT_THAT(error_of(wrong),
              AllOf(HasSubstr("CONTAINER_KIT_METRICS_CERTIFICATE"), HasSubstr("/nowhere.pem")));
  const test::Certificates certificates;
  wrong.certificate = certificates.server().certificate;
  wrong.private_key = certificates.client().key;  // another's
  EXPECT_THAT(error_of(wrong), HasSubstr("CONTAINER_KIT_METRICS_PRIVATE_KEY"));
}

TEST_F(MetricsServerTest, APortInUseIsAnErrorThatNamesIt) {
  start(options());
  MetricsServerOptions same = options();
  same.port = server_->port();
  const auto second = MetricsServer::start(same, nullptr);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message,
              AllOf(HasSubstr("127.0.0.1:" + std::to_string(same.port)), HasSubstr("in use")));
  server_->stop();
  start(same);  // free again
  EXPECT_THAT(get(), StartsWith("HTTP/1.1 200 "));
  same.host = "no such host";
  EXPECT_THAT(MetricsServer::start(same, nullptr).error().message, HasSubstr("no such host"));
}

TEST_F(MetricsServerTest, ASlowRequestIsCutOffAndHoldsUpNobody) {
  MetricsServerOptions quick = options();
  quick.request_timeout = milliseconds(300);
  start(quick);
  const Client slow(server_->port());
  slow.send("GET /metrics HTTP/1.1\r\n");
  EXPECT_THAT(get(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(slow.read_all(), "");
}

TEST_F(MetricsServerTest, IdleConnectionsMakeRoomForNewOnes) {
  MetricsServerOptions small = options();
  small.max_connections = 4;
  small.request_timeout = std::chrono::hours(1);
  start(small);
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 40; ++i) idle.push_back(std::make_unique<Client>(server_->port()));
  EXPECT_THAT(get(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(idle.front()->read_all(), "");  // closed
}

TEST_F(MetricsServerTest, AStopClosesWhatIsOpen) {
  start(options());
  const Client open(server_->port());
  open.send("GET");
  server_->stop();
  server_->stop();
  EXPECT_EQ(open.read_all(), "");
}

TEST_F(MetricsServerTest, ScrapesAndStopsMayHappenTogetherConcurrently) {
  for (int round = 0; round < 5; ++round) {
    start(options());
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([port = server_->port()] {
        for (int i = 0; i < 10; ++i) {
          const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
          sockaddr_in address{};
          address.sin_family = AF_INET;
          address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
          address.sin_port = htons(port);
          if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
            static_cast<void>(::send(socket, "GET /metrics HTTP/1.1\r\n\r\n", 25, MSG_NOSIGNAL));
          }
          ::close(socket);
        }
      });
    }
    counter_.add(1);
    server_->stop();
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(provider_.skipped(), 0U);
}

TEST(MetricsServerOptions, ComeFromTheEnvironment) {
  ::setenv("OTEL_EXPORTER_PROMETHEUS_HOST", "0.0.0.0", 1);
  ::setenv("OTEL_EXPORTER_PROMETHEUS_PORT", "70000", 1);
  ::setenv("CONTAINER_KIT_METRICS_TOKEN", "t", 1);
  std::vector<std::string> warnings;
  const MetricsServerOptions options = MetricsServerOptions::from_env(&warnings);
  EXPECT_EQ(options.host, "0.0.0.0");
  EXPECT_EQ(options.port, 9464);
  EXPECT_EQ(options.token, "t");
  EXPECT_THAT(warnings, ::testing::ElementsAre(HasSubstr("OTEL_EXPORTER_PROMETHEUS_PORT")));
  for (const char* name :
       {"OTEL_EXPORTER_PROMETHEUS_HOST", "OTEL_EXPORTER_PROMETHEUS_PORT", "CONTAINER_KIT_METRICS_TOKEN"}) {
    ::unsetenv(name);
  }
}

}  // namespace
}  // namespace container_kit::telemetry
