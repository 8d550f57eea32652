#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Code is laid out as .clang-format says: run `clang-format -i FILE...` on what this names."""

import subprocess
import sys

import source_tree

FILES_A_CALL = 50


def check(root):
    names = [name for _, name in source_tree.files(root, suffixes=(".h", ".cpp"))]
    wrong = []
    for begin in range(0, len(names), FILES_A_CALL):
        call = subprocess.run(["clang-format", "--dry-run", "-Werror", *names[begin:begin + FILES_A_CALL]],
                              cwd=root, capture_output=True, text=True)
        wrong += {line.split(":")[0] for line in call.stderr.splitlines() if "error:" in line}
        if call.returncode != 0 and not wrong:
            wrong.append(call.stderr.strip())
    return [f"{name}: not as .clang-format says; `clang-format -i {name}` lays it out" for name in sorted(wrong)]


if __name__ == "__main__":
    sys.exit(source_tree.run(check))
