// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "models/layout/report_html.h"

#include <QObject>
#include <QString>

#include <functional>
#include <string>

namespace tailspan::replay {

class ReplayState;

/// Saves the report as one HTML file that stands alone, by a command of the page. Made on a worker, written as a whole.
/// Thread: GUI. Owner: the page.
class HtmlExport final : public QObject {
    Q_OBJECT
public:
    HtmlExport(ReplayState &state, QWidget &page);

    /// Gives what the page knows beside the report, at the moment of saving.
    void setExtras(std::function<layout::HtmlExtras()> extras) { m_extras = std::move(extras); }
    /// said() tells what came of it.
    void saveAs(const QString &path);
    [[nodiscard]] bool isRunning() const { return m_job.isRunning(); }

Q_SIGNALS:
    void said(const QString &text); ///< Plain text.

private:
    void askAndSave();

    ReplayState &m_state;
    QWidget &m_page;
    std::function<layout::HtmlExtras()> m_extras;
    jobs::LatestJob<std::string> m_job;
};

} // namespace tailspan::replay
