// TLS and clients' certificates, by a real server and OpenSSL's own client.
#include "http/tls.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/folder.h"
#include "support/test_server.h"
#include "support/tls_client.h"

namespace container_kit::kit::http {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Tls : public ::testing::Test {
 protected:
  Tls() { std::signal(SIGPIPE, SIG_IGN); }  // OpenSSL writes to sockets that the server has closed

  ServerConfig encrypted() const {
    ServerConfig config;
    config.tls = {server_.certificate, server_.key, {}};
    return config;
  }
  ServerConfig mutual() const {
    auto config = encrypted();
    config.tls.client_authorities = authority_.certificate();
    return config;
  }

  TlsClientOptions nobody() const { return {.authority = authority_.certificate()}; }
  TlsClientOptions known() const { return as(client_); }
  TlsClientOptions as(const Identity& identity) const {
    return {.authority = authority_.certificate(), .identity = identity};
  }
  static int status(const TestServer& server, const TlsClientOptions& options,
                    const std::string& request = get("/health")) {
    return TlsClient(server.port(), options).ask(request).status;
  }

  const Folder temporary_;
  const std::filesystem::path folder_ = temporary_.path();
  Authority authority_{folder_, "authority"};
  Identity server_ = authority_.sign("server", Purpose::kServer);
  Identity client_ = authority_.sign("client", Purpose::kClient);
};

TEST_F(Tls, serves_everybody_where_no_certificates_are_demanded) {
  TestServer server(encrypted());
  EXPECT_TRUE(server->url().starts_with("https://127.0.0.1:"));
  EXPECT_EQ(status(server, nobody()), 200);
}

TEST_F(Tls, goes_with_a_token) {
  const auto tokens = (folder_ / "tokens").string();
  std::ofstream(tokens) << "0123456789abcdef\n";
  auto config = encrypted();
  config.token_file = tokens;
  TestServer server(config);
  EXPECT_EQ(status(server, nobody()), 200) << "/health needs none";
  EXPECT_EQ(status(server, nobody(), get("/api/tools")), 401);
  EXPECT_EQ(
      status(server, nobody(),
             "GET /api/tools HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer 0123456789abcdef\r\n\r\n"),
      200);
}

TEST_F(Tls, demands_a_certificate_that_its_authority_signed_for_clients_and_that_is_in_force) {
  const Authority stranger(folder_, "stranger");
  TestServer server(mutual());
  EXPECT_EQ(status(server, known()), 200);
  EXPECT_EQ(status(server, nobody()), 0) << "without one";
  EXPECT_EQ(status(server, as(stranger.sign("client", Purpose::kClient))), 0) << "of another authority";
  const auto expired = authority_.sign("expired", Purpose::kClient, std::chrono::seconds(-60));
  EXPECT_EQ(status(server, as(expired)), 0) << "expired";
  EXPECT_EQ(status(server, as(server_)), 0) << "a server's";
  EXPECT_EQ(status(server, known()), 200);
}

TEST_F(Tls, decides_before_health_checks_are_looked_at) {
  TestServer server(mutual());
  EXPECT_EQ(status(server, nobody(), get("/health")), 0);
  EXPECT_EQ(status(server, nobody(), get("/ready")), 0);
}

TEST_F(Tls, is_of_version_1_2_at_least) {
  TestServer server(encrypted());
  auto old = nobody();
  old.newest_version = TLS1_1_VERSION;
  EXPECT_FALSE(TlsClient(server.port(), old).is_agreed());
  old.newest_version = TLS1_2_VERSION;
  EXPECT_EQ(status(server, old), 200);
}

// What a server gives out to be remembered by outlives the certificate that was looked at.
TEST_F(Tls, no_session_can_be_taken_up_again) {
  TestServer server(mutual());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    auto options = known();
    options.newest_version = version;
    TlsClient client(server.port(), options);
    EXPECT_EQ(client.ask(get("/health")).status, 200);
    EXPECT_EQ(SSL_SESSION_is_resumable(SSL_get0_session(client.session())), 0)
        << SSL_get_version(client.session());
  }
}

TEST_F(Tls, tells_which_authorities_it_trusts) {
  TestServer server(mutual());
  const TlsClient client(server.port(), known());
  ASSERT_TRUE(client.is_agreed());
  EXPECT_EQ(sk_X509_NAME_num(SSL_get0_peer_CA_list(client.session())), 1);
}

TEST_F(Tls, answers_nobody_who_speaks_plainly) {
  TestServer server(encrypted());
  auto client = server.client();
  EXPECT_EQ(client.ask(get("/health")).status, 0);
}

TEST_F(Tls, waits_for_no_slow_handshake) {
  auto config = encrypted();
  config.limits.handshake = milliseconds(50);
  TestServer server(config);
  auto silent = server.client();
  EXPECT_TRUE(silent.closed_by_server());
  auto half = server.client();
  half.send(std::string("\x16\x03\x01\x02", 4));  // the beginning of a ClientHello
  EXPECT_TRUE(half.closed_by_server());
}

TEST_F(Tls, counts_handshakes_among_the_connections) {
  auto config = encrypted();
  config.limits.connections = 1;
  TestServer server(config);
  {
    auto silent = server.client();
    EXPECT_EQ(status(server, nobody()), 0);
  }
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  int answered = 0;
  while (answered != 200 && std::chrono::steady_clock::now() < until) answered = status(server, nobody());
  EXPECT_EQ(answered, 200) << "when the other has gone";
}

TEST_F(Tls, carries_large_bodies_and_many_requests) {
  TestServer server(encrypted());
  TlsClient client(server.port(), nobody());
  const std::string text(300'000, 'x');
  for (int i = 0; i < 3; ++i) {
    const auto answer =
        client.ask(post("/api/tools/execute", R"({"tool":"echo","arguments":{"text":")" + text + "\"}}"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr(text));
  }
}

std::string modern_wait() {
  const std::string body =
      R"({"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"wait","_meta":{)"
      R"("io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}})";
  return "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
         "Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\n"
         "Mcp-Method: tools/call\r\nMcp-Name: wait\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST_F(Tls, a_client_that_leaves_cancels_however_it_leaves) {
  TestServer server(mutual());
  for (const bool politely : {true, false}) {
    {
      TlsClient client(server.port(), known());
      client.send(modern_wait());
      ASSERT_TRUE(server.waiting().wait_for_calls(1));
      if (politely) client.say_goodbye();
    }
    EXPECT_TRUE(server.waiting().wait_for_at_most(0)) << politely;
  }
}

TEST_F(Tls, a_request_sent_during_another_is_answered_after_it) {
  TestServer server(mutual());
  TlsClient client(server.port(), known());
  client.send(modern_wait());
  ASSERT_TRUE(server.waiting().wait_for_calls(1));
  client.send(get("/health"));
  client.send(get("/ready"));
  EXPECT_EQ(status(server, known()), 200) << "by then it has looked at what this client sends";
  server.waiting().let_go();
  EXPECT_THAT(client.read().body, HasSubstr("free"));
  EXPECT_THAT(client.read().body, HasSubstr("\"ok\""));
  EXPECT_THAT(client.read().body, HasSubstr("\"ready\""));
}

class Rotated : public Tls {
 protected:
  // As tools that rotate certificates do.
  static void put(const std::string& from, const std::string& to) {
    std::filesystem::copy_file(from, to + ".new", std::filesystem::copy_options::overwrite_existing);
    std::filesystem::rename(to + ".new", to);
  }

  ServerConfig watched() {
    auto config = mutual();
    config.on_problem = [this](std::string_view problem) {
      const std::lock_guard lock(mutex_);
      problems_.emplace_back(problem);
    };
    return config;
  }
  std::vector<std::string> problems() {
    const std::lock_guard lock(mutex_);
    return problems_;
  }

  const Authority next_{folder_, "next"};

 private:
  std::mutex mutex_;
  std::vector<std::string> problems_;
};

TEST_F(Rotated, files_are_read_anew) {
  TestServer server(watched());
  const auto new_server = next_.sign("server", Purpose::kServer);
  EXPECT_EQ(status(server, known()), 200);
  put(new_server.key, server_.key);
  put(new_server.certificate, server_.certificate);
  auto trusting = known();
  EXPECT_FALSE(TlsClient(server.port(), trusting).is_agreed()) << "signed by the next authority now";
  trusting.authority = next_.certificate();
  EXPECT_EQ(status(server, trusting), 200);
  put(next_.certificate(), authority_.certificate());
  EXPECT_EQ(status(server, trusting), 0) << "the old authority's clients are out";
  trusting.identity = next_.sign("client", Purpose::kClient);
  EXPECT_EQ(status(server, trusting), 200);
}

TEST_F(Rotated, files_that_make_no_sense_leave_the_old_ones_in_force) {
  TestServer server(watched());
  std::ofstream(server_.certificate) << "nonsense";
  EXPECT_EQ(status(server, known()), 200);
  EXPECT_EQ(status(server, known()), 200);
  EXPECT_THAT(problems(), ElementsAre(AllOf(HasSubstr(server_.certificate), HasSubstr("stays in force"))))
      << "told of once";
  const auto again = authority_.sign("server", Purpose::kServer);
  EXPECT_EQ(status(server, known()), 200);
  EXPECT_EQ(problems().size(), 1U) << again.certificate;
}

telemetry::Expected<void> listen_with(ServerConfig config) {
  telemetry::Manager telemetry(telemetry::Config::testing());
  static_cast<void>(telemetry.initialize());
  const ToolRegistry tools;
  config.port = 0;
  Server server(std::move(config), tools, telemetry);
  return server.listen();
}

TEST_F(Tls, an_address_that_others_reach_needs_clients_that_are_known) {
  auto config = encrypted();
  config.host = "0.0.0.0";
  const auto refused = listen_with(config);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("--tls-client-ca"));
  config.tls.client_authorities = authority_.certificate();
  EXPECT_TRUE(listen_with(config));
}

TEST_F(Tls, says_which_file_is_wrong_before_it_serves) {
  auto config = mutual();
  config.tls.private_key = client_.key;
  EXPECT_THAT(listen_with(config).error().message, HasSubstr(client_.key));
  config = mutual();
  config.tls.certificate = "/nowhere.pem";
  EXPECT_THAT(listen_with(config).error().message, HasSubstr("/nowhere.pem"));
  config = mutual();
  config.tls.client_authorities = server_.key;
  EXPECT_THAT(listen_with(config).error().message, HasSubstr(server_.key));
  config = encrypted();
  config.tls.private_key.clear();
  EXPECT_FALSE(listen_with(config));
  config = {};
  config.tls.client_authorities = authority_.certificate();
  EXPECT_FALSE(listen_with(config));
}

}  // namespace
}  // namespace container_kit::kit::http
