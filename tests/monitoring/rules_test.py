"""The rules, alerts and routes in deploy/, by Prometheus' and Alertmanager's own checkers; and that each alert has what
whoever is woken by it needs."""

import re
import subprocess
import unittest

import yaml

import stack

DEPLOY = stack.ROOT / "deploy"
RULES = sorted((DEPLOY / "prometheus/rules").glob("*.yml"))
CASES = sorted((DEPLOY / "prometheus/tests").glob("*_test.yml"))
RECEIVERS = sorted((DEPLOY / "alertmanager/receivers").glob("*.yml"))

GUIDE = {
    "HighToolLatency": ("histogram_quantile(0.95, rate(tool_execution_duration_seconds_bucket[5m])) > 0.0003", "5m", "critical"),
    "HighErrorRate": ("rate(tool_errors_total[5m]) > 0.1", "2m", "critical"),
    "ServiceDown": ('up{job="container-kit"} == 0', "1m", "critical"),
    "HighMemoryUsage": ("system_memory_usage_bytes / 1024 / 1024 / 1024 > 2", "5m", "warning"),
    "HighGoroutineCount": ("system_goroutines_count > 1000", "5m", "warning"),
}
# Of the groups that the earlier version had; FrequentGC gave way to MemoryPressure.
GROUPS = {
    "performance": {"HighToolLatency", "CriticalToolLatency", "HighErrorRate", "PipelineLatencyHigh", "SessionCreationFailure"},
    "availability": {"ServiceDown", "HighHTTPErrorRate", "HTTPLatencyHigh"},
    "resources": {"HighMemoryUsage", "HighCPUUsage", "HighGoroutineCount", "MemoryPressure"},
    "business": {"LowToolUsage", "UnusualToolPattern", "LongRunningSessions"},
    "security": {"SuspiciousActivity", "UnauthorizedAccess", "RateLimitExceeded"},
}


def rules():
    for file in RULES:
        for group in yaml.safe_load(file.read_text())["groups"]:
            for rule in group["rules"]:
                yield group["name"], rule


ALERTS = {rule["alert"]: (group, rule) for group, rule in rules() if "alert" in rule}


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=240, cwd=stack.ROOT)


class Rules(unittest.TestCase):
    def must(self, *command):
        done = run(*command)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_promtool_agrees(self):
        self.must("promtool", "check", "rules", *RULES)

    def test_every_alert_fires_when_it_should_and_only_then(self):
        self.must("promtool", "test", "rules", *CASES)

    def test_every_alert_has_such_tests(self):
        names = [case["name"] for file in CASES for case in yaml.safe_load(file.read_text())["tests"]]
        for alert in ALERTS:
            self.assertIn(f"{alert} fires", names)
            self.assertIn(f"{alert} is silent", names)

    def test_the_guides_five_are_the_guides(self):
        for alert, (expression, duration, severity) in GUIDE.items():
            _, rule = ALERTS[alert]
            self.assertEqual((rule["expr"], rule["for"], rule["labels"]["severity"]), (expression, duration, severity))

    def test_the_groups_are_complete(self):
        for group, alerts in GROUPS.items():
            self.assertLessEqual(alerts, {name for name, (where, _) in ALERTS.items() if where == group})

    def test_every_alert_says_what_is_wrong_and_where_to_read_on(self):
        for alert, (_, rule) in ALERTS.items():
            with self.subTest(alert):
                self.assertIn(rule["labels"]["severity"], ("critical", "warning", "info"))
                self.assertTrue(rule["annotations"]["summary"])
                self.assertIn("$value", rule["annotations"]["description"])
                self.assertEqual(rule["annotations"]["runbook_url"], f"docs/runbooks/{alert}.md")

    def test_every_runbook_is_one_of_an_alert(self):
        pages = {page.stem: page.read_text() for page in (stack.ROOT / "docs/runbooks").glob("*.md")}
        self.assertEqual(set(pages), set(ALERTS))
        for alert, text in pages.items():
            with self.subTest(alert):
                group, rule = ALERTS[alert]
                self.assertIn(f"Severity {rule['labels']['severity']}, after {rule['for']}; "
                              f"[rule](../../deploy/prometheus/rules/{group}.yml)", text)
                for part in ("```promql\n", "- Dashboard: ", "- Traces: ", "## Do\n\n- "):
                    self.assertIn(part, text)


class Routes(unittest.TestCase):
    def setUp(self):
        self.stack = stack.Stack()
        self.addCleanup(self.stack.remove)

    def test_every_set_of_receivers_makes_a_valid_configuration(self):
        self.assertEqual([file.stem for file in RECEIVERS], ["email", "none", "slack", "webhook"])
        for file in RECEIVERS:
            self.stack.must(self.stack.setup("--receivers", file))

    def receiver_of(self, **labels):
        self.stack.must(self.stack.setup())
        return self.stack.must(run("amtool", "config", "routes", "test", "--config.file",
                                   self.stack.state / "alertmanager/alertmanager.yml",
                                   *(f"{name}={value}" for name, value in labels.items()))).strip()

    def test_alerts_go_by_severity(self):
        for severity in ("critical", "warning", "info"):
            self.assertEqual(self.receiver_of(alertname="X", severity=severity), severity)

    def test_latency_of_tools_that_are_slow_by_nature_is_muted(self):
        slow = {rule["labels"]["tool_name"] for _, rule in rules() if rule.get("record") == "tool:duration_objective:seconds"}
        self.assertIn("build_image", slow)
        for tool in slow:  # exactly those that have an objective of their own
            self.assertEqual(self.receiver_of(alertname="HighToolLatency", severity="critical", tool_name=tool), "muted")
            self.assertEqual(self.receiver_of(alertname="HighErrorRate", severity="critical", tool_name=tool), "critical")
        self.assertEqual(self.receiver_of(alertname="HighToolLatency", severity="critical", tool_name="analyze"), "critical")
        text = (DEPLOY / "alertmanager/alertmanager.yml").read_text()
        self.assertEqual(set(re.search(r'tool_name =~ "(.*)"', text).group(1).split("|")), slow)


if __name__ == "__main__":
    stack.main()
