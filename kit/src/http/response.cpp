#include "http/response.h"

#include <array>
#include <ctime>

#include <boost/beast/http/status.hpp>
#include <boost/json.hpp>

namespace container_kit::kit::http {
namespace json = boost::json;

namespace {

std::string_view reason_of(int status) {
  constexpr int kClientClosedRequest = 499;  // Beast knows registered ones only
  if (status == kClientClosedRequest) return "Client Closed Request";
  return boost::beast::http::obsolete_reason(
      boost::beast::http::int_to_status(static_cast<unsigned>(status)));
}

// RFC 9110 section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT". Names are English whatever the locale.
std::string http_date(std::time_t now) {
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                                   kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900,
                                   utc.tm_hour, utc.tm_min, utc.tm_sec);
  return {text.data(), static_cast<std::size_t>(length)};
}

void add(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

std::string start_of(const Response& response) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  head.append(reason_of(response.status)).append("\r\n");
  add(head, "Date", http_date(std::time(nullptr)));
  add(head, "Server", "container-kit");
  if (!response.content_type.empty()) add(head, "Content-Type", response.content_type);
  return head;
}

std::string end_of(std::string head, const Response& response, Connection connection) {
  add(head, "X-Content-Type-Options", "nosniff");
  add(head, "Cache-Control", "no-store");
  for (const auto& [name, value] : response.headers) add(head, name, value);
  add(head, "Connection", connection == Connection::kClose ? "close" : "keep-alive");
  return head.append("\r\n");
}

}  // namespace

ApiError api_error(const ToolError& error) {
  return {http_status_of(error.code), std::string(name_of(error.code)), error.message, error.field};
}

Response error_response(const ApiError& error) {
  json::object inner{{"code", error.code}, {"message", error.message}, {"field", nullptr}};
  if (!error.field.empty()) inner["field"] = error.field;
  return {error.status, json::serialize(json::object{{"error", std::move(inner)}}), "application/json", {}};
}

Response unavailable(std::string code, std::string message) {
  auto response = error_response({503, std::move(code), std::move(message), ""});
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

std::string head_of(const Response& response, Connection connection) {
  std::string head = start_of(response);
  add(head, "Content-Length", std::to_string(response.body.size()));
  return end_of(std::move(head), response, connection);
}

std::string head_of_stream(const Response& response) {
  std::string head = start_of(response);
  add(head, "Transfer-Encoding", "chunked");
  add(head, "X-Accel-Buffering", "no");  // nginx would hold the parts back otherwise
  return end_of(std::move(head), response, Connection::kKeepAlive);
}

}  // namespace container_kit::kit::http
