"""interop_test.py JAEGER COLLECTOR INTEROP_SPANS: our spans in a real Jaeger v2, and in a real Collector before it.

Starts both on free ports of the loopback interface, has INTEROP_SPANS (interop_spans.cpp) send the same trace by each
protocol, reads it back through Jaeger's query API (/api/v3, OTLP as JSON), and compares it field by field with what
expected_trace.py says. Also: a trace sent while Jaeger was away arrives once it is there. Ends what it started.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

import expected_trace
from otlp_json import spans_by_name

JAEGER, COLLECTOR, INTEROP_SPANS = (None, None, None)
SERVICE = "interop"
PATIENCE = 60.0  # seconds, for a backend to start and for a trace to become visible

JAEGER_CONFIG = """
service:
  extensions: [jaeger_storage, jaeger_query]
  pipelines:
    traces: {{receivers: [otlp, jaeger, zipkin], exporters: [jaeger_storage_exporter]}}
  telemetry: {{metrics: {{level: none}}}}
extensions:
  jaeger_query:
    storage: {{traces: memory}}
    http: {{endpoint: "127.0.0.1:{query}"}}
    grpc: {{endpoint: "127.0.0.1:{query_grpc}"}}
  jaeger_storage: {{backends: {{memory: {{memory: {{max_traces: 1000}}}}}}}}
receivers:
  otlp:
    protocols:
      grpc: {{endpoint: "127.0.0.1:{otlp_grpc}"}}
      http: {{endpoint: "127.0.0.1:{otlp_http}"}}
  jaeger: {{protocols: {{thrift_http: {{endpoint: "127.0.0.1:{thrift}"}}}}}}
  zipkin: {{endpoint: "127.0.0.1:{zipkin}"}}
exporters:
  jaeger_storage_exporter: {{trace_storage: memory}}
"""

COLLECTOR_CONFIG = """
service:
  pipelines:
    traces: {{receivers: [otlp], exporters: [otlp]}}
  telemetry: {{metrics: {{level: none}}}}
receivers:
  otlp:
    protocols:
      grpc: {{endpoint: "127.0.0.1:{collector_grpc}"}}
      http: {{endpoint: "127.0.0.1:{collector_http}"}}
exporters:
  otlp: {{endpoint: "127.0.0.1:{otlp_grpc}", tls: {{insecure: true}}}}
"""


def free_ports(names):
    """A port for each name; all are held until all are found, so that no two are the same."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in names]
    ports = {name: held.getsockname()[1] for name, held in zip(names, sockets)}
    for held in sockets:
        held.close()
    return ports


PORTS = free_ports(["query", "query_grpc", "otlp_grpc", "otlp_http", "thrift", "zipkin", "collector_grpc",
                    "collector_http"])


def until(what, holds):
    """The first true answer of holds(); fails after PATIENCE."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = holds()
        if answer:
            return answer
        time.sleep(0.05)  # between two looks at another process
    raise AssertionError(f"{what}: not within {PATIENCE:.0f} s")


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Backend:
    """A backend as a child process, from the moment it listens until stop()."""

    def __init__(self, program, config, folder, ports):
        path = Path(folder) / (Path(program).name + ".yaml")
        path.write_text(config.format(**PORTS))
        self.log = open(path.with_suffix(".log"), "ab+")
        self.process = subprocess.Popen([program, "--config", str(path)], stdout=self.log, stderr=self.log)
        try:
            for port in ports:
                until(f"{program} on port {port}", lambda: self.is_up(port))
        except AssertionError:
            self.stop()
            raise

    def is_up(self, port):
        if self.process.poll() is not None:
            self.log.seek(0)
            raise AssertionError(self.log.read().decode(errors="replace")[-4000:])
        return answers(PORTS[port])

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def start_jaeger(folder):
    return Backend(JAEGER, JAEGER_CONFIG, folder, ["query", "otlp_grpc", "otlp_http", "thrift", "zipkin"])


def record(environment, folder):
    """Has the trace recorded and sent. Returns what makes it this one."""
    trace = expected_trace.Identity(secrets.token_hex(16), secrets.token_hex(8), time.time_ns() // 1000 * 1000)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "CONTAINER_KIT_"))}
    settings = {"OTEL_SERVICE_NAME": SERVICE, "OTEL_RESOURCE_ATTRIBUTES": "deployment.region=eu,shard=7",
                "CONTAINER_KIT_FLIGHT_DIR": folder, "CONTAINER_KIT_SPOOL_DIR": folder}
    done = subprocess.run([INTEROP_SPANS, trace.traceparent(), expected_trace.TRACE_STATE, str(trace.start)],
                          env=clean | settings | environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return trace


def stored(trace):
    """The trace as Jaeger has it, once all of its spans are there."""
    url = f"http://127.0.0.1:{PORTS['query']}/api/v3/traces/{trace.trace_id}"

    def whole():
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                answer = json.load(response)["result"]
        except (urllib.error.URLError, ConnectionError):  # 404 until it is there
            return None
        return answer if len(spans_by_name(answer)) == expected_trace.SPANS else None

    return until(f"trace {trace.trace_id}", whole)


class Interop(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="interop.")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.jaeger = start_jaeger(cls.folder.name)
        cls.addClassCleanup(lambda: cls.jaeger.stop())
        cls.collector = Backend(COLLECTOR, COLLECTOR_CONFIG, cls.folder.name, ["collector_grpc", "collector_http"])
        cls.addClassCleanup(lambda: cls.collector.stop())

    def check(self, environment, expected):
        trace = record(environment, self.folder.name)
        self.compare(spans_by_name(stored(trace)), expected(trace))

    def compare(self, found, wanted):
        self.assertEqual(sorted(found), sorted(wanted))
        for name, span in wanted.items():
            self.assertEqual(sorted(found[name]), sorted(span))
            found[name]["resource"] = expected_trace.without_what_differs(found[name]["resource"])
            for field, value in span.items():
                with self.subTest(span=name, field=field):
                    self.assertEqual(found[name][field], value)

    def otlp(self, port, protocol, **more):
        endpoint = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{PORTS[port]}",
                    "OTEL_EXPORTER_OTLP_PROTOCOL": protocol}
        self.check(endpoint | more, expected_trace.by_otlp)

    def test_jaeger_by_otlp_http_protobuf(self):
        self.otlp("otlp_http", "http/protobuf")

    def test_jaeger_by_otlp_http_json(self):
        self.otlp("otlp_http", "http/json")

    def test_jaeger_by_otlp_http_gzip(self):
        self.otlp("otlp_http", "http/protobuf", OTEL_EXPORTER_OTLP_COMPRESSION="gzip")

    def test_jaeger_by_otlp_grpc(self):
        self.otlp("otlp_grpc", "grpc")

    def test_jaeger_by_otlp_grpc_gzip(self):
        self.otlp("otlp_grpc", "grpc", OTEL_EXPORTER_OTLP_COMPRESSION="gzip")

    def test_jaeger_by_thrift(self):
        url = f"http://127.0.0.1:{PORTS['thrift']}/api/traces"
        self.check({"OTEL_EXPORTER_JAEGER_ENDPOINT": url}, expected_trace.by_jaeger_thrift)

    def test_jaeger_by_zipkin(self):
        url = f"http://127.0.0.1:{PORTS['zipkin']}/api/v2/spans"
        trace = record({"OTEL_EXPORTER_ZIPKIN_ENDPOINT": url}, self.folder.name)
        self.assertEqual(len(spans_by_name(stored(trace))), expected_trace.SPANS)

    def test_collector_by_otlp_http_protobuf(self):
        self.otlp("collector_http", "http/protobuf")

    def test_collector_by_otlp_http_zstd(self):
        self.otlp("collector_http", "http/protobuf", OTEL_EXPORTER_OTLP_COMPRESSION="zstd")

    def test_collector_by_otlp_http_json(self):
        self.otlp("collector_http", "http/json")

    def test_collector_by_otlp_grpc(self):
        self.otlp("collector_grpc", "grpc")

    def test_what_was_sent_while_jaeger_was_away_arrives(self):
        for port, protocol in (("otlp_http", "http/protobuf"), ("otlp_grpc", "grpc")):
            with self.subTest(protocol=protocol), tempfile.TemporaryDirectory() as folder:
                environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{PORTS[port]}",
                               "OTEL_EXPORTER_OTLP_PROTOCOL": protocol}
                self.jaeger.stop()
                early = record(environment, folder)  # into the spool
                type(self).jaeger = start_jaeger(self.folder.name)
                late = record(environment, folder)
                for trace in (early, late):
                    self.compare(spans_by_name(stored(trace)), expected_trace.by_otlp(trace))


if __name__ == "__main__":
    JAEGER, COLLECTOR, INTEROP_SPANS = (str(Path(path).resolve()) for path in sys.argv[1:4])
    unittest.main(argv=sys.argv[:1] + sys.argv[4:], verbosity=2)
