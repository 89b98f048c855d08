"""system_test.py CONTAINER_KIT MEASURED: the whole stack at work.

A real Prometheus and a real Alertmanager, set up and started by the scripts, watch `container-kit serve` and MEASURED
(measured.cpp), which stands in for what the server does not do by itself: pipelines, sessions, slow tools. Known load
is driven; then every query of every panel and of the guide answers, with the values that were driven; alerts are
provoked and arrive at a webhook; check_monitoring.sh notices each part that is stopped. Only intervals and the alerts'
`for` are shorter here than in deploy/.
"""

import json
import math
import re
import sys
import unittest
import urllib.parse

import stack
from measured import Measured
from webhook import Webhook

CONTAINER_KIT = MEASURED = None
DASHBOARDS = [json.loads(file.read_text()) for file in sorted((stack.ROOT / "deploy/grafana/dashboards").glob("*.json"))]
GUIDE = [block for block in re.findall(r"```promql\n(.*?)```", (stack.ROOT / "docs/guide.md").read_text(), re.DOTALL)]
RIGHT, WRONG = 40, 10  # calls of the server's own tool, after one that is wrong
CALLS, ERRORS = RIGHT + WRONG + 1, WRONG + 1


class System(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = stack.Stack()
        cls.addClassCleanup(cls.stack.remove)
        cls.webhook = Webhook()
        cls.addClassCleanup(cls.webhook.stop)
        cls.repository = cls.stack.folder / "repository"
        cls.repository.mkdir()
        (cls.repository / "package.json").write_text('{"name":"shop"}')
        server_port, measured_port, nobody = stack.free_ports(3)
        cls.instance, cls.server_instance = f"127.0.0.1:{measured_port}", f"127.0.0.1:{server_port}"
        cls.stack.must(cls.stack.setup("--deploy", stack.shortened(cls.stack.folder), "--webhook", cls.webhook.url,
                                       "--target", f"{cls.server_instance},{cls.instance}"))
        cls.server = stack.Server(CONTAINER_KIT, cls.repository, server_port, OTEL_TRACES_EXPORTER="otlp",
                                  OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{nobody}")
        cls.addClassCleanup(lambda: cls.server.stop())
        # A client of Prometheus that insists on the token of this stack.
        cls.measured = Measured(MEASURED, measured_port, (cls.stack.state / "secrets/scrape_token").read_text())
        cls.addClassCleanup(cls.measured.stop)
        cls.stack.must(cls.stack.run("start"))
        stack.until("both are seen", lambda: cls.one('count(up{job="container-kit"} == 1)') == 2)
        cls.drive()

    @classmethod
    def drive(cls):
        """So much of everything, after a first scrape that saw none of it; then until a scrape has seen all. A series that
        begins with its first error shows no rate of it, so one error of each status comes before that scrape."""
        cls.measured.tell("http POST /api/tools/execute 500 0.02 1")
        assert cls.server.call("analyze", path=str(cls.repository / "absent"))[0] == 404
        stack.until("a scrape before the load",
                    lambda: cls.one('count(http_requests_total{http_status_code=~"404|500"})') == 2)
        for number in range(RIGHT + WRONG):
            wrong = number % 5 == 0
            status, body = cls.server.call("analyze", path=str(cls.repository / "absent" if wrong else cls.repository))
            assert status == (404 if wrong else 200), body
        tell = cls.measured.tell
        tell("tool analyze 0.00025 0 75", "tool analyze 0.00025 1 25", "tool build_image 45 0 4",
             "http POST /api/tools/execute 200 0.02 90", "http POST /api/tools/execute 500 0.02 10")
        for failed in (0, 0, 0, 1):
            tell(f"pipeline container-build 120 {failed}", "stage container-build analyze 2 0",
                 f"stage container-build build 20 {failed}")
        for _ in range(3):
            tell("open workflow 0")
        tell("open batch 0", "open api 1", "close workflow 60")
        server, measured = f'{{instance="{cls.server_instance}",tool_name="analyze"}}', f'{{instance="{cls.instance}"}}'
        for query, value in ((f"tool_execution_total{server}", CALLS), (f"tool:error_ratio:rate5m{server}", ERRORS / CALLS),
                             (f"sum(session:active{measured})", 3), (f"sum(session_total{measured})", 5),
                             (f"round(instance:http_server_error_ratio:rate5m{measured}, 0.1)", 0.1),
                             ("pipeline:error_ratio:rate15m{pipeline_name='container-build'} >= 0", 0.25),
                             # The last rule of the objectives, which are worked out at another moment of each second.
                             (f"1 + tool:slow_share:rate3d{{instance='{cls.instance}',tool_name='analyze'}}", 1)):
            stack.until(f"{query} is {value}", lambda: math.isclose(cls.one(query) or 0, value, rel_tol=1e-9))

    @classmethod
    def one(cls, query):
        found = cls.stack.query(query)
        return found[0][1] if found else None

    def expression(self, query, instance=".*", tool=".*"):
        for name, value in (("$__rate_interval", "1m"), ("$__range", "5m"), ("$instance", instance), ("$tool", tool),
                            ("$route", ".*"), ("$pipeline", ".*")):
            query = query.replace(name, value)
        return query

    def panel(self, dashboard, title, **chosen):
        """{legend labels: value} of a panel's first query, for the instance that measures what it is told."""
        panel = next(panel for board in DASHBOARDS for panel in board["panels"]
                     if board["title"] == dashboard and panel["title"] == title)
        query = self.expression(panel["targets"][0]["expr"], **({"instance": self.instance} | chosen))
        return {tuple(labels[name] for name in sorted(labels) if name not in ("__name__", "job", "instance")): value
                for labels, value in self.stack.query(query)}

    def test_1_every_query_of_every_panel_finds_data(self):
        for dashboard in DASHBOARDS:
            for panel in dashboard["panels"]:
                for target in panel["targets"]:
                    with self.subTest(f"{dashboard['title']}: {panel['title']}"):
                        found = self.stack.query(self.expression(target["expr"]))
                        self.assertTrue(found, target["expr"])
                        self.assertTrue(any(math.isfinite(value) for _, value in found), target["expr"])
            for variable in dashboard["templating"]["list"]:
                metric, label = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]["query"]).groups()
                self.assertTrue(self.stack.query(f"group by ({label}) ({self.expression(metric)})"), variable["name"])

    def test_1_panels_show_what_was_driven(self):
        performance, http, pipeline, business = "Performance Overview", "HTTP Metrics", "Pipeline Metrics", "Business Metrics"
        expected = [
            (performance, "Errors", {}, {(): 25 / 104}),
            (performance, "Share of errors by tool", {"tool": "analyze"}, {("analyze",): 0.25}),
            (performance, "Share of errors by tool", {"instance": self.server_instance, "tool": "analyze"}, {("analyze",): ERRORS / CALLS}),
            (performance, "Latency, 95th percentile", {"tool": "analyze"}, {("analyze",): 0.0002 + 0.95 * 0.0001}),
            (performance, "Mean duration, half an hour", {"tool": "build_image"}, {("build_image",): 45}),
            (performance, "Budget of errors, how fast it burns", {"tool": "analyze"}, {("analyze",): 25}),
            (performance, "Budget of slow calls, how fast it burns", {"tool": "analyze"}, {("analyze",): 0}),
            (performance, "Objectives of slow tools", {}, {("build_image",): 600, ("deploy",): 300, ("push_image",): 300,
             ("scan_image",): 300, ("tag_image",): 10, ("verify_deployment",): 300}),
            (http, "Mean latency by route", {}, {("POST", "/api/tools/execute"): 0.02}),
            (http, "P95", {}, {(): 0.01 + 0.95 * 0.015}),
            (pipeline, "Success", {}, {(): 0.75}),
            (pipeline, "Mean duration", {}, {(): 120}),
            (pipeline, "Share of failed runs", {}, {("container-build",): 0.25}),
            (pipeline, "Duration of runs", {}, {("container-build",): 120}),
            (business, "Sessions open", {}, {(): 3}),
            (business, "Open sessions by type", {}, {("api",): 0, ("batch",): 1, ("interactive",): 0, ("workflow",): 2}),
        ]
        for dashboard, title, chosen, values in expected:
            with self.subTest(f"{dashboard}: {title}"):
                found = self.panel(dashboard, title, **chosen)
                self.assertEqual(set(found), set(values))
                for key, value in values.items():
                    self.assertAlmostEqual(found[key], value, delta=1e-9 * max(1, abs(value)))
        # The series of a status begins with its first answer, so Prometheus extrapolates it by another factor.
        self.assertAlmostEqual(self.panel(http, "Server errors")[()], 0.1, delta=0.05)
        stages = self.panel(pipeline, "Stages by success")
        self.assertAlmostEqual(stages["container-build", "build"], 0.75)
        self.assertAlmostEqual(stages["container-build", "analyze"], 1)
        self.assertAlmostEqual(self.panel(pipeline, "Mean duration of stages")["container-build", "build"], 20)
        self.assertAlmostEqual(self.panel(business, "How long sessions are open")["workflow",], 60)

    def test_1_every_query_of_the_guide_finds_data(self):
        queries = [line for block in GUIDE for line in block.splitlines() if line and not line.startswith("#")]
        self.assertEqual(len(queries), 5)
        for query in queries:
            found = self.stack.query(query)
            self.assertTrue(any(math.isfinite(value) for _, value in found), query)
            self.assertLessEqual({self.instance, self.server_instance}, {labels["instance"] for labels, _ in found}, query)

    def test_1_queries_of_runbooks_are_accepted(self):
        for page in sorted((stack.ROOT / "docs/runbooks").glob("*.md")):
            for line in re.search(r"```promql\n(.*?)```", page.read_text(), re.DOTALL).group(1).splitlines():
                with self.subTest(f"{page.stem}: {line}"):
                    self.stack.query(line)

    def test_1_exemplars_lead_to_traces(self):
        def exemplars():
            parameters = urllib.parse.urlencode({"query": "tool_execution_duration_seconds_bucket", "start": 0, "end": 9999999999})
            return self.stack.get("prometheus", f"/api/v1/query_exemplars?{parameters}")["data"]
        found = stack.until("exemplars", exemplars)
        self.assertRegex(found[0]["exemplars"][0]["labels"]["trace_id"], "^[0-9a-f]{32}$")

    def test_2_alerts_arrive(self):
        def arrives(alert, **labels):
            return stack.until(f"{alert} arrives", lambda: self.webhook.find("firing", alert, **labels))
        self.measured.tell("tool lint_dockerfile 0 0 0", "tasks 1100")
        stack.until("slow calls", lambda: self.slow_and_wrong() or self.webhook.find("firing", "HighErrorRate"))
        arrives("HighErrorRate", tool_name="lint_dockerfile", severity="critical")
        slow = arrives("HighToolLatency", tool_name="lint_dockerfile", severity="critical")
        self.assertRegex(slow["annotations"]["description"], r"^The 95th percentile of lint_dockerfile at [\d.:]+ is 2\.\d+ms")
        self.assertEqual(slow["annotations"]["runbook_url"], f"file://{stack.ROOT}/docs/runbooks/HighToolLatency.md")
        many = arrives("HighGoroutineCount", instance=self.instance, severity="warning")
        self.assertRegex(many["annotations"]["description"], "^1100 coroutines")

        muted = stack.until("the slow tool in Alertmanager", lambda: [
            alert for alert in self.alerts("HighToolLatency") if alert["labels"]["tool_name"] == "build_image"])
        self.assertEqual([receiver["name"] for receiver in muted[0]["receivers"]], ["muted"])
        self.assertIsNone(self.webhook.find("firing", "HighToolLatency", tool_name="build_image"))

        self.measured.tell("tasks 0")
        stack.until("the end is told", lambda: self.webhook.find("resolved", "HighGoroutineCount"))

    def slow_and_wrong(self):
        self.measured.tell("tool lint_dockerfile 0.0024 1 20")

    def alerts(self, name):
        return [alert for alert in self.stack.get("alertmanager", "/api/v2/alerts") if alert["labels"]["alertname"] == name]

    def test_3_a_server_that_is_down_is_told_of_and_silences_the_rest(self):
        self.assertEqual(self.row("container-kit")[0], "ok")
        self.server.stop()
        told = stack.until("ServiceDown arrives", lambda: self.webhook.find("firing", "ServiceDown"))
        self.assertEqual((told["labels"]["instance"], told["labels"]["severity"]), (self.server_instance, "critical"))
        rows, code = self.stack.table()
        self.assertEqual((rows["scraped"][0], code), ("FAIL", 1), rows)

        address = f"{self.stack.url('alertmanager')}/api/v2/alerts"
        other = [{"labels": {"alertname": "HighMemoryUsage", "job": "container-kit", "instance": instance, "severity": "warning"}}
                 for instance in (self.server_instance, "elsewhere:8080")]
        status, body = stack.fetch(address, json.dumps(other).encode(),
                                   self.stack.authorization("alertmanager") | {"Content-Type": "application/json"})
        self.assertEqual(status, 200, body)
        stack.until("the other alert goes out", lambda: self.webhook.find("firing", "HighMemoryUsage", instance="elsewhere:8080"))
        states = {alert["labels"]["instance"]: alert["status"]["state"] for alert in self.alerts("HighMemoryUsage")}
        self.assertEqual(states[self.server_instance], "suppressed")
        self.assertIsNone(self.webhook.find("firing", "HighMemoryUsage", instance=self.server_instance))

        self.server.start()
        stack.until("the end is told", lambda: self.webhook.find("resolved", "ServiceDown"))
        stack.until("all is well again", lambda: self.stack.table()[1] == 0)

    def row(self, what):
        return self.stack.table()[0][what]

    def test_4_check_notices_each_part_that_is_stopped(self):
        self.assertEqual(self.stack.table()[1], 0)
        for service, others in (("alertmanager", ["alert delivery"]), ("prometheus", ["scraped", "rules", "alerts"])):
            with self.subTest(service):
                stack.end(self.stack.pid(service))
                rows, code = self.stack.table()
                self.assertEqual((rows[service][0], code), ("FAIL", 1))
                if service == "prometheus":
                    for other in others:
                        self.assertEqual(rows[other][0], "FAIL", other)
                running = {"prometheus", "alertmanager"} - {service}
                for other in running:
                    self.assertEqual(rows[other][0], "ok")
                self.stack.must(self.stack.run("start"))
                stack.until(f"{service} is back", lambda: self.stack.table()[1] == 0)


if __name__ == "__main__":
    MEASURED, CONTAINER_KIT = sys.argv.pop(2), sys.argv.pop(1)
    stack.main()
