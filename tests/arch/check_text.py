#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must not stand in the project's files, and what must: texts that could be taken for markup, colours outside
ui/style, unfinished work, paths of one machine, licence lines, run bits, vague names."""

import os
import re
import sys

import source_tree

# Text from outside reaches the window only through the wrappers in ui/widgets, which show it as it is: Qt guesses
# whether a text is markup, and nested tables of 240 characters freeze a label for seconds.
MARKUP = (
    (re.compile(r"\bnew QLabel\b|\bQLabel [a-z]\w*[;({]|public QLabel\b"), "use widgets::PlainLabel"),
    (re.compile(r"\bQMessageBox\b|\bQErrorMessage\b"), "use widgets::Banner"),
    (re.compile(r"\bsetToolTip\s*\(|\bQToolTip\s*::\s*showText\b"), "use widgets::setPlainToolTip or showPlainToolTip"),
    (re.compile(r"\bsetWhatsThis\s*\("), "it guesses whether the text is markup"),
    (re.compile(r"\bsetHtml\s*\(|\binsertHtml\s*\(|\bfromHtml\s*\(|\bQt::RichText\b|\bQt::AutoText\b|\bQTextBrowser\b"),
     "markup is not shown"),
)
# In models a tooltip role hands text straight to Qt's own tooltip.
TOOLTIP_ROLE = (re.compile(r"\bcase Qt::ToolTipRole\b|== Qt::ToolTipRole\b"), "Qt guesses whether it is markup")

COLOUR = re.compile(
    r"""\bQColor\s*[({]\s*(?:0x|\d|")          # numbers or a name
      | \bQColor\s+\w+\s*[({]\s*(?:0x|\d|")
      | \bqRgba?\s*\(
      | "\#(?:[0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})\b
      | \bQt::(?:dark|light)?(?:red|green|blue|cyan|magenta|yellow|gray|black|white|Red|Green|Blue|Cyan|Magenta|Yellow|Gray)\b
    """,
    re.VERBOSE,
)
# Written in two parts, so that this file does not hold them itself.
UNFINISHED = re.compile(
    r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b|\b(?i:st" r"ub(?:s|bed)?|coming so" r"on|not implemented y" r"et|lorem ip" r"sum)\b")
MACHINE_PATH = re.compile(r"(?<![\w./}-])/(?:wo" r"rk|ro" r"ot|ho" r"me)/\w")
# The fuzz targets are built with clang 14, which cannot instantiate views of libstdc++ 12.
NOT_WITH_CLANG = re.compile(r"\bstd::(?:ranges::(?:unique|remove(?:_if)?|(?:stable_)?partition|rotate|search|equal_range|"
                            r"find_end|subrange)|views::\w+)\b")
VAGUE_NAME = re.compile(r"\b(?:class|struct|enum class|namespace)\s+(?!Q[A-Z])(\w*(?:Manager|Helper|Util|Utils))\b(?!\w)")

TEXT_SUFFIXES = (".cpp", ".h", ".py", ".sh", ".md", ".txt", ".cmake", ".json", ".svg", ".qrc", ".xml", ".desktop", ".1",
                 ".sql", ".yml", ".yaml", ".in")
LICENSED_SUFFIXES = (".cpp", ".h", ".py", ".sh", ".cmake", ".svg", ".qrc", ".xml", ".desktop", ".1", ".sql")
TOP_FILES = ("CMakeLists.txt", "CMakePresets.json", "README.md", "CONTRIBUTING.md", ".clang-format", ".clang-tidy",
             ".gitignore")


def is_text(name):
    return name.endswith(TEXT_SUFFIXES) or "." not in os.path.basename(name) or name in TOP_FILES


def needs_licence(name):
    return name.endswith(LICENSED_SUFFIXES) or os.path.basename(name) == "CMakeLists.txt" or name == ".ci/run"


def find(problems, name, text, pattern, why):
    for match in pattern.finditer(text):
        what = match[0].strip()
        problems.append(f"{name}:{source_tree.line_of(text, match.start())}: {what}: {why}")


def check_code(name, text, problems):
    code = source_tree.without_comments(text)
    if name.startswith(("ui/", "app/")) and not name.startswith("ui/widgets/"):
        for pattern, why in MARKUP:
            find(problems, name, code, pattern, why)
    if name.startswith("models/items/"):
        find(problems, name, code, *TOOLTIP_ROLE)
    if name.startswith(source_tree.PRODUCT_FOLDERS) and not name.startswith("ui/style/"):
        find(problems, name, code, COLOUR, "colours stand in ui/style only")
    if name.startswith(source_tree.PRODUCT_FOLDERS):
        find(problems, name, code, VAGUE_NAME, "say what it does")
    if name.startswith(("models/", "app/")):
        find(problems, name, code, NOT_WITH_CLANG, "clang 14 cannot compile it with this library: take the algorithm of std")


def check_run_bit(path, name, text, problems):
    can_run = os.access(path, os.X_OK)
    is_script = text.startswith("#!")
    if is_script and not can_run:
        problems.append(f"{name}: has no run bit")
    if can_run and not is_script:
        problems.append(f"{name}: has a run bit but does not begin with #!")


def check_file(path, name):
    problems = []
    text = source_tree.read(path)
    find(problems, name, text, UNFINISHED, "finish it or leave it out")
    find(problems, name, text, MACHINE_PATH, "a path of one machine")
    if needs_licence(name) and "SPDX-License-Identifier:" not in "\n".join(text.splitlines()[:3]):
        problems.append(f"{name}: the first lines hold no SPDX licence line")
    if name.endswith(source_tree.CODE_SUFFIXES):
        if not text.startswith("// SPDX-License-Identifier: GPL-3.0-or-later\n"):
            problems.append(f"{name}: the first line is not the SPDX licence line")
        check_code(name, text, problems)
    check_run_bit(path, name, text, problems)
    return problems


def check(root):
    problems = []
    named = [(root / name, name) for name in TOP_FILES if (root / name).is_file()]
    for path, name in named + source_tree.files(root):
        if is_text(name):
            problems += check_file(path, name)
    return problems


if __name__ == "__main__":
    sys.exit(source_tree.run(check))
