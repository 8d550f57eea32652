// SPDX-License-Identifier: GPL-3.0-or-later
// More statements at once than the database server has cores for: they only wait for one another there.
#include "models/advisor/pool_load.h"
#include "models/advisor/scaling_findings.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "pool.too-wide";

class PoolTooWide final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Pool, "Pools too wide for the server's cores", Input::Metrics, Input::Scaling};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &, Output &output) const override
    {
        const auto server = serverLoad(*inputs.metrics);
        if (!server || knownCount(server->active) == 0)
            return;
        if (!server->cores || knownCount(server->cpu) == 0) {
            output.unjudged.push_back(
                {std::string(kId), server->server, "The cores of the database server and their use are not told.",
                 "Let an exporter of the host (node_exporter) stand beside that of the database."});
            return;
        }
        const double most = rules.number("pool.too-wide.active-per-core") * *server->cores;
        std::vector<Holds> steps;
        for (std::size_t i = 0; i < server->active.size(); ++i) {
            const bool isKnown = std::isfinite(server->active[i]) && std::isfinite(server->cpu[i]);
            const bool isWide = server->active[i] > most && server->cpu[i] >= rules.number("pool.too-wide.least-cpu");
            steps.push_back(!isKnown ? Holds::Unknown : isWide ? Holds::Yes : Holds::No);
        }
        const Run run = longestRun(steps);
        const double minutes = static_cast<double>(run.length()) * static_cast<double>(server->stepNs) / 60e9;
        if (minutes >= rules.number("pool.too-wide.least-minutes"))
            output.findings.push_back(findingOf(*server, run, minutes));
    }

private:
    static Finding findingOf(const ServerLoad &server, const Run &run, double minutes)
    {
        const std::vector<double> then(server.active.begin() + static_cast<std::ptrdiff_t>(run.begin),
                                       server.active.begin() + static_cast<std::ptrdiff_t>(run.end));
        const double active = medianOf(then);
        const double pool = std::ceil(2 * *server.cores + 1); // twice the cores and one disk, as poolers advise
        const TimeRange range{TimePoint(server.timesNs[run.begin]), TimePoint(server.timesNs[run.end - 1])};
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Pool;
        finding.severity = Severity::Medium;
        finding.confidence = 0.8;
        finding.subject.object = "connections of " + server.server;
        finding.id = findingId(kId, finding.subject);
        finding.title = "Let " + figureText(pool) + " statements at once into " + server.server + ", not "
            + figureText(active);
        finding.impactText = figureText(active) + " active on " + coresText(*server.cores);
        finding.what = "For " + decimalText(minutes) + " minutes " + figureText(active) + " statements ran at once on "
            + coresText(*server.cores)
            + ", with the CPU full. Beyond two or three a core each one more only makes all others slower: they share "
              "the cores, and fight for locks inside the server. A queue in front of it gets more done.";
        finding.evidence.push_back(
            {"metrics", "Statements that run at once.", {metricReference(server.activeQuery, "active", range)}});
        finding.estimate =
            Estimate{"statements at once", "statements", pool, pool, std::ceil(3 * *server.cores), active,
                     "two to three a core"};
        finding.verification = {VerificationState::Unverified, "a rule of thumb; to be measured under load"};
        finding.artifacts.push_back(
            {"ini", "PgBouncer that lets few in at once",
             "[pgbouncer]\npool_mode = transaction\ndefault_pool_size = " + std::to_string(std::llround(pool))
                 + "\nmax_client_conn = 5000\nquery_wait_timeout = 30\n",
             "Let the services connect to the server itself again and stop PgBouncer.\n"});
        finding.actions.push_back({Action::Verb::Lower, "pool size at " + server.server});
        finding.refutedBy = "Statements that wait for disks or for clients, so that the cores are idle in between.";
        finding.assumptions.emplace_back("Nothing in the services needs a session of its own: no prepared statements "
                                         "by name, no LISTEN, no advisory locks of a session.");
        return finding;
    }
};

} // namespace

DetectorPtr makePoolTooWideDetector()
{
    return std::make_unique<PoolTooWide>();
}

} // namespace tailspan::advisor
