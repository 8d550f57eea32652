# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases 14 and 15: what is worth keeping, and for how long. Traces with keys and hashes of answers; the fix is applied by
replaying as many requests of a later time through a cache with the time to live that the artifact names: nobody asks
the same things again at the same moments, and an interval that holds for those alone would be too narrow."""

import random
import re
from dataclasses import dataclass

import cases
import judge
import spans
from call_cases import measure
from cases import Names
from judge import Expected, Truth
from metrics import arrivals, seeded
from servers import Redis
from spans import SECOND, SERVER, Clock, Span, spread, sql

BEGIN_NS = 1_764_000_000 * SECOND


@dataclass
class Asked:
    """One request as drawn, whatever a cache makes of it."""
    at: float
    key: str
    answer: str
    cache_ms: float
    origin_ms: float
    before_ms: float
    tail_ms: float


@dataclass
class Traffic:
    service: str
    noun: str
    table: str
    requests: list
    later: list  # drawn alike, for the time after the fix
    ttl_s: float = None  # of the cache that is there; None: there is none


def drawn(rng, length_s, rate, keys, life_s, costs, hit_ms):
    """Requests by time. An answer changes every `life_s` seconds, each key at its own moment; 0: with every read."""
    phases = {key: rng.uniform(0, life_s or 1) for key in keys}
    asked = []
    for number, at in enumerate(arrivals(rng, lambda _: rate, length_s)):
        key = rng.choice(keys)
        version = number if life_s == 0 else int((at + phases[key]) // life_s)
        asked.append(Asked(at, key, f"{key}-{version}", spread(rng, hit_ms), spread(rng, costs[0]), spread(rng, 0.3),
                           spread(rng, costs[1])))
    return asked


def replay(requests, ttl_s):
    """(request, is a hit) with a time to live; None: no cache."""
    until = {}
    for asked in requests:
        is_hit = ttl_s is not None and until.get(asked.key, -1.0) > asked.at
        if ttl_s is not None and not is_hit:
            until[asked.key] = asked.at + asked.origin_ms / 1000 + ttl_s
        yield asked, is_hit


def trace_of(traffic, asked, is_hit, has_cache):
    root = Span(f"GET /{traffic.noun}/:id", traffic.service, SERVER, attributes={
        "http.request.method": "GET", "http.route": f"/{traffic.noun}/:id", "url.path": f"/{traffic.noun}/{asked.key}",
        "http.response.status_code": 200, "http.response.body.size": 180, "response.hash": asked.answer})
    clock = Clock(seeded_gap(asked), root)
    clock.work(asked.before_ms)
    if has_cache:
        clock.call("redis-GET", asked.cache_ms, {"db.system": "redis", "server.address": "cache", "cache.hit": is_hit,
                                                 "db.statement": f"GET {traffic.noun}:{asked.key}"})
    if not is_hit:
        clock.call(f"SELECT {traffic.table}", asked.origin_ms,
                   sql(f"SELECT * FROM {traffic.table} WHERE code = $1", [asked.key], **{"response.hash": asked.answer}))
        if has_cache:
            clock.call("redis-SET", asked.cache_ms, {
                "db.system": "redis", "server.address": "cache",
                "db.statement": f"SET {traffic.noun}:{asked.key} ? EX {traffic.ttl_s or 0:.0f}"})
    return root.close(asked.tail_ms)


def seeded_gap(asked):
    return random.Random(f"{asked.key}{asked.at:.6f}")


def lengths(traffic, ttl_s, whole=False):
    """Milliseconds of each later request when answers are kept for `ttl_s`; `whole`: the endpoint's."""
    found = []
    for asked, is_hit in replay(traffic.later, ttl_s):
        if is_hit and whole:
            found.append(asked.cache_ms)
        else:
            found.append(trace_of(traffic, asked, is_hit, ttl_s is not None).length)
    return found


def ttl_of(finding):
    """Seconds that the artifact keeps an answer for."""
    artifact = cases.artifact_of(finding, "js")
    if artifact is None:
        return None
    added = "\n".join(line for line in artifact["text"].splitlines() if line.startswith("+"))
    found = re.search(r"const seconds = (\d+)", added) or re.search(r"'EX', (\d+)", added)
    return float(found.group(1)) if found else None


def plant_traffic(place, truth, traffic, redis=None):
    writer = spans.Writer(f"{place.seed}{place.case}{place.variant}{place.is_healthy}")
    before = []
    for asked, is_hit in replay(traffic.requests, traffic.ttl_s):
        root = trace_of(traffic, asked, is_hit, traffic.ttl_s is not None)
        before.append(root.length)
        writer.add(root, BEGIN_NS + int(asked.at * SECOND))
    spans.quiet_requests(place.rng("quiet"), traffic.service, 150, BEGIN_NS, traffic.requests[-1].at, writer)
    path = place.path("traces.json")
    writer.write(path)

    def try_fix(finding):
        trial = judge.trial_of(finding)
        if cases.checked_code(trial, finding, "js") is None:
            return trial
        ttl = ttl_of(finding)
        if ttl is None:
            trial.is_applied, trial.problem = False, "the artifact names no time to live"
            return trial
        # What is kept is the statement's answer, or the endpoint's.
        whole = finding["subject"]["object"].startswith(("GET /", "HTTP"))
        measure(trial, before, lengths(traffic, ttl, whole))
        return trial

    planted = cases.Planted(truth, [path], try_fix)
    if redis is not None:
        planted.arguments += ["--source", redis.url()]
        commands, keys = redis.commands(), redis.ask("DBSIZE")
        planted.close = redis.stop

        def cost():
            """Reads only: no key came or went, and no command that writes was called."""
            writing = {"set", "del", "expire", "hset", "flushall", "eval", "config|resetstat", "slowlog|reset", "keys"}
            after = redis.commands()
            more = [name for name in writing if after.get(name, 0) > commands.get(name, 0)]
            changed = redis.ask("DBSIZE") != keys
            return {"statements": sum(after.values()) - sum(commands.values()) - 2, "ms": 0, "connections": 1, "duty": 0,
                    "writes": ", ".join(more) + (" number of keys" if changed else "")}

        planted.cost = cost
    return planted


def redis_ms(place):
    """A median read: a Redis on the same machine, in the next rack or in another zone."""
    return 0.15 * 10 ** seeded(place, "redis").uniform(0, 1)


def draw_twice(place, traffic, *how):
    traffic.requests = drawn(seeded(place, "traffic"), *how, redis_ms(place))
    traffic.later = drawn(seeded(place, "later"), *how, redis_ms(place))


def worth_caching(place):
    rng = place.rng()
    names = Names(rng)
    keys = [f"K{rng.randint(100, 999)}{number}" for number in range(rng.randint(1, 5))]
    traffic = Traffic(names.service(), names.noun() + "s", names.table(), [], [])
    life = 0 if place.is_healthy else 3600
    costs = (rng.uniform(4, 30), rng.uniform(0.5, 2))
    draw_twice(place, traffic, 3000, rng.uniform(2.5, 5.0), keys, life, costs)
    truth = Truth(place.case, place.is_healthy, f"{len(keys)} keys of {traffic.table} are asked for all the time, and "
                  + ("change between reads" if place.is_healthy else "change once an hour"))
    if not place.is_healthy:
        truth.accept = [Expected(("cache.candidate",), f"{traffic.table}|{traffic.noun}")]
    return plant_traffic(place, truth, traffic)


def time_to_live(place):
    rng = place.rng()
    names = Names(rng)
    traffic = Traffic(names.service(), names.noun() + "s", names.table(), [], [])
    costs = (rng.uniform(5, 30), rng.uniform(0.5, 2))
    if place.is_healthy:
        traffic.ttl_s = 3600
        if place.variant % 2 == 0:
            what = "a cache that is cold for its first ten minutes"
            keys = [f"c{number}" for number in range(rng.randint(300, 600))]
            draw_twice(place, traffic, 2400, 5.0, keys, 36_000, costs)
        else:
            what = "keys that are asked for once"
            draw_twice(place, traffic, 2400, 3.0, ["x"], 36_000, costs)
            for number, asked in enumerate(traffic.requests):
                asked.key, asked.answer = f"one{number}", f"a{number}"
        return plant_traffic(place, Truth(place.case, True, f"{traffic.noun}: {what}"), traffic)
    traffic.ttl_s = 10
    keys = [f"c{number}" for number in range(rng.randint(10, 40))]
    draw_twice(place, traffic, 3600, len(keys) * rng.uniform(0.05, 0.2), keys, 3600, costs)
    truth = Truth(place.case, False, f"{traffic.noun}:* live 10 s and change once an hour",
                  [Expected(("cache.ttl-too-short",), traffic.noun)],
                  also=[Expected(("cache.candidate",), f"{traffic.table}|/{traffic.noun}/:id"),
                        Expected(("cache.low-hit-ratio",))])
    redis = Redis() if place.variant % 2 == 0 else None  # with nothing but one key that never expires
    if redis is not None:
        redis.ask("SET", "settings", "x" * 150)
    return plant_traffic(place, truth, traffic, redis)


CASES = {"14": worth_caching, "15": time_to_live}
