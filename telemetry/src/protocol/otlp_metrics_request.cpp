#include "protocol/otlp_metrics_request.h"

#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>

namespace container_kit::telemetry::protocol {
namespace {

using protozero::pbf_reader;
using protozero::pbf_tag_type;
using protozero::pbf_writer;

// A message whose fields are copied as they are, but for the repeated ones of one number: those are looked
// into, or taken by their place among all data points.
struct Level {
  bool (*descends)(pbf_tag_type field);
  const Level* below;  // null: the field is a data point
};

// Gauge, Sum, Histogram, ExponentialHistogram, Summary: 1 data_points.
constexpr Level kData{[](pbf_tag_type field) { return field == 1; }, nullptr};
// Metric: 5 gauge, 7 sum, 9 histogram, 10 exponential_histogram, 11 summary.
constexpr Level kMetric{
    [](pbf_tag_type field) { return field == 5 || field == 7 || (field >= 9 && field <= 11); }, &kData};
// ScopeMetrics: 2 metrics. ResourceMetrics: 2 scope_metrics. ExportMetricsServiceRequest: 1 resource_metrics.
constexpr Level kScopeMetrics{[](pbf_tag_type field) { return field == 2; }, &kMetric};
constexpr Level kResourceMetrics{[](pbf_tag_type field) { return field == 2; }, &kScopeMetrics};
constexpr Level kRequest{[](pbf_tag_type field) { return field == 1; }, &kResourceMetrics};

std::uint32_t count_points(pbf_reader message, const Level& level) {
  std::uint32_t count = 0;
  while (message.next()) {
    if (!level.descends(message.tag())) {
      message.skip();
    } else if (level.below == nullptr) {
      ++count;
      message.skip();
    } else {
      count += count_points(message.get_message(), *level.below);
    }
  }
  return count;
}

// Copies the data points whose numbers lie from `first` up to, not including, `last`, and what stands around
// them.
class Cutter {
 public:
  Cutter(std::uint32_t first, std::uint32_t last) : first_(first), last_(last) {}

  // Whether there is a data point in what was copied.
  bool copy(pbf_reader message, const Level& level, std::string& out) {
    bool any = false;
    while (message.next()) {
      const pbf_tag_type field = message.tag();
      if (!level.descends(field)) {
        copy_field(message, out);
      } else if (level.below == nullptr) {
        const protozero::data_view point = message.get_view();
        if (number_ >= first_ && number_ < last_) {
          pbf_writer(out).add_bytes(field, point);
          any = true;
        }
        ++number_;
      } else {
        std::string inner;
        const pbf_reader below = message.get_message();
        if (!copy(below, *level.below, inner)) continue;
        pbf_writer(out).add_message(field, inner);
        any = true;
      }
    }
    return any;
  }

 private:
  static void copy_field(pbf_reader& message, std::string& out) {
    pbf_writer writer(out);
    const pbf_tag_type field = message.tag();
    switch (message.wire_type()) {
      case protozero::pbf_wire_type::varint:
        return writer.add_uint64(field, message.get_uint64());
      case protozero::pbf_wire_type::fixed64:
        return writer.add_fixed64(field, message.get_fixed64());
      case protozero::pbf_wire_type::fixed32:
        return writer.add_fixed32(field, message.get_fixed32());
      default:
        return writer.add_bytes(field, message.get_view());
    }
  }

  std::uint32_t first_;
  std::uint32_t last_;
  std::uint32_t number_ = 0;
};

OtlpPiece piece_of(std::string_view request, std::uint32_t first, std::uint32_t last) {
  OtlpPiece piece;
  piece.span_count = last - first;
  Cutter(first, last).copy(pbf_reader(request.data(), request.size()), kRequest, piece.request);
  return piece;
}

}  // namespace

std::vector<OtlpPiece> split_otlp_metrics(std::string_view request) {
  try {
    const std::uint32_t count = count_points(pbf_reader(request.data(), request.size()), kRequest);
    if (count < 2) return {};
    return {piece_of(request, 0, count / 2), piece_of(request, count / 2, count)};
  } catch (const protozero::exception&) {
    return {};
  }
}

}  // namespace container_kit::telemetry::protocol
