// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/heatmap/heat_state.h"

#include "models/items/qt_text.h"
#include "models/loadtest/timeline.h"

#include <QFile>

#include <algorithm>
#include <cmath>

namespace tailspan::heatmap {

using items::toQString;
using workspace::HeatMapPtr;
using workspace::HeatOrigin;
using workspace::HeatOriginInfo;
using workspace::HeatQuestion;
using workspace::HeatSubject;

namespace {

constexpr double kColumnPx = 6;
constexpr int kCommitMs = 180;        // after the last step of a gesture
constexpr int kRenewSpansMs = 1'000;  // while live
constexpr int kRenewStoresMs = 5'000; // stores are asked less often

} // namespace

HeatState::HeatState(workspace::Workspace &workspace, QObject *parent)
    : QObject(parent), m_workspace(workspace), m_cache(std::make_shared<workspace::HeatSpansCache>()),
      m_nowSource(workspace, "heatmap", m_cache), m_beforeSource(workspace, "heatmap baseline", m_cache)
{
    m_commit.setSingleShot(true);
    m_commit.setInterval(kCommitMs);
    connect(&m_commit, &QTimer::timeout, this, [this] {
        const bool isAll = m_shown.begin <= whole().begin && m_shown.end >= whole().end;
        m_workspace.narrowTo(isAll ? TimeRange() : m_shown);
    });
    m_renewal.setSingleShot(true);
    connect(&m_renewal, &QTimer::timeout, this, &HeatState::refresh);
    connectWorkspace();
    updateOrigins();
}

HeatState::~HeatState() = default;

void HeatState::connectWorkspace()
{
    using workspace::Workspace;
    connect(&m_workspace, &Workspace::snapshotChanged, this, [this](bool isRenewal) {
        if (isRenewal)
            return renew();
        m_box.reset();
        m_keptBox.reset();
        m_map.reset();
        Q_EMIT boxChanged();
        updateOrigins();
    });
    connect(&m_workspace, &Workspace::reportChanged, this, &HeatState::updateOrigins);
    connect(&m_workspace.stores(), &workspace::LiveStores::connectedChanged, this, &HeatState::updateOrigins);
    connect(&m_workspace.metrics(), &workspace::LiveMetrics::mappingChanged, this, &HeatState::updateOrigins);
    connect(&m_workspace.metrics(), &workspace::LiveMetrics::connectedChanged, this, &HeatState::updateOrigins);
    connect(&m_workspace.time(), &workspace::TimeChoice::windowChanged, this, [this] {
        if (origin() != nullptr && origin()->origin.kind != HeatOrigin::Kind::Spans
            && origin()->origin.kind != HeatOrigin::Kind::Report)
            renew();
    });
    connect(&m_workspace, &Workspace::filterChanged, this, &HeatState::refresh);
    connect(&m_workspace, &Workspace::shownRangeChanged, this, &HeatState::takeWorkspaceRange);
}

void HeatState::updateOrigins()
{
    std::vector<HeatOriginInfo> origins = workspace::HeatSource::origins(m_workspace);
    if (origins == m_origins && m_map != nullptr)
        return;
    m_origins = std::move(origins);
    if (origin() == nullptr) {
        m_map.reset();
        m_before.reset();
        m_difference.reset();
        m_error.clear();
    }
    m_localRange.reset();
    Q_EMIT choicesChanged();
    Q_EMIT mapChanged();
    takeWorkspaceRange();
    refresh();
}

const HeatOriginInfo *HeatState::origin() const
{
    for (const HeatOriginInfo &info : m_origins) {
        if (m_chosenOrigin && info.origin == *m_chosenOrigin)
            return &info;
    }
    return m_origins.empty() ? nullptr : &m_origins.front();
}

void HeatState::setOrigin(const HeatOrigin &chosen)
{
    if (origin() != nullptr && origin()->origin == chosen)
        return;
    m_chosenOrigin = chosen;
    m_localRange.reset();
    if (!noBaseline(m_baseline).isEmpty())
        m_baseline = Baseline::None;
    setBox(std::nullopt);
    takeWorkspaceRange();
    Q_EMIT choicesChanged();
    refresh();
}

HeatSubject HeatState::subject() const
{
    HeatSubject asked = m_subject;
    const HeatOriginInfo *info = origin();
    if (info == nullptr)
        return asked;
    if (!info->noNames.empty())
        asked.service.clear();
    if (!info->noNames.empty() || !info->noOperations.empty())
        asked.operation.clear();
    if (!info->needsService.empty()) {
        if (asked.service.empty())
            asked.service = workspace::onlyServiceOf(m_workspace.filter().terms);
        if (std::ranges::find(info->services, asked.service) == info->services.end())
            asked.service = info->services.front();
    }
    asked.onlyFailed = asked.onlyFailed && info->noFailed.empty();
    const bool hasService = !asked.service.empty() || !workspace::onlyServiceOf(m_workspace.filter().terms).empty();
    const bool wantsAll = m_chosenWhat ? *m_chosenWhat == HeatSubject::What::AllSpans
                                       : hasService || !asked.operation.empty();
    asked.what = (wantsAll && info->noSpans.empty()) || !info->noRequests.empty() ? HeatSubject::What::AllSpans
                                                                                  : HeatSubject::What::Requests;
    return asked;
}

void HeatState::setWhat(HeatSubject::What what)
{
    m_chosenWhat = what;
    Q_EMIT choicesChanged();
    refresh();
}

void HeatState::setService(const std::string &service)
{
    m_subject.service = service;
    m_subject.operation.clear();
    Q_EMIT choicesChanged();
    refresh();
}

void HeatState::setOperation(const std::string &operation)
{
    m_subject.operation = operation;
    Q_EMIT choicesChanged();
    refresh();
}

void HeatState::setOnlyFailed(bool onlyFailed)
{
    m_subject.onlyFailed = onlyFailed;
    Q_EMIT choicesChanged();
    refresh();
}

void HeatState::setLook(const HeatLook &look)
{
    m_look = look;
    Q_EMIT choicesChanged();
    Q_EMIT mapChanged();
}

void HeatState::openBaselineReport(const QString &path)
{
    const std::vector<std::string> paths{QFile::encodeName(path).toStdString()};
    m_opening.start([paths](std::stop_token stop,
                            Progress &progress) { return workspace::openFiles(paths, std::move(stop), progress); },
                    [this](Result<workspace::Opened> opened) {
                        if (opened.has_value() && opened->report != nullptr) {
                            m_baselineReport = opened->report;
                            return setBaseline(Baseline::OtherReport);
                        }
                        m_error = opened.has_value() ? tr("That file is no load-test report. Choose one, or keep "
                                                          "looking at this run alone.")
                                                     : toQString(opened.error().text());
                        Q_EMIT mapChanged();
                    });
}

void HeatState::setPlotSize(QSizeF size)
{
    const bool isAlike = std::abs(size.width() - m_plotSize.width()) < kColumnPx
        && std::abs(size.height() - m_plotSize.height()) < 2 * kColumnPx;
    if (isAlike || size.width() < 1 || size.height() < 1)
        return;
    m_plotSize = size;
    refresh();
}

void HeatState::setHidden(bool hidden)
{
    m_isHidden = hidden;
    if (!hidden && m_isStale)
        refresh();
}

TimeRange HeatState::whole() const
{
    const HeatOriginInfo *info = origin();
    if (info == nullptr)
        return {};
    const TimeRange range = workspace::HeatSource::wholeRange(m_workspace, info->origin);
    if (range.isEmpty() && m_map != nullptr)
        return {m_map->grid.begin, m_map->grid.end()};
    return range;
}

/// A report that does not know when it ran has times of its own.
bool HeatState::isLocalTime() const
{
    const HeatOriginInfo *info = origin();
    return info != nullptr && info->origin.kind == HeatOrigin::Kind::Report && m_workspace.report() != nullptr
        && !m_workspace.report()->startedAt;
}

void HeatState::takeWorkspaceRange()
{
    if (m_commit.isActive())
        return; // the user is ahead of it
    TimeRange range = whole();
    if (isLocalTime())
        range = m_localRange.value_or(range);
    else if (m_workspace.isNarrowed())
        range = m_workspace.shownRange();
    if (range == m_shown)
        return;
    m_shown = range;
    Q_EMIT timeChanged();
    refresh();
}

void HeatState::show(TimeRange range)
{
    if (range == m_shown || range.isEmpty())
        return;
    m_shown = range;
    if (isLocalTime())
        m_localRange = range;
    else
        m_commit.start();
    Q_EMIT timeChanged();
    refresh();
}

void HeatState::setBox(std::optional<layout::HeatBox> box)
{
    if (box == m_box)
        return;
    m_box = box;
    Q_EMIT boxChanged();
}

void HeatState::keepBox()
{
    m_keptBox = m_box;
    Q_EMIT choicesChanged();
    Q_EMIT boxChanged();
    if (m_baseline == Baseline::KeptBox)
        refresh();
}

void HeatState::forgetKeptBox()
{
    m_keptBox.reset();
    if (m_baseline == Baseline::KeptBox)
        m_baseline = Baseline::None;
    Q_EMIT choicesChanged();
    Q_EMIT boxChanged();
    refresh();
}

HeatQuestion HeatState::question() const
{
    HeatQuestion asked;
    asked.origin = origin()->origin;
    asked.subject = subject();
    asked.narrowed = m_workspace.filter();
    asked.range = m_shown;
    asked.columns = static_cast<std::uint32_t>(std::clamp(m_plotSize.width() / kColumnPx, 20.0, 400.0));
    asked.heightPx = m_plotSize.height();
    return asked;
}

void HeatState::refresh()
{
    m_isStale = m_isHidden;
    if (m_isHidden || origin() == nullptr)
        return;
    m_renewal.stop();
    m_sinceAsked.start();
    m_beforeSource.cancel();
    m_comparing.cancel();
    m_nowSource.ask(question(), [this](Result<HeatMapPtr> map) {
        if (!map.has_value())
            return giveUp(map.error());
        if (m_baseline == Baseline::None || !noBaseline(m_baseline).isEmpty())
            return publish(std::move(*map), nullptr, std::nullopt);
        m_fresh = std::move(*map);
        askBefore();
    });
    Q_EMIT askingChanged();
}

/// While live: often enough to follow, seldom enough to cost nothing.
void HeatState::renew()
{
    if (m_isHidden || origin() == nullptr) {
        m_isStale = true;
        return;
    }
    takeWorkspaceRange();
    const int budgetMs = origin()->origin.kind == HeatOrigin::Kind::Spans ? kRenewSpansMs : kRenewStoresMs;
    const auto agoMs = static_cast<int>(m_sinceAsked.isValid() ? m_sinceAsked.elapsed() : budgetMs);
    if (!m_renewal.isActive())
        m_renewal.start(std::max(budgetMs - agoMs, 0));
}

void HeatState::publish(HeatMapPtr map, HeatMapPtr before, std::optional<metric::LatencyGridDifference> difference)
{
    m_map = std::move(map);
    m_before = std::move(before);
    m_difference = std::move(difference);
    m_fresh.reset();
    m_error.clear();
    if (m_shown.isEmpty())
        m_shown = {m_map->grid.begin, m_map->grid.end()};
    Q_EMIT askingChanged();
    Q_EMIT timeChanged();
    Q_EMIT mapChanged();
}

void HeatState::giveUp(const Error &error)
{
    if (error.code == ErrorCode::Cancelled)
        return;
    m_error = toQString(error.text());
    Q_EMIT askingChanged();
    Q_EMIT mapChanged();
}

bool HeatState::isAsking() const
{
    return m_nowSource.isAsking() || m_beforeSource.isAsking() || m_comparing.isRunning() || m_opening.isRunning();
}

std::shared_ptr<const Progress> HeatState::progress() const
{
    return m_nowSource.isAsking() ? m_nowSource.progress() : m_beforeSource.progress();
}

void HeatState::cancel()
{
    m_nowSource.cancel();
    m_beforeSource.cancel();
    m_comparing.cancel();
    m_opening.cancel();
    Q_EMIT askingChanged();
}

} // namespace tailspan::heatmap
