"""Building images and starting what is in them, with buildah in the store that scripts/images.sh made."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

FOLDER = Path(os.environ["CONTAINER_KIT_IMAGES"])
BASE = os.environ["base"]
PATIENCE = 60.0  # seconds, for a program to answer


def buildah(*arguments, **options):
    """Runs buildah; returns what it wrote to stdout, without the white space around it."""
    command = ["buildah", "--root", str(FOLDER / "store"), "--runroot", str(FOLDER / "run"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout.strip()


def build(dockerfile, context, tag, **arguments):
    """The image's configuration, as `docker inspect` has it."""
    build_arguments = [word for name, value in arguments.items() for word in ("--build-arg", f"{name}={value}")]
    buildah("bud", "--quiet", "--format", "docker", "--pull-never", "--layers", "-f", str(dockerfile), "-t", tag,
            *build_arguments, str(context))
    return json.loads(buildah("inspect", "--type", "image", tag))["Docker"]["config"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Container:
    """A container of an image; what is started in it shares the machine's network."""

    def __init__(self, image):
        self.name = buildah("from", "--pull-never", image)
        self.started = []

    def run(self, *command):
        return buildah("run", self.name, "--", *command)

    def start(self, *command):
        words = ["buildah", "--root", str(FOLDER / "store"), "--runroot", str(FOLDER / "run"), "run", self.name, "--",
                 *command]
        log = open(FOLDER / "started.log", "w+", encoding="utf-8")  # pylint: disable=consider-using-with
        process = subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        self.started.append((process, log))
        return process

    def wait_for(self, url, process):
        """The status of the first answer; what it wrote, where it ends before that."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise AssertionError("it ended:\n" + self.output())
            try:
                with urllib.request.urlopen(url, timeout=5) as answer:
                    return answer.status
            except urllib.error.HTTPError as error:
                return error.code
            except OSError:
                time.sleep(0.05)  # between two looks at a condition with a deadline
        raise AssertionError(f"{url} does not answer:\n" + self.output())

    def output(self):
        log = self.started[-1][1]
        log.seek(0)
        return log.read()[-4000:]

    def close(self):
        for process, log in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                try:
                    process.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            log.close()
        buildah("rm", self.name)
