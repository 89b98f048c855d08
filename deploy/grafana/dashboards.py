#!/usr/bin/env python3
"""dashboards.py [FOLDER]: writes the dashboards of panels.py as Grafana's JSON, by default into dashboards/ beside this."""

import json
import sys
from pathlib import Path

from panels import DASHBOARDS

PROMETHEUS = {"type": "prometheus", "uid": "prometheus"}
JOB = 'job="container-kit"'
VARIABLES = {  # name: (title, where its values come from)
    "instance": ("Instance", f"label_values(up{{{JOB}}}, instance)"),
    "tool": ("Tool", 'label_values(tool_execution_total{instance=~"$instance"}, tool_name)'),
    "route": ("Route", 'label_values(http_requests_total{instance=~"$instance"}, http_route)'),
    "pipeline": ("Pipeline", 'label_values(pipeline_execution_total{instance=~"$instance"}, pipeline_name)'),
}
CHOSEN = {
    "{I}": '{instance=~"$instance"}',
    "{T}": '{instance=~"$instance",tool_name=~"$tool"}',
    "{R}": '{instance=~"$instance",http_route=~"$route"}',
    "{P}": '{instance=~"$instance",pipeline_name=~"$pipeline"}',
}
WIDTHS = {"stat": (6, 4), "timeseries": (12, 8), "heatmap": (12, 8), "table": (12, 8), "bargauge": (12, 8)}  # of 24 columns


def expression(query):
    for mark, selector in CHOSEN.items():
        query = query.replace(mark, selector)
    return query


def thresholds(panel):
    steps = [{"color": "green", "value": None}]
    if panel.at is not None:
        steps.append({"color": "red", "value": panel.at})
    return {"mode": "absolute", "steps": steps}


def field_config(panel):
    defaults = {"unit": panel.unit, "thresholds": thresholds(panel)}
    if panel.kind == "timeseries":
        defaults["custom"] = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 10, "showPoints": "never", "spanNulls": False}
        if panel.log:
            defaults["custom"]["scaleDistribution"] = {"type": "log", "log": 10}
        if panel.at is not None:
            defaults["custom"]["thresholdsStyle"] = {"mode": "line"}
    return {"defaults": defaults, "overrides": []}


def options(panel):
    reduce = {"calcs": ["lastNotNull"], "fields": "", "values": False}
    return {
        "stat": {"reduceOptions": reduce, "colorMode": "value", "graphMode": "area", "justifyMode": "auto",
                 "orientation": "auto", "textMode": "auto"},
        "bargauge": {"reduceOptions": reduce, "orientation": "horizontal", "displayMode": "gradient", "showUnfilled": True},
        "timeseries": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
                       "tooltip": {"mode": "multi", "sort": "desc"}},
        "heatmap": {"calculate": False, "color": {"mode": "scheme", "scheme": "Oranges", "steps": 64, "exponent": 0.5,
                                                  "fill": "dark-orange", "reverse": False},
                    "yAxis": {"axisPlacement": "left", "unit": panel.unit}, "cellGap": 1},
        "table": {"showHeader": True, "cellHeight": "sm"},
    }[panel.kind]


def targets(panel):
    once = panel.kind in ("stat", "table", "bargauge")
    written = []
    for number, (legend, query) in enumerate(panel.queries.items()):
        target = {"refId": chr(ord("A") + number), "datasource": PROMETHEUS, "expr": expression(query),
                  "legendFormat": legend or "__auto", "range": not once, "instant": once}
        if panel.kind in ("table", "heatmap"):
            target["format"] = panel.kind
        if panel.exemplars:
            target["exemplar"] = True
        written.append(target)
    return written


def panels(dashboard):
    x = y = row = 0
    for number, panel in enumerate(dashboard.panels, 1):
        width, height = WIDTHS[panel.kind]
        if x + width > 24:
            x, y = 0, y + row
            row = 0
        yield {"id": number, "type": panel.kind, "title": panel.title, "description": panel.description or f"{panel.title}.",
               "datasource": PROMETHEUS, "gridPos": {"x": x, "y": y, "w": width, "h": height},
               "fieldConfig": field_config(panel), "options": options(panel), "targets": targets(panel)}
        x, row = x + width, max(row, height)


def variable(name):
    title, query = VARIABLES[name]
    return {"name": name, "label": title, "type": "query", "datasource": PROMETHEUS,
            "query": {"query": query, "refId": name}, "refresh": 2, "sort": 1, "multi": True, "includeAll": True,
            "allValue": ".*", "current": {"selected": True, "text": "All", "value": "$__all"}, "hide": 0}


def whole(dashboard):
    return {
        "uid": dashboard.uid, "title": dashboard.title, "description": dashboard.description, "tags": ["container-kit"],
        "schemaVersion": 39, "version": 1, "editable": True, "graphTooltip": 1, "refresh": "30s",
        "time": {"from": "now-1h", "to": "now"}, "timezone": "browser", "fiscalYearStartMonth": 0,
        "templating": {"list": [variable(name) for name in dashboard.variables]},
        "annotations": {"list": []},
        "links": [{"title": "Container Kit", "type": "dashboards", "tags": ["container-kit"], "asDropdown": True,
                   "includeVars": True, "keepTime": True, "targetBlank": False, "icon": "external link", "tooltip": "", "url": ""}],
        "panels": list(panels(dashboard)),
    }


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "dashboards"
    for dashboard in DASHBOARDS:
        text = json.dumps(whole(dashboard), indent=1, ensure_ascii=False)
        (folder / f"{dashboard.title.lower().replace(' ', '-')}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
