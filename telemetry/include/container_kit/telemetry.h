// The whole public face of the library, for those who want one include.
#pragma once

#include <container_kit/telemetry/attribute.h>
#include <container_kit/telemetry/config.h>
#include <container_kit/telemetry/context.h>
#include <container_kit/telemetry/expected.h>
#include <container_kit/telemetry/health.h>
#include <container_kit/telemetry/in_memory_spans.h>
#include <container_kit/telemetry/instrument.h>
#include <container_kit/telemetry/log_level.h>
#include <container_kit/telemetry/manager.h>
#include <container_kit/telemetry/meter.h>
#include <container_kit/telemetry/metrics.h>
#include <container_kit/telemetry/operation.h>
#include <container_kit/telemetry/otlp_options.h>
#include <container_kit/telemetry/outcome.h>
#include <container_kit/telemetry/prometheus.h>
#include <container_kit/telemetry/propagation.h>
#include <container_kit/telemetry/propagation_format.h>
#include <container_kit/telemetry/readable_span.h>
#include <container_kit/telemetry/sampler.h>
#include <container_kit/telemetry/span.h>
#include <container_kit/telemetry/span_context.h>
#include <container_kit/telemetry/span_processor.h>
#include <container_kit/telemetry/tracer.h>
#include <container_kit/telemetry/version.h>
