// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/live_metrics.h"

#include "app/sources/metric_discovery.h"
#include "app/workspace/histogram_question.h"
#include "app/workspace/metric_gathering.h"
#include "app/workspace/metric_store.h"
#include "models/base/wall_clock.h"

#include <algorithm>

namespace tailspan::workspace {

namespace {

constexpr int kStatesMs = 1000;
constexpr const char *kDiscovery = "what is measured";

Error noneConnected(const std::string &source)
{
    const std::string message = source.empty() ? "No store of metrics is connected."
                                               : "The store of metrics \"" + source + "\" is not connected.";
    return {ErrorCode::NotFound, message, {}};
}

} // namespace

LiveMetrics::LiveMetrics(QObject *parent) : QObject(parent)
{
    m_statesTimer.setInterval(kStatesMs);
    connect(&m_statesTimer, &QTimer::timeout, this, &LiveMetrics::statesChanged);
}

/// The stores' threads post to the mailbox.
LiveMetrics::~LiveMetrics()
{
    m_stores.clear();
}

bool LiveMetrics::isForMetrics(const sources::SourceToOpen &source)
{
    return source.address.kind == "prometheus" || source.address.kind == "alertmanager";
}

void LiveMetrics::connectTo(const std::vector<sources::SourceToOpen> &stores)
{
    m_rounds.clear();
    m_waitingPanels.clear();
    ++m_discoveryRound;
    m_discovering = 0;
    for (std::shared_ptr<MetricStore> &store : m_stores)
        m_release.release(std::move(store));
    m_stores.clear();
    m_foundBySource.clear();
    m_discoveryErrors.clear();
    for (const sources::SourceToOpen &source : stores)
        m_stores.push_back(std::make_shared<MetricStore>(source));
    mapAgain();
    if (m_stores.empty())
        m_statesTimer.stop();
    else
        m_statesTimer.start();
    m_isLive = !m_stores.empty();
    discover(currentTime());
    Q_EMIT connectedChanged();
    Q_EMIT liveChanged();
    Q_EMIT statesChanged();
}

bool LiveMetrics::hasMetrics() const
{
    return std::any_of(m_stores.begin(), m_stores.end(), [](const auto &store) { return store->hasMetrics(); });
}

std::vector<MetricSourceState> LiveMetrics::states() const
{
    std::vector<MetricSourceState> states;
    for (const auto &store : m_stores)
        states.push_back(store->state());
    return states;
}

std::string LiveMetrics::option(const std::string &source, const std::string &id) const
{
    for (const auto &store : m_stores) {
        if (source.empty() ? store->hasMetrics() : store->name() == source)
            return store->address().option(id);
    }
    return {};
}

void LiveMetrics::discover(TimePoint at)
{
    const std::uint64_t round = ++m_discoveryRound;
    m_discovering = 0;
    m_discoveryErrors.clear();
    for (const auto &store : m_stores) {
        if (!store->hasMetrics())
            continue;
        ++m_discovering;
        store->post(kDiscovery, [this, round, at](MetricStore &asked, std::stop_token stop) {
            using Facts = std::vector<metric::MetricFacts>;
            const auto facts = asked.ask<Facts>(stop, [at](sources::MetricSource &source, sources::Ask ask) {
                return sources::discoverMetrics(source, at, std::move(ask));
            });
            Result<metric::MetricMapping> found = facts ? Result<metric::MetricMapping>(metric::findSignals(*facts))
                                                        : tl::unexpected(facts.error());
            m_mailbox.post([this, round, name = asked.name(), found = std::move(found)]() mutable {
                takeFound(round, name, std::move(found));
            });
        });
    }
    Q_EMIT mappingChanged();
}

void LiveMetrics::takeFound(std::uint64_t round, const std::string &source, Result<metric::MetricMapping> found)
{
    if (round != m_discoveryRound)
        return;
    --m_discovering;
    if (found)
        m_foundBySource[source] = std::move(*found);
    else if (found.error().code != ErrorCode::Cancelled)
        m_discoveryErrors.push_back(source + ": " + found.error().text());
    mapAgain();
    Q_EMIT statesChanged();
}

/// Of two stores that have the same signal of a service the first counts.
void LiveMetrics::mapAgain()
{
    m_found.clear();
    m_mapping.clear();
    const auto add = [](std::vector<MappedSignal> &to, const metric::MetricMapping &from, const std::string &source) {
        for (const metric::SignalQuery &query : from.queries) {
            const bool isThere = std::any_of(to.begin(), to.end(), [&](const MappedSignal &other) {
                return other.query.service == query.service && other.query.signal == query.signal;
            });
            if (!isThere)
                to.push_back({query, source});
        }
    };
    for (const auto &store : m_stores) {
        if (!store->hasMetrics())
            continue;
        const metric::MetricMapping &found = m_foundBySource[store->name()];
        add(m_found, found, store->name());
        add(m_mapping, found.with(m_chosen[store->name()]), store->name());
    }
    Q_EMIT mappingChanged();
}

const MappedSignal *LiveMetrics::find(const std::string &service, metric::Signal signal) const
{
    const auto known = std::find_if(m_mapping.begin(), m_mapping.end(), [&](const MappedSignal &each) {
        return each.query.service == service && each.query.signal == signal;
    });
    return known == m_mapping.end() ? nullptr : &*known;
}

std::vector<std::string> LiveMetrics::services() const
{
    std::set<std::string> names;
    for (const MappedSignal &signal : m_mapping)
        names.insert(signal.query.service);
    return {names.begin(), names.end()};
}

std::vector<std::string> LiveMetrics::servicesWithHistograms() const
{
    std::vector<std::string> names;
    for (const MappedSignal &signal : m_mapping) {
        if (signal.query.signal == metric::Signal::Latency && !signal.query.buckets.empty())
            names.push_back(signal.query.service);
    }
    return names;
}

void LiveMetrics::setChosen(const std::string &source, std::vector<metric::SignalQuery> chosen)
{
    m_chosen[source] = std::move(chosen);
    mapAgain();
    Q_EMIT chosenChanged(source);
}

std::vector<metric::SignalQuery> LiveMetrics::chosen(const std::string &source) const
{
    const auto known = m_chosen.find(source);
    return known == m_chosen.end() ? std::vector<metric::SignalQuery>() : known->second;
}

std::uint64_t LiveMetrics::begin(const std::string &panel)
{
    m_waitingPanels.insert(panel);
    return m_rounds[panel] = ++m_nextRound;
}

bool LiveMetrics::isCurrent(const std::string &panel, std::uint64_t round)
{
    const auto known = m_rounds.find(panel);
    if (known == m_rounds.end() || known->second != round)
        return false;
    m_rounds.erase(known);
    m_waitingPanels.erase(panel);
    return true;
}

void LiveMetrics::deliver(const std::string &panel, std::uint64_t round, Result<MetricResultPtr> result,
                          const OnResult &done)
{
    if (isCurrent(panel, round))
        done(std::move(result));
}

void LiveMetrics::ask(const std::string &panel, const MetricQuestion &question, OnResult done)
{
    cancel(panel);
    const std::uint64_t round = begin(panel);
    std::vector<std::shared_ptr<MetricStore>> asked;
    std::vector<std::string> names;
    for (const auto &store : m_stores) {
        if (!store->hasMetrics() || (!question.source.empty() && store->name() != question.source))
            continue;
        asked.push_back(store);
        names.push_back(store->name());
    }
    if (asked.empty()) {
        m_mailbox.post([this, panel, round, done, error = noneConnected(question.source)] {
            deliver(panel, round, tl::unexpected<Error>(error), done);
        });
        return;
    }
    const auto gathering = std::make_shared<MetricGathering>(question, std::move(names));
    for (std::size_t i = 0; i < asked.size(); ++i) {
        asked[i]->post(panel, [=, this, range = question.range](MetricStore &store, const std::stop_token &stop) {
            auto whole = gathering->add(
                i, store.ask<metric::MetricAnswer>(stop, [&](sources::MetricSource &source, sources::Ask ask) {
                    return source.queryRange(range, std::move(ask));
                }));
            if (whole)
                m_mailbox.post([this, panel, round, done, whole = std::move(*whole)]() mutable {
                    deliver(panel, round, std::move(whole), done);
                });
        });
    }
}

void LiveMetrics::askHistogram(const std::string &panel, const HistogramQuestion &question, OnHistogram done)
{
    cancel(panel);
    const std::uint64_t round = begin(panel);
    const auto answer = [this, panel, round, done](Result<HistogramResultPtr> result) {
        m_mailbox.post([this, panel, round, done, result = std::move(result)]() mutable {
            if (isCurrent(panel, round))
                done(std::move(result));
        });
    };
    const MappedSignal *latency = find(question.service, metric::Signal::Latency);
    if (latency == nullptr || latency->query.buckets.empty()) {
        answer(fail(ErrorCode::NotFound,
                    "No latency histogram of " + question.service
                        + " was found. The mapping view of the Metrics page says what is asked for."));
        return;
    }
    for (const auto &store : m_stores) {
        if (store->name() != latency->source)
            continue;
        store->post(panel, [question, answer, query = latency->query](MetricStore &asked, const std::stop_token &stop) {
            answer(asked.ask<HistogramResultPtr>(stop, [&](sources::MetricSource &source, sources::Ask ask) {
                return histogramOf(source, question, query, asked.name(), std::move(ask));
            }));
        });
        return;
    }
    answer(tl::unexpected<Error>(noneConnected(latency->source)));
}

void LiveMetrics::askNames(const std::string &panel, const sources::NameQuestion &question, OnNames done)
{
    cancel(panel);
    const std::uint64_t round = begin(panel);
    for (const auto &store : m_stores) { // names are much the same everywhere: the first store's will do
        if (!store->hasMetrics())
            continue;
        store->post(panel, [this, panel, round, question, done](MetricStore &asked, const std::stop_token &stop) {
            auto names = asked.ask<sources::NameList>(stop, [&](sources::MetricSource &source, sources::Ask ask) {
                return source.names(question, std::move(ask));
            });
            m_mailbox.post([this, panel, round, done, names = std::move(names)]() mutable {
                if (isCurrent(panel, round))
                    done(std::move(names));
            });
        });
        return;
    }
    m_waitingPanels.erase(panel);
}

void LiveMetrics::cancel(const std::string &panel)
{
    if (m_rounds.erase(panel) == 0)
        return;
    m_waitingPanels.erase(panel);
    for (const auto &store : m_stores)
        store->cancel(panel);
}

void LiveMetrics::setLive(bool live)
{
    if (live == m_isLive)
        return;
    m_isLive = live;
    Q_EMIT liveChanged();
}

void LiveMetrics::setHidden(bool hidden)
{
    if (hidden == m_isHidden)
        return;
    m_isHidden = hidden;
    Q_EMIT liveChanged();
}

} // namespace tailspan::workspace
