#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may include whom. Linking alone does not enforce it: with Debian's include paths a folder that links only
QtCore still compiles <QtWidgets/QWidget>. There is no list of exceptions: either the table allows it or it fails.

A new folder gets a line in ROOMS, a new library one in LIBRARIES.
"""

import functools
import glob
import os
import re
import subprocess
import sys

import source_tree

DATA_MODELS = ("models/base", "models/trace", "models/metric", "models/loadtest", "models/graph", "models/explain",
               "models/advisor", "models/layout")
MODELS = DATA_MODELS + ("models/items",)
READERS = ("app/bytes", "app/yaml", "app/tracefiles", "app/reports", "app/meshfiles", "app/scalingfiles")
OUTSIDE = READERS + ("app/net", "app/sources", "app/sql", "app/verify", "app/advice", "app/capture", "app/graphviz")
UNDER_UI = MODELS + ("app/jobs", "app/settings", "app/workspace")
WIDGETS = ("ui/style", "ui/widgets")
PAGES = ("ui/welcome", "ui/traces", "ui/servicemap", "ui/heatmap", "ui/metrics", "ui/replay", "ui/advisor", "ui/connections")
NO_QT = ()
QT_CORE = ("QtCore",)
QT_GUI = ("QtCore", "QtGui")
QT_WIDGETS = ("QtCore", "QtGui", "QtWidgets", "QtSvg", "QtPrintSupport")
QT_TEST = QT_WIDGETS + ("QtTest",)

# Room: (rooms whose headers it may include besides its own, Qt modules it may use).
ROOMS = {
    "models/base": ((), NO_QT),
    "models/trace": (("models/base",), NO_QT),
    "models/metric": (("models/base",), NO_QT),
    "models/loadtest": (("models/base", "models/trace", "models/metric"), NO_QT),
    "models/graph": (("models/base", "models/trace", "models/metric"), NO_QT),
    "models/explain": (("models/base", "models/trace", "models/metric"), NO_QT),
    "models/advisor": (DATA_MODELS[:-1], NO_QT),
    "models/layout": (DATA_MODELS, NO_QT), # pictures of findings too
    "models/items": (DATA_MODELS, QT_CORE),
    "app/bytes": (("models/base",), NO_QT),
    "app/json": (("models/base", "app/bytes"), NO_QT),
    "app/tracefiles": (DATA_MODELS + ("app/bytes", "app/json"), NO_QT),
    "app/yaml": (("models/base", "app/bytes"), NO_QT),
    "app/meshfiles": (DATA_MODELS + ("app/yaml",), NO_QT),
    "app/reports": (DATA_MODELS + ("app/bytes", "app/json", "app/yaml"), NO_QT),
    "app/scalingfiles": (DATA_MODELS + ("app/yaml",), NO_QT),
    "app/net": (DATA_MODELS, QT_CORE + ("QtNetwork",)),
    "app/sources": (DATA_MODELS + ("app/bytes", "app/json", "app/tracefiles", "app/net"), QT_CORE),
    "app/sql": (DATA_MODELS, NO_QT),
    "app/verify": (DATA_MODELS + ("app/net", "app/sources", "app/sql"), NO_QT), # its statements stand in resources/sql
    "app/advice": (DATA_MODELS + READERS + ("app/net", "app/sources", "app/verify", "app/json"), QT_CORE), # inputs of the advisor
    "app/capture": (DATA_MODELS + ("app/bytes", "app/json"), NO_QT),
    "app/graphviz": (DATA_MODELS, NO_QT),
    "app/jobs": (("models/base",), QT_CORE),
    "app/settings": (("models/base",), QT_CORE),
    "app/workspace": (MODELS + OUTSIDE + ("app/json", "app/jobs", "app/settings"), QT_GUI),
    "app/cli": (DATA_MODELS + OUTSIDE + ("app/json", "app/settings", "app/workspace"), QT_CORE),
    "app": (UNDER_UI + OUTSIDE + ("app/cli", "ui/style", "ui/mainwindow"), QT_WIDGETS),
    "ui/style": (("models/base",), QT_WIDGETS),
    "ui/widgets": (("models/base", "ui/style"), QT_WIDGETS),
    "ui/waterfall": (UNDER_UI + WIDGETS, QT_WIDGETS),
    "ui/metriclanes": (UNDER_UI + WIDGETS, QT_WIDGETS), # lanes of metrics, for the Metrics page and the Replay page
    "ui/analysis": (UNDER_UI + WIDGETS, QT_WIDGETS),
    **{page: (UNDER_UI + WIDGETS + ("ui/waterfall", "ui/analysis", "ui/metriclanes"), QT_WIDGETS) for page in PAGES},
    "ui/mainwindow": (UNDER_UI + WIDGETS + PAGES, QT_WIDGETS),
    "tests/support": (UNDER_UI + OUTSIDE + ("app/json", "app/cli"), QT_TEST + ("QtNetwork",)), # servers of tests
    "tests/sim": (("models/base", "tests/support"), NO_QT),
    "tests/unit": (MODELS + OUTSIDE + ("app/json", "app/jobs", "app/settings", "app/workspace", "app/cli",
                                       "tests/support"), ("QtCore", "QtTest")),
    "tests/items": (MODELS + ("tests/support",), ("QtCore", "QtTest")),
    "tests/contract": (DATA_MODELS + OUTSIDE + ("app/json", "app/cli", "tests/support", "tests/sim"),
                       ("QtCore", "QtTest")),
    "tests/golden": (DATA_MODELS + OUTSIDE + ("app/cli", "tests/support"), ("QtCore", "QtTest")),
    "tests/cli": (DATA_MODELS + READERS + ("app/cli", "tests/support"), ("QtCore", "QtTest")),
    "tests/integration": (DATA_MODELS + OUTSIDE + ("app/workspace", "tests/support", "tests/sim"), ("QtCore", "QtTest", "QtNetwork")),
    "tests/gui": (UNDER_UI + READERS + WIDGETS + PAGES + ("ui/waterfall", "ui/analysis", "ui/metriclanes", "ui/mainwindow", "tests/support", "tests/sim"), QT_TEST),
    "tests/bench": (UNDER_UI + OUTSIDE + WIDGETS + ("app/json", "ui/waterfall", "ui/servicemap", "ui/heatmap",
                                                    "ui/replay", "ui/metriclanes", "ui/mainwindow", "tests/support"),
                    QT_TEST),
    "tests/fuzz": (DATA_MODELS + OUTSIDE + ("app/json", "app/cli", "tests/support"), NO_QT),
}

# Header: files or folders (with a slash at the end) that may include it.
LIBRARIES = {
    "tl/expected.hpp": ("models/base/result.h",),
    "tbb/": ("models/trace/", "models/metric/", "models/graph/", "models/explain/", "models/loadtest/", "models/layout/", "models/advisor/", "app/tracefiles/",
              "tests/unit/"), # to ask for the same answer on one core
    "re2/re2.h": ("models/base/text_pattern.cpp",),
    "re2/filtered_re2.h": ("models/base/text_pattern.cpp",),
    "boost/math/": ("models/loadtest/", "models/explain/", "models/advisor/"),
    "Eigen/": ("models/loadtest/", "models/advisor/"),
    "simdjson.h": ("app/json/structural_index.cpp", "tests/bench/"),
    "nlohmann/json.hpp": ("app/advice/advice_json.cpp", "app/advice/recovery_gathering.cpp", "app/cli/report_as_json.cpp", "app/cli/analysis_json.h", "app/reports/json_document.h",
                          "app/tracefiles/json_details.cpp", "app/tracefiles/record_columns.cpp", "app/sql/",
                          "app/verify/plan_json.cpp", "tests/"),
    "archive.h": ("app/bytes/decompress.cpp", "tests/support/written_file.cpp"),
    "archive_entry.h": ("app/bytes/decompress.cpp", "tests/support/written_file.cpp"),
    "yaml-cpp/": ("app/yaml/",),
    "graphviz/": ("app/graphviz/",),
    "zlib.h": ("app/bytes/inflate.cpp",),
    "expat.h": ("app/reports/jmeter_xml.cpp", "app/reports/taurus_xml.cpp"),
    "qt6keychain/": ("app/settings/secret_store.cpp",),
    "pg_query.h": ("app/sql/parse_tree.cpp",),
    "libpq-fe.h": ("app/net/", "tests/sim/", "tests/fuzz/"),
    "hiredis/": ("app/net/", "tests/sim/"),
    "qcustomplot.h": ("ui/replay/", "ui/heatmap/"),
}
# The operating system is used in few places; everything else goes through the standard library.
SYSTEM = ("app/bytes/file_handle.cpp", "app/net/tcp_connect.cpp", "app/net/postgres_login.cpp",
          "app/net/postgres_connection.cpp", "tests/support/", "tests/sim/", "tests/cli/", "tests/bench/",
          "tests/gui/", "tests/unit/", "tests/integration/")

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)', re.MULTILINE)
_STANDARD = re.compile(r"[a-z_]+")


def room_of(name):
    parts = name.split("/")
    if parts[0] == "app" and len(parts) == 2:
        return "app"
    return "/".join(parts[:2])


@functools.cache
def qt_headers_folder():
    try:
        asked = subprocess.run(["qmake6", "-query", "QT_INSTALL_HEADERS"], capture_output=True, text=True, check=True)
        return asked.stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        found = glob.glob("/usr/include/*/qt6") + glob.glob("/usr/include/qt6")
        return found[0] if found else ""


@functools.cache
def qt_module(header):
    """The Qt module a header belongs to, "" when no module that rooms may use has it."""
    module, slash, rest = header.partition("/")
    if slash:
        return module
    for module in QT_TEST + ("QtNetwork",):
        if header == module or os.path.exists(os.path.join(qt_headers_folder(), module, header)):
            return module
    return ""


def may_use_library(name, users):
    return any(name == user or (user.endswith("/") and name.startswith(user)) for user in users)


def check_own(name, room, header):
    if header.startswith((".", "/")) or "/../" in header:
        return "is not written from the project's root"
    if room.startswith("tests/") and re.fullmatch(r"(tst_)?\w+\.moc", header):
        return ""
    target = room_of(header)
    if target not in ROOMS:
        return "names no room of the project"
    allowed = ROOMS[room][0] + (room,)
    return "" if target in allowed else f"{room} may not include {target}"


def check_outside(name, room, header):
    if re.match(r"Qt?[A-Z]|q[a-z]+\.h", header) and header not in LIBRARIES:
        module = qt_module(header)
        if module in ROOMS[room][1]:
            return ""
        return f"{room} may not use {module or 'that part of Qt'}"
    for prefix, users in LIBRARIES.items():
        if header == prefix or (prefix.endswith("/") and header.startswith(prefix)):
            return "" if may_use_library(name, users) else "that library is for " + ", ".join(users)
    if _STANDARD.fullmatch(header):
        return ""
    return "" if may_use_library(name, SYSTEM) else "no library of the table; the system's headers are for " + SYSTEM[0]


def check(root):
    problems = []
    for path, name in source_tree.files(root, ("models", "app", "ui", "tests"), source_tree.CODE_SUFFIXES):
        room = room_of(name)
        if room not in ROOMS:
            problems.append(f"{name}: {room} has no line in ROOMS of tests/arch/check_includes.py")
            continue
        text = source_tree.without_comments(source_tree.read(path))
        for match in _INCLUDE.finditer(text):
            own, outside = match.groups()
            problem = check_own(name, room, own) if own else check_outside(name, room, outside)
            if problem:
                problems.append(f"{name}:{source_tree.line_of(text, match.start())}: includes {own or outside}: {problem}")
    return problems


if __name__ == "__main__":
    if not qt_headers_folder():
        sys.exit("Qt's headers were not found: install qt6-base-dev")
    sys.exit(source_tree.run(check))
