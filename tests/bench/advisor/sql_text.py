# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of SQL as is needed to see which index a CREATE INDEX builds."""

import re
from dataclasses import dataclass, field


@dataclass
class Index:
    table: str = ""
    keys: list = field(default_factory=list)  # columns and expressions, in order, without direction and quotes
    sql: str = ""


def closing(text, opening):
    """The place of the bracket that closes the one at `opening`; -1 where none does."""
    depth = 0
    for at in range(opening, len(text)):
        if text[at] == "(":
            depth += 1
        elif text[at] == ")":
            depth -= 1
            if depth == 0:
                return at
    return -1


def parts_of(text):
    """What commas outside of brackets separate."""
    parts, depth, begin = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append(text[begin:at])
            begin = at + 1
    return parts + [text[begin:]]


def key_of(part):
    """A key without direction, collation, operator class, casts to text, quotes and needless brackets."""
    text = part.strip().lower()
    text = re.sub(r"\s+nulls\s+(first|last)$", "", text)
    text = re.sub(r"\s+(asc|desc)$", "", text)
    text = re.sub(r"\s+\w+_(ops|pattern_ops)$", "", text)
    text = re.sub(r'\s+collate\s+\S+$', "", text)
    text = re.sub(r"::(text|character varying|varchar)", "", text)
    text = text.replace('"', "").strip()
    while text.startswith("(") and closing(text, 0) == len(text) - 1:
        text = text[1:-1].strip()
    return re.sub(r"\((\w+)\)$", r"(\1)", re.sub(r"\(\((\w+)\)\)", r"(\1)", text))


def index_of(sql):
    """The first index that the text builds; None where it builds none."""
    found = re.search(r"create\s+(unique\s+)?index\b[^;]*?\bon\s+(only\s+)?([\w.\"]+)\s*(using\s+\w+\s*)?\(", sql,
                      re.IGNORECASE)
    if found is None:
        return None
    opening = found.end() - 1
    end = closing(sql, opening)
    if end < 0:
        return None
    stop = sql.find(";", end)
    return Index(found.group(3).replace('"', "").split(".")[-1].lower(),
                 [key_of(part) for part in parts_of(sql[opening + 1:end])],
                 sql[found.start():stop if stop > 0 else len(sql)])
