"""Every command in the documentation works: each ```sh block says how it is proved, and is.

    ```sh test       is run here, from the root of the checkout, and must succeed
    ```sh serving    is run while `make run` serves; the documented address stands for the one really taken
    ```sh commands   one `make` target or script a line, too long or too final to run here; the target must exist

A ```cpp block is a whole program, and is compiled. Links to files of the checkout must lead somewhere.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
PAGES = sorted([*HERE.glob("*.md"), *HERE.glob("docs/**/*.md")])
BLOCK = re.compile(r"^```sh\b[ \t]*(\w*)[ \t]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROGRAM = re.compile(r"^```cpp\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
ADDRESS = "127.0.0.1:8080"

# What the documentation has a reader begin stays out of the home folder, where it would be open for a day.
STATE = tempfile.TemporaryDirectory(prefix="container-kit-docs-")
os.environ["CONTAINER_KIT_STATE_DIR"] = STATE.name


def blocks(kind):
    for page in PAGES:
        text = page.read_text()
        for found in BLOCK.finditer(text):
            if found.group(1) == kind:
                yield f"{page.relative_to(HERE)}:{text.count(chr(10), 0, found.start()) + 1}", found.group(2)


def run(script):
    return subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=HERE, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=300)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Documentation(unittest.TestCase):
    def assert_succeeds(self, where, script):
        with self.subTest(where):
            done = run(script)
            self.assertEqual(done.returncode, 0, f"{where}\n{script}\n{done.stdout}{done.stderr}")

    def test_every_block_says_how_it_is_proved(self):
        for page in PAGES:
            for found in BLOCK.finditer(page.read_text()):
                self.assertIn(found.group(1), ("test", "serving", "commands"), f"{page.name}: {found.group(2)}")

    def test_blocks_that_run_here(self):
        for where, script in blocks("test"):
            self.assert_succeeds(where, script)

    def test_commands_exist(self):
        targets = set(re.findall(r"^([a-z]+):.*## ", (HERE / "Makefile").read_text(), re.MULTILINE))
        for where, script in blocks("commands"):
            for line in script.splitlines():
                command = re.sub(r"\s*#.*", "", line).split()
                if command:
                    with self.subTest(f"{where}: {line}"):
                        self.assertTrue(command[0] == "make" and command[1] in targets or
                                        (HERE / command[0]).is_file() and command[0].startswith("scripts/"))

    def test_programs_compile(self):
        for page in PAGES:
            for found in PROGRAM.finditer(page.read_text()):
                with self.subTest(page.name):
                    done = subprocess.run(
                        ["c++", "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-Itelemetry/include",
                         "-Ikit/include", "-x", "c++", "-"], cwd=HERE, input=found.group(1), capture_output=True, text=True, timeout=300)
                    self.assertEqual(done.returncode, 0, f"{page.name}\n{found.group(1)}\n{done.stderr}")

    def test_the_tests_that_prove_the_guide_exist(self):
        listed = subprocess.run(["ctest", "--test-dir", "build/release", "-N"], cwd=HERE, capture_output=True, text=True,
                                check=True).stdout
        known = set(re.findall(r"Test +#\d+: (.+)", listed))
        for line in (HERE / "docs/guide-coverage.md").read_text().splitlines():
            if line.startswith("| ") and not line.startswith(("| part", "| ---")):
                tests = re.findall(r"`([^`]+)`", line.split("|")[3])
                self.assertTrue(tests, line)
                for test in tests:  # of ctest, or one of a suite that is a command of its own: FILE::TEST
                    file, _, name = test.partition("::")
                    found = test in known or name and f"def {name}(" in (HERE / file).read_text()
                    self.assertTrue(found, f"no test {test}: {line}")

    def test_links_lead_somewhere(self):
        for page in PAGES:
            prose = re.sub(r"^```.*?^```|`[^`\n]*`", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
            for target in LINK.findall(prose):
                self.assertTrue((page.parent / target).exists(), f"{page.name}: {target}")


class WhileServing(unittest.TestCase):
    """`make run` itself: what it shows, that it serves, and that it stops as it should."""

    def setUp(self):
        self.port = free_port()
        self.server = subprocess.Popen(
            ["scripts/run.sh"], cwd=HERE, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, "PORT": str(self.port), "REPO": str(HERE / "kit")})
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.terminate)
        self.shown = ""
        for line in self.server.stdout:
            self.shown += line
            if "Ctrl-C ends it" in line:
                break

    def stop(self, number):
        self.server.send_signal(number)
        rest = self.server.stdout.read()
        self.assertEqual(self.server.wait(), 0, self.shown + rest)
        with socket.socket() as client:
            self.assertNotEqual(client.connect_ex(("127.0.0.1", self.port)), 0, "still listening")

    def test_it_shows_serves_and_stops(self):
        self.assertIn("Ctrl-C ends it", self.shown)
        self.assertIn("C++", self.shown)  # what the analysis found
        self.assertRegex(self.shown, r"\d (ms|us)  http\.POST /api/tools/execute")  # the trace, as a tree
        self.assertRegex(self.shown, r"\d (ms|us)  └─ tool\.analyze")
        for where, script in blocks("serving"):
            with self.subTest(where):
                done = run(script.replace(ADDRESS, f"127.0.0.1:{self.port}"))
                self.assertEqual(done.returncode, 0, f"{where}\n{script}\n{done.stdout}{done.stderr}")
        self.stop(signal.SIGINT)

    def test_a_port_in_use_is_one_line_and_exit_code_1(self):
        second = subprocess.run(["scripts/run.sh"], cwd=HERE, capture_output=True, text=True, timeout=120,
                                env={**os.environ, "PORT": str(self.port)})
        self.assertEqual(second.returncode, 1, second.stdout + second.stderr)
        self.assertEqual(len(second.stderr.strip().splitlines()), 1, second.stderr)
        self.assertIn(str(self.port), second.stderr)
        self.stop(signal.SIGTERM)


if __name__ == "__main__":
    unittest.main()
