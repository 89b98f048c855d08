"""Nothing in the tree names one person's machine, and nothing unfinished is checked in."""

import re

import tree

FORBIDDEN = (
    (re.compile(r"(?<![\w.$}~])/(?:home|Users)/(?!app\b|user\b|node\b)\w+/|(?<![\w.$}~])/(?:root|work)/\w"), "a path of one machine"),
    (re.compile(r"^(?:<{7}|>{7}) "), "a merge left unfinished"),
    (re.compile(r"\b(?:TODO|FIXME|XXX)\b"), "something left to do: do it, or write it down where work is planned"),
)

root = tree.root_from_arguments()
found = []
for name in tree.files(root):
    if name == "scripts/lint/words.py" or b"\0" in (root / name).read_bytes()[:4096]:
        continue
    for number, line in enumerate(tree.text(root, name).splitlines(), 1):
        found += [f"{name}:{number}: {what}" for pattern, what in FORBIDDEN if pattern.search(line)]
tree.report("words", found)
