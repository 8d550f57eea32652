// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/index_need.h"

#include "models/advisor/database_texts.h"
#include "models/advisor/impact.h"
#include "models/advisor/index_estimate.h"
#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan::advisor {

bool isNeeded(const IndexFacts &index)
{
    return index.isUnique || index.isPrimary || index.isOfConstraint || index.isReplicaIdentity || index.isClustered
        || index.isOfPartition || !index.isValid;
}

Finding dropIndexFinding(const PostgresFacts &facts, const IndexFacts &index, std::string_view detector,
                         std::string title, const Rules &rules)
{
    const TableFacts *table = facts.table(index.schema, index.table);
    Finding finding =
        databaseFinding(detector, std::move(title), table == nullptr ? index.table : table->title(), index.name);
    Evidence evidence;
    evidence.kind = "statements";
    evidence.text = index.definition + " · "
        + bytesText(static_cast<std::uint64_t>(std::max<std::int64_t>(index.bytes, 0))) + " · read "
        + pluralText(static_cast<std::uint64_t>(std::max<std::int64_t>(index.scans, 0)), "time", "times")
        + " since the counters began";
    finding.evidence.push_back(std::move(evidence));
    IndexCandidate same;
    for (const IndexPart &key : index.keys)
        same.keys.push_back({key.text, key.isExpression, false, false, {}});
    const double lossMs = table == nullptr ? 0 : writeCostMsPerHour(facts, *table, same, rules);
    const double written = table == nullptr ? 0 : static_cast<double>(table->inserted + table->updated);
    const double times = rules.number("db.missing-index.entry-times") * (1 + countError(written));
    finding.estimate = Estimate{"time spent keeping it up",
                                "ms/h",
                                lossMs / times,
                                lossMs,
                                lossMs * times,
                                std::nullopt,
                                "Rows written in the window, times what an entry cost when measured."};
    finding.impactMsPerHour = lossMs;
    finding.impactText = bytesText(static_cast<std::uint64_t>(std::max<std::int64_t>(index.bytes, 0)));
    finding.severity = std::max(severityOfLoss(lossMs, rules), Severity::Low);
    finding.artifacts.push_back(dropIndexArtifact(facts, index));
    finding.actions.push_back({Action::Verb::Remove, indexTarget(index)});
    return finding;
}

} // namespace tailspan::advisor
