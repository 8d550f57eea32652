// SPDX-License-Identifier: GPL-3.0-or-later
// An index that nothing has read since the counters began, long enough ago, with no replica that might read it.
#include "models/advisor/detector.h"
#include "models/advisor/index_need.h"
#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "db.unused-index";
constexpr double kConfidence = 0.8;
constexpr double kNsPerDay = 86'400e9;

bool isLargeAndUnread(const IndexFacts &index, const Rules &rules)
{
    return !isNeeded(index) && static_cast<double>(index.scans) <= rules.number("db.unused-index.max-scans")
        && static_cast<double>(index.bytes) >= rules.number("db.unused-index.min-bytes");
}

/// Where a foreign key begins with the same columns, checks of deleted parents read it, however seldom.
bool servesForeignKey(const PostgresFacts &facts, const IndexFacts &index)
{
    return std::ranges::any_of(facts.foreignKeys, [&](const ForeignKeyFacts &key) {
        if (key.table != index.table || key.schema != index.schema || index.keys.size() < key.columns.size())
            return false;
        const auto leads = [&](const std::string &column) {
            const auto end = index.keys.begin() + static_cast<std::ptrdiff_t>(key.columns.size());
            return std::any_of(index.keys.begin(), end, [&](const IndexPart &part) { return part.text == column; });
        };
        return std::ranges::all_of(key.columns, leads);
    });
}

Finding findingOf(const PostgresFacts &facts, const IndexFacts &index, double days, const Rules &rules)
{
    Finding finding = dropIndexFinding(facts, index, kId, "Drop index " + index.name + ", which nothing reads", rules);
    const std::string since = countText(static_cast<std::uint64_t>(days)) + " days";
    finding.what = "In the " + since + " since the counters began nothing read it, but every write to "
        + finding.subject.object + " keeps it up.";
    finding.confidence = kConfidence;
    finding.verification = {VerificationState::Unverified,
                            "Counted by the server over " + since
                                + "; jobs at the end of a month or quarter may not have run in that time."};
    finding.refutedBy = "A job that runs once a month or quarter reads it.";
    finding.assumptions.emplace_back("No replica reads it that this server does not know of.");
    return finding;
}

class UnusedIndex final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Database, "Unused index", Input::Postgres, {}};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        const PostgresFacts &facts = *inputs.postgres;
        const double since = facts.statisticsSinceNs ? static_cast<double>(facts.atNs - *facts.statisticsSinceNs) : 0;
        const double days = std::max(since / kNsPerDay, 0.0);
        for (const IndexFacts &index : facts.indexes) {
            if (stop.stop_requested())
                return;
            if (!isLargeAndUnread(index, rules) || servesForeignKey(facts, index))
                continue;
            if (facts.abilities.isStandby || !facts.replicas.empty())
                output.unjudged.push_back({std::string(kId), index.name, "Other servers of the cluster may read it.",
                                           "Connect each of them."});
            else if (!(days >= rules.number("db.unused-index.min-days")))
                output.unjudged.push_back(
                    {std::string(kId), index.name,
                     "Nothing has read it, but its counters began only " + decimalText(days) + " days ago.",
                     "Ask again later; do not reset statistics."});
            else
                output.findings.push_back(findingOf(facts, index, days, rules));
        }
    }
};

} // namespace

DetectorPtr makeUnusedIndexDetector()
{
    return std::make_unique<UnusedIndex>();
}

} // namespace tailspan::advisor
