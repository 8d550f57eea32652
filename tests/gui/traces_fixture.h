// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/settings/settings.h"
#include "app/workspace/workspace.h"
#include "ui/style/icon.h"
#include "ui/style/theme_switch.h"
#include "ui/traces/trace_details.h"
#include "ui/traces/traces_page.h"
#include "ui/waterfall/waterfall_canvas.h"
#include "ui/waterfall/waterfall_view.h"

#include <QRegularExpression>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include <memory>

namespace tailspan::test {

/// Icons, fonts and a theme; a warning of Qt fails the test.
inline void prepareWindows(style::ThemeChoice theme = style::ThemeChoice::Light)
{
    style::loadResources();
    style::ThemeSwitch::instance().apply(theme);
}

inline void failOnWarnings()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support).+")));
}

/// A workspace that opens what `toOpen` holds by then, whatever file it is asked for. Both stay as long as it.
inline std::unique_ptr<workspace::Workspace> openingWorkspace(settings::SettingsStore &settings,
                                                              const trace::TraceSnapshotPtr &toOpen)
{
    return std::make_unique<workspace::Workspace>(
        settings, [&toOpen](const std::vector<std::string> &, std::stop_token, Progress &) {
            workspace::Opened opened;
            opened.snapshot = toOpen;
            return Result<workspace::Opened>(opened);
        });
}

inline void openAndWait(workspace::Workspace &workspace)
{
    QSignalSpy finished(&workspace, &workspace::Workspace::openFinished);
    workspace.open({QStringLiteral("drawing.txt")});
    QVERIFY(finished.wait());
}

/// A page in a window of its own, in front, and its details in another one.
inline void showInFront(QWidget &page, QWidget &details)
{
    page.resize(1200, 800);
    page.show();
    details.resize(320, 800);
    details.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
    page.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&page));
}

/// A Traces page in a window of its own with its details in another one, and a workspace that opens the snapshot it
/// is given.
class TracesFixture {
public:
    void show()
    {
        failOnWarnings();
        m_settings = std::make_unique<settings::SettingsStore>(QString());
        m_workspace = openingWorkspace(*m_settings, m_toOpen);
        m_page = std::make_unique<traces::TracesPage>(*m_workspace);
        showInFront(*m_page, *details());
    }

    void close()
    {
        delete details();
        m_page.reset();
        m_workspace.reset();
    }

    void open(const trace::TraceSnapshotPtr &snapshot)
    {
        m_toOpen = snapshot;
        openAndWait(*m_workspace);
        settle();
    }

    void settle() const { QTRY_VERIFY(m_page->isSettled()); }
    [[nodiscard]] QTableView *list() const { return m_page->findChild<QTableView *>(QStringLiteral("traceList")); }
    [[nodiscard]] waterfall::WaterfallView *view() const { return m_page->findChild<waterfall::WaterfallView *>(); }
    [[nodiscard]] traces::TraceDetails *details() const
    {
        return qobject_cast<traces::TraceDetails *>(m_page->detailsWidget());
    }
    [[nodiscard]] QString selectedOperation() const
    {
        const std::string_view name = m_workspace->snapshot()->operationOf(m_workspace->selection().span);
        return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    }

protected:
    std::unique_ptr<settings::SettingsStore> m_settings;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<traces::TracesPage> m_page;

private:
    trace::TraceSnapshotPtr m_toOpen;
};

/// A waterfall in a window of its own.
class WaterfallFixture {
public:
    void open()
    {
        failOnWarnings();
        m_view = std::make_unique<waterfall::WaterfallView>();
        m_view->resize(1000, 400);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
        m_view->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_view.get()));
        m_view->canvas().setFocus();
    }

    void show(const trace::TraceSnapshotPtr &snapshot)
    {
        m_view->setTrace(snapshot, TraceRow(0));
        QTRY_VERIFY(m_view->isSettled());
    }

protected:
    std::unique_ptr<waterfall::WaterfallView> m_view;
};

} // namespace tailspan::test
