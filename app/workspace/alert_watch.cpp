// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/alert_watch.h"

#include "app/sources/mark_file.h"
#include "app/workspace/metric_store.h"
#include "app/workspace/service_warnings.h"
#include "models/base/number_text.h"
#include "models/base/wall_clock.h"

#include <QFile>

#include <algorithm>

namespace tailspan::workspace {

namespace {

constexpr int kWatchMs = 15'000;
constexpr int kRenewOverlaysMs = 15'000;
constexpr std::size_t kMostAlerts = 500;
constexpr int kOverlayPoints = 4000; // short ones show when a long run is zoomed into
constexpr qint64 kMostMarkBytes = 16LL << 20;

/// Adds an answer, or keeps the one before and says why.
template <class T>
void addTo(std::vector<T> &list, Result<std::vector<T>> answer, const char *what, WatchedStore &seen)
{
    if (answer)
        list = std::move(*answer);
    else if (answer.error().code != ErrorCode::Cancelled)
        seen.errors.push_back(std::string(what) + ": " + answer.error().message);
}

WatchedStore seenOf(MetricStore &store, WatchedStore seen, const std::stop_token &stop)
{
    seen.errors.clear();
    if (store.hasMetrics()) {
        using Source = sources::MetricSource;
        using sources::Ask;
        using Targets = std::vector<metric::ScrapeTarget>;
        using Rules = std::vector<metric::MetricRule>;
        using Alerts = std::vector<metric::MetricAlert>;
        addTo(seen.targets, store.ask<Targets>(stop, [](Source &source, Ask ask) { return source.targets(ask); }),
              "targets", seen);
        addTo(seen.rules, store.ask<Rules>(stop, [](Source &source, Ask ask) { return source.rules(ask); }), "rules",
              seen);
        addTo(seen.alerts, store.ask<Alerts>(stop, [](Source &source, Ask ask) { return source.alerts(ask); }),
              "alerts", seen);
    } else {
        using Source = sources::AlertSource;
        using sources::Ask;
        using Alerts = std::vector<metric::MetricAlert>;
        using Silences = std::vector<metric::Silence>;
        addTo(seen.alerts, store.askAlerts<Alerts>(stop, [](Source &source, Ask ask) { return source.alerts(ask); }),
              "alerts", seen);
        addTo(seen.silences,
              store.askAlerts<Silences>(stop, [](Source &source, Ask ask) { return source.silences(ask); }), "silences",
              seen);
    }
    if (seen.errors.empty())
        seen.askedAt = currentTime();
    return seen;
}

} // namespace

AlertWatch::AlertWatch(LiveMetrics &metrics, ServiceWarnings &warnings, QObject *parent)
    : QObject(parent), m_metrics(metrics), m_warnings(warnings)
{
    m_timer.setInterval(kWatchMs);
    m_overlayTimer.setInterval(kRenewOverlaysMs);
    m_overlayTimer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &AlertWatch::watch);
    connect(&m_overlayTimer, &QTimer::timeout, this, &AlertWatch::askOverlays);
    connect(&m_metrics, &LiveMetrics::connectedChanged, this, &AlertWatch::begin);
    connect(&m_metrics, &LiveMetrics::liveChanged, this, [this] {
        if (m_metrics.isLive() && !m_metrics.isHidden() && !m_timer.isActive()) {
            m_timer.start();
            watch();
        } else if (!m_metrics.isLive() || m_metrics.isHidden()) {
            m_timer.stop();
        }
    });
}

void AlertWatch::begin()
{
    ++m_round;
    m_waiting.clear();
    m_watched.clear();
    m_askedBands.clear();
    m_askedMarks.clear();
    m_bandsNote.clear();
    m_marksNote.clear();
    m_overlaysAsked = 0;
    m_isAskingOverlays = false;
    for (const auto &store : m_metrics.stores()) {
        WatchedStore &seen = m_watched.emplace_back();
        seen.name = store->name();
        seen.isOfAlerts = !store->hasMetrics();
    }
    if (!m_watched.empty() && m_metrics.isLive())
        m_timer.start();
    else
        m_timer.stop();
    const std::string marks = m_metrics.option({}, "marksfile");
    const QString problem = marks.empty() ? QString() : openMarks(QString::fromStdString(marks));
    if (!problem.isEmpty())
        m_marksNote = problem.toStdString();
    watch();
    askOverlays();
    Q_EMIT changed();
    join();
}

void AlertWatch::watch()
{
    const std::uint64_t round = m_round;
    for (std::size_t i = 0; i < m_watched.size(); ++i) {
        m_waiting.insert(m_watched[i].name);
        const auto &store = m_metrics.stores()[i];
        store->cancel("watch");
        store->post("watch", [this, round, before = m_watched[i]](MetricStore &asked, const std::stop_token &stop) {
            WatchedStore seen = seenOf(asked, before, stop);
            m_metrics.post([this, round, seen = std::move(seen)]() mutable { take(round, std::move(seen)); });
        });
    }
}

void AlertWatch::take(std::uint64_t round, WatchedStore seen)
{
    if (round != m_round)
        return;
    m_waiting.erase(seen.name);
    const auto known = std::find_if(m_watched.begin(), m_watched.end(),
                                    [&](const WatchedStore &each) { return each.name == seen.name; });
    if (known == m_watched.end())
        return;
    *known = std::move(seen);
    warn();
    Q_EMIT m_metrics.statesChanged();
    Q_EMIT changed();
    join();
}

void AlertWatch::setRange(TimeRange range, bool isRenewal)
{
    if (range == m_range)
        return;
    const bool isNear = m_range.begin < range.end && range.begin < m_range.end;
    m_range = range;
    if (!isRenewal || !isNear)
        askOverlays();
    else if (!m_overlayTimer.isActive())
        m_overlayTimer.start();
}

void AlertWatch::askOverlays()
{
    if (!m_metrics.hasMetrics() || m_range.isEmpty() || m_metrics.isHidden())
        return;
    MetricQuestion question;
    question.range.expression = "ALERTS{alertstate=\"firing\"}";
    question.range.range = m_range;
    question.range.seriesLimit = kMostAlerts;
    question.range.widthPx = kOverlayPoints;
    m_isAskingOverlays = true;
    m_overlaysAsked = 1;
    m_metrics.ask("alert bands", question, [this](Result<MetricResultPtr> result) { takeBands(result); });
    question.range.expression = m_metrics.option({}, "marks");
    if (question.range.expression.empty())
        return;
    ++m_overlaysAsked;
    m_metrics.ask("marks", question, [this](Result<MetricResultPtr> result) { takeMarks(result); });
}

void AlertWatch::takeBands(const Result<MetricResultPtr> &result)
{
    m_isAskingOverlays = --m_overlaysAsked > 0;
    m_bandsNote.clear();
    if (result) {
        const metric::MetricAnswer &answer = (*result)->answer;
        m_askedBands = metric::alertBands(answer.series, answer.stepNs, (*result)->range.end);
        if (answer.seriesInRest > 0)
            m_bandsNote = countText(answer.seriesInRest) + " alerts beyond the first " + countText(kMostAlerts)
                + " are not drawn.";
    } else if (result.error().code != ErrorCode::Cancelled) {
        m_bandsNote = "Alerts over time: " + result.error().text();
    }
    join();
}

void AlertWatch::takeMarks(const Result<MetricResultPtr> &result)
{
    m_isAskingOverlays = --m_overlaysAsked > 0;
    m_marksNote.clear();
    if (result)
        m_askedMarks = metric::marksOf((*result)->answer.series);
    else if (result.error().code != ErrorCode::Cancelled)
        m_marksNote = "Marks: " + result.error().text();
    join();
}

QString AlertWatch::openMarks(const QString &path)
{
    m_fileMarks.clear();
    QString problem;
    QFile file(path);
    if (path.isEmpty()) {
        problem.clear();
    } else if (!file.open(QIODevice::ReadOnly)) {
        problem = tr("The marks in %1 cannot be read: %2").arg(path, file.errorString());
    } else {
        std::uint64_t leftOut = 0;
        auto marks = sources::readMarks(file.read(kMostMarkBytes).toStdString(), leftOut);
        if (marks)
            m_fileMarks = std::move(*marks);
        if (!marks)
            problem = path + u": " + QString::fromStdString(marks.error().message);
        else if (leftOut > 0)
            problem = tr("%1: %2 lines are no marks and were left out.").arg(path).arg(leftOut);
    }
    join();
    return problem;
}

void AlertWatch::join()
{
    m_bands = m_askedBands;
    const TimePoint now = currentTime();
    for (const WatchedStore &store : m_watched)
        metric::addBands(m_bands, metric::alertBands(store.alerts, now));
    m_marks = m_askedMarks;
    m_marks.insert(m_marks.end(), m_fileMarks.begin(), m_fileMarks.end());
    std::stable_sort(m_marks.begin(), m_marks.end(), [](const auto &a, const auto &b) { return a.time < b.time; });
    m_notes.clear();
    for (const std::string &note : {m_bandsNote, m_marksNote}) {
        if (!note.empty())
            m_notes.push_back(note);
    }
    Q_EMIT overlaysChanged();
}

void AlertWatch::warn()
{
    std::vector<ServiceWarning> warnings;
    const auto add = [&](ServiceWarning warning) {
        if (!warning.service.empty() && std::find(warnings.begin(), warnings.end(), warning) == warnings.end())
            warnings.push_back(std::move(warning));
    };
    for (const WatchedStore &store : m_watched) {
        for (const metric::ScrapeTarget &target : store.targets) {
            if (target.health != metric::ScrapeTarget::Health::Down)
                continue;
            const std::string since = target.lastUpNs ? " since " + clockText(TimePoint(*target.lastUpNs)) + " UTC"
                                                      : std::string();
            add({metric::serviceOf(target.labels),
                 std::string(metric::labelValue(target.labels, "instance")) + " is down" + since, true});
        }
        for (const metric::MetricAlert &alert : store.alerts) {
            if (alert.state != metric::MetricAlert::State::Firing)
                continue;
            std::string service = metric::serviceOf(alert.labels, true);
            if (service.empty())
                service = metric::labelValue(alert.labels, "job");
            add({std::move(service), std::string(metric::labelValue(alert.labels, "alertname")) + " fires", false});
        }
    }
    m_warnings.set(std::move(warnings));
}

} // namespace tailspan::workspace
