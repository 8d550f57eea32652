// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/metric_source.h"
#include "app/sources/prometheus_lists.h"

#include "models/base/number_text.h"
#include "models/metric/metric_catalog.h"

#include <algorithm>
#include <map>
#include <optional>

namespace tailspan::sources {

SourceInfo infoPrometheusSource();
std::unique_ptr<MetricSource> makePrometheusSource(const SourceAddress &address, const SourceSecrets &secrets);

namespace {

constexpr std::int64_t kUsualIntervalNs = 15'000'000'000;
/// Above the server's own limit, so that its words arrive.
constexpr std::chrono::seconds kPatience{5};
/// A million series of one moment are about 200 MB.
constexpr std::uint64_t kMostBytes = 256ULL << 20;

std::string secondsText(std::int64_t ns)
{
    const std::int64_t ms = ns / 1'000'000;
    std::string fraction = std::to_string(1'000 + ms % 1'000).substr(1);
    return std::to_string(ms / 1'000) + "." + fraction;
}

/// Prometheus' HTTP API, version 1; Thanos, Mimir, Cortex and VictoriaMetrics answer the same questions.
class PrometheusSource final : public MetricSource {
public:
    PrometheusSource(const SourceAddress &address, const SourceSecrets &secrets)
        : m_settings(httpSettings(address, secrets, infoPrometheusSource().defaultPort)),
          m_api(m_settings ? m_settings->target : net::HttpTarget{}, m_cost),
          m_intervalNs(promDurationNs(address.option("interval")))
    {}

    Result<> probe(const OnProbeStep &onStep, Ask ask) override;

    Result<metric::MetricAnswer> query(const std::string &expression, TimePoint at, std::size_t seriesLimit,
                                       Ask ask) override
    {
        return metrics("/api/v1/query", {{"query", expression}, {"time", secondsText(at.ns())}}, 0, seriesLimit, ask);
    }

    Result<metric::MetricAnswer> queryRange(const RangeQuestion &question, Ask ask) override
    {
        if (question.range.isEmpty())
            return fail(ErrorCode::Unsupported, "The range of time is empty.", m_api.client().place());
        const std::int64_t stepNs =
            question.stepNs > 0 ? question.stepNs : stepFor(question.range, question.widthPx, scrapeIntervalNs(ask));
        // On whole steps, so that a renewed answer has the points of the one before it.
        const std::int64_t beginNs = question.range.begin.ns() / stepNs * stepNs;
        const std::int64_t endNs = question.range.end.ns();
        if ((endNs - beginNs) / stepNs >= static_cast<std::int64_t>(kMostPoints))
            return fail(ErrorCode::LimitReached,
                        "A step of " + durationText(Duration(stepNs)) + " gives more than " + countText(kMostPoints)
                            + " points, which Prometheus refuses. Choose a longer one.",
                        m_api.client().place());
        std::string expression = question.expression;
        if (expression.find("$window") != std::string::npos)
            expression = metric::withWindow(std::move(expression), metric::windowFor(stepNs, scrapeIntervalNs(ask)));
        return metrics("/api/v1/query_range",
                       {{"query", expression},
                        {"start", secondsText(beginNs)},
                        {"end", secondsText(endNs)},
                        {"step", secondsText(stepNs)}},
                       stepNs, question.seriesLimit, ask);
    }

    Result<NameList> names(const NameQuestion &question, Ask ask) override;
    Result<std::vector<metric::ScrapeTarget>> targets(Ask ask) override;

    Result<std::vector<metric::MetricFacts>> metadata(Ask ask) override
    {
        return list<std::vector<metric::MetricFacts>>("/api/v1/metadata", {}, readMetadata, ask);
    }
    Result<std::vector<metric::MetricRule>> rules(Ask ask) override
    {
        return list<std::vector<metric::MetricRule>>("/api/v1/rules", {}, readRules, ask);
    }
    Result<std::vector<metric::MetricAlert>> alerts(Ask ask) override
    {
        return list<std::vector<metric::MetricAlert>>("/api/v1/alerts", {}, readAlerts, ask);
    }

private:
    /// Asks, opens the envelope and hands it over while the answer lives.
    template <class T, class Read>
    Result<T> list(const char *path, net::HttpParameters parameters, const Read &read, const Ask &ask,
                   bool mayBePosted = false)
    {
        if (!m_settings)
            return tl::unexpected(m_settings.error());
        TS_TRY(
            const ApiAnswer answer,
            m_api.ask({path, std::move(parameters), mayBePosted, m_settings->limit + kPatience, kMostBytes}, ask.stop));
        TS_TRY(const PrometheusEnvelope envelope, openEnvelope(answer, m_api.client()));
        return read(envelope);
    }

    Result<metric::MetricAnswer> metrics(const char *path, net::HttpParameters parameters, std::int64_t stepNs,
                                         std::size_t seriesLimit, const Ask &ask)
    {
        ask.progress.begin("asking for metrics", 0);
        if (m_settings)
            parameters.emplace_back("timeout", secondsText(std::chrono::nanoseconds(m_settings->limit).count()));
        auto answer = list<metric::MetricAnswer>(
            path, std::move(parameters),
            [&](const PrometheusEnvelope &envelope) {
                return readMetrics(envelope, stepNs, seriesLimit, m_api.client().place());
            },
            ask, true);
        if (answer)
            m_cost.rows += answer->seriesTotal;
        return answer;
    }

    /// The option, else the commonest of the targets, else what most servers have; asked once.
    std::int64_t scrapeIntervalNs(const Ask &ask)
    {
        if (m_intervalNs > 0)
            return m_intervalNs;
        const auto known =
            list<std::vector<metric::ScrapeTarget>>("/api/v1/targets", {{"state", "active"}}, readTargets, ask);
        std::map<std::int64_t, int> counts;
        for (const metric::ScrapeTarget &target : known.value_or(std::vector<metric::ScrapeTarget>()))
            ++counts[target.intervalNs];
        counts.erase(0);
        const auto most = std::max_element(counts.begin(), counts.end(),
                                           [](const auto &a, const auto &b) { return a.second < b.second; });
        if (most != counts.end())
            return m_intervalNs = most->first;
        // Who has no such list never will; a list that is still empty may fill, and a question that failed may not.
        if (!known && (known.error().code == ErrorCode::NotFound || known.error().code == ErrorCode::Unsupported))
            m_intervalNs = kUsualIntervalNs;
        return kUsualIntervalNs;
    }

    void addLastUp(std::vector<metric::ScrapeTarget> &targets, const Ask &ask);

    Result<HttpSettings> m_settings;
    JsonApi m_api;
    std::int64_t m_intervalNs;
};

Result<> PrometheusSource::probe(const OnProbeStep &onStep, Ask ask)
{
    using State = ProbeStep::State;
    if (!m_settings) {
        onStep({State::Failed, "address understood", m_settings.error().message});
        return tl::unexpected(m_settings.error());
    }
    const auto answer =
        m_api.ask({"/api/v1/query", {{"query", "vector(1)"}}, false, m_settings->limit + kPatience}, ask.stop);
    const auto isFine = answer ? openEnvelope(*answer, m_api.client()) : tl::unexpected(answer.error());
    if (!isFine) {
        onStep({State::Failed, "answers questions", isFine.error().message});
        return tl::unexpected(isFine.error());
    }
    onStep({State::Done, "connected", m_api.client().place()});
    if (m_settings->target.usesTls)
        onStep({State::Done, "TLS verified", answer->http().tls});
    onStep({State::Done, "answers questions", "HTTP API version 1"});
    const auto known = targets(ask);
    if (!known) { // Mimir and Cortex scrape nothing themselves
        onStep({State::Skipped, "targets", known.error().message});
        return {};
    }
    const auto down =
        static_cast<std::uint64_t>(std::count_if(known->begin(), known->end(), [](const metric::ScrapeTarget &target) {
            return target.health == metric::ScrapeTarget::Health::Down;
        }));
    onStep({down > 0 ? State::Warning : State::Done, "targets",
            countText(known->size()) + " scraped, " + countText(down) + " down"});
    return {};
}

Result<NameList> PrometheusSource::names(const NameQuestion &question, Ask ask)
{
    using Kind = NameQuestion::Kind;
    if (question.kind == Kind::Series && question.matchers.empty())
        return fail(ErrorCode::Unsupported, "Series are asked for with a selector, {job=\"api\"} for example.",
                    m_api.client().place());
    net::HttpParameters parameters;
    for (const std::string &matcher : question.matchers)
        parameters.emplace_back("match[]", matcher);
    if (!question.range.isEmpty()) {
        parameters.emplace_back("start", secondsText(question.range.begin.ns()));
        parameters.emplace_back("end", secondsText(question.range.end.ns()));
    }
    // A label's name goes into the path; what may stand in one needs no escape there.
    const bool isName = std::all_of(question.label.begin(), question.label.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (question.kind == Kind::LabelValues && (!isName || question.label.empty()))
        return fail(ErrorCode::Unsupported, "\"" + question.label + "\" cannot be the name of a label.",
                    m_api.client().place());
    const std::string path = question.kind == Kind::Series ? "/api/v1/series"
        : question.kind == Kind::LabelNames                ? "/api/v1/labels"
                                                           : "/api/v1/label/" + question.label + "/values";
    // Values of a label are the one question that Prometheus does not take as a form.
    return list<NameList>(
        path.c_str(), std::move(parameters),
        [&](const PrometheusEnvelope &envelope) { return readNames(envelope, question); }, ask,
        question.kind != Kind::LabelValues);
}

Result<std::vector<metric::ScrapeTarget>> PrometheusSource::targets(Ask ask)
{
    TS_TRY(std::vector<metric::ScrapeTarget> targets,
           list<std::vector<metric::ScrapeTarget>>("/api/v1/targets", {{"state", "active"}}, readTargets, ask));
    addLastUp(targets, ask);
    return targets;
}

/// The list of targets does not say since when one is down; the series "up" does, as far back as it is looked at.
void PrometheusSource::addLastUp(std::vector<metric::ScrapeTarget> &targets, const Ask &ask)
{
    using Health = metric::ScrapeTarget::Health;
    const bool isAnyDown = std::any_of(targets.begin(), targets.end(), [](const metric::ScrapeTarget &target) {
        return target.health == Health::Down;
    });
    if (!isAnyDown)
        return;
    constexpr std::size_t kMost = 10'000;
    const auto lastUp = metrics(
        "/api/v1/query", {{"query", "max_over_time((timestamp(up == 1))[1d:1m]) and on (job, instance) up == 0"}}, 0,
        kMost, ask);
    if (!lastUp)
        return;
    std::map<std::pair<std::string_view, std::string_view>, double> seconds;
    for (const metric::MetricSeries &series : lastUp->series)
        seconds[{metric::labelValue(series.labels, "job"), metric::labelValue(series.labels, "instance")}] =
            series.values.back();
    for (metric::ScrapeTarget &target : targets) {
        const auto found =
            seconds.find({metric::labelValue(target.labels, "job"), metric::labelValue(target.labels, "instance")});
        if (target.health == Health::Down && found != seconds.end() && found->second > 0)
            target.lastUpNs = static_cast<std::int64_t>(found->second * 1e3) * 1'000'000;
    }
}

} // namespace

SourceInfo infoPrometheusSource()
{
    SourceInfo info{"prometheus",
                    "Prometheus",
                    "Metrics, alerts and targets; also Thanos, Mimir, Cortex and VictoriaMetrics",
                    {"prometheus+http", "prometheus+https"},
                    9090,
                    "Path prefix",
                    httpOptions(),
                    false};
    info.options.insert(info.options.begin() + 1,
                        {"interval", "Scrape interval",
                         "How far apart points are, 15s for example; empty asks the server.", OptionInfo::Kind::Text,
                         "", "", true});
    info.options.push_back({"grafana", "Grafana", "Its address, https://grafana.example: panels can be opened there.",
                            OptionInfo::Kind::Text, "", ""});
    info.options.push_back({"marks", "Marks",
                            "PromQL: where a value of it changes, a deployment for example, stands a mark.",
                            OptionInfo::Kind::Text, "", "", true});
    info.options.push_back({"marksfile", "File of marks",
                            "Lines with a time and a text, as CSV or JSON: shown as marks on the time axis.",
                            OptionInfo::Kind::File, "", "", true});
    return info;
}

std::unique_ptr<MetricSource> makePrometheusSource(const SourceAddress &address, const SourceSecrets &secrets)
{
    return std::make_unique<PrometheusSource>(address, secrets);
}

} // namespace tailspan::sources
