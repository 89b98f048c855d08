"""What the five dashboards show: a line or two for each panel. dashboards.py makes Grafana's JSON of it.

    panel(title, unit, description, {legend: query, ...}, kind, at, exemplars, log)

`unit` is Grafana's name of it; `log` draws on a logarithmic scale, for what lies far apart. `at` is where an alert begins, drawn as a line (or as the colour of a stat). In queries,
{I} stands for the chosen instances, and {T}, {R}, {P} for these and the chosen tools, routes, pipelines.
"""

from collections import namedtuple

Panel = namedtuple("Panel", "title unit description queries kind at exemplars log")
Dashboard = namedtuple("Dashboard", "uid title description variables panels")


def panel(title, unit, description, queries, kind="timeseries", at=None, exemplars=False, log=False):
    return Panel(title, unit, description, queries, kind, at, exemplars, log)


PERFORMANCE = Dashboard(
    "container-kit-performance", "Performance Overview", "Tools: how often, how fast, how rightly.", ("instance", "tool"), [
        panel("Calls", "reqps", "Tool calls a second, over all tools.",
              {"": "sum(rate(tool_execution_total{T}[$__rate_interval]))"}, "stat"),
        panel("Errors", "percentunit", "Share of the calls that end with an error; the objective is 1%.",
              {"": "sum(rate(tool_errors_total{T}[$__rate_interval])) / sum(rate(tool_execution_total{T}[$__rate_interval]))"},
              "stat", at=0.01),
        panel("P95", "s", "95th percentile of all calls. Tools that answer from memory should stay below 300 µs.",
              {"": "histogram_quantile(0.95, sum by (le) (rate(tool_execution_duration_seconds_bucket{T}[$__rate_interval])))"},
              "stat", at=0.0003),
        panel("Alerts firing", "short", "Alerts about Container Kit that fire now.",
              {"": 'count(ALERTS{alertstate="firing",job="container-kit"}) or vector(0)'}, "stat", at=1),
        panel("Latency, 95th percentile", "s", "By tool. The line is where HighToolLatency begins; dots lead to traces.",
              {"{{tool_name}}": "histogram_quantile(0.95, "
               "sum by (tool_name, le) (rate(tool_execution_duration_seconds_bucket{T}[$__rate_interval])))"},
              at=0.0003, exemplars=True, log=True),
        panel("Latency, half and 99 of 100", "s", "Median and 99th percentile by tool, over five minutes.",
              {"{{tool_name}} p50": "max by (tool_name) (tool:duration_seconds:p50{T})",
               "{{tool_name}} p99": "max by (tool_name) (tool:duration_seconds:p99{T})"}, log=True),
        panel("Calls by tool", "reqps", "Ended calls a second, failed or not.",
              {"{{tool_name}}": "sum by (tool_name) (rate(tool_execution_total{T}[$__rate_interval]))"}),
        panel("Errors by tool", "reqps", "Failed calls a second. The line is where HighErrorRate begins.",
              {"{{tool_name}}": "sum by (tool_name) (rate(tool_errors_total{T}[$__rate_interval]))"}, at=0.1),
        panel("Share of errors by tool", "percentunit", "Failed calls among all calls.",
              {"{{tool_name}}": "sum by (tool_name) (tool:errors:rate5m{T}) / sum by (tool_name) (tool:executions:rate5m{T})"}, at=0.01),
        panel("Where calls lie", "s", "How many calls took how long; a row is a bucket of the histogram.",
              {"{{le}}": "sum by (le) (increase(tool_execution_duration_seconds_bucket{T}[$__rate_interval]))"}, "heatmap"),
        panel("Budget of errors, how fast it burns", "short",
              "1 uses up exactly the errors that 30 days allow; 14.4 over an hour pages.",
              {"{{tool_name}} 1 h": "max by (tool_name) (tool:error_share:rate1h{T}) / 0.01",
               "{{tool_name}} 6 h": "max by (tool_name) (tool:error_share:rate6h{T}) / 0.01"},
              at=14.4),
        panel("Budget of slow calls, how fast it burns", "short", "The same for calls slower than 300 µs, of which 5% are allowed.",
              {"{{tool_name}} 1 h": "max by (tool_name) (tool:slow_share:rate1h{T}) / 0.05",
               "{{tool_name}} 6 h": "max by (tool_name) (tool:slow_share:rate6h{T}) / 0.05"},
              at=14.4),
        panel("Mean duration, half an hour", "s", "What the objectives of slow tools are held against.",
              {"{{tool_name}}": "max by (tool_name) (tool:duration_seconds:mean30m{T})"}, log=True),
        panel("Objectives of slow tools", "s", "The mean that each may have.",
              {"{{tool_name}}": "tool:duration_objective:seconds"}, "table"),
    ])

SYSTEM = Dashboard(
    "container-kit-system", "System Metrics", "The process: memory, processor, coroutines and tasks; and its telemetry.",
    ("instance",), [
        panel("Up", "short", "Instances that Prometheus can scrape.", {"": 'sum(up{job="container-kit",instance=~"$instance"})'}, "stat"),
        panel("Uptime", "s", "Since the youngest instance started.", {"": "min(time() - process_start_time_seconds{I})"}, "stat"),
        panel("Memory", "bytes", "Resident memory, over all instances.", {"": "sum(system_memory_usage_bytes{I})"}, "stat"),
        panel("Coroutines and tasks", "short", "Over all instances.", {"": "sum(system_goroutines_count{I})"}, "stat", at=1000),
        panel("Memory by instance", "bytes", "Resident. The line is where HighMemoryUsage begins.",
              {"{{instance}}": "system_memory_usage_bytes{I}"}, at=2 * 1024 ** 3),
        panel("Processor time", "percent", "100 is one processor. The line is where HighCPUUsage begins.",
              {"{{instance}}": "system_cpu_usage_percent{I}"}, at=90),
        panel("Goroutines", "short", "Coroutines and tasks alive: connections, and calls that run or wait for a thread.",
              {"{{instance}}": "system_goroutines_count{I}"}, at=1000),
        panel("Threads", "short", "Of the process.", {"{{instance}}": "system_threads_count{I}"}, at=200),
        panel("Open files", "short", "Files and sockets; 1024 is the usual limit.", {"{{instance}}": "system_open_fds{I}"}, at=800),
        panel("Starts", "short", "How often an instance has begun anew within half an hour.",
              {"{{instance}}": "changes(process_start_time_seconds{I}[30m])"}, at=3),
        panel("Spans started", "reqps", "Spans that record, a second.", {"{{instance}}": "rate(otel_sdk_span_started_total{I}[$__rate_interval])"}),
        panel("Spans open", "short", "Started and not ended; what only grows is a leak.", {"{{instance}}": "otel_sdk_span_live{I}"}),
        panel("Flight buffer", "percentunit", "How full it is. Full, it drops spans.",
              {"{{instance}}": "container_kit_queue_usage_bytes{I} / container_kit_queue_limit_bytes{I}"}, at=0.8),
        panel("Spans dropped", "reqps", "For want of room in the flight buffer.",
              {"{{instance}}": 'rate(otel_sdk_processor_span_processed_total{error_type="queue_full",instance=~"$instance"}[$__rate_interval])'}),
        panel("Spans sent", "reqps", "By receiver and, where they were lost, by reason.",
              {"{{server_address}} {{error_type}}": "rate(otel_sdk_exporter_span_exported_total{I}[$__rate_interval])"}),
        panel("Spool", "bytes", "Telemetry on disk that waits for its receiver.",
              {"{{otel_component_name}}": "container_kit_exporter_spool_usage_bytes{I}"}),
        panel("Failed attempts to send", "short", "In ten minutes. The line is where TraceExportFailing begins.",
              {"{{otel_component_name}}": "increase(container_kit_exporter_failed_attempts_total{I}[10m])"}, at=5),
        panel("Scrape", "s", "How long Prometheus took to read /metrics.",
              {"{{instance}}": 'scrape_duration_seconds{job="container-kit",instance=~"$instance"}'}),
    ])

HTTP = Dashboard(
    "container-kit-http", "HTTP Metrics", "Requests: how many, how answered, how fast.", ("instance", "route"), [
        panel("Requests", "reqps", "A second, over all routes.", {"": "sum(rate(http_requests_total{R}[$__rate_interval]))"}, "stat"),
        panel("Server errors", "percentunit", "Share of answers that are 5xx.",
              {"": "max(instance:http_server_error_ratio:rate5m{I})"}, "stat", at=0.05),
        panel("P95", "s", "95th percentile over all routes.",
              {"": "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{R}[$__rate_interval])))"}, "stat", at=0.5),
        panel("In flight", "short", "Requests that are being answered now.", {"": "sum(http_requests_in_flight{R})"}, "stat", at=100),
        panel("Requests by route", "reqps", "", {"{{http_method}} {{http_route}}":
              "sum by (http_method, http_route) (rate(http_requests_total{R}[$__rate_interval]))"}),
        panel("Requests by status", "reqps", "Every status that was answered.",
              {"{{http_status_code}}": "sum by (http_status_code) (rate(http_requests_total{R}[$__rate_interval]))"}),
        panel("Latency by route, 95th percentile", "s", "The line is where HTTPLatencyHigh begins; dots lead to traces.",
              {"{{http_method}} {{http_route}}": "histogram_quantile(0.95, sum by (http_method, http_route, le) "
               "(rate(http_request_duration_seconds_bucket{R}[$__rate_interval])))"}, at=0.5, exemplars=True, log=True),
        panel("Mean latency by route", "s", "Sum over count.", {"{{http_method}} {{http_route}}":
              "sum by (http_method, http_route) (rate(http_request_duration_seconds_sum{R}[$__rate_interval])) / "
              "sum by (http_method, http_route) (rate(http_request_duration_seconds_count{R}[$__rate_interval]))"}),
        panel("Refused", "reqps", "4xx by status: malformed, without permission, too many.",
              {"{{http_status_code}}": 'sum by (http_status_code) (rate(http_requests_total{http_status_code=~"4..",instance=~"$instance",http_route=~"$route"}[$__rate_interval]))'}, at=1),
        panel("Failed", "reqps", "5xx by route; 503 is a server that is full or draining.",
              {"{{http_route}} {{http_status_code}}": 'sum by (http_route, http_status_code) (rate(http_requests_total{http_status_code=~"5..",instance=~"$instance",http_route=~"$route"}[$__rate_interval]))'}),
        panel("In flight by route", "short", "", {"{{http_method}} {{http_route}}": "sum by (http_method, http_route) (http_requests_in_flight{R})"}),
        panel("Where requests lie", "s", "How many requests took how long.",
              {"{{le}}": "sum by (le) (increase(http_request_duration_seconds_bucket{R}[$__rate_interval]))"}, "heatmap"),
    ])

PIPELINE = Dashboard(
    "container-kit-pipeline", "Pipeline Metrics", "Pipelines and their stages: runs, time, success.", ("instance", "pipeline"), [
        panel("Runs", "short", "Ended in the chosen time.", {"": "sum(increase(pipeline_execution_total{P}[$__range]))"}, "stat"),
        panel("Success", "percentunit", "Share of the runs without an error, in the chosen time.",
              {"": "1 - sum(increase(pipeline_errors_total{P}[$__range])) / sum(increase(pipeline_execution_total{P}[$__range]))"}, "stat"),
        panel("Mean duration", "s", "Of a run, in the chosen time.",
              {"": "sum(increase(pipeline_execution_duration_seconds_sum{P}[$__range])) / sum(increase(pipeline_execution_duration_seconds_count{P}[$__range]))"},
              "stat", at=900),
        panel("Stages failed", "short", "In the chosen time.", {"": "sum(increase(pipeline_stage_errors_total{P}[$__range]))"}, "stat", at=1),
        panel("Runs by pipeline", "reqps", "Ended runs a second.", {"{{pipeline_name}}": "sum by (pipeline_name) (rate(pipeline_execution_total{P}[$__rate_interval]))"}),
        panel("Share of failed runs", "percentunit", "Over 15 minutes. The line is where PipelineErrorRateHigh begins.",
              {"{{pipeline_name}}": "max by (pipeline_name) (pipeline:error_ratio:rate15m{P})"}, at=0.25),
        panel("Duration of runs", "s", "Mean over 15 minutes. The line is where PipelineLatencyHigh begins.",
              {"{{pipeline_name}}": "max by (pipeline_name) (pipeline:duration_seconds:mean15m{P})"}, at=900),
        panel("Duration of stages, 95th percentile", "s", "Over 15 minutes; a minute is the last bucket.",
              {"{{pipeline_name}} {{pipeline_stage}}": "max by (pipeline_name, pipeline_stage) (stage:duration_seconds:p95{P})"}, log=True),
        panel("Mean duration of stages", "s", "Where the time of a run goes.", {"{{pipeline_name}} {{pipeline_stage}}":
              "sum by (pipeline_name, pipeline_stage) (rate(pipeline_stage_duration_seconds_sum{P}[$__rate_interval])) / "
              "sum by (pipeline_name, pipeline_stage) (rate(pipeline_stage_duration_seconds_count{P}[$__rate_interval]))"}, log=True),
        panel("Stages by success", "percentunit", "Share of a stage's runs without an error.", {"{{pipeline_name}} {{pipeline_stage}}":
              "1 - sum by (pipeline_name, pipeline_stage) (rate(pipeline_stage_errors_total{P}[$__rate_interval])) / "
              "sum by (pipeline_name, pipeline_stage) (rate(pipeline_stage_execution_total{P}[$__rate_interval]))"}, at=0.5),
        panel("Stages run", "reqps", "Ended stages a second.", {"{{pipeline_name}} {{pipeline_stage}}":
              "sum by (pipeline_name, pipeline_stage) (rate(pipeline_stage_execution_total{P}[$__rate_interval]))"}),
        panel("Stages failed by stage", "reqps", "A second.", {"{{pipeline_name}} {{pipeline_stage}}":
              "sum by (pipeline_name, pipeline_stage) (rate(pipeline_stage_errors_total{P}[$__rate_interval]))"}),
    ])

BUSINESS = Dashboard(
    "container-kit-business", "Business Metrics", "Sessions and what tools are used for.", ("instance", "tool"), [
        panel("Sessions open", "short", "Beside how many may be.", {"open": "sum(session_total{I} - session_completed_total{I})", "limit": "sum(session_limit{I})"}, "stat"),
        panel("Sessions open, of the limit", "percentunit", "Where it is nearest to its limit; at 100% further ones are refused.",
              {"": "max(sum by (job, instance) (session:active{I}) / on (job, instance) session_limit{I})"}, "stat", at=1),
        panel("Sessions opened", "short", "In the chosen time.", {"": "sum(increase(session_total{I}[$__range]))"}, "stat"),
        panel("Sessions failed", "short", "In the chosen time.", {"": "sum(increase(session_errors_total{I}[$__range]))"}, "stat", at=1),
        panel("Tool calls", "short", "In the chosen time.", {"": "sum(increase(tool_execution_total{T}[$__range]))"}, "stat"),
        panel("Open sessions by type", "short", "Opened and not over, beside how many may be.",
              {"{{session_type}}": "sum by (session_type) (session:active{I})", "limit": "sum(session_limit{I})"}),
        panel("Sessions opened by type", "reqps", "A second, those that failed to open among them.",
              {"{{session_type}}": "sum by (session_type) (rate(session_total{I}[$__rate_interval]))"}),
        panel("Sessions over by type", "reqps", "A second.", {"{{session_type}}": "sum by (session_type) (rate(session_completed_total{I}[$__rate_interval]))"}),
        panel("Sessions failed by type", "reqps", "A second, to open or later.", {"{{session_type}}": "sum by (session_type) (rate(session_errors_total{I}[$__rate_interval]))"}),
        panel("How long sessions are open", "s", "Mean of those that ended, by type.", {"{{session_type}}":
              "sum by (session_type) (rate(session_duration_seconds_sum{I}[$__rate_interval])) / "
              "sum by (session_type) (rate(session_duration_seconds_count{I}[$__rate_interval]))"}),
        panel("How long most sessions are open", "s", "95th percentile of those that ended, by type.", {"{{session_type}}":
              "histogram_quantile(0.95, sum by (session_type, le) (rate(session_duration_seconds_bucket{I}[$__rate_interval])))"}),
        panel("Tools by use", "short", "Calls in the chosen time.", {"{{tool_name}}": "sum by (tool_name) (increase(tool_execution_total{T}[$__range]))"}, "bargauge"),
        panel("Use beside the day before", "short", "How many times as often as usual. The line is where UnusualToolPattern looks.",
              {"{{tool_name}}": "sum by (tool_name) (rate(tool_execution_total{T}[10m])) / "
               "sum by (tool_name) (rate(tool_execution_total{T}[1d]))"}, at=5),
        panel("Time spent in tools", "percentunit", "Share of a thread's time.", {"{{tool_name}}": "sum by (tool_name) (rate(tool_execution_duration_seconds_sum{T}[$__rate_interval]))"}, log=True),
    ])

DASHBOARDS = (PERFORMANCE, SYSTEM, HTTP, PIPELINE, BUSINESS)
