// SPDX-License-Identifier: GPL-3.0-or-later
// Drawings of spans in (traces/NAME.txt), snapshots as text out (traces/NAME.expected). TAILSPAN_UPDATE_GOLDEN=1 writes
// the expected files anew; look at the difference before committing it.
#include "tests/support/snapshot_check.h"
#include "tests/support/spans_from_text.h"
#include "tests/support/written_file.h"

#include <QDir>
#include <QTest>

#include <fstream>

using namespace tailspan;

class TestTraceDrawings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aDrawingBecomesTheExpectedSnapshot_data()
    {
        QTest::addColumn<QString>("path");
        const QDir folder(QStringLiteral(TAILSPAN_SOURCE_DIR "/tests/golden/traces"));
        for (const QString &name : folder.entryList({QStringLiteral("*.txt")}))
            QTest::newRow(qPrintable(name)) << folder.filePath(name);
    }
    void aDrawingBecomesTheExpectedSnapshot()
    {
        QFETCH(QString, path);
        const auto snapshot = test::spansFromText(test::contentOf(path.toStdString()));
        QCOMPARE(test::brokenPromise(*snapshot), std::string());
        const std::string text = test::drawingOf(*snapshot);
        const std::string expectedPath = path.chopped(4).toStdString() + ".expected";
        if (qEnvironmentVariableIsSet("TAILSPAN_UPDATE_GOLDEN"))
            std::ofstream(expectedPath) << text;
        QCOMPARE(QString::fromStdString(text), QString::fromStdString(test::contentOf(expectedPath)));
    }
};

QTEST_GUILESS_MAIN(TestTraceDrawings)
#include "tst_trace_drawings.moc"
