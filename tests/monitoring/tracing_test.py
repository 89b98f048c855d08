"""tracing_test.py CONTAINER_KIT: the searches of docs/tracing.md, made of a real Jaeger that the scripts have started and
that Container Kit sends its traces to. Skipped where there is no Jaeger (`make interop` builds one)."""

import json
import subprocess
import sys
import unittest
import urllib.parse

import stack

CONTAINER_KIT = None
PAGE = (stack.ROOT / "docs/tracing.md").read_text()
SEARCHES = [line.removeprefix("GET ") for line in PAGE.splitlines() if line.startswith("GET ")]


class Tracing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = stack.Stack(extras=True)
        cls.stack.environment |= {"GRAFANA": "/nowhere", "NODE_EXPORTER": "/nowhere"}
        cls.addClassCleanup(cls.stack.remove)
        repository = cls.stack.folder / "repository"
        repository.mkdir()
        for number in range(300):  # so that a first analysis is slow
            (repository / f"module_{number}.py").write_text(f"import os\nvalue = {number}\n")
        port, = stack.free_ports(1)
        cls.stack.must(cls.stack.setup("--target", f"127.0.0.1:{port}"))
        cls.stack.must(cls.stack.run("start"))
        cls.server = stack.Server(CONTAINER_KIT, repository, port, OTEL_TRACES_EXPORTER="otlp",
                                  OTEL_EXPORTER_OTLP_ENDPOINT=cls.stack.url("otlp"))
        cls.addClassCleanup(cls.server.stop)
        status, body = cls.server.call("analyze", path=str(repository))
        assert status == 200, body
        cls.right = json.loads(body)["trace_id"]
        status, body = cls.server.call("analyze", path=str(repository / "absent"))
        assert status == 404, body
        stack.until("both traces are there", lambda: len(cls.found(SEARCHES[1])) == 2,
                    why=lambda: f"{cls.found(SEARCHES[0])}\n{cls.server.state()}")

    @classmethod
    def ask(cls, search):
        path, _, query = search.partition("?")
        if query:
            path += "?" + urllib.parse.urlencode(urllib.parse.parse_qsl(query))
        status, body = stack.fetch(cls.stack.url("jaeger") + path.replace("TRACE_ID", cls.right))
        assert status == 200, f"{search}: {status} {body}"
        return json.loads(body)["data"]

    @classmethod
    def found(cls, search):
        """{trace id: {operation: span}}"""
        return {trace["traceID"]: {span["operationName"]: span for span in trace["spans"]} for trace in cls.ask(search)}

    def search(self, *parts):
        matching = [search for search in SEARCHES if all(part in search for part in parts)]
        self.assertEqual(len(matching), 1, parts)
        return self.found(matching[0])

    def tags(self, span):
        return {tag["key"]: tag["value"] for tag in span["tags"]}

    def test_every_search_is_answered(self):
        self.assertEqual(len(SEARCHES), 9)
        for search in SEARCHES:
            with self.subTest(search):
                self.ask(search)

    def test_by_service_and_by_tool(self):
        for spans in self.found(SEARCHES[0]).values():
            self.assertTrue(any(name.startswith("http.") for name in spans), spans)
        self.assertEqual(self.found(SEARCHES[0].replace("container-kit", "another")), {})
        spans = self.found(SEARCHES[1])[self.right]
        self.assertLessEqual({"http.POST /api/tools/execute", "tool.analyze"}, set(spans))

    def test_the_timeline_has_the_tool_below_its_request(self):
        spans = self.search("/TRACE_ID")[self.right]
        tool, request = spans["tool.analyze"], spans["http.POST /api/tools/execute"]
        self.assertEqual([reference["spanID"] for reference in tool["references"]], [request["spanID"]])
        self.assertLessEqual(request["startTime"], tool["startTime"])
        self.assertLessEqual(tool["duration"], request["duration"])

    def test_errors(self):
        for parts in (("tool.analyze", "error"), ("404",)):
            self.assertNotIn(self.right, self.search(*parts))
            wrong, = self.search(*parts).values()
            self.assertIs(self.tags(wrong["tool.analyze"])["error"], True)
            self.assertIn("error.type", self.tags(wrong["tool.analyze"]))
            self.assertEqual(self.tags(wrong["http.POST /api/tools/execute"])["http.status_code"], 404)

    def test_slow_ones(self):
        slow = self.search("minDuration")
        self.assertIn(self.right, slow)
        for spans in slow.values():
            self.assertIn("tool.analyze", spans)
            self.assertGreaterEqual(max(span["duration"] for span in spans.values()), 300)

    def test_operations(self):
        self.assertIn("tool.analyze", self.ask("/api/services/container-kit/operations"))

    def test_check_says_when_the_last_was_seen(self):
        status, detail = stack.until("the scrape", lambda: self.stack.table()[1] == 0 and self.stack.table()[0]["traces"])
        self.assertEqual(status, "ok")
        self.assertRegex(detail, r"^last seen \d{4}-")

    def test_zz_a_jaeger_that_is_stopped_is_noticed_and_keeps_its_traces(self):
        stack.end(self.stack.pid("jaeger"))
        rows, code = self.stack.table()
        self.assertEqual((rows["jaeger"][0], rows["traces"][0], code), ("FAIL", "FAIL", 1))
        self.stack.must(self.stack.run("start"))
        self.assertIn(self.right, self.found(SEARCHES[1]))


if __name__ == "__main__":
    CONTAINER_KIT = sys.argv.pop(1)
    there = subprocess.run(["bash", "-c", ". scripts/monitoring/lib/all.sh && program_of jaeger"], cwd=stack.ROOT,
                           capture_output=True)
    if there.returncode:
        print("skipped: there is no Jaeger (make interop builds one)")
        sys.exit(77)
    stack.main()
