// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/workspace.h"
#include "tests/support/spans_from_text.h"
#include "ui/mainwindow/command_palette.h"
#include "ui/mainwindow/main_window.h"
#include "ui/mainwindow/open_progress.h"
#include "ui/mainwindow/rail.h"
#include "ui/mainwindow/shortcut_sheet.h"
#include "ui/style/theme.h"
#include "ui/style/theme_switch.h"
#include "ui/welcome/file_row.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/plain_tooltip.h"

#include <QApplication>
#include <QDockWidget>
#include <QDropEvent>
#include <QElapsedTimer>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <thread>

using namespace tailspan;
using namespace Qt::StringLiterals;

namespace {

constexpr auto kReport = R"({"metrics":{"http_reqs":{"count":1}}})";

/// Waits until it is told to stop, as opening a very large file would.
Result<workspace::Opened> openForever(const std::vector<std::string> &, std::stop_token stop, Progress &progress)
{
    progress.begin("reading", 1000);
    progress.done = 250;
    while (!stop.stop_requested())
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return fail(ErrorCode::Cancelled, "stopped");
}

/// A report that holds nothing but the name of its file.
Result<workspace::Opened> openNamed(const std::vector<std::string> &paths, std::stop_token, Progress &)
{
    auto report = std::make_shared<loadtest::LoadTestReport>();
    report->fileName = paths.front().substr(paths.front().find_last_of('/') + 1);
    report->tool = "k6";
    workspace::Opened opened;
    opened.report = report;
    opened.reportPaths = paths;
    return opened;
}

Result<workspace::Opened> openNothing(const std::vector<std::string> &paths, std::stop_token, Progress &)
{
    return fail(ErrorCode::Unsupported, "is not a format that Tailspan reads.", paths.front());
}

void drop(QWidget &window, const QList<QUrl> &urls)
{
    QMimeData data;
    data.setUrls(urls);
    QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &drop);
    QVERIFY(drop.isAccepted());
}

} // namespace

class TestMainWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void aDroppedFileIsOpenedAndRemembered();
    void somethingElseThanAFileIsNotTaken();
    void aLongOpenShowsProgressAndCanBeCancelled();
    void aShortOpenShowsNoProgress();
    void whatCannotBeOpenedIsSaidInTheBanner();
    void namesOfFilesAreShownAsTheyAre_data();
    void namesOfFilesAreShownAsTheyAre();
    void everyLabelIsPlainText();
    void theThemeFollowsItsShortcutAndIsRemembered();
    void theKeyboardReachesEveryPageThroughTheRail();
    void pagesHaveNumbers();
    void thePaletteFindsACommandByAFewLettersAndRunsIt();
    void lettersMatchInOrderAndWordBeginningsWin();
    void theSheetNamesEveryShortcut();
    void narrowingIsUndoneWithAltLeft();
    void aMissingRecentFileIsMarkedAndCanBeRemoved();
    void theLayoutSurvivesARestart();
    void whatWasOpenedComesToTheFrontUnlessThePageInFrontCanShowIt();

private:
    void makeWindow(workspace::Opener opener);
    template <class T>
    T *find(const QString &name = {}) const
    {
        return m_window->findChild<T *>(name);
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<settings::SettingsStore> m_settings;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<mainwindow::MainWindow> m_window;
};

void TestMainWindow::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    style::ThemeSwitch::instance().apply(style::ThemeChoice::Light);
}

void TestMainWindow::init()
{
    // What the off-screen platform says about itself is no warning of ours.
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support )"_s));
    m_dir = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<settings::SettingsStore>(m_dir->filePath(u"settings.json"_s));
}

void TestMainWindow::cleanup()
{
    m_window.reset();
    m_workspace.reset();
    m_settings.reset();
    style::ThemeSwitch::instance().apply(style::ThemeChoice::Light);
}

void TestMainWindow::makeWindow(workspace::Opener opener)
{
    m_workspace = std::make_unique<workspace::Workspace>(*m_settings, std::move(opener));
    m_window = std::make_unique<mainwindow::MainWindow>(*m_workspace);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    m_window->activateWindow();
    QTRY_VERIFY(m_window->isActiveWindow());
}

void TestMainWindow::aDroppedFileIsOpenedAndRemembered()
{
    makeWindow(openNamed);
    const QString path = m_dir->filePath(u"run.json"_s);
    drop(*m_window, {QUrl::fromLocalFile(path)});
    QTRY_VERIFY(m_workspace->report() != nullptr);
    QCOMPARE(m_workspace->openPaths(), QStringList{path});
    QCOMPARE(m_settings->value().recentFiles, QStringList{path});
    QVERIFY(m_window->windowTitle().startsWith(u"run.json"_s));
    settings::SettingsStore written(m_dir->filePath(u"settings.json"_s));
    written.load();
    QCOMPARE(written.value().openFiles, QStringList{path});
}

void TestMainWindow::somethingElseThanAFileIsNotTaken()
{
    makeWindow(openNamed);
    QMimeData data;
    data.setUrls({QUrl(u"https://example.org/x.json"_s)});
    data.setText(u"text"_s);
    QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    enter.ignore();
    QApplication::sendEvent(m_window.get(), &enter);
    QVERIFY(!enter.isAccepted());
}

void TestMainWindow::aLongOpenShowsProgressAndCanBeCancelled()
{
    makeWindow(openForever);
    auto *progress = find<mainwindow::OpenProgress>();
    QVERIFY(!progress->isVisible());
    m_workspace->open({u"/data/huge.json"_s});
    QVERIFY(!progress->isVisible());
    QVERIFY(!m_window->isSettled());
    QTRY_VERIFY_WITH_TIMEOUT(progress->isVisible(), 2000);
    auto *cancel = find<QPushButton>(u"cancelOpen"_s);
    QTest::mouseClick(cancel, Qt::LeftButton);
    QVERIFY(!progress->isVisible());
    QVERIFY(!m_workspace->isOpening());
    QCOMPARE(m_window->banner().kind(), widgets::Banner::Kind::Info);
    QVERIFY(m_window->banner().isVisible());
    QTRY_VERIFY(m_window->isSettled());
}

void TestMainWindow::aShortOpenShowsNoProgress()
{
    makeWindow(openNamed);
    m_workspace->open({u"/data/small.json"_s});
    QTRY_VERIFY(m_workspace->report() != nullptr);
    QTest::qWait(400);
    QVERIFY(!find<mainwindow::OpenProgress>()->isVisible());
}

void TestMainWindow::whatCannotBeOpenedIsSaidInTheBanner()
{
    makeWindow(openNothing);
    m_workspace->open({u"/data/odd.bin"_s});
    QTRY_VERIFY(m_window->banner().isVisible());
    QCOMPARE(m_window->banner().kind(), widgets::Banner::Kind::Error);
    QVERIFY(m_window->banner().text().contains(u"/data/odd.bin"_s));
    m_window->banner().dismiss();
    QVERIFY(!m_window->banner().isVisible());
}

void TestMainWindow::namesOfFilesAreShownAsTheyAre_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("markup") << u"<b>bold<b>&amp;<img src=x>.json"_s;
    QTest::newRow("nested tables") << u"<table><tr><td>"_s.repeated(14);
    QTest::newRow("comparison") << u"a < b && c > d.json"_s;
    QTest::newRow("direction") << u"\u202Egnp.json"_s;
    QTest::newRow("combining") << u"Z\u0351\u036B\u0343\u036Aalgo.json"_s;
    QTest::newRow("percent") << u"%1 %n %s.json"_s;
    QTest::newRow("long") << u"x"_s.repeated(240);
}

void TestMainWindow::namesOfFilesAreShownAsTheyAre()
{
    QFETCH(QString, name);
    makeWindow(openNamed);
    QElapsedTimer timer;
    timer.start();
    m_workspace->open({u"/data/"_s + name});
    QTRY_VERIFY(m_workspace->report() != nullptr);
    m_window->showPage(u"welcome"_s);
    m_window->grab();
    Q_EMIT m_workspace->openFailed(name);
    QCOMPARE(m_window->banner().text(), name);
    m_window->grab();
    const auto *row = find<welcome::FileRow>();
    QCOMPARE(row->content().title, name);
    QVERIFY(!widgets::plainToolTip(name).contains(u"<table"_s));
    QVERIFY2(timer.elapsed() < 2000, "text from outside was taken for markup");
}

void TestMainWindow::everyLabelIsPlainText()
{
    makeWindow(openNamed);
    m_workspace->open({u"/data/run.json"_s});
    QTRY_VERIFY(m_workspace->report() != nullptr);
    const QList<QLabel *> labels = m_window->findChildren<QLabel *>();
    QVERIFY(labels.size() > 5);
    for (const QLabel *label : labels)
        QVERIFY2(label->textFormat() == Qt::PlainText || label->text().isEmpty(), qPrintable(label->text()));
}

void TestMainWindow::theThemeFollowsItsShortcutAndIsRemembered()
{
    makeWindow(openNamed);
    const QColor light = m_window->grab().toImage().pixelColor(3, 400);
    QCOMPARE(light, style::lightTheme().panel);
    QTest::keyClick(m_window.get(), Qt::Key_T, Qt::ControlModifier);
    QVERIFY(style::theme().isDark);
    QCOMPARE(m_settings->value().theme, u"dark"_s);
    QCOMPARE(m_window->grab().toImage().pixelColor(3, 400), style::darkTheme().panel);
    QTest::keyClick(m_window.get(), Qt::Key_T, Qt::ControlModifier);
    QVERIFY(!style::theme().isDark);
}

void TestMainWindow::theKeyboardReachesEveryPageThroughTheRail()
{
    makeWindow(openNamed);
    const QStringList pages = m_window->pageIds();
    QVERIFY(pages.size() >= 2);
    auto *rail = find<mainwindow::Rail>();
    const auto buttons = rail->findChildren<mainwindow::RailButton *>();
    buttons.at(1)->setFocus(Qt::TabFocusReason); // the first is the menu
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
    QCOMPARE(m_window->currentPage(), pages.at(1));
    buttons.at(1)->setFocus(Qt::TabFocusReason);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    QCOMPARE(m_window->currentPage(), pages.at(0));
}

void TestMainWindow::pagesHaveNumbers()
{
    makeWindow(openNamed);
    const QStringList pages = m_window->pageIds();
    for (qsizetype i = pages.size() - 1; i >= 0; --i) {
        QTest::keyClick(m_window.get(), static_cast<Qt::Key>(Qt::Key_1 + i), Qt::ControlModifier);
        QCOMPARE(m_window->currentPage(), pages.at(i));
    }
}

void TestMainWindow::thePaletteFindsACommandByAFewLettersAndRunsIt()
{
    makeWindow(openNamed);
    QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
    auto *palette = find<mainwindow::CommandPalette>();
    QVERIFY(palette != nullptr);
    QTRY_VERIFY(palette->isVisible());
    auto *field = palette->findChild<QLineEdit *>();
    QTest::keyClicks(field, u"gotr"_s);
    auto *list = palette->findChild<QListWidget *>();
    QCOMPARE(list->item(0)->text(), u"Go to Traces"_s);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(m_window->currentPage(), u"traces"_s);
    QTRY_VERIFY(find<mainwindow::CommandPalette>() == nullptr);
}

void TestMainWindow::lettersMatchInOrderAndWordBeginningsWin()
{
    using mainwindow::matchScore;
    QCOMPARE(matchScore({}, u"Anything"_s), 0);
    QVERIFY(matchScore(u"xyz"_s, u"Open files"_s) < 0);
    QVERIFY(matchScore(u"of"_s, u"Open files"_s) > matchScore(u"of"_s, u"Proof"_s));
    QVERIFY(matchScore(u"open"_s, u"Open files"_s) > matchScore(u"open"_s, u"Go to pages, then"_s));
}

void TestMainWindow::theSheetNamesEveryShortcut()
{
    makeWindow(openNamed);
    QTest::keyClick(m_window.get(), Qt::Key_Question);
    auto *sheet = find<mainwindow::ShortcutSheet>();
    QVERIFY(sheet != nullptr);
    QStringList texts;
    for (const widgets::Chip *chip : sheet->findChildren<widgets::Chip *>())
        texts.append(chip->text());
    QVERIFY(texts.contains(u"Ctrl+K"_s));
    QVERIFY(texts.filter(u"Alt+Left"_s).size() == 1);
    sheet->close();
}

void TestMainWindow::narrowingIsUndoneWithAltLeft()
{
    makeWindow(openNamed);
    const TimeRange range{TimePoint(1000), TimePoint(2000)};
    m_workspace->narrowTo(range);
    QVERIFY(m_workspace->isNarrowed());
    QTest::keyClick(m_window.get(), Qt::Key_Left, Qt::AltModifier);
    QVERIFY(!m_workspace->isNarrowed());
    QTest::keyClick(m_window.get(), Qt::Key_Right, Qt::AltModifier);
    QVERIFY(m_workspace->shownRange() == range);
    QTest::mouseClick(m_window.get(), Qt::BackButton, {}, QPoint(700, 895));
    QVERIFY(!m_workspace->isNarrowed());
}

void TestMainWindow::aMissingRecentFileIsMarkedAndCanBeRemoved()
{
    QFile there(m_dir->filePath(u"there.json"_s));
    QVERIFY(there.open(QIODevice::WriteOnly));
    there.write(kReport);
    m_settings->edit().recentFiles = {there.fileName(), m_dir->filePath(u"gone.json"_s)};
    makeWindow(openNamed);
    auto rows = m_window->findChildren<welcome::FileRow *>();
    QCOMPARE(rows.at(0)->content().isMissing, false);
    QCOMPARE(rows.at(1)->content().isMissing, true);
    rows.at(1)->setFocus();
    QTest::keyClick(rows.at(1), Qt::Key_Delete);
    QCOMPARE(m_settings->value().recentFiles, QStringList{there.fileName()});
}

void TestMainWindow::theLayoutSurvivesARestart()
{
    makeWindow(openNamed);
    m_window->showPage(u"traces"_s);
    m_window->resize(1100, 700);
    QTest::keyClick(m_window.get(), Qt::Key_D, Qt::ControlModifier);
    m_window->close();
    cleanup();
    m_settings = std::make_unique<settings::SettingsStore>(m_dir->filePath(u"settings.json"_s));
    m_settings->load();
    QVERIFY(m_settings->notice().isEmpty());
    makeWindow(openNamed);
    QCOMPARE(m_window->currentPage(), u"traces"_s);
    QCOMPARE(m_window->size(), QSize(1100, 700));
    QVERIFY(!find<QDockWidget>(u"details"_s)->isVisible());
}

void TestMainWindow::whatWasOpenedComesToTheFrontUnlessThePageInFrontCanShowIt()
{
    makeWindow([](const std::vector<std::string> &paths, std::stop_token stop, Progress &progress) {
        Result<workspace::Opened> opened = openNamed(paths, stop, progress);
        if (paths.front().ends_with(".trace")) {
            opened->report.reset();
            opened->snapshot = test::spansFromText("trace 1\nweb GET /pay @0ms +120ms\n");
        }
        return opened;
    });
    const auto open = [this](const QString &name) {
        QSignalSpy finished(m_workspace.get(), &workspace::Workspace::openFinished);
        m_workspace->open({m_dir->filePath(name)});
        QVERIFY(finished.wait());
    };
    open(u"a.trace"_s);
    QCOMPARE(m_window->currentPage(), u"traces"_s);
    m_workspace->closeAll();
    open(u"a.json"_s);
    QCOMPARE(m_window->currentPage(), u"replay"_s); // the page of traces has nothing to show
    open(u"b.trace"_s);
    QCOMPARE(m_window->currentPage(), u"replay"_s); // has still something to show
    QVERIFY(m_window->showPage(u"connections"_s));
    open(u"c.trace"_s);
    QCOMPARE(m_window->currentPage(), u"traces"_s);
}

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
