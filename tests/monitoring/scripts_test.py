"""scripts_test.py CONTAINER_KIT: the commands in scripts/monitoring, from a fresh folder to an empty one."""

import os
import re
import sys
import time
import unittest

import yaml

import stack

CONTAINER_KIT = None


class FromSetUpToPurge(unittest.TestCase):
    def setUp(self):
        self.stack = stack.Stack()
        self.addCleanup(self.stack.remove)

    def test_container_kit_is_seen_within_half_a_minute(self):
        repository = self.stack.folder / "repository"
        repository.mkdir()
        server = stack.Server(CONTAINER_KIT, repository)
        self.addCleanup(server.stop)
        self.stack.must(self.stack.setup("--target", f"127.0.0.1:{server.port}"))
        shown = self.stack.must(self.stack.run("start"))
        for service in ("prometheus", "alertmanager"):
            self.assertIn(f"{service}: ready, {self.stack.url(service)}\n", shown)
        stack.until("everything is up", lambda: self.stack.table()[1] == 0, patience=30)
        rows, _ = self.stack.table()
        self.assertEqual(rows["scraped"], ("ok", 'up{job="container-kit"} == 1'))

        for service in ("prometheus", "alertmanager"):  # starting again starts nothing
            before = self.stack.pid(service)
            self.assertIn(f"{service}: running already", self.stack.must(self.stack.run("start")))
            self.assertEqual(self.stack.pid(service), before)

        self.stack.must(self.stack.run("stop"))
        self.assertTrue((self.stack.state / "data/prometheus").is_dir())
        self.assertEqual(self.stack.table()[1], 1)
        self.stack.must(self.stack.run("stop", "--purge"))
        self.assertFalse(self.stack.state.exists())

    def test_secrets_are_the_users_own(self):
        self.stack.must(self.stack.setup())
        secrets = list((self.stack.state / "secrets").iterdir())
        self.assertEqual(len(secrets), 4)
        for secret in secrets:
            self.assertEqual(os.stat(secret).st_mode & 0o777, 0o600, secret)
            self.assertRegex(secret.read_text(), r"^[A-Za-z0-9]{32}$")

    def test_what_is_rotated_is_followed(self):
        self.stack.must(self.stack.setup())
        self.stack.must(self.stack.run("start"))
        services = ("prometheus", "alertmanager")
        pids = [self.stack.pid(service) for service in services]
        before = {service: self.stack.authorization(service) for service in services}
        token = (self.stack.state / "secrets/scrape_token").read_text()
        self.stack.must(self.stack.setup("--rotate"))
        self.assertNotEqual((self.stack.state / "secrets/scrape_token").read_text(), token)
        for service in services:
            address = self.stack.url(service) + "/-/ready"
            self.assertEqual(stack.fetch(address)[0], 401)
            stack.until("the old password is refused", lambda: stack.fetch(address, headers=before[service])[0] == 401)
            self.assertEqual(stack.fetch(address, headers=self.stack.authorization(service))[0], 200)
        self.assertEqual([self.stack.pid(service) for service in services], pids)  # without a restart

    def test_a_server_that_demands_the_token_is_seen_before_and_after_a_rotation(self):
        repository = self.stack.folder / "repository"
        repository.mkdir()
        port, = stack.free_ports(1)
        deploy = stack.shortened(self.stack.folder)
        self.stack.must(self.stack.setup("--deploy", deploy, "--target", f"127.0.0.1:{port}"))
        server = stack.Server(CONTAINER_KIT, repository, port, ("--token-file", self.stack.state / "secrets/scrape_token"))
        self.addCleanup(server.stop)
        self.assertEqual(server.get("/metrics")[0], 401)
        self.stack.must(self.stack.run("start"))
        self.scraped_anew()
        self.stack.must(self.stack.setup("--rotate"))
        self.scraped_anew()  # nothing was restarted
        self.assertEqual(self.stack.table()[1], 0)

    def scraped_anew(self):
        """Prometheus has scraped the server after now."""
        now = time.time()
        stack.until("a scrape", lambda: self.stack.query(f'timestamp(up{{job="container-kit"}} == 1) > {now + 2}'))


class WithGrafana(unittest.TestCase):
    """The native engine where Grafana is installed: fake_grafana.py."""

    def test_dashboards_are_loaded_and_the_password_is_followed(self):
        made = stack.Stack()
        self.addCleanup(made.remove)
        made.environment["GRAFANA"] = str(stack.ROOT / "tests/monitoring/fake_grafana.py")
        made.must(made.setup())
        self.assertIn(f"grafana: ready, {made.url('grafana')}", made.must(made.run("start")))
        self.assertEqual(made.table()[0]["dashboards"], ("ok", "5 loaded"))

        before = made.pid("grafana")
        made.must(made.setup("--rotate"))
        self.assertNotEqual(made.pid("grafana"), before)  # it reads Prometheus' password when it starts
        self.assertEqual(made.table()[0]["dashboards"], ("ok", "5 loaded"))

        (made.state / "grafana/dashboards/system-metrics.json").unlink()
        stack.end(made.pid("grafana"))
        self.assertEqual([made.table()[0][row][0] for row in ("grafana", "dashboards")], ["FAIL", "FAIL"])
        made.must(made.run("start"))
        self.assertEqual(made.table()[0]["dashboards"][0], "FAIL")
        self.assertIn("4 of 5 loaded", made.table()[0]["dashboards"][1])


class WithDocker(unittest.TestCase):
    """The docker engine, with a docker that writes down what it is asked for."""

    def setUp(self):
        self.stack = stack.Stack()
        self.addCleanup(self.stack.remove)
        self.asked = self.stack.folder / "asked"
        docker = self.stack.folder / "bin/docker"
        docker.parent.mkdir()
        docker.write_text(f'#!/bin/sh\necho "$*" >>{self.asked}\n')
        docker.chmod(0o755)
        self.path = {"PATH": f"{docker.parent}:{os.environ['PATH']}"}

    def run_command(self, command, *arguments):
        self.asked.write_text("")
        shown = self.stack.must(self.stack.run(command, *arguments, **self.path))
        return shown, self.asked.read_text()

    def test_it_is_checked_started_and_stopped(self):
        ports = [word for name, port in self.stack.ports.items() for word in (f"--{name}-port", str(port))]
        shown, asked = self.run_command("setup", *ports)
        self.assertIn("engine: docker", shown)
        for checker in ("promtool prom/prometheus:v3.5.0 check config", "amtool prom/alertmanager:v0.28.1 check-config",
                        "compose.yml config --quiet"):
            self.assertIn(checker, asked)
        variables = dict(line.split("=", 1) for line in (self.stack.state / "compose/.env").read_text().splitlines())
        self.assertEqual(variables["STATE"], str(self.stack.state))
        self.assertEqual(variables["PROMETHEUS_PORT"], str(self.stack.ports["prometheus"]))
        compose = (self.stack.state / "compose/compose.yml").read_text()
        self.assertLessEqual(set(re.findall(r"\$\{(\w+)\}", compose)), set(variables))  # none is missing

        shown, asked = self.run_command("start")
        self.assertIn(f"compose --project-directory {self.stack.state}/compose", asked)
        self.assertIn("up --detach --wait", asked)
        self.assertIn(f"grafana: ready, {self.stack.url('grafana')}", shown)
        _, asked = self.run_command("stop")
        self.assertIn("compose.yml down", asked)

    def test_services_are_pinned_and_kept_apart(self):
        services = yaml.safe_load((stack.ROOT / "deploy/compose/compose.yml").read_text())["services"]
        self.assertEqual(set(services), {"prometheus", "alertmanager", "grafana", "jaeger", "otel-collector", "node_exporter"})
        for name, service in services.items():
            with self.subTest(name):
                self.assertRegex(service["image"], r"^[\w/.-]+:v?\d+\.\d+\.\d+$")
                self.assertTrue(service["read_only"])
                self.assertEqual((service["cap_drop"], service["user"]), (["ALL"], "${OWNER}"))
                self.assertEqual("healthcheck" in service, name != "otel-collector")
                self.assertNotIn("0.0.0.0", str(service))
        for file in ("jaeger/jaeger.yml", "otel-collector/local.yml", "grafana/grafana.ini"):
            self.assertNotIn("0.0.0.0", (stack.ROOT / "deploy" / file).read_text())


if __name__ == "__main__":
    CONTAINER_KIT = sys.argv.pop(1)
    stack.main()
