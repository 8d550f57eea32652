// SPDX-License-Identifier: GPL-3.0-or-later
// The Advisor page in the window: from the list to the trace and the copied artifact.
#include "app/settings/settings.h"
#include "app/workspace/workspace.h"
#include "models/advisor/named_span.h"
#include "tests/gui/traces_fixture.h"
#include "tests/support/incident_file.h"
#include "ui/advisor/advisor_page.h"
#include "ui/advisor/finding_list.h"
#include "ui/advisor/finding_view.h"
#include "ui/advisor/picture_painting.h"
#include "ui/mainwindow/main_window.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace tailspan;
using namespace Qt::StringLiterals;
using advisorpage::FindingList;

namespace {

constexpr int kTraces = 2000;
constexpr int kWaitMs = 20'000;

} // namespace

class TestAdvisorPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void thePlantedVersionComesFirst();
    void threeClicksLeadToTheTraceAndTheCopiedArtifact();
    void dismissedComesBackWhenItGetsWorse();
    void appliedFindingsAreKeptWithTheirOutcome();
    void whatCouldNotBeJudgedSaysHow();
    void theReportIsSavedInEachForm();
    void whatIfAnswersUnderTheSlider();
    void theMapAndTheWaterfallAreMarked();
    void theDetailsOfAMarkedSpanLeadToTheFinding();

private:
    [[nodiscard]] workspace::AdviceDesk &desk() { return m_workspace->advice(); }
    [[nodiscard]] FindingList &list() { return *m_window->findChild<FindingList *>(u"findings"_s); }
    template <class Widget>
    [[nodiscard]] Widget *child(const char *name)
    {
        return m_window->findChild<Widget *>(QLatin1String(name));
    }

    QTemporaryDir m_folder;
    QString m_path;
    std::unique_ptr<settings::SettingsStore> m_settings;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<mainwindow::MainWindow> m_window;
};

void TestAdvisorPage::initTestCase()
{
    test::prepareWindows();
    m_path = m_folder.filePath(u"incident.json"_s);
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    const std::string text = test::incidentAsJaeger(kTraces);
    QCOMPARE(file.write(text.data(), static_cast<qint64>(text.size())), static_cast<qint64>(text.size()));
}

void TestAdvisorPage::init()
{
    test::failOnWarnings();
    m_settings = std::make_unique<settings::SettingsStore>(QString());
    m_workspace = std::make_unique<workspace::Workspace>(*m_settings);
    m_window = std::make_unique<mainwindow::MainWindow>(*m_workspace);
    m_window->resize(1400, 900);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    QSignalSpy finished(m_workspace.get(), &workspace::Workspace::openFinished);
    m_workspace->open({m_path});
    QVERIFY(finished.wait(kWaitMs));
    QVERIFY(m_window->showPage(u"advisor"_s));
    QTRY_VERIFY_WITH_TIMEOUT(desk().advised() != nullptr && !desk().isRunning(), kWaitMs);
}

void TestAdvisorPage::cleanup()
{
    m_window.reset();
    m_workspace.reset();
    m_settings.reset();
}

void TestAdvisorPage::thePlantedVersionComesFirst()
{
    QVERIFY(list().current() != nullptr);
    const advisor::Finding &finding = *list().current()->finding;
    QCOMPARE(finding.detector, std::string("service.bad-instance"));
    QCOMPARE(finding.subject.service, std::string("payment"));
    QCOMPARE(finding.subject.object, std::string("version 2.14.1"));
    // Rolled out in the middle: what is before says nothing about it.
    QCOMPARE(finding.verification.state, advisor::VerificationState::Verified);
    QVERIFY(finding.estimate && finding.estimate->now && *finding.estimate->now > 400);
    QVERIFY(finding.estimate->low < 60 && finding.estimate->high < 120);
    QVERIFY(finding.artifacts.front().text.find("kubectl rollout undo deployment/payment") != std::string::npos);
}

void TestAdvisorPage::threeClicksLeadToTheTraceAndTheCopiedArtifact()
{
    const QModelIndex first = list().model()->index(0, 0);
    QTest::mouseClick(list().viewport(), Qt::LeftButton, {}, list().visualRect(first).center()); // one
    auto *copy = child<QPushButton>("copyArtifact");
    QVERIFY(copy != nullptr);
    copy->click(); // two
    QCOMPARE(QApplication::clipboard()->text().toStdString(), list().current()->finding->artifacts.front().text);
    auto *link = child<QAbstractButton>("evidenceLink");
    QVERIFY(link != nullptr);
    link->click(); // three
    QTRY_VERIFY(m_workspace->selection().trace.isValid());
    const trace::SpanTable &spans = m_workspace->snapshot()->spans();
    const auto &summary = m_workspace->snapshot()->traces()[m_workspace->selection().trace.value()];
    QVERIFY(spans.durationNs[summary.rootRow] > 400'000'000);
}

void TestAdvisorPage::dismissedComesBackWhenItGetsWorse()
{
    advisor::Finding finding = *list().current()->finding;
    const int before = list().model()->rowCount();
    desk().dismiss(finding, u"Known and planned"_s);
    QCOMPARE(list().model()->rowCount(), before - 1);
    QVERIFY(desk().isDismissed(finding));
    finding.impactMsPerHour = 2 * *finding.impactMsPerHour;
    QVERIFY(!desk().isDismissed(finding));
    auto *shown = child<QComboBox>("findingsShown");
    shown->setCurrentIndex(3);
    Q_EMIT shown->activated(3);
    QCOMPARE(list().model()->rowCount(), 1);
    desk().forgetMark(QString::fromStdString(finding.id));
    QCOMPARE(list().model()->rowCount(), 0);
}

void TestAdvisorPage::appliedFindingsAreKeptWithTheirOutcome()
{
    const advisor::Finding finding = *list().current()->finding;
    desk().markApplied(finding);
    const auto applied = desk().applied();
    QCOMPARE(applied.size(), std::size_t{1});
    QVERIFY(!applied.front().outcome.has_value()); // nothing is loaded from after now
    QVERIFY(applied.front().mark.beforeCount > 0);
    QCOMPARE(applied.front().mark.beforeMs.size(), qsizetype(advisor::kFigureQuantiles));
    auto *shown = child<QComboBox>("findingsShown");
    shown->setCurrentIndex(4);
    Q_EMIT shown->activated(4);
    QCOMPARE(list().model()->rowCount(), 1);
}

void TestAdvisorPage::whatCouldNotBeJudgedSaysHow()
{
    auto *link = child<QAbstractButton>("unjudgedLink");
    QVERIFY(link->isVisible());
    link->click();
    auto *view = child<QWidget>("unjudged");
    QVERIFY(view->isVisible());
    bool saysHow = false;
    const auto labels = view->findChildren<QLabel *>();
    for (const QLabel *label : labels)
        saysHow = saysHow || label->text().contains(u"Connect Prometheus."_s);
    QVERIFY(saysHow);
}

void TestAdvisorPage::theReportIsSavedInEachForm()
{
    for (const auto &[name, mark] : {std::pair(u"a.md"_s, QByteArray("# Advice")),
                                     {u"a.html"_s, "<!doctype html>"},
                                     {u"a.json"_s, "\"findings\""},
                                     {u"a.pdf"_s, "%PDF"}}) {
        const QString path = m_folder.filePath(name);
        const Result<> saved = desk().saveAs(path, advisorpage::reportLook());
        QVERIFY2(saved.has_value(), saved ? "" : saved.error().text().c_str());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(file.readAll().contains(mark), qPrintable(name));
    }
    QVERIFY(!desk().saveAs(m_folder.filePath(u"none/a.md"_s), {}).has_value());
}

void TestAdvisorPage::whatIfAnswersUnderTheSlider()
{
    const auto &snapshot = m_workspace->snapshot();
    const auto &summary = snapshot->traces()[0];
    m_workspace->select({snapshot->generation(), TraceRow(0), SpanRow(summary.rootRow + 1)});
    auto *page = m_window->findChild<advisorpage::AdvisorPage *>();
    QVERIFY(page->showView(u"what-if:selected"_s));
    auto *note = child<QLabel>("whatIfNote");
    QTRY_VERIFY_WITH_TIMEOUT(note->text().contains(u"80 % interval"_s), kWaitMs);
    const QString half = note->text();
    child<QSlider>("whatIfAmount")->setValue(90);
    QTRY_VERIFY_WITH_TIMEOUT(page->isSettled() && note->text() != half, kWaitMs);
}

void TestAdvisorPage::theMapAndTheWaterfallAreMarked()
{
    bool isNamed = false;
    for (const workspace::ServiceWarning &warning : m_workspace->warnings().all())
        isNamed = isNamed || (warning.service == "payment" && warning.text.find("2.14.1") != std::string::npos);
    QVERIFY(isNamed);
}

void TestAdvisorPage::theDetailsOfAMarkedSpanLeadToTheFinding()
{
    const std::string id = list().current()->finding->id;
    const trace::TraceSnapshotPtr &snapshot = m_workspace->snapshot();
    const auto span = advisor::namedSpan(*list().current()->finding, *snapshot);
    QVERIFY(span.has_value());
    QVERIFY(m_window->showPage(u"traces"_s));
    m_workspace->select({snapshot->generation(), TraceRow(snapshot->spans().trace[span->value()]), *span});
    QTRY_VERIFY(child<QAbstractButton>("findingLink") != nullptr);
    QAbstractButton *link = nullptr;
    const auto links = m_window->findChildren<QAbstractButton *>(u"findingLink"_s);
    for (QAbstractButton *each : links) {
        if (each->text().contains(u"2.14.1"_s))
            link = each;
    }
    QVERIFY(link != nullptr);
    auto *page = m_window->findChild<advisorpage::AdvisorPage *>();
    page->showView(u"unjudged"_s); // what is shown meanwhile gives way, and so does a filter that leaves it out
    page->showView(u"dismissed"_s);
    link->click();
    QVERIFY(page->isVisible());
    QVERIFY(list().current() != nullptr);
    QCOMPARE(list().current()->finding->id, id);
    QVERIFY(child<QWidget>("finding")->isVisible());
    QVERIFY(!page->showView(u"id:none"_s));
}

QTEST_MAIN(TestAdvisorPage)
#include "tst_advisor_page.moc"
