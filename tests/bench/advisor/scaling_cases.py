# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases 18 and 19: an autoscaler at its maximum, and latency that more pods would not mend. The autoscaler is simulated
over days of load; the fix is the same load under the patched autoscaler."""

import random

import cases
import judge
import yaml_text
from cases import Names
from judge import Expected, Truth
from metrics import Autoscaler, Filled, History, day, noisy, seeded, times
from spans import spread

STEP_S = 30


class Service:
    """A service on pods: use of CPU follows requests, latency follows use."""

    def __init__(self, rng, name):
        self.name = name
        self.request, self.target = rng.choice([0.25, 0.4, 0.5]), rng.choice([0.6, 0.65, 0.7])
        self.least, self.most = rng.randint(2, 3), rng.randint(6, 10)
        self.cost = rng.uniform(0.004, 0.01)  # cores a request a second
        self.calm = rng.uniform(0.04, 0.12)  # seconds
        self.knee = rng.uniform(1.1, 1.25)  # times the target: from there on users wait
        self.ready_s = 20 + spread(rng, 15, 1.8)  # the probe's delay, and what starting takes besides

    def manifests(self):
        return (f"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: {self.name}, "
                f"namespace: shop}}\nspec:\n  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {self.name}}}\n"
                f"  minReplicas: {self.least}\n  maxReplicas: {self.most}\n  metrics:\n    - type: Resource\n      resource:\n"
                f"        name: cpu\n        target: {{type: Utilization, averageUtilization: {round(self.target * 100)}}}\n"
                f"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {self.name}, namespace: shop}}\nspec:\n"
                "  template:\n    spec:\n      containers:\n        - name: app\n          resources: {requests: {cpu: "
                f"{round(self.request * 1000)}m, memory: 256Mi}}}}\n          readinessProbe: {{initialDelaySeconds: 20}}\n")

    def full(self, pods):
        """Requests a second at which that many pods are at their target."""
        return pods * self.request * self.target / self.cost

    def p95(self, use):
        return self.calm * (1 + (use / (self.target * self.knee)) ** 9)


def run(service, rates, latency, most=None, least=None, pods_of=None):
    """(pods, cores, p95) of each step under the controller, or with `pods_of` the step's number."""
    scaler = Autoscaler(least or service.least, most or service.most, service.target, service.request,
                        service.ready_s)
    pods, found = scaler.ready, []
    for number, (time_s, rate) in enumerate(rates):
        cores = min(rate * service.cost, pods * 4 * service.request)
        found.append((pods, cores, latency(number, cores / (pods * service.request))))
        for half in (0, 15):  # the controller looks every 15 s
            pods = scaler.step(time_s + half, cores)
        if pods_of is not None:
            pods = pods_of(number, pods)
    return found


def written(place, service, rates, states, locks=None):
    history, rng = History(), seeded(place, "noise")
    count, used = 0.0, {}
    label = f'namespace="shop",deployment="{service.name}"'
    hpa = f'namespace="shop",horizontalpodautoscaler="{service.name}"'
    names = [f"{service.name}-7d9f8c6b5d-{''.join(rng.choices('bcdfghjklmnpqrstvwxz2456789', k=5))}" for _ in range(60)]
    for (time_s, rate), (pods, cores, p95), number in zip(rates, states, range(len(rates))):
        count += rate * STEP_S
        history.gauge("kube_deployment_status_replicas_ready", label, time_s, pods)
        history.gauge("kube_horizontalpodautoscaler_spec_max_replicas", hpa, time_s, service.most)
        history.gauge("kube_horizontalpodautoscaler_spec_min_replicas", hpa, time_s, service.least)
        history.gauge("kube_horizontalpodautoscaler_spec_target_metric",
                      hpa + ',metric_name="cpu",metric_target_type="utilization"', time_s, 100 * service.target)
        history.counter("http_requests", f'service="{service.name}",status="200"', time_s, count)
        history.quantile("http_request_duration_seconds", f'service="{service.name}"', time_s, noisy(rng, p95, 0.04))
        for pod in range(pods):
            labels = f'namespace="shop",pod="{names[pod]}",container="app"'
            used[pod] = used.get(pod, 0.0) + noisy(rng, cores / pods, 0.03) * STEP_S
            history.counter("container_cpu_usage_seconds", labels, time_s, used[pod])
            history.gauge("kube_pod_container_resource_requests", labels + ',resource="cpu"', time_s, service.request)
        server = 'instance="10.1.0.9:9187"'
        waiting = locks[number] if locks else 0
        history.gauge("pg_settings_max_connections", server, time_s, 200)
        history.gauge("pg_stat_activity_count", server + ',state="active"', time_s, waiting + rng.randint(1, 3))
        history.gauge("pg_stat_activity_count", server + ',state="active",wait_event_type="Lock"', time_s, waiting)
        history.gauge("pg_stat_activity_count", server + ',state="idle"', time_s, 20)
    return history


def busy_minutes(service, states):
    """Minutes a day in which users wait twice as long as in calm times."""
    slow = sum(1 for _, _, p95 in states if p95 > max(2 * service.calm, service.calm + 0.02))
    return slow * STEP_S / 60 / (len(states) * STEP_S / 86400)


def planted(place, service, rates, states, truth, locks=None):
    history = written(place, service, rates, states, locks)
    path = place.path("manifests.yaml")
    path.write_text(service.manifests())
    filled = Filled(history, [time_s for time_s, _ in rates])
    return cases.Planted(truth, [path, *filled.arguments], close=filled.close)


def load_test(place, service, rates):
    """A run of JMeter that went well, at twice the highest load, in the first calm minutes of the history."""
    rng, begin_ms = seeded(place, "load test"), int(rates[0][0]) * 1000
    rate = 2 * max(rate for _, rate in rates)
    lines = ["timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,bytes,grpThreads,"
             "allThreads,Latency"]
    for number in range(int(60 * rate)):
        elapsed = max(1, round(1000 * service.calm * 0.6 * 1.35 ** rng.gauss(0, 1)))
        lines.append(f"{begin_ms + int(1000 * number / rate)},{elapsed},GET /{service.name},200,OK,users 1-{number % 40},"
                     f"text,true,512,40,40,{elapsed}")
    path = place.path("load-test.jtl")
    path.write_text("\n".join(lines) + "\n")
    return path


def at_maximum(place):
    """Healthy: at the maximum for three minutes of a rollout, or a batch that runs hot while nobody waits."""
    rng = place.rng()
    service = Service(rng, Names(rng).service())
    source = seeded(place, "load")
    steps = times(28, STEP_S)
    low, high = service.full(service.least * 0.8), service.full(service.most * 0.75)
    begin = rng.randint(len(steps) // 2, len(steps) - 400)
    length = rng.randint(40, 70) * 60 // STEP_S
    peak = service.full(service.most) * rng.uniform(1.25, 1.35)
    is_batch = place.is_healthy and place.variant % 2 == 1
    has_peak = not place.is_healthy or is_batch
    rates = []
    for number, time_s in enumerate(steps):
        rate = day(time_s, low, high)
        if has_peak and begin <= number < begin + length:
            rate = peak
        rates.append((time_s, noisy(source, rate)))

    def latency(number, use):
        if is_batch and begin <= number < begin + length:
            return service.calm * 1.1  # work off line takes the cores; requests are served first
        return service.p95(use)

    def pods_of(number, pods):
        return service.most if begin <= number < begin + 3 * 60 // STEP_S else pods

    is_rollout = place.is_healthy and not is_batch
    states = run(service, rates, latency, pods_of=pods_of if is_rollout else None)
    what = "at its maximum for 40 minutes and more, users wait" if not place.is_healthy else \
        "a batch runs hot at the maximum and nobody waits" if is_batch else "at its maximum in a rollout of 3 minutes"
    truth = Truth(place.case, place.is_healthy, f"{service.name}: {what}")
    if not place.is_healthy:
        truth.accept = [Expected(("scale.hpa-pinned",), service.name)]
    result = planted(place, service, rates, states, truth)

    def try_fix(finding):
        trial = judge.trial_of(finding)
        documents = yaml_text.read_all(service.manifests())
        patched = cases.apply_hpa_patch(trial, finding, documents)
        if patched is not None and trial.unit == "min/day":
            after = run(service, rates, latency, most=patched["spec"]["maxReplicas"],
                        least=patched["spec"]["minReplicas"])
            trial.actual = busy_minutes(service, after)
            trial.how = f"{busy_minutes(service, states):.0f} min a day became {trial.actual:.1f} with " \
                        f"{patched['spec']['maxReplicas']} pods"
        return trial

    result.try_fix = try_fix
    return result


def waits_for_locks(place):
    """Healthy: latency and CPU follow the day, and the autoscaler follows them."""
    rng = place.rng()
    service = Service(rng, Names(rng).service())
    source = seeded(place, "load")
    steps = times(26, STEP_S)
    service.most = 12
    low, high = service.full(service.least * 0.9), service.full(service.most * 0.7)
    if not place.is_healthy:
        low, high = service.full(0.3 * service.least), service.full(0.45 * service.least)
    rates = [(time_s, noisy(source, day(time_s, low, high))) for time_s in steps]
    locks = [0] * len(steps)
    if not place.is_healthy:
        for _ in range(rng.randint(3, 6)):
            begin = rng.randint(0, len(steps) - 200)
            most = rng.randint(8, 25)
            for number in range(begin, begin + rng.randint(30, 90)):
                locks[number] = max(locks[number], most + random.Random(number).randint(-3, 3))
    own = rng.uniform(0.03, 0.08)

    def latency(number, use):
        return service.p95(use) + own * locks[number]

    states = run(service, rates, latency)
    truth = Truth(place.case, place.is_healthy, f"{service.name} waits for locks of the database at 20 % CPU"
                  if not place.is_healthy else f"latency and CPU of {service.name} follow the day, nobody waits")
    result = planted(place, service, rates, states, truth, locks)
    result.arguments.insert(0, load_test(place, service, rates))
    if place.is_healthy:
        return result
    truth.accept = [Expected(("scale.wont-help",), service.name)]

    def try_fix(finding):
        """There is nothing to apply but a query to look with; the claim is that twice the pods change nothing."""
        trial = judge.trial_of(finding)
        artifact = cases.artifact_of(finding, "sql")
        trial.is_applied = trial.is_undone = artifact is not None and artifact["text"].upper().startswith("SELECT")
        slow = [number for number, (_, _, p95) in enumerate(states) if p95 > max(2 * service.calm, service.calm + 0.02)]
        if trial.expected is not None and trial.unit == "ms" and slow:
            after = [latency(number, states[number][1] / (2 * states[number][0] * service.request)) for number in slow]
            trial.actual = 1000 * judge.median(after)
            trial.how = f"median p95 of {len(slow)} slow steps with twice the pods"
        return trial

    result.try_fix = try_fix
    return result


CASES = {"18": at_maximum, "19": waits_for_locks}
