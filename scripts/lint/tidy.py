"""clang-tidy on every translation unit of the release build, and on our headers through them.

Slow, so that a unit is looked at again only if something it depends on has changed: the unit, any of our headers it
includes, its compile command, the configuration or clang-tidy itself. What was found clean is remembered by content,
outside the checkout, so that a fresh clone or another branch does not start from nothing.
`tidy.py [--root DIR] [WORD...]` looks only at the units whose path contains one of the words.
"""

import concurrent.futures
import hashlib
import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import tree

def take_root():
    if sys.argv[1:2] == ["--root"]:
        root = Path(sys.argv[2]).resolve()
        del sys.argv[1:3]
        return root
    return tree.HERE


ROOT = take_root()
BUILD = ROOT / "build" / "release"
# Tests are read as examples: these rules make examples longer without making them safer.
RELAXED_IN_TESTS = ("-bugprone-easily-swappable-parameters,-bugprone-unchecked-optional-access,"
                    "-cppcoreguidelines-*,-readability-function-size,-misc-non-private-member-variables-in-classes")
TEST_ROOMS = ("test", "bench", "fuzz", "tests", "examples")
KEPT_PER_UNIT = 8  # remembered states of one unit, so that switching branches stays cheap


def cache_folder():
    home = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("HOME") and os.path.join(os.environ["HOME"], ".cache"))
    return Path(home) / "container-kit" / "tidy" if home else ROOT / "build" / "lint" / "tidy"


def digest(*pieces):
    sha = hashlib.sha256()
    for piece in pieces:
        sha.update(piece if isinstance(piece, bytes) else str(piece).encode())
        sha.update(b"\0")
    return sha.hexdigest()


class Unit:
    """One translation unit: how it is checked, and what is remembered of it."""

    def __init__(self, entry, fingerprint):
        self.path = Path(entry["directory"], entry["file"]).resolve()
        self.name = self.path.relative_to(ROOT).as_posix()
        self.arguments = entry.get("arguments") or shlex.split(entry["command"])
        self.directory = entry["directory"]
        command = " ".join(self.arguments).replace(str(ROOT), ".")
        self.memory = cache_folder() / (digest(fingerprint, self.name, command) + ".json")

    def in_tests(self):
        return any(room in TEST_ROOMS for room in self.name.split("/")[:-1])

    def remembered(self):
        try:
            return json.loads(self.memory.read_text())
        except (OSError, ValueError):
            return []

    def is_known_clean(self):
        return any(contents(state["files"]) == state["digest"] for state in self.remembered())

    def remember_clean(self, files):
        states = [state for state in self.remembered() if state["files"] != files or state["digest"] != contents(files)]
        states.insert(0, {"files": files, "digest": contents(files)})
        self.memory.parent.mkdir(parents=True, exist_ok=True)
        scratch = self.memory.with_suffix(f".{os.getpid()}")
        scratch.write_text(json.dumps(states[:KEPT_PER_UNIT]))
        scratch.replace(self.memory)

    def dependencies(self):
        """Our files that the unit is made of, as the preprocessor sees them; None if it cannot be preprocessed."""
        command = [argument for argument in self.arguments[1:] if not argument.endswith("ccache")]
        if self.arguments[0].endswith("ccache"):
            command = command[1:]
        at = command.index("-o")
        command = ["clang++", *command[:at], *command[at + 2:], "-MM", "-w"]
        done = subprocess.run(command, cwd=self.directory, capture_output=True, text=True)
        if done.returncode != 0:
            return None
        paths = {Path(self.directory, word).resolve() for word in done.stdout.replace("\\\n", " ").split()[1:]}
        return sorted(path.relative_to(ROOT).as_posix() for path in paths if path.is_relative_to(ROOT))

    def check(self):
        """What clang-tidy has to say; empty if nothing."""
        files = self.dependencies()
        before = contents(files) if files else None
        command = ["clang-tidy", "--quiet", "-p", str(BUILD), str(self.path)]
        if self.in_tests():
            command.insert(1, f"--checks={RELAXED_IN_TESTS}")
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode == 0 and "warning:" not in done.stdout:
            if files and contents(files) == before:
                self.remember_clean(files)
            return ""
        return done.stdout or done.stderr


def contents(files):
    try:
        return digest(*[piece for name in files for piece in (name, (ROOT / name).read_bytes())])
    except OSError:
        return "a file is gone"


def fingerprint():
    version = subprocess.run(["clang-tidy", "--version"], check=True, capture_output=True).stdout
    return digest(version, (ROOT / ".clang-tidy").read_bytes(), RELAXED_IN_TESTS)


def units(words):
    database = BUILD / "compile_commands.json"
    if not database.exists():
        sys.exit("tidy: build/release is not configured; run `make lint`")
    print_ = fingerprint()
    found = [Unit(entry, print_) for entry in json.loads(database.read_text())
             if not Path(entry["directory"], entry["file"]).resolve().is_relative_to(ROOT / "build")]
    return [unit for unit in found if not words or any(word in unit.name for word in words)]


def main():
    everything = units(sys.argv[1:])
    stale = [unit for unit in everything if not unit.is_known_clean()]
    print(f"tidy: {len(everything) - len(stale)} of {len(everything)} units unchanged, {len(stale)} to check", flush=True)
    findings, seen = [], set()
    jobs = int(os.environ.get("JOBS") or os.cpu_count() or 1)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        started = {pool.submit(timed, unit): unit for unit in stale}
        for count, done in enumerate(concurrent.futures.as_completed(started), 1):
            output, seconds = done.result()
            print(f"tidy: [{count}/{len(stale)}] {started[done].name} {seconds:.1f} s", flush=True)
            for block in blocks(output):
                if block not in seen:  # a header's finding comes with every unit that includes it
                    seen.add(block)
                    findings.append(block)
                    print(block, flush=True)
    tree.report("tidy", [block.splitlines()[0].replace(f"{ROOT}/", "") for block in findings])


def timed(unit):
    started = time.monotonic()
    return unit.check(), time.monotonic() - started


def blocks(output):
    """clang-tidy's output, one string a finding with its excerpt and notes."""
    found = []
    for line in output.splitlines():
        if " error: " in line or " warning: " in line or not found:
            found.append(line)
        else:
            found[-1] += "\n" + line
    return found


main()
