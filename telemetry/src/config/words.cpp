#include "config/words.h"

namespace container_kit::telemetry::config {

std::vector<Word<TracesExporter>> traces_exporter_words() {
  return {{"otlp", TracesExporter::kOtlp},       {"otlp_file", TracesExporter::kOtlpFile},
          {"jaeger", TracesExporter::kJaeger},   {"zipkin", TracesExporter::kZipkin},
          {"console", TracesExporter::kConsole}, {"console_tree", TracesExporter::kConsoleTree}};
}

std::vector<Word<MetricsExporter>> metrics_exporter_words() {
  return {{"otlp", MetricsExporter::kOtlp},
          {"prometheus", MetricsExporter::kPrometheus},
          {"console", MetricsExporter::kConsole}};
}

std::vector<Word<OtlpProtocol>> protocol_words() {
  return {{"http/protobuf", OtlpProtocol::kHttpProtobuf},
          {"http/json", OtlpProtocol::kHttpJson},
          {"grpc", OtlpProtocol::kGrpc}};
}

std::vector<Word<OtlpCompression>> compression_words() {
  return {
      {"none", OtlpCompression::kNone}, {"gzip", OtlpCompression::kGzip}, {"zstd", OtlpCompression::kZstd}};
}

std::vector<Word<MetricsTemporality>> temporality_words() {
  return {{"cumulative", MetricsTemporality::kCumulative},
          {"delta", MetricsTemporality::kDelta},
          {"lowmemory", MetricsTemporality::kLowMemory}};
}

std::vector<Word<bool>> histogram_words() {
  return {{"explicit_bucket_histogram", false}, {"base2_exponential_bucket_histogram", true}};
}

std::vector<Word<ExemplarFilter>> exemplar_filter_words() {
  return {{"trace_based", ExemplarFilter::kTraceBased},
          {"always_on", ExemplarFilter::kAlwaysOn},
          {"always_off", ExemplarFilter::kAlwaysOff}};
}

std::vector<Word<LogLevel>> log_level_words() {
  return {{"debug", LogLevel::kDebug}, {"trace", LogLevel::kDebug},  {"info", LogLevel::kInfo},
          {"warn", LogLevel::kWarn},   {"warning", LogLevel::kWarn}, {"error", LogLevel::kError},
          {"none", LogLevel::kNone}};
}

std::vector<Word<PropagationFormat>> propagator_words() {
  return {{"tracecontext", PropagationFormat::kTraceContext},
          {"baggage", PropagationFormat::kBaggage},
          {"b3", PropagationFormat::kB3},
          {"b3multi", PropagationFormat::kB3Multi},
          {"jaeger", PropagationFormat::kJaeger}};
}

}  // namespace container_kit::telemetry::config
