#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a screen reader is told of a window: starts PROGRAM on FILE on a display of its own and prints the rows of the
widget NAME, one JSON object a line, through AT-SPI. Run inside dbus-run-session.

    read_rows.py PROGRAM FILE NAME ROWS
"""

import json
import os
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402  (the version has to be asked for first)

WAIT_SECONDS = 60


def start_display():
    read_end, write_end = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
                              pass_fds=[write_end], stderr=subprocess.DEVNULL)
    os.close(write_end)
    with os.fdopen(read_end) as numbers:
        return server, ":" + numbers.readline().strip()


def children(accessible):
    for index in range(accessible.get_child_count()):
        child = accessible.get_child_at_index(index)
        if child is not None:
            yield child


def find_widget(name):
    """Breadth first from the applications down; a tree of many rows is found before its rows are walked."""
    level = list(children(Atspi.get_desktop(0)))
    for _ in range(20):
        for accessible in level:
            if accessible.get_name() == name:
                return accessible
        level = [child for accessible in level for child in children(accessible)]
    return None


def wait_for(find):
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        try:
            found = find()
        except gi.repository.GLib.Error:  # a widget went while it was looked at
            found = None
        if found:
            return found
        time.sleep(0.2)
    return None


def has_rows(widget, rows):
    return widget if widget is not None and widget.get_child_count() >= rows else None


def print_rows(widget):
    for row in children(widget):
        states = row.get_state_set()
        print(json.dumps({
            "name": row.get_name(),
            "value": row.get_description(),
            "expanded": states.contains(Atspi.StateType.EXPANDED),
            "selected": states.contains(Atspi.StateType.SELECTED),
        }))


def main():
    program, file, name, rows = sys.argv[1:]
    server, display = start_display()
    environment = dict(os.environ, DISPLAY=display, QT_QPA_PLATFORM="xcb", QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1")
    window = subprocess.Popen([program, file], env=environment)
    try:
        widget = wait_for(lambda: has_rows(find_widget(name), int(rows)))
        if widget is None:
            sys.exit(f"no widget \"{name}\" with {rows} rows within {WAIT_SECONDS} s")
        print_rows(widget)
    finally:
        window.terminate()
        window.wait()
        server.terminate()
        server.wait()


main()
