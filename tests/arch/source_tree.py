# SPDX-License-Identifier: GPL-3.0-or-later
"""The project's own files, for the checks in this folder."""

import re
import sys
from pathlib import Path

FOLDERS = ("models", "app", "ui", "resources", "tests", "packaging", ".ci")
PRODUCT_FOLDERS = ("models", "app", "ui")
# Stored inputs and expected outputs are data: they say what other programs wrote.
DATA_FOLDERS = ("resources/samples/", "tests/data/", "tests/golden/data/", "tests/contract/data/",
                "tests/fuzz/corpus/")
CODE_SUFFIXES = (".cpp", ".h")

_CODE_TOKEN = re.compile(
    r"""//[^\n]*(?:\\\n[^\n]*)*          # line comment
      | /\*.*?\*/                        # block comment
      | (?:u8|u|U|L)?R"(?P<mark>[^()\\\s]*)\(.*?\)(?P=mark)"  # raw string
      | "(?:\\.|[^"\\\n])*"              # string
      | (?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])*'  # character, not the separator of 1'000
    """,
    re.VERBOSE | re.DOTALL,
)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """The code with comments replaced by spaces; lines keep their numbers."""
    return _CODE_TOKEN.sub(lambda m: _blank(m[0]) if m[0].startswith(("//", "/*")) else m[0], text)


def code_only(text):
    """As without_comments, and the content of strings and characters is gone too; the quotes stay."""

    def replace(match):
        token = match[0]
        if token.startswith(("//", "/*")):
            return _blank(token)
        quote = token[-1]
        return quote + _blank(token[1:-1]) + quote

    return _CODE_TOKEN.sub(replace, text)


def read(path):
    return path.read_text(encoding="utf-8", errors="replace")


def files(root, folders=FOLDERS, suffixes=None):
    """(path, path from the root) of the files in those folders, sorted, without data and leftovers."""
    found = []
    for folder in folders:
        for path in (root / folder).rglob("*"):
            name = path.relative_to(root).as_posix()
            if not path.is_file() or "__pycache__" in name or name.endswith(".actual"):
                continue
            if name.startswith(DATA_FOLDERS) or (suffixes and path.suffix not in suffixes):
                continue
            found.append((path, name))
    return sorted(found, key=lambda entry: entry[1])


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def run(check):
    """Runs check(root) -> list of problems on the folder given on the command line; 1 when there are any."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    problems = check(root)
    for problem in problems:
        print(problem)
    if problems:
        print(f"{len(problems)} problem{'s' if len(problems) != 1 else ''}")
    return 1 if problems else 0
