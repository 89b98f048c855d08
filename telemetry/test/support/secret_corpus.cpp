#include "support/secret_corpus.h"

#include <cstdint>
#include <string_view>

namespace container_kit::telemetry::test {
namespace {

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view kAlnum = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// A linear congruential generator (Knuth's MMIX): the corpus is the same on every machine.
class Maker {
 public:
  explicit Maker(std::uint64_t seed) : state_(seed) {}

  std::size_t below(std::size_t bound) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state_ >> 33U) % bound;
  }
  std::string run(std::string_view alphabet, std::size_t size) {
    std::string out;
    for (std::size_t i = 0; i < size; ++i) out += alphabet[below(alphabet.size())];
    return out;
  }
  const std::string& one_of(const std::vector<std::string>& all) { return all[below(all.size())]; }

  // Digits with a right check digit (Luhn), or with a wrong one.
  std::string card(std::string prefix, std::size_t size, bool right) {
    prefix += run(kDigits, size - prefix.size() - 1);
    unsigned sum = 0;
    for (std::size_t i = 0; i < prefix.size(); ++i) {
      const auto digit = static_cast<unsigned>(prefix[prefix.size() - 1 - i] - '0');
      const unsigned doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
      sum += i % 2 == 0 ? doubled : digit;
    }
    const unsigned check = (10 - sum % 10) % 10;
    return prefix + static_cast<char>('0' + (right ? check : (check + 1 + below(9)) % 10));
  }
  std::string uuid() {
    return run(kHex, 8) + '-' + run(kHex, 4) + "-4" + run(kHex, 3) + "-a" + run(kHex, 3) + '-' +
           run(kHex, 12);
  }

 private:
  std::uint64_t state_;
};

std::string base64(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 3) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8U | (at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += at + i > text.size() ? '=' : kBase64[bits >> (18 - 6 * i) & 0x3FU];
    }
  }
  return out;
}

std::string join(std::string_view first, std::string_view second) {
  return std::string(first).append(second);
}

// Each kind of secret, bare.
SeededSecret bare_secret(Maker& make, std::size_t kind) {
  std::string s;
  switch (kind) {
    case 0:
      s = join("eyJ", make.run(kAlnum, 33)) + "." + join("eyJ", make.run(kAlnum, 50)) + "." +
          make.run(kAlnum, 43);
      return {"jwt", s, s};
    case 1:
      s = join("AK", "IA") + make.run(kBase32, 16);
      return {"aws_access_key", s, s};
    case 2:
      s = make.run(kUpper, 2) + make.run(kDigits, 2) + make.run(kLower, 2) + make.run(kBase64, 34);
      s[39] = 'Q';
      return {"aws_secret_key", s, s};
    case 3:
      s = join("gh", std::string(1, "pousr"[make.below(5)])) + "_" + make.run(kAlnum, 36);
      return {"github_token", s, s};
    case 4:
      s = join("github", "_pat_") + make.run(kAlnum, 22) + "_" + make.run(kAlnum, 59);
      return {"github_token", s, s};
    case 5:
      s = join("xo", "xb-") + make.run(kDigits, 12) + "-" + make.run(kDigits, 12) + "-" +
          make.run(kAlnum, 24);
      return {"slack_token", s, s};
    case 6:
      s = join("xo", "xp-") + make.run(kDigits, 11) + "-" + make.run(kDigits, 11) + "-" + make.run(kHex, 32);
      return {"slack_token", s, s};
    case 7:
      s = "-----BEGIN " + join("RSA PRIVATE", " KEY-----\n") + make.run(kBase64, 64) + "\n" +
          make.run(kBase64, 64) + "\n-----END " + join("RSA PRIVATE", " KEY-----");
      return {"private_key", s, s.substr(33, 60)};
    case 8:
      s = make.run(kLower, 5) + "." + make.run(kLower, 7) + "@" + make.run(kLower, 6) + ".example.com";
      return {"email", s, s};
    case 9:
      s = make.card(make.one_of({"4", "51", "55", "2221", "6011"}), 16, true);
      return {"card_number", s, s};
    case 10:
      s = make.card("4", 16, true);
      s = s.substr(0, 4) + " " + s.substr(4, 4) + " " + s.substr(8, 4) + " " + s.substr(12);
      return {"card_number", s, s};
    case 11:
      s = make.card("37", 15, true);
      s = s.substr(0, 4) + "-" + s.substr(4, 6) + "-" + s.substr(10);
      return {"card_number", s, s};
    case 12:
      s = join("gl", "pat-") + make.run(kAlnum, 20);
      return {"vendor_token", s, s};
    case 13:
      s = join("sk_li", "ve_") + make.run(kAlnum, 24);
      return {"vendor_token", s, s};
    default:
      s = join("AI", "za") + make.run(kAlnum, 35);
      return {"vendor_token", s, s};
  }
}
constexpr std::size_t kBareKinds = 15;

// A secret without a form of its own, and the text that gives it away.
std::vector<SeededSecret> told_by_context(Maker& make) {
  const auto secret = [&] { return make.run(kLower, 4) + make.run(kDigits, 3) + make.run(kAlnum, 5); };
  std::vector<SeededSecret> all;
  const auto add = [&](const char* kind, const std::string& before, const std::string& value,
                       const std::string& after = "") {
    all.push_back({kind, before + value + after, value});
  };
  add("authorization", "Authorization: Bearer ", make.run(kAlnum, 32));
  add("authorization", "got header bearer ", make.run(kAlnum, 20), " and went on");
  add("authorization", "Basic ", base64(make.run(kLower, 6) + ":" + secret()));
  add("authorization", "curl -H 'Authorization: Basic ", base64("admin:" + secret()),
      "' https://example.com/");
  add("authorization", "authorization: Digest username=\"x\", response=", make.run(kHex, 32));
  add("authorization", "Authorization: token ", make.run(kHex, 40));
  add("assignment", "password=", secret());
  add("assignment", "login failed for user joe with password: ", secret());
  add("assignment", R"({"user":"joe","password":")", secret(), R"(","remember":true})");
  add("assignment", R"({"apiKey": ")", secret(), R"("})");
  add("assignment", R"(body={\"client_secret\":\")", secret(), R"(\",\"a\":1})");
  add("assignment", "DB_PASSWORD=", secret(), " DB_HOST=db.example.com");
  add("assignment", "export AWS_SECRET_ACCESS_KEY=", make.run(kBase64, 40));
  add("assignment", "Server=db;Database=orders;User Id=app;Password=", secret(), ";Encrypt=true");
  add("assignment", "host=db user=app password=", secret(), " dbname=orders");
  add("assignment", "AccountName=store;AccountKey=", make.run(kBase64, 60) + "==", ";EndpointSuffix=core");
  add("assignment", "Cookie: session=", make.run(kAlnum, 24), "; theme=dark");
  add("assignment", "GET / HTTP/1.1\r\nCookie: id=", make.run(kHex, 16), "\r\nHost: example.com");
  add("assignment", "Set-Cookie: sid=", make.run(kAlnum, 24), "; Path=/; HttpOnly");
  add("assignment", "X-Api-Key: ", make.run(kAlnum, 24));
  add("assignment", "<password>", secret(), "</password>");
  add("assignment", "mysql --user app --password ", secret(), " orders");
  add("assignment", "psql --password=", secret());
  add("assignment", "map[password:", secret(), " user:joe]");
  add("assignment", "{'refresh_token': '", make.run(kAlnum, 30), "'}");
  add("assignment", "token = ", make.run(kHex, 32));
  add("assignment", "https://example.com/callback?access_token=", make.run(kAlnum, 24), "&state=1");
  add("assignment", "/download?file=a.txt&sig=", make.run(kAlnum, 43) + "%3D");
  add("assignment", "https://bucket.example.com/o?X-Amz-Signature=", make.run(kHex, 64));
  add("assignment", "https://example.com/?api_key=", secret(), "#top");
  add("assignment", "POST /login?user=joe&password=", secret(), " HTTP/1.1");
  add("assignment", "passphrase => '", secret(), "'");
  add("assignment", "config[\"client_secret\"] = \"", secret(), "\"");
  add("assignment", "secrets=[", secret(), ", x]");
  add("url_credentials", "https://joe:", secret(), "@example.com/path");
  add("url_credentials", "cannot reach postgres://app:", secret(), "@db.example.com:5432/orders, giving up");
  add("url_credentials", "redis://:", secret(), "@cache:6379/0");
  add("url_credentials", "amqp://guest:", secret() + "/" + make.run(kLower, 3), "@mq/vhost");
  add("url_credentials", "git clone https://", make.run(kAlnum, 20), "@example.com/a/b.git");
  add("url_credentials", "mongodb+srv://u:", secret(), "@cluster0.example.net/?retryWrites=true");
  add("slack_token", "https://hooks.slack.com/services/",
      join("T0", make.run(kUpper, 8)) + "/B" + make.run(kUpper, 9) + "/" + make.run(kAlnum, 24));
  return all;
}

// Texts that a bare secret may stand in.
std::vector<SeededSecret> hidden(const SeededSecret& bare) {
  const auto in = [&](const std::string& before, const std::string& after) {
    return SeededSecret{bare.kind, before + bare.text + after, bare.secret};
  };
  return {bare,
          in("request failed: ", ""),
          in("the value ", " was refused by the server"),
          in(R"({"id":17,"value":")", R"(","ok":false})"),
          in("/tmp/upload ", " done"),
          in("Invalid argument '", "' at line 3"),
          in("a,b,", ",d"),
          in("first line\n", "\nthird line")};
}

}  // namespace

std::vector<SeededSecret> seeded_secrets() {
  Maker make(2026);
  std::vector<SeededSecret> all;
  for (std::size_t kind = 0; kind < kBareKinds; ++kind) {
    for (int i = 0; i < 2; ++i) {
      for (SeededSecret& one : hidden(bare_secret(make, kind))) all.push_back(std::move(one));
    }
  }
  for (int i = 0; i < 2; ++i) {
    for (SeededSecret& one : told_by_context(make)) all.push_back(std::move(one));
  }
  return all;
}

std::vector<std::string> secret_keys() {
  return {"password",
          "db.password",
          "http.request.header.authorization",
          "http.request.header.cookie",
          "api_key",
          "userToken",
          "AWS_SECRET_ACCESS_KEY",
          "client.secret",
          "privateKey",
          "x-api-key",
          "payment.card_number",
          "credentials"};
}

std::vector<std::string> harmless_texts() {
  Maker make(1971);
  const std::vector<std::string> words{"analyze", "build",   "token",  "password", "cookie", "secret",
                                       "author",  "request", "failed", "expired",  "policy", "session",
                                       "user",    "key",     "basic",  "bearer",   "the",    "is",
                                       "not",     "valid",   "access"};
  std::vector<std::string> all{"token expired",
                               "password too short",
                               "the password must have 8 characters",
                               "password: required",
                               "basic auth is not supported",
                               "bearer authentication failed",
                               "Unexpected token: ;",
                               "token: expired",
                               "git@github.com:owner/repository.git",
                               "user@localhost",
                               "root@10.0.0.1",
                               "lodash@4.17.21",
                               "icon@2x.png",
                               "getty@tty1.service",
                               "ssh://git@example.com/a/b.git",
                               "postgres://db.example.com:5432/orders",
                               "https://example.com/a?page=2&sort=key&order=asc",
                               "http://[::1]:4318/v1/traces",
                               "localhost:8080",
                               "image: nginx:1.25-alpine",
                               "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                               "cookie: none",
                               "secret: false",
                               "password=****",
                               "password=${DB_PASSWORD}",
                               "password={{ .Values.password }}",
                               "\"password\": null",
                               "token count: 17",
                               "input_tokens=1234",
                               "max_tokens: 4096",
                               "token_type=Bearer",
                               "keyboard=qwerty",
                               "primary key=17",
                               "monkey=banana",
                               "compass: north",
                               "author: Jane Doe",
                               "auth: none",
                               "Tue, 15 Nov 1994 08:12:31 GMT",
                               "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0",
                               "SELECT name FROM users WHERE id = 17 AND token IS NULL",
                               "AKIAEXAMPLE",
                               "ghp_short",
                               "xoxb-short",
                               "eyJust.a.word",
                               "-----BEGIN CERTIFICATE-----",
                               "org.springframework.security.authentication.BadCredentialsException",
                               "/usr/share/doc/packages/HelloWorld/src/main/java",
                               "com/example/Application2Configuration3Factory4Impl",
                               "a=b&c=d",
                               "x-request-id: 17",
                               "Content-Type: application/json; charset=utf-8",
                               "0.1.2-rc.3+build.4567"};
  while (all.size() < 2'000) {
    switch (all.size() % 16) {
      case 0:
        all.push_back(make.uuid());
        break;
      case 1:
        all.push_back(make.run(kHex, 40));
        break;
      case 2:
        all.push_back(make.run(kHex, 64));
        break;
      case 3:
        all.push_back("v" + make.run("123456789", 1) + "." + make.run(kDigits, 2) + "." +
                      make.run(kDigits, 1));
        break;
      case 4:
        all.push_back("/" + make.run(kLower, 5) + "/" + make.run(kLower, 8) + "/" + make.run(kLower, 4) +
                      ".cpp");
        break;
      case 5:
        all.push_back("order-" + make.run("123456789", 1) + make.run(kDigits, 9));
        break;
      case 6:
        all.push_back("17" + make.run(kDigits, 17));
        break;  // Unix time in nanoseconds
      case 7:
        all.push_back("2026-0" + make.run("123456789", 1) + "-1" + make.run(kDigits, 1) + "T1" +
                      make.run(kDigits, 1) + ":3" + make.run(kDigits, 1) + ":00." + make.run(kDigits, 3) +
                      "Z");
        break;
      case 8:
        all.push_back(make.run(kHex, 16));
        break;
      case 9:
        all.push_back("https://example.com/" + make.run(kLower, 6) + "?id=" + make.run(kDigits, 6));
        break;
      case 10:
        all.push_back(make.card(make.one_of({"4", "51", "6011"}), 16, false));
        break;
      case 11:
        all.push_back(make.one_of(words) + " " + make.one_of(words) + " " + make.one_of(words));
        break;
      case 12:
        all.push_back("00-" + make.run(kHex, 32) + "-" + make.run(kHex, 16) + "-01");
        break;
      case 13:
        all.push_back(make.run(kLower, 5) + "@" + make.run(kLower, 7));
        break;
      case 14:
        all.push_back(make.run("123456789", 2) + "." + make.run("123456789", 2) + ".0." +
                      make.run("123456789", 1) + ":8080");
        break;
      default:
        all.push_back("{\"id\":" + make.run("123456789", 4) + ",\"name\":\"" + make.run(kLower, 6) +
                      "\",\"ok\":true}");
    }
  }
  return all;
}

}  // namespace container_kit::telemetry::test
