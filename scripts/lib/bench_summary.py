"""bench_summary.py RESULTS SUMMARY: the rows of every bench in the folder RESULTS as one list, and as a table.

SUMMARY becomes a list of {"name","threads","peer","unit","ours","theirs","ratio"}. A ratio above 1 means that ours is
better; it is null where one side is zero, and 0 where the row is void. Fails where a row is void or given twice.
"""

import json
import sys
from pathlib import Path

KEYS = ("name", "threads", "peer", "unit", "ours", "theirs", "ratio")
HEAD = ("name", "threads", "peer", "unit", "ours", "theirs", "ratio", "target", "")


def text(value):
    if value is None:
        return "-"
    if isinstance(value, float) or isinstance(value, int):
        return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.2f}".removesuffix(".00")
    return value


def verdict(row):
    if row.get("failure"):
        return "FAIL: " + row["failure"]
    if not row.get("target"):
        return ""
    return "pass" if row["reached"] else "fail"


def line_of(row):
    return [text(row[key]) for key in KEYS] + [row.get("target", ""), verdict(row)]


def print_table(rows):
    lines = [HEAD] + [line_of(row) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    for line in lines:
        cells = [cell.rjust(width) if HEAD[column] in ("threads", "ours", "theirs", "ratio") else cell.ljust(width)
                 for column, (cell, width) in enumerate(zip(line, widths))]
        print("  ".join(cells).rstrip())


def main():
    results, summary = Path(sys.argv[1]), Path(sys.argv[2])
    rows = [row for path in sorted(results.glob("*.json")) for row in json.loads(path.read_text())]
    summary.write_text(json.dumps([{key: row[key] for key in KEYS} for row in rows], indent=1) + "\n")
    print_table(rows)
    void = [row["name"] for row in rows if row.get("failure")]
    missed = [row["name"] for row in rows if not row.get("failure") and row.get("target") and not row["reached"]]
    names = [tuple(row[key] for key in ("name", "threads", "peer")) for row in rows]
    twice = sorted({name for name in names if names.count(name) > 1})
    print(f"{len(rows)} rows, {len(missed)} targets missed, {len(void)} rows void")
    if twice:
        print(f"given twice: {twice}", file=sys.stderr)
    return 1 if void or twice or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
