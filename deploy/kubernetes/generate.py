#!/usr/bin/env python3
"""generate.py [FOLDER]: writes what Kubernetes has from the rest of deploy/, by default beside this: rules.yaml, the
PrometheusRule with all rules of deploy/prometheus, and collector/, since Kustomize reads no file above its folder.

The rules are written as they stand, indented, so that their comments and their layout come along.
"""

import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
DEPLOY = HERE.parent
RUNBOOKS = "docs/runbooks/"  # put the address of your copy of docs/runbooks here
HEAD = """# Written by generate.py from deploy/prometheus/rules; change it there.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: container-kit
  labels: {app.kubernetes.io/name: container-kit}
spec:
  groups:
"""


def groups(file):
    """The groups of a rule file, a list at the depth of `spec.groups`."""
    comment, _, rest = file.read_text().partition("groups:\n")
    return "".join(re.sub(r"^(?=.)", "  ", line, flags=re.MULTILINE) for line in (comment + rest).splitlines(keepends=True))


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    rules = HEAD + "".join(groups(file) for file in sorted((DEPLOY / "prometheus/rules").glob("*.yml")))
    (folder / "rules.yaml").write_text(rules.replace("runbook_url: docs/runbooks/", f"runbook_url: {RUNBOOKS}"))
    (folder / "collector").mkdir(exist_ok=True)
    for name in ("balancer.yml", "gateway.yml"):
        shutil.copyfile(DEPLOY / "otel-collector" / name, folder / "collector" / name)


if __name__ == "__main__":
    main()
