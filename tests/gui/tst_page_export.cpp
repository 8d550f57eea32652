// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/traces_fixture.h"
#include "tests/support/spans_from_text.h"
#include "ui/mainwindow/page_export.h"
#include "ui/widgets/table_export.h"
#include "ui/widgets/table_text.h"

#include <QClipboard>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardItemModel>
#include <QTemporaryDir>
#include <QTreeView>

using namespace tailspan;
using namespace Qt::StringLiterals;

namespace {

constexpr auto kTraces = R"(trace 4bf92f3577b34da6
    web GET /pay @0ms +120ms
      db SELECT users @10ms +80ms error
    trace aaaaaaaaaaaaaaa2
    web GET /home @1s +20ms
)";

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestPageExport : public QObject, private test::TracesFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { test::prepareWindows(); }
    void init() { show(); }
    void cleanup() { close(); }
    void aPageIsSavedAsPictures();
    void theTraceListIsSavedAsCsvAndJson();
    void aTreeKeepsItsLevels();
    void outsideTextDoesNoHarmInSpreadsheetsAndMarkdown();
    void aFolderThatIsMissingIsSaid();

private:
    [[nodiscard]] QString path(const QString &name) const { return m_dir.filePath(name); }
    QTemporaryDir m_dir;
};

void TestPageExport::aPageIsSavedAsPictures()
{
    open(test::spansFromText(kTraces));
    QVERIFY(mainwindow::savePicture(*m_page, path(u"a.png"_s)));
    QCOMPARE(QImage(path(u"a.png"_s)).size(), m_page->size() * m_page->devicePixelRatio());
    QVERIFY(mainwindow::savePicture(*m_page, path(u"a.svg"_s)));
    const QByteArray svg = contentOf(path(u"a.svg"_s));
    QVERIFY(svg.contains("<svg") && svg.contains("GET /pay"));
    QVERIFY(mainwindow::savePicture(*m_page, path(u"a.pdf"_s)));
    QVERIFY(contentOf(path(u"a.pdf"_s)).startsWith("%PDF"));
}

void TestPageExport::theTraceListIsSavedAsCsvAndJson()
{
    open(test::spansFromText(kTraces));
    QCOMPARE(widgets::tableIn(*m_page), list());
    QVERIFY(mainwindow::saveTable(*list(), path(u"a.csv"_s)));
    const QList<QByteArray> lines = contentOf(path(u"a.csv"_s)).split('\n');
    QCOMPARE(lines.size(), 4); // titles, two traces, and the end of the last line
    QVERIFY(lines[1].contains("GET /pay"));
    QVERIFY(mainwindow::saveTable(*list(), path(u"a.json"_s)));
    const QJsonArray rows = QJsonDocument::fromJson(contentOf(path(u"a.json"_s))).array();
    QCOMPARE(rows.size(), 2);
    QCOMPARE(rows[0].toObject().value(u"Duration"_s).toDouble(), 120e6);
}

void TestPageExport::aTreeKeepsItsLevels()
{
    QStandardItemModel model;
    model.setHorizontalHeaderLabels({u"path"_s, u"calls"_s});
    auto *root = new QStandardItem(u"web"_s);
    root->appendRow({new QStandardItem(u"db"_s), new QStandardItem(u"7"_s)});
    model.appendRow({root, new QStandardItem(u"1"_s)});
    model.appendRow({new QStandardItem(u"batch"_s), new QStandardItem(u"2"_s)});
    QCOMPARE(widgets::tableAsCsv(model, {Qt::DisplayRole, -1}),
             "level,path,calls\r\n0,web,1\r\n1,db,7\r\n0,batch,2\r\n");
}

void TestPageExport::outsideTextDoesNoHarmInSpreadsheetsAndMarkdown()
{
    QStandardItemModel model;
    model.setHorizontalHeaderLabels({u"name"_s});
    for (const auto &text : {u"=HYPERLINK(\"x\")"_s, u"-12.5"_s, u"a|b <b>\nc"_s})
        model.appendRow(new QStandardItem(text));
    QCOMPARE(widgets::tableAsCsv(model, {Qt::DisplayRole, -1}),
             "name\r\n\"'=HYPERLINK(\"\"x\"\")\"\r\n-12.5\r\n\"a|b <b>\nc\"\r\n");
    QTreeView view;
    view.setModel(&model);
    widgets::addCopyAction(view, Qt::DisplayRole);
    view.setCurrentIndex(model.index(2, 0));
    view.actions().at(1)->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"| name |\n| --- |\n| a\\|b &lt;b> c |\n"_s);
}

void TestPageExport::aFolderThatIsMissingIsSaid()
{
    const Result<> saved = mainwindow::savePicture(*m_page, path(u"none/a.png"_s));
    QVERIFY(!saved);
    QVERIFY(QString::fromStdString(saved.error().text()).contains(u"none/a.png"_s));
}

QTEST_MAIN(TestPageExport)
#include "tst_page_export.moc"
