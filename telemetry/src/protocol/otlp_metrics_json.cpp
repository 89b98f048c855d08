#include "protocol/otlp_metrics_json.h"

#include <array>
#include <bit>
#include <span>

#include <protozero/pbf_reader.hpp>

#include "base/json_text.h"

namespace container_kit::telemetry::protocol {
namespace {

using protozero::pbf_reader;
using protozero::pbf_tag_type;
using protozero::pbf_wire_type;

// How a field's value is written: 64-bit integers are texts, NaN and the infinities are named.
enum class Form {
  kText,
  kHex,
  kBase64,
  kBool,
  kInt,    // 32 bits, and enums
  kSint,   // zigzag
  kInt64,  // varint
  kFixed64,
  kSfixed64,
  kDouble,
  kMessage,
};

struct Message;

struct Field {
  pbf_tag_type number;
  std::string_view name;
  Form form;
  bool repeated = false;
  const Message* message = nullptr;  // of kMessage
};

struct Message {
  std::span<const Field> fields;
};

// The schema: opentelemetry-proto 1.5, common, resource and metrics.
extern const Message kAnyValue;

const std::array kKeyValueFields{Field{1, "key", Form::kText},
                                 Field{2, "value", Form::kMessage, false, &kAnyValue}};
const Message kKeyValue{kKeyValueFields};
const std::array kArrayValueFields{Field{1, "values", Form::kMessage, true, &kAnyValue}};
const Message kArrayValue{kArrayValueFields};
const std::array kKeyValueListFields{Field{1, "values", Form::kMessage, true, &kKeyValue}};
const Message kKeyValueList{kKeyValueListFields};
const std::array kAnyValueFields{Field{1, "stringValue", Form::kText},
                                 Field{2, "boolValue", Form::kBool},
                                 Field{3, "intValue", Form::kInt64},
                                 Field{4, "doubleValue", Form::kDouble},
                                 Field{5, "arrayValue", Form::kMessage, false, &kArrayValue},
                                 Field{6, "kvlistValue", Form::kMessage, false, &kKeyValueList},
                                 Field{7, "bytesValue", Form::kBase64}};
const Message kAnyValue{kAnyValueFields};

const std::array kExemplarFields{Field{7, "filteredAttributes", Form::kMessage, true, &kKeyValue},
                                 Field{2, "timeUnixNano", Form::kFixed64},
                                 Field{3, "asDouble", Form::kDouble},
                                 Field{6, "asInt", Form::kSfixed64},
                                 Field{4, "spanId", Form::kHex},
                                 Field{5, "traceId", Form::kHex}};
const Message kExemplar{kExemplarFields};

const std::array kNumberFields{Field{7, "attributes", Form::kMessage, true, &kKeyValue},
                               Field{2, "startTimeUnixNano", Form::kFixed64},
                               Field{3, "timeUnixNano", Form::kFixed64},
                               Field{4, "asDouble", Form::kDouble},
                               Field{6, "asInt", Form::kSfixed64},
                               Field{5, "exemplars", Form::kMessage, true, &kExemplar},
                               Field{8, "flags", Form::kInt}};
const Message kNumber{kNumberFields};

const std::array kHistogramFields{Field{9, "attributes", Form::kMessage, true, &kKeyValue},
                                  Field{2, "startTimeUnixNano", Form::kFixed64},
                                  Field{3, "timeUnixNano", Form::kFixed64},
                                  Field{4, "count", Form::kFixed64},
                                  Field{5, "sum", Form::kDouble},
                                  Field{6, "bucketCounts", Form::kFixed64, true},
                                  Field{7, "explicitBounds", Form::kDouble, true},
                                  Field{8, "exemplars", Form::kMessage, true, &kExemplar},
                                  Field{10, "flags", Form::kInt},
                                  Field{11, "min", Form::kDouble},
                                  Field{12, "max", Form::kDouble}};
const Message kHistogram{kHistogramFields};

const std::array kBucketsFields{Field{1, "offset", Form::kSint},
                                Field{2, "bucketCounts", Form::kInt64, true}};
const Message kBuckets{kBucketsFields};

const std::array kExponentialFields{Field{1, "attributes", Form::kMessage, true, &kKeyValue},
                                    Field{2, "startTimeUnixNano", Form::kFixed64},
                                    Field{3, "timeUnixNano", Form::kFixed64},
                                    Field{4, "count", Form::kFixed64},
                                    Field{5, "sum", Form::kDouble},
                                    Field{6, "scale", Form::kSint},
                                    Field{7, "zeroCount", Form::kFixed64},
                                    Field{8, "positive", Form::kMessage, false, &kBuckets},
                                    Field{9, "negative", Form::kMessage, false, &kBuckets},
                                    Field{10, "flags", Form::kInt},
                                    Field{11, "exemplars", Form::kMessage, true, &kExemplar},
                                    Field{12, "min", Form::kDouble},
                                    Field{13, "max", Form::kDouble},
                                    Field{14, "zeroThreshold", Form::kDouble}};
const Message kExponential{kExponentialFields};

const std::array kGaugeFields{Field{1, "dataPoints", Form::kMessage, true, &kNumber}};
const Message kGauge{kGaugeFields};
const std::array kSumFields{Field{1, "dataPoints", Form::kMessage, true, &kNumber},
                            Field{2, "aggregationTemporality", Form::kInt},
                            Field{3, "isMonotonic", Form::kBool}};
const Message kSum{kSumFields};
const std::array kHistogramDataFields{Field{1, "dataPoints", Form::kMessage, true, &kHistogram},
                                      Field{2, "aggregationTemporality", Form::kInt}};
const Message kHistogramData{kHistogramDataFields};
const std::array kExponentialDataFields{Field{1, "dataPoints", Form::kMessage, true, &kExponential},
                                        Field{2, "aggregationTemporality", Form::kInt}};
const Message kExponentialData{kExponentialDataFields};

const std::array kMetricFields{Field{1, "name", Form::kText},
                               Field{2, "description", Form::kText},
                               Field{3, "unit", Form::kText},
                               Field{5, "gauge", Form::kMessage, false, &kGauge},
                               Field{7, "sum", Form::kMessage, false, &kSum},
                               Field{9, "histogram", Form::kMessage, false, &kHistogramData},
                               Field{10, "exponentialHistogram", Form::kMessage, false, &kExponentialData},
                               Field{12, "metadata", Form::kMessage, true, &kKeyValue}};
const Message kMetric{kMetricFields};

const std::array kScopeFields{Field{1, "name", Form::kText}, Field{2, "version", Form::kText},
                              Field{3, "attributes", Form::kMessage, true, &kKeyValue},
                              Field{4, "droppedAttributesCount", Form::kInt}};
const Message kScope{kScopeFields};
const std::array kScopeMetricsFields{Field{1, "scope", Form::kMessage, false, &kScope},
                                     Field{2, "metrics", Form::kMessage, true, &kMetric},
                                     Field{3, "schemaUrl", Form::kText}};
const Message kScopeMetrics{kScopeMetricsFields};
const std::array kResourceFields{Field{1, "attributes", Form::kMessage, true, &kKeyValue},
                                 Field{2, "droppedAttributesCount", Form::kInt}};
const Message kResource{kResourceFields};
const std::array kResourceMetricsFields{Field{1, "resource", Form::kMessage, false, &kResource},
                                        Field{2, "scopeMetrics", Form::kMessage, true, &kScopeMetrics},
                                        Field{3, "schemaUrl", Form::kText}};
const Message kResourceMetrics{kResourceMetricsFields};
const std::array kRequestFields{Field{1, "resourceMetrics", Form::kMessage, true, &kResourceMetrics}};
const Message kRequest{kRequestFields};

// Values nest in one another; receivers stop there too.
constexpr int kMaxDepth = 150;

pbf_wire_type wire_type_of(Form form) {
  switch (form) {
    case Form::kBool:
    case Form::kInt:
    case Form::kSint:
    case Form::kInt64:
      return pbf_wire_type::varint;
    case Form::kFixed64:
    case Form::kSfixed64:
    case Form::kDouble:
      return pbf_wire_type::fixed64;
    default:
      return pbf_wire_type::length_delimited;
  }
}

// Every value and member is written with a comma behind it.
class Transcoder {
 public:
  explicit Transcoder(base::AppendBuffer& out) : out_(out) {}

  void put_message(pbf_reader bytes, const Message& message, int depth) {
    out_.append('{');
    for (const Field& field : message.fields) {
      if (depth < kMaxDepth) put_field(bytes, field, depth);
    }
    base::close_json(out_, '}');
  }

 private:
  // The fields of a message may come in any order, those of an array must stand together: each is looked for
  // in turn.
  void put_field(pbf_reader bytes, const Field& field, int depth) {
    bool begun = false;
    std::size_t value_at = 0;
    while (bytes.next()) {
      if (bytes.tag() != field.number) {
        bytes.skip();
        continue;
      }
      if (!begun) {
        out_.append('"');
        out_.append(field.name);
        out_.append(field.repeated ? "\":[" : "\":");
        value_at = out_.size();
      } else if (!field.repeated) {
        out_.rewind(value_at);  // the last one counts
      }
      begun = true;
      put_values(bytes, field, depth);
    }
    if (begun && field.repeated) base::close_json(out_, ']');
  }

  void put_values(pbf_reader& bytes, const Field& field, int depth) {
    const bool is_packed = field.repeated && field.form != Form::kMessage &&
                           bytes.wire_type() == pbf_wire_type::length_delimited;
    if (is_packed) return put_packed(bytes, field.form);
    if (bytes.wire_type() != wire_type_of(field.form)) throw protozero::unknown_pbf_wire_type_exception();
    if (field.form == Form::kMessage) return put_message(bytes.get_message(), *field.message, depth + 1);
    put_scalar(bytes, field.form);
  }

  void put_packed(pbf_reader& bytes, Form form) {
    if (form == Form::kInt64) {
      for (const std::uint64_t value : bytes.get_packed_uint64()) put_quoted(value);
    } else if (form == Form::kDouble) {
      for (const double value : bytes.get_packed_double()) put_double(value);
    } else {
      for (const std::uint64_t value : bytes.get_packed_fixed64()) put_quoted(value);
    }
  }

  void put_scalar(pbf_reader& bytes, Form form) {
    switch (form) {
      case Form::kBool:
        out_.append(bytes.get_bool() ? "true," : "false,");
        break;
      case Form::kInt:
        put_number(bytes.get_uint32());
        break;
      case Form::kSint:
        put_number(bytes.get_sint32());
        break;
      case Form::kInt64:
        put_quoted(bytes.get_int64());
        break;
      case Form::kFixed64:
        put_quoted(bytes.get_fixed64());
        break;
      case Form::kSfixed64:
        put_quoted(bytes.get_sfixed64());
        break;
      case Form::kDouble:
        put_double(bytes.get_double());
        break;
      default:
        put_text(bytes.get_view(), form);
    }
  }

  void put_text(const protozero::data_view& view, Form form) {
    const std::string_view text(view.data(), view.size());
    if (form == Form::kText) {
      base::append_json_string(out_, text);
    } else {
      out_.append('"');
      form == Form::kHex ? base::append_hex(out_, text) : base::append_base64(out_, text);
      out_.append('"');
    }
    out_.append(',');
  }

  template <typename Integer>
  void put_number(Integer value) {
    base::append_decimal(out_, value);
    out_.append(',');
  }
  template <typename Integer>
  void put_quoted(Integer value) {
    out_.append('"');
    base::append_decimal(out_, value);
    out_.append("\",");
  }
  void put_double(double value) {
    base::append_json_number(out_, value);
    out_.append(',');
  }

  base::AppendBuffer& out_;
};

}  // namespace

bool append_otlp_metrics_json(std::string& out, std::string_view request) {
  base::AppendBuffer buffer(out);
  const std::size_t before = buffer.size();
  try {
    Transcoder(buffer).put_message(pbf_reader(request.data(), request.size()), kRequest, 0);
    buffer.rewind(buffer.size() - 1);  // its comma
    return true;
  } catch (const protozero::exception&) {
    buffer.rewind(before);
    return false;
  }
}

}  // namespace container_kit::telemetry::protocol
