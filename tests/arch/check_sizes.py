#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of the product have at most 400 lines, functions at most 40 between their braces.

Functions are found by matching braces in code without comments and strings. A lambda or a local class counts for the
function it stands in; a lambda that a variable outside functions is set to counts as a function.
"""

import re
import sys
from dataclasses import dataclass

import source_tree

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40

_PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", re.MULTILINE)
_TYPE = re.compile(r"^(?:export\s+|typedef\s+|static\s+|inline\s+|constexpr\s+|const\s+)*(?:class|struct|union|enum)\b")
_CONTAINER = re.compile(r"^(?:inline\s+)?namespace\b|^extern\s*\"\s*\"$")
_LIST_MACRO = re.compile(r"^(?:[A-Z][A-Z0-9_]+\([^()]*\)\s+)+(?=(?:inline\s+)?namespace\b|class\b|struct\b|enum\b|template\b)")
_BEFORE_BODY = re.compile(r"(?:\)|\]|\}|\b(?:const|noexcept|override|final|mutable|try|else|do)|&)$")
_LAMBDA = re.compile(r"\[[^\[\]]*\]\s*(?:<[^{}]*>\s*)?(?:\(.*\))?[^()]*$", re.DOTALL)


@dataclass
class Function:
    name: str
    line: int
    lines: int


def _strip_templates(header):
    """The header without `template <...>` and attributes in front."""
    header = header.strip()
    while True:
        shorter = re.sub(r"^\[\[[^\]]*\]\]\s*", "", header)
        if shorter.startswith("template"):
            depth = 0
            for position, char in enumerate(shorter):
                depth += (char == "<") - (char == ">")
                if char == ">" and depth == 0:
                    shorter = shorter[position + 1:].strip()
                    break
            else:
                return shorter
        if shorter == header:
            return header
        header = shorter


def _without_parentheses(text):
    """The text with what stands in round brackets left out; "()" stays."""
    kept, depth = [], 0
    for char in text:
        if char == "(":
            depth += 1
            if depth == 1:
                kept.append(char)
        elif char == ")":
            depth -= 1
            if depth == 0:
                kept.append(char)
        elif depth == 0:
            kept.append(char)
    return "".join(kept)


def _kind_of_brace(header):
    """What a brace behind this text opens, outside functions: container, function or value."""
    header = _strip_templates(_LIST_MACRO.sub("", header.strip()))
    if not header or _CONTAINER.search(header):
        return "container"
    flat = re.sub(r"\s+", " ", _without_parentheses(header)).strip()
    if _TYPE.search(flat) and "()" not in re.sub(r"\b(?:alignas|requires|decltype)\s*\(\)", "", flat):
        return "value" if re.search(r"(?<![=!<>])=(?!=)", flat) else "container"
    is_operator = re.search(r"\boperator\b", flat)
    if not is_operator and re.search(r"(?<![=!<>])=(?!=)", flat):
        return "function" if _LAMBDA.search(header.rsplit("=", 1)[-1]) else "value"
    if "()" not in flat:
        return "value"
    if "->" in flat.rsplit("()", 1)[-1]:
        return "function"
    in_initializers = re.search(r"\)\s*(?:noexcept\s*)?:(?!:)", flat)
    if in_initializers and not flat.endswith((")", "}", "try")):
        return "value"
    return "function" if _BEFORE_BODY.search(flat) else "value"


def _name_of(header):
    flat = re.sub(r"\s+", " ", _without_parentheses(_strip_templates(header))).strip()
    match = re.search(r"([~\w:]+|operator[^\w\s]+|operator ?\w+)\s*\(\)", flat)
    return match[1] if match else flat[:40]


def functions(text):
    """Every function of a file with the number of lines between its braces."""
    code = source_tree.code_only(text)
    code = _PREPROCESSOR.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), code)
    found, stack = [], []  # of the stack: kind, header, position of the brace
    header, parentheses = [], 0
    for position, char in enumerate(code):
        in_function = any(kind == "function" for kind, _, _ in stack)
        if char == "{":
            kind = "inner"
            if not in_function:
                kind = "value" if parentheses > 0 else _kind_of_brace("".join(header))
            stack.append((kind, "".join(header), position))
            if kind in ("container", "function"):
                header = []
        elif char == "}" and stack:
            kind, opened_by, start = stack.pop()
            if kind == "function":
                first, last = source_tree.line_of(code, start), source_tree.line_of(code, position)
                found.append(Function(_name_of(opened_by), first, max(0, last - first - 1)))
            if kind == "value":
                header = list(opened_by) + ["{", "}"]
            elif kind != "inner":
                header = []
        elif not in_function and not (stack and stack[-1][0] == "value"):
            parentheses = max(0, parentheses + (char == "(") - (char == ")"))
            if char == ";" and parentheses == 0:
                header = []
            elif char == ":" and re.fullmatch(r"\s*(?:public|protected|private|Q_SIGNALS|signals)(?:\s+(?:Q_SLOTS|slots))?\s*",
                                              "".join(header)):
                header = []
            else:
                header.append(char)
    return found


def check(root):
    problems = []
    for path, name in source_tree.files(root, source_tree.PRODUCT_FOLDERS, source_tree.CODE_SUFFIXES):
        text = source_tree.read(path)
        lines = len(text.splitlines())
        if lines > MAX_FILE_LINES:
            problems.append(f"{name}: {lines} lines, at most {MAX_FILE_LINES}")
        for function in functions(text):
            if function.lines > MAX_FUNCTION_LINES:
                problems.append(f"{name}:{function.line}: {function.name} has {function.lines} lines, "
                                f"at most {MAX_FUNCTION_LINES}")
    return problems


if __name__ == "__main__":
    sys.exit(source_tree.run(check))
