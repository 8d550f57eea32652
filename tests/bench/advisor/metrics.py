# SPDX-License-Identifier: GPL-3.0-or-later
"""Histories as OpenMetrics text, and what makes them: a queue in front of a pool, an autoscaler, a day's load."""

import heapq
import math
import random
import time

from servers import Prometheus


class History:
    """Samples by family, in the order in which families first appear."""

    def __init__(self):
        self.families = {}

    def add(self, family, kind, series, at_s, value):
        self.families.setdefault((family, kind), []).append(f"{series} {value:.10g} {at_s:.0f}")

    def gauge(self, name, labels, at_s, value):
        self.add(name, "gauge", f"{name}{{{labels}}}", at_s, value)

    def counter(self, family, labels, at_s, value):
        self.add(family, "counter", f"{family}_total{{{labels}}}", at_s, value)

    def quantile(self, family, labels, at_s, value, share="0.95"):
        self.add(family, "summary", f'{family}{{{labels},quantile="{share}"}}', at_s, value)

    def text(self):
        lines = []
        for (family, kind), samples in self.families.items():
            lines.append(f"# TYPE {family} {kind}")
            lines += samples
        return "\n".join(lines) + "\n# EOF\n"


class Buckets:
    """A histogram of seconds as its counters grow."""

    BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.4, 0.6, 1, 2.5, 5]

    def __init__(self, family):
        self.family, self.counts, self.sum = family, [0] * (len(self.BOUNDS) + 1), 0.0

    def take(self, seconds):
        low = 0
        while low < len(self.BOUNDS) and seconds > self.BOUNDS[low]:
            low += 1
        self.counts[low] += 1
        self.sum += seconds

    def write(self, history, labels, at_s):
        total = 0
        for bound, count in zip(self.BOUNDS + ["+Inf"], self.counts):
            total += count
            history.add(self.family, "histogram", f'{self.family}_bucket{{{labels},le="{bound}"}}', at_s, total)
        history.add(self.family, "histogram", f"{self.family}_count{{{labels}}}", at_s, total)
        history.add(self.family, "histogram", f"{self.family}_sum{{{labels}}}", at_s, self.sum)


class Filled:
    """A Prometheus with a history, and the arguments that ask for its whole range."""

    def __init__(self, history, steps):
        self.server = Prometheus(history.text(), int(steps[1] - steps[0]))
        self.arguments = ["--source", self.server.url(), "--from", str(int(steps[0]) * 10**9), "--to",
                          str(int(steps[-1]) * 10**9)]

    def close(self):
        self.server.stop()


def times(hours, step_s):
    """Whole steps that end a minute ago."""
    end = int(time.time()) // step_s * step_s - 60
    count = int(hours * 3600 / step_s)
    return [end - (count - 1 - number) * step_s for number in range(count)]


def arrivals(rng, rate, seconds):
    """Random arrivals; `rate`: by the second."""
    at = 0.0
    while at < seconds:
        now = rate(at)
        at += rng.expovariate(now) if now > 0 else 1.0
        if at < seconds:
            yield at


def queue(requests, servers, most_waiting):
    """First come, first served: (arrival, wait, hold) of each request; the wait of one that is refused is None."""
    free, waiting = [0.0] * servers, []
    heapq.heapify(free)
    for at, hold in requests:
        while waiting and waiting[0] <= at:
            heapq.heappop(waiting)
        if len(waiting) >= most_waiting:
            yield at, None, hold
            continue
        begin = max(at, heapq.heappop(free))
        heapq.heappush(free, begin + hold)
        if begin > at:
            heapq.heappush(waiting, begin)
        yield at, begin - at, hold


def day(at_s, low, high):
    """A load with the rhythm of a day, highest in the afternoon of UTC."""
    return low + (high - low) * 0.5 * (1 - math.cos(2 * math.pi * (at_s % 86400) / 86400))


class Autoscaler:
    """The controller of autoscaling/v2 with its defaults, every 15 s; pods are ready after a while."""

    TOLERANCE, WINDOW_S = 0.1, 300

    def __init__(self, least, most, target, request, ready_s=30):
        self.least, self.most, self.target, self.request, self.ready_s = least, most, target, request, ready_s
        self.ready, self.starting, self.wishes = least, [], []

    def step(self, at_s, cores):
        """Ready pods after this step."""
        self.ready += sum(1 for due in self.starting if due <= at_s)
        self.starting = [due for due in self.starting if due > at_s]
        ratio = cores / (self.ready * self.request * self.target)
        wish = self.ready if abs(ratio - 1) <= self.TOLERANCE else math.ceil(self.ready * ratio)
        self.wishes = [(when, old) for when, old in self.wishes if when > at_s - self.WINDOW_S] + [(at_s, wish)]
        now = self.ready + len(self.starting)
        wanted = max(self.least, min(self.most, max(old for _, old in self.wishes)))
        if wanted > now:
            wanted = min(wanted, max(2 * now, now + 4))
            self.starting += [at_s + self.ready_s] * (wanted - now)
        elif wanted < self.ready:
            self.ready = wanted
        return self.ready


def noisy(rng, value, share=0.03):
    return value * max(0.0, 1 + rng.gauss(0, share))


def seeded(place, part):
    return random.Random(f"{place.seed}/{place.case}/{place.variant}/{place.is_healthy}/{part}")
