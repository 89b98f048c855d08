"""clang-format: every source is laid out as .clang-format says. `format.py --fix` lays it out."""

import subprocess
import sys

import tree


def main():
    fix = "--fix" in sys.argv
    if fix:
        sys.argv.remove("--fix")
    root = tree.root_from_arguments()
    sources = tree.files(root, tree.CXX)
    if not sources:
        tree.report("format", [])
    command = ["clang-format", "-i"] if fix else ["clang-format", "--dry-run", "-Werror", "--ferror-limit=1"]
    done = subprocess.run([*command, *sources], cwd=root, capture_output=True, text=True)
    errors = [line for line in done.stderr.splitlines() if ": error:" in line]
    if done.returncode != 0 and not errors:
        errors = [done.stderr.strip()]
    if errors:
        errors.append("run `make format`")
    tree.report("format", errors)


main()
