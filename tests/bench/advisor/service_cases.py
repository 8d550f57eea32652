# SPDX-License-Identifier: GPL-3.0-or-later
"""Case 20: memory that leaks (20a), and one bad pod or version whose failures are tried again (20b)."""

import random

import cases
import judge
import spans
from cases import Names
from judge import Expected, Truth
from metrics import Filled, History, day, noisy, seeded, times
from spans import SECOND, SERVER, Clock, Span, spread, sql

MEBI = 1024 * 1024
STEP_S = 120
BEGIN_NS = 1_764_000_000 * SECOND
LENGTH_S = 900


class Memory:
    """The floor of a pod's memory in MiB, by days since the begin of the history."""

    def __init__(self, rng, kind):
        self.kind, self.base = kind, rng.uniform(120, 240)
        self.a_day = rng.uniform(14, 45) if kind == "leak" else 0.0
        self.rise = rng.uniform(40, 110)
        self.at = rng.uniform(1.5, 3.5)
        self.hours = rng.uniform(4, 10)

    def floor(self, days, load):
        """`load`: of its usual height."""
        if self.kind == "leak":
            return self.base + self.a_day * days
        if self.kind == "warm-up":
            return self.base + self.rise * (1 - 2 ** (-days * 24 / self.hours))
        if self.kind == "step after a deployment":
            return self.base + (self.rise if days > self.at else 0)
        return self.base + self.rise * (load - 0.5)  # follows the load: of a day, or one that grows


def leak(place):
    rng = place.rng()
    service = Names(rng).service()
    kinds = ["warm-up", "step after a deployment", "rhythm of the day", "growth of the load"]
    kind = kinds[place.variant % 4] if place.is_healthy else "leak"
    source = seeded(place, "memory")
    memory, days_long = Memory(rng, kind), 5
    limit = (memory.base + max(memory.a_day * days_long, memory.rise)) * rng.uniform(1.5, 2.6)
    steps = times(days_long * 24, STEP_S)
    pods = [f"{service}-6c8d7f9b4-{''.join(source.choices('bcdfghjklmnpqrstvwxz2456789', k=5))}" for _ in range(3)]
    history, count = History(), 0.0
    phases = [source.uniform(0, 1) for _ in pods]
    periods = [source.uniform(1500, 4000) for _ in pods]
    for time_s in steps:
        days = (time_s - steps[0]) / 86400
        load = day(time_s, 0.5, 1.5)
        if kind == "growth of the load":
            load *= 1 + 0.12 * days
        count += 30 * load * STEP_S
        history.counter("http_requests", f'service="{service}",status="200"', time_s, count)
        for number, pod in enumerate(pods):
            saw = (time_s / periods[number] + phases[number]) % 1
            used = memory.floor(days, load) + 25 * load * saw + abs(source.gauss(0, 1.2))
            labels = f'namespace="shop",pod="{pod}",container="app"'
            history.gauge("container_memory_working_set_bytes", labels, time_s, used * MEBI)
            history.gauge("kube_pod_container_resource_limits", labels + ',resource="memory"', time_s, limit * MEBI)
            history.counter("kube_pod_container_status_restarts", labels, time_s, 0)
    truth = Truth(place.case, place.is_healthy, f"memory of {service}: {kind}"
                  + (f", {memory.a_day:.0f} MiB a day" if kind == "leak" else ""))
    if not place.is_healthy:
        truth.accept = [Expected(("service.memory-leak",), service)]
    filled = Filled(history, steps)

    def try_fix(finding):
        """The leak itself is mended in code; what is held against the estimate is when it would have hit the limit."""
        trial = judge.trial_of(finding)
        cases.checked_code(trial, finding, "yaml", "sh")
        if trial.unit == "days":
            trial.actual = (limit - memory.floor(days_long, 1)) / memory.a_day
            trial.how = f"{limit:.0f} MiB less the floor, over {memory.a_day:.1f} MiB a day"
            trial.now = None
        return trial

    return cases.Planted(truth, filled.arguments, try_fix, close=filled.close)


def requests_of(place, service, store, route, has_fault, bad, time="request"):
    """(root, when, resource) of each request, drawn anew for another `time`."""
    for number in range(4000):
        rng = random.Random(f"{place.seed}/{place.case}/{place.variant}/{place.is_healthy}/{time} {number}")
        at_ns = BEGIN_NS + int(rng.uniform(0, LENGTH_S) * SECOND)
        pod = rng.randrange(4)
        fails = [rng.random() for _ in range(3)]
        calls = [(spread(rng, 12, 1.3), spread(rng, 4, 1.3)) for _ in range(3)]
        pause, tail = rng.uniform(0.5, 2), spread(rng, 0.6)
        usual = 0.002 if place.is_healthy else 0.01
        chance = 5 * usual if has_fault and pod == bad else usual
        root = Span(f"POST /{route}", service, SERVER, attributes={"http.request.method": "POST",
                                                                   "http.route": f"/{route}"})
        clock = Clock(rng, root)
        is_bad = True
        for attempt in range(3 if has_fault else 1):
            is_bad = fails[attempt] < chance
            length, own = calls[attempt]
            call = clock.call(f"POST /{store}", length, {
                "http.request.method": "POST", "url.path": f"/{store}", "server.address": store,
                "http.response.status_code": 500 if is_bad else 200, **({"http.request.resend_count": attempt}
                                                                        if attempt else {})}, is_error=is_bad)
            inner = call.add(Span(f"POST /{store}", store, SERVER, call.begin + 0.4, length - 0.8, {
                "http.request.method": "POST", "http.route": f"/{store}",
                "http.response.status_code": 500 if is_bad else 200}, is_bad))
            inner.add(Span("INSERT rows", store, spans.CLIENT, inner.begin + 0.3, min(own, inner.length - 0.5),
                           sql("INSERT INTO rows VALUES ($1)", [number])))
            if not is_bad:
                break
            clock.work(pause)
        root.attributes["http.response.status_code"] = 500 if is_bad else 200
        root.is_error = is_bad
        version = "2.1.0" if pod == bad else "2.0.9"
        resource = {store: {"service.instance.id": f"{store}-{pod}", "service.version": version,
                            "k8s.pod.name": f"{store}-{pod}"}}
        yield root.close(tail), at_ns, resource


def bad_pod(place):
    rng = place.rng()
    names = Names(rng)
    service, store, route = names.service(), names.service(), names.noun() + "s"
    writer = spans.Writer(f"{place.seed}{place.case}{place.variant}{place.is_healthy}")
    bad = rng.randrange(4)
    is_bot = place.is_healthy and place.variant % 2 == 0
    off = rng.choice([-1, 1]) * rng.uniform(60, 400)
    failing = 0
    for root, at_ns, resource in requests_of(place, service, store, route, not place.is_healthy, bad):
        skew = {store: off} if place.is_healthy and not is_bot else None
        failing += any(span.is_error for span in root.all())
        writer.add(root, at_ns, resource, skew)
    if is_bot:
        source = seeded(place, "bot")
        for number in range(500):
            root = Span("GET /*", service, SERVER, attributes={
                "http.request.method": "GET", "http.route": "/*", "url.path": f"/wp-admin/{source.randint(1, 10**6)}.php",
                "http.response.status_code": 404, "user_agent.original": "scanner/1.0"})
            root.close(spread(source, 0.7))
            writer.add(root, BEGIN_NS + int(source.uniform(300, 420) * SECOND))
    path = place.path("traces.json")
    writer.write(path)
    what = "a bot asks for what is not there" if is_bot else "clocks differ, and a few requests fail everywhere"
    truth = Truth(place.case, place.is_healthy, f"{store}: {what}" if place.is_healthy else
                  f"{store}-{bad} (2.1.0) fails five times as often, and {service} tries three times")
    if not place.is_healthy:
        named = rf"\b{store}-{bad}\b|\b2\.1\.0\b"
        truth.accept = [Expected(("service.error-hotspot", "service.bad-instance"), store, says=named)]
        truth.half = [Expected(("service.error-hotspot", "service.bad-instance"), store)]
        truth.also = [Expected(("calls.retry-storm",), store)]

    def try_fix(finding):
        trial = judge.trial_of(finding)
        if cases.checked_code(trial, finding, "sh", "yaml", "js") is None:
            return trial
        if trial.unit == "an hour" and trial.metric.startswith("failing traces"):
            # Other requests than before: what fails by chance does not fail again.
            after = sum(any(span.is_error for span in root.all())
                        for root, _, _ in requests_of(place, service, store, route, False, bad, "later"))
            trial.actual = (failing - after) / (LENGTH_S / 3600)
            trial.how = f"{failing} failing traces with the fault, {after} without it"
        return trial

    return cases.Planted(truth, [path], try_fix)


CASES = {"20a": leak, "20b": bad_pod}
