# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of YAML that manifests and patches are written in: block maps and lists, flow maps and lists, plain and
quoted scalars, comments, several documents. Anything else is a ValueError: a patch that needs more is not accepted."""

import copy
import json
import re


def scalar(text):
    text = text.strip()
    if text.startswith('"'):
        return json.loads(text)
    if text.startswith("'") and text.endswith("'"):
        return text[1:-1].replace("''", "'")
    if text in ("", "null", "~"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    if text[0] in "&*!|>%@`":
        raise ValueError(f"not of the YAML that is read here: {text}")
    return text


def without_comment(line):
    quote = ""
    for at, letter in enumerate(line):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == "#" and (at == 0 or line[at - 1] in " \t"):
            return line[:at].rstrip()
    return line.rstrip()


def flow(text):
    """A flow map or list, or a scalar."""
    text = text.strip()
    if text[:1] not in ("{", "["):
        return scalar(text)
    if text[-1] != {"{": "}", "[": "]"}[text[0]]:
        raise ValueError(f"brackets do not match: {text}")
    parts, depth, begin, quote = [], 0, 0, ""
    inner = text[1:-1]
    for at, letter in enumerate(inner):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == "," and depth == 0:
            parts.append(inner[begin:at])
            begin = at + 1
        else:
            depth += (letter in "{[") - (letter in "}]")
    parts = [part for part in parts + [inner[begin:]] if part.strip()]
    if text[0] == "[":
        return [flow(part) for part in parts]
    entries = {}
    for part in parts:
        key, _, value = part.partition(":")
        entries[scalar(key)] = flow(value) if value.strip() else None
    return entries


def key_and_rest(text):
    found = re.match(r"(\"[^\"]*\"|'[^']*'|[^:{}\[\]]+):(\s+(.*)|)$", text)
    return (scalar(found.group(1)), found.group(3) or "") if found else None


class Lines:
    def __init__(self, text):
        self.lines = []
        for line in text.splitlines():
            bare = without_comment(line)
            if bare.strip():
                self.lines.append((len(bare) - len(bare.lstrip(" ")), bare.strip()))
        self.at = 0

    def indent(self):
        return self.lines[self.at][0] if self.at < len(self.lines) else -1

    def block(self, indent):
        if self.lines[self.at][1].startswith("- ") or self.lines[self.at][1] == "-":
            return self.sequence(indent)
        if key_and_rest(self.lines[self.at][1]) is None:
            self.at += 1
            return flow(self.lines[self.at - 1][1])
        return self.mapping(indent)

    def sequence(self, indent):
        items = []
        while self.indent() == indent and (self.lines[self.at][1] + " ").startswith("- "):
            rest = self.lines[self.at][1][1:].strip()
            if not rest:
                self.at += 1
                items.append(self.block(self.indent()) if self.indent() > indent else None)
                continue
            inner = indent + len(self.lines[self.at][1]) - len(rest)
            self.lines[self.at] = (inner, rest)
            items.append(self.block(inner))
        return items

    def mapping(self, indent):
        entries = {}
        while self.indent() == indent and not (self.lines[self.at][1] + " ").startswith("- "):
            found = key_and_rest(self.lines[self.at][1])
            if found is None:
                raise ValueError(f"no key: {self.lines[self.at][1]}")
            key, rest = found
            if key in entries:
                raise ValueError(f"twice: {key}")
            self.at += 1
            is_list = self.indent() == indent and (self.lines[self.at][1] + " ").startswith("- ")
            if rest:
                entries[key] = flow(rest)
            elif self.indent() > indent or is_list:
                entries[key] = self.block(self.indent())
            else:
                entries[key] = None
        return entries


def read(text):
    """One document."""
    lines = Lines(text)
    if not lines.lines:
        return None
    value = lines.block(lines.indent())
    if lines.at < len(lines.lines):
        raise ValueError(f"does not belong here: {lines.lines[lines.at][1]}")
    return value


def read_all(text):
    return [read(part) for part in re.split(r"(?m)^---\s*$", text) if part.strip()]


def merged(document, patch):
    """As `kubectl patch --type merge`: maps are joined, everything else is replaced."""
    if not isinstance(document, dict) or not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = copy.deepcopy(document)
    for key, value in patch.items():
        result[key] = merged(result.get(key), value)
    return result


def with_path(document, path, value):
    """The document with the value at a dotted path that it has; None where it has none."""
    result = copy.deepcopy(document)
    place = result
    keys = path.split(".")
    for key in keys[:-1]:
        place = place.get(key) if isinstance(place, dict) else None
    if not isinstance(place, dict) or keys[-1] not in place:
        return None
    place[keys[-1]] = value
    return result


def hpa_problems(document):
    """What the schema of autoscaling/v2 refuses, of what a patch may hold."""
    problems = []
    if document.get("apiVersion") != "autoscaling/v2" or document.get("kind") != "HorizontalPodAutoscaler":
        problems.append("is no autoscaler of autoscaling/v2")
    if not (document.get("metadata") or {}).get("name"):
        problems.append("has no name")
    spec = document.get("spec")
    if not isinstance(spec, dict):
        return problems + ["has no spec"]
    known = {"scaleTargetRef", "minReplicas", "maxReplicas", "metrics", "behavior"}
    problems += [f"unknown: spec.{key}" for key in spec if key not in known]
    least, most = spec.get("minReplicas", 1), spec.get("maxReplicas")
    for name, value in (("minReplicas", least), ("maxReplicas", most)):
        if value is not None and (not isinstance(value, int) or value < 1):
            problems.append(f"{name} is no number of pods: {value}")
    if isinstance(least, int) and isinstance(most, int) and most < least:
        problems.append("maxReplicas is below minReplicas")
    for direction, rules in (spec.get("behavior") or {}).items():
        if direction not in ("scaleUp", "scaleDown"):
            problems.append(f"unknown: behavior.{direction}")
        for policy in (rules or {}).get("policies") or []:
            if policy.get("type") not in ("Pods", "Percent") or not 1 <= policy.get("periodSeconds", 0) <= 1800:
                problems.append(f"no policy: {policy}")
        if not 0 <= (rules or {}).get("stabilizationWindowSeconds", 0) <= 3600:
            problems.append("stabilizationWindowSeconds is above an hour")
    for metric in spec.get("metrics") or []:
        if metric.get("type") not in ("Resource", "Pods", "Object", "External", "ContainerResource"):
            problems.append(f"no metric: {metric}")
    return problems
