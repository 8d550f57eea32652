// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Workspace that remembers what of a report counts, and what its capacity is held against.
#include "app/workspace/state_command.h"
#include "app/workspace/workspace.h"

namespace tailspan::workspace {

Result<> Workspace::countReport(const loadtest::Counting &counting)
{
    if (!m_report || m_report->isPartial || counting == m_counting)
        return {};
    if (const auto counted = loadtest::counted(m_reportAsRead ? *m_reportAsRead : *m_report, counting); !counted)
        return tl::unexpected(counted.error());
    m_history.push(new StateCommand<loadtest::Counting>( // owned there
        tr("Choose what counts"), m_counting, counting, [this](const auto &to) { applyCounting(to); }));
    return {};
}

void Workspace::applyCounting(const loadtest::Counting &counting)
{
    m_counting = counting;
    shapeReport();
    rememberOfReport([this](settings::ReportAnswer &kept) {
        kept.warmUpNs = m_counting.warmUp.ns() > 0 ? std::optional<qint64>(m_counting.warmUp.ns()) : std::nullopt;
        kept.leavesOutFailures = !m_counting.withFailures;
        kept.leavesOutSetup = !m_counting.withSetup;
    });
    Q_EMIT reportChanged();
}

void Workspace::askCapacity(const loadtest::CapacityOptions &options)
{
    m_analysis.setCapacityOptions(options);
    rememberOfReport([&options](settings::ReportAnswer &kept) {
        kept.peakUsers = options.peakUsers;
        kept.peakRps = options.peakRps;
        kept.targetRps = options.targetRps;
        kept.replicas = options.testedReplicas > 1 ? std::optional(static_cast<int>(options.testedReplicas))
                                                   : std::nullopt;
        kept.p95LimitNs = options.p95Limit ? std::optional<qint64>(options.p95Limit->ns()) : std::nullopt;
    });
}

void Workspace::askCapacityAsRemembered()
{
    const settings::ReportAnswer answer = m_settings.value().reportAnswers.value(m_reportPaths.front());
    loadtest::CapacityOptions options;
    options.peakUsers = answer.peakUsers;
    options.peakRps = answer.peakRps;
    options.targetRps = answer.targetRps;
    options.testedReplicas = static_cast<std::uint32_t>(answer.replicas.value_or(1));
    if (answer.p95LimitNs)
        options.p95Limit = Duration(*answer.p95LimitNs);
    m_analysis.setCapacityOptions(options);
}

} // namespace tailspan::workspace
