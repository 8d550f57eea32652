#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said about the program outside its code agrees with the code: version, commands, samples, presets; and the
files that other programs read are well formed."""

import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import source_tree

ID = "org.tailspan.Tailspan"


def run(problems, name, *command):
    if shutil.which(command[0]) is None:
        print(f"{command[0]} is not installed, {name} is not checked with it")
        return
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        problems.append(f"{name}: {(done.stdout + done.stderr).strip()}")


def check_well_formed(root, problems):
    for path, name in source_tree.files(root, ("packaging", "resources"), (".xml", ".svg", ".qrc")):
        try:
            ElementTree.parse(path)
        except ElementTree.ParseError as error:
            problems.append(f"{name}: {error}")
    scripts = source_tree.files(root, ("packaging",), (".sh",)) + [(root / ".ci/run", ".ci/run")]
    for path, name in scripts:
        run(problems, name, "bash", "-n", str(path))
    run(problems, f"packaging/{ID}.desktop", "desktop-file-validate", str(root / f"packaging/{ID}.desktop"))
    run(problems, f"packaging/{ID}.metainfo.xml", "appstreamcli", "validate", "--no-net",
        str(root / f"packaging/{ID}.metainfo.xml"))


def check_version(root, problems):
    version = re.search(r"project\(tailspan VERSION ([\d.]+)", source_tree.read(root / "CMakeLists.txt"))[1]
    newest = ElementTree.parse(root / f"packaging/{ID}.metainfo.xml").find("releases/release").get("version")
    if version != newest:
        problems.append(f"packaging/{ID}.metainfo.xml: newest release is {newest}, the project's version is {version}")


def check_commands(root, problems):
    commands = re.findall(r"\bX\((\w+)\)\s*(?:\\|$)", source_tree.read(root / "app/cli/command_list.h"), re.MULTILINE)
    manual = source_tree.read(root / "packaging/tailspan.1")
    readme = source_tree.read(root / "README.md")
    for command in map(str.lower, commands):
        if f".B tailspan {command}\n" not in manual:
            problems.append(f"packaging/tailspan.1: tailspan {command} is missing")
        if f"`tailspan {command}" not in readme:
            problems.append(f"README.md: tailspan {command} is missing")


def check_samples(root, problems):
    samples = json.loads(source_tree.read(root / "resources/samples/samples.json"))["samples"]
    resources = source_tree.read(root / "resources/tailspan.qrc")
    for sample in samples:
        if not (root / "resources/samples" / sample["file"]).is_file():
            problems.append(f"resources/samples/samples.json: {sample['file']} does not exist")
        if f"samples/{sample['file']}<" not in resources:
            problems.append(f"resources/tailspan.qrc: samples/{sample['file']} is missing")


def check_pictures(root, problems):
    for name in ("README.md", "CONTRIBUTING.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", source_tree.read(root / name)):
            if not (root / target).exists():
                problems.append(f"{name}: {target} does not exist")


def check_presets(root, problems):
    presets = json.loads(source_tree.read(root / "CMakePresets.json"))
    hidden = {preset["name"]: preset for preset in presets["testPresets"] if preset.get("hidden")}
    for preset in presets["testPresets"]:
        merged = {**hidden.get(preset.get("inherits", ""), {}), **preset}
        if merged.get("execution", {}).get("noTestsAction") != "error":
            problems.append(f"CMakePresets.json: test preset {preset['name']} passes when there are no tests")


def check(root):
    problems = []
    for part in (check_well_formed, check_version, check_commands, check_samples, check_pictures, check_presets):
        part(root, problems)
    return problems


if __name__ == "__main__":
    sys.exit(source_tree.run(check))
