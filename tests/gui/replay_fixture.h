// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/settings/settings.h"
#include "app/workspace/workspace.h"
#include "tests/support/sample_run.h"
#include "ui/replay/lanes_view.h"
#include "ui/replay/replay_page.h"
#include "ui/replay/replay_state.h"
#include "ui/style/icon.h"
#include "ui/style/theme_switch.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>

#include <cmath>
#include <memory>

namespace tailspan::test {

/// That many seconds after the start of a sample run.
inline TimePoint second(double s)
{
    return TimePoint(kSampleStartNs + std::llround(s * 1e9));
}

/// A Replay page in a window of its own, with a workspace that opens the report it is given.
class ReplayFixture {
public:
    static void prepare()
    {
        style::loadResources();
        style::ThemeSwitch::instance().apply(style::ThemeChoice::Light);
    }

    void show()
    {
        m_settings = std::make_unique<settings::SettingsStore>(QString());
        m_workspace = std::make_unique<workspace::Workspace>(
            *m_settings,
            [this](const std::vector<std::string> &paths, std::stop_token, Progress &) -> Result<workspace::Opened> {
                workspace::Opened opened;
                opened.report = m_next;
                opened.snapshot = m_nextTraces;
                opened.reportPaths = paths;
                return opened;
            });
        m_page = std::make_unique<replay::ReplayPage>(*m_workspace);
        m_page->resize(1100, 800);
        m_page->show();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    }

    void close()
    {
        m_page.reset();
        m_workspace.reset();
        m_nextTraces.reset();
    }

    void open(loadtest::LoadTestReport report)
    {
        m_next = std::make_shared<const loadtest::LoadTestReport>(std::move(report));
        QSignalSpy changed(m_workspace.get(), &workspace::Workspace::reportChanged);
        m_workspace->open({QStringLiteral("report.json")});
        QTRY_COMPARE(changed.size(), 1);
        settle();
        m_page->setFocus();
    }

    /// With traces beside it.
    void open(loadtest::LoadTestReport report, const trace::TraceSnapshotPtr &traces)
    {
        m_nextTraces = traces;
        open(std::move(report));
    }

    void settle() const { QTRY_VERIFY(m_page->isSettled()); }
    [[nodiscard]] replay::ReplayState &state() const { return m_page->state(); }
    /// From top to bottom.
    [[nodiscard]] QStringList shownLanes() const
    {
        QStringList ids;
        for (const replay::Lane *lane : lanes().shownLanes())
            ids.append(lane->id());
        return ids;
    }
    [[nodiscard]] const replay::Lane *lane(const QString &id) const
    {
        for (const replay::Lane *each : lanes().shownLanes()) {
            if (each->id() == id)
                return each;
        }
        return nullptr;
    }
    [[nodiscard]] replay::LanesView &lanes() const { return *m_page->findChild<replay::LanesView *>(); }

protected:
    std::unique_ptr<settings::SettingsStore> m_settings;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<replay::ReplayPage> m_page;

private:
    loadtest::LoadTestReportPtr m_next;
    trace::TraceSnapshotPtr m_nextTraces;
};

} // namespace tailspan::test
