// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/gather_stores.h"

#include "app/advice/metric_gathering.h"
#include "app/advice/recovery_gathering.h"
#include "app/advice/redis_gathering.h"
#include "app/sources/metric_source.h"
#include "app/sources/postgres_session.h"
#include "app/sources/redis_settings.h"
#include "app/verify/gather_postgres.h"
#include "models/advisor/metric_history.h"
#include "models/advisor/postgres_facts.h"
#include "models/advisor/redis_facts.h"

namespace tailspan::advice {

namespace {

using sources::SourceToOpen;

constexpr Duration kUsualHistory = Duration::seconds(7LL * 24 * 3600); // what replaying an autoscaler needs

/// What is asked of metrics: a week, so that trends and autoscalers can be judged, and at least the traces' time.
TimeRange historyRange(const Question &question)
{
    if (!question.range.isEmpty())
        return question.range;
    const TimePoint end = question.now;
    TimeRange range{end - kUsualHistory, end};
    for (const loadtest::LoadTestReportPtr &report : question.reports) {
        if (report->startedAt && *report->startedAt < range.begin)
            range.begin = *report->startedAt;
    }
    return range;
}

Result<> takePrometheus(const SourceToOpen &store, const Question &question, Gathered &gathered,
                        const std::stop_token &stop, Progress &progress)
{
    HistoryQuestion asked;
    asked.range = historyRange(question);
    auto history =
        gatherMetrics([&] { return sources::makeMetricSource(store.address, store.secrets); }, asked, {stop, progress});
    if (!history)
        return tl::unexpected<Error>(history.error());
    gathered.notes.insert(gathered.notes.end(), history->notes.begin(), history->notes.end());
    gathered.metrics = std::make_shared<const advisor::MetricHistory>(std::move(*history));
    return {};
}

Result<> takeRedis(const SourceToOpen &store, Gathered &gathered, const std::stop_token &stop, Progress &progress)
{
    TS_TRY(const sources::RedisSettings settings, sources::redisSettings(store.address, store.secrets));
    TS_TRY(advisor::RedisFacts facts, gatherRedisFacts(settings.target, {}, stop, progress));
    gathered.redis = std::make_shared<const advisor::RedisFacts>(std::move(facts));
    return {};
}

/// Of the same server, if it is the one that the target's collector writes to.
void takeRecovery(const net::PostgresTarget &target, Gathered &gathered, const std::stop_token &stop)
{
    auto session = verify::GuestSession::open(target, {}, stop);
    if (!session)
        return; // the statistics of the same server said why
    if (auto records = gatherRecoveryRecords(*session); records && !records->records.empty())
        gathered.recovery = std::make_shared<const advisor::RecoveryRecords>(std::move(*records));
}

Result<> takePostgres(const SourceToOpen &store, const Question &question, const advisor::Rules &rules,
                      Gathered &gathered, const std::stop_token &stop, Progress &progress)
{
    const net::PostgresTarget target = sources::postgresTarget(store.address, store.secrets);
    verify::PostgresOptions options;
    options.window = question.statementWindow;
    options.budget.explainsPerMinute = question.plansPerMinute;
    TS_TRY(advisor::PostgresFacts facts, verify::gatherPostgresFacts(target, options, rules, stop, progress));
    gathered.notes.insert(gathered.notes.end(), facts.notes.begin(), facts.notes.end());
    gathered.postgres = std::make_shared<const advisor::PostgresFacts>(std::move(facts));
    takeRecovery(target, gathered, stop);
    return {};
}

Result<> takeStore(const SourceToOpen &store, const Question &question, const advisor::Rules &rules, Gathered &gathered,
                   const std::stop_token &stop, Progress &progress)
{
    if (store.address.kind == "prometheus")
        return takePrometheus(store, question, gathered, stop, progress);
    if (store.address.kind == "redis")
        return takeRedis(store, gathered, stop, progress);
    if (store.address.kind == "postgresql")
        return takePostgres(store, question, rules, gathered, stop, progress);
    return {};
}

} // namespace

Result<> takeStores(const Question &question, const advisor::Rules &rules, Gathered &gathered,
                    const std::stop_token &stop, Progress &progress)
{
    for (const SourceToOpen &store : question.stores) {
        if (store.address.kind == "alertmanager")
            continue;
        const Result<> taken = takeStore(store, question, rules, gathered, stop, progress);
        if (!taken && taken.error().code == ErrorCode::Cancelled)
            return taken;
        if (taken)
            gathered.sources.push_back(store.name);
        else {
            gathered.notes.push_back(store.name + " is left out: " + taken.error().text());
            gathered.failures.push_back(taken.error());
        }
    }
    return {};
}

} // namespace tailspan::advice
