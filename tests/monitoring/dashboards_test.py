"""The five dashboards: current, complete, and of a piece with the alerts. That their queries find data is shown by
system_test.py; that Grafana's schema takes them, by grafana_schema.py."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
import unittest

import yaml

import stack

GRAFANA = stack.ROOT / "deploy/grafana"
FILES = sorted((GRAFANA / "dashboards").glob("*.json"))
DASHBOARDS = [json.loads(file.read_text()) for file in FILES]


class Dashboards(unittest.TestCase):
    def test_they_are_what_panels_py_says(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, GRAFANA / "dashboards.py", folder], check=True)
            for file in FILES:
                self.assertEqual((Path(folder) / file.name).read_text(), file.read_text(),
                                 f"{file.name} is not current: run deploy/grafana/dashboards.py")
            self.assertEqual(len(list(Path(folder).iterdir())), len(FILES))

    def test_they_are_the_guides_five(self):
        self.assertEqual({dashboard["title"] for dashboard in DASHBOARDS}, {
            "Performance Overview", "System Metrics", "HTTP Metrics", "Pipeline Metrics", "Business Metrics"})
        self.assertEqual(len({dashboard["uid"] for dashboard in DASHBOARDS}), 5)

    def test_every_panel_says_what_it_shows_and_in_what_unit(self):
        for dashboard in DASHBOARDS:
            for panel in dashboard["panels"]:
                with self.subTest(f"{dashboard['title']}: {panel['title']}"):
                    self.assertTrue(panel["description"])
                    self.assertTrue(panel["fieldConfig"]["defaults"]["unit"])
                    self.assertTrue(panel["targets"])

    def test_panels_lie_beside_each_other(self):
        for dashboard in DASHBOARDS:
            taken = set()
            for panel in dashboard["panels"]:
                at = panel["gridPos"]
                cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
                self.assertFalse(cells & taken, panel["title"])
                self.assertLessEqual(at["x"] + at["w"], 24)
                taken |= cells

    def test_a_variable_that_a_query_uses_is_there(self):
        for dashboard in DASHBOARDS:
            names = {variable["name"] for variable in dashboard["templating"]["list"]}
            text = json.dumps(dashboard["panels"])
            for name in ("instance", "tool", "route", "pipeline"):
                self.assertEqual(f'\\"${name}\\"' in text, name in names, f"{dashboard['title']}: {name}")

    def test_data_sources_are_provisioned(self):
        sources = yaml.safe_load((GRAFANA / "provisioning/datasources/container-kit.yml").read_text())["datasources"]
        self.assertEqual({source["uid"] for source in sources}, {"prometheus", "jaeger"})
        self.assertEqual(sources[0]["jsonData"]["exemplarTraceIdDestinations"], [{"name": "trace_id", "datasourceUid": "jaeger"}])
        for dashboard in DASHBOARDS:
            self.assertEqual({target["datasource"]["uid"] for panel in dashboard["panels"] for target in panel["targets"]},
                             {"prometheus"})

    def test_where_lines_are_drawn_an_alert_begins(self):
        rules = "".join(file.read_text() for file in (stack.ROOT / "deploy/prometheus/rules").glob("*.yml"))
        for dashboard in DASHBOARDS:
            for panel in dashboard["panels"]:
                for word in panel["description"].replace(".", " ").split():
                    if "The line is where" in panel["description"] and word[0].isupper() and not word.istitle() and word.isalpha():
                        self.assertIn(f"- alert: {word}\n", rules, panel["title"])


if __name__ == "__main__":
    unittest.main()
