// SPDX-License-Identifier: GPL-3.0-or-later
// A load-test report in the window while its file is read, when that is cancelled, and when the file leaves something
// open.
#include "app/workspace/workspace.h"
#include "models/loadtest/timeline.h"
#include "ui/mainwindow/main_window.h"
#include "ui/mainwindow/report_question_dialog.h"
#include "ui/style/theme_switch.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/chip.h"

#include <QComboBox>
#include <QPushButton>
#include <QtTest>

using namespace tailspan;
using namespace Qt::StringLiterals;

namespace {

constexpr int kRows = 1'500'000; // half a second of reading and more

/// A JMeter file of about 80 MB: 100 requests a second for four hours.
void writeLargeFile(const QString &path)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QByteArray block("timeStamp,elapsed,label,responseCode,threadName,success,allThreads\n");
    for (int i = 0; i < kRows; ++i) {
        block += QByteArray::number(1'700'000'000'000 + i * 10LL) + ",25,GET /api/jobs,200,Thread Group 1-"
            + QByteArray::number(i % 20) + ",true,20\n";
        if (block.size() > 4'000'000) {
            file.write(block);
            block.clear();
        }
    }
    file.write(block);
}

} // namespace

class TestGrowingReport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        style::ThemeSwitch::instance().apply(style::ThemeChoice::Light);
        m_largePath = m_dir.filePath(u"large.jtl"_s);
        writeLargeFile(m_largePath);
    }

    void init()
    {
        QFile::remove(m_dir.filePath(u"settings.json"_s));
        m_settings = std::make_unique<settings::SettingsStore>(m_dir.filePath(u"settings.json"_s));
        m_workspace = std::make_unique<workspace::Workspace>(*m_settings);
        m_window = std::make_unique<mainwindow::MainWindow>(*m_workspace);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }

    void cleanup()
    {
        m_window.reset();
        m_workspace.reset();
    }

    void aLargeFileIsShownFromItsFirstSecondsOn()
    {
        std::vector<std::uint64_t> requests;
        bool wasSaid = false;
        connect(m_workspace.get(), &workspace::Workspace::reportChanged, this, [&] {
            const auto &report = m_workspace->report();
            if (!report->isPartial)
                return;
            requests.push_back(loadtest::requestCount(report->requests, {}));
            wasSaid = wasSaid || m_window->findChild<widgets::Chip *>(u"stillReading"_s) != nullptr;
            QCOMPARE(m_window->currentPage(), u"replay"_s);
        });
        QSignalSpy finished(m_workspace.get(), &workspace::Workspace::openFinished);
        m_workspace->open({m_largePath});
        QVERIFY(finished.wait(60'000));
        QVERIFY(!m_workspace->report()->isPartial);
        QCOMPARE(loadtest::requestCount(m_workspace->report()->requests, {}), std::uint64_t{kRows});
        QVERIFY(!requests.empty() && wasSaid);
        QVERIFY(std::is_sorted(requests.begin(), requests.end()) && requests.front() > 0);
        QTRY_VERIFY(m_window->findChild<widgets::Chip *>(u"stillReading"_s) == nullptr);
        QCOMPARE(m_workspace->openPaths(), QStringList{m_largePath});
    }

    void cancellingBringsBackWhatWasOpenBefore()
    {
        QSignalSpy finished(m_workspace.get(), &workspace::Workspace::openFinished);
        m_workspace->open({QStringLiteral(TAILSPAN_SOURCE_DIR "/tests/data/reports/k6-v0.48-small.ndjson")});
        QVERIFY(finished.wait(20'000));
        const loadtest::LoadTestReportPtr before = m_workspace->report();
        connect(m_workspace.get(), &workspace::Workspace::reportChanged, this, [this] {
            if (m_workspace->report() && m_workspace->report()->isPartial)
                QTimer::singleShot(0, m_workspace.get(), &workspace::Workspace::cancelOpen);
        });
        m_workspace->open({m_largePath});
        QTRY_VERIFY_WITH_TIMEOUT(!m_workspace->isOpening(), 60'000);
        QTest::qWait(700); // what was on its way is dropped
        QCOMPARE(m_workspace->report(), before);
    }

    void aFileWithoutAZoneIsAskedAboutOnce()
    {
        const QString path = m_dir.filePath(u"local.jtl"_s);
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("timeStamp,elapsed,label,success\n2014/02/24 07:42:21.256,10,a,true\n"
                   "2014/02/24 07:42:23.256,10,a,true\n");
        file.close();
        QSignalSpy finished(m_workspace.get(), &workspace::Workspace::openFinished);
        m_workspace->open({path});
        QVERIFY(finished.wait(20'000));
        QVERIFY(m_window->banner().isVisible());
        QVERIFY(m_window->banner().text().contains(u"no zone"_s));
        const std::int64_t utcNs = m_workspace->report()->startedAt->ns();
        Q_EMIT m_window->banner().actionTriggered();
        auto *dialog = m_window->findChild<mainwindow::ReportQuestionDialog *>();
        QVERIFY(dialog != nullptr);
        auto *zone = dialog->findChild<QComboBox *>(u"zone"_s);
        zone->setCurrentIndex(zone->findData(120));
        dialog->accept();
        QVERIFY(finished.wait(20'000));
        QCOMPARE(utcNs - m_workspace->report()->startedAt->ns(), std::int64_t{7'200'000'000'000});
        QVERIFY(!m_window->banner().isVisible());
        settings::SettingsStore again(m_dir.filePath(u"settings.json"_s));
        again.load();
        QCOMPARE(again.value().reportAnswers.value(path).zoneMinutes, std::optional(120));
    }

    void aFolderOpensWhatBelongsTogether()
    {
        QDir(m_dir.path()).mkdir(u"run"_s);
        for (const QString &name : {u"run_stats.csv"_s, u"run_stats_history.csv"_s, u"run_failures.csv"_s})
            QFile::copy(QStringLiteral(TAILSPAN_SOURCE_DIR "/tests/data/reports/locust/") + name,
                        m_dir.filePath(u"run/"_s + name));
        QFile notes(m_dir.filePath(u"run/notes.txt"_s));
        QVERIFY(notes.open(QIODevice::WriteOnly) && notes.write("no report") > 0);
        notes.close();
        QSignalSpy finished(m_workspace.get(), &workspace::Workspace::openFinished);
        m_workspace->open({m_dir.filePath(u"run"_s)});
        QVERIFY(finished.wait(20'000));
        QVERIFY(m_workspace->report() != nullptr);
        QCOMPARE(m_workspace->report()->parts.size(), std::size_t{3});
        QCOMPARE(m_workspace->openPaths().size(), 3);
        QVERIFY(!m_window->banner().isVisible());
    }

private:
    QTemporaryDir m_dir;
    QString m_largePath;
    std::unique_ptr<settings::SettingsStore> m_settings;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<mainwindow::MainWindow> m_window;
};

QTEST_MAIN(TestGrowingReport)
#include "tst_growing_report.moc"
