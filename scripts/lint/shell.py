"""shellcheck on every shell script, whatever its name."""

import re
import subprocess

import tree

SHEBANG = re.compile(rb"^#!.*\b(?:ba|da)?sh\b")


def is_script(root, name):
    if name.endswith(".sh"):
        return True
    with open(root / name, "rb") as file:
        return bool(SHEBANG.match(file.readline(200)))


root = tree.root_from_arguments()
scripts = [name for name in tree.files(root) if is_script(root, name)]
found = []
if scripts:
    done = subprocess.run(["shellcheck", "--external-sources", "--format=gcc", *scripts],
                          cwd=root, capture_output=True, text=True)
    found = (done.stdout + done.stderr).splitlines() if done.returncode else []
tree.report("shell", found)
