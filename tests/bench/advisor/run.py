#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the advisor: plants twenty faults and twenty healthy look-alikes in real servers and traces, asks
`tailspan advise --json`, holds the answer against the truth, applies the artifacts and undoes them.

    python3 tests/bench/advisor/run.py --built build/ci [--variants 5] [--cases 1,2,19] [--held-out] [--seed N]

Exit code 0: every target is reached; 1: some are not, which are printed; 77: it cannot be run.
With --smoke the targets are those that two easy cases can show: all found, no false alarm."""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import cache_cases
import call_cases
import cases
import database_cases
import judge
import pool_cases
import report
import scaling_cases
import servers
import service_cases

ALL = {**database_cases.CASES, **call_cases.CASES, **cache_cases.CASES, **pool_cases.CASES, **scaling_cases.CASES,
       **service_cases.CASES}

CANNOT_RUN = 77  # ctest takes it for skipped


def arguments_of(texts):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--built", required=True, help="build folder with bin/tailspan, or the program itself")
    parser.add_argument("--variants", type=int, default=5, help="random variants of each case")
    parser.add_argument("--cases", default="", help="numbers separated by commas; 20 stands for 20a and 20b")
    parser.add_argument("--held-out", action="store_true", help="other variants than those that thresholds are chosen by")
    parser.add_argument("--no-extensions", action="store_true", help="only the databases, without any extension")
    parser.add_argument("--with-extensions-only", action="store_true", help="leave out the run without extensions")
    parser.add_argument("--no-trials", action="store_true", help="do not apply artifacts")
    parser.add_argument("--smoke", action="store_true", help="exit code 1 only when a fault is missed or a false alarm told")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--rows", type=int, default=400_000, help="the most rows of a table")
    parser.add_argument("--json", help="writes every instance")
    parser.add_argument("--markdown", help="writes the tables for the README")
    parser.add_argument("--keep", help="folder that keeps truth and answer of each instance")
    return parser.parse_args(texts)


def chosen_cases(text):
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    found = [case for case in ALL if not wanted or case in wanted or case.rstrip("ab") in wanted]
    unknown = [one for one in wanted if not any(one in (case, case.rstrip("ab")) for case in ALL)]
    if unknown:
        raise SystemExit(f"There is no case {', '.join(unknown)}; there are {', '.join(ALL)}.")
    return found


class Bench:
    def __init__(self, options):
        self.options = options
        self.seed = f"held-out {options.seed}" if options.held_out else options.seed
        self.folder = Path(options.keep or tempfile.mkdtemp(prefix="advisor-bench-"))
        self.postgres = None
        built = Path(options.built)
        self.tailspan = str((built / "bin" / "tailspan" if built.is_dir() else built).resolve())

    def run(self, chosen, has_extensions):
        outcomes = []
        for case in chosen:
            for variant in range(self.options.variants):
                for is_healthy in (False, True):
                    outcome = self.one(case, is_healthy, variant, has_extensions)
                    outcomes.append(outcome)
                    print(report.line_of(outcome), flush=True)
        return outcomes

    def one(self, case, is_healthy, variant, has_extensions):
        begun = time.monotonic()
        name = f"{case}-{'healthy' if is_healthy else 'fault'}-{variant}{'' if has_extensions else '-bare'}"
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        if case in database_cases.CASES and self.postgres is None:
            self.postgres = servers.Postgres()
        place = cases.Place(case, is_healthy, variant, self.seed, folder, self.tailspan, has_extensions,
                            self.options.rows, self.postgres)
        outcome = judge.Outcome(case, is_healthy, variant, judge.Verdict())
        planted = None
        try:
            planted = ALL[case](place)
            place.path("truth.json").write_text(report.json.dumps(planted.truth.as_json(), indent=1))
            self.ask(place, planted, outcome)
        except (RuntimeError, OSError, ValueError, KeyError) as error:
            outcome.problem = f"{type(error).__name__}: {error}"[:400]
        finally:
            if planted is not None and planted.close:
                planted.close()
            if not self.options.keep:
                shutil.rmtree(folder, ignore_errors=True)
        outcome.seconds = time.monotonic() - begun
        return outcome

    def ask(self, place, planted, outcome):
        try:
            if planted.begin_load:
                planted.begin_load()
            advice, _ = cases.advise(place, planted.arguments)
        finally:
            if planted.end_load:
                planted.end_load()
        outcome.verdict = judge.judge(planted.truth, advice)
        if planted.cost:
            outcome.cost = planted.cost()
        finding = outcome.verdict.finding
        if finding is None or planted.try_fix is None or self.options.no_trials:
            return
        outcome.trial = planted.try_fix(finding)
        if not outcome.trial.is_applied:  # the right diagnosis with a broken artifact is a miss
            outcome.verdict.score = 0.0
            outcome.verdict.why = "the artifact cannot be applied: " + outcome.trial.problem

    def stop(self):
        if self.postgres is not None:
            self.postgres.stop()
        if not self.options.keep:
            shutil.rmtree(self.folder, ignore_errors=True)


def knows_advise(program):
    done = servers.subprocess.run([program, "help", "advise"], capture_output=True, text=True,
                                  env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    return done.returncode == 0 and "advise" in done.stdout


def main(texts):
    options = arguments_of(texts)
    chosen = chosen_cases(options.cases)
    bench = Bench(options)
    if not os.access(bench.tailspan, os.X_OK) or not knows_advise(bench.tailspan):
        print(f"{bench.tailspan} is no tailspan that knows `advise`.", file=sys.stderr)
        return CANNOT_RUN
    runs = {}
    try:
        if not options.no_extensions:
            runs["Advisor"] = bench.run(chosen, True)
        databases = [case for case in chosen if case in database_cases.CASES]
        if databases and not options.with_extensions_only:
            print("without any extension:")
            runs["Databases without any extension"] = bench.run(databases, False)
    finally:
        bench.stop()
    for title, outcomes in runs.items():
        print("\n" + report.text(title, outcomes))
    if options.markdown:
        Path(options.markdown).write_text("\n".join(report.markdown(*entry) for entry in runs.items()))
    if options.json:
        Path(options.json).write_text(report.as_json(runs))
    # The targets are of the whole advisor; without extensions what is not seen is printed, not demanded.
    measured = runs.get("Advisor") or next(iter(runs.values()), [])
    if options.smoke:
        totals = judge.add_up(measured)
        return 0 if totals.faults + totals.healthy == len(measured) == totals.found + totals.healthy and \
            totals.alarms == 0 else 1
    return 1 if judge.missed_targets(measured) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
