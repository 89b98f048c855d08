"""Include direction: a part knows only the parts above it, a layer of telemetry only the layers above it.

- `<container_kit/PART/x.h>` and `<container_kit/PART.h>` are public: any part below PART may include them.
- `"layer/x.h"` is private: it lies in the src/ of the part that includes it; for tests, benches and fuzzers also in
  their own folder or in test/, and for benches in the bench/ of a part above.
- Public headers include no private ones.
- A public header of telemetry belongs to the layer that has a source of the same name, and counts as that layer.
"""

import re
from pathlib import PurePosixPath

import tree

# Each may include itself and what stands before it.
LAYERS = ("base", "config", "context", "privacy", "trace", "metrics", "protocol", "transport", "delivery",
          "instrument", "manager")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
PUBLIC = re.compile(r"^container_kit/(?P<part>[a-z_]+)(?:\.h|/.*)$")


class Tree:
    def __init__(self, root):
        self.root = root
        self.sources = tree.files(root, tree.CXX)
        self.known = set(self.sources)
        self.findings = []
        self.layer_of_public = {}
        for name in self.sources:
            path = PurePosixPath(name)
            if path.parts[:2] == ("telemetry", "src"):
                self.layer_of_public[path.stem] = layer_of_private(path)

    def layer_of(self, name):
        """The layer that a file of telemetry's include/ or src/ belongs to; None where it belongs to none."""
        path = PurePosixPath(name)
        if path.parts[:2] == ("telemetry", "src"):
            return layer_of_private(path)
        if path.parts[:4] == ("telemetry", "include", "container_kit", "telemetry"):
            return self.layer_of_public.get(path.stem)
        return None

    def check(self):
        for name in self.sources:
            self.check_layer_exists(name)
            for number, line in enumerate(tree.text(self.root, name).splitlines(), 1):
                include = INCLUDE.match(line)
                if include:
                    problem = self.problem(PurePosixPath(name), include.group(1) == "<", include.group(2))
                    if problem:
                        self.findings.append(f"{name}:{number}: {problem}")
        return self.findings

    def check_layer_exists(self, name):
        if name.startswith("telemetry/src/") and layer_of_private(PurePosixPath(name)) not in LAYERS:
            self.findings.append(f"{name}:1: not in one of telemetry's layers ({' '.join(LAYERS)})")

    def problem(self, path, angled, target):
        part, room = path.parts[0], path.parts[1] if len(path.parts) > 1 else ""
        if part not in tree.PARTS:
            return None
        public = PUBLIC.match(target)
        if public:
            if not angled:
                return f'public headers are included as <{target}>'
            return self.problem_of_public(path, part, room, public.group("part"), target)
        if angled:
            return None
        return self.problem_of_private(path, part, room, target)

    def problem_of_public(self, path, part, room, other, target):
        if other in tree.PARTS and tree.PARTS.index(other) > tree.PARTS.index(part):
            return f"{part} may not know {other} (<{target}>)"
        if room in ("include", "src"):
            return self.problem_of_layers(path, f"{other}/include/{target}")
        return None

    def problem_of_private(self, path, part, room, target):
        if room == "include":
            return f'a public header includes the private "{target}"'
        if room == "src":
            if f"{part}/src/{target}" in self.known:
                return self.problem_of_layers(path, f"{part}/src/{target}")
        elif any(f"{part}/{folder}/{target}" in self.known for folder in ("src", room, "test")):
            return None
        above = tree.PARTS[: tree.PARTS.index(part)]
        if room == "bench" and any(f"{other}/bench/{target}" in self.known for other in above):
            return None
        for other in tree.PARTS:
            if f"{other}/src/{target}" in self.known:
                return f'"{target}" is private to {other}'
        return None if target.endswith((".pb.h", ".inc")) else f'"{target}" is no file that {part}/{room} may include'

    def problem_of_layers(self, path, target):
        mine, theirs = self.layer_of(str(path)), self.layer_of(target)
        if mine in LAYERS and theirs in LAYERS and LAYERS.index(theirs) > LAYERS.index(mine):
            return f"layer {mine} may not know layer {theirs} ({target})"
        return None


def layer_of_private(path):
    """telemetry/src/LAYER/x.cpp, or telemetry/src/LAYER.cpp for a layer of one file."""
    return path.parts[2] if len(path.parts) > 3 else path.stem


tree.report("layers", Tree(tree.root_from_arguments()).check())
