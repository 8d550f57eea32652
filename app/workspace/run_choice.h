// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "app/reports/report_set.h"
#include "app/workspace/run_analysis.h"
#include "models/loadtest/comparability.h"

#include <QObject>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::workspace {

/// Both sides of a comparison while the user chooses them. Files and folders are read as they are added, on workers, so
/// that it is said at once what they hold and why runs cannot be compared. Thread: GUI.
class RunChoice final : public QObject {
    Q_OBJECT
public:
    enum class Side { Before, After };

    /// `open`: the run that is open, with all files it is made of; it belongs to the later side until it is left out.
    RunChoice(loadtest::LoadTestReportPtr open, std::vector<std::string> openPaths, reports::OptionsOf optionsOf,
              QObject *parent = nullptr);
    ~RunChoice() override;

    void setPaths(Side side, std::vector<std::string> paths);
    [[nodiscard]] const std::vector<std::string> &paths(Side side) const { return at(side).paths; }
    void setWithOpen(bool isWith);
    [[nodiscard]] bool withOpen() const { return m_withOpen; }

    [[nodiscard]] bool isReading(Side side) const { return at(side).reading.isRunning(); }
    [[nodiscard]] bool isBusy() const;
    /// Of the side, with the open run first where it belongs there. A file of the open run is not taken twice.
    [[nodiscard]] std::vector<loadtest::LoadTestReportPtr> runs(Side side) const;
    /// As they were read, for a trend.
    [[nodiscard]] const reports::OpenedReports &opened(Side side) const { return at(side).opened; }
    /// Plain text: files that cannot be read, one a line; "" for none.
    [[nodiscard]] std::string error(Side side) const;
    /// nullopt until both sides hold runs and the runs were looked at.
    [[nodiscard]] const std::optional<loadtest::Comparability> &comparability() const { return m_comparability; }
    /// Both sides are read without an error and hold runs.
    [[nodiscard]] bool isReady() const;
    [[nodiscard]] RunSides sides() const;

Q_SIGNALS:
    void changed();

private:
    struct Chosen {
        std::vector<std::string> paths;
        reports::OpenedReports opened;
        jobs::LatestJob<reports::OpenedReports> reading;
    };
    [[nodiscard]] Chosen &at(Side side) { return m_sides[static_cast<std::size_t>(side)]; }
    [[nodiscard]] const Chosen &at(Side side) const { return m_sides[static_cast<std::size_t>(side)]; }
    [[nodiscard]] bool isOpenRun(const reports::OpenedReport &one) const;
    [[nodiscard]] std::vector<loadtest::LoadTestReportPtr> moreRuns() const;
    void look();

    loadtest::LoadTestReportPtr m_open;
    std::vector<std::string> m_openPaths;
    reports::OptionsOf m_optionsOf;
    bool m_withOpen = true;
    std::array<Chosen, 2> m_sides;
    std::optional<loadtest::Comparability> m_comparability;
    jobs::LatestJob<loadtest::Comparability> m_looking; // last: it stops before the rest goes
};

} // namespace tailspan::workspace
