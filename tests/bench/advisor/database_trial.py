# SPDX-License-Identifier: GPL-3.0-or-later
"""A planted database: its load through pgbench, the answer of the advisor meanwhile, and A-B-A with the artifact."""

import re
import signal
import subprocess
import time
from dataclasses import dataclass, field

import cases
import judge
import servers

ROUNDS = 3  # of each arm
ROUND_SECONDS = 3


@dataclass
class Plan:
    """What a case plants in a database."""
    setup: list  # SQL, a session each
    loads: list  # (pgbench script, weight)
    truth: judge.Truth
    rate: float = 14  # transactions a second of all clients together
    clients: int = 2
    trial_rate: float = None  # of the arms, where differences are too small for a few calls
    blockers: list = field(default_factory=list)  # scripts of sessions that get in the way, one client each
    once: str = ""  # run one time while the advisor watches
    keeps_statistics: bool = True  # the undo gives everything back, speed as well
    rewrite: object = None  # (finding, artifact) -> loads with the fix, where it is to the statement


class Database:
    """One instance: a database of its own on the shared server."""

    def __init__(self, place, plan):
        self.place, self.plan, self.server = place, plan, place.postgres
        self.name = f"case_{re.sub('[^a-z0-9]', '', place.case)}_{'h' if place.is_healthy else 'f'}_{place.variant}" \
                    f"{'' if place.has_extensions else '_bare'}"
        self.running, self.watch = [], None
        self.server.make(self.name, plan.setup, place.has_extensions)

    def planted(self):
        return cases.Planted(self.plan.truth, ["--source", self.server.url(self.name)], self.try_fix, self.begin_load,
                             self.end_load, self.close, self.cost)

    # ---- load ----

    def pgbench(self, scripts, seconds, rate, clients, seed):
        arguments = [servers.program("pgbench"), "-n", "-c", str(clients), "-T", str(seconds),
                     "--random-seed", str(seed), *self.server.arguments(self.name)[:-2], self.name]
        if rate:
            arguments[1:1] = ["--rate", str(rate)]
        for number, (script, weight) in enumerate(scripts):
            path = self.place.path(f"load-{seed}-{number}.sql")
            path.write_text(script)
            arguments[1:1] = ["-f", f"{path}@{weight}"]
        return arguments

    def start(self, arguments):
        self.running.append(subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                             preexec_fn=servers.end_with_parent))

    def begin_load(self):
        plan = self.plan
        self.server.run("SELECT pg_stat_statements_reset()", "postgres")  # what is counted begins with the load
        for number, script in enumerate(plan.blockers):
            self.start(self.pgbench([(script, 1)], 3600, 0, 1, 900 + number))
        self.start(self.pgbench(plan.loads, 3600, plan.rate, plan.clients, 1))
        time.sleep(5)
        ended = [process for process in self.running if process.poll() is not None]
        if ended:
            raise RuntimeError(f"the load ended: {ended[0].stderr.read()[-300:]}")
        if plan.once:
            self.start([servers.program("psql"), "-XqAt", *self.server.arguments(self.name), "-c", plan.once])
        self.asked_before = self.server.asked()
        self.counted_before = self.server.counters(self.name)
        self.begun = time.monotonic()
        self.watch = servers.ConnectionWatch(self.server)

    def end_load(self):
        self.seconds = time.monotonic() - self.begun
        self.most_connections = self.watch.most() if self.watch else 0
        self.watch = None
        self.counted_after = self.server.counters(self.name)
        asked = self.server.asked()
        self.asked = (asked[0] - self.asked_before[0], asked[1] - self.asked_before[1])
        self.stop_all()

    def stop_all(self):
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait()
            process.stderr.close()
        self.running = []

    def cost(self):
        """What the advisor cost this host. Writes: one more answer without any load, and nothing may have moved."""
        found = {"statements": self.asked[0], "ms": self.asked[1], "connections": self.most_connections,
                 "duty": self.asked[1] / 1000 / max(self.seconds, 0.1), "writes": ""}
        if self.place.variant == 0:
            catalog, before = self.server.dump(self.name), self.server.written(self.name)
            cases.advise(self.place, ["--source", self.server.url(self.name)])
            time.sleep(1.2)  # statistics of a session arrive up to a second later
            after = self.server.written(self.name)
            if before != after:
                found["writes"] = f"{before} became {after}"
            elif self.server.dump(self.name) != catalog:
                found["writes"] = "the catalog changed"
        return found

    def close(self):
        self.stop_all()
        if self.watch:
            self.watch.most()
        self.server.drop(self.name)

    # ---- A-B-A ----

    def means(self, scripts, seed):
        """Mean milliseconds by query id: medians over rounds."""
        rounds = []
        for number in range(ROUNDS):
            before = self.server.counters(self.name)
            arguments = self.pgbench(scripts, ROUND_SECONDS, self.plan.trial_rate or self.plan.rate, self.plan.clients,
                                     seed + number)
            done = subprocess.run(arguments, capture_output=True, text=True)
            if done.returncode != 0:
                raise RuntimeError(f"pgbench: {done.stderr.strip()[-300:]}")
            after = self.server.counters(self.name)
            rounds.append({query: (total - before.get(query, (0, 0.0))[1]) / (calls - before.get(query, (0, 0.0))[0])
                           for query, (calls, total) in after.items() if calls > before.get(query, (0, 0.0))[0]})
        queries = {query for one in rounds for query in one}
        return {query: judge.median([one[query] for one in rounds if query in one]) for query in queries}

    def ms_an_hour(self, query):
        before, after = self.counted_before.get(query, (0, 0.0)), self.counted_after.get(query, (0, 0.0))
        return (after[1] - before[1]) / self.seconds * 3600

    def try_fix(self, finding):
        trial = judge.trial_of(finding)
        artifact = cases.artifact_of(finding, "sql")
        if artifact is None:
            trial.problem = "there is no SQL to apply"
            return trial
        if self.plan.rewrite is not None:
            return self.try_statement(trial, finding, artifact)
        catalog = self.server.dump(self.name)
        first = self.means(self.plan.loads, 100)
        answer = self.server.run(artifact["text"], self.name, may_fail=True)
        trial.is_applied = not answer.startswith("ERROR")
        if not trial.is_applied:
            trial.problem = answer[:200]
            return trial
        if "indisvalid" in artifact["text"] and answer.splitlines()[-1:] != ["t"]:
            trial.is_applied, trial.problem = False, f"the index is not valid: {answer[:80]}"
        again = self.server.run(artifact["text"], self.name, may_fail=True)
        if again.startswith("ERROR"):
            trial.is_applied, trial.problem = False, f"applied twice it fails: {again[:160]}"
        second = self.means(self.plan.loads, 200)
        undone = self.server.run(artifact["undo"] or "", self.name, may_fail=True)
        trial.is_undone = not undone.startswith("ERROR") and self.server.dump(self.name) == catalog
        if not trial.is_undone:
            trial.problem = f"the undo does not give the catalog back {undone[:160]}"
        third = self.means(self.plan.loads, 300) if self.plan.keeps_statistics else first
        self.measure(trial, finding, first, second, third)
        return trial

    def measure(self, trial, finding, first, second, third):
        """The value of the estimate's own metric. The load while the advisor watched shares the machine with it, so the
        fix is measured as a ratio of both arms."""
        named = re.search(r"statement (-?\d+)", trial.metric)
        if trial.expected is None:
            return
        if named and named.group(1) in first and trial.now is not None:
            query = named.group(1)
            baseline = (first[query] + third.get(query, first[query])) / 2
            trial.drift = third.get(query, first[query]) / first[query] - 1
            if query in second:
                trial.actual = trial.now * second[query] / baseline
                trial.how = f"A {first[query]:.3f}, B {second[query]:.3f}, A {third.get(query, 0):.3f} ms"
        elif trial.unit == "ms/h":
            # A-B-A, as a share of the time while the advisor watched, so that a machine that gets slower meanwhile is no
            # effect; and statements over the table only: what others gain or lose can only be noise.
            saved, texts = 0.0, self.server.texts(self.name)
            for query, before in first.items():
                if finding["subject"]["object"].lower() in texts.get(query, "").lower():
                    baseline = (before + third.get(query, before)) / 2
                    share = 1 - second.get(query, baseline) / baseline
                    saved += share * self.ms_an_hour(query)
            trial.actual = saved
            trial.how = "time an hour of the load, times the difference of both arms"

    def try_statement(self, trial, finding, artifact):
        """The fix is to the statement: the load is rewritten, nothing in the database changes."""
        loads = self.plan.rewrite(finding, artifact)
        if loads is None:
            trial.problem = "the artifact does not say how to change the statement"
            return trial
        first = self.means(self.plan.loads, 100)
        known = set(self.server.counters(self.name))
        try:
            second = self.means(loads, 200)
        except RuntimeError as error:
            trial.problem = str(error)
            return trial
        trial.is_applied = trial.is_undone = True
        third = self.means(self.plan.loads, 300)
        named = re.search(r"statement (-?\d+)", trial.metric)
        fresh = [query for query in second if query not in known]
        if named and named.group(1) in first and trial.now is not None and len(fresh) == 1:
            query = named.group(1)
            baseline = (first[query] + third[query]) / 2
            trial.drift = third[query] / first[query] - 1
            trial.actual = trial.now * second[fresh[0]] / baseline
            trial.how = f"A {first[query]:.3f}, B {second[fresh[0]]:.3f}, A {third[query]:.3f} ms"
        return trial
