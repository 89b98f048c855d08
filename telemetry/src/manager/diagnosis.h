// Why a receiver does not take what it is sent.
#pragma once

#include <map>
#include <string>

#include <container_kit/telemetry/doctor.h>
#include <container_kit/telemetry/otlp_options.h>

#include "base/deadline.h"
#include "delivery/span_exporter.h"
#include "transport/http_client.h"

namespace container_kit::telemetry {

// A receiver that was tried.
struct Patient {
  std::string subject;   // traces, metrics
  std::string kind;      // otlp, otlp_grpc, jaeger, zipkin
  std::string variable;  // that its endpoint comes from
  std::string url;
  transport::TlsFiles tls = {};
  std::chrono::milliseconds timeout{5'000};
};

// What the exporter's own attempt says, where that is enough, else what more requests find out.
Finding diagnose(const Patient& patient, const delivery::SendResult& result);

}  // namespace container_kit::telemetry
