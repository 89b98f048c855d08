"""The dashboards against Grafana's own schema: python3 tests/monitoring/grafana_schema.py. A suite of its own, since it
fetches @grafana/schema and the TypeScript compiler from npm, into a cache outside the checkout, and wants Node.

The schema is TypeScript types. Each dashboard is written out as a literal of the type Dashboard, each panel's options and its
`custom` field configuration as literals of that panel's types; the compiler rejects properties that are unknown and
values that are not allowed.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import stack

PACKAGES = ("@grafana/schema@12.2.0", "typescript@5.9.3")
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "container-kit/grafana-schema"
RAW = "./node_modules/@grafana/schema/dist/types/raw/composable"
KINDS = {"timeseries": "TimeSeries", "stat": "Stat", "heatmap": "Heatmap", "table": "Table", "bargauge": "BarGauge"}
# What JSON has of a type: enumerations as their values.
JSON = """type Json<T> = T extends string ? `${T}` : T extends boolean | null | undefined ? T :
  T extends number ? (`${T}` extends `${infer N extends number}` ? N : never) :
  T extends Array<infer E> ? Json<E>[] : T extends object ? {[K in keyof T]: Json<T[K]>} : T;
"""


def program():
    lines = ["import type {Dashboard} from '@grafana/schema';"]
    for folder, name in KINDS.items():
        lines.append(f"import type * as {folder} from '{RAW}/{folder}/panelcfg/x/{name}PanelCfg_types.gen';")
    lines.append(JSON)
    for file in sorted((stack.ROOT / "deploy/grafana/dashboards").glob("*.json")):
        dashboard = json.loads(file.read_text())
        name = file.stem.replace("-", "_")
        lines.append(f"const {name}: Json<Partial<Dashboard>> = {json.dumps(dashboard)};")
        for panel in dashboard["panels"]:
            kind, literal = panel["type"], f"{name}_{panel['id']}"
            lines.append(f"const {literal}: Json<Partial<{kind}.Options>> = {json.dumps(panel['options'])};")
            if "custom" in panel["fieldConfig"]["defaults"]:
                lines.append(f"const {literal}_custom: Json<Partial<{kind}.FieldConfig>> = "
                             f"{json.dumps(panel['fieldConfig']['defaults']['custom'])};")
    return "\n".join(lines) + "\nexport {};\n"


def compiles(text):
    (CACHE / "dashboards.ts").write_text(text)
    done = subprocess.run(["node_modules/.bin/tsc", "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module",
                           "nodenext", "--moduleResolution", "nodenext", "dashboards.ts"], cwd=CACHE, capture_output=True, text=True)
    return done.returncode == 0, done.stdout


def main():
    CACHE.mkdir(parents=True, exist_ok=True)
    if not all((CACHE / "node_modules" / package.rpartition("@")[0] / "package.json").exists() for package in PACKAGES):
        subprocess.run(["npm", "install", "--silent", "--no-fund", "--no-audit", *PACKAGES], cwd=CACHE, check=True)
    text = program()
    right, said = compiles(text)
    print(said or "the dashboards are of Grafana's schema")
    # That the compiler looks: an option that there is none of, and a value that is not allowed.
    for what, wrong in (('"graphMode": "area"', '"graphMode": "volume"'), ('"colorMode"', '"colourMode"'),
                        ('"drawStyle": "line"', '"drawStyle": "lines"'), ('"schemaVersion"', '"schemaVersoin"'),
                        ('"gridPos"', '"gridPosition"')):
        assert what in text and not compiles(text.replace(what, wrong))[0], f"{wrong} was not noticed"
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
