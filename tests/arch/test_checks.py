#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of this folder against small trees that break one rule each, and against trees that break none."""

import os
import sys
import tempfile
import unittest
from pathlib import Path

import check_corpora
import check_format
import check_includes
import check_sizes
import check_text

LICENCE = "// SPDX-License-Identifier: GPL-3.0-or-later\n"


class Tree:
    """A project of a few files in a folder of its own."""

    def __init__(self, files):
        self._folder = tempfile.TemporaryDirectory()
        self.root = Path(self._folder.name)
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def __enter__(self):
        return self.root

    def __exit__(self, *_):
        self._folder.cleanup()


def problems(check, name, text):
    with Tree({name: text}) as root:
        return check(root)


class Format(unittest.TestCase):
    def test_code_that_is_laid_out_otherwise_is_named(self):
        style = "BasedOnStyle: WebKit\n"
        with Tree({".clang-format": style, "ui/a.h": "int a;\n", "ui/b.h": "int  b ;\n"}) as root:
            self.assertEqual([problem.split(":")[0] for problem in check_format.check(root)], ["ui/b.h"])


class Includes(unittest.TestCase):
    def refused(self, name, line):
        self.assertEqual(len(problems(check_includes.check, name, line + "\n")), 1, f"{name}: {line}")

    def allowed(self, name, line):
        self.assertEqual(problems(check_includes.check, name, line + "\n"), [], f"{name}: {line}")

    def test_lower_layers_do_not_see_higher_ones(self):
        self.refused("models/base/a.h", '#include "models/trace/span_table.h"')
        self.refused("models/trace/a.h", '#include "models/layout/rows.h"')
        self.refused("models/layout/a.cpp", '#include "app/bytes/byte_source.h"')
        self.refused("app/bytes/a.cpp", '#include "app/json/json_cursor.h"')
        self.refused("app/reports/a.cpp", '#include "app/tracefiles/trace_reader.h"')
        self.refused("app/workspace/a.cpp", '#include "ui/style/theme.h"')
        self.allowed("app/json/a.cpp", '#include "app/bytes/byte_source.h"')
        self.allowed("models/items/a.cpp", '#include "models/layout/rows.h"')

    def test_ui_does_not_see_readers_sources_or_net(self):
        for room in ("sources", "tracefiles", "reports", "net", "bytes", "json"):
            for user in ("ui/traces", "ui/mainwindow", "ui/widgets", "ui/waterfall"):
                self.refused(f"{user}/a.cpp", f'#include "app/{room}/a.h"')
        self.allowed("ui/traces/a.cpp", '#include "app/workspace/workspace.h"')

    def test_pages_do_not_see_each_other(self):
        self.refused("ui/replay/a.cpp", '#include "ui/traces/traces_page.h"')
        self.refused("ui/waterfall/a.cpp", '#include "ui/traces/traces_page.h"')
        self.allowed("ui/traces/a.cpp", '#include "ui/waterfall/waterfall_view.h"')
        self.allowed("ui/mainwindow/a.cpp", '#include "ui/traces/traces_page.h"')

    def test_models_use_no_qt_but_items_use_qtcore(self):
        self.refused("models/trace/a.cpp", "#include <QString>")
        self.refused("models/items/a.cpp", "#include <QWidget>")
        self.refused("models/items/a.cpp", "#include <QtWidgets/QWidget>")
        self.refused("models/items/a.cpp", "#include <QtTest>")
        self.refused("app/jobs/a.cpp", "#include <QColor>")
        self.allowed("models/items/a.cpp", "#include <QAbstractItemModel>")
        self.allowed("ui/style/a.cpp", "#include <QSvgRenderer>")
        self.allowed("tests/unit/tst_a.cpp", "#include <QtTest>")

    def test_libraries_are_for_named_files(self):
        self.refused("app/tracefiles/a.cpp", "#include <simdjson.h>")
        self.refused("app/json/json_cursor.cpp", "#include <simdjson.h>")
        self.refused("ui/heatmap/a.cpp", "#include <archive.h>")
        self.refused("app/reports/k6.cpp", "#include <expat.h>")
        self.refused("models/base/a.cpp", "#include <unistd.h>")
        self.refused("models/trace/a.cpp", "#include <some/library.hpp>")
        self.allowed("app/json/structural_index.cpp", "#include <simdjson.h>")
        self.allowed("models/trace/a.cpp", "#include <tbb/parallel_for.h>")
        self.allowed("models/base/a.cpp", "#include <string_view>")

    def test_tests_do_not_see_other_rooms_of_tests(self):
        self.refused("tests/unit/tst_a.cpp", '#include "tests/gui/press.h"')
        self.refused("tests/unit/tst_a.cpp", '#include "ui/style/theme.h"')
        self.allowed("tests/unit/tst_a.cpp", '#include "tests/support/span_text.h"')
        self.allowed("tests/unit/tst_a.cpp", '#include "tst_a.moc"')

    def test_paths_are_from_the_root(self):
        self.refused("models/trace/a.cpp", '#include "span_table.h"')
        self.refused("models/trace/a.cpp", '#include "../base/time.h"')
        self.refused("models/trace/a.cpp", '#include "models/trace/../../ui/style/theme.h"')

    def test_a_room_without_a_line_is_refused(self):
        self.assertEqual(len(problems(check_includes.check, "ui/newpage/a.cpp", LICENCE)), 1)

    def test_comments_are_no_includes(self):
        self.allowed("models/trace/a.cpp", '/* as before:\n#include "ui/style/theme.h"\n*/ // #include <QWidget>')
        self.refused("models/trace/a.cpp", '#  include /* here */ <QString>'.replace("/* here */ ", ""))


class Sizes(unittest.TestCase):
    BODY = "    step();\n"

    def found(self, text):
        return {function.name: function.lines for function in check_sizes.functions(text)}

    def test_long_files_and_functions_are_named(self):
        long_function = "void walk()\n{\n" + self.BODY * 41 + "}\n"
        self.assertEqual(problems(check_sizes.check, "app/a.cpp", long_function),
                         ["app/a.cpp:2: walk has 41 lines, at most 40"])
        self.assertEqual(problems(check_sizes.check, "app/a.cpp", long_function.replace(self.BODY, "", 1)), [])
        self.assertEqual(problems(check_sizes.check, "ui/a.h", "int a;\n" * 401), ["ui/a.h: 401 lines, at most 400"])
        self.assertEqual(problems(check_sizes.check, "ui/a.h", "int a;\n" * 400), [])

    def test_members_operators_and_templates_are_functions(self):
        self.assertEqual(self.found("namespace a {\nclass B final : public C {\npublic:\n    int d() const noexcept override\n"
                                    "    {\n        return 1;\n    }\n};\n}\n"), {"d": 1})
        self.assertEqual(self.found("template <class T = std::vector<int>>\nbool B<T>::operator==(const B &) const\n{\n\n}\n"),
                         {"operator==": 1})
        self.assertEqual(self.found("auto f(int a = g({1, 2})) -> std::map<int, int>\n{\n\n\n}\n"), {"f": 2})

    def test_initializers_are_part_of_the_constructor(self):
        self.assertEqual(self.found("A::A(int b) : m_b{b},\n    m_c(std::vector<int>{1, 2}), D<int>{}\n{\n    step();\n}\n"),
                         {"A::A": 1})

    def test_values_and_types_are_no_functions(self):
        self.assertEqual(self.found("constexpr std::array kA{1,\n2};\nint b[] = {1,\n2};\nenum class E : int { X,\nY };\n"
                                    "struct S {\n    int a = f(3);\n    int b{2};\n};\nS s = S{1,\n 2};\n"), {})

    def test_a_list_macro_in_front_changes_nothing(self):
        self.assertEqual(self.found("TAILSPAN_COMMANDS(TAILSPAN_DECLARE)\n\nnamespace {\nint f()\n{\n\n}\n}\n"), {"f": 1})

    def test_a_lambda_counts_where_it_stands(self):
        self.assertEqual(self.found("void f()\n{\n    g([](int a) {\n        h(a);\n    });\n}\n"), {"f": 3})
        self.assertEqual(list(self.found("const auto kF = [](int a) {\n    h(a);\n    return a;\n};\n").values()), [2])

    def test_braces_in_text_do_not_count(self):
        self.assertEqual(self.found('void f()\n{\n    g("{", \'{\', R"x({ " {)x"); // {\n    /* { */ h(1\'000);\n}\nvoid k()\n{\n}\n'),
                         {"f": 2, "k": 0})


class Text(unittest.TestCase):
    def refused(self, name, text, count=1):
        if name.endswith((".cpp", ".h")):
            text = LICENCE + text
        self.assertEqual(len(problems(check_text.check, name, text)), count, f"{name}: {text}")

    def allowed(self, name, text):
        self.refused(name, text, 0)

    def test_text_that_qt_may_take_for_markup_goes_through_the_wrappers(self):
        self.refused("ui/traces/a.cpp", "auto *label = new QLabel(text, this);\n")
        self.refused("ui/traces/a.cpp", "QMessageBox::warning(this, title, text);\n")
        self.refused("ui/traces/a.cpp", "m_list->setToolTip(text);\n")
        self.refused("ui/traces/a.cpp", "QToolTip::showText(pos, text);\n")
        self.refused("app/application.cpp", "view->setHtml(text);\n")
        self.refused("models/items/a.cpp", "    case Qt::ToolTipRole:\n")
        self.allowed("ui/widgets/a.cpp", "widget->setToolTip(plainToolTip(text));\n")
        self.allowed("ui/traces/a.cpp", "// not new QLabel(text)\nwidgets::setPlainToolTip(m_list, text);\n")

    def test_colours_stand_in_style_only(self):
        self.refused("ui/traces/a.cpp", 'const QColor c("#15181D");\n')
        self.refused("ui/traces/a.cpp", "painter.setPen(QColor(1, 2, 3));\n")
        self.refused("ui/traces/a.cpp", "painter.setPen(Qt::darkGray);\n")
        self.refused("models/layout/a.cpp", "const auto c = qRgb(1, 2, 3);\n")
        self.allowed("ui/style/theme.cpp", 'const QColor c("#15181D");\n')
        self.allowed("ui/traces/a.cpp", "painter.setPen(QColor(theme.line));\npainter.setBrush(Qt::transparent);\n")

    def test_unfinished_work_is_found_everywhere(self):
        for word in ("TO" + "DO", "FIX" + "ME", "a st" + "ub", "Coming so" + "on"):
            self.refused("app/a.cpp", f"// {word}: later\n")
            self.refused("README.md", f"{word}\n")

    def test_paths_of_a_machine_are_found(self):
        self.refused("tests/unit/tst_a.cpp", 'open("' + "/ho" + 'me/anna/a.json");\n')
        self.refused("README.md", "cd " + "/wo" + "rk/a\n")
        self.allowed("README.md", "GET https://shop.example" + "/wo" + "rk/a\n")

    def test_licence_lines_are_needed(self):
        with Tree({"app/a.cpp": "int a;\n", "packaging/b.xml": "<a/>\n", "CMakeLists.txt": "project(a)\n"}) as root:
            self.assertEqual(len(check_text.check(root)), 4)

    def test_run_bits_and_first_lines_agree(self):
        script = "#!/bin/sh\n# SPDX-License-Identifier: GPL-3.0-or-later\n"
        with Tree({"packaging/run.sh": script, ".ci/run": script, "models/a.cpp": LICENCE}) as root:
            os.chmod(root / ".ci/run", 0o755)
            os.chmod(root / "models/a.cpp", 0o755)
            self.assertEqual(check_text.check(root), ["models/a.cpp: has a run bit but does not begin with #!",
                                                      "packaging/run.sh: has no run bit"])

    def test_vague_names_are_found(self):
        self.refused("app/a.h", "class TraceManager {\n};\n")
        self.allowed("app/a.h", "class QNetworkAccessManager;\nclass Utilisation;\n")

    def test_what_the_fuzz_targets_cannot_be_built_with_is_found(self):
        self.refused("models/base/a.cpp", "names.erase(std::ranges::unique(names).begin(), names.end());\n")
        self.allowed("models/base/a.cpp", "std::ranges::sort(names);\nstd::ranges::unique_copy(names, out);\n")


class Corpora(unittest.TestCase):
    """Kept inputs of fuzz targets."""

    LIST = "#define READERS(X) \\\n    X(K6Csv) \\\n    X(Wrk)\n"

    def of(self, files):
        with Tree({check_corpora.LIST: self.LIST, "tests/fuzz/fuzz_yaml.cpp": LICENCE, **files}) as root:
            return check_corpora.check(root)

    def test_each_target_keeps_inputs_and_each_folder_has_a_target(self):
        corpus = "tests/fuzz/corpus/"
        good = {corpus + "report_k6_csv/a": "x", corpus + "report_wrk/a": "x", corpus + "yaml/a": "x"}
        self.assertEqual(self.of(good), [])
        self.assertEqual(len(self.of({})), 3)
        self.assertEqual(self.of({**good, corpus + "report_k7/a": "x"}), [corpus + "report_k7: no target has that name"])
        self.assertEqual(len(self.of({**good, corpus + "yaml/b": "x" * 70000})), 1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
