"""What the commands in scripts/monitoring say when something is wrong: one line with what to do, exit code 1, and nothing
half-started left behind."""

import http.server
import os
import shutil
import signal
import subprocess
import threading
import unittest

import stack


class BadInput(unittest.TestCase):
    def setUp(self):
        self.stack = stack.Stack()
        self.addCleanup(self.stack.remove)

    def must_fail(self, done, *words, lines=1):
        said = done.stderr.strip().splitlines()
        self.assertEqual((done.returncode, len(said)), (1, lines), done.stdout + done.stderr)
        for word in words:
            self.assertIn(word, said[-1])

    def nothing_runs(self):
        for service in ("prometheus", "alertmanager"):
            self.assertIsNone(self.stack.pid(service))
            self.assertFalse(self.listens(service), service)

    def listens(self, service):
        with stack.socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.stack.ports[service])) == 0

    def program(self, name, text):
        """A program that stands before those of the system."""
        folder = self.stack.folder / "bin"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text("#!/bin/sh\n" + text)
        (folder / name).chmod(0o755)
        return {"PATH": f"{folder}:{os.environ['PATH']}"}

    def test_a_port_that_is_taken(self):
        self.stack.must(self.stack.setup())
        with stack.socket.create_server(("127.0.0.1", self.stack.ports["prometheus"])):
            self.must_fail(self.stack.run("start"), f"port {self.stack.ports['prometheus']} of prometheus is taken by another program",
                           "setup_monitoring.sh --prometheus-port")
            self.assertFalse(self.listens("alertmanager"))
        self.nothing_runs()

    def test_debians_own_prometheus(self):
        class Healthy(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"Prometheus Server is Healthy.\n")

            def log_message(self, *_):
                pass

        self.stack.must(self.stack.setup())
        debians = http.server.HTTPServer(("127.0.0.1", self.stack.ports["prometheus"]), Healthy)
        thread = threading.Thread(target=debians.serve_forever)
        thread.start()
        try:
            done = self.stack.run("start", **self.program("systemctl", '[ "$*" = "--quiet is-active prometheus" ]\n'))
        finally:
            debians.shutdown()
            thread.join()
            debians.server_close()
        self.must_fail(done, "Debian's prometheus service: sudo systemctl disable --now prometheus, or choose another")
        self.nothing_runs()

    def test_a_program_that_is_missing(self):
        self.must_fail(self.stack.setup(PROMETHEUS="/nowhere"), "missing: prometheus: install it", "apt-get install prometheus")
        self.assertFalse((self.stack.state / "settings").exists())
        self.stack.must(self.stack.setup())
        self.must_fail(self.stack.run("start", PROMETHEUS="/nowhere"), "missing: prometheus: install it")
        self.nothing_runs()

    def test_a_rule_file_that_is_broken(self):
        deploy = stack.Path(shutil.copytree(stack.ROOT / "deploy", self.stack.folder / "deploy"))
        self.stack.must(self.stack.setup("--deploy", deploy))
        before = (self.stack.state / "prometheus/rules/performance.yml").read_text()
        rule = deploy / "prometheus/rules/performance.yml"
        rule.write_text(rule.read_text().replace("rate(tool_errors_total[5m]) > 0.1", "rate(tool_errors_total[5m) > 0.1"))
        self.must_fail(self.stack.setup("--deploy", deploy), "Prometheus' configuration", "performance.yml")
        self.assertEqual((self.stack.state / "prometheus/rules/performance.yml").read_text(), before)  # what held, holds
        (self.stack.state / "prometheus/rules/performance.yml").write_text("groups: nonsense\n")
        self.must_fail(self.stack.run("start"), "Prometheus' configuration")
        self.nothing_runs()

    def test_receivers_that_are_broken(self):
        receivers = self.stack.folder / "mine.yml"
        receivers.write_text("receivers: [{name: critical}]\n")
        self.must_fail(self.stack.setup("--receivers", receivers), "Alertmanager's configuration", "undefined receiver")

    def test_a_service_that_does_not_stay(self):
        self.stack.must(self.stack.setup())
        environment = self.program("prometheus", 'echo "level=error err=\\"no room on the disk\\"" >&2; exit 3\n')
        done = self.stack.run("start", **environment)
        self.must_fail(done, "prometheus did not start", lines=3)
        self.assertIn("no room on the disk", done.stderr)
        self.nothing_runs()  # Alertmanager had started before it

    def test_a_pid_file_that_is_stale(self):
        self.stack.must(self.stack.setup())
        run = self.stack.state / "run"
        run.mkdir()
        bystander = subprocess.Popen(["sleep", "300"])
        try:
            # The number of a process that is not ours, as after a restart of the machine; and no number at all.
            (run / "prometheus.pid").write_text(f"{bystander.pid} 1\n")
            (run / "alertmanager.pid").write_text("nonsense\n")
            self.assertIn("prometheus: ready", self.stack.must(self.stack.run("start")))
            (run / "prometheus.pid").write_text(f"{bystander.pid} 1\n")
            stack.end(self.listener("prometheus"))
            self.stack.must(self.stack.run("stop"))
            self.assertIsNone(bystander.poll())
        finally:
            bystander.send_signal(signal.SIGKILL)
            bystander.wait()
        self.nothing_runs()

    def listener(self, service):
        """The process whose command line names this state folder's configuration of the service."""
        for folder in stack.Path("/proc").iterdir():
            try:
                words = (folder / "cmdline").read_bytes()
            except (OSError, NotADirectoryError):
                continue
            if folder.name.isdigit() and f"--config.file={self.stack.state}/{service}/".encode() in words:
                return int(folder.name)
        raise AssertionError(service)

    def test_a_service_that_was_killed_is_started_again(self):
        self.stack.must(self.stack.setup())
        self.stack.must(self.stack.run("start"))
        os.kill(self.stack.pid("alertmanager"), signal.SIGKILL)
        stack.until("it is gone", lambda: not self.listens("alertmanager"))
        shown = self.stack.must(self.stack.run("start"))
        self.assertIn("alertmanager: ready", shown)
        self.assertIn("prometheus: running already", shown)

    def test_a_folder_that_cannot_be_written_to(self):
        (self.stack.folder / "file").write_text("")
        self.must_fail(self.stack.setup("--state", self.stack.folder / "file/state"), "cannot write to", "--state DIR")
        if os.geteuid() == 0:  # who may write anywhere: so as somebody else, to whom the folder does not belong
            self.stack.must(self.stack.setup())
            self.stack.folder.chmod(0o755)
            self.stack.state.chmod(0o755)
            for script in ("setup", "start"):
                done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                                       stack.SCRIPTS / f"{script}_monitoring.sh"], capture_output=True, text=True,
                                      env=self.stack.environment, timeout=60)
                self.must_fail(done, "cannot write to")

    def test_docker_without_its_daemon(self):
        environment = self.program("docker", '[ "$1" = compose ]\n')
        self.must_fail(self.stack.run("setup", "--engine", "docker", **environment), "its daemon does not answer", "--engine native")
        self.assertFalse((self.stack.state / "settings").exists())
        self.assertIn("engine: native", self.stack.must(self.stack.run("setup", "--no-install", **environment)))

    def test_options_that_are_wrong(self):
        for options, words in ((["--prometheus-port", "70000"], "is no port"), (["--target", "nonsense"], "is not HOST:PORT"),
                               (["--webhook", "ftp://x"], "is no http://"), (["--receivers", "/nowhere"], "there is no such file"),
                               (["--deploy", "/"], "holds no prometheus/"), (["--engine", "steam"], "docker or native"),
                               (["--frobnicate"], "See --help"), (["--target"], "needs a value")):
            with self.subTest(options):
                self.must_fail(self.stack.run("setup", *options), words)

    def test_nothing_is_set_up(self):
        for command, code in (("start", 1), ("stop", 1), ("check", 2)):
            done = self.stack.run(command)
            self.assertEqual((done.returncode, len(done.stderr.splitlines())), (code, 1), done.stderr)
            self.assertIn("run scripts/monitoring/setup_monitoring.sh first", done.stderr)

    def test_two_commands_at_once(self):
        self.stack.must(self.stack.setup())
        holder = subprocess.Popen(["flock", self.stack.state / "lock", "cat"], stdin=subprocess.PIPE)
        try:
            stack.until("it is held", lambda: subprocess.run(["flock", "--nonblock", self.stack.state / "lock", "true"]).returncode)
            self.must_fail(self.stack.run("start"), "another monitoring command is at work")
        finally:
            holder.stdin.close()
            holder.wait()

    def test_help(self):
        for command in ("setup", "start", "stop", "check"):
            self.assertIn(f"{command}_monitoring.sh", self.stack.must(self.stack.run(command, "--help")))


if __name__ == "__main__":
    stack.main()
