# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases 16 and 17: a pool too small for its load, and a fleet of pools too large for the server. Queues are simulated
request by request; the fix is the same arrivals with the pool that the artifact names."""

import re

import cases
import judge
import yaml_text
from cases import Names
from judge import Expected, Truth
from metrics import Buckets, Filled, History, arrivals, queue, seeded, times

STEP_S = 15
MOST_WAITING = 60


def busy_hours(rng, place, pool):
    """(rate by second, mean hold): calm, then an hour at the edge of what the pool bears; healthy: short bursts."""
    hold = rng.uniform(0.025, 0.06)
    offered = pool * (0.45 if place.is_healthy else rng.uniform(1.05, 1.6))
    calm = pool * 0.3

    def rate(at):
        if place.is_healthy:  # in a burst of a second the pool is just full
            return (pool * 0.9 if at % 97 < 1 else offered * 0.6) / hold
        return (offered if 3600 <= at < 7200 else calm) / hold
    return rate, hold


def simulate(place, pool, rate, hold, hours, part="arrivals"):
    rng = seeded(place, part)
    requests = ((at, rng.expovariate(1 / hold)) for at in arrivals(rng, rate, hours * 3600))
    return queue(requests, pool, MOST_WAITING)


def small_pool(place):
    rng = place.rng()
    names = Names(rng)
    service, pool, hours = names.service(), rng.randint(4, 6), 3
    rate, hold = busy_hours(rng, place, pool)
    own = rng.uniform(0.008, 0.02)
    history = History()
    steps = times(hours, STEP_S)
    labels = f'service="{service}",instance="10.1.0.4:3000"'
    served = list(simulate(place, pool, rate, hold, hours))
    waits, durations = Buckets("pg_pool_wait_seconds"), Buckets("http_request_duration_seconds")
    at, count, refused = 0, 0, 0
    for number, time_s in enumerate(steps):
        edge = (number + 1) * STEP_S
        while at < len(served) and served[at][0] < edge:
            if served[at][1] is None:
                refused += 1
            else:
                waits.take(served[at][1])
                durations.take(served[at][1] + served[at][2] + own)
                count += 1
            at += 1
        near = [entry for entry in served[max(0, at - 400):at + 400] if entry[1] is not None]
        used = sum(1 for begin, wait, held in near if begin + wait <= edge < begin + wait + held)
        waiting = sum(1 for begin, wait, _ in near if begin <= edge < begin + wait)
        history.gauge("pg_pool_max", labels, time_s, pool)
        history.gauge("pg_pool_used", labels, time_s, used)
        history.gauge("pg_pool_waiting", labels, time_s, 0 if place.is_healthy else waiting)
        history.counter("http_requests", labels + ',status="200"', time_s, count)
        history.counter("http_requests", labels + ',status="503"', time_s, refused)
        waits.write(history, labels, time_s)
        durations.write(history, labels, time_s)
    server = 'instance="10.1.0.9:9187"'
    for time_s in steps:
        history.gauge("pg_settings_max_connections", server, time_s, 100)
        history.gauge("pg_stat_activity_count", server + ',state="active"', time_s, 1 + time_s // 60 % 2)
        history.gauge("pg_stat_activity_count", server + ',state="idle"', time_s, 8)
    truth = Truth(place.case, place.is_healthy, f"a pool of {pool} of {service}, "
                  + ("full for a second now and then" if place.is_healthy else
                     f"{rate(4000) * hold:.1f} connections wanted for an hour"))
    if not place.is_healthy:
        truth.accept = [Expected(("pool.too-small",), service)]
    filled = Filled(history, steps)

    def try_fix(finding):
        trial = judge.trial_of(finding)
        artifact = cases.artifact_of(finding, "yaml", "ini", "js")
        found = re.search(r":\s*(\d+)", artifact["text"]) if artifact else None
        if found is None:
            trial.problem = "no artifact names a size"
            return trial
        wanted = int(found.group(1))
        trial.is_applied = wanted > pool
        undone = re.search(r":\s*(\d+)", artifact["undo"] or "")
        trial.is_undone = undone is not None and int(undone.group(1)) == pool
        if trial.expected is not None and trial.unit == "ms":
            after = [wait for at, wait, _ in simulate(place, wanted, rate, hold, hours)
                     if 3600 <= at < 7200 and wait is not None]
            trial.actual = 1000 * judge.quantile(after, 0.95)
            trial.how = f"p95 of {len(after)} waits with {wanted} connections"
        return trial

    return cases.Planted(truth, filled.arguments, try_fix, close=filled.close)


def fleet(place):
    """A configuration in the target's own shape; healthy: it fits, and most connections idle."""
    rng = place.rng()
    names = Names(rng)
    services = [names.service() for _ in range(rng.randint(2, 4))]
    limit = rng.choice([200, 400, 500, 1000])
    most = {service: rng.randint(5, 20) for service in services}
    pods = sum(most.values())
    surge = sum(-(-count // 4) for count in most.values())
    share = rng.uniform(0.45, 0.62) if place.is_healthy else rng.uniform(1.15, 2.6)
    pool = max(2, int(limit * share / (pods + surge if place.is_healthy else pods)))
    lines = ["database:", f"  maxConnections: {limit}", f"  connectionPoolSize: {pool}", "hpa:"]
    for service in services:
        lines.append(f"  {service}: {{minReplicas: 2, maxReplicas: {most[service]}, cpuTarget: {rng.randint(55, 75)}}}")
    text = "\n".join(lines) + "\n"
    path = place.path("scaling-config.yaml")
    path.write_text(text)
    document = yaml_text.read(text)
    what = f"{pods} pods (and {surge} of a rollout) x {pool} connections, the server takes {limit}"
    truth = Truth(place.case, place.is_healthy, what)
    planted = cases.Planted(truth, [path])
    if place.is_healthy:
        history, steps = History(), times(3, STEP_S)
        for time_s in steps:
            server = 'instance="10.1.0.9:9187"'
            history.gauge("pg_settings_max_connections", server, time_s, limit)
            history.gauge("pg_stat_activity_count", server + ',state="idle"', time_s, int(limit * 0.6))
            history.gauge("pg_stat_activity_count", server + ',state="active"', time_s, 2 + time_s // 30 % 3)
        filled = Filled(history, steps)
        planted.arguments, planted.close = [path, *filled.arguments], filled.close
        return planted
    truth.accept = [Expected(("pool.over-budget",))]

    def try_fix(finding):
        trial = judge.trial_of(finding)
        artifact = cases.artifact_of(finding, "yaml")
        if artifact is None:
            trial.problem = "there is no YAML artifact"
            return trial
        patched, restored = document, None
        for key, value in yaml_text.read(artifact["text"]).items():
            patched = patched and yaml_text.with_path(patched, key, value)
        for key, value in (yaml_text.read(artifact["undo"] or "") or {}).items():
            restored = yaml_text.with_path(restored or patched or {}, key, value)
        trial.is_applied = patched is not None and patched != document
        trial.is_undone = restored == document
        if not (trial.is_applied and trial.is_undone):
            trial.problem = "the lines of the artifact do not fit the file they name"
            return trial
        wanted = patched["database"]["connectionPoolSize"]
        trial.actual = (pods + surge) * wanted
        trial.how = f"{pods + surge} pods x {wanted}"
        if trial.actual > limit:
            trial.problem, trial.is_applied = "the fleet is still over the limit", False
        return trial

    planted.try_fix = try_fix
    return planted


CASES = {"16": small_pool, "17": fleet}
