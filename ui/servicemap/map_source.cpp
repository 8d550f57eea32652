// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/servicemap/map_source.h"

#include "app/workspace/edge_store.h"
#include "app/workspace/service_map_places.h"
#include "models/base/wall_clock.h"
#include "models/trace/store_query.h"

#include <QFile>

namespace tailspan::servicemap {

using workspace::Workspace;

namespace {

constexpr int kAgesMs = 1000;
constexpr int kStoreRenewalMs = 15'000; // the store does the work: not every second

/// The filter as far as a store can apply it to the spans it counts; gives what it cannot, in words.
std::vector<std::string> applyFilter(const items::TraceListFilter &filter, trace::TraceQuery &query)
{
    std::vector<std::string> notes;
    for (const std::string &term : filter.terms) {
        Result<trace::StoreQuery> asked = trace::storeQueryOf(term, query);
        if (asked.has_value() && asked->rest.isEmpty())
            query = std::move(asked->query);
        else
            notes.push_back("The store counts without the condition " + term);
    }
    return notes;
}

} // namespace

MapSource::MapSource(Workspace &workspace, QObject *parent) : QObject(parent), m_workspace(workspace)
{
    m_renewal.setSingleShot(true);
    m_ages.setInterval(kAgesMs);
    connect(&m_renewal, &QTimer::timeout, this, &MapSource::renew);
    connect(&m_ages, &QTimer::timeout, this, &MapSource::stateChanged);
    connect(&m_workspace, &Workspace::snapshotChanged, this, [this](bool isRenewal) {
        if (!isRenewal)
            return ask();
        m_isStale = true;
        renew();
    });
    connect(&m_workspace, &Workspace::filterChanged, this, &MapSource::ask);
    connect(&m_workspace, &Workspace::shownRangeChanged, this, [this] {
        if (narrowed() != m_countedNarrowed)
            ask();
    });
    connect(&m_workspace.stores(), &workspace::LiveStores::connectedChanged, this, [this] {
        if (m_choices.isFromStore && !canCountInStore())
            ask(); // the loaded spans are there still
        Q_EMIT stateChanged();
    });
}

bool MapSource::hasSpans() const
{
    return m_workspace.snapshot() != nullptr && !m_workspace.snapshot()->spans().isEmpty();
}

bool MapSource::canCountInStore() const
{
    const auto &stores = m_workspace.stores().set();
    return stores != nullptr && workspace::canCountCalls(*stores);
}

void MapSource::setChoices(MapChoices choices)
{
    m_choices = std::move(choices);
    ask();
}

void MapSource::setActive(bool isActive)
{
    if (isActive == m_isActive)
        return;
    m_isActive = isActive;
    if (!isActive) {
        m_ages.stop();
        m_renewal.stop();
        return;
    }
    m_ages.start();
    if (m_isStale || m_map == nullptr)
        start(m_isRenewal && m_map != nullptr);
}

/// The user wants something else to be counted.
void MapSource::ask()
{
    m_isStale = true;
    m_isRenewal = false;
    if (!hasSpans())
        return clear();
    if (m_isActive)
        start(false);
}

/// New spans came in: once a second is often enough, and what is being counted is counted to the end.
void MapSource::renew()
{
    if (m_map == nullptr && !m_job.isRunning())
        return ask();
    if (!m_isActive || !m_isStale || m_job.isRunning() || m_renewal.isActive())
        return;
    const qint64 wait = (m_choices.isFromStore ? kStoreRenewalMs : kRenewalMs) - ageMs();
    if (wait > 0)
        m_renewal.start(static_cast<int>(wait));
    else
        start(true);
}

void MapSource::clear()
{
    m_job.cancel();
    m_renewal.stop();
    m_map.reset();
    m_facts.reset();
    m_problem.clear();
    m_isStale = false;
    Q_EMIT mapChanged(false);
}

/// The full range grows with every renewal; that is no question of the user's.
std::optional<TimeRange> MapSource::narrowed() const
{
    return m_workspace.isNarrowed() ? std::optional(m_workspace.shownRange()) : std::nullopt;
}

TimeRange MapSource::nowRange() const
{
    const TimeRange shown = m_workspace.shownRange();
    if (m_choices.baseline != Baseline::FirstHalf || m_choices.isFromStore)
        return shown;
    return {shown.begin + Duration(shown.length().ns() / 2), shown.end};
}

std::optional<TimeRange> MapSource::baselineRange() const
{
    if (m_choices.baseline == Baseline::None || m_choices.isFromStore)
        return std::nullopt;
    if (m_choices.baseline == Baseline::Range)
        return m_choices.baselineRange;
    const TimeRange shown = m_workspace.shownRange();
    return TimeRange{shown.begin, shown.begin + Duration(shown.length().ns() / 2)};
}

void MapSource::start(bool isRenewal)
{
    m_choices.isFromStore = m_choices.isFromStore && canCountInStore();
    if (!hasSpans() && !m_choices.isFromStore)
        return clear();
    m_isStale = false;
    m_countedNarrowed = narrowed();
    m_isRenewal = true; // until somebody asks for something else
    m_renewal.stop();
    if (m_choices.isFromStore)
        return startStore(isRenewal);
    graph::ServiceMapRequest request;
    request.snapshot = m_workspace.snapshot();
    request.filter = m_workspace.filter().queries();
    if (narrowed() || m_choices.baseline == Baseline::FirstHalf)
        request.range = nowRange(); // else everything, also spans whose time means nothing
    request.baseline = baselineRange();
    request.isFolded = m_choices.isFolded;
    request.opened = m_choices.opened;
    request.mesh = m_choices.mesh;
    if (m_facts && m_facts->generation == request.snapshot->generation())
        request.facts = m_facts;
    m_job.start([request](std::stop_token stop, Progress &progress) { return serviceMapOf(request, stop, progress); },
                [this, isRenewal](Result<graph::ServiceMap> map) { take(std::move(map), isRenewal); });
    Q_EMIT stateChanged();
}

void MapSource::startStore(bool isRenewal)
{
    trace::TraceQuery query;
    const Duration last = m_workspace.stores().last();
    if (m_workspace.isNarrowed())
        query.range = m_workspace.shownRange();
    else if (last.ns() > 0)
        query.range = TimeRange{currentTime() - last, currentTime()};
    const std::vector<std::string> notes = applyFilter(m_workspace.filter(), query);
    m_job.start(
        [stores = m_workspace.stores().set(), query, mesh = m_choices.mesh](std::stop_token stop, Progress &progress) {
            return workspace::callsOfStore(*stores, query, mesh.get(), stop, progress);
        },
        [this, isRenewal, notes](Result<graph::ServiceMap> map) {
            if (map.has_value())
                map->notes.insert(map->notes.end(), notes.begin(), notes.end());
            take(std::move(map), isRenewal);
        });
    Q_EMIT stateChanged();
}

void MapSource::take(Result<graph::ServiceMap> map, bool isRenewal)
{
    if (map.has_value()) {
        m_problem.clear();
        m_facts = map->facts ? map->facts : m_facts;
        m_map = std::make_shared<const graph::ServiceMap>(std::move(*map));
        m_sinceCounted.restart();
        Q_EMIT mapChanged(isRenewal);
    } else {
        m_problem = QString::fromStdString(map.error().text());
    }
    Q_EMIT stateChanged();
    renew();
}

void MapSource::openMesh(const QString &path)
{
    m_meshJob.start([local = QFile::encodeName(path).toStdString()](
                        std::stop_token, Progress &) { return workspace::readDeclaredMesh(local); },
                    [this](Result<graph::DeclaredMesh> mesh) {
                        if (!mesh.has_value()) {
                            Q_EMIT meshFailed(QString::fromStdString(mesh.error().text()));
                            return;
                        }
                        QStringList notes;
                        for (const std::string &note : mesh->notes)
                            notes.append(QString::fromStdString(note));
                        m_choices.mesh = std::make_shared<const graph::DeclaredMesh>(std::move(*mesh));
                        ask();
                        Q_EMIT meshOpened(notes.join(u'\n'));
                    });
}

} // namespace tailspan::servicemap
