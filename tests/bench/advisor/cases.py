# SPDX-License-Identifier: GPL-3.0-or-later
"""What a case is: it plants a fault or a healthy look-alike, says what is true, and tries the fix."""

import json
import os
import random
import re
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import judge
import yaml_text

NOUNS = ["ledger", "parcel", "voucher", "shipment", "ticket", "invoice", "session", "device", "course", "permit",
         "harvest", "claim", "survey", "vessel", "tariff", "payout", "grant", "roster", "sensor", "pledge"]
SERVICES = ["billing", "catalog", "courier", "identity", "lending", "notary", "planner", "quoting", "registry",
            "settling", "tracking", "vault"]


@dataclass
class Place:
    """Where an instance lives: its random numbers, its folder, the program under test, its limits."""
    case: str
    is_healthy: bool
    variant: int
    seed: str
    folder: Path
    tailspan: str
    has_extensions: bool = True
    most_rows: int = 400_000
    postgres: object = None  # started on demand by the runner

    def rng(self, part=""):
        return random.Random(f"{self.seed}/{self.case}/{self.is_healthy}/{self.variant}/{part}")

    def path(self, name):
        return self.folder / name


class Names:
    """Scrambled names, each once."""

    def __init__(self, rng):
        self.nouns, self.services = NOUNS[:], SERVICES[:]
        rng.shuffle(self.nouns)
        rng.shuffle(self.services)
        self.end = rng.choice(["", "", "_v2", "_core", "_2024"])

    def table(self):
        return self.nouns.pop() + "s" + self.end

    def noun(self):
        return self.nouns.pop()

    def service(self):
        return self.services.pop()


@dataclass
class Planted:
    """A planted instance: what to ask the advisor with, what is true, how a fix is tried."""
    truth: judge.Truth
    arguments: list = field(default_factory=list)
    try_fix: object = None  # finding -> Trial
    begin_load: object = None
    end_load: object = None
    close: object = None
    cost: object = None  # after the answer: {"statements", "ms", ...}


class AdviseFailed(RuntimeError):
    pass


def advise(place, arguments):
    """The advisor's answer, frozen: written to the instance's folder before anything is applied."""
    begun = time.monotonic()
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(place.folder)}
    done = subprocess.run([place.tailspan, "advise", "--json", *map(str, arguments)], capture_output=True, text=True,
                          env=environment, timeout=900)
    if done.returncode != 0:
        raise AdviseFailed(f"exit code {done.returncode}: {done.stderr.strip()[-400:]}")
    place.path("advice.json").write_text(done.stdout)
    place.path("advice.err").write_text(done.stderr)
    return json.loads(done.stdout), time.monotonic() - begun


def artifact_of(finding, *languages):
    return next((artifact for artifact in finding["artifacts"] if artifact["language"] in languages), None)


def numbers_of(text):
    """Numbers of a text, thousands separated by commas or thin spaces joined."""
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d)[,\u202f](?=\d{3})", "", text))]


def checked_code(trial, finding, *languages):
    """Code is applied by the generator; what is checked here is that there is some, and that its brackets close."""
    artifact = artifact_of(finding, *languages)
    if artifact is None or not artifact["text"].strip():
        trial.problem = "there is no artifact to apply"
        return None
    added = "\n".join(line for line in artifact["text"].splitlines() if not line.startswith("-"))
    bare = re.sub(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|//[^\n]*|--[^\n]*|#[^\n]*", "", added)
    for pair in ("()", "[]", "{}"):
        if bare.count(pair[0]) != bare.count(pair[1]):
            trial.problem = f"brackets {pair} of the artifact do not close"
            return None
    trial.is_applied = trial.is_undone = True
    return artifact


def apply_hpa_patch(trial, finding, documents):
    """The patch of an autoscaler on the manifests it was made from; the patched autoscaler, or None."""
    artifact = artifact_of(finding, "yaml")
    if artifact is None:
        trial.problem = "there is no patch"
        return None
    try:
        patch, undo = yaml_text.read(artifact["text"]), yaml_text.read(artifact["undo"] or "")
    except ValueError as error:
        trial.problem = f"the patch cannot be read: {error}"
        return None
    name = ((patch or {}).get("metadata") or {}).get("name")
    target = next((document for document in documents if document.get("kind") == "HorizontalPodAutoscaler"
                   and document["metadata"]["name"] == name), None)
    problems = yaml_text.hpa_problems(patch)
    if target is None or problems:
        trial.problem = "; ".join(problems) or f"no autoscaler is named {name}"
        return None
    patched = yaml_text.merged(target, patch)
    problems = yaml_text.hpa_problems(patched)
    if problems or patched == target:
        trial.problem = "; ".join(problems) or "the patch changes nothing"
        return None
    trial.is_applied = True
    restored = yaml_text.merged(patched, undo or {})
    trial.is_undone = without_defaults(restored) == without_defaults(target)
    if not trial.is_undone:
        trial.problem = "the undo does not give the manifest back"
    return patched


def without_defaults(document):
    """The manifest without a behavior that spells out the controller's defaults: it means the same."""
    default = {"scaleUp": {"stabilizationWindowSeconds": 0, "selectPolicy": "Max",
                           "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15},
                                        {"type": "Pods", "value": 4, "periodSeconds": 15}]},
               "scaleDown": {"stabilizationWindowSeconds": 300, "selectPolicy": "Max",
                             "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}]}}
    spec = {key: value for key, value in document["spec"].items() if not (key == "behavior" and value == default)}
    return {**document, "spec": spec}
