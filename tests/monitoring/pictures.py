"""pictures.py CONTAINER_KIT MEASURED FOLDER [SECONDS]: a PNG of each dashboard (docs/images), from real data.

Starts the stack by its scripts, drives a load that varies for SECONDS (240), and has draw.py draw what Prometheus answers.
Wants rsvg-convert (Debian: librsvg2-bin).
"""

import json
import math
import random
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

import draw
import stack
from measured import Measured

STEP = 2  # seconds between two points


def drive(server, measured, repository, seconds):
    """Calls that come and go, some of which fail or are slow, and what the server does not do by itself."""
    chance, begun = random.Random(8), time.monotonic()
    while (passed := time.monotonic() - begun) < seconds:
        busy = 4 + int(3 * math.sin(passed / 25))
        for _ in range(busy):
            wrong = chance.random() < 0.06
            server.call("analyze", path=str(repository / "absent" if wrong else repository))
        server.call("ping")
        server.get("/health"), server.get("/api/tools"), server.get("/nothing")
        measured.tell(f"tool analyze {chance.lognormvariate(-8.6, 0.4):.6f} 0 {busy * 3}",
                      f"http POST /api/tools/execute 200 {chance.lognormvariate(-6, 0.5):.6f} {busy * 3}",
                      f"tasks {30 + busy * 4}")
        if chance.random() < 0.04:
            failed = int(chance.random() < 0.2)
            for stage, took in (("analyze", 2), ("generate", 0.4), ("lint", 0.2), ("build", 40), ("scan", 12), ("deploy", 8)):
                measured.tell(f"stage container-build {stage} {took * chance.lognormvariate(0, 0.3):.3f} {failed if stage == 'build' else 0}")
            measured.tell(f"pipeline container-build {chance.gauss(65, 12):.1f} {failed}",
                          f"tool build_image {chance.gauss(42, 8):.1f} {failed} 1")
        kind = chance.choice(("interactive", "workflow", "batch", "api"))
        if chance.random() < 0.1:
            measured.tell(f"open {kind} {int(chance.random() < 0.1)}")
        elif chance.random() < 0.08:
            measured.tell(f"open {kind} 0", f"close {kind} {chance.gauss(900, 200):.0f}")
        time.sleep(0.5)  # the pace of the load


def main():
    binary, source, folder = sys.argv[1:4]
    seconds = int(sys.argv[4]) if len(sys.argv) > 4 else 240
    made = stack.Stack()
    try:
        repository = made.folder / "repository"
        repository.mkdir()
        (repository / "package.json").write_text('{"name":"shop"}')
        server_port, measured_port, nobody = stack.free_ports(3)
        made.must(made.setup("--deploy", stack.shortened(made.folder), "--target", f"127.0.0.1:{server_port},127.0.0.1:{measured_port}"))
        server = stack.Server(binary, repository, server_port, OTEL_TRACES_EXPORTER="otlp",
                              OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{nobody}")
        measured = Measured(source, measured_port, (made.state / "secrets/scrape_token").read_text())
        made.must(made.run("start"))
        drive(server, measured, repository, seconds)
        end = time.time()

        def query(expression):
            for name, value in (("$__rate_interval", "20s"), ("$__range", f"{seconds}s"), ("$instance", ".*"), ("$tool", ".*"),
                                ("$route", ".*"), ("$pipeline", ".*")):
                expression = expression.replace(name, value)
            return expression

        def ranged(expression):
            parameters = urllib.parse.urlencode({"query": query(expression), "start": end - seconds + 20, "end": end, "step": STEP})
            found = made.get("prometheus", f"/api/v1/query_range?{parameters}")["data"]["result"]
            return [(each["metric"], [(at, float(value)) for at, value in each["values"]]) for each in found]

        for file in sorted((stack.ROOT / "deploy/grafana/dashboards").glob("*.json")):
            picture = draw.svg(json.loads(file.read_text()), lambda expression: made.query(query(expression), end), ranged)
            subprocess.run(["rsvg-convert", "--output", Path(folder) / f"dashboard-{file.stem}.png"], input=picture, text=True,
                           check=True)
        server.stop()
        measured.stop()
    finally:
        made.remove()


if __name__ == "__main__":
    main()
