// SPDX-License-Identifier: GPL-3.0-or-later
// A pool whose requests wait for a connection while the database has room: sized again by Erlang's formula.
#include "models/advisor/impact.h"
#include "models/advisor/pool_load.h"
#include "models/advisor/scaling_findings.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "pool.too-small";

std::string secondsText(double seconds)
{
    return durationText(Duration(std::llround(std::clamp(seconds, 0.0, 1e9) * 1e9)));
}

/// What was seen while requests waited.
struct Starving {
    std::vector<Holds> steps;
    Run longest;
    double minutes = 0;
    double waitSeconds = 0; ///< p95 of waiting, the median of those steps.
    double latencySeconds = 0;
    double podRate = 0; ///< Requests a second of a pod, that were served.
    double podLimit = 0;
    double lostMsPerHour = 0;
};

Starving starvingOf(const PoolLoad &load, const Rules &rules)
{
    Starving result;
    std::vector<double> waits, latencies, rates, limits;
    const double busy = rules.number("pool.too-small.busy-ratio");
    const double share = rules.number("pool.too-small.least-wait-share");
    double lostMs = 0;
    for (std::size_t i = 0; i < load.timesNs.size(); ++i) {
        const bool isKnown = std::isfinite(load.used[i]) && std::isfinite(load.limit[i]) && std::isfinite(load.wait[i]);
        const double latency = load.latency.empty() ? std::nan("") : load.latency[i];
        // Without a latency the wait has to be long by itself.
        const double least = std::isfinite(latency) ? share * latency
                                                    : rules.number("pool.too-small.least-wait-ms") / 1e3;
        const bool waits95 = isKnown && load.used[i] >= busy * load.limit[i] && load.wait[i] > least
            && load.wait[i] * 1e3 >= rules.number("pool.too-small.least-wait-ms");
        result.steps.push_back(!isKnown ? Holds::Unknown : waits95 ? Holds::Yes : Holds::No);
        if (!waits95)
            continue;
        waits.push_back(load.wait[i]);
        latencies.push_back(latency);
        limits.push_back(load.limit[i] / load.pods);
        if (!load.rate.empty() && load.rate[i] > 0) {
            rates.push_back(load.rate[i] / load.pods);
            lostMs += load.rate[i] * load.wait[i] / 2.9957 * 1e3 * static_cast<double>(load.stepNs) / 1e9;
        }
    }
    result.longest = longestRun(result.steps);
    result.minutes = load.minutesOf(countOf(result.steps, Holds::Yes));
    result.waitSeconds = medianOf(waits);
    result.latencySeconds = medianOf(latencies);
    result.podRate = quantileOf(rates, 0.9);
    result.podLimit = medianOf(limits);
    result.lostMsPerHour = lostMs / std::max(load.hours(), 1e-9);
    return result;
}

class PoolTooSmall final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Pool, "Connection pool too small", Input::Metrics, Input::Scaling | Input::Postgres};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        for (const PoolLoad &load : poolLoads(*inputs.metrics)) {
            if (stop.stop_requested())
                return;
            if (load.limit.empty() || load.wait.empty()) {
                output.unjudged.push_back({std::string(kId), load.service,
                                           load.limit.empty() ? "The size of its pool is not told."
                                                              : "How many requests wait for a connection is not told.",
                                           "Let the service tell the size of its pool and who waits for it."});
                continue;
            }
            judge(load, inputs, rules, output);
        }
    }

private:
    static void judge(const PoolLoad &load, const Inputs &inputs, const Rules &rules, Output &output)
    {
        const Starving starving = starvingOf(load, rules);
        if (load.minutesOf(starving.longest.length()) < rules.number("pool.too-small.least-minutes"))
            return;
        const auto server = serverLoad(*inputs.metrics);
        const bool knowsServer = server && server->cores && knownCount(server->active) > 0;
        if (knowsServer) {
            std::vector<double> active = valuesAt({{}, {}, server->timesNs, server->active}, load.timesNs, load.stepNs);
            for (std::size_t i = 0; i < active.size(); ++i)
                active[i] = starving.steps[i] == Holds::Yes ? active[i] : std::nan("");
            if (medianOf(active) >= rules.number("pool.too-small.most-active-per-core") * *server->cores)
                return; // the database is full: more connections make it slower
        }
        output.findings.push_back(findingOf(load, starving, inputs, rules, knowsServer));
    }

    static Finding findingOf(const PoolLoad &load, const Starving &starving, const Inputs &inputs, const Rules &rules,
                             bool knowsServer)
    {
        const PoolLoad::Hold held = load.hold();
        const double wanted = std::isfinite(starving.latencySeconds)
            ? std::max(rules.number("pool.too-small.least-wait-share")
                           * (starving.latencySeconds - starving.waitSeconds),
                       rules.number("pool.too-small.least-wait-ms") / 1e3)
            : rules.number("pool.too-small.least-wait-ms") / 1e3;
        // What waits would come as well if it could: the load is what was served and what queued up.
        const double offered = starving.podRate * rules.number("pool.too-small.hidden-load");
        const auto connections = connectionsFor(offered, held.seconds, wanted, 500);
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Pool;
        finding.severity = std::max(Severity::Medium, severityOfLoss(starving.lostMsPerHour, rules));
        finding.confidence = (load.isWaitMeasured ? 0.85 : 0.75) + (knowsServer ? 0.1 : 0);
        finding.subject.service = load.service;
        finding.subject.object = "connection pool";
        finding.id = findingId(kId, finding.subject);
        finding.impactMsPerHour = starving.lostMsPerHour;
        finding.impactText = secondsText(starving.waitSeconds) + " waiting";
        const bool isLarger = connections && *connections > starving.podLimit;
        describe(finding, load, starving, held.seconds, isLarger ? connections : std::nullopt);
        if (knowsServer)
            finding.what += " The database had room meanwhile.";
        finding.evidence.push_back({"metrics",
                                    "Connections in use, and who waits for one.",
                                    {metricReference(load.usedQuery, "in use", load.range(starving.longest)),
                                     metricReference(load.waitQuery, "waiting", load.range(starving.longest))}});
        addEstimate(finding, load, starving, connections, offered, held);
        finding.verification = {VerificationState::Unverified,
                                "Erlang's formula, which takes arrivals as random; a burst waits longer"};
        if (isLarger)
            addArtifact(finding, load, starving, *connections, inputs, rules);
        finding.picture = pictureOf(starving, offered, held.seconds);
        finding.refutedBy =
            "Connections that are held while nothing is asked of the database: then the code is to be mended.";
        if (!load.isWaitMeasured)
            assume(finding, "Waiting times follow from how many wait and how many come (Little's law).");
        if (!knowsServer)
            assume(finding, "The database has room: how busy it is was not told.");
        return finding;
    }

    static void describe(Finding &finding, const PoolLoad &load, const Starving &starving, double hold,
                         const std::optional<std::uint32_t> &connections)
    {
        const std::string today = figureText(std::round(starving.podLimit));
        finding.title = connections
            ? "Enlarge the pool of " + load.service + " from " + today + " to " + figureText(*connections)
                + " connections a pod"
            : "Enlarge the pool of " + load.service + ", or hold connections for a shorter time";
        finding.what = "For " + decimalText(starving.minutes) + " minutes the pool of " + load.service
            + " was full and 95 of 100 requests waited up to " + secondsText(starving.waitSeconds) + " for a connection"
            + (std::isfinite(starving.latencySeconds) ? ", of a p95 of " + secondsText(starving.latencySeconds) : "")
            + ". A request holds one for " + secondsText(hold) + ", and a pod gets " + rateText(starving.podRate) + ": "
            + decimalText(starving.podRate * hold) + " connections are in use on average, of " + today + ".";
    }

    static void addEstimate(Finding &finding, const PoolLoad &load, const Starving &starving,
                            const std::optional<std::uint32_t> &connections, double offered, const PoolLoad::Hold &hold)
    {
        if (!connections)
            return;
        const double now = starving.waitSeconds * 1e3;
        const auto waited = [&](double rate, double held) {
            return std::min(now, waitQuantile(*connections, rate, held, 0.95) * 1e3);
        };
        Estimate estimate;
        estimate.metric = "p95 of waiting for a connection of " + load.service;
        estimate.unit = "ms";
        estimate.now = now;
        // In a queue that lasts, all that come are counted; what stays away because it is slow is not known.
        estimate.expected = waited(starving.podRate, hold.seconds);
        estimate.low = std::min(estimate.expected, waited(starving.podRate, hold.low));
        estimate.high = std::max(estimate.expected, waited(offered, hold.high));
        estimate.basis = "Erlang C for " + figureText(*connections) + " connections, " + rateText(starving.podRate)
            + " a pod and " + secondsText(hold.seconds)
            + " a request; the range is that of the mean hold and of hidden load";
        finding.estimate = std::move(estimate);
    }

    static void addArtifact(Finding &finding, const PoolLoad &load, const Starving &starving, std::uint32_t connections,
                            const Inputs &inputs, const Rules &rules)
    {
        const PoolFigure *figure = inputs.scaling != nullptr ? poolOf(*inputs.scaling, load.service) : nullptr;
        const std::string key = figure != nullptr
            ? figure->key.starts_with("env ") ? figure->key.substr(4) : figure->key
            : "pool of " + load.service + ", max";
        const std::string old = figure != nullptr ? figure->connections.written
                                                  : figureText(std::round(starving.podLimit));
        const std::string where = figure != nullptr ? "  # " + figure->connections.place.text() : "";
        finding.artifacts.push_back({"yaml", "A larger pool", key + ": " + std::to_string(connections) + where + "\n",
                                     key + ": " + old + where + "\n"});
        if (figure != nullptr)
            finding.evidence.push_back(
                {"config", "As it is declared.", {configReference(figure->connections.place, figure->key)}});
        finding.actions.push_back({Action::Verb::Raise, "pool " + load.service});
        std::string why;
        const auto budget = poolBudget(inputs, rules, why);
        if (budget && connections > budget->perPod())
            finding.what += " All pods together have room for " + figureText(budget->perPod())
                + " connections each: beyond that put PgBouncer between.";
    }

    static CurvePicture pictureOf(const Starving &starving, double offered, double hold)
    {
        CurvePicture picture;
        picture.xName = "Connections a pod";
        picture.yName = "p95 of waiting";
        picture.yUnit = "ms";
        CurvePicture::Curve curve{"Erlang C", {}, {}, true};
        const auto first = static_cast<std::uint32_t>(std::max(1.0, std::floor(offered * hold) + 1));
        for (std::uint32_t servers = first; servers < first + 30; ++servers) {
            curve.x.push_back(servers);
            curve.y.push_back(waitQuantile(servers, offered, hold, 0.95) * 1e3);
        }
        picture.curves.push_back(std::move(curve));
        picture.limits.emplace_back("today's wait", starving.waitSeconds * 1e3);
        return picture;
    }
};

} // namespace

DetectorPtr makePoolTooSmallDetector()
{
    return std::make_unique<PoolTooSmall>();
}

} // namespace tailspan::advisor
