// SPDX-License-Identifier: GPL-3.0-or-later
// What counts is chosen in the Replay page, and the what-if beside it.
#include "models/loadtest/timeline.h"
#include "tests/gui/replay_fixture.h"
#include "ui/replay/counting_bar.h"
#include "ui/widgets/plain_label.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace tailspan;
using namespace tailspan::replay;
using namespace Qt::StringLiterals;
using test::second;

class TestReplayCounting : public QObject, private test::ReplayFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepare(); }
    void init() { show(); }
    void cleanup() { close(); }
    void theBarIsOpenedByItsButton();
    void aTypedWarmUpLeavesAllFigures();
    void aWarmUpUpToThePlayHead();
    void whatIsChosenIsUndoneAndRemembered();
    void aWrongWarmUpIsSaidAndChangesNothing();
    void failedRequestsLeaveTheLines();
    void theWhatIfLiesBesideWhatWasMeasured();
    void theWhatIfIsRefusedWhereNothingIsMissing();

private:
    template <class T>
    T *find(const char *name)
    {
        return m_page->findChild<T *>(QLatin1String(name));
    }
    void type(const char *field, const QString &text)
    {
        auto *edit = find<QLineEdit>(field);
        edit->setText(text);
        QTest::keyClick(edit, Qt::Key_Return);
        settle();
    }
    QString said() { return find<QLabel>("countingSaid")->text(); }
};

void TestReplayCounting::theBarIsOpenedByItsButton()
{
    open(test::sampleRun(60));
    QVERIFY(!find<CountingBar>("countingBar")->isVisible());
    find<QPushButton>("whatCounts")->click();
    QVERIFY(find<CountingBar>("countingBar")->isVisible());
    find<QPushButton>("whatCounts")->click();
    QVERIFY(!find<CountingBar>("countingBar")->isVisible());
}

void TestReplayCounting::aTypedWarmUpLeavesAllFigures()
{
    open(test::sampleRun(60));
    const auto all = loadtest::totalsOf(*state().report()).requests;
    find<QPushButton>("whatCounts")->click();
    type("warmUp", u"20s"_s);
    QVERIFY(state().report()->warmUp.has_value());
    QVERIFY(*loadtest::totalsOf(*state().report()).requests < *all);
    QCOMPARE(state().run().length(), Duration::seconds(60)); // the lanes keep it
    bool isSaid = false;
    for (const QLabel *label : m_page->findChildren<QLabel *>())
        isSaid = isSaid || (label->isVisible() && label->text().contains(u"warm-up of 20 s left out"_s));
    QVERIFY(isSaid);
    type("warmUp", {});
    QCOMPARE(loadtest::totalsOf(*state().report()).requests, all);
}

void TestReplayCounting::aWarmUpUpToThePlayHead()
{
    open(test::sampleRun(60));
    find<QPushButton>("whatCounts")->click();
    state().setHead(second(30));
    find<QPushButton>("warmUpToHead")->click();
    QCOMPARE(state().report()->warmUp->end, second(30));
    QCOMPARE(state().head(), second(30)); // nothing jumps
}

void TestReplayCounting::whatIsChosenIsUndoneAndRemembered()
{
    open(test::sampleRun(60));
    find<QPushButton>("whatCounts")->click();
    type("warmUp", u"20s"_s);
    m_workspace->history().undo();
    QVERIFY(!state().report()->warmUp);
    QVERIFY(find<QLineEdit>("warmUp")->text().isEmpty());
    m_workspace->history().redo();
    QVERIFY(state().report()->warmUp.has_value());
    open(test::sampleRun(60)); // the same file
    QVERIFY(state().report()->warmUp.has_value());
    QVERIFY(find<CountingBar>("countingBar")->isVisible());
}

void TestReplayCounting::aWrongWarmUpIsSaidAndChangesNothing()
{
    open(test::sampleRun(60));
    find<QPushButton>("whatCounts")->click();
    for (const QString &wrong : {u"long"_s, u"10 min"_s}) {
        type("warmUp", wrong);
        QVERIFY(!state().report()->warmUp);
        QVERIFY(!said().isEmpty());
    }
}

void TestReplayCounting::failedRequestsLeaveTheLines()
{
    open(test::sampleRun(60));
    const std::uint64_t all = loadtest::latencyOf(state().report()->requests, {}).count();
    find<QPushButton>("whatCounts")->click();
    find<QCheckBox>("withFailures")->click();
    settle();
    const std::uint64_t rest = loadtest::latencyOf(state().report()->requests, {}).count();
    QVERIFY(rest < all);
    find<QCheckBox>("withFailures")->click();
    QCOMPARE(loadtest::latencyOf(state().report()->requests, {}).count(), all);
}

void TestReplayCounting::theWhatIfLiesBesideWhatWasMeasured()
{
    open(test::sampleRun(60));
    const auto measured = lanes().picture().steps;
    QVERIFY(lanes().picture().whatIf.empty());
    find<CountingBar>("countingBar")->setText(u"whatif=1ms"_s);
    settle();
    QTRY_COMPARE(lanes().picture().whatIf.size(), measured.size());
    QVERIFY2(said().startsWith(u"What if each user had sent a request every 1 ms"_s), qPrintable(said()));
    bool isHigher = false;
    for (std::size_t i = 0; i < measured.size(); ++i) {
        const auto &now = lanes().picture().steps[i];
        QVERIFY(now.p95Ns == measured[i].p95Ns || std::isnan(now.p95Ns));
        isHigher = isHigher || lanes().picture().whatIf[i].p99Ns != now.p99Ns;
    }
    QVERIFY(isHigher);
    find<QCheckBox>("whatIf")->click();
    QTRY_VERIFY(lanes().picture().whatIf.empty());
    QVERIFY(said().isEmpty());
}

void TestReplayCounting::theWhatIfIsRefusedWhereNothingIsMissing()
{
    loadtest::LoadTestReport openModel = test::sampleRun(60);
    openModel.omission = loadtest::Omission::OpenModel;
    loadtest::LoadTestReport corrected = test::sampleRun(60);
    corrected.omission = loadtest::Omission::Corrected;
    for (const auto &[report, word] :
         {std::pair{openModel, u"when they were due"_s}, {corrected, u"already added"_s}}) {
        open(report);
        find<CountingBar>("countingBar")->setText(u"whatif=1ms"_s);
        QTRY_VERIFY2(said().contains(word), qPrintable(said()));
        QVERIFY(!state().whatIf());
        find<QCheckBox>("whatIf")->setChecked(false);
    }
}

QTEST_MAIN(TestReplayCounting)
#include "tst_replay_counting.moc"
