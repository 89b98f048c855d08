"""Dashboards as pictures: each panel of a dashboard's JSON with what Prometheus answers to its queries, laid out as Grafana
lays them out. Not Grafana's own drawing, but its data, titles, units, legends and thresholds.

    svg(dashboard, instant, ranged)   instant(query) -> [(labels, value)]; ranged(query) -> [(labels, [(time, value)])]
"""

import html
import math
import re

COLUMN, ROW, GAP, TOP = 50, 32, 6, 50
INK = ("#73bf69", "#f2cc0c", "#5794f2", "#ff9830", "#f2495c", "#b877d9", "#8ab8ff", "#96d98d", "#ffb357", "#ca95e5")
QUIET, TEXT, BACK, PANEL, RED, GREEN = "#8e8e99", "#d8d9da", "#111217", "#181b1f", "#f2495c", "#73bf69"


def scaled(value, steps):
    for size, name in steps:
        if abs(value) >= size:
            return f"{value / size:.3g} {name}".rstrip()
    size, name = steps[-1]
    return f"{value / size:.3g} {name}".rstrip() if value else "0"


def shown(value, unit):
    if not math.isfinite(value):
        return "–"
    if unit == "s":
        return scaled(value, ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"), (1e-3, "ms"), (1e-6, "µs")))
    if unit == "bytes":
        return scaled(value, ((2 ** 30, "GiB"), (2 ** 20, "MiB"), (2 ** 10, "KiB"), (1, "B")))
    if unit in ("percentunit", "percent"):
        return f"{value * (100 if unit == 'percentunit' else 1):.3g}%"
    return scaled(value, ((1e6, "M"), (1e3, "K"), (1, ""), (1e-3, "m"))) + (" /s" if unit == "reqps" else "")


def legend(target, labels):
    pattern = target["legendFormat"]
    if pattern == "__auto":
        return ", ".join(f"{name}={value}" for name, value in labels.items()) or "value"
    return re.sub(r"\{\{(\w+)\}\}", lambda found: labels.get(found.group(1), ""), pattern).strip()


def text(x, y, words, size=11, ink=TEXT, anchor="start", weight="normal"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{ink}" text-anchor="{anchor}" font-weight="{weight}">'
            f"{html.escape(str(words))}</text>")


class Box:
    """The inside of a panel, in the picture's coordinates."""

    def __init__(self, panel):
        at = panel["gridPos"]
        self.left, self.top = at["x"] * COLUMN + GAP, at["y"] * ROW + TOP
        self.width, self.height = at["w"] * COLUMN - GAP, at["h"] * ROW - GAP
        defaults = panel["fieldConfig"]["defaults"]
        self.unit, steps = defaults["unit"], defaults["thresholds"]["steps"]
        self.log = "scaleDistribution" in defaults.get("custom", {})
        self.at = steps[1]["value"] if len(steps) > 1 else None

    def frame(self, title):
        return [f'<rect x="{self.left}" y="{self.top}" width="{self.width}" height="{self.height}" rx="3" fill="{PANEL}"/>',
                text(self.left + 10, self.top + 18, title, 12, weight="600")]


def stat(box, panel, instant, _):
    values = [value for target in panel["targets"] for _, value in instant(target["expr"])]
    value = values[0] if values else math.nan
    ink = RED if box.at is not None and value >= box.at else GREEN
    return [text(box.left + box.width / 2, box.top + box.height / 2 + 24, shown(value, box.unit), 34, ink, "middle", "600")]


def bars(box, panel, instant, _):
    rows = sorted(((value, legend(panel["targets"][0], labels)) for labels, value in instant(panel["targets"][0]["expr"])), reverse=True)
    drawn, most, room = [], max((value for value, _ in rows), default=1) or 1, box.width - 260
    for number, (value, name) in enumerate(rows[:int((box.height - 40) / 26)]):
        y = box.top + 40 + 26 * number
        drawn += [text(box.left + 170, y + 13, name, anchor="end"),
                  f'<rect x="{box.left + 180}" y="{y}" width="{max(1, room * value / most):.1f}" height="18" fill="{GREEN}"/>',
                  text(box.left + 188 + room * value / most, y + 13, shown(value, box.unit))]
    return drawn


def table(box, panel, instant, _):
    drawn = []
    for number, (labels, value) in enumerate(instant(panel["targets"][0]["expr"])):
        y = box.top + 48 + 24 * number
        drawn += [text(box.left + 20, y, legend(panel["targets"][0], labels)),
                  text(box.left + box.width - 20, y, shown(value, box.unit), anchor="end")]
    return drawn


def axes(box, low, high, first, last):
    """Lines and their values; and the functions that place a value and a time."""
    left, right, top, bottom = box.left + 62, box.left + box.width - 14, box.top + 32, box.top + box.height - 52
    place_x = lambda time: left + (right - left) * (time - first) / max(1e-9, last - first)
    if box.log:
        place_y = lambda value: bottom - (bottom - top) * math.log(max(value, low) / low) / math.log(high / low)
    else:
        place_y = lambda value: bottom - (bottom - top) * (value - low) / (high - low)
    drawn = []
    for step in range(5):
        value = low * (high / low) ** (step / 4) if box.log else low + (high - low) * step / 4
        drawn += [f'<line x1="{left}" x2="{right}" y1="{place_y(value):.1f}" y2="{place_y(value):.1f}" stroke="#2c2f36"/>',
                  text(left - 6, place_y(value) + 4, shown(value, box.unit), 10, QUIET, "end")]
    for step in range(5):
        seconds = (last - first) * (4 - step) / 4
        drawn.append(text(left + (right - left) * step / 4, bottom + 16, f"-{seconds:.0f} s" if seconds else "now", 10, QUIET,
                          "middle"))
    return drawn, place_x, place_y


def timeseries(box, panel, _, ranged):
    series = [(legend(target, labels), points) for target in panel["targets"] for labels, points in ranged(target["expr"])]
    values = [value for _, points in series for _, value in points if math.isfinite(value)]
    if not values:
        return [text(box.left + box.width / 2, box.top + box.height / 2, "No data", 13, QUIET, "middle")]
    high = max(values) * 1.1 or 1
    if box.at is not None and box.at < 4 * high:
        high = max(high, box.at * 1.1)
    times = [time for _, points in series for time, _ in points]
    low = min((value for value in values if value > 0), default=high / 10) / 1.5 if box.log else 0
    drawn, place_x, place_y = axes(box, low, high, min(times), max(times))
    if box.at is not None and box.at <= high:
        drawn.append(f'<line x1="{place_x(min(times)):.1f}" x2="{place_x(max(times)):.1f}" y1="{place_y(box.at):.1f}" '
                     f'y2="{place_y(box.at):.1f}" stroke="{RED}" stroke-dasharray="6 4"/>')
    x, y = box.left + 14, box.top + box.height - 12
    for number, (name, points) in enumerate(sorted(series)):
        ink = INK[number % len(INK)]
        finite = [(place_x(time), place_y(value)) for time, value in points if math.isfinite(value) and value >= low]
        drawn.append(f'<polyline fill="none" stroke="{ink}" stroke-width="1.5" points="'
                     + " ".join(f"{a:.1f},{b:.1f}" for a, b in finite) + '"/>')
        room = 22 + 6.2 * len(name)
        if x + room < box.left + box.width:
            drawn += [f'<rect x="{x}" y="{y - 6}" width="12" height="3" fill="{ink}"/>', text(x + 16, y, name, 10)]
        x += room
    return drawn


def heatmap(box, panel, _, ranged):
    buckets = sorted((float(labels["le"].replace("+Inf", "inf")), dict(points)) for labels, points in ranged(panel["targets"][0]["expr"]))
    times = sorted({time for _, points in buckets for time in points})
    if not times:
        return []
    cells, before = [], {}
    for bound, points in buckets:
        cells.append((bound, {time: max(0.0, points.get(time, 0) - before.get(time, 0)) for time in times}))
        before = points
    used = [number for number, (_, row) in enumerate(cells) if any(row.values())] or [0]
    cells = cells[max(0, min(used) - 1):max(used) + 2]
    most = max((count for _, row in cells for count in row.values()), default=1) or 1
    left, top, width, height = box.left + 62, box.top + 32, box.width - 76, box.height - 60
    drawn = []
    for number, (bound, row) in enumerate(cells):
        y = top + height * (len(cells) - 1 - number) / len(cells)
        if number % math.ceil(13 * len(cells) / height) == 0:
            drawn.append(text(left - 6, y + height / len(cells) / 2 + 4, shown(bound, "s"), 10, QUIET, "end"))
        for column, time in enumerate(times):
            if row[time] > 0:
                drawn.append(f'<rect x="{left + width * column / len(times):.1f}" y="{y + 1:.1f}" width="{width / len(times) + 0.3:.1f}" '
                             f'height="{height / len(cells) - 2:.1f}" fill="#ff780a" opacity="{0.15 + 0.85 * (row[time] / most) ** 0.5:.2f}"/>')
    return drawn


DRAWN = {"stat": stat, "timeseries": timeseries, "bargauge": bars, "table": table, "heatmap": heatmap}


def svg(dashboard, instant, ranged):
    bottom = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in dashboard["panels"])
    width, height = 24 * COLUMN + GAP, bottom * ROW + TOP
    drawn = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
             'font-family="DejaVu Sans, sans-serif">', f'<rect width="100%" height="100%" fill="{BACK}"/>',
             text(GAP + 4, 32, f"Container Kit / {dashboard['title']}", 18, weight="600")]
    for panel in dashboard["panels"]:
        box = Box(panel)
        drawn += box.frame(panel["title"]) + DRAWN[panel["type"]](box, panel, instant, ranged)
    return "\n".join(drawn) + "\n</svg>\n"
