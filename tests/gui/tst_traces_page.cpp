// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/trace_list_model.h"
#include "tests/gui/traces_fixture.h"
#include "tests/support/spans_from_text.h"
#include "ui/traces/details_section.h"
#include "ui/traces/filter_chips.h"
#include "ui/traces/key_value_list.h"
#include "ui/traces/repair_ledger_view.h"
#include "ui/traces/span_details_panel.h"
#include "ui/traces/trace_filter_bar.h"
#include "ui/widgets/chip_row.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QToolButton>
#include <QTreeView>
#include <QUrl>

using namespace tailspan;
using namespace Qt::StringLiterals;

namespace {

const char *const kTraces = R"(
    trace aaaaaaaaaaaaaaa1
    web GET /pay @0ms +120ms
      db SELECT users @10ms +80ms error http.status=500 note=<b>bold</b> secret:authorization=verysecret
        disk read @20ms +30ms
      cache GET cart @95ms +5ms
    lost child @50ms +5ms parent=77
    trace aaaaaaaaaaaaaaa2
    web GET /home @1s +20ms
    trace bbbbbbbbbbbbbbb3
    batch import @2s +3s
)";

} // namespace

class TestTracesPage : public QObject, private test::TracesFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { test::prepareWindows(style::ThemeChoice::Dark); }
    void init() { show(); }
    void cleanup() { close(); }
    void withoutTracesThePageOffersToOpenSome();
    void theLongestTraceIsShownFirst();
    void choosingATraceShowsItsWaterfallAndRoot();
    void arrowsInTheListWalkTheTraces();
    void slashGoesToTheFilterAndTypingNarrows();
    void enterMakesChipsThatUndoTakesAway();
    void otherPagesFilterTheListToo();
    void tracesPickedElsewhereAreListedUntilTheirChipGoes();
    void aWrongFilterIsSaidAndKeepsTheList();
    void noMatchOffersToClear();
    void detailsShowAttributesAsPlainTextAndHideSecrets();
    void hiddenValuesOpenOnlyForTheSpanAskedFor();
    void theRawRecordOpensOnDemand();
    void repairsLeadToTheirSpan();
    void zoomStepsAreUndone();
    void foldsAreUndoneInOneStackWithZooms();
    void theCrosshairIsSharedWithOtherPages();
    void rowsCopyAsTabSeparatedText();
    void enterInTheWaterfallAsksForTheDetails();
    void aNewSnapshotReplacesEverything();
    void aNarrowListKeepsRoomForNames();
    void theSameOperationElsewhereIsShown();
    void aLinkLeadsBackToSpanAndZoom();
    void aLinkToWhatIsNotOpenSaysSo();
    void theSpanCopiesAsMarkdownWithoutSecrets();
    void addressesInDetailsOpen();

public Q_SLOTS:
    void takeUrl(const QUrl &url) { m_opened.append(url.toString()); }

private:
    traces::TraceFilterBar *filterBar() const { return m_page->findChild<traces::TraceFilterBar *>(); }
    void chooseTrace(const QString &root);
    void chooseSpan(const QString &operation);
    QString shownTraces() const;

    QStringList m_opened;
};

void TestTracesPage::chooseTrace(const QString &root)
{
    const QAbstractItemModel *model = list()->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        if (model->index(row, 0).data().toString() == root) {
            const QRect cell = list()->visualRect(model->index(row, 0));
            QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, cell.center());
            settle();
            return;
        }
    }
    QFAIL(qPrintable(u"no trace "_s + root));
}

void TestTracesPage::chooseSpan(const QString &operation)
{
    const waterfall::WaterfallState &state = view()->state();
    for (std::uint32_t place = 0; place < state.order().visibleCount(); ++place) {
        const SpanRow span = state.order().rowAt(place);
        if (QString::fromUtf8(state.snapshot()->operationOf(span).data(),
                              static_cast<qsizetype>(state.snapshot()->operationOf(span).size()))
            == operation) {
            QTest::mouseClick(view()->canvas().viewport(), Qt::LeftButton, {},
                              QPoint(150, view()->canvas().rowRect(place).center().y()));
            settle();
            return;
        }
    }
    QFAIL(qPrintable(u"no span "_s + operation));
}

QString TestTracesPage::shownTraces() const
{
    QStringList names;
    for (int row = 0; row < list()->model()->rowCount(); ++row)
        names.append(list()->model()->index(row, 0).data().toString());
    return names.join(u", "_s);
}

void TestTracesPage::withoutTracesThePageOffersToOpenSome()
{
    QSignalSpy asked(m_page.get(), &widgets::Page::openRequested);
    for (auto *button : m_page->findChildren<QPushButton *>()) {
        if (button->isVisible())
            QTest::mouseClick(button, Qt::LeftButton);
    }
    QCOMPARE(asked.count(), 1);
}

void TestTracesPage::theLongestTraceIsShownFirst()
{
    open(test::spansFromText(kTraces));
    QCOMPARE(shownTraces(), u"batch import, web GET /pay, web GET /home"_s);
    QCOMPARE(list()->currentIndex().row(), 0);
    QCOMPARE(view()->state().summary().spanCount, 1U);
}

void TestTracesPage::choosingATraceShowsItsWaterfallAndRoot()
{
    open(test::spansFromText(kTraces));
    chooseTrace(u"web GET /pay"_s);
    QCOMPARE(view()->state().order().visibleCount(), 5U);
    QCOMPARE(view()->state().selected(), SpanRow(view()->state().summary().rootRow));
    QCOMPARE(m_workspace->selection().span, view()->state().selected());
}

void TestTracesPage::arrowsInTheListWalkTheTraces()
{
    open(test::spansFromText(kTraces));
    list()->setFocus();
    QTest::keyClick(list(), Qt::Key_Down);
    QCOMPARE(view()->state().summary().spanCount, 5U);
    QTest::keyClick(list(), Qt::Key_Down);
    QCOMPARE(view()->state().summary().durationNs, 20'000'000LL);
}

void TestTracesPage::slashGoesToTheFilterAndTypingNarrows()
{
    open(test::spansFromText(kTraces));
    list()->setFocus();
    QTest::keyClick(list(), Qt::Key_Slash);
    QVERIFY(filterBar()->field().hasFocus());
    QTest::keyClicks(&filterBar()->field(), u"users"_s);
    QTRY_COMPARE(shownTraces(), u"web GET /pay"_s);
    QTest::keyClick(&filterBar()->field(), Qt::Key_Escape);
    QTRY_COMPARE(list()->model()->rowCount(), 3);
}

void TestTracesPage::enterMakesChipsThatUndoTakesAway()
{
    open(test::spansFromText(kTraces));
    filterBar()->focusField();
    QTest::keyClicks(&filterBar()->field(), u"service=web duration>50ms"_s);
    QTest::keyClick(&filterBar()->field(), Qt::Key_Return);
    QCOMPARE(filterBar()->chips().chips().size(), 2);
    QCOMPARE(filterBar()->chips().chips().at(1)->text(), u"duration>50ms"_s);
    QCOMPARE(shownTraces(), u"web GET /pay"_s);
    QTest::keyClick(&filterBar()->field(), Qt::Key_Backspace); // the last chip goes
    QCOMPARE(shownTraces(), u"web GET /pay, web GET /home"_s);
    m_workspace->history().undo();
    QCOMPARE(shownTraces(), u"web GET /pay"_s);
    m_workspace->history().undo();
    QCOMPARE(list()->model()->rowCount(), 3);
    QVERIFY(filterBar()->chips().chips().isEmpty());
    m_workspace->history().redo();
    QCOMPARE(shownTraces(), u"web GET /pay"_s);
}

void TestTracesPage::otherPagesFilterTheListToo()
{
    open(test::spansFromText(kTraces));
    m_workspace->addFilterTerm("service=web");
    m_workspace->addFilterTerm("service=web"); // in force already
    QCOMPARE(filterBar()->chips().chips().size(), 1);
    QCOMPARE(shownTraces(), u"web GET /pay, web GET /home"_s);
    filterBar()->focusField();
    QTest::keyClick(&filterBar()->field(), Qt::Key_Backspace);
    QVERIFY(m_workspace->filter().isEmpty());
    m_workspace->history().undo();
    QCOMPARE(m_workspace->filter().terms, std::vector<std::string>{"service=web"});
    open(test::spansFromText(kTraces)); // other traces: nothing is left of it
    QVERIFY(m_workspace->filter().isEmpty());
    QCOMPARE(list()->model()->rowCount(), 3);
}

void TestTracesPage::tracesPickedElsewhereAreListedUntilTheirChipGoes()
{
    open(test::spansFromText(kTraces));
    QSignalSpy requested(m_page.get(), &widgets::Page::pageRequested);
    const auto &snapshot = *m_workspace->snapshot();
    m_workspace->pickTraces("2 traces of a box",
                            {*snapshot.findTrace("aaaaaaaaaaaaaaa2"), *snapshot.findTrace("bbbbbbbbbbbbbbb3")});
    QCOMPARE(requested.count(), 1);
    QCOMPARE(list()->model()->rowCount(), 2);
    QVERIFY(!shownTraces().contains(u"GET /pay"_s));
    QCOMPARE(filterBar()->chips().chips().at(0)->text(), u"2 traces of a box"_s);
    m_workspace->addFilterTerm("service=web");
    QCOMPARE(shownTraces(), u"web GET /home"_s);
    m_workspace->history().undo();
    m_workspace->history().undo();
    QCOMPARE(list()->model()->rowCount(), 3);
    QVERIFY(filterBar()->chips().chips().isEmpty());
}

void TestTracesPage::aWrongFilterIsSaidAndKeepsTheList()
{
    open(test::spansFromText(kTraces));
    filterBar()->focusField();
    QTest::keyClicks(&filterBar()->field(), u"duration>soon"_s);
    QTest::keyClick(&filterBar()->field(), Qt::Key_Return);
    QCOMPARE(list()->model()->rowCount(), 3);
    QVERIFY(filterBar()->chips().chips().isEmpty());
    const auto labels = filterBar()->findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
        return label->isVisible() && label->text().contains(u"is not a duration"_s);
    }));
}

void TestTracesPage::noMatchOffersToClear()
{
    open(test::spansFromText(kTraces));
    filterBar()->focusField();
    QTest::keyClicks(&filterBar()->field(), u"nowhere"_s);
    QTest::keyClick(&filterBar()->field(), Qt::Key_Return);
    QVERIFY(!list()->isVisible());
    for (auto *button : m_page->findChildren<QPushButton *>()) {
        if (button->isVisible() && button->text() == u"Show all traces"_s)
            QTest::mouseClick(button, Qt::LeftButton);
    }
    QVERIFY(list()->isVisible());
    QCOMPARE(list()->model()->rowCount(), 3);
}

void TestTracesPage::detailsShowAttributesAsPlainTextAndHideSecrets()
{
    open(test::spansFromText(kTraces));
    chooseTrace(u"web GET /pay"_s);
    chooseSpan(u"SELECT users"_s);
    const auto lists = details()->findChildren<traces::KeyValueList *>();
    QStringList values;
    for (const traces::KeyValueList *each : lists) {
        for (int row = 0; row < each->model()->rowCount(); ++row)
            values.append(each->model()->index(row, 1).data().toString());
    }
    QVERIFY(values.contains(u"<b>bold</b>"_s));
    QVERIFY(values.contains(u"\u2022\u2022\u2022\u2022\u2022\u2022 redacted"_s));
    QVERIFY(!values.join(u' ').contains(u"verysecret"_s));
    for (const QLabel *label : details()->findChildren<QLabel *>())
        QCOMPARE(label->textFormat(), Qt::PlainText);
    const auto chips = details()->spanPanel().findChild<widgets::ChipRow *>()->chips();
    QVERIFY(!chips.isEmpty() && chips.first()->text() == u"error"_s);
}

void TestTracesPage::hiddenValuesOpenOnlyForTheSpanAskedFor()
{
    open(test::spansFromText(kTraces));
    chooseTrace(u"web GET /pay"_s);
    chooseSpan(u"SELECT users"_s);
    auto *reveal = details()->spanPanel().findChild<QPushButton *>();
    QVERIFY(reveal->isVisible());
    QTest::mouseClick(reveal, Qt::LeftButton);
    settle();
    auto *attributes = details()->findChildren<traces::KeyValueList *>().first();
    QTRY_COMPARE(attributes->model()->index(2, 1).data().toString(), u"verysecret"_s);
    QVERIFY(!reveal->isVisible());
    chooseSpan(u"read"_s);
    chooseSpan(u"SELECT users"_s);
    QCOMPARE(attributes->model()->index(2, 1).data().toString(), u"\u2022\u2022\u2022\u2022\u2022\u2022 redacted"_s);
}

void TestTracesPage::theRawRecordOpensOnDemand()
{
    open(test::spansFromText(kTraces));
    chooseTrace(u"web GET /pay"_s);
    chooseSpan(u"read"_s);
    auto *record = details()->spanPanel().findChild<QPlainTextEdit *>();
    auto *toggle = details()->spanPanel().findChild<QToolButton *>();
    QVERIFY(!record->isVisible());
    toggle->click();
    QVERIFY(record->isVisible());
    QVERIFY(record->isReadOnly());
    QVERIFY(record->toPlainText().contains(u"disk read @20ms +30ms"_s));
}

void TestTracesPage::repairsLeadToTheirSpan()
{
    open(test::spansFromText(kTraces));
    chooseTrace(u"web GET /pay"_s);
    QSignalSpy asked(m_page.get(), &widgets::Page::detailsRequested);
    QTest::keyClick(&view()->canvas(), Qt::Key_R);
    QCOMPARE(asked.count(), 1);
    QTreeView &tree = details()->ledger().tree();
    QTRY_VERIFY(tree.isVisible());
    const QModelIndex heading = tree.model()->index(0, 0);
    tree.expand(heading);
    const QModelIndex entry = tree.model()->index(0, 0, heading);
    QVERIFY(entry.isValid());
    QTest::mouseClick(tree.viewport(), Qt::LeftButton, {}, tree.visualRect(entry).center());
    const SpanRow chosen = m_workspace->selection().span;
    QCOMPARE(m_workspace->snapshot()->operationOf(chosen), std::string_view("child"));
    QCOMPARE(view()->state().selected(), chosen);
}

void TestTracesPage::zoomStepsAreUndone()
{
    open(test::spansFromText(kTraces));
    chooseTrace(u"web GET /pay"_s);
    waterfall::WaterfallState &state = view()->state();
    const TimeRange whole = state.scale().visible();
    QTest::keyClick(&view()->canvas(), Qt::Key_W);
    QTest::keyClick(&view()->canvas(), Qt::Key_W);
    state.commitWindow();
    const TimeRange zoomed = state.scale().visible();
    QVERIFY(!(zoomed == whole));
    chooseTrace(u"batch import"_s);
    m_workspace->history().undo(); // back to the trace that was left, as it was
    QCOMPARE(state.summary().spanCount, 5U);
    QVERIFY(state.scale().visible() == zoomed);
    m_workspace->history().undo(); // two key presses were one step
    QVERIFY(state.scale().visible() == whole);
    m_workspace->history().redo();
    QVERIFY(state.scale().visible() == zoomed);
    m_workspace->history().redo();
    QCOMPARE(state.summary().spanCount, 1U);
    QVERIFY(state.scale().showsAll());
    QVERIFY(!m_workspace->history().canRedo());
}

void TestTracesPage::foldsAreUndoneInOneStackWithZooms()
{
    open(test::spansFromText(kTraces));
    chooseTrace(u"web GET /pay"_s);
    waterfall::WaterfallState &state = view()->state();
    const SpanRow root(state.summary().firstRow);
    QTest::keyClick(&view()->canvas(), Qt::Key_W);
    state.commitWindow();
    state.setSubtreeFolded(root, true);
    const std::uint32_t folded = state.order().visibleCount();
    QVERIFY(folded < 5);
    chooseTrace(u"batch import"_s);
    m_workspace->history().undo(); // the trace as it was left
    QCOMPARE(state.summary().spanCount, 5U);
    QCOMPARE(state.order().visibleCount(), folded);
    m_workspace->history().undo(); // the fold
    QCOMPARE(state.order().visibleCount(), 5U);
    m_workspace->history().redo();
    QCOMPARE(state.order().visibleCount(), folded);
    m_workspace->history().redo();
    QVERIFY(!m_workspace->history().canRedo());
    m_workspace->history().undo();
    m_workspace->history().undo();
    m_workspace->history().undo();
    QVERIFY(state.scale().showsAll());
    m_workspace->history().undo(); // the trace shown first
    QCOMPARE(state.summary().spanCount, 1U);
    QVERIFY(!m_workspace->history().canUndo());
}

void TestTracesPage::theCrosshairIsSharedWithOtherPages()
{
    open(test::spansFromText(kTraces));
    chooseTrace(u"web GET /pay"_s);
    QTest::mouseMove(view()->canvas().viewport(), QPoint(700, 30));
    QVERIFY(m_workspace->moment().has_value());
    m_workspace->setMoment(TimePoint(view()->state().origin() + Duration::milliseconds(60)));
    QCOMPARE(view()->state().crosshair(), m_workspace->moment());
}

void TestTracesPage::rowsCopyAsTabSeparatedText()
{
    open(test::spansFromText(kTraces));
    list()->setFocus();
    list()->selectAll();
    QTest::keyClick(list(), Qt::Key_C, Qt::ControlModifier);
    const QStringList lines = QGuiApplication::clipboard()->text().split(u'\n');
    QCOMPARE(lines.size(), 5); // titles, three traces, the end of the last line
    QVERIFY(lines.at(0).startsWith(u"Service and operation\tStart, UTC\tDuration"_s));
    QCOMPARE(lines.at(1).count(u'\t'), 7);
    QVERIFY(lines.at(1).contains(u"bbbbbbbbbbbbbbb3"_s));
}

void TestTracesPage::enterInTheWaterfallAsksForTheDetails()
{
    open(test::spansFromText(kTraces));
    QSignalSpy asked(m_page.get(), &widgets::Page::detailsRequested);
    view()->canvas().setFocus();
    QTest::keyClick(&view()->canvas(), Qt::Key_Return);
    QCOMPARE(asked.count(), 1);
}

void TestTracesPage::aNewSnapshotReplacesEverything()
{
    open(test::spansFromText(kTraces));
    chooseTrace(u"web GET /pay"_s);
    open(test::spansFromText("solo job @0ms +7ms"));
    QCOMPARE(shownTraces(), u"solo job"_s);
    QCOMPARE(view()->state().summary().spanCount, 1U);
    QVERIFY(!m_workspace->history().canUndo());
}

void TestTracesPage::aNarrowListKeepsRoomForNames()
{
    open(test::spansFromText(kTraces));
    QVERIFY(list()->columnWidth(items::TraceListModel::RootColumn) > 300);
    m_page->resize(700, 600);
    QTRY_VERIFY(list()->isColumnHidden(items::TraceListModel::TraceIdColumn));
    QVERIFY2(list()->columnWidth(items::TraceListModel::RootColumn) >= 150,
             qPrintable(QString::number(list()->columnWidth(items::TraceListModel::RootColumn))));
    m_page->resize(1200, 800);
    QTRY_VERIFY(!list()->isColumnHidden(items::TraceListModel::TraceIdColumn));
}

void TestTracesPage::theSameOperationElsewhereIsShown()
{
    open(test::spansFromText(kTraces));
    chooseTrace(u"web GET /pay"_s);
    auto *verdict = details()->spanPanel().findChild<QLabel *>(u"operationVerdict"_s);
    QTRY_COMPARE(verdict->text(), u"the only call that is loaded"_s);
}

void TestTracesPage::aLinkLeadsBackToSpanAndZoom()
{
    open(test::spansFromText(kTraces));
    chooseTrace(u"web GET /pay"_s);
    chooseSpan(u"GET cart"_s);
    view()->state().fitSelection();
    const TimeRange zoomed = view()->state().scale().visible();
    QTest::keyClick(view(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    const auto link = trace::parseTraceLink(QGuiApplication::clipboard()->text().toStdString());
    QVERIFY2(link.has_value(), qPrintable(QGuiApplication::clipboard()->text()));
    QCOMPARE(link->traceId, std::string("aaaaaaaaaaaaaaa1"));
    chooseTrace(u"batch import"_s);
    QSignalSpy asked(m_page.get(), &widgets::Page::pageRequested);
    m_workspace->openLink(*link);
    settle();
    QCOMPARE(view()->state().snapshot()->operationOf(m_workspace->selection().span), std::string_view("GET cart"));
    QCOMPARE(view()->state().scale().visible(), zoomed);
    QCOMPARE(asked.count(), 1);
}

void TestTracesPage::aLinkToWhatIsNotOpenSaysSo()
{
    open(test::spansFromText(kTraces));
    QSignalSpy failed(m_workspace.get(), &workspace::Workspace::openFailed);
    m_workspace->openLink({"feedbeef", {}, {}, {}});
    QCOMPARE(failed.count(), 1);
    QVERIFY(failed.first().first().toString().contains(u"feedbeef"_s));
    m_workspace->openLink({"feedbeef", {}, {}, "/nowhere/else.json"}); // its file is opened first
    QTRY_COMPARE(failed.count(), 2);
}

void TestTracesPage::theSpanCopiesAsMarkdownWithoutSecrets()
{
    open(test::spansFromText(kTraces));
    chooseTrace(u"web GET /pay"_s);
    chooseSpan(u"SELECT users"_s);
    QTest::mouseClick(details()->spanPanel().findChild<QToolButton *>(u"copyMarkdown"_s), Qt::LeftButton);
    const QString text = QGuiApplication::clipboard()->text();
    QVERIFY2(text.startsWith(u"**db** SELECT users"_s), qPrintable(text));
    QVERIFY2(text.contains(u"\\<b\\>bold"_s), qPrintable(text));
    QVERIFY2(!text.contains(u"verysecret"_s), qPrintable(text));
    QVERIFY2(text.contains(u"<tailspan://trace/aaaaaaaaaaaaaaa1?span="_s), qPrintable(text));
}

void TestTracesPage::addressesInDetailsOpen()
{
    open(test::spansFromText(
        "trace aa\nweb GET / @0ms +120ms runbook=https://wiki.example/slow?x=1 "
        "bad=javascript:alert(1) login=https://me:pw@wiki.example/ secret:link=https://x.example/\n"));
    auto *list = details()->findChild<traces::KeyValueList *>();
    QTRY_COMPARE(list->model()->rowCount(), 4);
    QDesktopServices::setUrlHandler(u"https"_s, this, "takeUrl");
    for (int row = 0; row < 4; ++row) {
        const QRect rect = list->visualRect(list->model()->index(row, 0));
        QTest::mouseMove(list->viewport(), {rect.right() - 8, rect.center().y()});
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, {rect.right() - 8, rect.bottom() - 4});
    }
    QDesktopServices::unsetUrlHandler(u"https"_s);
    QCOMPARE(m_opened, QStringList{u"https://wiki.example/slow?x=1"_s});
}

QTEST_MAIN(TestTracesPage)
#include "tst_traces_page.moc"
