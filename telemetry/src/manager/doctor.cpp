#include <algorithm>
#include <filesystem>

#include <sys/statvfs.h>
#include <unistd.h>

#include <container_kit/telemetry/doctor.h>

#include "config/endpoint.h"
#include "config/metrics_options.h"
#include "delivery/spool_place.h"
#include "manager/diagnosis.h"
#include "manager/exporters.h"
#include "protocol/otlp_traces.h"
#include "trace/flight_file.h"

namespace container_kit::telemetry {
namespace {

namespace fs = std::filesystem;

// Where the field's value was read; a variable that sets it, where nobody said.
std::string variable_of(const Config& config, const char* field, const char* variable) {
  const auto source = config.sources.find(field);
  return source != config.sources.end() ? source->second.where : variable;
}

class Doctor {
 public:
  Doctor(const Config& config, const DoctorOptions& options) : config_(config), options_(options) {}

  std::vector<Finding> examine();

 private:
  void add(std::string subject, std::string target, FindingState state, std::string what,
           std::string advice = {}) {
    found_.push_back({std::move(subject), std::move(target), state, std::move(what), std::move(advice)});
  }
  bool examine_config();
  void examine_switches();
  void examine_traces();
  void examine_metrics();
  void examine_prometheus();
  void examine_spool();
  void examine_flight();
  void try_receiver(delivery::SpanExporter& exporter, const Patient& patient, std::string_view request);
  void look_at_file(const std::string& subject, const std::string& url);
  Patient patient_of(const delivery::SpanExporter& exporter) const;

  const Config& config_;
  const DoctorOptions& options_;
  std::vector<Finding> found_;
};

// False: nothing can be tried.
bool Doctor::examine_config() {
  for (const std::string& warning : config_.warnings) {
    add("configuration", {}, FindingState::kWarning, warning, "correct or unset it");
  }
  if (const auto valid = config_.validate(); !valid) {
    add("configuration", {}, FindingState::kProblem, valid.error().message,
        "correct these; nothing starts until then");
    return false;
  }
  return true;
}

void Doctor::examine_switches() {
  const auto off = [this](const char* subject, const char* field, const char* variable) {
    add(subject, {}, FindingState::kWarning,
        std::string("off, as ") + variable_of(config_, field, "the code") + " says",
        std::string("set ") + variable + "=true to have them");
  };
  if (!config_.tracing_enabled) off("traces", "tracing_enabled", "CONTAINER_KIT_TRACING_ENABLED");
  if (!config_.metrics_enabled) off("metrics", "metrics_enabled", "CONTAINER_KIT_METRICS_ENABLED");
  const bool is_by_rate = config_.traces_sampler.empty() || config_.traces_sampler == "traceidratio";
  const bool is_none =
      config_.traces_sampler == "always_off" || (is_by_rate && config_.trace_sample_rate == 0.0);
  if (config_.tracing_enabled && config_.sampler == nullptr && is_none) {
    const char* const field = is_by_rate ? "trace_sample_rate" : "traces_sampler";
    add("sampling", {}, FindingState::kProblem,
        "no trace is sampled, as " + variable_of(config_, field, "the code") + " says",
        "set CONTAINER_KIT_TRACE_SAMPLE_RATE to more than 0, as 0.1 for one trace in ten");
  }
}

Patient Doctor::patient_of(const delivery::SpanExporter& exporter) const {
  Patient patient;
  patient.kind = exporter.name();
  patient.timeout = options_.timeout;
  return patient;
}

void Doctor::try_receiver(delivery::SpanExporter& exporter, const Patient& patient,
                          std::string_view request) {
  const auto result = exporter.send(request, 0, base::Deadline::after(options_.timeout));
  found_.push_back(diagnose(patient, result));
}

void Doctor::look_at_file(const std::string& subject, const std::string& url) {
  const fs::path folder = fs::path(url.substr(std::string_view("file://").size())).parent_path();
  const bool is_usable = ::access(folder.c_str(), W_OK | X_OK) == 0;
  add(subject + " into a file", url, is_usable ? FindingState::kOk : FindingState::kProblem,
      is_usable ? "its folder can be written to" : "its folder is not there, or cannot be written to",
      is_usable ? "" : "make the folder " + folder.string() + ", and let this user write to it");
}

void Doctor::examine_traces() {
  base::Log silent(LogLevel::kNone, nullptr);
  TraceExporters made = make_trace_exporters(config_, silent);
  if (made.exporters.empty()) {
    const bool is_meant = config_.traces_to_nowhere;
    add("traces", {}, is_meant ? FindingState::kWarning : FindingState::kProblem,
        is_meant ? "go nowhere, as " + variable_of(config_, "traces_exporters", "the code") + " says"
                 : "go nowhere: no exporter is configured",
        "set OTEL_EXPORTER_OTLP_ENDPOINT to a receiver, as http://localhost:4318");
  }
  // A resource without spans, so that Jaeger and Zipkin are sent something, too.
  std::string request;
  protocol::append_otlp_traces(request, {}, {});
  for (const auto& exporter : made.exporters) {
    Patient patient = patient_of(*exporter);
    patient.subject = "traces";
    if (patient.kind == "jaeger" && !config_.jaeger_endpoint.empty()) {
      patient.url = config_.jaeger_endpoint;
      patient.variable = variable_of(config_, "jaeger_endpoint", "OTEL_EXPORTER_JAEGER_ENDPOINT");
    } else if (patient.kind == "zipkin" && !config_.zipkin_endpoint.empty()) {
      patient.url = config_.zipkin_endpoint;
      patient.variable = variable_of(config_, "zipkin_endpoint", "OTEL_EXPORTER_ZIPKIN_ENDPOINT");
    } else {
      const OtlpOptions& otlp = config_.otlp_traces;
      patient.url = otlp.endpoint;
      patient.tls = {otlp.certificate, otlp.client_certificate, otlp.client_key};
      patient.variable = variable_of(config_, "otlp_traces.endpoint", "OTEL_EXPORTER_OTLP_ENDPOINT");
    }
    if (exporter->endpoint().find("://") == std::string::npos) {
      add("traces", exporter->name(), FindingState::kOk, "are shown on the console");
    } else if (patient.url.starts_with("file://")) {
      look_at_file("traces", patient.url);
    } else {
      try_receiver(*exporter, patient, request);
    }
  }
}

void Doctor::examine_metrics() {
  if (!config::pushes_metrics_to(config_, MetricsExporter::kOtlp)) return;
  const OtlpOptions& otlp = config_.otlp_metrics;
  if (otlp.endpoint.starts_with("file://")) return look_at_file("metrics", otlp.endpoint);
  const auto exporter = make_metrics_exporter(config_);
  Patient patient = patient_of(*exporter);
  patient.subject = "metrics";
  patient.url = otlp.endpoint;
  patient.tls = {otlp.certificate, otlp.client_certificate, otlp.client_key};
  patient.variable = variable_of(config_, "otlp_metrics.endpoint", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT");
  try_receiver(*exporter, patient, "");
}

// Its query of a constant says that it is there, and that it is Prometheus.
void Doctor::examine_prometheus() {
  if (config_.prometheus_endpoint.empty()) return;
  Patient patient;
  patient.subject = "prometheus";
  patient.kind = "query";
  patient.url = config_.prometheus_endpoint;
  patient.variable = variable_of(config_, "prometheus_endpoint", "OTEL_EXPORTER_PROMETHEUS_ENDPOINT");
  patient.timeout = options_.timeout;
  while (patient.url.ends_with('/')) patient.url.pop_back();
  transport::HttpClient client;
  const std::map<std::string, std::string> headers{{"Content-Type", "application/x-www-form-urlencoded"}};
  const auto answer = client.post({patient.url + "/api/v1/query", headers, "query=vector(1)"},
                                  base::Deadline::after(options_.timeout));
  const bool is_prometheus = answer.body.find("\"status\":\"success\"") != std::string::npos;
  if (is_prometheus || answer.status == 0) {
    delivery::SendResult result;
    if (!is_prometheus) result.outcome = delivery::SendOutcome::kRetry;
    found_.push_back(diagnose(patient, result));
    if (is_prometheus) found_.back().what = "is a Prometheus server, and answers queries";
    return;
  }
  add("prometheus by query", config::without_credentials(patient.url), FindingState::kProblem,
      "what is there is no Prometheus server: HTTP status " + std::to_string(answer.status),
      "set " + patient.variable + " to the server's own URL, as http://prometheus:9090");
}

void Doctor::examine_spool() {
  if (!config_.spool_enabled) {
    return add("spool", {}, FindingState::kWarning, "off: what a receiver does not take is lost",
               "set CONTAINER_KIT_SPOOL_ENABLED=true");
  }
  const std::string root = config_.spool_dir.empty() ? delivery::default_spool_root() : config_.spool_dir;
  if (root.empty()) {
    return add("spool", {}, FindingState::kProblem, "there is no folder that this user may write to",
               "set CONTAINER_KIT_SPOOL_DIR");
  }
  // The nearest folder that is there decides, since the others are made when they are needed.
  fs::path folder = root;
  std::error_code ignored;
  while (!fs::exists(folder, ignored) && folder.has_relative_path()) folder = folder.parent_path();
  const bool is_usable = fs::is_directory(folder, ignored) && ::access(folder.c_str(), W_OK | X_OK) == 0;
  add("spool", root, is_usable ? FindingState::kOk : FindingState::kProblem,
      is_usable ? "can be written to"
                : "cannot be written to: " + folder.string() + " does not let this user",
      is_usable ? "" : "set CONTAINER_KIT_SPOOL_DIR to a folder on disk that this user may write to");
}

void Doctor::examine_flight() {
  const std::string folder = config_.flight_dir.empty() ? trace::default_flight_dir() : config_.flight_dir;
  std::error_code ignored;
  if (folder.empty() || !fs::is_directory(folder, ignored) || ::access(folder.c_str(), W_OK | X_OK) != 0) {
    return add("flight buffer", folder, FindingState::kProblem,
               "its folder is not there, or cannot be written to: a kill of the process loses its spans",
               "set CONTAINER_KIT_FLIGHT_DIR to a folder in memory, as /dev/shm");
  }
  struct statvfs room {};
  const bool is_known = ::statvfs(folder.c_str(), &room) == 0;
  const std::uint64_t free = is_known ? std::uint64_t{room.f_bavail} * room.f_frsize : 0;
  if (is_known && free < config_.flight_buffer_bytes) {
    return add("flight buffer", folder, FindingState::kProblem,
               std::to_string(free) + " bytes are free there, and it needs " +
                   std::to_string(config_.flight_buffer_bytes),
               "lower CONTAINER_KIT_FLIGHT_BYTES, or give the folder more room (docker run --shm-size)");
  }
  add("flight buffer", folder, FindingState::kOk, "there is room for it");
}

std::vector<Finding> Doctor::examine() {
  if (!examine_config()) return std::move(found_);
  examine_switches();
  if (config_.tracing_enabled) {
    examine_traces();
    examine_flight();
  }
  if (config_.metrics_enabled) examine_metrics();
  examine_prometheus();
  examine_spool();
  return std::move(found_);
}

}  // namespace

std::vector<Finding> examine(const Config& config, const DoctorOptions& options) {
  return Doctor(config, options).examine();
}

std::string_view to_string(FindingState state) noexcept {
  switch (state) {
    case FindingState::kOk:
      return "ok";
    case FindingState::kWarning:
      return "warning";
    default:
      return "problem";
  }
}

}  // namespace container_kit::telemetry
