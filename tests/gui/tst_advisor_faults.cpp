// SPDX-License-Identifier: GPL-3.0-or-later
// The Advisor page with what no good program sends: markup, right-to-left marks, line breaks, ten kilobytes in one word,
// three hundred findings, none at all; and without a mouse.
#include "app/settings/settings.h"
#include "app/workspace/workspace.h"
#include "tests/gui/traces_fixture.h"
#include "ui/advisor/advisor_page.h"
#include "ui/advisor/finding_list.h"
#include "ui/advisor/finding_view.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QInputDialog>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>

#include <memory>

using namespace tailspan;
using namespace Qt::StringLiterals;
using advisorpage::AdvisorPage;
using advisorpage::FindingList;

namespace {

const std::string kLongWord(10'000, 'w');
const std::string kMarkup = "<b>bold</b> <img src='x'> &amp; \u202eright to left\u202c\nsecond line\ttab";

advisor::Picture hostilePicture(int number)
{
    switch (number % 4) {
    case 0: {
        advisor::CurvePicture curves;
        curves.yName = kMarkup;
        curves.xName = curves.yUnit = kMarkup;
        curves.curves.push_back({kLongWord, {1, 2, 3}, {1, 3, 2}, true});
        curves.curves.push_back({"short", {1, 2, 3}, {2, 2, 2}, false});
        curves.limits.emplace_back(kMarkup, 2.5);
        curves.chosenX = 2;
        return curves;
    }
    case 1: return advisor::PlanPicture{{{0, kMarkup, true}, {900, kLongWord, false}}, {{1, "Index Scan", true}}};
    case 2:
        return advisor::CallsPicture{{{kLongWord, 0, 50'000'000, 20}, {kMarkup, 0, 90'000'000, 1}}, {{"one", 0, 1, 1}}};
    default:
        return advisor::TablePicture{
            {"Setting", kMarkup, "Third"}, {{kLongWord, "b", "c"}, {"a", kMarkup, kLongWord}}, {1}};
    }
}

advisor::Finding hostileFinding(int number)
{
    advisor::Finding finding;
    finding.id = "test.hostile-" + std::to_string(number);
    finding.detector = "calls.n-plus-one";
    finding.kind = static_cast<advisor::FindingKind>(number % 8);
    finding.severity = static_cast<advisor::Severity>(4 - number % 5);
    finding.title = number % 2 == 0 ? kMarkup + kLongWord : "Title " + std::to_string(number) + " " + kMarkup;
    finding.subject = {number % 3 == 0 ? kLongWord : "service " + std::to_string(number % 7), kMarkup, kLongWord};
    finding.what = kMarkup + " " + kLongWord;
    finding.impactText = kMarkup;
    finding.evidence.push_back(
        {"traces", kLongWord, {{advisor::ReferenceKind::Trace, kLongWord, kMarkup + kLongWord, {}}}});
    finding.evidence.push_back({"config", kMarkup, {{advisor::ReferenceKind::Config, kLongWord, {}, {}}}});
    finding.estimate = advisor::Estimate{kLongWord, kMarkup, 1, 2, 3, 90, kLongWord};
    finding.verification = {advisor::VerificationState::Unverified, kLongWord};
    finding.artifacts.push_back({"sql", kLongWord, "SELECT '" + kLongWord + "';\n" + kMarkup, kMarkup});
    finding.picture = hostilePicture(number);
    finding.conflicts = finding.assumptions = {kMarkup, kLongWord};
    finding.refutedBy = kLongWord;
    return finding;
}

advice::AdvisedPtr hostileAdvice(int findings, int unjudged)
{
    auto advised = std::make_shared<advice::Advised>();
    for (int i = 0; i < findings; ++i)
        advised->advice.findings.push_back(hostileFinding(i));
    for (int i = 0; i < unjudged; ++i)
        advised->advice.unjudged.push_back(
            {"test.detector-" + std::to_string(i), kMarkup, i % 2 == 0 ? kLongWord : kMarkup, kMarkup});
    advised->from.sources = {kLongWord, "48,213 spans"};
    advised->from.notes = {kMarkup, kLongWord};
    return advised;
}

} // namespace

class TestAdvisorFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { test::prepareWindows(); }
    void init();
    void cleanup();
    void nothingIsWiderThanThePage();
    void textFromOutsideIsNeverMarkup();
    void threeHundredAreFiltered();
    void noneAtAllAndNothingJudgedSayWhatToDo();
    void theKeyboardDoesItAll();

private:
    [[nodiscard]] workspace::AdviceDesk &desk() { return m_workspace->advice(); }
    [[nodiscard]] FindingList &list() { return *m_page->findChild<FindingList *>(u"findings"_s); }
    void chooseRow(int row) { list().setCurrentIndex(list().model()->index(row, 0)); }

    std::unique_ptr<settings::SettingsStore> m_settings;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<AdvisorPage> m_page;
};

void TestAdvisorFaults::init()
{
    test::failOnWarnings();
    m_settings = std::make_unique<settings::SettingsStore>(QString());
    m_workspace = std::make_unique<workspace::Workspace>(*m_settings);
    m_page = std::make_unique<AdvisorPage>(*m_workspace);
    m_page->resize(940, 700);
    m_page->show();
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
}

void TestAdvisorFaults::cleanup()
{
    m_page.reset();
    m_workspace.reset();
    m_settings.reset();
}

void TestAdvisorFaults::nothingIsWiderThanThePage()
{
    desk().setAdvised(hostileAdvice(8, 6));
    QVERIFY(m_page->minimumSizeHint().width() <= 940);
    auto *view = m_page->findChild<QScrollArea *>(u"finding"_s);
    for (int row = 0; row < 8; ++row) {
        chooseRow(row);
        QTest::qWait(20);
        QVERIFY(view->isVisible());
        QCOMPARE(view->widget()->width(), view->viewport()->width());
        for (const QWidget *child : view->widget()->findChildren<QWidget *>()) {
            const int right = child->mapTo(view->widget(), QPoint(child->width(), 0)).x();
            const bool scrolls = qobject_cast<const QAbstractScrollArea *>(child->parentWidget()->parentWidget())
                != nullptr;
            QVERIFY2(right <= view->widget()->width() || scrolls,
                     qPrintable(child->objectName() + QLatin1String(child->metaObject()->className())));
        }
        QVERIFY(!view->grab().isNull());
    }
    QVERIFY(m_page->showView(u"unjudged"_s));
    auto *unjudged = m_page->findChild<QScrollArea *>(u"unjudged"_s);
    QTest::qWait(20);
    QCOMPARE(unjudged->widget()->width(), unjudged->viewport()->width());
}

void TestAdvisorFaults::textFromOutsideIsNeverMarkup()
{
    desk().setAdvised(hostileAdvice(4, 2));
    for (int row = 0; row < 4; ++row) {
        chooseRow(row);
        for (const QLabel *label : m_page->findChildren<QLabel *>())
            QVERIFY(label->textFormat() == Qt::PlainText || label->text().isEmpty());
        for (const QWidget *widget : m_page->findChildren<QWidget *>())
            QVERIFY2(!widget->toolTip().contains(u"<b>bold"), qPrintable(widget->objectName()));
    }
}

void TestAdvisorFaults::threeHundredAreFiltered()
{
    desk().setAdvised(hostileAdvice(300, 0));
    QCOMPARE(list().model()->rowCount(), 300);
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 20; ++i)
        QTest::keyClick(&list(), Qt::Key_Down);
    QVERIFY2(timer.elapsed() < 20 * 100, qPrintable(QString::number(timer.elapsed()))); // a click in 100 ms
    QCOMPARE(list().currentIndex().row(), 20);
    const auto boxes = m_page->findChildren<QComboBox *>();
    QComboBox *services = nullptr;
    for (QComboBox *box : boxes) {
        if (box->accessibleName() == u"Services"_s || box->itemText(0) == u"All services"_s)
            services = box;
    }
    QVERIFY(services != nullptr && services->count() > 5);
    QVERIFY(services->sizeHint().width() < 600);
    const int longOne = services->findData(QString::fromStdString(kLongWord));
    QVERIFY(longOne > 0);
    services->setCurrentIndex(longOne);
    Q_EMIT services->activated(longOne);
    QCOMPARE(list().model()->rowCount(), 100);
    QVERIFY(m_page->showView(u"id:test.hostile-1"_s)); // another service's
    QCOMPARE(list().model()->rowCount(), 300);
    QCOMPARE(list().currentIndex().row(), 1);
}

void TestAdvisorFaults::noneAtAllAndNothingJudgedSayWhatToDo()
{
    desk().setAdvised(hostileAdvice(0, 0));
    QCOMPARE(list().model()->rowCount(), 0);
    QVERIFY(!m_page->findChild<QWidget *>(u"unjudgedLink"_s)->isVisible());
    for (const QKeySequence &key : {QKeySequence(Qt::Key_C), QKeySequence(Qt::Key_D), QKeySequence(Qt::Key_E)})
        QTest::keySequence(&list(), key); // about nothing
    desk().setAdvised(hostileAdvice(0, 40));
    auto *link = m_page->findChild<QAbstractButton *>(u"unjudgedLink"_s);
    QVERIFY(link->isVisible());
    link->click();
    QVERIFY(m_page->findChild<QWidget *>(u"unjudged"_s)->isVisible());
}

void TestAdvisorFaults::theKeyboardDoesItAll()
{
    desk().setAdvised(hostileAdvice(5, 1));
    m_page->setFocus();
    QVERIFY(list().hasFocus());
    QTest::keyClick(&list(), Qt::Key_Down);
    QCOMPARE(list().currentIndex().row(), 1);
    QTest::keyClick(&list(), Qt::Key_C);
    QCOMPARE(QApplication::clipboard()->text().toStdString(), list().current()->finding->artifacts.front().text);
    QSignalSpy asked(m_page.get(), &widgets::Page::pageRequested);
    QTest::keyClick(&list(), Qt::Key_Return); // the evidence
    QCOMPARE(asked.size(), 1);
    QTimer::singleShot(0, this, [] {
        auto *dialog = qobject_cast<QInputDialog *>(QApplication::activeModalWidget());
        if (dialog != nullptr)
            dialog->accept();
    });
    QTest::keyClick(&list(), Qt::Key_D);
    QCOMPARE(list().model()->rowCount(), 4);
    m_page->activateWindow(); // the dialog was a window of its own
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    list().setFocus();
    QTest::keyClick(&list(), Qt::Key_U);
    QVERIFY(m_page->findChild<QWidget *>(u"unjudged"_s)->isVisible());
}

QTEST_MAIN(TestAdvisorFaults)
#include "tst_advisor_faults.moc"
