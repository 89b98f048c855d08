#include "manager/diagnosis.h"

#include <algorithm>

#include "config/endpoint.h"

namespace container_kit::telemetry {
namespace {

using transport::HttpFailure;
using transport::HttpResponse;
using transport::HttpVersion;

// The words of a finding: what is the case, and what to do.
struct Words {
  std::string what;
  std::string advice;
};

bool is_grpc(const Patient& patient) {
  return patient.kind == "otlp_grpc";
}

std::string path_of(const Patient& patient) {
  if (patient.kind == "jaeger") return "/api/traces";
  if (patient.kind == "zipkin") return "/api/v2/spans";
  return patient.subject == "metrics" ? "/v1/metrics" : "/v1/traces";
}

std::string with_scheme(const std::string& url, const char* scheme) {
  return scheme + url.substr(url.find("://"));
}

// Somebody waits for the answer, and who speaks a protocol at all speaks it soon.
constexpr std::chrono::milliseconds kProbe{1'000};

HttpResponse ask(const Patient& patient, const std::string& url, HttpVersion version,
                 std::chrono::milliseconds timeout = kProbe) {
  transport::HttpClient client({version, patient.tls});
  const std::map<std::string, std::string> headers{{"Content-Type", "application/x-protobuf"}};
  return client.post({url, headers, ""}, base::Deadline::after(std::min(timeout, patient.timeout)));
}

// Whoever answers, or shows a certificate, whatever it may be, speaks TLS.
bool speaks_tls(const Patient& patient) {
  const HttpResponse answer = ask(patient, with_scheme(patient.url, "https"), HttpVersion::kAny);
  return answer.status != 0 || answer.failure == HttpFailure::kCertificate;
}

bool speaks_plainly(const Patient& patient) {
  for (const HttpVersion version : {HttpVersion::kAny, HttpVersion::kHttp2}) {
    if (ask(patient, with_scheme(patient.url, "http"), version).status != 0) return true;
  }
  return false;
}

Words words_of_missing_tls(const Patient& patient) {
  return {"the receiver speaks TLS, and is spoken to without", "write https:// in " + patient.variable};
}

Words words_of_certificate(const Patient& patient, const std::string& error) {
  const bool is_name = error.find("match") != std::string::npos || error.find("name") != std::string::npos;
  if (is_name) {
    return {"the certificate is another host's: " + error,
            "use in " + patient.variable +
                " the name that the certificate is for, or give the receiver one "
                "for this name"};
  }
  return {"the receiver's certificate is not trusted: " + error,
          "set OTEL_EXPORTER_OTLP_CERTIFICATE to the PEM file of the authority that signed it"};
}

// It answered, but in no way that was understood.
Words words_of_protocol(const Patient& patient, const std::string& error) {
  const bool is_plain = patient.url.starts_with("http://");
  if (is_plain && speaks_tls(patient)) {
    return words_of_missing_tls(patient);
  }
  const HttpVersion other = is_grpc(patient) ? HttpVersion::kAny : HttpVersion::kHttp2;
  if (ask(patient, patient.url, other).status == 0) {
    return {"what is there does not speak the protocol: " + error, "look at what listens there"};
  }
  if (is_grpc(patient)) {
    return {"the receiver speaks HTTP/1.1, and is spoken to by gRPC",
            "set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf, or in " + patient.variable +
                " the port of gRPC, which is 4317 by default"};
  }
  return {"the receiver speaks gRPC, and is spoken to by HTTP/1.1",
          "set OTEL_EXPORTER_OTLP_PROTOCOL=grpc, or in " + patient.variable +
              " the port of HTTP, which is 4318 by default"};
}

Words words_of_failure(const Patient& patient, const HttpResponse& answer) {
  switch (answer.failure) {
    case HttpFailure::kResolve:
      return {"the host's name is not known: " + answer.error, "correct the host in " + patient.variable};
    case HttpFailure::kConnect:
      return {"nobody can be reached there: " + answer.error,
              "start the receiver, or correct host and port in " + patient.variable};
    case HttpFailure::kTimeout:  // some wait for ever for what they do not understand
      if (patient.url.starts_with("http://") && speaks_tls(patient)) return words_of_missing_tls(patient);
      return {"no answer came within " + std::to_string(patient.timeout.count()) + " ms",
              "look whether a firewall or a proxy is in between, and whether the receiver is overloaded"};
    case HttpFailure::kTls:
      if (!speaks_plainly(patient))
        return {"TLS fails: " + answer.error, "look at the receiver's TLS settings"};
      return {"the receiver speaks no TLS, and is spoken to by TLS", "write http:// in " + patient.variable};
    case HttpFailure::kCertificate:
      return words_of_certificate(patient, answer.error);
    case HttpFailure::kTlsFile:
      return {"a certificate's file cannot be used: " + answer.error,
              "look at OTEL_EXPORTER_OTLP_CERTIFICATE, _CLIENT_CERTIFICATE and _CLIENT_KEY"};
    default:
      return words_of_protocol(patient, answer.error);
  }
}

Words words_of_status(const Patient& patient, int status) {
  const std::string code = "it answers with HTTP status " + std::to_string(status);
  switch (status) {
    case 400:
      if (patient.url.starts_with("http://") && speaks_tls(patient)) {
        return words_of_missing_tls(patient);
      }
      return {code + ": it does not understand the request",
              "look whether " + patient.variable + " names a receiver of this kind"};
    case 401:
    case 403:
      return {code + ": it asks for a key, or for another one",
              "set OTEL_EXPORTER_OTLP_HEADERS or OTEL_EXPORTER_OTLP_HEADERS_FILE to what it wants"};
    case 404:
    case 405:
      return {code + ": there is no receiver at this path", "end the URL in " + patient.variable + " with " +
                                                                path_of(patient) +
                                                                ", or where its documentation says"};
    case 413:
      return {code + ": even an empty request is too large for it",
              "raise the limit of the receiver or proxy"};
    case 415:
      return {code + ": it does not take this format",
              "set OTEL_EXPORTER_OTLP_PROTOCOL to what it takes: http/protobuf, http/json or grpc"};
    case 429:
    case 502:
    case 503:
    case 504:
      return {code + ": it is busy, or what is behind it is away",
              "try again later, and look at the receiver"};
    default:
      return {code, "look at the receiver's log"};
  }
}

Words words_of_grpc(const Patient& patient, const std::string& type, const std::string& problem) {
  if (type == "UNAUTHENTICATED" || type == "PERMISSION_DENIED") {
    return {problem,
            "set OTEL_EXPORTER_OTLP_HEADERS or OTEL_EXPORTER_OTLP_HEADERS_FILE to the key that it wants"};
  }
  if (type == "UNIMPLEMENTED") {
    return {problem + ": it is no receiver of " + patient.subject,
            "correct " + patient.variable + ", or turn on its receiver for " + patient.subject};
  }
  return {problem, "look at the receiver's log"};
}

}  // namespace

Finding diagnose(const Patient& patient, const delivery::SendResult& result) {
  Finding finding{patient.subject, config::without_credentials(patient.url), FindingState::kOk, {}, {}};
  finding.subject += " by " + patient.kind;
  if (result.outcome == delivery::SendOutcome::kDelivered) {
    finding.what = "takes what it is sent";
    return finding;
  }
  finding.state = FindingState::kProblem;
  Words words;
  constexpr int kHttpOk = 200;
  if (result.error_type == "headers_file") {
    words = {result.problem, "correct OTEL_EXPORTER_OTLP_HEADERS_FILE"};
  } else if (result.http_status == 0) {
    const HttpVersion version = is_grpc(patient) ? HttpVersion::kHttp2 : HttpVersion::kAny;
    const HttpResponse answer = ask(patient, patient.url, version, patient.timeout);
    words = answer.status == 0 ? words_of_failure(patient, answer)
                               : Words{result.problem, "look at the receiver's log"};
  } else if (is_grpc(patient) && result.http_status == kHttpOk) {
    words = words_of_grpc(patient, result.error_type, result.problem);
  } else {
    words = words_of_status(patient, result.http_status);
  }
  finding.what = std::move(words.what);
  finding.advice = std::move(words.advice);
  return finding;
}

}  // namespace container_kit::telemetry
