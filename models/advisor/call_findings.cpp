// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/call_findings.h"

#include "models/advisor/impact.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

/// Detectors look at fewer requests than the what-if: there are many findings and one slider.
constexpr RetimePlan::Limits kLimits{2'000, 200'000};
constexpr std::size_t kMostBars = 40;
constexpr std::size_t kMostReferences = 3;

} // namespace

const EndpointFinder &CallFindings::finder()
{
    if (!m_finder)
        m_finder = std::make_unique<EndpointFinder>(m_snapshot);
    return *m_finder;
}

std::string CallFindings::operationText(EndpointKey key) const
{
    return std::string(m_snapshot.operationName(OperationId(key.operation)));
}

std::string CallFindings::nameText(EndpointKey key) const
{
    return std::string(m_snapshot.serviceName(ServiceId(key.service))) + " " + operationText(key);
}

bool CallFindings::isFrequent(std::size_t places, EndpointKey operation, double fewest, double leastShare)
{
    const auto count = static_cast<double>(places);
    return count >= fewest || count / std::max(1U, finder().countOf(operation)) >= leastShare;
}

EndpointEffect CallFindings::effect(EndpointKey endpoint, std::vector<RetimeEdit> edits,
                                    std::span<const ValueInterval> values)
{
    Kept &kept = m_plans[endpoint.number()];
    if (!kept.plan) {
        kept.plan = std::make_unique<RetimePlan>(RetimePlan::of(m_snapshot, endpoint, kLimits));
        kept.bootstrap = std::make_unique<EffectBootstrap>(*kept.plan);
    }
    return kept.bootstrap->effect(kept.plan->compile(std::move(edits)), values);
}

MergedCalls CallFindings::merged(std::vector<std::uint32_t> rows, double count)
{
    const EachCall each = m_batchCost.of(*m_calls.signature(rows.front()), rows, static_cast<double>(medianNs(rows)));
    return merged(std::move(rows), count, each);
}

MergedCalls CallFindings::merged(std::vector<std::uint32_t> rows, double count, const EachCall &each) const
{
    constexpr double kNsPerMs = 1e6;
    MergedCalls calls;
    calls.edit.kind = RetimeEdit::Kind::Batch;
    calls.edit.eachNs = each.ns.expected;
    // Of calls that only who answers has recorded, the way there and back lies between the spans.
    const bool isAnswersOnly = !rows.empty() && spans().kind[rows.front()] == trace::SpanKind::Server;
    calls.edit.droppedGapNs = isAnswersOnly ? RetimeEdit::kWholeGap
                                            : std::llround(m_rules.number("calls.batch.driver-gap-ms") * kNsPerMs);
    const std::int64_t oneNs = medianNs(rows);
    calls.costNs = static_cast<double>(oneNs) + calls.edit.eachNs * std::max(0.0, count - 1);
    if (each.ns.expected > 0)
        calls.value = {each.ns.low / each.ns.expected, 1, each.ns.high / each.ns.expected};
    calls.edit.rows = std::move(rows);
    calls.text = decimalText(std::round(count)) + " calls of " + durationText(Duration(oneNs)) + " become one of "
        + durationText(Duration(std::llround(calls.costNs)));
    calls.basis = each.basis;
    return calls;
}

void CallFindings::setEffect(Finding &finding, EndpointKey endpoint, const EndpointEffect &effect,
                             const std::string &basis) const
{
    finding.impactMsPerHour = std::max(0.0, effect.savedMsPerHour.expected);
    finding.severity = severityOfLoss(*finding.impactMsPerHour, m_rules);
    finding.estimate = estimateOf(effect, nameText(endpoint), basis);
    std::ranges::move(doubtsOf(effect), std::back_inserter(finding.assumptions));
}

Evidence CallFindings::traceEvidence(std::span<const std::uint32_t> rows, EndpointKey endpoint, const std::string &text)
{
    Evidence evidence{"traces", text, {}};
    std::vector<std::pair<std::int64_t, std::uint32_t>> requests; // by duration
    for (const std::uint32_t row : rows)
        requests.emplace_back(spans().durationNs[finder().requestOf(row, endpoint)], row);
    std::ranges::sort(requests, std::greater());
    std::vector<std::uint32_t> traces;
    for (const auto &[durationNs, row] : requests) {
        if (evidence.references.size() == kMostReferences)
            break;
        if (std::ranges::find(traces, spans().trace[row]) != traces.end())
            continue;
        traces.push_back(spans().trace[row]);
        Reference reference;
        reference.kind = ReferenceKind::Span;
        reference.target = m_snapshot.traceIdText(m_snapshot.traceOf(SpanRow(row))) + "/"
            + m_snapshot.spanIdText(SpanRow(row));
        reference.label = traces.size() == 1
            ? "Slowest of " + pluralText(rows.size(), "place", "places") + ", " + durationText(Duration(durationNs))
            : durationText(Duration(durationNs));
        reference.range = {spans().start(SpanRow(row)), spans().end(SpanRow(row))};
        evidence.references.push_back(std::move(reference));
    }
    return evidence;
}

double CallFindings::sequentialShare(std::span<const std::uint32_t> rows) const
{
    constexpr std::int64_t kToleranceDivisor = 20;
    if (rows.size() < 2)
        return 1;
    std::size_t inTurn = 0;
    std::int64_t endNs = endOf(rows[0]);
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const std::int64_t lengthNs = spans().durationNs[rows[i - 1]];
        const std::int64_t toleranceNs = std::max(lengthNs / kToleranceDivisor, std::min(lengthNs, m_noiseNs));
        inTurn += spans().startNs[rows[i]] >= endNs - toleranceNs ? 1 : 0;
        endNs = std::max(endNs, endOf(rows[i]));
    }
    return static_cast<double>(inTurn) / static_cast<double>(rows.size() - 1);
}

std::int64_t CallFindings::medianNs(std::span<const std::uint32_t> rows) const
{
    constexpr std::size_t kLooked = 5'000;
    std::vector<std::int64_t> durations;
    const std::size_t looked = std::min(rows.size(), kLooked);
    for (std::size_t i = 0; i < looked; ++i)
        durations.push_back(spans().durationNs[rows[i * rows.size() / looked]]);
    if (durations.empty())
        return 0;
    const auto middle = durations.begin() + static_cast<std::ptrdiff_t>(durations.size() / 2);
    std::ranges::nth_element(durations, middle);
    return *middle;
}

std::int64_t CallFindings::batchNs(std::span<const std::uint32_t> rows, double eachNs) const
{
    if (rows.empty())
        return 0;
    double sum = 0;
    for (const std::uint32_t row : rows)
        sum += static_cast<double>(spans().durationNs[row]);
    const double batch = static_cast<double>(spans().durationNs[rows.front()])
        + eachNs * static_cast<double>(rows.size() - 1);
    return std::llround(std::min(sum, batch));
}

CallsPicture CallFindings::picture(std::uint32_t parent, std::span<const std::uint32_t> changed,
                                   const std::string &afterLabel, std::int64_t afterNs) const
{
    CallsPicture picture;
    const std::int64_t beginNs = spans().startNs[parent];
    std::int64_t savedNs = 0, movedFromNs = 0;
    if (!changed.empty()) {
        std::int64_t lastNs = 0;
        for (const std::uint32_t row : changed)
            lastNs = std::max(lastNs, endOf(row));
        movedFromNs = spans().startNs[changed[0]] - beginNs;
        savedNs = std::max<std::int64_t>(0, lastNs - spans().startNs[changed[0]] - afterNs);
        picture.after.push_back(
            {afterLabel, movedFromNs, movedFromNs + afterNs, static_cast<std::uint32_t>(changed.size())});
    }
    const std::uint32_t end = parent + spans().subtreeSize[parent];
    std::uint32_t last = SpanCalls::kNone;
    for (std::uint32_t child = parent + 1; child < end; child += spans().subtreeSize[child]) {
        const bool isChanged = std::ranges::binary_search(changed, child);
        const CallsPicture::Bar bar{isChanged ? m_calls.signature(child)->text
                                              : std::string(m_snapshot.operationOf(SpanRow(child))),
                                    spans().startNs[child] - beginNs, endOf(child) - beginNs, 1};
        const bool isFolded = isChanged && last == m_calls.signatureOf[child] && !picture.before.empty();
        last = isChanged ? m_calls.signatureOf[child] : SpanCalls::kNone;
        if (isFolded) {
            picture.before.back().endNs = std::max(picture.before.back().endNs, bar.endNs);
            ++picture.before.back().count;
        } else if (picture.before.size() < kMostBars) {
            picture.before.push_back(bar);
        }
        if (isChanged || picture.after.size() >= kMostBars)
            continue;
        const std::int64_t shiftNs = bar.beginNs > movedFromNs ? std::min(savedNs, bar.beginNs - movedFromNs) : 0;
        picture.after.push_back({bar.label, bar.beginNs - shiftNs, bar.endNs - shiftNs, 1});
    }
    std::ranges::stable_sort(picture.after, {}, &CallsPicture::Bar::beginNs);
    return picture;
}

std::string shortText(std::string_view text, std::size_t most)
{
    if (text.size() <= most)
        return std::string(text);
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0U) == 0x80U)
        --most; // not inside a letter
    return std::string(text.substr(0, most)) + "…";
}

} // namespace tailspan::advisor
