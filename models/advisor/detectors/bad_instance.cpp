// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/detector.h"
#include "models/advisor/endpoint_spans.h"
#include "models/advisor/impact.h"
#include "models/advisor/sample_change.h"
#include "models/advisor/series_tools.h"
#include "models/base/number_text.h"
#include "models/explain/explanation.h"
#include "models/explain/population_reader.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <tbb/parallel_for.h>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "service.bad-instance";
constexpr std::size_t kMostEndpoints = 40;
constexpr std::size_t kMostRows = 2000; // an endpoint: enough for a twentieth of them to be told apart

using explain::Column;
using trace::TraceSnapshot;

/// One endpoint with the copy of the code that answers slower than the others.
struct SlowCopy {
    std::string service;
    std::string operation;
    std::string attribute;
    std::string value;
    std::string forWhom; ///< "tenant acme": only for these; empty: for all.
    std::vector<double> usualMs;
    std::vector<double> oddMs;
    std::vector<std::string> slowestTraces;
    double lossMsPerHour = 0;
    bool holdsInBothHalves = false;
};

double msOf(const TraceSnapshot &snapshot, std::uint32_t row)
{
    return static_cast<double>(snapshot.spans().durationNs[row]) / 1e6;
}

/// The rows on the slow side: longer than twice the median.
std::vector<std::uint32_t> slowRows(const TraceSnapshot &snapshot, const std::vector<std::uint32_t> &rows,
                                    double factor)
{
    std::vector<double> durations;
    for (const std::uint32_t row : rows)
        durations.push_back(msOf(snapshot, row));
    const double limit = factor * medianOf(durations);
    std::vector<std::uint32_t> slow;
    for (const std::uint32_t row : rows) {
        if (msOf(snapshot, row) > limit)
            slow.push_back(row);
    }
    return slow;
}

/// Whether the odd ones are slower in the earlier and in the later half of their time. Before the first of them there
/// was nothing to compare: a version that was rolled out a minute ago is judged by that minute.
bool holdsInHalves(const TraceSnapshot &snapshot, const std::vector<std::uint32_t> &rows,
                   const std::vector<std::uint8_t> &isOdd, double factor)
{
    const auto &starts = snapshot.spans().startNs;
    std::vector<std::int64_t> oddStarts;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (isOdd[i] != 0)
            oddStarts.push_back(starts[rows[i]]);
    }
    if (oddStarts.empty())
        return false;
    std::ranges::sort(oddStarts);
    const std::int64_t middle = oddStarts[oddStarts.size() / 2];
    for (const auto &[begin, end] : {std::pair(oddStarts.front(), middle), std::pair(middle, oddStarts.back() + 1)}) {
        std::vector<double> usual;
        std::vector<double> odd;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (starts[rows[i]] >= begin && starts[rows[i]] < end)
                (isOdd[i] != 0 ? odd : usual).push_back(msOf(snapshot, rows[i]));
        }
        if (odd.size() < 10 || usual.size() < 10 || medianOf(odd) < factor * medianOf(usual))
            return false;
    }
    return true;
}

std::vector<std::string> slowestTraces(const TraceSnapshot &snapshot, std::vector<std::uint32_t> rows)
{
    constexpr std::size_t kShown = 3;
    std::ranges::sort(rows, std::ranges::greater(),
                      [&](std::uint32_t row) { return snapshot.spans().durationNs[row]; });
    std::vector<std::string> traces;
    for (const std::uint32_t row : rows) {
        if (traces.size() == kShown)
            break;
        traces.push_back(snapshot.traceIdText(snapshot.traceOf(SpanRow(row))));
    }
    return traces;
}

/// Fills in what the difference does to the endpoint; nullopt when it is too small to be worth a word.
std::optional<SlowCopy> measured(const TraceSnapshot &snapshot, const explain::ReadPopulation &read,
                                 const explain::Difference &difference, double share, const Rules &rules)
{
    const std::vector<std::uint8_t> isOdd = explain::fittingSpans(read.population, difference.clauses);
    SlowCopy copy;
    std::vector<std::uint32_t> oddRows;
    for (std::size_t i = 0; i < read.rows.size(); ++i) {
        (isOdd[i] != 0 ? copy.oddMs : copy.usualMs).push_back(msOf(snapshot, read.rows[i]));
        if (isOdd[i] != 0)
            oddRows.push_back(read.rows[i]);
    }
    const double factor = rules.number("service.bad-instance.least-factor");
    const double least = rules.number("service.bad-instance.least-requests");
    if (static_cast<double>(copy.oddMs.size()) < least || static_cast<double>(copy.usualMs.size()) < least)
        return std::nullopt;
    const double usual = medianOf(copy.usualMs);
    if (medianOf(copy.oddMs) < factor * usual
        || medianOf(copy.oddMs) - usual < rules.number("service.bad-instance.least-ms"))
        return std::nullopt;
    double loss = 0;
    for (const double ms : copy.oddMs)
        loss += std::max(ms - usual, 0.0);
    copy.lossMsPerHour = loss / share / hoursOf(snapshot);
    copy.holdsInBothHalves = holdsInHalves(snapshot, read.rows, isOdd, 1 + (factor - 1) / 2);
    copy.slowestTraces = slowestTraces(snapshot, oddRows);
    return copy;
}

/// The copy that a difference names, alone or with a second condition.
struct NamedCopy {
    std::string attribute;
    std::string value;
    std::string forWhom;
};

std::string valueOf(const Column &column, const explain::Clause &clause)
{
    std::string text;
    for (const std::uint16_t code : clause.codes) {
        const std::size_t place = std::size_t{code} - Column::kFirstValue;
        if (!column.isNumber && code >= Column::kFirstValue && place < column.values.size())
            text += (text.empty() ? "" : ", ") + column.values[place];
    }
    return text;
}

std::optional<NamedCopy> copyNamedBy(const explain::Population &population, const explain::Difference &difference)
{
    std::optional<NamedCopy> named;
    std::string others;
    for (const explain::Clause &clause : difference.clauses) {
        const Column &column = population.columns()[clause.column];
        const std::string value = valueOf(column, clause);
        const bool isCopy = column.origin == explain::ColumnOrigin::Attribute && isInstanceName(column.name);
        if (isCopy && !named && clause.codes.size() == 1 && !value.empty())
            named = NamedCopy{column.name, value, {}};
        else
            others += (others.empty() ? "" : " and ") + std::string(withoutStore(column.name)) + " " + value;
    }
    if (named)
        named->forWhom = others;
    return named;
}

/// Whether the spans tell of several copies at all: reading everything about thousands of them takes long.
bool hasSeveralCopies(const TraceSnapshot &snapshot, const std::vector<std::uint32_t> &rows,
                      const std::stop_token &stop)
{
    constexpr std::size_t kLookedAt = 200; // a copy with one request in fifty is seen nearly for sure
    std::map<std::string, std::set<std::string>, std::less<>> valuesOf;
    const auto note = [&](std::span<const trace::Attribute> attributes) {
        for (const trace::Attribute &attribute : attributes) {
            if (isInstanceName(attribute.key))
                valuesOf[std::string(attribute.key)].insert(std::string(attribute.value));
        }
    };
    visitAttributesOf(
        snapshot, thinned(rows, kLookedAt), stop,
        [&](std::size_t, std::span<const trace::Attribute> own, std::span<const trace::Attribute> around) {
            note(own);
            note(around);
        });
    return std::ranges::any_of(valuesOf, [](const auto &entry) { return entry.second.size() > 1; });
}

/// The copy that answers slowest at an endpoint, if any stands out.
std::optional<SlowCopy> slowCopyOf(const TraceSnapshot &snapshot, const EndpointSpans &endpoint, const Rules &rules,
                                   const std::stop_token &stop)
{
    const std::vector<std::uint32_t> rows = thinned(endpoint.rows, kMostRows);
    explain::PopulationRows asked;
    asked.selected = slowRows(snapshot, rows, rules.number("service.bad-instance.least-factor"));
    if (static_cast<double>(asked.selected.size()) < rules.number("service.bad-instance.least-requests") / 2)
        return std::nullopt;
    if (!hasSeveralCopies(snapshot, rows, stop))
        return std::nullopt;
    asked.baseline = rows;
    Progress progress;
    const auto read = readPopulation(snapshot, asked, stop, progress);
    if (!read)
        return std::nullopt;
    explain::ExplainOptions options;
    options.smallestExplained = rules.number("service.bad-instance.least-explained");
    const auto explanation = explain::explain(read->population, read->isSelected, options, stop);
    if (!explanation)
        return std::nullopt;
    const double share = static_cast<double>(rows.size()) / static_cast<double>(endpoint.rows.size());
    for (const explain::Difference &difference : explanation->differences) {
        const auto named = copyNamedBy(read->population, difference);
        auto copy = named ? measured(snapshot, *read, difference, share, rules) : std::nullopt;
        if (!copy)
            continue;
        copy->service = snapshot.serviceName(endpoint.service);
        copy->operation = snapshot.operationName(endpoint.operation);
        copy->attribute = named->attribute;
        copy->value = named->value;
        copy->forWhom = named->forWhom;
        return copy;
    }
    return std::nullopt;
}

std::vector<Artifact> artifactsFor(const SlowCopy &copy)
{
    if (isVersionName(copy.attribute)) {
        return {
            {"sh", "Go back to the version before",
             "kubectl rollout history deployment/" + copy.service + "   # find the revision before " + copy.value
                 + "\nkubectl rollout undo deployment/" + copy.service + "\nkubectl rollout status deployment/"
                 + copy.service + " --timeout=5m\n",
             "kubectl rollout undo deployment/" + copy.service + "   # once more: forward to " + copy.value + "\n"}};
    }
    const bool isNode = copy.attribute.find("node") != std::string::npos || copy.attribute.starts_with("host");
    if (isNode) {
        return {{"sh", "Move the work off this node and look at it",
                 "kubectl cordon " + copy.value + "\nkubectl rollout restart deployment/" + copy.service + "\n",
                 "kubectl uncordon " + copy.value + "\n"}};
    }
    return {{"sh", "Replace this pod; its deployment makes a new one", "kubectl delete pod " + copy.value + "\n",
             std::nullopt}};
}

Estimate estimateFor(const SlowCopy &copy, const Rules &rules)
{
    const auto odd = static_cast<double>(copy.oddMs.size());
    const bool isRare = odd
        < rules.number("service.bad-instance.p95-share") * (odd + static_cast<double>(copy.usualMs.size()));
    const ReplacedPercentile replaced = replacePercentile(copy.usualMs, copy.oddMs, isRare ? 0.99 : 0.95);
    Estimate estimate;
    estimate.metric = (isRare ? "p99 of " : "p95 of ") + copy.operation;
    estimate.unit = "ms";
    estimate.now = replaced.now;
    estimate.low = replaced.interval.low;
    estimate.expected = std::clamp(replaced.expected, replaced.interval.low, replaced.interval.high);
    estimate.high = replaced.interval.high;
    estimate.basis = "the " + countText(copy.oddMs.size()) + " requests of " + copy.value + " drawn anew from the "
        + countText(copy.usualMs.size()) + " others, 400 times";
    return estimate;
}

void addEvidence(const std::vector<SlowCopy> &copies, Finding &finding)
{
    for (const SlowCopy &copy : copies) {
        Evidence evidence{"traces",
                          copy.operation + ": " + decimalText(medianOf(copy.oddMs)) + " ms, elsewhere "
                              + decimalText(medianOf(copy.usualMs)) + " ms (medians)",
                          {}};
        for (const std::string &trace : copy.slowestTraces)
            evidence.references.push_back({ReferenceKind::Trace, trace, {}, {}});
        finding.evidence.push_back(std::move(evidence));
    }
    finding.evidence.front().references.push_back({ReferenceKind::Service, copies.front().service, {}, {}});
}

std::string sentenceOn(const SlowCopy &worst, std::size_t others)
{
    std::string text = worst.operation + " takes " + decimalText(medianOf(worst.oddMs)) + " ms (median of "
        + countText(worst.oddMs.size()) + " requests) where " + std::string(withoutStore(worst.attribute)) + " is "
        + worst.value + (worst.forWhom.empty() ? "" : " and the request is of " + worst.forWhom) + ", and "
        + decimalText(medianOf(worst.usualMs)) + " ms elsewhere (" + countText(worst.usualMs.size()) + ").";
    if (others > 0)
        text += " So do " + pluralText(others, "other operation", "other operations") + " of the service.";
    return text;
}

/// All endpoints of a service at which the same copy is slow become one finding: the worst one leads.
Finding findingFor(std::vector<SlowCopy> copies, const Rules &rules)
{
    std::ranges::stable_sort(copies, std::ranges::greater(), &SlowCopy::lossMsPerHour);
    const SlowCopy &worst = copies.front();
    const bool isVersion = isVersionName(worst.attribute);
    Finding finding;
    finding.detector = kId;
    finding.kind = FindingKind::Service;
    finding.subject = {worst.service, worst.operation, (isVersion ? "version " : "") + worst.value};
    finding.id = findingId(kId, {worst.service, {}, worst.value});
    const double factor = medianOf(worst.oddMs) / std::max(medianOf(worst.usualMs), 1e-6);
    finding.title = (isVersion ? "Version " : "") + worst.value + " of " + worst.service + " is " + decimalText(factor)
        + " times slower" + (worst.forWhom.empty() ? "" : " for " + worst.forWhom);
    finding.what = sentenceOn(worst, copies.size() - 1);
    addEvidence(copies, finding);
    double loss = 0;
    for (const SlowCopy &copy : copies)
        loss += copy.lossMsPerHour;
    finding.impactMsPerHour = loss;
    finding.severity = severityOfLoss(loss, rules);
    finding.confidence = worst.holdsInBothHalves ? 0.93 : 0.7;
    finding.estimate = estimateFor(worst, rules);
    if (worst.holdsInBothHalves)
        finding.verification = {VerificationState::Verified, "the same in both halves of the time it was seen"};
    else
        finding.verification = {VerificationState::Unverified, "seen in one half of its time only"};
    finding.artifacts = artifactsFor(worst);
    finding.actions.push_back({Action::Verb::Remove, "copy " + worst.service + " " + worst.value});
    finding.refutedBy = "Only callers or requests of a certain kind reach " + worst.value
        + ", or the others get just as slow under the same load.";
    return finding;
}

class BadInstanceDetector final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Service, "One bad instance or version", Input::Traces, {}};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        const TraceSnapshot &snapshot = *inputs.traces;
        std::vector<EndpointSpans> endpoints = endpointsOf(snapshot, stop);
        if (endpoints.size() > kMostEndpoints)
            endpoints.resize(kMostEndpoints);
        // Side by side: reading everything about an endpoint's requests may mean reading their file again.
        std::vector<std::optional<SlowCopy>> found(endpoints.size());
        tbb::parallel_for(std::size_t{0}, endpoints.size(), [&](std::size_t i) {
            const auto requests = static_cast<double>(endpoints[i].rows.size());
            if (!stop.stop_requested() && requests >= 2 * rules.number("service.bad-instance.least-requests"))
                found[i] = slowCopyOf(snapshot, endpoints[i], rules, stop);
        });
        std::map<std::pair<std::string, std::string>, std::vector<SlowCopy>> byCopy;
        for (std::optional<SlowCopy> &copy : found) {
            if (copy)
                byCopy[{copy->service, copy->value}].push_back(std::move(*copy));
        }
        for (auto &[key, copies] : byCopy)
            output.findings.push_back(findingFor(std::move(copies), rules));
    }
};

} // namespace

DetectorPtr makeBadInstanceDetector()
{
    return std::make_unique<BadInstanceDetector>();
}

} // namespace tailspan::advisor
