// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/named_span.h"

namespace tailspan::advisor {

namespace {

std::optional<SpanRow> spanNamedBy(const Reference &reference, const trace::TraceSnapshot &snapshot)
{
    const std::size_t slash = reference.target.rfind('/');
    if (slash == std::string::npos)
        return std::nullopt;
    const auto trace = snapshot.findTrace(std::string_view(reference.target).substr(0, slash));
    return trace ? snapshot.findSpan(*trace, std::string_view(reference.target).substr(slash + 1)) : std::nullopt;
}

/// The first span of the trace that is what the finding speaks of.
std::optional<SpanRow> subjectIn(const Reference &reference, const Subject &subject,
                                 const trace::TraceSnapshot &snapshot)
{
    const auto trace = snapshot.findTrace(reference.target);
    if (!trace || subject.service.empty() || subject.operation.empty())
        return std::nullopt;
    const trace::TraceSummary &summary = snapshot.traces()[trace->value()];
    for (std::uint32_t row = summary.firstRow; row < summary.firstRow + summary.spanCount; ++row) {
        const SpanRow span(row);
        if (snapshot.operationOf(span) == subject.operation && snapshot.serviceOf(span) == subject.service)
            return span;
    }
    return std::nullopt;
}

template <class Find>
std::optional<SpanRow> firstOf(const Finding &finding, ReferenceKind kind, const Find &find)
{
    for (const Evidence &evidence : finding.evidence) {
        for (const Reference &reference : evidence.references) {
            if (reference.kind != kind)
                continue;
            if (const std::optional<SpanRow> span = find(reference); span)
                return span;
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<SpanRow> namedSpan(const Finding &finding, const trace::TraceSnapshot &snapshot)
{
    const auto named = firstOf(finding, ReferenceKind::Span,
                               [&](const Reference &reference) { return spanNamedBy(reference, snapshot); });
    if (named)
        return named;
    return firstOf(finding, ReferenceKind::Trace,
                   [&](const Reference &reference) { return subjectIn(reference, finding.subject, snapshot); });
}

} // namespace tailspan::advisor
