"""check.py PROGRAM EXPECTED [--update]: the program prints what the file says, and exits with 0.

Times, bars and ids differ from run to run: each trace id stands as TRACE-1, TRACE-2 … in the order of appearance, and a
span's bar and duration as one tilde.
"""

import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

CONSOLE = "-- on the console --\n"


def without_what_varies(text):
    names = {}
    text = re.sub(r"\b[0-9a-f]{32}\b", lambda id: names.setdefault(id.group(), f"TRACE-{len(names) + 1}"), text)
    text = re.sub(r"\b[0-9a-f]{16}\b", "SPAN", text)
    return re.sub(r"^[█·]+ +[0-9.]+ (ns|us|ms|s) ", "~ ", text, flags=re.MULTILINE)


def run(program):
    # Nothing that is set here may change what the example does.
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith(("OTEL_", "CONTAINER_KIT_", "TRACE", "BAGGAGE"))}
    with tempfile.TemporaryDirectory() as scratch:
        environment.update(CONTAINER_KIT_SPOOL_DIR=scratch)
        done = subprocess.run([program], capture_output=True, text=True, timeout=60, env=environment, cwd=scratch)
    shown = without_what_varies(done.stdout) + CONSOLE + without_what_varies(done.stderr)
    return done.returncode, shown


def main():
    program, expected = os.path.abspath(sys.argv[1]), Path(sys.argv[2])
    code, shown = run(program)
    if "--update" in sys.argv:
        expected.write_text(shown)
    wanted = expected.read_text()
    sys.stdout.writelines(difflib.unified_diff(wanted.splitlines(True), shown.splitlines(True), "expected", "shown"))
    sys.exit(code != 0 or wanted != shown)


main()
