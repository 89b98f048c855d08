"""What every check shares: which files there are, and how a finding is reported.

A check is a program `check.py [ROOT]`. It prints one `path:line: what is wrong` a finding and exits 1 if it has any.
ROOT is this checkout by default; the checks' own tests hand in small trees that break a rule.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
PARTS = ("telemetry", "kit", "app")
CXX = (".h", ".cpp")
SKIPPED = {"build", ".git", "node_modules"}
# Files that somebody else wrote, or that tests read as data: not ours to lint.
NOT_OURS = re.compile(r"(^|/)(fixtures|golden|corpus|third_party)/")


def root_from_arguments():
    return Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else HERE


def files(root, suffixes=None, ours=True):
    """Every file of the tree, as paths relative to root: what git knows or would add, else what lies there."""
    if (root / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")
        names = [name for name in listed if name and (root / name).is_file()]
    else:
        names = []
        for folder, folders, found in os.walk(root):
            folders[:] = [f for f in folders if f not in SKIPPED]
            names += [os.path.relpath(os.path.join(folder, f), root) for f in found]
    return sorted(
        name for name in set(names)
        if (suffixes is None or name.endswith(tuple(suffixes))) and not (ours and NOT_OURS.search(name)))


def text(root, name):
    return (root / name).read_text(encoding="utf-8", errors="replace")


def report(check, findings):
    """Prints the findings, or one line that says all is well, and ends the program."""
    for finding in findings:
        print(finding)
    if findings:
        print(f"{check}: {len(findings)} finding{'s' if len(findings) > 1 else ''}")
        sys.exit(1)
    print(f"{check}: clean")
    sys.exit(0)
