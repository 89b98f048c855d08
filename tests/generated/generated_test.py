"""The Dockerfiles that we generate build, and what they build starts without root.

Each folder of projects/ becomes an image: generate_dockerfile writes its files, lint_dockerfile has nothing to say,
buildah builds them as they are, and the program answers with its name and the user it runs as. The official images
that the Dockerfiles name are one local image of Debian's packages (scripts/generated.sh makes it), so that no registry
is asked.
"""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOOL = os.environ["CONTAINER_KIT"]
BUILDAH = ["buildah", "--root", os.environ["IMAGES_STORE"] + "/root", "--runroot", os.environ["IMAGES_STORE"] + "/run"]
BASE = os.environ["IMAGES_BASE"]


def buildah(*arguments, timeout=300):
    done = subprocess.run([*BUILDAH, *arguments], capture_output=True, text=True, timeout=timeout)
    if done.returncode != 0:
        raise AssertionError(f"buildah {' '.join(arguments)}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def run_tool(name, *arguments):
    environment = {**os.environ, "OTEL_TRACES_EXPORTER": "none"}
    done = subprocess.run([TOOL, "run", name, "--json", *arguments], capture_output=True, text=True, timeout=60,
                          env=environment)
    if done.returncode != 0:
        raise AssertionError(f"{name} {' '.join(arguments)}\n{done.stderr}")
    return json.loads(done.stdout)


def full_name(image):
    first = image.split("/")[0]
    return image if "." in first else "docker.io/" + ("" if "/" in image else "library/") + image


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answer_of(port, process):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).read().decode()
        except OSError:
            time.sleep(0.1)  # it starts; nothing tells when it listens
    raise AssertionError(f"no answer; exit code {process.poll()}")


class GeneratedImages(unittest.TestCase):
    def check(self, project):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / project
            shutil.copytree(HERE / "projects" / project, folder)
            port = free_port()
            generated = run_tool("generate_dockerfile", "--path", str(folder), f"--port={port}", "--dry_run=false")
            self.assertEqual(run_tool("lint_dockerfile", "--path", str(folder))["findings"], [])
            for line in generated["dockerfile"].splitlines():
                if line.startswith("FROM "):
                    buildah("tag", BASE, full_name(line.split()[1]))
            image = f"localhost/container-kit-test-{project}"
            buildah("bud", "--isolation", "chroot", "--pull-never", "-q", "-t", image, str(folder))
            self.start(image, project, generated, port)

    def start(self, image, project, generated, port):
        container = buildah("from", "--pull-never", image)
        process = subprocess.Popen(
            [*BUILDAH, "run", "--isolation", "chroot", "--env", f"PORT={port}", container, "--", *generated["command"]],
            start_new_session=True)
        try:
            user = generated["user"].split(":")[0]
            self.assertNotEqual(user, "0")
            self.assertEqual(answer_of(port, process), f"{project} {user}")
        finally:
            if process.poll() is None:
                os.killpg(process.pid, 9)
            process.wait()
            buildah("rm", container)


for name in sorted(path.name for path in (HERE / "projects").iterdir()):
    setattr(GeneratedImages, f"test_{name}", lambda self, name=name: self.check(name))

if __name__ == "__main__":
    unittest.main(verbosity=2)
