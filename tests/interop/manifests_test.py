"""What generate_manifests writes is what Kubernetes takes.

Each project gets its manifests in a copy, in the default form and with every option; a program of Kubernetes' own
libraries (manifests/check_manifests.go) reads them strictly, holds the pods against the restricted pod security
standard, and builds the kustomization.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROJECTS = sorted((ROOT / "tests/generated/projects").iterdir())
CHECKER, TOOL = sys.argv[1:3]

PLAIN = ["--image", "registry.example.com/shop/web:1.4.2"]
# Values that would end a YAML text, or turn it into something else, if they were not quoted.
EVERYTHING = [
    *PLAIN, "--name", "web", "--namespace", "shop", "--host", "shop.example.com", "--port", "8443",
    "--health-path", "/health", "--user", "10001", "--replicas", "3", "--max-replicas", "9",
    "--cpu", "250m", "--memory", "512Mi", "--env", "GREETING=hello: {world} # yes", "--env", "EMPTY=",
    "--env", "NUMBER=0755", "--env", "ANSWER=no", "--env", "LINES=one\ntwo",
]  # fmt: skip


def generate(project, arguments, scratch):
    folder = Path(tempfile.mkdtemp(dir=scratch)) / project.name
    shutil.copytree(project, folder)
    command = [TOOL, "run", "generate_manifests", "--path", str(folder), "--no-dry-run", "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60,
                          env={**os.environ, "OTEL_TRACES_EXPORTER": "none"})  # fmt: skip
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}\n{done.stderr}")
    return next(folder.rglob("kustomization.yaml")).parent


def check(*folders):
    return subprocess.run([CHECKER, *map(str, folders)], capture_output=True, text=True, timeout=120)


class Manifests(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.scratch)

    def test_kubernetes_reads_them_and_kustomize_builds_them(self):
        folders = [generate(project, how, self.scratch) for project in PROJECTS for how in (PLAIN, EVERYTHING)]
        self.assertGreater(len(folders), 10)
        done = check(*folders)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(done.stdout.count(", 0 faults"), len(folders), done.stdout)

    def test_the_checker_finds_what_is_wrong(self):
        faults = {
            "unknown field": ("deployment.yaml", "revisionHistoryLimit: ", "revisionHistoryLimits: "),
            "seccompProfile": ("deployment.yaml", "type: RuntimeDefault", "type: Unconfined"),
            "kustomize": ("kustomization.yaml", "- service.yaml", "- no-such.yaml"),
        }
        for fault, (name, old, new) in faults.items():
            folder = generate(PROJECTS[0], EVERYTHING, self.scratch)
            text = (folder / name).read_text()
            self.assertIn(old, text)
            (folder / name).write_text(text.replace(old, new))
            done = check(folder)
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn(fault, done.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
