"""scripts_test.py CONTAINER_KIT: the commands in scripts/monitoring, from a fresh folder to an empty one."""

import os
import sys
import unittest

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


if __name__ == "__main__":
    CONTAINER_KIT = sys.argv.pop(1)
    stack.main()
