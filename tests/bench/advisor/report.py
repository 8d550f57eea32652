# SPDX-License-Identifier: GPL-3.0-or-later
"""What the run prints: a line a case, totals, and the same as Markdown and JSON."""

import json

import judge

NAMES = {
    "1": "foreign key without an index", "2": "equality and range, order of columns", "3": "sort and limit",
    "4": "rare state, partial index", "5": "lower(email), expression index", "6": "LIKE 'abc%', operator class",
    "7": "old statistics", "8": "duplicate of a UNIQUE index", "9": "50,000 rows for 20", "10": "N+1 by key",
    "11": "N+1 with connects between", "12": "sequential Redis GETs", "13": "sequential eth_calls",
    "14": "worth caching", "15": "time to live too short", "16": "pool too small", "17": "fleet of pools over the limit",
    "18": "autoscaler at its maximum", "19": "scaling will not help", "20a": "memory leak", "20b": "one bad pod, retries"}


def number(value, digits=2):
    return "-" if value is None or value != value else f"{value:.{digits}f}"


def percent(value):
    return "-" if value != value else f"{100 * value:.0f} %"


def by_case(outcomes):
    cases = {}
    for outcome in outcomes:
        cases.setdefault(outcome.case, []).append(outcome)
    return cases


def row_of(case, outcomes):
    """Cells of one case: found, alarms in faulty and in healthy systems, coverage, log ratio."""
    totals = judge.add_up(outcomes)
    faults = [outcome for outcome in outcomes if not outcome.is_healthy and not outcome.problem]
    healthy = [outcome for outcome in outcomes if outcome.is_healthy and not outcome.problem]
    logs = [log for log in (trial.log_ratio() for trial in totals.measured) if log is not None]
    covered = f"{sum(trial.is_covered() for trial in totals.measured)}/{len(totals.measured)}"
    broken = sum(1 for outcome in outcomes if outcome.problem)
    return [case, NAMES[case], f"{totals.found:g}/{len(faults)}",
            str(sum(len(outcome.verdict.alarms) for outcome in faults)),
            f"{sum(len(outcome.verdict.alarms) for outcome in healthy)} in {len(healthy)}",
            covered if totals.measured else "-", number(judge.median(logs)) if logs else "-",
            f"{totals.applied}, {totals.undone} of {totals.applicable}" if totals.applicable else "-",
            f"{broken} not run" if broken else ""]


HEAD = ["case", "planted", "found", "alarms (faulty)", "alarms (healthy)", "in the 80 % interval", "log10(actual/predicted)",
        "applied, undone", ""]


def as_columns(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def totals_lines(outcomes):
    totals = judge.add_up(outcomes)
    logs = [log for log in (trial.log_ratio() for trial in totals.measured) if log is not None]
    points = [error for error in (trial.saved_error() for trial in totals.measured) if error is not None]
    widths = [trial.width() for trial in totals.measured]
    bound = judge.upper_bound(totals.healthy_with_alarm, totals.healthy) if totals.healthy else float("nan")
    lines = [
        f"precision {number(totals.precision(), 3)}, recall {number(totals.recall(), 3)}, F0.5 {number(totals.f_half(), 3)} "
        f"({totals.found:g} of {totals.faults} faults found, {totals.alarms} false alarms)",
        f"healthy systems with a false alarm: {totals.healthy_with_alarm} of {totals.healthy}; this still allows a rate of "
        f"{percent(bound)} (95 %)",
        f"80 % intervals: {percent(totals.coverage())} of {len(totals.measured)} actual values inside; median width "
        f"{number(judge.median(widths))} of today's value",
        f"log10(actual/predicted): median {number(judge.median(logs))}, SD {number(judge.deviation(logs))}; saved time, "
        f"actual less predicted: median {number(judge.median(points), 1)} points",
        f"artifacts: {totals.applied} applied and {totals.undone} undone of {totals.applicable}; the second A differs from "
        f"the first by more than a tenth in {sum(not trial.is_steady() for trial in totals.measured)} of "
        f"{len(totals.measured)}"]
    for outcome in outcomes:
        trial = outcome.trial
        if trial is not None and trial.is_measured() and trial.has_wrong_sign():
            lines.append(f"wrong sign: case {outcome.case}, variant {outcome.variant}: {trial.metric}: expected "
                         f"{number(trial.expected)}, actual {number(trial.actual)}, today {number(trial.now)} {trial.unit}")
    return lines + cost_lines(outcomes)


def cost_lines(outcomes):
    costs = [outcome.cost for outcome in outcomes if outcome.cost]
    if not costs:
        return []
    statements = [cost["statements"] for cost in costs]
    writes = [cost["writes"] for cost in costs if cost["writes"]]
    duty, connections = max(cost["duty"] for cost in costs), max(cost["connections"] for cost in costs)
    return [f"cost to the host, a run: {judge.median(statements):.0f} statements (at most {max(statements)}), "
            f"{judge.median([cost['ms'] for cost in costs]):.0f} ms of it, at most {connections} connections, at most "
            f"{100 * duty:.1f} % of the time; writes: {'none' if not writes else '; '.join(writes)}"]


def table(outcomes):
    return [HEAD] + [row_of(case, entries) for case, entries in by_case(outcomes).items()]


def text(title, outcomes):
    parts = [title, as_columns(table(outcomes)), *totals_lines(outcomes)]
    missed = judge.missed_targets(outcomes)
    return "\n".join(parts + ["targets: " + ("all reached" if not missed else "; ".join(missed))])


def markdown(title, outcomes):
    rows = table(outcomes)
    lines = [f"**{title}**", "", "| " + " | ".join(rows[0][:-1]) + " |", "|" + "---|" * (len(rows[0]) - 1)]
    lines += ["| " + " | ".join(row[:-1]) + " |" for row in rows[1:]]
    missed = judge.missed_targets(outcomes)
    lines += [""] + [f"- {line}" for line in totals_lines(outcomes)]
    return "\n".join(lines + ["- targets: " + ("all reached" if not missed else "; ".join(missed)), ""])


def line_of(outcome):
    """One instance while the run goes on."""
    head = f"{outcome.case:>4} {'healthy' if outcome.is_healthy else 'fault  '} {outcome.variant} {outcome.seconds:5.0f} s  "
    if outcome.problem:
        return head + "NOT RUN: " + outcome.problem
    parts = []
    if not outcome.is_healthy:
        verdict = outcome.verdict
        parts.append({0.0: "missed", 0.5: "half", 1.0: "found"}[verdict.score]
                     + (f": {verdict.finding['title']}" if verdict.finding else f" ({verdict.why})"))
    if outcome.trial is not None:
        trial = outcome.trial
        if trial.is_measured():
            parts.append(f"{trial.low:.3g}..{trial.expected:.3g}..{trial.high:.3g} -> {trial.actual:.3g} {trial.unit}"
                         + ("" if trial.is_covered() else " OUTSIDE"))
        if trial.problem:
            parts.append("artifact: " + trial.problem)
    parts += [f"ALARM {alarm['detector']}: {alarm['title']}" for alarm in outcome.verdict.alarms]
    return head + ("; ".join(parts) or "silent")


def as_json(runs):
    def entry(outcome):
        trial = outcome.trial
        return {"case": outcome.case, "healthy": outcome.is_healthy, "variant": outcome.variant,
                "seconds": outcome.seconds, "problem": outcome.problem, "score": outcome.verdict.score,
                "why": outcome.verdict.why, "finding": outcome.verdict.finding,
                "alarms": [{"detector": alarm["detector"], "title": alarm["title"]} for alarm in outcome.verdict.alarms],
                "trial": vars(trial) if trial else None, "cost": outcome.cost}
    return json.dumps({title: {"missed": judge.missed_targets(outcomes), "instances": [entry(o) for o in outcomes]}
                       for title, outcomes in runs.items()}, indent=1)
