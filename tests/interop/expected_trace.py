"""What interop_spans.cpp records, and how it comes out of Jaeger by each protocol, as otlp_json.spans_by_name has it."""

import copy
import dataclasses
import json

TRACE_STATE = "vendor=value,other=1"
SPANS = 5
MS = 1_000_000
INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER = range(1, 6)
UNSET, OK, ERROR = range(3)


@dataclasses.dataclass
class Identity:
    trace_id: str
    parent_id: str
    start: int  # whole microseconds, which is what Jaeger's own format can say

    def traceparent(self):
        return f"00-{self.trace_id}-{self.parent_id}-01"


EVERY_TYPE = {
    "type.string": "plain",
    "type.unicode": "Grüße, 世界 \U0001F680",
    "type.escapes": 'quote " backslash \\ newline \n tab \t end',
    "type.empty": "",
    "type.true": True,
    "type.false": False,
    "type.int": 42,
    "type.int.negative": -42,
    "type.int.large": 2**63 - 1,
    "type.int.small": -(2**63),
    "type.double": 0.1,
    "type.double.large": 1.7976931348623157e308,
    "type.bytes": bytes([0, 1, 0x7F, 0x80, 0xFF]),
    "type.strings": ["one", "", "three"],
    "type.ints": [-1, 0, 2**63 - 1],
    "type.doubles": [0.1, -2.5],
    "type.bools": [True, False],
    "type.map": {"text": "inside", "map": {"deep": True, "number": 7}},
    "type.mixed": ["text", 1, False],
    "set.twice": "second",
}


def by_otlp(trace):
    """By OTLP nothing is lost."""

    def span(kind, parent, start_ms, end_ms, **fields):
        plain = {
            "trace": trace.trace_id, "parent": parent, "kind": kind, "start": trace.start + start_ms * MS,
            "end": trace.start + end_ms * MS, "trace_state": TRACE_STATE, "status": (UNSET, ""), "attributes": {},
            "events": [], "links": [], "dropped": (0, 0, 0),
            "scope": ("interop.scope", "2.1.0", {"scope.kind": "test"}), "resource": dict(RESOURCE),
        }
        return plain | fields

    def event(name, ms, attributes=None):
        return {"name": name, "time": trace.start + ms * MS, "attributes": attributes or {}}

    root = "POST /api/tools/execute"
    exception = {"exception.type": "std::runtime_error", "exception.message": "no such file"}
    return {
        root: span(SERVER, trace.parent_id, 0, 5000, attributes=dict(EVERY_TYPE), status=(ERROR, "it did not work"),
                   events=[event("tool.validation.started", 10), event("exception", 20, exception)]),
        "GET": span(CLIENT, root, 30, 40, attributes={"given.at": "start"}, status=(OK, ""),
                    links=[{"trace": trace.trace_id, "id": root, "attributes": {"link.reason": "retry"}}]),
        "publish orders": span(PRODUCER, root, 50, 80),
        "process": span(CONSUMER, "publish orders", 60, 70, dropped=(72, 72, 0),
                        attributes={f"key.{index}": index for index in range(128)},
                        events=[event(f"event.{index:03}", 65) for index in range(128)]),
        "internal": span(INTERNAL, root, 90, 91),
    }


RESOURCE = {"service.name": "interop", "service.version": "dev", "deployment.environment": "development",
            "deployment.environment.name": "development", "deployment.region": "eu", "shard": "7",
            "telemetry.sdk.language": "cpp", "telemetry.sdk.name": "container-kit"}


def without_what_differs(resource):
    """The resource without what is another with each process, machine or version; all of that is there, and typed."""
    rest = dict(resource)
    for key, kind in (("host.name", str), ("process.pid", int), ("service.instance.id", str),
                      ("telemetry.sdk.version", str)):
        assert isinstance(rest.pop(key), kind), key
    detected = ("host.", "os.", "process.", "container.")
    return {key: value for key, value in rest.items() if not key.startswith(detected)}



def by_jaeger_thrift(trace):
    """By Jaeger's own format: no field for what is a tag there, no arrays and maps, no attributes of links.

    Source: OpenTelemetry specification, "OpenTelemetry to Jaeger Transformation"; arrays and maps as JSON.
    """
    spans = copy.deepcopy(by_otlp(trace))
    for span in spans.values():
        tags = span["attributes"]
        for key, value in tags.items():
            if isinstance(value, (list, dict)):
                tags[key] = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        tags |= {"otel.scope.name": "interop.scope", "otel.scope.version": "2.1.0", "scope.kind": "test",
                 "otel.library.name": "interop.scope", "otel.library.version": "2.1.0",
                 "w3c.tracestate": TRACE_STATE}
        for key, count in zip(("attributes", "events", "links"), span["dropped"]):
            if count:
                tags[f"otel.dropped_{key}_count"] = count
        span |= {"scope": ("", "", {}), "trace_state": "", "dropped": (0, 0, 0)}
        if span["kind"] == INTERNAL:
            span["kind"] = 0  # it has no tag
        for link in span["links"]:
            link["attributes"] = {"opentracing.ref_type": "follows_from"}
    return spans
