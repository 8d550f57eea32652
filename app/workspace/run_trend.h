// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "app/reports/report_set.h"
#include "models/loadtest/change_points.h"

#include <QObject>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::workspace {

/// The figures of many runs in the order of their dates, and where they changed. Stays until other runs are chosen;
/// opening one of them does not end it. Of each run only its figures and its name are kept. Thread: GUI. Owner: the
/// workspace.
class RunTrend final : public QObject {
    Q_OBJECT
public:
    explicit RunTrend(QObject *parent = nullptr);
    ~RunTrend() override;

    /// Reads files and folders in place of the runs before. Files that cannot be read are said by error(), the others
    /// are shown.
    void read(std::vector<std::string> paths, reports::OptionsOf optionsOf);
    /// Takes runs that were read already.
    void show(std::vector<reports::OpenedReport> runs);
    /// Ends reading; what was there stays.
    void cancel();
    void drop();

    [[nodiscard]] bool isRunning() const { return m_job.isRunning(); }
    /// Of reading; null while nothing is read.
    [[nodiscard]] std::shared_ptr<const Progress> progress() const { return m_job.progress(); }
    /// Null without runs, and until they are read.
    [[nodiscard]] const loadtest::Trend *trend() const { return m_shown ? &m_shown->trend : nullptr; }
    /// All files that a run of the trend is made of.
    [[nodiscard]] const std::vector<std::string> &pathsOf(std::size_t run) const { return m_shown->paths[run]; }
    /// Plain text, a line a file; "" for nothing to say.
    [[nodiscard]] const std::string &error() const { return m_error; }

Q_SIGNALS:
    void changed(); ///< Begun, done, or gone.

private:
    struct Shown {
        loadtest::Trend trend;
        std::vector<std::vector<std::string>> paths; ///< By run.
        std::string error;
    };
    [[nodiscard]] static Shown shownOf(std::vector<reports::OpenedReport> runs);
    void take(Result<Shown> shown);

    std::optional<Shown> m_shown;
    std::string m_error;
    jobs::LatestJob<Shown> m_job; // last: it stops before the rest goes
};

} // namespace tailspan::workspace
