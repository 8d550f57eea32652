#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fuzz target keeps inputs in tests/fuzz/corpus/<name>: one target for each tests/fuzz/fuzz_<name>.cpp, and one
for each reader of app/reports/report_list.h. A folder that belongs to no target fails too. Inputs are small.
"""

import re
import sys

import source_tree

LIST = "app/reports/report_list.h"
FUZZ = "tests/fuzz"
MOST_BYTES = 64 * 1024


def targets(root):
    """What each folder of kept inputs is for."""
    names = {path.stem.removeprefix("fuzz_"): f"{FUZZ}/{path.name}" for path in (root / FUZZ).glob("fuzz_*.cpp")}
    for reader in re.findall(r"^ +X\((\w+)\)", source_tree.read(root / LIST), re.MULTILINE):
        snake = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", reader).lower()
        names[f"report_{snake}"] = f"{LIST}: {reader}"
    return names


def check(root):
    known = targets(root) if (root / LIST).exists() else {}
    kept = {path.name: list(path.iterdir()) for path in (root / FUZZ / "corpus").glob("*")}
    problems = [f"{where}: {FUZZ}/corpus/{name} keeps no input"
                for name, where in sorted(known.items()) if not kept.get(name)]
    problems += [f"{FUZZ}/corpus/{name}: no target has that name" for name in sorted(kept) if name not in known]
    problems += [f"{FUZZ}/corpus/{name}/{path.name}: larger than {MOST_BYTES} bytes"
                 for name, paths in sorted(kept.items()) for path in sorted(paths) if path.stat().st_size > MOST_BYTES]
    return problems


if __name__ == "__main__":
    sys.exit(source_tree.run(check))
