#include "protocol/grpc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/grpc_status.h"

namespace container_kit::telemetry::protocol {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

const std::pair<std::string, std::string> kIsGrpc{"content-type", "application/grpc+proto"};

GrpcAnswer answer_with(HeaderList more, std::string_view body = {}) {
  more.insert(more.begin(), kIsGrpc);
  return read_grpc_answer(200, more, body);
}

std::string frame(std::string_view message, bool is_compressed = false) {
  std::string out;
  append_grpc_frame(out, message, is_compressed);
  return out;
}

// google.rpc.Status with one detail of this type: a RetryInfo of 7.25 s.
std::string status_with_retry_info(const std::string& type = "type.googleapis.com/google.rpc.RetryInfo") {
  const std::string info("\x0A\x07\x08\x07\x10\x80\xE5\x9A\x77", 9);
  const std::string any = "\x0A" + std::string(1, static_cast<char>(type.size())) + type + "\x12\x09" + info;
  return "\x08\x0E\x12\x04"
         "busy\x1A" +
         std::string(1, static_cast<char>(any.size())) + any;
}

std::string base64(std::string_view bytes, bool padded) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t bits = 0;
    for (std::size_t offset = 0; offset < 3; ++offset) {
      const bool is_there = at + offset < bytes.size();
      bits = (bits << 8) | (is_there ? static_cast<unsigned char>(bytes[at + offset]) : 0U);
    }
    for (std::size_t digit = 0; digit < 4; ++digit) {
      if (at + digit > bytes.size()) {
        if (padded) out += '=';
      } else {
        out += kAlphabet[(bits >> (18 - 6 * digit)) & 63];
      }
    }
  }
  return out;
}

TEST(Grpc, a_frame_is_a_flag_a_length_and_the_message) {
  EXPECT_EQ(frame("abc"), std::string("\0\0\0\0\3abc", 8));
  EXPECT_EQ(frame(std::string(70'000, 'x'), true).substr(0, 6), std::string("\1\0\1\x11\x70x", 6));
}

TEST(Grpc, an_answer_that_is_ok_has_one_message) {
  const std::string body = frame("message");
  const GrpcAnswer answer = answer_with({{"grpc-status", "0"}}, body);
  EXPECT_EQ(answer.status.code, GrpcCode::kOk);
  EXPECT_EQ(answer.message, "message");
}

TEST(Grpc, the_trailers_win_over_the_headers) {
  EXPECT_EQ(answer_with({{"grpc-status", "0"}, {"grpc-status", "14"}}).status.code, GrpcCode::kUnavailable);
}

TEST(Grpc, every_prefix_of_a_frame_is_an_error) {
  const std::string whole = frame("message");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const GrpcAnswer answer = answer_with({{"grpc-status", "0"}}, std::string_view(whole).substr(0, size));
    EXPECT_EQ(answer.status.code, GrpcCode::kInternal) << size;
    EXPECT_EQ(answer.message, "");
  }
}

TEST(Grpc, a_body_that_is_no_frame_is_an_error) {
  for (const std::string& body : {frame("a") + frame("b"), frame("a", true), std::string("\2\0\0\0\1x", 6),
                                  std::string("\0\xFF\xFF\xFF\xFFx", 6)}) {
    EXPECT_EQ(answer_with({{"grpc-status", "0"}}, body).status.code, GrpcCode::kInternal);
  }
}

TEST(Grpc, without_a_status_the_one_of_http_decides) {
  struct Case {
    int http;
    GrpcCode code;
  };
  for (const Case& expected :
       {Case{200, GrpcCode::kUnknown}, Case{400, GrpcCode::kInternal}, Case{401, GrpcCode::kUnauthenticated},
        Case{403, GrpcCode::kPermissionDenied}, Case{404, GrpcCode::kUnimplemented},
        Case{429, GrpcCode::kUnavailable}, Case{502, GrpcCode::kUnavailable},
        Case{503, GrpcCode::kUnavailable}, Case{504, GrpcCode::kUnavailable}, Case{500, GrpcCode::kUnknown},
        Case{307, GrpcCode::kUnknown}}) {
    EXPECT_EQ(read_grpc_answer(expected.http, {kIsGrpc}, "").status.code, expected.code) << expected.http;
    // Not gRPC: what calls itself a status is none.
    const HeaderList other{{"content-type", "text/html"}, {"grpc-status", "0"}};
    const GrpcAnswer answer = read_grpc_answer(expected.http, other, "<html>");
    EXPECT_EQ(answer.status.code, expected.code) << expected.http;
    EXPECT_THAT(answer.status.message, HasSubstr(std::to_string(expected.http)));
  }
}

TEST(Grpc, a_status_that_makes_no_sense_is_unknown) {
  for (const char* status : {"", "x", "-1", "0x", "99999999999999999999"}) {
    EXPECT_EQ(answer_with({{"grpc-status", status}}).status.code, GrpcCode::kUnknown) << status;
  }
  EXPECT_EQ(to_string(answer_with({{"grpc-status", "77"}}).status.code), "77");
}

TEST(Grpc, what_may_be_sent_again_is_what_otlp_says) {
  const std::vector<int> retryable{1, 4, 10, 11, 14, 15};
  for (int code = 0; code <= 20; ++code) {
    const bool expected = std::find(retryable.begin(), retryable.end(), code) != retryable.end();
    EXPECT_EQ(is_retryable({static_cast<GrpcCode>(code), "", {}}), expected) << code;
  }
  EXPECT_TRUE(is_retryable({GrpcCode::kResourceExhausted, "", milliseconds(0)}));
}

TEST(Grpc, too_large_is_said_in_words) {
  const auto exhausted = [](const char* message) {
    return GrpcStatus{GrpcCode::kResourceExhausted, message, {}};
  };
  EXPECT_TRUE(is_too_large(exhausted("grpc: received message larger than max (5000000 vs. 4194304)")));
  EXPECT_TRUE(is_too_large(exhausted("gRPC message exceeds maximum size 4194304: 5000000")));
  EXPECT_FALSE(is_too_large(exhausted("quota")));
  EXPECT_FALSE(is_too_large({GrpcCode::kInvalidArgument, "larger than max", {}}));
  EXPECT_FALSE(is_too_large({GrpcCode::kResourceExhausted, "larger than max", milliseconds(1)}));
}

TEST(Grpc, a_message_is_percent_decoded) {
  EXPECT_EQ(answer_with({{"grpc-status", "3"}, {"grpc-message", "no%2C%C3%A9 %zz %4"}}).status.message,
            "no,\xC3\xA9 %zz %4");
}

TEST(Grpc, retry_info_is_found_in_the_details) {
  for (const bool padded : {true, false}) {
    const std::string details = base64(status_with_retry_info(), padded);
    const GrpcAnswer answer = answer_with({{"grpc-status", "8"}, {"grpc-status-details-bin", details}});
    EXPECT_EQ(answer.status.retry_delay, milliseconds(7'250));
  }
  EXPECT_EQ(retry_delay_in(base64(status_with_retry_info("type.googleapis.com/google.rpc.Help"), true)),
            std::nullopt);
}

TEST(Grpc, details_that_are_cut_short_or_damaged_do_no_harm) {
  const std::string whole = base64(status_with_retry_info(), false);
  for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
    EXPECT_EQ(retry_delay_in(whole.substr(0, size)), std::nullopt) << size;
  }
  EXPECT_EQ(retry_delay_in("\xFF\xFF%%%"), std::nullopt);
}

TEST(Grpc, an_absurd_delay_is_an_hour) {
  // RetryInfo { retry_delay { seconds: 2^62 } }
  const std::string info("\x0A\x0A\x08\x80\x80\x80\x80\x80\x80\x80\x80\x40", 12);
  const std::string any = "\x0A\x14google.rpc.RetryInfo\x12\x0C" + info;
  EXPECT_EQ(retry_delay_in(base64("\x1A" + std::string(1, static_cast<char>(any.size())) + any, true)),
            std::chrono::hours(1));
}

}  // namespace
}  // namespace container_kit::telemetry::protocol
