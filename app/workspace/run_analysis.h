// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "app/reports/report_set.h"
#include "models/layout/run_heat.h"
#include "models/layout/run_overlay.h"
#include "models/loadtest/capacity.h"
#include "models/loadtest/comparison.h"
#include "models/loadtest/limit.h"
#include "models/loadtest/load_test_report.h"

#include <QObject>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::workspace {

/// The runs of both sides of a comparison.
struct RunSides {
    std::vector<loadtest::LoadTestReportPtr> baseline;
    std::vector<loadtest::LoadTestReportPtr> more; ///< Of the later side, beside the open one.
    bool withOpen = true;                          ///< The open run is one of the later side.
    std::vector<std::string> notes;                ///< On the files, from reading them.
};

/// Runs laid over each other on one clock.
struct RunPictures {
    layout::RunOverlay overlay;
    layout::RunHeat heat;
};

/// What is worked out from the open load-test report: how it differs from a baseline, what load it shows the system to
/// carry, and whether it keeps limits of one's own. Baseline and limits stay when another report is opened; everything
/// is worked out anew then, on workers, and the newest wins. A report that is still being read is left alone.
/// Thread: GUI. Owner: the workspace.
class RunAnalysis final : public QObject {
    Q_OBJECT
public:
    explicit RunAnalysis(QObject *parent = nullptr);
    ~RunAnalysis() override;

    /// May be null: nothing is open. `paths`: the files it is made of, by which it is known as the same run again.
    void setReport(const loadtest::LoadTestReportPtr &report, const std::vector<std::string> &paths);

    /// Reads files and folders as the baseline, in place of the one before. What cannot be read is said by
    /// baselineError(), and the baseline before stays.
    void compareWith(std::vector<std::string> paths, reports::OptionsOf optionsOf);
    /// Compares runs that were read already. The later side beside the open run goes when another run is opened: it was
    /// chosen as repeats of this one.
    void compare(RunSides sides);
    /// The least changes that count: a ratio, and for latencies also a length of time.
    void setMinimumEffect(double ratio, Duration latency);
    /// Ends reading and comparing; what was there stays.
    void cancelComparison();
    void dropBaseline();
    [[nodiscard]] const std::vector<loadtest::LoadTestReportPtr> &baseline() const { return m_sides.baseline; }
    /// What is compared with the baseline: the open run and its repeats. Empty while none of them is whole.
    [[nodiscard]] std::vector<loadtest::LoadTestReportPtr> current() const;
    [[nodiscard]] bool isOpenRunAlone() const { return m_sides.withOpen && m_sides.more.empty(); }
    /// Plain text: why the chosen files are no baseline; notes on them where they are; "" for nothing to say.
    [[nodiscard]] const std::string &baselineError() const { return m_baselineError; }
    [[nodiscard]] const std::vector<std::string> &baselineNotes() const { return m_sides.notes; }
    [[nodiscard]] bool isComparing() const { return m_reading.isRunning() || m_comparing.isRunning(); }
    /// Of reading the baseline; null while none is read.
    [[nodiscard]] std::shared_ptr<const Progress> progress() const { return m_reading.progress(); }
    /// Null without a baseline, and until it is done.
    [[nodiscard]] const loadtest::Comparison *comparison() const { return m_comparison ? &*m_comparison : nullptr; }
    /// Beside comparison(), also of runs that cannot be compared.
    [[nodiscard]] const RunPictures *pictures() const { return m_pictures ? &*m_pictures : nullptr; }
    [[nodiscard]] const loadtest::ComparisonOptions &comparisonOptions() const { return m_comparisonOptions; }

    /// What capacity is held against. Without a limit on p95 the report's own one counts.
    void setCapacityOptions(const loadtest::CapacityOptions &options);
    [[nodiscard]] const loadtest::CapacityOptions &capacityOptions() const { return m_capacityOptions; }
    /// Null where load was not varied, and until it is done.
    [[nodiscard]] const loadtest::Capacity *capacity() const { return m_capacity ? &*m_capacity : nullptr; }
    [[nodiscard]] bool isReadingCapacity() const { return m_readingCapacity.isRunning(); }

    /// A file of limits (app/reports/limit_file.h), in place of the one before; "" drops it.
    void openLimits(const std::string &path);
    [[nodiscard]] const std::string &limitsPath() const { return m_limitsPath; }
    /// Plain text: why the file cannot be used; "" where it can.
    [[nodiscard]] const std::string &limitsError() const { return m_limitsError; }
    /// What the file of limits asks stores of metrics for, each expression once.
    [[nodiscard]] const std::vector<std::string> &resourceExpressions() const { return m_expressions; }
    /// What they answered for the run; judges again.
    void setResources(std::vector<loadtest::ResourceAnswer> resources);
    [[nodiscard]] bool isJudging() const { return m_judging.isRunning(); }
    /// The report with the verdicts of the own limits; as it is where there are none, or until they are judged.
    [[nodiscard]] const loadtest::LoadTestReportPtr &judged() const { return m_judged ? m_judged : m_report; }

    [[nodiscard]] bool isBusy() const { return isComparing() || isReadingCapacity() || isJudging(); }

Q_SIGNALS:
    void baselineChanged();   ///< Another baseline, none, or one could not be read.
    void comparisonChanged(); ///< Begun, done, or gone.
    void capacityChanged();   ///< The same.
    void judgedChanged();     ///< Verdicts of own limits came, went, or the file cannot be used.
    void resourceExpressionsChanged();

private:
    struct Judged {
        std::string path;
        loadtest::LoadTestReportPtr report;
        std::vector<std::string> expressions;
    };
    void takeBaseline(Result<reports::OpenedReports> opened);
    struct Compared {
        loadtest::Comparison comparison;
        RunPictures pictures;
    };
    void compareAnew();
    void dropComparison();
    void readCapacity();
    void judge(const std::string &path);

    loadtest::LoadTestReportPtr m_report;
    loadtest::LoadTestReportPtr m_measured; // without its warm-up: what is worked with
    std::vector<std::string> m_paths;       ///< Of the report that the sides were chosen for.
    RunSides m_sides;
    std::string m_baselineError;
    loadtest::ComparisonOptions m_comparisonOptions;
    std::optional<loadtest::Comparison> m_comparison;
    std::optional<RunPictures> m_pictures;
    loadtest::CapacityOptions m_capacityOptions;
    std::optional<loadtest::Capacity> m_capacity;
    std::string m_limitsPath;
    std::string m_awaitedLimits; ///< While it is read.
    std::string m_limitsError;
    loadtest::LoadTestReportPtr m_judged;
    std::vector<std::string> m_expressions;
    std::vector<loadtest::ResourceAnswer> m_resources;
    // Last: they stop before the rest goes.
    jobs::LatestJob<reports::OpenedReports> m_reading;
    jobs::LatestJob<Compared> m_comparing;
    jobs::LatestJob<std::optional<loadtest::Capacity>> m_readingCapacity;
    jobs::LatestJob<Judged> m_judging;
};

} // namespace tailspan::workspace
