// SPDX-License-Identifier: GPL-3.0-or-later
// An index whose work another one does: equal, or the leading columns of a wider one.
#include "models/advisor/detector.h"
#include "models/advisor/index_cover.h"
#include "models/advisor/index_need.h"

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "db.redundant-index";
constexpr double kEqualConfidence = 0.98;
constexpr double kPrefixConfidence = 0.8;

bool isEqualTo(const IndexFacts &index, const IndexFacts &other)
{
    return servesAs(index, other) && servesAs(other, index);
}

/// The index that makes this one superfluous, or null; of two equal ones that nothing hangs on the newer goes.
const IndexFacts *servedBy(const PostgresFacts &facts, const IndexFacts &index, const Rules &rules)
{
    const double mostBytes = static_cast<double>(index.bytes) * rules.number("db.redundant-index.max-size-ratio");
    for (const IndexFacts &other : facts.indexes) {
        const bool isOfTable = other.table == index.table && other.schema == index.schema;
        if (other.oid == index.oid || !other.isValid || !isOfTable || !servesAs(other, index))
            continue;
        const bool isEqual = isEqualTo(index, other);
        if (isEqual && !isNeeded(other) && other.oid > index.oid)
            continue;
        if (isEqual || static_cast<double>(other.bytes) <= mostBytes)
            return &other;
    }
    return nullptr;
}

Finding findingOf(const PostgresFacts &facts, const IndexFacts &index, const IndexFacts &other, const Rules &rules)
{
    const bool isEqual = isEqualTo(index, other);
    Finding finding =
        dropIndexFinding(facts, index, kId, "Drop index " + index.name + ": " + other.name + " serves as well", rules);
    finding.what = (isEqual ? "Both hold the same columns in the same order" : "Its columns lead those of the other")
        + std::string(", so what reads ") + index.name + " can read " + other.name
        + ". Until it is gone every row written is entered into it as well.";
    Evidence evidence;
    evidence.kind = "statements";
    evidence.text = other.definition;
    finding.evidence.push_back(std::move(evidence));
    finding.confidence = isEqual ? kEqualConfidence : kPrefixConfidence;
    if (isEqual)
        finding.verification = {VerificationState::Verified, "Method, columns, order, classes and condition compared."};
    else
        finding.verification = {VerificationState::Unverified,
                                facts.abilities.canHideIndexes
                                    ? "By its columns; plans without it were not made."
                                    : "By its columns; plans without it need HypoPG 1.4, which can hide an index."};
    finding.refutedBy = "A statement gets slower after it is gone, or something names it.";
    return finding;
}

class RedundantIndex final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Database, "Redundant index", Input::Postgres, {}};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        const PostgresFacts &facts = *inputs.postgres;
        for (const IndexFacts &index : facts.indexes) {
            if (stop.stop_requested())
                return;
            if (isNeeded(index))
                continue;
            if (const IndexFacts *other = servedBy(facts, index, rules))
                output.findings.push_back(findingOf(facts, index, *other, rules));
        }
    }
};

} // namespace

DetectorPtr makeRedundantIndexDetector()
{
    return std::make_unique<RedundantIndex>();
}

} // namespace tailspan::advisor
