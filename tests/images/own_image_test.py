"""Container Kit's own image: built from deploy/Dockerfile on a local base, and started."""

import unittest
from pathlib import Path

import buildah

TAG = "localhost/container-kit"
REPOSITORY = Path(__file__).resolve().parents[2]


class OwnImage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.config = buildah.build(REPOSITORY / "deploy/Dockerfile", REPOSITORY, TAG, BASE=buildah.BASE)

    def setUp(self):
        self.container = buildah.Container(TAG)
        self.addCleanup(self.container.close)

    def test_says_who_it_is_and_how_to_ask_for_its_health(self):
        self.assertEqual(self.config["User"], "65532:65532")
        self.assertEqual(self.config["Entrypoint"], ["container-kit"])
        self.assertIn("8080/tcp", self.config["ExposedPorts"])
        self.assertEqual(self.config["StopSignal"], "SIGTERM")
        self.assertEqual(self.config["Healthcheck"]["Test"][:2], ["CMD", "curl"])

    def test_runs_as_nobody_in_particular(self):
        self.assertEqual(self.container.run("id", "-u"), "65532")
        self.assertNotIn("g++", self.container.run("sh", "-c", "ls /usr/bin"))

    def test_keeps_its_state_in_a_volume_that_any_user_may_write_to(self):
        self.assertIn("CONTAINER_KIT_STATE_DIR=/var/lib/container-kit", self.config["Env"])
        self.assertIn("/var/lib/container-kit", self.config["Volumes"])
        # buildah's volumes lose the sticky bit, docker's keep it.
        self.assertIn(self.container.run("stat", "-c", "%a", "/var/lib/container-kit"), ("777", "1777"))
        self.assertIn("no sessions", self.container.run("container-kit", "run", "list_sessions"))
        self.assertEqual(self.container.run("stat", "-c", "%a %u", "/var/lib/container-kit/sessions"), "700 65532")

    def test_serves_and_its_health_check_says_so(self):
        port = buildah.free_port()
        process = self.container.start("container-kit", "serve", "--host", "127.0.0.1", "--port", str(port))
        self.assertEqual(self.container.wait_for(f"http://127.0.0.1:{port}/health", process), 200)
        check = [word.replace("8080", str(port)) for word in self.config["Healthcheck"]["Test"][1:]]
        self.assertEqual(self.container.run(*check), "")
        answer = self.container.run("curl", "-fsS", f"http://127.0.0.1:{port}/api/tools")
        self.assertIn('"analyze"', answer)


if __name__ == "__main__":
    unittest.main()
