// SPDX-License-Identifier: GPL-3.0-or-later
// Clocks that disagree: said, put right, set by hand and taken back, with real keys and clicks.
#include "models/items/clock_pair_model.h"
#include "tests/gui/traces_fixture.h"
#include "tests/support/spans_from_text.h"
#include "ui/traces/clock_view.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/grouped_list.h"
#include "ui/widgets/plain_label.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QPushButton>

using namespace tailspan;
using namespace Qt::StringLiterals;

namespace {

/// The database's clock is 95 ms ahead.
const char *const kSkewed = R"(
    trace aaaaaaaaaaaaaaa1
    web GET /pay @0ms +120ms
      cache GET cart @5ms +5ms
      db SELECT users @105ms +80ms
      db SELECT carts @186ms +20ms
      db SELECT items @190ms +20ms
    trace aaaaaaaaaaaaaaa2
    web GET /home @1s +20ms
      cache GET cart @1005ms +5ms
)";

} // namespace

class TestTraceClocks : public QObject, private test::TracesFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { test::prepareWindows(); }
    void init() { show(); }
    void cleanup() { close(); }
    void clocksThatDisagreeAreSaidAtTheirTraces();
    void theSwitchPutsThemRightAndUndoTakesItBack();
    void anOffsetSetByHandCountsUntilItIsForgotten();
    void aWrongOffsetIsSaidAndChangesNothing();
    void foldsAndSelectionOutliveTheChange();
    void withoutEvidenceNothingIsOffered();

private:
    void openSkewed();
    widgets::Chip *chip() const;
    traces::ClockView *clocks() const { return details()->findChild<traces::ClockView *>(); }
    QCheckBox *theSwitch() const { return clocks()->findChild<QCheckBox *>(); }
    QPushButton *button(const QString &text) const;
    /// Of the first SELECT users, from the start of its trace.
    int queryAtMs() const;
    void settleClocks() const { QTRY_VERIFY(!m_workspace->clocks().isWorking()); }
};

void TestTraceClocks::openSkewed()
{
    open(test::spansFromText(kSkewed));
    settleClocks();
}

widgets::Chip *TestTraceClocks::chip() const
{
    for (auto *chip : m_page->findChildren<widgets::Chip *>()) {
        if (chip->isVisible() && chip->text().startsWith(u"clocks"))
            return chip;
    }
    return nullptr;
}

QPushButton *TestTraceClocks::button(const QString &text) const
{
    for (auto *button : clocks()->findChildren<QPushButton *>()) {
        if (button->text() == text)
            return button;
    }
    return nullptr;
}

int TestTraceClocks::queryAtMs() const
{
    const trace::TraceSnapshot &snapshot = *m_workspace->snapshot();
    for (std::uint32_t row = 0; row < snapshot.spans().size(); ++row) {
        if (snapshot.operationOf(SpanRow(row)) == "SELECT users")
            return static_cast<int>((snapshot.spans().startNs[row] - snapshot.traces()[0].startNs) / 1'000'000);
    }
    return -1;
}

void TestTraceClocks::clocksThatDisagreeAreSaidAtTheirTraces()
{
    openSkewed();
    QVERIFY(chip() != nullptr);
    QCOMPARE(chip()->text(), u"clocks disagree"_s);
    QCOMPARE(chip()->kind(), widgets::Chip::Kind::Warning);
    QTest::mouseClick(chip(), Qt::LeftButton);
    QVERIFY(clocks()->isVisible());
    const items::ClockPairModel *model = clocks()->findChild<items::ClockPairModel *>();
    QCOMPARE(model->rowCount(), 2);
    QCOMPARE(model->index(0, 0).data().toString(), u"web \u2194 db"_s);
    const QString evidence = model->index(0, 0).data(items::ClockPairModel::EvidenceRole).toString();
    QVERIFY2(evidence.contains(u"3 of 3 calls outside the caller"_s), qPrintable(evidence));
    // The other trace has no span of that service.
    m_workspace->select(
        {m_workspace->snapshot()->generation(), TraceRow(1), SpanRow(m_workspace->snapshot()->traces()[1].rootRow)});
    QVERIFY(chip() == nullptr);
}

void TestTraceClocks::theSwitchPutsThemRightAndUndoTakesItBack()
{
    openSkewed();
    const trace::TraceSnapshotPtr recorded = m_workspace->snapshot();
    QTest::keyClick(view(), Qt::Key_K);
    QVERIFY(clocks()->isVisible());
    QCOMPARE(queryAtMs(), 105);
    theSwitch()->click();
    QTRY_COMPARE(queryAtMs(), 7);
    settleClocks();
    QCOMPARE(chip()->text(), u"clocks corrected"_s);
    QCOMPARE(m_workspace->snapshot()->ledger().count(trace::RepairKind::OutsideParent), 0U);
    QVERIFY(theSwitch()->isChecked());
    m_workspace->history().undo();
    QCOMPARE(m_workspace->snapshot(), recorded);
    QVERIFY(!theSwitch()->isChecked());
    m_workspace->history().redo();
    QTRY_COMPARE(queryAtMs(), 7);
    QTest::keyClick(view(), Qt::Key_K, Qt::ShiftModifier);
    QCOMPARE(queryAtMs(), 105);
}

void TestTraceClocks::anOffsetSetByHandCountsUntilItIsForgotten()
{
    openSkewed();
    QTest::keyClick(view(), Qt::Key_K);
    auto *field = clocks()->findChild<QLineEdit *>();
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, u"-95ms"_s);
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(queryAtMs(), 10);
    settleClocks();
    QVERIFY(theSwitch()->isChecked());
    QPushButton *forget = button(u"Use what was found"_s);
    QVERIFY(forget->isVisible());
    forget->click();
    QTRY_COMPARE(queryAtMs(), 7);
    QVERIFY(!forget->isVisible());
    m_workspace->history().undo();
    QTRY_COMPARE(queryAtMs(), 10);
}

void TestTraceClocks::aWrongOffsetIsSaidAndChangesNothing()
{
    openSkewed();
    QTest::keyClick(view(), Qt::Key_K);
    auto *field = clocks()->findChild<QLineEdit *>();
    const int steps = m_workspace->history().count();
    for (const QString &text : {u"soon"_s, u""_s, u"12"_s, u"--3ms"_s}) {
        field->setText(text);
        button(u"Set"_s)->click();
        const auto labels = clocks()->findChildren<widgets::PlainLabel *>();
        QVERIFY(std::ranges::any_of(labels, [](const auto *label) {
            return label->isVisible() && label->text().contains(u"such as -12.5ms");
        }));
        QCOMPARE(m_workspace->history().count(), steps);
    }
}

void TestTraceClocks::foldsAndSelectionOutliveTheChange()
{
    open(test::spansFromText("web r @0ms +120ms\n  db a @105ms +80ms\n    db in @106ms +5ms\n  db b @186ms +20ms\n"
                             "  db c @190ms +20ms\n  cache g @60ms +30ms\n    cache in2 @61ms +1ms\n"));
    settleClocks();
    waterfall::WaterfallState &state = view()->state();
    const auto rowOf = [&](std::string_view operation) {
        std::uint32_t row = 0;
        while (m_workspace->snapshot()->operationOf(SpanRow(row)) != operation)
            ++row;
        return SpanRow(row);
    };
    state.select(rowOf("g"));
    state.setFolded(rowOf("g"), true);
    const SpanRow before = rowOf("g");
    QTest::keyClick(view(), Qt::Key_K, Qt::ShiftModifier);
    QTRY_VERIFY(rowOf("g") != before);
    settle();
    QCOMPARE(selectedOperation(), u"g"_s);
    QVERIFY(state.order().isFolded(rowOf("g")));
    QVERIFY(!state.order().isFolded(rowOf("a")));
    m_workspace->history().undo(); // the clocks
    QCOMPARE(rowOf("g"), before);
    QVERIFY(state.order().isFolded(before));
    m_workspace->history().undo(); // the fold
    QVERIFY(!state.order().isFolded(before));
}

void TestTraceClocks::withoutEvidenceNothingIsOffered()
{
    open(test::spansFromText("web r @0ms +120ms\n"));
    settleClocks();
    QVERIFY(chip() == nullptr);
    QTest::keyClick(view(), Qt::Key_K);
    QVERIFY(!theSwitch()->isEnabled());
    QVERIFY(clocks()->findChild<QLineEdit *>()->isHidden() || !clocks()->findChild<QLineEdit *>()->isVisible());
}

QTEST_MAIN(TestTraceClocks)
#include "tst_trace_clocks.moc"
