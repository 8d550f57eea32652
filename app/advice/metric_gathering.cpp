// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/metric_gathering.h"

#include "app/advice/metric_assembly.h"
#include "app/sources/metric_discovery.h"
#include "models/base/number_text.h"
#include "models/metric/promql_text.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace tailspan::advice {

namespace {

constexpr std::size_t kMostThreads = 4;
constexpr std::int64_t kWantedPoints = 10'000;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::size_t kMostNames = 500'000;
constexpr std::size_t kMostRows = 20'000;

using Names = std::set<std::string, std::less<>>;

/// What was found out before the range is asked for.
struct Discovery {
    std::vector<RoleQuestion> questions;
    MetricNames names;
    std::int64_t scrapeIntervalNs = 0;
    std::vector<std::string> notes;
};

Result<Names> namesOf(sources::MetricSource &source, const TimeRange &range, const sources::Ask &ask)
{
    sources::NameQuestion question;
    question.kind = sources::NameQuestion::Kind::LabelValues;
    question.label = "__name__";
    question.range = range;
    question.limit = kMostNames;
    TS_TRY(sources::NameList list, source.names(question, ask));
    return Names(std::make_move_iterator(list.names.begin()), std::make_move_iterator(list.names.end()));
}

/// The interval of most of the targets; 0 where the store scrapes nothing itself.
std::int64_t usualInterval(const std::vector<metric::ScrapeTarget> &targets)
{
    std::map<std::int64_t, std::size_t> counts;
    for (const metric::ScrapeTarget &target : targets) {
        if (target.intervalNs > 0)
            ++counts[target.intervalNs];
    }
    const auto most = std::ranges::max_element(counts, {}, [](const auto &entry) { return entry.second; });
    return most == counts.end() ? 0 : most->first;
}

/// The same by how often samples came in the last quarter of an hour, where the store is written to by others.
std::int64_t sampleInterval(sources::MetricSource &source, const metric::MetricMapping &mapping, TimePoint at,
                            const sources::Ask &ask)
{
    constexpr std::size_t kMostAsked = 4;
    constexpr double kQuarterHourNs = 900e9;
    std::set<std::string> metrics;
    for (const metric::SignalQuery &query : mapping.queries) {
        if (metrics.size() < kMostAsked)
            metrics.insert(query.metric);
    }
    std::vector<std::int64_t> intervals;
    for (const std::string &name : metrics) {
        const auto answer = source.query(
            "quantile(0.5, count_over_time({__name__=" + metric::quotedLabel(name) + "}[15m]))", at, 1, ask);
        if (!answer || answer->series.empty() || answer->series.front().values.empty())
            continue;
        const double count = answer->series.front().values.back();
        if (count >= 2)
            intervals.push_back(std::llround(kQuarterHourNs / count / kSecond) * kSecond);
    }
    std::ranges::sort(intervals);
    return intervals.empty() ? 0 : intervals[intervals.size() / 2];
}

/// Pairs of two labels that series of one moment have.
std::map<std::string, std::string> pairsOf(sources::MetricSource &source, const std::string &expression,
                                           std::string_view from, std::string_view to, TimePoint at,
                                           const sources::Ask &ask)
{
    std::map<std::string, std::string> pairs;
    const auto answer = source.query(expression, at, kMostRows, ask);
    if (!answer) // the names are then taken as they are
        return pairs;
    for (const metric::MetricSeries &series : answer->series) {
        const std::string_view key = metric::labelValue(series.labels, from);
        const std::string_view value = metric::labelValue(series.labels, to);
        if (!key.empty() && !value.empty())
            pairs.emplace(key, value);
    }
    return pairs;
}

/// Use of the host of a database server, where the exporters of both stand on it.
void addHosts(sources::MetricSource &source, const Names &names, TimePoint at, const sources::Ask &ask,
              Discovery &found)
{
    const auto server = std::ranges::find(found.questions, advisor::Role::ServerMaximum, &RoleQuestion::role);
    if (server == found.questions.end() || !names.contains("node_cpu_seconds_total"))
        return;
    const std::string expression = "group by (" + server->label
        + ", instance) (last_over_time(pg_settings_max_connections[1h]))";
    for (const auto &[instance, name] : pairsOf(source, expression, "instance", server->label, at, ask))
        found.names.serverOfHost.emplace(hostOf(instance), name);
    if (found.names.serverOfHost.empty())
        return;
    using advisor::Role;
    constexpr auto kLabel = RoleQuestion::Naming::Label;
    found.questions.push_back({Role::ServerCpu,
                               "1 - avg by (%by) (rate(node_cpu_seconds_total{%s,mode=\"idle\"}[$window]))",
                               "instance",
                               kLabel,
                               false,
                               1,
                               {}});
    found.questions.push_back({Role::ServerCores,
                               "count by (%by) (node_cpu_seconds_total{%s,mode=\"idle\"})",
                               "instance",
                               kLabel,
                               false,
                               1,
                               {}});
}

Result<Discovery> discover(sources::MetricSource &source, const TimeRange &range, const sources::Ask &ask)
{
    Discovery found;
    TS_TRY(const Names names, namesOf(source, range, ask));
    TS_TRY(const std::vector<metric::MetricFacts> facts, sources::discoverMetrics(source, range.end, ask));
    const metric::MetricMapping mapping = metric::findSignals(facts);
    found.questions = roleQuestions(mapping, names);
    if (const auto targets = source.targets(ask))
        found.scrapeIntervalNs = usualInterval(*targets);
    if (found.scrapeIntervalNs == 0)
        found.scrapeIntervalNs = sampleInterval(source, mapping, range.end, ask);
    if (names.contains("kube_horizontalpodautoscaler_info"))
        found.names.serviceOfAutoscaler = pairsOf(source,
                                                  "group by (horizontalpodautoscaler, scaletargetref_name) "
                                                  "(last_over_time(kube_horizontalpodautoscaler_info[1h]))",
                                                  "horizontalpodautoscaler", "scaletargetref_name", range.end, ask);
    addHosts(source, names, range.end, ask, found);
    if (found.questions.empty())
        found.notes.push_back(names.empty() ? "Nothing was measured in this range of time."
                                            : "None of the " + countText(names.size())
                                      + " metrics is one that the advisor knows.");
    return found;
}

Result<std::int64_t> stepOf(const HistoryQuestion &question, std::int64_t scrapeIntervalNs)
{
    const std::int64_t lengthNs = question.range.length().ns();
    const std::int64_t least = std::max(scrapeIntervalNs, kSecond);
    std::int64_t step = question.stepNs;
    if (step <= 0)
        step = std::max(least, (lengthNs / kWantedPoints + kSecond - 1) / kSecond * kSecond);
    step = std::max(step, least);
    if (lengthNs / step >= static_cast<std::int64_t>(sources::kMostPoints))
        return fail(ErrorCode::LimitReached,
                    "A step of " + durationText(Duration(step)) + " gives more than " + countText(sources::kMostPoints)
                        + " points of a series. Ask for a shorter time.");
    return step;
}

/// Asks all questions on a few threads, each with a source of its own.
class Asking {
public:
    Asking(const MakeMetricSource &make, const HistoryQuestion &question, const std::vector<RoleQuestion> &questions,
           std::int64_t stepNs, std::int64_t windowNs, const sources::Ask &ask)
        : m_make(make), m_question(question), m_questions(questions), m_stepNs(stepNs), m_windowNs(windowNs),
          m_ask(ask), m_answers(questions.size())
    {}

    std::vector<std::optional<Result<metric::MetricAnswer>>> run()
    {
        m_ask.progress.begin("asking for the history of metrics", m_questions.size());
        {
            std::vector<std::jthread> threads;
            for (std::size_t i = 0; i < std::min(kMostThreads, m_questions.size()); ++i)
                threads.emplace_back([this] { work(); });
        }
        return std::move(m_answers);
    }

private:
    void work()
    {
        const auto source = m_make();
        if (source == nullptr)
            return;
        while (!m_isHopeless && !m_ask.stop.stop_requested()) {
            const std::size_t i = m_next++;
            if (i >= m_questions.size())
                return;
            sources::RangeQuestion range;
            range.expression = metric::withWindow(m_questions[i].asked(), m_windowNs);
            range.range = m_question.range;
            range.stepNs = m_stepNs;
            range.seriesLimit = m_question.seriesLimit;
            Progress own; // the source's stages are of no interest beside those of the whole
            m_answers[i].emplace(source->queryRange(range, {m_ask.stop, own}));
            const bool failed = !m_answers[i]->has_value();
            if (failed && isOfConnection(m_answers[i]->error().code))
                m_isHopeless = true;
            ++m_ask.progress.done;
        }
    }
    static bool isOfConnection(ErrorCode code) { return code == ErrorCode::Unreachable || code == ErrorCode::Auth; }

    const MakeMetricSource &m_make;
    const HistoryQuestion &m_question;
    const std::vector<RoleQuestion> &m_questions;
    const std::int64_t m_stepNs;
    const std::int64_t m_windowNs;
    const sources::Ask &m_ask;
    std::vector<std::optional<Result<metric::MetricAnswer>>> m_answers; ///< Each is written by one thread.
    std::atomic<std::size_t> m_next{0};
    std::atomic<bool> m_isHopeless{false};
};

bool isOfHost(const RoleQuestion &question)
{
    return question.role == advisor::Role::ServerCpu || question.role == advisor::Role::ServerCores;
}

/// Series of hosts become series of the database server on them; others are dropped.
void renameHosts(advisor::MetricHistory &history, std::size_t first, const MetricNames &names)
{
    const auto begin = history.series.begin() + static_cast<std::ptrdiff_t>(first);
    const auto isOther = [&](const advisor::RoleSeries &entry) {
        return !names.serverOfHost.contains(hostOf(entry.service));
    };
    history.series.erase(std::remove_if(begin, history.series.end(), isOther), history.series.end());
    for (std::size_t i = first; i < history.series.size(); ++i)
        history.series[i].service = names.serverOfHost.at(hostOf(history.series[i].service));
}

void addTo(advisor::MetricHistory &history, const RoleQuestion &question,
           const std::optional<Result<metric::MetricAnswer>> &answer, const MetricNames &names, std::int64_t windowNs)
{
    const std::string role(advisor::roleId(question.role));
    if (!answer) {
        history.notes.push_back(role + " was not asked for: the store stopped answering.");
        return;
    }
    if (!answer->has_value()) {
        history.notes.push_back(role + ": " + answer->error().message);
        return;
    }
    const std::size_t first = history.series.size();
    addAnswer(history, question, **answer, names, windowNs);
    if (isOfHost(question))
        renameHosts(history, first, names);
    for (const std::string &note : (*answer)->notes())
        history.notes.push_back(role + ": " + note);
}

} // namespace

Result<advisor::MetricHistory> gatherMetrics(const MakeMetricSource &make, const HistoryQuestion &question,
                                             sources::Ask ask)
{
    Discovery found;
    {
        const auto source = make();
        if (source == nullptr)
            return fail(ErrorCode::Unsupported, "This store keeps no metrics.");
        TS_TRY(found, discover(*source, question.range, ask));
    }
    TS_TRY(const std::int64_t stepNs, stepOf(question, found.scrapeIntervalNs));
    // A store that tells nothing is taken to have a sample a minute, as Prometheus by default: a window that is too
    // short would leave nothing but gaps.
    constexpr std::int64_t kUsualInterval = 60 * kSecond;
    const std::int64_t intervalNs = found.scrapeIntervalNs > 0 ? found.scrapeIntervalNs : kUsualInterval;
    const std::int64_t windowNs = metric::windowFor(stepNs, intervalNs);
    advisor::MetricHistory history;
    history.range = question.range;
    history.stepNs = stepNs;
    history.scrapeIntervalNs = found.scrapeIntervalNs;
    history.rateWindowNs = windowNs;
    history.notes = std::move(found.notes);
    const auto answers = Asking(make, question, found.questions, stepNs, windowNs, ask).run();
    if (ask.stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    const auto hasFailed = [](const auto &answer) { return !answer || !answer->has_value(); };
    if (!answers.empty() && std::ranges::all_of(answers, hasFailed))
        return answers.front() ? tl::unexpected<Error>(answers.front()->error())
                               : fail(ErrorCode::Unreachable, "The store of metrics stopped answering.");
    for (std::size_t i = 0; i < answers.size(); ++i)
        addTo(history, found.questions[i], answers[i], found.names, windowNs);
    addSumsOfPods(history);
    return history;
}

} // namespace tailspan::advice
