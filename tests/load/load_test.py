"""load_test.py CONTAINER_KIT: the real server under wrk for LOAD_SECONDS (60), beside clients that misbehave and clients
that work in sessions. It answers everyone who asks properly, gives back what it took, loses no session, and ends as it
should; built with a sanitizer, without a word from it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

import bad_clients

HERE = Path(__file__).parent
CONTAINER_KIT = None
SECONDS = int(os.environ.get("LOAD_SECONDS", "60"))
PATIENCE = 60.0  # seconds, for what the server is to do of itself
WATCH = 3  # descriptors that stay: the repository, the watch on it, the table of mounts
MOST_MEMORY = int(os.environ.get("LOAD_MEMORY_MIB", "60")) * 1024  # KiB
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "CONTAINER_KIT_"))}


def until(what, holds, why):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"{what}: not within {PATIENCE:.0f} s: {why()}"
        time.sleep(0.1)  # between two looks at another process


class Server:
    def __init__(self, folder):
        self.log = folder / "log"
        environment = CLEAN | {
            "CONTAINER_KIT_STATE_DIR": str(folder / "state"), "CONTAINER_KIT_FLIGHT_DIR": str(folder / "flight"),
            "CONTAINER_KIT_SPOOL_DIR": str(folder / "spool"), "CONTAINER_KIT_SESSION_LIMIT": "100000",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",  # nobody takes the spans: they are spooled
            "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1:exitcode=86",
            "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1:exitcode=86",
            "TSAN_OPTIONS": "second_deadlock_stack=1:exitcode=86",
        }
        for name in ("state", "flight", "spool"):
            (folder / name).mkdir(exist_ok=True)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([CONTAINER_KIT, "serve", "--port", "0", "--allow-root", str(folder / "repository")],
                                            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                                            text=True)
        for line in self.process.stdout:
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                return
        raise AssertionError(self.log.read_text())

    def ask(self, method, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method,
                                         data=json.dumps(body).encode() if body is not None else None,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                return response.status, json.loads(response.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def descriptors(self):
        """What each that is open leads to, but for the spool's."""
        folder = f"/proc/{self.process.pid}/fd"
        targets = sorted(os.readlink(f"{folder}/{number}") for number in os.listdir(folder))
        return [target for target in targets if "/spool/" not in target]

    def memory(self):
        """KiB that are resident."""
        return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text()).group(1))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return code


class SessionClient:
    """Works in sessions until stop(), and remembers what became of each."""

    def __init__(self, server):
        self.server = server
        self.states = {}
        self.error = None
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.guarded)
        self.thread.start()

    def guarded(self):
        try:
            while not self.done.wait(0.01):
                self.work()
        except Exception as error:  # noqa: BLE001: shown by the test
            self.error = error

    def work(self):
        status, made = self.server.ask("POST", "/api/sessions", {"type": "api"})
        assert status == 201, (status, made)
        session = made["id"]
        self.states[session] = "created"
        status, answer = self.server.ask("POST", "/api/tools/execute", {"tool": "ping", "arguments": {}, "session": session})
        assert status == 200, (status, answer)
        for state in ("resumed", "completed")[:len(self.states) % 3]:
            status, answer = self.server.ask("PATCH", f"/api/sessions/{session}", {"state": state})
            assert status == 200, (status, answer)
            self.states[session] = state

    def stop(self):
        self.done.set()
        self.thread.join()
        if self.error:
            raise self.error


class Load(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="load-"))
        self.addCleanup(shutil.rmtree, self.folder)
        repository = self.folder / "repository"
        repository.mkdir()
        for number in range(200):
            (repository / f"module_{number}.py").write_text(f"import os\nvalue = {number}\n")
        (repository / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
        (repository / "requirements.txt").write_text("flask==3.0.0\n")
        (repository / "Dockerfile").write_text("FROM debian:12-slim\nRUN apt-get update && apt-get install -y curl\nCMD curl x\n")
        self.server = Server(self.folder)
        self.addCleanup(self.server.process.kill)

    def states_there(self, states):
        return {session: self.server.ask("GET", f"/api/sessions/{session}")[1].get("state") for session in states}

    def wrk(self):
        done = subprocess.run(["wrk", "--threads", "1", "--connections", "16", "--duration", f"{SECONDS}s", "--timeout", "30s",
                               "--latency", "--script", HERE / "mix.lua", f"http://127.0.0.1:{self.server.port}", "--",
                               self.folder / "repository"], capture_output=True, text=True, timeout=SECONDS + 60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def assert_silent(self):
        log = self.server.log.read_text(errors="replace")
        self.assertNotRegex(log, "Sanitizer|runtime error|terminate called")

    def test_a_minute_of_everything(self):
        self.server.ask("POST", "/api/tools/execute", {"tool": "ping", "arguments": {}})
        before = self.server.descriptors()
        sessions = SessionClient(self.server)
        bad = bad_clients.BadClients(self.server.port, self.folder / "repository")
        try:
            report = self.wrk()
        finally:
            bad.stop()
            sessions.stop()
        print(report, "clients that misbehaved:", json.dumps(bad.counts, indent=2), "\nsessions:", len(sessions.states),
              "\nmemory in KiB:", self.server.memory())
        self.assertNotRegex(report, "Socket errors|Non-2xx")
        self.assertIsNone(self.server.process.poll(), "the server is gone")
        until("the descriptors are given back", lambda: len(self.server.descriptors()) <= len(before) + WATCH,
              why=lambda: f"{before} before, {self.server.descriptors()} after")
        self.assertGreater(len(sessions.states), SECONDS)
        self.assertEqual(self.states_there(sessions.states), sessions.states)
        self.assertLess(self.server.memory(), MOST_MEMORY)
        self.assertEqual(self.server.stop(), 0)
        self.assert_silent()
        self.server = Server(self.folder)
        self.addCleanup(self.server.process.kill)
        self.assertEqual(self.states_there(sessions.states), sessions.states)
        self.assertEqual(self.server.stop(), 0)
        self.assert_silent()


if __name__ == "__main__":
    CONTAINER_KIT = sys.argv.pop(1)
    unittest.main()
