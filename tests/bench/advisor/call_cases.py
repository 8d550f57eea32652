# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases 10 to 13: calls that repeat. Traces only; the fix is applied by the generator, which draws further requests of
the same endpoint with it. Durations: a round trip and work; one batch makes one round trip and the work of all."""

import random
from dataclasses import dataclass

import cases
import judge
import spans
from cases import Names
from judge import Expected, Truth
from spans import CLIENT, SECOND, SERVER, Clock, Span, spread, sql

BEGIN_NS = 1_764_000_000 * SECOND
LENGTH_S = 600
MEASURED = 2_000  # requests with the fix: so many that their p95 is the endpoint's


@dataclass
class Scenario:
    """How requests of one endpoint go."""
    endpoint: str
    service: str
    truth: Truth
    request: object  # (rng, root, clock, fix) -> None; fix: None, "batch" or "together"
    requests: int = 200
    fix_of: object = None  # finding -> which fix it proposes; without it one batch


def root_of(scenario):
    method, route = scenario.endpoint.split(" ")
    return Span(scenario.endpoint, scenario.service, SERVER, attributes={
        "http.request.method": method, "http.route": route, "http.response.status_code": 200})


def drawn(place, scenario, number, fix):
    """One request: the same random numbers whatever the fix."""
    rng = random.Random(f"{place.seed}/{place.case}/{place.variant}/{place.is_healthy}/request {number}")
    root = root_of(scenario)
    at_ns = BEGIN_NS + int(rng.uniform(0, LENGTH_S) * SECOND)
    tail = spread(rng, 0.8)
    clock = Clock(rng, root)
    clock.work(spread(rng, 0.5))
    scenario.request(random.Random(rng.random()), root, clock, fix)
    return root.close(tail), at_ns


def plant(place):
    rng = place.rng()
    scenario = SCENARIOS[place.case](rng, place, Names(rng))
    writer = spans.Writer(f"{place.seed}{place.case}{place.variant}{place.is_healthy}")
    lengths = []
    for number in range(scenario.requests):
        root, at_ns = drawn(place, scenario, number, None)
        lengths.append(root.length)
        writer.add(root, at_ns)
    spans.quiet_requests(rng, scenario.service, 150, BEGIN_NS, LENGTH_S, writer)
    path = place.path("traces.json")
    writer.write(path)

    def try_fix(finding):
        trial = judge.trial_of(finding)
        if cases.checked_code(trial, finding, "js", "sql") is None:
            return trial
        fix = scenario.fix_of(finding) if scenario.fix_of else "batch"
        # What users see with the fix are other requests than those that the estimate was made from, and many of them.
        after = [drawn(place, scenario, scenario.requests + number, fix)[0].length for number in range(MEASURED)]
        measure(trial, lengths, after)
        return trial

    return cases.Planted(scenario.truth, [path], try_fix)


def figure_of(metric):
    """What an estimate speaks of, as a function of milliseconds by request."""
    if metric.startswith("mean"):
        return lambda values: sum(values) / len(values)
    share = 0.95 if metric.startswith("p95") else 0.99 if metric.startswith("p99") else 0.5
    return lambda values: judge.quantile(values, share)


def measure(trial, before, after):
    """The same percentile of the endpoint as the estimate speaks of."""
    if trial.expected is None or trial.unit != "ms":
        return
    of = figure_of(trial.metric)
    trial.actual = of(after)
    if trial.now is None:
        trial.actual = of(before) - trial.actual
    trial.how = f"{trial.metric.split(' ')[0]} of {len(after)} further requests with the fix"


def one_by_one(rng, place, names):
    """1 + n reads by key; healthy: chunks that are batched already."""
    table, service = names.table(), names.service()
    route = f"/{names.noun()}s/:id"
    round_trip, work, often = rng.uniform(0.2, 2.5), rng.uniform(0.01, 0.08), rng.randint(20, 120)

    def request(rng, root, clock, fix):
        clock.call(f"SELECT {table}", round_trip + spread(rng, work * 8),
                   sql(f"SELECT id FROM {table} WHERE owner = $1", [rng.randint(1, 10**6)]))
        count = max(5, int(spread(rng, often, 1.25)))
        reads = [(spread(rng, round_trip, 1.15), spread(rng, work), rng.randint(1, 10**6)) for _ in range(count)]
        if place.is_healthy:
            for _ in range(5):
                length = spread(rng, round_trip, 1.15) + 1000 * work * rng.uniform(0.1, 0.3)
                clock.call(f"SELECT {table}", length, sql(f"SELECT * FROM {table} WHERE id = ANY($1)",
                                                          [[rng.randint(1, 10**6) for _ in range(20)]]))
        elif fix is None:
            for trip, own, key in reads:
                clock.call(f"SELECT {table}", trip + own, sql(f"SELECT * FROM {table} WHERE id = $1", [key]))
        else:
            # Rows are found as before; what is saved of the work is parsing and planning of each statement.
            saved = rng.uniform(0.2, 0.7)
            clock.call(f"SELECT {table}", reads[0][0] + sum(own for _, own, _ in reads) * (1 - saved) + 0.002 * count,
                       sql(f"SELECT * FROM {table} WHERE id = ANY($1)", [[key for _, _, key in reads]]))

    truth = Truth(place.case, place.is_healthy, f"1 + {often} reads of {table} by key" if not place.is_healthy
                  else f"5 chunks of 1,000 keys of {table}")
    if not place.is_healthy:
        truth.accept = [Expected(("calls.n-plus-one",), table)]
    return Scenario(f"GET {route}", service, truth, request)


def with_connects(rng, place, names):
    """Two statements for each item, a pg-pool.connect before each; healthy: pages fetched ahead of need."""
    first, second, service = names.table(), names.table(), names.service()
    round_trip, work, often = rng.uniform(0.3, 2.0), rng.uniform(0.02, 0.1), rng.randint(10, 50)

    def request(rng, root, clock, fix):
        clock.call("pg.query:SELECT page", round_trip + spread(rng, work * 5),
                   sql(f"SELECT id FROM {first} ORDER BY id LIMIT 50"))
        count = max(5, int(spread(rng, often, 1.2)))
        items = [[(spread(rng, round_trip, 1.15), spread(rng, work)) for _ in range(2)] for _ in range(count)]
        keys = [rng.randint(1, 10**6) for _ in range(count)]
        texts = [f"SELECT * FROM {first} WHERE id = $1", f"SELECT * FROM {second} WHERE {first}_id = $1"]
        if place.is_healthy:
            ahead = Clock(rng, root)
            ahead.at = clock.at
            for key in keys[:20]:
                ahead.call(f"GET /{first}/:id", spread(rng, 3.0), {
                    "http.request.method": "GET", "url.path": f"/{first}/{key}", "server.address": "edge",
                    "http.request.header.sec-purpose": "prefetch"})
        elif fix is None:
            for key, pair in zip(keys, items):
                for text, (trip, own) in zip(texts, pair):
                    clock.call("pg-pool.connect", spread(rng, 0.03), {"db.system": "postgresql"}, kind=CLIENT)
                    clock.call("pg.query:SELECT app", trip + own, sql(text, [key]))
        else:
            saved = rng.uniform(0.2, 0.7)
            for place_of, text in enumerate(texts):
                # The artifact may speak of one of both statements.
                if fix != f"batch {place_of}" and fix != "batch":
                    for pair in items:
                        clock.call("pg-pool.connect", spread(rng, 0.03), {})
                        clock.call("pg.query:SELECT app", sum(pair[place_of]), sql(text, [1]))
                    continue
                clock.call("pg-pool.connect", spread(rng, 0.03), {})
                own = sum(pair[place_of][1] for pair in items) * (1 - saved)
                clock.call("pg.query:SELECT app", items[0][place_of][0] + own + 0.002 * count, sql(text, [1]))

    truth = Truth(place.case, place.is_healthy, f"{often} times {first} and {second}, with connects between"
                  if not place.is_healthy else "20 pages fetched ahead of need")
    if not place.is_healthy:
        truth.accept = [Expected(("calls.n-plus-one",), f"{first}|{second}")]

    def fix_of(finding):
        text = "\n".join(artifact["text"] for artifact in finding["artifacts"])  # verbatim, whatever else is said
        spoken = [number for number, table in enumerate((first, second)) if f"FROM {table} " in text]
        return f"batch {spoken[0]}" if len(spoken) == 1 else "batch"

    return Scenario(f"GET /{names.noun()}s", service, truth, request, fix_of=fix_of)


def redis_reads(rng, place, names):
    """50 GETs one after the other; healthy: one pipeline, drawn as spans side by side."""
    service, key = names.service(), names.noun()
    round_trip, often = rng.uniform(0.2, 1.5), rng.randint(30, 70)
    a_value = spread(rng, 0.0025, 1.9)  # of MGET: by the size of values and what the client does with them

    def call(rng, name):
        return {"db.system": "redis", "db.statement": f"GET {key}:{name}", "server.address": "cache"}

    def request(rng, root, clock, fix):
        count = max(8, int(spread(rng, often, 1.15)))
        reads = [(spread(rng, round_trip, 1.2), rng.randint(1, 10**6)) for _ in range(count)]
        if place.is_healthy:
            begin = clock.at
            for trip, name in reads:
                clock.at = begin + rng.uniform(0, 0.05)
                clock.call("redis-GET", reads[0][0] + rng.uniform(0, 0.1), call(rng, name))
        elif fix is None:
            for trip, name in reads:
                clock.call("redis-GET", trip, call(rng, name))
        else:
            clock.call("redis-MGET", reads[0][0] + a_value * count, {"db.system": "redis", "db.statement": "MGET"})

    truth = Truth(place.case, place.is_healthy, f"{often} GETs of {key}:* one after the other" if not place.is_healthy
                  else f"a pipeline of {often} GETs")
    if not place.is_healthy:
        truth.accept = [Expected(("calls.n-plus-one",), key)]
    return Scenario(f"POST /{names.noun()}", service, truth, request)


def chain_questions(rng, place, names):
    """25 independent eth_calls; healthy: three questions, each with the answer before."""
    service, round_trip = names.service(), rng.uniform(60, 110)
    often = rng.randint(18, 32)
    work = spread(rng, 1.5, 2.2)  # nodes differ: cache, disk, provider

    def attributes(method, parameters):
        return {"rpc.system": "jsonrpc", "rpc.method": method, "rpc.jsonrpc.params": parameters,
                "server.address": "rpc.chain.example"}

    def request(rng, root, clock, fix):
        if place.is_healthy:
            answer = f"0x{rng.getrandbits(160):040x}"
            for method in ("eth_getTransactionByHash", "eth_getBlockByHash", "eth_getBalance"):
                clock.call(method, spread(rng, round_trip, 1.1), attributes(method, f'["{answer}"]'))
                answer = f"0x{rng.getrandbits(160):040x}"
            return
        asked = [(spread(rng, round_trip, 1.1), spread(rng, work), f'[{{"to":"0x{rng.getrandbits(160):040x}"}},"latest"]')
                 for _ in range(often)]
        if fix is None:
            for trip, own, parameters in asked:
                clock.call("eth_call", trip + own, attributes("eth_call", parameters))
        elif fix == "together":
            clock.call("eth_call", max(trip + own for trip, own, _ in asked), {})
        else:
            clock.call("eth_call batch", asked[0][0] + sum(own for _, own, _ in asked), {})

    truth = Truth(place.case, place.is_healthy, f"{often} independent eth_calls of {round_trip:.0f} ms" if
                  not place.is_healthy else "3 questions to a chain's node, each with the answer before")
    if not place.is_healthy:
        truth.accept = [Expected(("calls.batchable-rpc",)), Expected(("calls.n-plus-one",), "eth_call")]
        truth.half = [Expected(("calls.sequential",), "")]
    return Scenario(f"GET /{names.noun()}s/balances", service, truth, request, 120,
                    lambda finding: "together" if finding["detector"] == "calls.sequential" else "batch")


SCENARIOS = {"10": one_by_one, "11": with_connects, "12": redis_reads, "13": chain_questions}
CASES = {case: plant for case in SCENARIOS}
