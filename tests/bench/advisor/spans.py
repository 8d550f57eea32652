# SPDX-License-Identifier: GPL-3.0-or-later
"""Traces of a made-up service: trees of spans drawn from a seed, written as OTLP JSON.

A trace is drawn twice from the same seed, as it is and with the fix, so both differ by the fix alone."""

import json
import random
from dataclasses import dataclass, field

INTERNAL, SERVER, CLIENT = 1, 2, 3
SECOND = 1_000_000_000


@dataclass
class Span:
    name: str
    service: str
    kind: int = INTERNAL
    begin: float = 0.0  # milliseconds from the begin of the trace
    length: float = 0.0
    attributes: dict = field(default_factory=dict)
    is_error: bool = False
    children: list = field(default_factory=list)

    def end(self):
        return self.begin + self.length

    def add(self, child):
        self.children.append(child)
        return child

    def close(self, tail):
        """Ends `tail` milliseconds behind the last child."""
        last = max((child.end() for child in self.children), default=self.begin)
        self.length = last + tail - self.begin
        return self

    def all(self):
        yield self
        for child in self.children:
            yield from child.all()


class Clock:
    """Where the next sequential call begins."""

    def __init__(self, rng, parent, gap_ms=0.05):
        self.rng, self.parent, self.gap, self.at = rng, parent, gap_ms, parent.begin + rng.uniform(0.1, 0.6)

    def call(self, name, length, attributes, kind=CLIENT, service=None, is_error=False):
        span = Span(name, service or self.parent.service, kind, self.at, length, attributes, is_error)
        self.at = span.end() + self.rng.uniform(0.2, 1.0) * self.gap
        return self.parent.add(span)

    def work(self, length):
        self.at += length


def spread(rng, median, factor=1.4):
    """Lognormal: two thirds lie within `factor` of the median."""
    return median * factor ** rng.gauss(0, 1)


def sql(statement, parameters=None, **more):
    attributes = {"db.system": "postgresql", "db.statement": statement, "server.address": "db", **more}
    if parameters is not None:
        attributes["db.query.parameters"] = json.dumps(parameters)
    return attributes


def value_of(value):
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    return {"stringValue": str(value)}


def attributes_of(attributes):
    return [{"key": key, "value": value_of(value)} for key, value in attributes.items()]


class Writer:
    """Collects traces; one resource for each service, pod and version."""

    def __init__(self, seed):
        self.ids = random.Random(f"ids {seed}")
        self.resources = {}

    def add(self, root, start_ns, resource=None, skew_ms=None):
        """`resource`: of a service, its further attributes; `skew_ms`: of a service, how far its clock is off."""
        trace_id = f"{self.ids.getrandbits(128):032x}"
        stack = [(root, "")]
        while stack:
            span, parent = stack.pop()
            span_id = f"{self.ids.getrandbits(64):016x}"
            own = dict((resource or {}).get(span.service, {}))
            own.update({key: span.attributes[key] for key in ("service.instance.id", "service.version")
                        if key in span.attributes})
            off = (skew_ms or {}).get(span.service, 0.0)
            begin = start_ns + int((span.begin + off) * 1e6)
            record = {"traceId": trace_id, "spanId": span_id, "parentSpanId": parent, "name": span.name,
                      "kind": span.kind, "startTimeUnixNano": str(begin),
                      "endTimeUnixNano": str(begin + max(1, int(span.length * 1e6))),
                      "attributes": attributes_of(span.attributes), "status": {"code": 2} if span.is_error else {}}
            self.resources.setdefault((span.service, tuple(sorted(own.items()))), []).append(record)
            stack += [(child, span_id) for child in reversed(span.children)]

    def write(self, path):
        resources = []
        for (service, own), records in self.resources.items():
            resources.append({"resource": {"attributes": attributes_of({"service.name": service, **dict(own)})},
                              "scopeSpans": [{"scope": {"name": "bench"}, "spans": records}]})
        with open(path, "w", encoding="utf-8") as out:
            json.dump({"resourceSpans": resources}, out, separators=(",", ":"))


def quiet_requests(rng, service, count, begin_ns, length_s, writer, resource=None):
    """Other requests that nothing is wrong with: the noise of every trace case."""
    for _ in range(count):
        root = Span("GET /health/deep", service, SERVER, attributes={"http.request.method": "GET",
                                                                     "http.route": "/health/deep",
                                                                     "http.response.status_code": 200})
        clock = Clock(rng, root)
        clock.call("SELECT version", spread(rng, 0.6), sql("SELECT version FROM schema_versions LIMIT 1"))
        root.close(spread(rng, 0.4))
        writer.add(root, begin_ns + int(rng.uniform(0, length_s) * SECOND), resource)
