# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds findings of `tailspan advise --json` against what was planted, and adds up how good they are.

Rules (research 3.3): an equivalent fix counts whole, a wrong order of columns half, the right diagnosis with an artifact
that cannot be applied not at all. A finding that the planted situation does not make true is a false alarm, in healthy
and in faulty systems alike; what Tailspan itself refuted is none."""

import math
import re
from dataclasses import dataclass, field

from sql_text import index_of


@dataclass
class Expected:
    """One way to name a thing: detectors, and a pattern that subject or title holds."""
    detectors: tuple
    where: str = ""
    keys: list = None  # of an index: its leading keys, any of these lists
    tail: str = ""  # what its SQL holds besides: a predicate, an operator class
    says: str = ""  # a pattern that its words hold: which pod, which version

    def fits(self, finding):
        if finding["detector"] not in self.detectors:
            return False
        subject = finding["subject"]
        text = "\n".join([subject["service"], subject["operation"], subject["object"], finding["title"]])
        if self.where and not re.search(self.where, text, re.IGNORECASE):
            return False
        if self.says and not re.search(self.says, text + "\n" + finding["what"], re.IGNORECASE):
            return False
        return self.keys is None or self._fits_index(finding)

    def _fits_index(self, finding):
        for artifact in finding["artifacts"]:
            index = index_of(artifact["text"])
            if index is None:
                continue
            leading = any(index.keys[:len(keys)] == keys for keys in self.keys)
            if leading and re.search(self.tail, index.sql, re.IGNORECASE):
                return True
        return False


@dataclass
class Truth:
    """What one instance holds. `also`: true as well, but not the point; neither counted nor held against it."""
    case: str
    is_healthy: bool
    what: str
    accept: list = field(default_factory=list)
    half: list = field(default_factory=list)
    also: list = field(default_factory=list)

    def as_json(self):
        def texts(entries):
            return [{"detectors": entry.detectors, "where": entry.where, "keys": entry.keys, "tail": entry.tail,
                     "says": entry.says}
                    for entry in entries]
        return {"case": self.case, "healthy": self.is_healthy, "what": self.what, "accept": texts(self.accept),
                "half": texts(self.half), "also": texts(self.also)}


@dataclass
class Verdict:
    score: float = 0.0
    finding: dict = None
    alarms: list = field(default_factory=list)
    why: str = ""


def judge(truth, advice):
    """The verdict on one answer of the advisor."""
    shown = [finding for finding in advice["findings"] if finding["verification"]["state"] != "refuted"]
    verdict = Verdict()
    for score, entries in ((1.0, truth.accept), (0.5, truth.half)):
        for finding in shown:
            if any(entry.fits(finding) for entry in entries) and score > verdict.score:
                verdict.score, verdict.finding = score, finding
    known = truth.accept + truth.half + truth.also
    verdict.alarms = [finding for finding in shown if not any(entry.fits(finding) for entry in known)]
    if not truth.is_healthy and verdict.finding is None:
        verdict.why = reason_of_miss(truth, advice)
    return verdict


def reason_of_miss(truth, advice):
    """What the advisor said of the planted thing: refuted, could not judge, or nothing."""
    wanted = {detector for entry in truth.accept for detector in entry.detectors}
    for finding in advice["findings"]:
        if finding["detector"] in wanted:
            state = finding["verification"]["state"]
            return f"{state}: {finding['title']}: {finding['verification']['how']}"[:240]
    for entry in advice.get("unjudged", []):
        if entry["detector"] in wanted or entry["detector"].split(".")[0] in {name.split(".")[0] for name in wanted}:
            return f"not judged: {entry['detector']} {entry['what']}: {entry['why']}"[:240]
    return "silent"


@dataclass
class Trial:
    """What applying the artifact of a finding did. Times and counts in the unit of the estimate."""
    is_applied: bool = False
    is_undone: bool = False
    problem: str = ""
    metric: str = ""
    unit: str = ""
    now: float = None
    low: float = None
    expected: float = None
    high: float = None
    actual: float = None
    drift: float = None  # the second A over the first, less one
    how: str = ""

    def is_measured(self):
        return self.actual is not None and self.expected is not None

    def is_covered(self):
        slack = 1e-9 * max(abs(self.low), abs(self.high), 1e-9)
        return self.low - slack <= self.actual <= self.high + slack

    def is_steady(self):
        """The second A within a tenth of the first (research 3.3)."""
        return self.drift is None or abs(self.drift) <= 0.1

    def has_wrong_sign(self):
        """A saving was promised, and it got worse by more than a twentieth."""
        if self.now is None:
            return self.expected > 0 and self.actual < -0.05 * self.expected
        return self.expected < self.now and self.actual > 1.05 * self.now

    def log_ratio(self):
        """log10(actual/predicted); None where either is not positive."""
        if self.actual <= 0 or self.expected <= 0:
            return None
        return math.log10(self.actual / self.expected)

    def saved_error(self):
        """Share of the time saved, actual less predicted, in points; None where there is no `now`."""
        if not self.now:
            return None
        return 100 * (self.expected - self.actual) / self.now

    def width(self):
        return (self.high - self.low) / abs(self.now or self.expected) if (self.now or self.expected) else 0.0


def trial_of(finding):
    """An empty trial with what the finding promises."""
    trial = Trial()
    estimate = finding.get("estimate")
    if estimate is not None:
        trial.metric, trial.unit, trial.now = estimate["metric"], estimate["unit"], estimate["now"]
        trial.low, trial.expected, trial.high = estimate["low"], estimate["expected"], estimate["high"]
    return trial


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return math.nan
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def deviation(values):
    if len(values) < 2:
        return math.nan
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))


def quantile(values, share):
    """Between neighbours by their distance."""
    ordered = sorted(values)
    if not ordered:
        return math.nan
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def binomial_tail(most, count, rate):
    """Chance of at most `most` of `count`."""
    return sum(math.comb(count, k) * rate ** k * (1 - rate) ** (count - k) for k in range(most + 1))


def upper_bound(seen, count, level=0.05):
    """The largest rate that `seen` of `count` still allows, one-sided (Clopper and Pearson)."""
    if count == 0 or seen >= count:
        return 1.0
    low, high = seen / count, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if binomial_tail(seen, count, middle) > level:
            low = middle
        else:
            high = middle
    return high


@dataclass
class Outcome:
    """One instance: what was planted, what was said, what came of it."""
    case: str
    is_healthy: bool
    variant: int
    verdict: Verdict
    trial: Trial = None
    seconds: float = 0.0
    problem: str = ""  # the instance could not be run
    cost: dict = None
    silent: str = ""  # what a flavour of a look-alike is


@dataclass
class Totals:
    faults: int = 0
    healthy: int = 0
    found: float = 0.0
    alarms: int = 0
    healthy_with_alarm: int = 0
    applicable: int = 0
    applied: int = 0
    undone: int = 0
    measured: list = field(default_factory=list)

    def precision(self):
        told = self.found + self.alarms
        return self.found / told if told else math.nan

    def recall(self):
        return self.found / self.faults if self.faults else math.nan

    def f_half(self):
        precision, recall = self.precision(), self.recall()
        below = 0.25 * precision + recall
        return 1.25 * precision * recall / below if below > 0 else 0.0

    def coverage(self):
        return (sum(trial.is_covered() for trial in self.measured) / len(self.measured)) if self.measured else math.nan


def add_up(outcomes):
    totals = Totals()
    for outcome in outcomes:
        if outcome.problem:
            continue
        totals.alarms += len(outcome.verdict.alarms)
        if outcome.is_healthy:
            totals.healthy += 1
            totals.healthy_with_alarm += 1 if outcome.verdict.alarms else 0
            continue
        totals.faults += 1
        totals.found += outcome.verdict.score
        if outcome.trial is None:
            continue
        totals.applicable += 1
        totals.applied += outcome.trial.is_applied
        totals.undone += outcome.trial.is_undone
        if outcome.trial.is_measured():
            totals.measured.append(outcome.trial)
    return totals


TARGETS = {"precision": 0.95, "recall": 0.85, "coverage": (0.75, 0.85)}


def missed_targets(outcomes):
    """Sentences, one for each target that is not reached; empty when all are."""
    totals = add_up(outcomes)
    missed = []
    if not totals.precision() >= TARGETS["precision"]:
        missed.append(f"precision {totals.precision():.3f} is below {TARGETS['precision']}")
    if not totals.recall() >= TARGETS["recall"]:
        missed.append(f"recall {totals.recall():.3f} is below {TARGETS['recall']}")
    low, high = TARGETS["coverage"]
    if not low <= totals.coverage() <= high:
        missed.append(f"coverage {100 * totals.coverage():.0f} % of {len(totals.measured)} is outside "
                      f"{100 * low:.0f} to {100 * high:.0f} %")
    signs = [trial for trial in totals.measured if trial.has_wrong_sign()]
    if signs:
        missed.append(f"{len(signs)} fixes promised a gain and made it worse")
    if totals.applied < totals.applicable or totals.undone < totals.applicable:
        missed.append(f"of {totals.applicable} artifacts {totals.applied} applied and {totals.undone} were undone")
    writes = [outcome for outcome in outcomes if outcome.cost and outcome.cost.get("writes")]
    if writes:
        missed.append(f"{len(writes)} runs wrote to a host")
    wide = [outcome for outcome in outcomes if outcome.cost and outcome.cost.get("connections", 0) > 1]
    if wide:
        missed.append(f"{len(wide)} runs used more than one connection")
    busy = [outcome for outcome in outcomes if outcome.cost and outcome.cost.get("duty", 0) > 0.05]
    if busy:
        missed.append(f"{len(busy)} runs kept the host busy for more than 5 % of the time")
    broken = [outcome for outcome in outcomes if outcome.problem]
    if broken:
        missed.append(f"{len(broken)} instances could not be run")
    return missed
