"""OTLP as JSON (TracesData) turned into plain Python, so that two traces can be compared.

A span becomes a dict: trace, id and parent by hexadecimal digits, kind and status code by number, times in
nanoseconds, attributes as {key: value} with ints as int, bytes as bytes, arrays as list and maps as dict, events by
time and name, links in their order, the dropped counts, and beside them the scope and the resource that it was in.
"""

import base64

KINDS = ["SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER",
         "SPAN_KIND_CONSUMER"]
CODES = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"]


def number_of(names, value):
    return names.index(value) if isinstance(value, str) else value


def value_of(value):
    kind, content = next(iter(value.items()), ("empty", None))
    if kind == "intValue":
        return int(content)
    if kind == "doubleValue":
        return float(content)
    if kind == "bytesValue":
        return base64.b64decode(content)
    if kind == "arrayValue":
        return [value_of(element) for element in content.get("values", [])]
    if kind == "kvlistValue":
        return attributes_of(content.get("values", []))
    return content


def attributes_of(attributes):
    result = {}
    for attribute in attributes:
        assert attribute["key"] not in result, "a key twice: " + attribute["key"]
        result[attribute["key"]] = value_of(attribute["value"])
    return result


def event_of(event):
    return {"name": event.get("name", ""), "time": int(event["timeUnixNano"]),
            "attributes": attributes_of(event.get("attributes", []))}


def order_of_event(event):
    """Jaeger puts them into an order of its own."""
    return event["time"], event["name"]


def link_of(link):
    return {"trace": link["traceId"], "id": link["spanId"], "attributes": attributes_of(link.get("attributes", []))}


def span_of(span, scope, resource):
    status = span.get("status", {})
    return {
        "trace": span["traceId"], "id": span["spanId"], "parent": span.get("parentSpanId", ""),
        "kind": number_of(KINDS, span.get("kind", 0)), "start": int(span["startTimeUnixNano"]),
        "end": int(span["endTimeUnixNano"]), "trace_state": span.get("traceState", ""),
        "status": (number_of(CODES, status.get("code", 0)), status.get("message", "")),
        "attributes": attributes_of(span.get("attributes", [])),
        "events": sorted((event_of(event) for event in span.get("events", [])), key=order_of_event),
        "links": [link_of(link) for link in span.get("links", [])],
        "dropped": tuple(int(span.get(key, 0)) for key in
                         ("droppedAttributesCount", "droppedEventsCount", "droppedLinksCount")),
        "scope": (scope.get("name", ""), scope.get("version", ""), attributes_of(scope.get("attributes", []))),
        "resource": attributes_of(resource.get("attributes", [])),
    }


def spans_by_name(traces):
    """The spans by name. Ids of spans become the names that they stand for: they differ from run to run."""
    spans = {}
    for resource in traces.get("resourceSpans", []):
        for scope in resource.get("scopeSpans", []):
            for span in scope.get("spans", []):
                assert span["name"] not in spans, "a span twice: " + span["name"]
                spans[span["name"]] = span_of(span, scope.get("scope", {}), resource.get("resource", {}))
    names = {span["id"]: name for name, span in spans.items()}
    assert len(names) == len(spans), "an id twice"
    for span in spans.values():
        span["attributes"].pop("@jaeger@warnings", None)  # its own, where a parent is not in the trace
        span["parent"] = names.get(span["parent"], span["parent"])
        for link in span["links"]:
            link["id"] = names.get(link["id"], link["id"])
        del span["id"]
    return spans
