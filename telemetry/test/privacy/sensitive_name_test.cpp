#include "privacy/sensitive_name.h"

#include <gtest/gtest.h>

namespace container_kit::telemetry::privacy {
namespace {

TEST(SensitiveName, KnowsWhatEndsInASecretWord) {
  for (const char* key : {"password",
                          "user.password",
                          "DB_PASSWORD",
                          "newPassword",
                          "passwordConfirmation",
                          "password2",
                          "password.value",
                          "http.request.header.authorization",
                          "http.request.header.proxy-authorization",
                          "http.request.header.cookie",
                          "http.response.header.set-cookie",
                          "x-api-key",
                          "apiKey",
                          "api_key",
                          "OPENAI_API_KEY",
                          "aws.secret.access.key",
                          "AWS_SECRET_ACCESS_KEY",
                          "clientSecret",
                          "client_secret",
                          "access_token",
                          "refreshToken",
                          "csrf-token",
                          "token",
                          "auth.jwt",
                          "private_key",
                          "ssh.privateKey",
                          "db.connection_string",
                          "card.number",
                          "payment.creditCard",
                          "cvv",
                          "user.credentials",
                          "session_token",
                          "AccountKey",
                          "passphrase",
                          "password_hash",
                          "secret",
                          "APIKey"}) {
    EXPECT_TRUE(is_secret_key(key)) << key;
  }
}

TEST(SensitiveName, LeavesWhatOnlySpeaksOfOne) {
  for (const char* key : {"password.min_length",
                          "password_policy",
                          "token.count",
                          "gen_ai.usage.input_tokens",
                          "max_tokens",
                          "token_type",
                          "k8s.secret.name",
                          "cookie.consent",
                          "author",
                          "authority",
                          "compass",
                          "bypass",
                          "monkey",
                          "cache.key",
                          "key",
                          "messaging.kafka.message.key",
                          "session.id",
                          "user.id",
                          "tool.name",
                          "secretary",
                          "authorized",
                          "auth",
                          "pass",
                          "test.pass",
                          "feature_flag.key",
                          "",
                          ".",
                          "1",
                          "http.request.header.content-type",
                          "primary_key"}) {
    EXPECT_FALSE(is_secret_key(key)) << key;
  }
}

TEST(SensitiveName, KnowsTheShortOnesWhereATextAssignsToThem) {
  EXPECT_EQ(class_of_name("DB_PASS"), NameClass::kShort);
  EXPECT_EQ(class_of_name("token"), NameClass::kWeak);
  EXPECT_EQ(class_of_name("access_token"), NameClass::kSecret);
  EXPECT_EQ(class_of_name("Cookie"), NameClass::kHeader);
  EXPECT_TRUE(is_secret_in_query("X-Amz-Signature"));
  EXPECT_FALSE(is_secret_in_query("page"));
}

}  // namespace
}  // namespace container_kit::telemetry::privacy
