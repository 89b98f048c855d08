"""The monitoring stack in a folder of its own, on free ports, driven by its scripts; and Container Kit beside it."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts/monitoring"
PATIENCE = 60.0  # seconds, for whatever another process is to do
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "CONTAINER_KIT_"))}


def free_ports(count):
    """All are held until all are found, so that no two are the same."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [held.getsockname()[1] for held in sockets]
    for held in sockets:
        held.close()
    return ports


def until(what, holds, patience=PATIENCE, why=lambda: ""):
    """The first true answer of holds(); fails after `patience` and says why()."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        answer = holds()
        if answer:
            return answer
        time.sleep(0.05)  # between two looks at another process
    raise AssertionError(f"{what}: not within {patience:.0f} s {why()}")


def fetch(url, data=None, headers=None):
    """(status, body) of an answer, whatever its status."""
    request = urllib.request.Request(url, data=data, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def end(pid):
    """Ends a process that is no child of ours."""
    os.kill(pid, signal.SIGTERM)
    until(f"process {pid} ends", lambda: not Path(f"/proc/{pid}").exists())


def shortened(folder):
    """A copy of deploy/ that looks every second."""
    copy = Path(shutil.copytree(ROOT / "deploy", folder / "deploy"))
    changes = {
        "prometheus/prometheus.yml": [(r"(scrape|evaluation)_interval: 15s", r"\1_interval: 1s")],
        "alertmanager/alertmanager.yml": [(r"group_(wait|interval): \w+", r"group_\1: 1s")],
    } | {f"prometheus/rules/{file.name}": [(r"for: \w+", "for: 1s")] for file in (copy / "prometheus/rules").glob("*.yml")}
    for name, edits in changes.items():
        text = (copy / name).read_text()
        for old, new in edits:
            text = re.sub(old, new, text)
        (copy / name).write_text(text)
    return copy


class Stack:
    """One state folder. Jaeger, Grafana and the exporter are looked for only where `extras` says so."""

    SERVICES = ("prometheus", "alertmanager", "grafana", "jaeger", "jaeger-grpc", "jaeger-health", "thrift", "otlp", "otlp-grpc",
                "node-exporter")

    def __init__(self, extras=False):
        self.folder = Path(tempfile.mkdtemp(prefix="monitoring-"))
        self.state = self.folder / "state"
        self.ports = dict(zip(self.SERVICES, free_ports(len(self.SERVICES))))
        self.environment = {**CLEAN, "CONTAINER_KIT_MONITORING_DIR": str(self.state)}
        if not extras:
            self.environment |= {"JAEGER": "/nowhere", "GRAFANA": "/nowhere", "NODE_EXPORTER": "/nowhere"}

    def run(self, command, *arguments, **environment):
        return subprocess.run([SCRIPTS / f"{command}_monitoring.sh", *map(str, arguments)], capture_output=True,
                              text=True, timeout=120, env=self.environment | environment, stdin=subprocess.DEVNULL)

    def setup(self, *arguments, **environment):
        ports = [word for name, port in self.ports.items() for word in (f"--{name}-port", port)]
        return self.run("setup", "--engine", "native", "--no-install", *ports, *arguments, **environment)

    def must(self, done):
        assert done.returncode == 0, f"{done.args}\n{done.stdout}{done.stderr}"
        return done.stdout

    def url(self, service):
        return f"http://127.0.0.1:{self.ports[service]}"

    def pid(self, service):
        try:
            return int((self.state / f"run/{service}.pid").read_text().split()[0])
        except FileNotFoundError:
            return None

    def authorization(self, service):
        password = (self.state / f"secrets/{service}_password").read_text()
        manager = urllib.request.HTTPPasswordMgrWithPriorAuth()
        manager.add_password(None, self.url(service), "monitoring", password, is_authenticated=True)
        request = urllib.request.Request(self.url(service))
        urllib.request.HTTPBasicAuthHandler(manager).http_request(request)
        return dict(request.header_items())

    def get(self, service, path):
        status, body = fetch(self.url(service) + path, headers=self.authorization(service))
        assert status == 200, f"{service}{path}: {status} {body}"
        return json.loads(body)

    def query(self, expression, at=None):
        """[(labels, value)] of an instant query; a scalar has no labels."""
        parameters = {"query": expression} | ({"time": at} if at else {})
        data = self.get("prometheus", "/api/v1/query?" + urllib.parse.urlencode(parameters))["data"]
        if data["resultType"] == "scalar":
            return [({}, float(data["result"][1]))]
        return [(series["metric"], float(series["value"][1])) for series in data["result"]]

    def table(self):
        """check_monitoring.sh's rows: {what: (status, detail)}, and its exit code."""
        done = self.run("check", "--json")
        rows = {row["what"]: (row["status"], row["detail"]) for row in json.loads(done.stdout)["checks"]}
        return rows, done.returncode

    def remove(self):
        self.run("stop")
        shutil.rmtree(self.folder, ignore_errors=True)


class Server:
    """container-kit serve on a port, from when it is ready until stop()."""

    def __init__(self, binary, root, port=0, options=(), **environment):
        self.root, self.binary, self.port, self.options = Path(root), binary, port, options
        self.log = tempfile.TemporaryFile("w+")
        self.environment = {**CLEAN, "OTEL_TRACES_EXPORTER": "none", "CONTAINER_KIT_FLIGHT_DIR": str(root),
                            "CONTAINER_KIT_SPOOL_DIR": str(root)} | environment
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [self.binary, "serve", "--port", str(self.port), "--allow-root", str(self.root), *self.options], env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True)
        said = ""
        for line in self.process.stdout:
            said += line
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                return
        raise AssertionError(said)

    def call(self, tool, **arguments):
        return fetch(f"http://127.0.0.1:{self.port}/api/tools/execute",
                     json.dumps({"tool": tool, "arguments": arguments}).encode(),
                     {"Content-Type": "application/json"})

    def get(self, path):
        return fetch(f"http://127.0.0.1:{self.port}{path}")

    def state(self):
        """What it says of itself: its health, and its log's last 4,000 characters."""
        self.log.seek(0)
        return f"{self.get('/health/telemetry')}\n{self.log.read()[-4000:]}"

    def stop(self):
        self.process.terminate()
        self.process.stdout.close()
        self.process.wait(30)


def main():
    """unittest.main(), or exit code 77, which ctest takes for skipped, where the services are not installed."""
    missing = [program for program in ("prometheus", "promtool", "prometheus-alertmanager", "amtool")
               if not shutil.which(program)]
    if missing:
        print(f"skipped: {', '.join(missing)} not installed (scripts/deps.sh test)")
        sys.exit(77)
    unittest.main(module="__main__")
