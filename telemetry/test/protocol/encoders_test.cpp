// What holds for every encoder of spans, whatever it is given.
#include <random>

#include <gtest/gtest.h>

#include "support/encoders_driver.h"
#include "support/json_check.h"
#include "support/otlp_sample.h"

namespace container_kit::telemetry::test {
namespace {

// The bytes with some of them changed, taken out or doubled.
std::string damaged(std::string bytes, std::mt19937& random) {
  const auto below = [&random](std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
  };
  for (std::size_t times = 1 + below(3); times > 0 && !bytes.empty(); --times) {
    const std::size_t at = below(bytes.size());
    switch (below(4)) {
      case 0:
        bytes[at] = static_cast<char>(below(256));
        break;
      case 1:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        break;
      case 2:
        bytes.erase(at, below(9));
        break;
      default:
        bytes.insert(at, bytes.substr(at, below(9)));
    }
  }
  return bytes;
}

TEST(Encoders, WriteWhatCanBeReadWhateverIsDamaged) {
  std::mt19937 random(20'240'229);
  const OtlpBatch whole = full_batch();
  const std::string resource = whole.resource.SerializeAsString();
  const std::string scope = whole.scope.SerializeAsString();
  ASSERT_EQ(check_encoders(resource, scope, whole.spans), "");
  for (int round = 0; round < 20'000; ++round) {
    ASSERT_EQ(check_encoders(damaged(resource, random), damaged(scope, random),
                             {whole.spans[0], damaged(whole.spans[0], random)}),
              "")
        << "in round " << round;
  }
}

TEST(Encoders, AreDrivenByAnyBytes) {
  std::mt19937 random(7);
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes(random() % 300, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    ASSERT_EQ(drive_encoders(bytes), "") << "in round " << round;
  }
}

TEST(JsonCheck, TellsJsonFromWhatIsNot) {
  for (const char* const json : {"{}", "[]", " [1, -2.5e+7 ,0,\"\"] ",
                                 R"({"a":[true,false,null,{"b":"\u00e9\n\\\""}]})", "\"\xC3\xA9\""}) {
    EXPECT_TRUE(is_json(json)) << json;
  }
  for (const char* const text :
       {"", "{", "[1,]", "{\"a\"}", "{\"a\":1,}", "{a:1}", "01", "1.", "nul", "\"\\x\"", "\"a\nb\"", "\"a",
        "[] []", "NaN", "\"\xFF\"", "\"\\u12g4\"", "\"a\"b\""}) {
    EXPECT_FALSE(is_json(text)) << text;
  }
}

}  // namespace
}  // namespace container_kit::telemetry::test
